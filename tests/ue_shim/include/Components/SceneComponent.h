#pragma once

#include "Components/ActorComponent.h"
#include "CoreMinimal.h"

class USceneComponent : public UActorComponent {
    SHIM_CLASS(USceneComponent, UActorComponent)

public:
    void SetupAttachment(USceneComponent* InParent, FName InSocketName = NAME_None);
    bool AttachToComponent(USceneComponent* InParent, const FAttachmentTransformRules& AttachmentRules, FName InSocketName = NAME_None);
    USceneComponent* GetAttachParent() const { return AttachParent; }
    void SetRelativeLocation(FVector NewLocation) { RelativeTransform.SetLocation(NewLocation); }
    FVector GetRelativeLocation() const { return RelativeTransform.GetLocation(); }
    void SetRelativeTransform(const FTransform& NewTransform) { RelativeTransform = NewTransform; }
    const FTransform& GetRelativeTransform() const { return RelativeTransform; }
    FTransform GetComponentTransform() const;
    FVector GetComponentLocation() const { return GetComponentTransform().GetLocation(); }
    void SetMobility(EComponentMobility::Type NewMobility) { Mobility = NewMobility; }
    void SetVisibility(bool bNewVisibility, bool = false) { bVisible = bNewVisibility; }
    bool IsVisible() const { return bVisible; }
    void ShimVisit(Shim::FReferences& References) override;

    EComponentMobility::Type Mobility = EComponentMobility::Movable;

private:
    USceneComponent* AttachParent = nullptr;
    FTransform RelativeTransform;
    bool bVisible = true;
};
