// Calls functions on the game thread, each after its delay. Unreal 5.3 copies the function, later versions move it: here it
// must be fit for both.
#pragma once

#include "Delegates/Delegate.h"

using FTickerDelegate = TDelegate<bool(float)>;

class FTSTicker {
public:
    struct FElement;
    using FDelegateHandle = TWeakPtr<FElement>;

    static FTSTicker& GetCoreTicker();
    FDelegateHandle AddTicker(const FTickerDelegate& InDelegate, float InDelay = 0.0f);
    FDelegateHandle AddTicker(const TCHAR* InName, float InDelay, TUniqueFunction<bool(float)>&& Function);
    template <typename F, std::enable_if_t<!std::is_copy_constructible_v<std::decay_t<F>> && !Shim::IsFunction<std::decay_t<F>>, int> = 0>
    FDelegateHandle AddTicker(const TCHAR* InName, float InDelay, F&& Function) = delete;
    static void RemoveTicker(FDelegateHandle Handle);
};
