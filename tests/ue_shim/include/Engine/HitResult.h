#pragma once

#include "CoreMinimal.h"
#include "UObject/WeakObjectPtr.h"

class UPrimitiveComponent;

struct FHitResult {
    FVector Location = FVector::ZeroVector;
    FVector ImpactPoint = FVector::ZeroVector;
    int32 FaceIndex = -1;
    TWeakObjectPtr<UPrimitiveComponent> Component;
    UPrimitiveComponent* GetComponent() const;
};
