#pragma once

#include "CoreMinimal.h"

// As much of a mesh as the tests look at.
struct FMeshDescription {
    int32 ShimTriangles = 0;
};
