#pragma once

#include "Components/PrimitiveComponent.h"

class UBillboardComponent : public UPrimitiveComponent {
    SHIM_CLASS(UBillboardComponent, UPrimitiveComponent)

public:
    uint32 bIsScreenSizeScaled : 1 = 0;
};
