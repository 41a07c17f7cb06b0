#pragma once

#include "Components/PrimitiveComponent.h"
#include "NiagaraSystem.h"

// Shows a Niagara system. Parameters that the system does not have are kept all the same, and do nothing.
class UNiagaraComponent : public UPrimitiveComponent {
    SHIM_CLASS(UNiagaraComponent, UPrimitiveComponent)

public:
    void SetAsset(UNiagaraSystem* InAsset, bool bResetExistingOverrideParameters = true);
    UNiagaraSystem* GetAsset() const { return Asset; }
    void ReinitializeSystem() { ++ShimReinitialized; }
    void SetVariableFloat(FName InVariableName, float InValue) { ShimFloats.Add(InVariableName, InValue); }
    void SetVariableInt(FName InVariableName, int32 InValue) { ShimInts.Add(InVariableName, InValue); }
    void SetVariableVec3(FName InVariableName, FVector InValue) { ShimVectors.Add(InVariableName, InValue); }
    void ShimVisit(Shim::FReferences& References) override;

    // Of the shim.
    TMap<FName, float> ShimFloats;
    TMap<FName, int32> ShimInts;
    TMap<FName, FVector> ShimVectors;
    TMap<FName, TArray<float>> ShimFloatArrays;
    TMap<FName, TArray<int32>> ShimIntArrays;
    TMap<FName, TArray<FVector>> ShimVectorArrays;
    TMap<FName, TArray<FVector>> ShimPositionArrays;
    TMap<FName, TArray<FQuat>> ShimQuatArrays;
    int32 ShimReinitialized = 0;

private:
    UNiagaraSystem* Asset = nullptr;
};
