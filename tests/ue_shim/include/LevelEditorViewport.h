#pragma once

#include "CoreMinimal.h"

class FLevelEditorViewportClient {
public:
    bool IsPerspective() const { return bShimPerspective; }
    const FVector& GetViewLocation() const { return ShimViewLocation; }
    UWorld* GetWorld() const { return ShimWorld; }

    // Of the shim.
    FVector ShimViewLocation = FVector::ZeroVector;
    UWorld* ShimWorld = nullptr;
    bool bShimPerspective = true;
};
