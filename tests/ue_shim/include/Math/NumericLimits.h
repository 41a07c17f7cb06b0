#pragma once

#include "HAL/Platform.h"

#define MAX_flt (3.402823466e+38F)
#define MAX_dbl (1.7976931348623158e+308)
#define MAX_int32 ((int32)0x7fffffff)
