#pragma once

#include "UObject/Object.h"

class UPackage : public UObject {
    SHIM_CLASS(UPackage, UObject)

public:
    void FullyLoad() {}
    bool IsDirty() const { return bShimDirty; }

    // Of the shim.
    bool bShimDirty = false;
};

// The package of a name, made when there is none.
UPackage* CreatePackage(const TCHAR* PackageName);
