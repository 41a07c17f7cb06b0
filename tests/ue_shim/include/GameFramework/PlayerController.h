#pragma once

#include "GameFramework/Actor.h"

class APlayerController : public AActor {
    SHIM_CLASS(APlayerController, AActor)

public:
    virtual void GetPlayerViewPoint(FVector& out_Location, FRotator& out_Rotation) const;

    // Of the shim.
    FVector ShimViewLocation = FVector::ZeroVector;
};
