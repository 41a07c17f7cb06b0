#pragma once

#include "Engine/EngineTypes.h"

class UGameInstance : public UObject {
    SHIM_CLASS(UGameInstance, UObject)

public:
    UWorld* GetWorld() const override { return ShimWorld; }
    virtual void RegisterReferencedObject(UObject* ObjectToReference);
    virtual void UnregisterReferencedObject(UObject* ObjectToReference);
    void ShimVisit(Shim::FReferences& References) override;

    // Of the shim.
    UWorld* ShimWorld = nullptr;
    TArray<UObject*> ShimReferenced;
};
