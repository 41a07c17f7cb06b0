#pragma once

#include "UObject/Object.h"

class UPackage : public UObject {
    SHIM_CLASS(UPackage, UObject)

public:
    void FullyLoad() {}
};

// The package of a name, made when there is none.
UPackage* CreatePackage(const TCHAR* PackageName);
