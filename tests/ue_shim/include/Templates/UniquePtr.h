#pragma once

#include <type_traits>

#include "Misc/AssertionMacros.h"
#include "Templates/UnrealTemplate.h"

class UObject;

template <typename T>
struct TDefaultDelete {
    void operator()(T* Ptr) const { delete Ptr; }
};

// As the engine's: the deleter is called whatever the pointer is, null included, when this is destroyed, reset or assigned to.
template <typename T, typename Deleter = TDefaultDelete<T>>
class TUniquePtr : private Deleter {
public:
    TUniquePtr(TYPE_OF_NULLPTR = nullptr) {}
    explicit TUniquePtr(T* Object) : Ptr(Object) {
        if constexpr (requires { sizeof(T); }) {
            static_assert(!std::is_base_of_v<UObject, T>, "an object collected as garbage in a unique pointer");
        }
    }
    TUniquePtr(T* Object, Deleter&& In) : Deleter(static_cast<Deleter&&>(In)), Ptr(Object) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TUniquePtr(TUniquePtr<U>&& Other) : Ptr(Other.Release()) {}
    TUniquePtr(TUniquePtr&& Other) : Deleter(static_cast<Deleter&&>(Other.GetDeleter())), Ptr(Other.Release()) {}
    TUniquePtr& operator=(TUniquePtr&& Other) {
        if (this != &Other) {
            T* Old = Ptr;
            Ptr = Other.Release();
            GetDeleter()(Old);
            GetDeleter() = static_cast<Deleter&&>(Other.GetDeleter());
        }
        return *this;
    }
    TUniquePtr(const TUniquePtr&) = delete;
    TUniquePtr& operator=(const TUniquePtr&) = delete;
    ~TUniquePtr() { GetDeleter()(Ptr); }
    T* Get() const { return Ptr; }
    T* Release() {
        T* Released = Ptr;
        Ptr = nullptr;
        return Released;
    }
    void Reset(T* Object = nullptr) {
        if (Ptr != Object) {
            T* Old = Ptr;
            Ptr = Object;
            GetDeleter()(Old);
        }
    }
    bool IsValid() const { return Ptr != nullptr; }
    explicit operator bool() const { return Ptr != nullptr; }
    bool operator==(TYPE_OF_NULLPTR) const { return Ptr == nullptr; }
    T* operator->() const {
        check(Ptr);
        return Ptr;
    }
    T& operator*() const {
        check(Ptr);
        return *Ptr;
    }
    Deleter& GetDeleter() { return static_cast<Deleter&>(*this); }

private:
    T* Ptr = nullptr;
};

template <typename T, typename... A>
TUniquePtr<T> MakeUnique(A&&... Args) {
    return TUniquePtr<T>(new T(Forward<A>(Args)...));
}
