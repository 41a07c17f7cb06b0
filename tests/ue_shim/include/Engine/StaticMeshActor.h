#pragma once

#include "Components/StaticMeshComponent.h"
#include "GameFramework/Actor.h"

class AStaticMeshActor : public AActor {
    SHIM_REFLECT(AStaticMeshActor, AActor)

public:
    AStaticMeshActor();
    UStaticMeshComponent* GetStaticMeshComponent() const { return static_cast<UStaticMeshComponent*>(GetRootComponent()); }
};
