#pragma once

#include "HAL/CriticalSection.h"

class FScopeLock {
public:
    explicit FScopeLock(FCriticalSection* In) : Section(In) { Section->Lock(); }
    ~FScopeLock() { Unlock(); }
    UE_NONCOPYABLE(FScopeLock)
    void Unlock() {
        if (Section != nullptr) {
            Section->Unlock();
            Section = nullptr;
        }
    }

private:
    FCriticalSection* Section;
};
