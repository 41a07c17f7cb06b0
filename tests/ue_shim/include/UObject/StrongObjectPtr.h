#pragma once

#include "UObject/Object.h"

template <typename T>
class TStrongObjectPtr {
public:
    TStrongObjectPtr(TYPE_OF_NULLPTR = nullptr) {}
    explicit TStrongObjectPtr(T* InObject) { Reset(InObject); }
    TStrongObjectPtr(const TStrongObjectPtr& Other) { Reset(Other.Object); }
    ~TStrongObjectPtr() { Reset(); }
    TStrongObjectPtr& operator=(const TStrongObjectPtr& Other) {
        Reset(Other.Object);
        return *this;
    }
    T* Get() const { return Object; }
    T* operator->() const { return Object; }
    bool IsValid() const { return Object != nullptr; }
    explicit operator bool() const { return IsValid(); }
    void Reset(T* New = nullptr) {
        if (New != nullptr) {
            ++New->ShimStrongReferences;
        }
        if (Object != nullptr) {
            --Object->ShimStrongReferences;
        }
        Object = New;
    }

private:
    T* Object = nullptr;
};
