#pragma once

#include "UObject/Object.h"

class UDeveloperSettings : public UObject {
    SHIM_CLASS(UDeveloperSettings, UObject)

public:
    virtual FName GetContainerName() const { return FName(TEXT("Project")); }
    virtual FName GetCategoryName() const { return FName(TEXT("Game")); }
};
