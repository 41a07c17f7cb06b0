#pragma once

#include "HAL/Platform.h"

struct FPlatformTime {
    static double Seconds();
};
