#pragma once

#include "Components/SceneComponent.h"

class UMaterialInterface;

class UPrimitiveComponent : public USceneComponent {
    SHIM_CLASS(UPrimitiveComponent, USceneComponent)

public:
    virtual void SetCollisionEnabled(ECollisionEnabled::Type NewType) { ShimCollision = NewType; }
    void SetCollisionProfileName(FName InCollisionProfileName, bool = true) { ShimProfile = InCollisionProfileName; }
    FName GetCollisionProfileName() const { return ShimProfile; }
    ECollisionEnabled::Type GetCollisionEnabled() const { return ShimCollision; }
    virtual void SetMaterial(int32 ElementIndex, UMaterialInterface* Material);
    virtual UMaterialInterface* GetMaterial(int32 ElementIndex) const;
    void SetCastShadow(bool NewCastShadow) { bCastShadow = NewCastShadow; }
    void ShimVisit(Shim::FReferences& References) override;

private:
    FName ShimProfile;
    TMap<int32, UMaterialInterface*> ShimMaterials;
    ECollisionEnabled::Type ShimCollision = ECollisionEnabled::QueryAndPhysics;
    bool bCastShadow = true;
};
