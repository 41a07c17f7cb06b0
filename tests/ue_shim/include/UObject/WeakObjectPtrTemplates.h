// A pointer to an object that garbage collection may take: it is null from then on.
#pragma once

#include <atomic>
#include <memory>

#include "Templates/TypeHash.h"

class UObject;

namespace Shim {
// Held by the object and all weak pointers to it; emptied before the object is told of its end. What is garbage is in
// memory still, and may be brought back by an undo.
struct FLife {
    std::atomic<UObject*> Object;
    std::atomic<UObject*> Memory;
};
std::shared_ptr<FLife> LifeOf(const UObject* Object);
} // namespace Shim

template <typename T = UObject>
class TWeakObjectPtr {
public:
    TWeakObjectPtr(decltype(nullptr) = nullptr) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TWeakObjectPtr(U* Object) : Life(Shim::LifeOf(Object)) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, int> = 0>
    TWeakObjectPtr(const TWeakObjectPtr<U>& Other) : Life(Other.Life) {}
    T* Get() const { return Get(false); }
    T* Get(bool bEvenIfPendingKill) const {
        return Life != nullptr ? static_cast<T*>((bEvenIfPendingKill ? Life->Memory : Life->Object).load()) : nullptr;
    }
    bool IsValid() const { return Get() != nullptr; }
    bool IsStale() const { return Life != nullptr && Get() == nullptr; }
    bool IsExplicitlyNull() const { return Life == nullptr; }
    explicit operator bool() const { return IsValid(); }
    T* operator->() const { return Get(); }
    T& operator*() const { return *Get(); }
    void Reset() { Life.reset(); }
    friend bool operator==(const TWeakObjectPtr& A, const TWeakObjectPtr& B) { return A.Life == B.Life || (!A.IsValid() && !B.IsValid()); }
    friend bool operator==(const TWeakObjectPtr& A, const T* B) { return A.Get() == B; }
    friend bool operator==(const TWeakObjectPtr& A, decltype(nullptr)) { return !A.IsValid(); }
    friend uint32 GetTypeHash(const TWeakObjectPtr& Ptr) { return GetTypeHash(Ptr.Life.get()); }

private:
    std::shared_ptr<Shim::FLife> Life;
    template <typename>
    friend class TWeakObjectPtr;
};
