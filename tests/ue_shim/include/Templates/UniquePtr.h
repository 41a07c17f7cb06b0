#pragma once

#include <memory>

#include "Misc/AssertionMacros.h"
#include "Templates/UnrealTemplate.h"

class UObject;

template <typename T>
struct TDefaultDelete {
    void operator()(T* Ptr) const { delete Ptr; }
};

template <typename T, typename Deleter = TDefaultDelete<T>>
class TUniquePtr {
public:
    TUniquePtr(TYPE_OF_NULLPTR = nullptr) {}
    explicit TUniquePtr(T* Object) : Ptr(Object) {
        if constexpr (requires { sizeof(T); }) {
            static_assert(!std::is_base_of_v<UObject, T>, "an object collected as garbage in a unique pointer");
        }
    }
    TUniquePtr(T* Object, Deleter&& In) : Ptr(Object, static_cast<Deleter&&>(In)) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TUniquePtr(TUniquePtr<U>&& Other) : Ptr(Other.Release()) {}
    TUniquePtr(TUniquePtr&&) = default;
    TUniquePtr& operator=(TUniquePtr&&) = default;
    T* Get() const { return Ptr.get(); }
    T* Release() { return Ptr.release(); }
    void Reset(T* Object = nullptr) { Ptr.reset(Object); }
    bool IsValid() const { return Ptr != nullptr; }
    explicit operator bool() const { return Ptr != nullptr; }
    bool operator==(TYPE_OF_NULLPTR) const { return Ptr == nullptr; }
    T* operator->() const {
        check(Ptr);
        return Ptr.get();
    }
    T& operator*() const {
        check(Ptr);
        return *Ptr;
    }

private:
    std::unique_ptr<T, Deleter> Ptr;
};

template <typename T, typename... A>
TUniquePtr<T> MakeUnique(A&&... Args) {
    return TUniquePtr<T>(new T(Forward<A>(Args)...));
}
