#pragma once

#include "Components/PrimitiveComponent.h"

class UMeshComponent : public UPrimitiveComponent {
    SHIM_CLASS(UMeshComponent, UPrimitiveComponent)
};
