#pragma once

#include "UObject/Object.h"

class UBlueprintFunctionLibrary : public UObject {
    SHIM_CLASS(UBlueprintFunctionLibrary, UObject)
};
