#pragma once

#include "MeshDescription.h"

class UProceduralMeshComponent;

FMeshDescription BuildMeshDescription(UProceduralMeshComponent* ProcMeshComp);
