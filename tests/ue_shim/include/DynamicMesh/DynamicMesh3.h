#pragma once

#include "CoreMinimal.h"

namespace UE::Geometry {
class FDynamicMesh3 {
public:
    int AppendVertex(const FVector3d& Position) { return Vertices.Add(Position); }
    int AppendTriangle(int Vertex0, int Vertex1, int Vertex2, int GroupID = 0);
    int VertexCount() const { return Vertices.Num(); }
    int TriangleCount() const { return Triangles.Num(); }

private:
    struct FTriangle {
        int Corners[3];
    };
    TArray<FVector3d> Vertices;
    TArray<FTriangle> Triangles;
};
} // namespace UE::Geometry
