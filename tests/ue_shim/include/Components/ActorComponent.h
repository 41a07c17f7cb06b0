#pragma once

#include "Engine/EngineTypes.h"

class AActor;

class UActorComponent : public UObject {
    SHIM_CLASS(UActorComponent, UObject)

public:
    void PostInitProperties() override;
    AActor* GetOwner() const;
    UWorld* GetWorld() const override;
    void RegisterComponent();
    void UnregisterComponent();
    bool IsRegistered() const { return bRegistered; }
    virtual void DestroyComponent(bool bPromoteChildren = false);
    virtual void Activate(bool bReset = false);
    bool IsActive() const { return bShimActive; }

    uint8 bAutoActivate : 1 = 0;

private:
    bool bRegistered = false;
    bool bShimActive = false;
};
