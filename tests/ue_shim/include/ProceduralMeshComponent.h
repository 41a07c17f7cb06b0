#pragma once

#include "Components/MeshComponent.h"

struct FProcMeshTangent {
    FVector TangentX;
    bool bFlipTangentY;
    FProcMeshTangent() : TangentX(1.0, 0.0, 0.0), bFlipTangentY(false) {}
    FProcMeshTangent(FVector InTangentX, bool bInFlipTangentY) : TangentX(InTangentX), bFlipTangentY(bInFlipTangentY) {}
    FProcMeshTangent(float X, float Y, float Z) : TangentX(X, Y, Z), bFlipTangentY(false) {}
};

struct FProcMeshVertex {
    FVector Position = FVector::ZeroVector;
    FVector Normal = FVector(0.0, 0.0, 1.0);
    FProcMeshTangent Tangent;
    FColor Color = FColor(255, 255, 255);
    FVector2D UV0 = FVector2D::ZeroVector;
    // Of the shim: as it is drawn.
    FVector2D ShimDrawnUV0 = FVector2D::ZeroVector;
};

struct FProcMeshSection {
    TArray<FProcMeshVertex> ProcVertexBuffer;
    TArray<uint32> ProcIndexBuffer;
    bool bEnableCollision = false;
    bool bSectionVisible = true;
};

class UProceduralMeshComponent : public UMeshComponent {
    SHIM_CLASS(UProceduralMeshComponent, UMeshComponent)

public:
    void CreateMeshSection(int32 SectionIndex, const TArray<FVector>& Vertices, const TArray<int32>& Triangles, const TArray<FVector>& Normals,
                           const TArray<FVector2D>& UV0, const TArray<FColor>& VertexColors, const TArray<FProcMeshTangent>& Tangents,
                           bool bCreateCollision);
    void ClearMeshSection(int32 SectionIndex);
    void ClearAllMeshSections();
    int32 GetNumSections() const { return ProcMeshSections.Num(); }
    FProcMeshSection* GetProcMeshSection(int32 SectionIndex);

    // Of the shim: how often shapes for physics were made, and of how many triangles the last time.
    int32 ShimCooks = 0;
    int32 ShimCookedTriangles = 0;

    bool bUseComplexAsSimpleCollision = true;
    bool bUseAsyncCooking = false;

private:
    void ShimUpdateCollision();
    TArray<FProcMeshSection> ProcMeshSections;
};
