// What only the editor has: packages, static meshes that are built, materials that are made.
#include "Editor.h"

#include "AssetRegistry/AssetRegistryModule.h"
#include "Engine/StaticMeshActor.h"
#include "Materials/Material.h"
#include "PhysicsEngine/BodySetup.h"
#include "ProceduralMeshComponent.h"
#include "ProceduralMeshConversion.h"
#include "ShimControl.h"
#include "UObject/Package.h"

UEditorEngine* GEditor = nullptr;

UPackage* CreatePackage(const TCHAR* PackageName) {
    if (UPackage* Known = FindObject<UPackage>(nullptr, PackageName)) {
        return Known;
    }
    UPackage* Package = NewObject<UPackage>(nullptr, FName(PackageName));
    Package->AddToRoot();
    return Package;
}

namespace {
TArray<FString> Assets;
}

void FAssetRegistryModule::AssetCreated(UObject* NewAsset) {
    check(NewAsset != nullptr && NewAsset->HasAnyFlags(RF_Public) && NewAsset->HasAnyFlags(RF_Standalone));
    // What is standalone stays, whoever refers to it.
    NewAsset->AddToRoot();
    Assets.Add(NewAsset->GetOuter()->GetName());
}

TArray<FString> Shim::TakeAssets() {
    TArray<FString> Taken = MoveTemp(Assets);
    Assets.Reset();
    return Taken;
}

FMeshDescription BuildMeshDescription(UProceduralMeshComponent* ProcMeshComp) {
    FMeshDescription Description;
    for (int32 Section = 0; Section < ProcMeshComp->GetNumSections(); ++Section) {
        Description.ShimTriangles += ProcMeshComp->GetProcMeshSection(Section)->ProcIndexBuffer.Num() / 3;
    }
    return Description;
}

FMeshDescription* UStaticMesh::CreateMeshDescription(int32 LodIndex, FMeshDescription Description) {
    check(LodIndex < SourceModels.Num());
    ShimDescription = Description;
    return &ShimDescription;
}

void UStaticMesh::CommitMeshDescription(int32 LodIndex) { check(LodIndex < SourceModels.Num()); }

void UStaticMesh::CreateBodySetup() {
    if (BodySetup == nullptr) {
        BodySetup = NewObject<UBodySetup>(this);
    }
}

void UStaticMesh::Build(bool) {
    checkf(!StaticMaterials.IsEmpty(), TEXT("a static mesh is built without a material slot"));
    ShimBuiltTriangles = ShimDescription.ShimTriangles;
}

void UStaticMesh::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(BodySetup);
    for (FStaticMaterial& Material : StaticMaterials) {
        References.Add(Material.MaterialInterface);
    }
}

bool UStaticMeshComponent::SetStaticMesh(UStaticMesh* NewMesh) {
    StaticMesh = NewMesh;
    return true;
}

void UStaticMeshComponent::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(StaticMesh);
}

AStaticMeshActor::AStaticMeshActor() {
    UStaticMeshComponent* Component = CreateDefaultSubobject<UStaticMeshComponent>(TEXT("StaticMeshComponent0"));
    Component->SetMobility(EComponentMobility::Static);
    SetRootComponent(Component);
}

UMaterialEditorOnlyData* UMaterial::GetEditorOnlyData() {
    if (ShimData == nullptr) {
        ShimData = NewObject<UMaterialEditorOnlyData>(this);
    }
    return ShimData;
}

void UMaterial::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(ShimData);
    References.Add(ShimExpressions.Expressions);
}
