#pragma once

#include "Kismet/BlueprintFunctionLibrary.h"
#include "NiagaraComponent.h"

// Sets arrays of a system's user parameters; does nothing without a component.
class UNiagaraDataInterfaceArrayFunctionLibrary : public UBlueprintFunctionLibrary {
    SHIM_CLASS(UNiagaraDataInterfaceArrayFunctionLibrary, UBlueprintFunctionLibrary)

public:
    static void SetNiagaraArrayFloat(UNiagaraComponent* NiagaraSystem, FName OverrideName, const TArray<float>& ArrayData);
    static void SetNiagaraArrayInt32(UNiagaraComponent* NiagaraSystem, FName OverrideName, const TArray<int32>& ArrayData);
    static void SetNiagaraArrayVector(UNiagaraComponent* NiagaraSystem, FName OverrideName, const TArray<FVector>& ArrayData);
    static void SetNiagaraArrayPosition(UNiagaraComponent* NiagaraSystem, FName OverrideName, const TArray<FVector>& ArrayData);
    static void SetNiagaraArrayQuat(UNiagaraComponent* NiagaraSystem, FName OverrideName, const TArray<FQuat>& ArrayData);
};
