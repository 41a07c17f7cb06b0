// Counted references. An object that Unreal collects as garbage cannot be counted: such a type does not compile.
#pragma once

#include <memory>

#include "Misc/AssertionMacros.h"
#include "Templates/TypeHash.h"
#include "Templates/UnrealTemplate.h"

class UObject;

enum class ESPMode : uint8 { NotThreadSafe = 0, ThreadSafe = 1 };

template <typename T, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedPtr;
template <typename T, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedRef;
template <typename T, ESPMode Mode = ESPMode::ThreadSafe>
class TWeakPtr;

namespace Shim {
template <typename T>
struct TRawPtr {
    T* Object;
};
} // namespace Shim

template <typename T>
Shim::TRawPtr<T> MakeShareable(T* Object) {
    return {Object};
}

template <typename T, ESPMode Mode>
class TSharedPtr {
public:
    TSharedPtr(TYPE_OF_NULLPTR = nullptr) {}
    template <typename U>
    explicit TSharedPtr(U* Object) : Ptr(Object) {
        static_assert(!std::is_base_of_v<UObject, U>, "an object collected as garbage in a shared pointer");
    }
    template <typename U, typename D>
    TSharedPtr(U* Object, D&& Deleter) : Ptr(Object, Forward<D>(Deleter)) {}
    template <typename U>
    TSharedPtr(Shim::TRawPtr<U> Raw) : TSharedPtr(Raw.Object) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TSharedPtr(const TSharedPtr<U, Mode>& Other) : Ptr(Other.Ptr) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TSharedPtr(const TSharedRef<U, Mode>& Other) : Ptr(Other.Ptr) {}
    T* Get() const { return Ptr.get(); }
    bool IsValid() const { return Ptr != nullptr; }
    explicit operator bool() const { return Ptr != nullptr; }
    T* operator->() const {
        check(Ptr);
        return Ptr.get();
    }
    T& operator*() const {
        check(Ptr);
        return *Ptr;
    }
    void Reset() { Ptr.reset(); }
    TSharedRef<T, Mode> ToSharedRef() const;
    bool operator==(TYPE_OF_NULLPTR) const { return Ptr == nullptr; }
    template <typename U>
    bool operator==(const TSharedPtr<U, Mode>& Other) const {
        return Ptr == Other.Ptr;
    }
    friend uint32 GetTypeHash(const TSharedPtr& Pointer) { return ::GetTypeHash(Pointer.Get()); }

private:
    std::shared_ptr<T> Ptr;
    template <typename, ESPMode>
    friend class TSharedPtr;
    template <typename, ESPMode>
    friend class TSharedRef;
    template <typename, ESPMode>
    friend class TWeakPtr;
};

template <typename T, ESPMode Mode>
class TSharedRef {
public:
    template <typename U>
    explicit TSharedRef(U* Object) : Ptr(Object) {
        static_assert(!std::is_base_of_v<UObject, U>, "an object collected as garbage in a shared pointer");
        check(Object != nullptr);
    }
    template <typename U>
    TSharedRef(Shim::TRawPtr<U> Raw) : TSharedRef(Raw.Object) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TSharedRef(const TSharedRef<U, Mode>& Other) : Ptr(Other.Ptr) {}
    T& Get() const { return *Ptr; }
    T* operator->() const { return Ptr.get(); }
    T& operator*() const { return *Ptr; }
    friend uint32 GetTypeHash(const TSharedRef& Pointer) { return ::GetTypeHash(&Pointer.Get()); }

private:
    explicit TSharedRef(const std::shared_ptr<T>& In) : Ptr(In) { check(Ptr); }
    std::shared_ptr<T> Ptr;
    template <typename, ESPMode>
    friend class TSharedPtr;
    template <typename, ESPMode>
    friend class TSharedRef;
    template <typename, ESPMode>
    friend class TWeakPtr;
    template <typename>
    friend class TSharedFromThis;
};

template <typename T, ESPMode Mode>
TSharedRef<T, Mode> TSharedPtr<T, Mode>::ToSharedRef() const {
    return TSharedRef<T, Mode>(Ptr);
}

template <typename T, ESPMode Mode>
class TWeakPtr {
public:
    TWeakPtr(TYPE_OF_NULLPTR = nullptr) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TWeakPtr(const TSharedPtr<U, Mode>& Other) : Ptr(Other.Ptr) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TWeakPtr(const TSharedRef<U, Mode>& Other) : Ptr(Other.Ptr) {}
    TSharedPtr<T, Mode> Pin() const {
        TSharedPtr<T, Mode> Pinned;
        Pinned.Ptr = Ptr.lock();
        return Pinned;
    }
    bool IsValid() const { return !Ptr.expired(); }
    void Reset() { Ptr.reset(); }

private:
    std::weak_ptr<T> Ptr;
};

template <typename T>
class TSharedFromThis : public std::enable_shared_from_this<T> {
public:
    TSharedRef<T> AsShared() { return TSharedRef<T>(this->shared_from_this()); }
};

template <typename T, ESPMode Mode = ESPMode::ThreadSafe, typename... A>
TSharedRef<T, Mode> MakeShared(A&&... Args) {
    return TSharedRef<T, Mode>(new T(Forward<A>(Args)...));
}
