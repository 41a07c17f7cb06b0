#pragma once

#include <mutex>

#include "HAL/Platform.h"

class FCriticalSection {
public:
    FCriticalSection() = default;
    UE_NONCOPYABLE(FCriticalSection)
    void Lock() { Mutex.lock(); }
    bool TryLock() { return Mutex.try_lock(); }
    void Unlock() { Mutex.unlock(); }

private:
    std::recursive_mutex Mutex;
};
