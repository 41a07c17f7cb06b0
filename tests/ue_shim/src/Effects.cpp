// Niagara, lines for debugging, and the console.
#include "Components/ActorComponent.h"
#include "DrawDebugHelpers.h"
#include "HAL/IConsoleManager.h"
#include "NiagaraDataInterfaceArrayFunctionLibrary.h"
#include "ShimControl.h"

void UActorComponent::Activate(bool) { bShimActive = true; }

void UNiagaraComponent::SetAsset(UNiagaraSystem* InAsset, bool) { Asset = InAsset; }

void UNiagaraComponent::ShimVisit(Shim::FReferences& References) {
    Super::ShimVisit(References);
    References.Add(Asset);
}

void UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayFloat(UNiagaraComponent* NiagaraSystem, FName OverrideName,
                                                                     const TArray<float>& ArrayData) {
    if (NiagaraSystem != nullptr) {
        NiagaraSystem->ShimFloatArrays.Add(OverrideName, ArrayData);
    }
}

void UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayInt32(UNiagaraComponent* NiagaraSystem, FName OverrideName,
                                                                     const TArray<int32>& ArrayData) {
    if (NiagaraSystem != nullptr) {
        NiagaraSystem->ShimIntArrays.Add(OverrideName, ArrayData);
    }
}

void UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayVector(UNiagaraComponent* NiagaraSystem, FName OverrideName,
                                                                      const TArray<FVector>& ArrayData) {
    if (NiagaraSystem != nullptr) {
        NiagaraSystem->ShimVectorArrays.Add(OverrideName, ArrayData);
    }
}

void UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayPosition(UNiagaraComponent* NiagaraSystem, FName OverrideName,
                                                                        const TArray<FVector>& ArrayData) {
    if (NiagaraSystem != nullptr) {
        NiagaraSystem->ShimPositionArrays.Add(OverrideName, ArrayData);
    }
}

void UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayQuat(UNiagaraComponent* NiagaraSystem, FName OverrideName,
                                                                    const TArray<FQuat>& ArrayData) {
    if (NiagaraSystem != nullptr) {
        NiagaraSystem->ShimQuatArrays.Add(OverrideName, ArrayData);
    }
}

namespace {
TArray<Shim::FDrawn> AllDrawn;
TMap<FString, FConsoleCommandWithWorldAndArgsDelegate>& Commands() {
    static TMap<FString, FConsoleCommandWithWorldAndArgsDelegate> All;
    return All;
}

void Draw(const UWorld* World, const TCHAR* What, const FVector& At, double Size) {
    if (World != nullptr) {
        check(!At.ContainsNaN());
        AllDrawn.Add({What, At, Size});
    }
}
} // namespace

TArray<Shim::FDrawn> Shim::TakeDrawn() {
    TArray<FDrawn> Taken = MoveTemp(AllDrawn);
    AllDrawn.Reset();
    return Taken;
}

bool Shim::RunCommand(const TCHAR* Name, const TArray<FString>& Arguments, UWorld* World) {
    const FConsoleCommandWithWorldAndArgsDelegate* Command = Commands().Find(Name);
    if (Command != nullptr) {
        Command->Execute(Arguments, World);
    }
    return Command != nullptr;
}

void DrawDebugSphere(const UWorld* InWorld, FVector const& Center, float Radius, int32, FColor const&, bool, float, uint8, float) {
    Draw(InWorld, TEXT("sphere"), Center, Radius);
}

void DrawDebugLine(const UWorld* InWorld, FVector const& LineStart, FVector const& LineEnd, FColor const&, bool, float, uint8, float) {
    Draw(InWorld, TEXT("line"), LineStart, (LineEnd - LineStart).Size());
}

void DrawDebugPoint(const UWorld* InWorld, FVector const& Position, float Size, FColor const&, bool, float, uint8) {
    Draw(InWorld, TEXT("point"), Position, Size);
}

FAutoConsoleCommandWithWorldAndArgs::FAutoConsoleCommandWithWorldAndArgs(const TCHAR* Name, const TCHAR* Help,
                                                                         const FConsoleCommandWithWorldAndArgsDelegate& Command, uint32)
    : ShimName(Name) {
    check(Help != nullptr && !Commands().Contains(ShimName));
    Commands().Add(ShimName, Command);
}

FAutoConsoleCommandWithWorldAndArgs::~FAutoConsoleCommandWithWorldAndArgs() { Commands().Remove(ShimName); }
