#pragma once

#include "HAL/Platform.h"

class FDelegateHandle {
public:
    enum EGenerateNewHandleType { GenerateNewHandle };
    FDelegateHandle() = default;
    explicit FDelegateHandle(EGenerateNewHandleType);
    bool IsValid() const { return Id != 0; }
    void Reset() { Id = 0; }
    bool operator==(const FDelegateHandle& Other) const { return Id == Other.Id; }

private:
    uint64 Id = 0;
};
