#pragma once

#include "UObject/Object.h"

class UMaterialInterface : public UObject {
    SHIM_CLASS(UMaterialInterface, UObject)
};
