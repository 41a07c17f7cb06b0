#pragma once

#include "Templates/TypeHash.h"

template <typename T>
class TObjectPtr {
public:
    TObjectPtr(TYPE_OF_NULLPTR = nullptr) {}
    TObjectPtr(T* Object) : Ptr(Object) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*> && !std::is_same_v<U, T>, int> = 0>
    TObjectPtr(const TObjectPtr<U>& Other) : Ptr(Other.Get()) {}
    T* Get() const { return Ptr; }
    operator T*() const { return Ptr; }
    T* operator->() const { return Ptr; }
    T& operator*() const { return *Ptr; }
    explicit operator bool() const { return Ptr != nullptr; }
    bool operator!() const { return Ptr == nullptr; }
    template <typename U>
    bool operator==(const TObjectPtr<U>& Other) const {
        return Ptr == Other.Get();
    }
    template <typename U>
    bool operator==(U* Other) const {
        return Ptr == Other;
    }
    bool operator==(TYPE_OF_NULLPTR) const { return Ptr == nullptr; }
    friend uint32 GetTypeHash(const TObjectPtr& Pointer) { return ::GetTypeHash(Pointer.Ptr); }

private:
    T* Ptr = nullptr;
};
