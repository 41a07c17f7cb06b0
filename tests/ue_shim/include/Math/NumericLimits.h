#pragma once

#include "HAL/Platform.h"

#define MAX_int32 ((int32)0x7fffffff)
