#pragma once

#include "Templates/Function.h"

void ParallelFor(int32 Num, TFunctionRef<void(int32)> Body);
