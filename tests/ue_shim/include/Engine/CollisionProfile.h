#pragma once

#include "UObject/NameTypes.h"

class UCollisionProfile {
public:
    static const FName NoCollision_ProfileName;
    static const FName BlockAll_ProfileName;
};
inline const FName UCollisionProfile::NoCollision_ProfileName(TEXT("NoCollision"));
inline const FName UCollisionProfile::BlockAll_ProfileName(TEXT("BlockAll"));
