#pragma once

#include "UObject/NameTypes.h"

class UObject;

class UClass {
public:
    using FShimConstruct = UObject* (*)(void*);
    UClass(const TCHAR* InName, UClass* InSuper, size_t InSize, FShimConstruct InConstruct)
        : ShimName(InName), ShimSuper(InSuper), ShimSize(InSize), ShimConstruct(InConstruct) {}
    FString GetName() const { return ShimName; }
    bool IsChildOf(const UClass* Other) const {
        const UClass* Class = this;
        while (Class != nullptr && Class != Other) {
            Class = Class->ShimSuper;
        }
        return Class != nullptr;
    }
    UObject* GetDefaultObject();

    // Of the shim.
    FString ShimName;
    UClass* ShimSuper;
    size_t ShimSize;
    FShimConstruct ShimConstruct;
    UObject* ShimDefault = nullptr;
};

namespace Shim {
bool RegisterClass(UClass* (*StaticClass)());
}

template <typename T>
const T* GetDefault() {
    return static_cast<const T*>(T::StaticClass()->GetDefaultObject());
}
template <typename T>
T* GetMutableDefault() {
    return static_cast<T*>(T::StaticClass()->GetDefaultObject());
}
