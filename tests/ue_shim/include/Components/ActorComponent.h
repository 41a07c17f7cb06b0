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
    // Known across the network by its name and its owner's; without this only what was loaded with the level is.
    void SetNetAddressable() { bShimNetAddressable = true; }
    bool IsNameStableForNetworking() const { return bShimNetAddressable; }

    uint8 bAutoActivate : 1 = 0;

private:
    bool bRegistered = false;
    bool bShimActive = false;
    bool bShimNetAddressable = false;

public:
    // Of the shim: how often it was registered.
    int32 ShimRegistrations = 0;
};
