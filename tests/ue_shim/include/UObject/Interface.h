#pragma once

#include "UObject/Object.h"

class UInterface : public UObject {
    SHIM_CLASS(UInterface, UObject)
};

class IInterface {
public:
    virtual ~IInterface() = default;
};
