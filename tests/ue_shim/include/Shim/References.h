// What garbage collection visits: the UPROPERTY pointers of an object.
#pragma once

#include "Containers/Map.h"
#include "UObject/ObjectPtr.h"

class UObject;

namespace Shim {

// Visits references: either marks what they point to, or empties those that point to one object that goes.
struct FReferences {
    TArray<UObject*> Reached;
    const UObject* Going = nullptr;

    template <typename T>
    void Add(T*& Pointer) {
        if constexpr (std::is_convertible_v<T*, const UObject*>) {
            UObject* Object = const_cast<UObject*>(static_cast<const UObject*>(Pointer));
            if (Object != nullptr && Object == Going) {
                Pointer = nullptr;
            } else if (Object != nullptr) {
                Reached.Add(Object);
            }
        }
    }
    template <typename T>
    void Add(TObjectPtr<T>& Pointer) {
        T* Raw = Pointer.Get();
        Add(Raw);
        if (Raw == nullptr && Pointer.Get() != nullptr) {
            Pointer = nullptr;
        }
    }
    template <typename T>
    void Add(TArray<T>& Array) {
        for (T& Item : Array) {
            Add(Item);
        }
    }
    template <typename T>
    void Add(TSet<T>& Set) {
        for (const T& Item : Set) {
            Add(const_cast<T&>(Item));
        }
    }
    template <typename K, typename V>
    void Add(TMap<K, V>& Map) {
        for (TPair<K, V>& Pair : Map) {
            Add(Pair.Key);
            Add(Pair.Value);
        }
    }
    template <typename T>
    void Add(T& Value) {
        if constexpr (requires(FReferences& R) { Value.ShimVisit(R); }) {
            Value.ShimVisit(*this);
        }
    }
};

} // namespace Shim
