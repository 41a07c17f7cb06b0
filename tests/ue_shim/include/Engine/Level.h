#pragma once

#include "UObject/Object.h"

class ULevel : public UObject {
    SHIM_CLASS(ULevel, UObject)
};
