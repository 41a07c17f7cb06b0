#pragma once

#include "UObject/Object.h"

class ULevel : public UObject {
    SHIM_CLASS(ULevel, UObject)

public:
    UWorld* GetWorld() const override { return OwningWorld; }

    UWorld* OwningWorld = nullptr;
};
