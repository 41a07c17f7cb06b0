// A failed check ends the process, as it does in Unreal. So does a failed ensure, which in Unreal is reported only.
#pragma once

#include "HAL/Platform.h"

namespace Shim {
[[noreturn]] void Fail(const char* What, const char* File, int Line);
inline bool Ensure(bool bCondition, const char* What, const char* File, int Line) {
    if (!bCondition) {
        Fail(What, File, Line);
    }
    return true;
}
} // namespace Shim

#define check(expr) ((expr) ? (void)0 : ::Shim::Fail(#expr, __FILE__, __LINE__))
#define checkf(expr, Format, ...)                                                                                      \
    ((expr) ? (void)0 : ((void)FString::Printf(Format __VA_OPT__(, ) __VA_ARGS__), ::Shim::Fail(#expr, __FILE__, __LINE__)))
#define verify(expr) check(expr)
#define checkNoEntry() ::Shim::Fail("checkNoEntry", __FILE__, __LINE__)
#define ensure(expr) (::Shim::Ensure(!!(expr), #expr, __FILE__, __LINE__))
#define ensureMsgf(expr, Format, ...)                                                                                  \
    (::Shim::Ensure(!!(expr), #expr, __FILE__, __LINE__) || (FString::Printf(Format __VA_OPT__(, ) __VA_ARGS__), false))
