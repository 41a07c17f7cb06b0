// Worlds, actors, components and the actions of Blueprints.
#include "CoreMinimal.h"
#include "DynamicMesh/DynamicMesh3.h"
#include "Engine/CancellableAsyncAction.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/HitResult.h"
#include "Engine/Level.h"
#include "Engine/World.h"
#include "GameFramework/Actor.h"
#include "GameFramework/PlayerController.h"
#include "Materials/MaterialInterface.h"
#include "ProceduralMeshComponent.h"
#include "ShimControl.h"
#include "UObject/Package.h"

UEngine* GEngine = nullptr;

namespace {
TArray<UWorld*> Worlds;
}

// --- Worlds

UWorld* UEngine::GetWorldFromContextObject(const UObject* Object, EGetWorldErrorMode ErrorMode) const {
    UWorld* World = Object != nullptr ? Object->GetWorld() : nullptr;
    check(World != nullptr || ErrorMode != EGetWorldErrorMode::Assert);
    return World;
}

void UGameInstance::RegisterReferencedObject(UObject* ObjectToReference) { ShimReferenced.AddUnique(ObjectToReference); }

void UGameInstance::UnregisterReferencedObject(UObject* ObjectToReference) { ShimReferenced.RemoveSingle(ObjectToReference); }

void UGameInstance::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(ShimReferenced);
}

void UWorld::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(ShimGameInstance);
    References.Add(ShimActors);
    References.Add(PersistentLevel);
    References.Add(ShimLevels);
    ShimActors.RemoveAll([](const AActor* Actor) { return Actor == nullptr; });
}

AActor* UWorld::ShimSpawn(UClass* InClass, const FTransform& Transform, const FActorSpawnParameters& Parameters) {
    if (bIsTearingDown) {
        return nullptr;
    }
    // A name that something has, be it garbage, is not given twice: where it was only requested, the actor gets another.
    ULevel* const Current = ShimCurrentLevel != nullptr ? ShimCurrentLevel : PersistentLevel;
    ULevel* const Level = Parameters.OverrideLevel != nullptr ? Parameters.OverrideLevel : Current;
    const bool bNamed = Parameters.NameMode != FActorSpawnParameters::ESpawnActorNameMode::Requested || !Shim::IsNameTaken(Level, Parameters.Name);
    Level->MarkPackageDirty();
    AActor* Actor = ::NewObject<AActor>(Level, InClass, bNamed ? Parameters.Name : FName(), Parameters.ObjectFlags);
    Actor->Owner = Parameters.Owner;
    ShimActors.Add(Actor);
    Actor->ShimInitialise(Transform);
    Actor->OnConstruction(Transform);
    if (bShimBegunPlay) {
        Actor->ShimBeginPlay();
    }
    return Actor;
}

ULevel* Shim::AddLevel(UWorld* World, const TCHAR* PackageName) {
    ULevel* Level = ::NewObject<ULevel>(CreatePackage(PackageName));
    Level->OwningWorld = World;
    World->ShimLevels.Add(Level);
    return Level;
}

UWorld* Shim::MakeWorld(EWorldType::Type Type, const TCHAR* PackageName) {
    if (GEngine == nullptr) {
        GEngine = ::NewObject<UEngine>();
        GEngine->AddToRoot();
    }
    UWorld* World = ::NewObject<UWorld>(CreatePackage(PackageName));
    World->AddToRoot();
    World->PersistentLevel = ::NewObject<ULevel>(World, TEXT("PersistentLevel"));
    World->PersistentLevel->OwningWorld = World;
    World->WorldType = Type;
    if (World->IsGameWorld()) {
        World->ShimGameInstance = ::NewObject<UGameInstance>();
        World->ShimGameInstance->ShimWorld = World;
        World->ShimPlayerController = World->SpawnActor<APlayerController>();
        World->bShimBegunPlay = true;
        World->ShimPlayerController->ShimBeginPlay();
    }
    Worlds.Add(World);
    return World;
}

void Shim::TearDown(UWorld* World, EEndPlayReason::Type Reason) {
    World->bIsTearingDown = true;
    const TArray<AActor*> Actors = World->ShimActors;
    for (AActor* Actor : Actors) {
        Actor->ShimEndPlay(Reason);
    }
    World->ShimActors.Empty();
    if (World->ShimGameInstance != nullptr) {
        World->ShimGameInstance->ShimReferenced.Empty();
        World->ShimGameInstance->ShimWorld = nullptr;
    }
    World->RemoveFromRoot();
    Worlds.Remove(World);
    World->ShimPlayerController = nullptr;
    CollectGarbage();
}

namespace Shim {
void ForgetWorlds() {
    Worlds.Empty();
    GEngine = nullptr;
}
} // namespace Shim

void Shim::UndoPlacing(AActor* Actor) {
    Actor->GetWorld()->ShimActors.Remove(Actor);
    for (UObject* Component : Actor->ShimComponents) {
        static_cast<UActorComponent*>(Component)->UnregisterComponent();
        Component->MarkAsGarbage();
    }
    Actor->MarkAsGarbage();
#if WITH_EDITOR
    Actor->PostEditUndo();
#endif
}

void Shim::RedoPlacing(AActor* Actor) {
    Actor->ClearGarbage();
    Actor->GetLevel()->OwningWorld->ShimActors.Add(Actor);
    for (UObject* Component : Actor->ShimComponents) {
        Component->ClearGarbage();
    }
    Actor->ShimReregister();
#if WITH_EDITOR
    Actor->PostEditUndo();
#endif
}

void Shim::SetViewPoint(UWorld* World, const FVector& Location) {
    World->ViewLocationsRenderedLastFrame = {Location};
    if (World->ShimPlayerController != nullptr) {
        World->ShimPlayerController->ShimViewLocation = Location;
    }
}

namespace Shim {
void TickWorlds(float DeltaSeconds) {
    const TArray<UWorld*> Now = Worlds;
    for (UWorld* World : Now) {
        World->ShimTimeSeconds += DeltaSeconds;
        const TArray<AActor*> Actors = World->ShimActors;
        for (AActor* Actor : Actors) {
            if (World->ShimActors.Contains(Actor)) {
                Actor->ShimTick(DeltaSeconds, World->IsGameWorld());
            }
        }
    }
}
} // namespace Shim

// --- Actors

UWorld* AActor::GetWorld() const {
    return HasAnyFlags(RF_ClassDefaultObject) || IsActorBeingDestroyed() || GetLevel() == nullptr ? nullptr : GetLevel()->OwningWorld;
}

ULevel* AActor::GetLevel() const { return GetTypedOuter<ULevel>(); }

void AActor::ShimInitialise(const FTransform& Transform) {
    if (RootComponent != nullptr) {
        RootComponent->SetRelativeTransform(Transform);
    }
    const TArray<UObject*> Components = ShimComponents;
    for (UObject* Component : Components) {
        static_cast<UActorComponent*>(Component)->RegisterComponent();
    }
    bShimTickEnabled = PrimaryActorTick.bStartWithTickEnabled;
    PostRegisterAllComponents();
}

void AActor::ShimReregister() {
    for (UObject* Component : ShimComponents) {
        static_cast<UActorComponent*>(Component)->UnregisterComponent();
    }
    const TArray<UObject*> Components = ShimComponents;
    for (UObject* Component : Components) {
        static_cast<UActorComponent*>(Component)->RegisterComponent();
    }
    PostRegisterAllComponents();
}

bool AActor::AttachToActor(AActor* ParentActor, const FAttachmentTransformRules& AttachmentRules, FName SocketName) {
    return RootComponent != nullptr && ParentActor != nullptr
           && RootComponent->AttachToComponent(ParentActor->GetRootComponent(), AttachmentRules, SocketName);
}

FConstPlayerControllerIterator UWorld::GetPlayerControllerIterator() const {
    TArray<TWeakObjectPtr<APlayerController>> Players;
    if (ShimPlayerController != nullptr) {
        Players.Add(ShimPlayerController);
    }
    for (APlayerController* Player : ShimMorePlayers) {
        Players.Add(Player);
    }
    return FConstPlayerControllerIterator(Players);
}

UPrimitiveComponent* FHitResult::GetComponent() const { return Component.Get(); }

FVector FMath::ClosestPointOnTriangleToPoint(const FVector& Point, const FVector& A, const FVector& B, const FVector& C) {
    const FVector Ab = B - A, Ac = C - A, Ap = Point - A;
    const double D1 = Ab | Ap, D2 = Ac | Ap;
    if (D1 <= 0 && D2 <= 0) {
        return A;
    }
    const FVector Bp = Point - B;
    const double D3 = Ab | Bp, D4 = Ac | Bp;
    if (D3 >= 0 && D4 <= D3) {
        return B;
    }
    const double Vc = D1 * D4 - D3 * D2;
    if (Vc <= 0 && D1 >= 0 && D3 <= 0) {
        return A + Ab * (D1 / (D1 - D3));
    }
    const FVector Cp = Point - C;
    const double D5 = Ab | Cp, D6 = Ac | Cp;
    if (D6 >= 0 && D5 <= D6) {
        return C;
    }
    const double Vb = D5 * D2 - D1 * D6;
    if (Vb <= 0 && D2 >= 0 && D6 <= 0) {
        return A + Ac * (D2 / (D2 - D6));
    }
    const double Va = D3 * D6 - D5 * D4;
    if (Va <= 0 && D4 - D3 >= 0 && D5 - D6 >= 0) {
        return B + (C - B) * ((D4 - D3) / ((D4 - D3) + (D5 - D6)));
    }
    const double Scale = 1.0 / (Va + Vb + Vc);
    return A + Ab * (Vb * Scale) + Ac * (Vc * Scale);
}

FLinearColor::FLinearColor(const FColor& Color) {
    const auto ToLinear = [](uint8 Value) {
        const float Share = static_cast<float>(Value) / 255.0f;
        return Share <= 0.04045f ? Share / 12.92f : std::pow((Share + 0.055f) / 1.055f, 2.4f);
    };
    R = ToLinear(Color.R);
    G = ToLinear(Color.G);
    B = ToLinear(Color.B);
    A = static_cast<float>(Color.A) / 255.0f;
}

FColor FLinearColor::ToFColor(const bool bSRGB) const {
    const auto ToByte = [bSRGB](float Value) {
        const float Coded = !bSRGB ? Value : Value <= 0.0031308f ? Value * 12.92f : 1.055f * std::pow(Value, 1.0f / 2.4f) - 0.055f;
        return static_cast<uint8>(std::floor(Coded * 255.999f));
    };
    return FColor(ToByte(R), ToByte(G), ToByte(B), static_cast<uint8>(std::floor(A * 255.999f)));
}

bool IsRunningCommandlet() { return false; }

#if WITH_EDITOR
void AActor::SetActorLabel(const FString& NewActorLabel, bool) { ShimLabel = NewActorLabel; }
#endif

void AActor::ShimBeginPlay() {
    ShimBeginPlayState = EBeginPlay::Beginning;
    BeginPlay();
    checkf(ShimBeginPlayState == EBeginPlay::Begun, TEXT("BeginPlay did not call Super::BeginPlay"));
}

void AActor::BeginPlay() {
    check(ShimBeginPlayState == EBeginPlay::Beginning);
    ShimBeginPlayState = EBeginPlay::Begun;
}

void AActor::ShimEndPlay(EEndPlayReason::Type Reason) {
    if (ShimBeginPlayState == EBeginPlay::Begun) {
        bShimEndPlayRouted = false;
        EndPlay(Reason);
        checkf(bShimEndPlayRouted, TEXT("EndPlay did not call Super::EndPlay"));
        ShimBeginPlayState = EBeginPlay::Not;
    }
    for (UObject* Component : ShimComponents) {
        static_cast<UActorComponent*>(Component)->UnregisterComponent();
    }
}

void AActor::EndPlay(const EEndPlayReason::Type) { bShimEndPlayRouted = true; }

void AActor::Tick(float) {}

void AActor::ShimTick(float DeltaSeconds, bool bGame) {
    const bool bTicks = bGame ? HasActorBegunPlay() : ShouldTickIfViewportsOnly();
    ShimSinceTick += DeltaSeconds;
    if (PrimaryActorTick.bCanEverTick && bShimTickEnabled && bTicks && ShimSinceTick + 1e-6f >= PrimaryActorTick.TickInterval) {
        const float Passed = ShimSinceTick;
        ShimSinceTick = 0.0f;
        Tick(Passed);
    }
}

bool AActor::Destroy(bool, bool) {
    UWorld* World = GetWorld();
    if (World == nullptr) {
        return false;
    }
    bShimBeingDestroyed = true;
    Destroyed();
    ShimEndPlay(EEndPlayReason::Destroyed);
    World->ShimActors.Remove(this);
    for (UObject* Component : ShimComponents) {
        Component->MarkAsGarbage();
    }
    MarkAsGarbage();
    return true;
}

bool AActor::SetRootComponent(USceneComponent* NewRootComponent) {
    check(NewRootComponent == nullptr || NewRootComponent->GetOwner() == this);
    RootComponent = NewRootComponent;
    return true;
}

const FTransform& AActor::GetActorTransform() const {
    return RootComponent != nullptr ? RootComponent->GetRelativeTransform() : FTransform::Identity;
}

bool AActor::SetActorLocation(const FVector& NewLocation) {
    if (RootComponent != nullptr) {
        RootComponent->SetRelativeLocation(NewLocation);
    }
    return RootComponent != nullptr;
}

void AActor::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(RootComponent);
    References.Add(Owner);
    References.Add(ShimComponents);
    ShimComponents.Remove(nullptr);
}

void APlayerController::GetPlayerViewPoint(FVector& out_Location, FRotator& out_Rotation) const {
    out_Location = ShimViewLocation;
    out_Rotation = FRotator::ZeroRotator;
}

// --- Components

AActor* UActorComponent::GetOwner() const { return GetTypedOuter<AActor>(); }

UWorld* UActorComponent::GetWorld() const { return GetOwner() != nullptr ? GetOwner()->GetWorld() : Super::GetWorld(); }

void UActorComponent::PostInitProperties() {
    Super::PostInitProperties();
    if (AActor* Owner = GetOwner()) {
        Owner->ShimComponents.AddUnique(this);
    }
}

void UActorComponent::RegisterComponent() {
    checkf(GetOwner() != nullptr && GetWorld() != nullptr, TEXT("a component is registered whose owner has no world"));
    ShimRegistrations += bRegistered ? 0 : 1;
    bRegistered = true;
}

void UActorComponent::UnregisterComponent() { bRegistered = false; }

void UActorComponent::DestroyComponent(bool) {
    check(IsValid(this));
    UnregisterComponent();
    if (AActor* Owner = GetOwner()) {
        Owner->ShimComponents.Remove(this);
    }
    MarkAsGarbage();
}

void USceneComponent::SetupAttachment(USceneComponent* InParent, FName) {
    checkf(!IsRegistered(), TEXT("SetupAttachment is for components not yet registered: use AttachToComponent"));
    check(InParent != this);
    AttachParent = InParent;
}

bool USceneComponent::AttachToComponent(USceneComponent* InParent, const FAttachmentTransformRules& AttachmentRules, FName) {
    if (InParent == nullptr || InParent == this) {
        return false;
    }
    if (AttachmentRules.LocationRule == EAttachmentRule::KeepWorld) {
        const FVector World = GetComponentLocation();
        SetRelativeLocation(InParent->GetComponentTransform().InverseTransformPosition(World));
    } else if (AttachmentRules.LocationRule == EAttachmentRule::SnapToTarget) {
        SetRelativeLocation(FVector::ZeroVector);
    }
    AttachParent = InParent;
    return true;
}

FTransform USceneComponent::GetComponentTransform() const {
    if (AttachParent == nullptr) {
        return RelativeTransform;
    }
    const FTransform Parent = AttachParent->GetComponentTransform();
    FTransform World = RelativeTransform;
    World.SetLocation(Parent.TransformPosition(RelativeTransform.GetLocation()));
    return World;
}

void USceneComponent::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(AttachParent);
}

void UPrimitiveComponent::SetMaterial(int32 ElementIndex, UMaterialInterface* Material) { ShimMaterials.Add(ElementIndex, Material); }

UMaterialInterface* UPrimitiveComponent::GetMaterial(int32 ElementIndex) const { return ShimMaterials.FindRef(ElementIndex); }

void UPrimitiveComponent::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(ShimMaterials);
}

namespace {
// Texture coordinates are drawn in half precision, whatever the section has.
double ToHalf(double Value) {
    int Exponent = 0;
    const double Mantissa = std::frexp(Value, &Exponent);
    return std::ldexp(std::nearbyint(std::ldexp(Mantissa, 11)), Exponent - 11);
}
} // namespace

void UProceduralMeshComponent::CreateMeshSection(int32 SectionIndex, const TArray<FVector>& Vertices, const TArray<int32>& Triangles,
                                                 const TArray<FVector>& Normals, const TArray<FVector2D>& UV0, const TArray<FColor>& VertexColors,
                                                 const TArray<FProcMeshTangent>& Tangents, bool bCreateCollision) {
    check(SectionIndex >= 0 && Triangles.Num() % 3 == 0);
    check(Normals.IsEmpty() || Normals.Num() == Vertices.Num());
    check(UV0.IsEmpty() || UV0.Num() == Vertices.Num());
    check(VertexColors.IsEmpty() || VertexColors.Num() == Vertices.Num());
    check(Tangents.IsEmpty() || Tangents.Num() == Vertices.Num());
    for (const int32 Corner : Triangles) {
        check(Vertices.IsValidIndex(Corner));
    }
    for (const FVector& Vertex : Vertices) {
        check(!Vertex.ContainsNaN());
    }
    if (SectionIndex >= ProcMeshSections.Num()) {
        ProcMeshSections.SetNum(SectionIndex + 1);
    }
    FProcMeshSection& Section = ProcMeshSections[SectionIndex];
    Section = FProcMeshSection();
    Section.bEnableCollision = bCreateCollision;
    for (int32 Index = 0; Index < Vertices.Num(); ++Index) {
        FProcMeshVertex Vertex;
        Vertex.Position = Vertices[Index];
        Vertex.Normal = Normals.IsEmpty() ? Vertex.Normal : Normals[Index];
        Vertex.Tangent = Tangents.IsEmpty() ? Vertex.Tangent : Tangents[Index];
        Vertex.Color = VertexColors.IsEmpty() ? Vertex.Color : VertexColors[Index];
        Vertex.UV0 = UV0.IsEmpty() ? Vertex.UV0 : UV0[Index];
        Vertex.ShimDrawnUV0 = FVector2D(ToHalf(Vertex.UV0.X), ToHalf(Vertex.UV0.Y));
        Section.ProcVertexBuffer.Add(Vertex);
    }
    for (const int32 Corner : Triangles) {
        Section.ProcIndexBuffer.Add(static_cast<uint32>(Corner));
    }
    ShimUpdateCollision();
}

// As Unreal's: each section that is made updates the shape of all, whether it has collision or not.
void UProceduralMeshComponent::ShimUpdateCollision() {
    ShimCookedTriangles = 0;
    for (const FProcMeshSection& Section : ProcMeshSections) {
        ShimCookedTriangles += Section.bEnableCollision ? Section.ProcIndexBuffer.Num() / 3 : 0;
    }
    ShimCooks += ShimCookedTriangles > 0 ? 1 : 0;
}

void UProceduralMeshComponent::ClearMeshSection(int32 SectionIndex) {
    if (ProcMeshSections.IsValidIndex(SectionIndex)) {
        ProcMeshSections[SectionIndex] = FProcMeshSection();
    }
}

void UProceduralMeshComponent::ClearAllMeshSections() { ProcMeshSections.Empty(); }

FProcMeshSection* UProceduralMeshComponent::GetProcMeshSection(int32 SectionIndex) {
    return ProcMeshSections.IsValidIndex(SectionIndex) ? &ProcMeshSections[SectionIndex] : nullptr;
}

int UE::Geometry::FDynamicMesh3::AppendTriangle(int Vertex0, int Vertex1, int Vertex2, int) {
    if (Vertex0 == Vertex1 || Vertex1 == Vertex2 || Vertex2 == Vertex0) {
        return -1;
    }
    return Triangles.Add({{Vertex0, Vertex1, Vertex2}});
}

// --- Actions

void UBlueprintAsyncActionBase::RegisterWithGameInstance(const UObject* WorldContextObject) {
    UWorld* World = GEngine != nullptr ? GEngine->GetWorldFromContextObject(WorldContextObject, EGetWorldErrorMode::LogAndReturnNull) : nullptr;
    if (World != nullptr) {
        RegisterWithGameInstance(World->GetGameInstance());
    }
}

void UBlueprintAsyncActionBase::RegisterWithGameInstance(UGameInstance* GameInstance) {
    if (GameInstance != nullptr) {
        if (UGameInstance* Old = RegisteredWithGameInstance.Get()) {
            Old->UnregisterReferencedObject(this);
        }
        GameInstance->RegisterReferencedObject(this);
        RegisteredWithGameInstance = GameInstance;
    }
}

void UBlueprintAsyncActionBase::SetReadyToDestroy() {
    if (UGameInstance* Old = RegisteredWithGameInstance.Get()) {
        Old->UnregisterReferencedObject(this);
    }
    RegisteredWithGameInstance = nullptr;
}

void UCancellableAsyncAction::Cancel() { SetReadyToDestroy(); }

void UCancellableAsyncAction::BeginDestroy() {
    Cancel();
    Super::BeginDestroy();
}

bool UCancellableAsyncAction::IsActive() const { return IsRegistered(); }

bool UCancellableAsyncAction::IsRegistered() const { return RegisteredWithGameInstance.IsValid(); }

bool UCancellableAsyncAction::ShouldBroadcastDelegates() const { return IsActive(); }
