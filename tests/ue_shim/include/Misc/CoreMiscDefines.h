#pragma once

#include "HAL/Platform.h"
#include "Misc/AssertionMacros.h"

enum { INDEX_NONE = -1 };
enum EForceInit { ForceInit, ForceInitToZero };

// The body of a method that classes derived from it must have: objects' classes are never abstract in C++.
#define PURE_VIRTUAL(func, ...)                                                                                        \
    {                                                                                                                  \
        ::Shim::Fail("not implemented: " #func, __FILE__, __LINE__);                                                   \
        __VA_ARGS__                                                                                                    \
    }
