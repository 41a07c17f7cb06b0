#pragma once

#include "Components/MeshComponent.h"
#include "Engine/StaticMesh.h"

class UStaticMeshComponent : public UMeshComponent {
    SHIM_CLASS(UStaticMeshComponent, UMeshComponent)

public:
    virtual bool SetStaticMesh(UStaticMesh* NewMesh);
    UStaticMesh* GetStaticMesh() const { return StaticMesh; }
    void ShimVisit(Shim::FReferences& References) override;

private:
    UStaticMesh* StaticMesh = nullptr;
};
