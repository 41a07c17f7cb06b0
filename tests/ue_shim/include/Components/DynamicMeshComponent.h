#pragma once

#include "Components/MeshComponent.h"
#include "DynamicMesh/DynamicMesh3.h"

class UDynamicMeshComponent : public UMeshComponent {
    SHIM_CLASS(UDynamicMeshComponent, UMeshComponent)

public:
    virtual void SetMesh(UE::Geometry::FDynamicMesh3&& MoveMesh) { Mesh = MoveTemp(MoveMesh); }
    void NotifyMeshUpdated() {}
    void EnableComplexAsSimpleCollision() {}

private:
    UE::Geometry::FDynamicMesh3 Mesh;
};
