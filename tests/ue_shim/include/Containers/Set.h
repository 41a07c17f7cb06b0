// A set that keeps its elements in one array, with holes: pointers to elements go stale when it grows.
#pragma once

#include <optional>
#include <unordered_map>

#include "Containers/Array.h"
#include "Templates/TypeHash.h"

namespace Shim {
// The elements of sets and maps, found by the hash of the key that KeyOf gives.
template <typename E, typename K, typename KeyOf>
class TElements {
public:
    int32 Num() const { return static_cast<int32>(ByHash.size()); }
    void Empty() {
        Slots.Empty();
        ByHash.clear();
    }
    int32 FindIndex(const K& Key) const {
        const auto Range = ByHash.equal_range(GetTypeHash(Key));
        for (auto It = Range.first; It != Range.second; ++It) {
            if (KeyOf()(*Slots[It->second].Held) == Key) {
                return It->second;
            }
        }
        return INDEX_NONE;
    }
    E* Find(const K& Key) const {
        const int32 Index = FindIndex(Key);
        return Index == INDEX_NONE ? nullptr : const_cast<E*>(&*Slots[Index].Held);
    }
    E& Add(E&& Element) {
        const uint32 Hash = GetTypeHash(KeyOf()(Element));
        const int32 Index = Slots.Emplace();
        Slots[Index].Held.emplace(static_cast<E&&>(Element));
        ByHash.emplace(Hash, Index);
        return *Slots[Index].Held;
    }
    void RemoveIndex(int32 Index) {
        const auto Range = ByHash.equal_range(GetTypeHash(KeyOf()(*Slots[Index].Held)));
        for (auto It = Range.first; It != Range.second; ++It) {
            if (It->second == Index) {
                ByHash.erase(It);
                break;
            }
        }
        Slots[Index].Held.reset();
    }
    int32 Next(int32 Index) const {
        while (Index < Slots.Num() && !Slots[Index].Held) {
            ++Index;
        }
        return Index;
    }
    int32 EndIndex() const { return Slots.Num(); }
    E& At(int32 Index) const { return const_cast<E&>(*Slots[Index].Held); }

    template <typename U>
    struct TIterator {
        const TElements* Elements;
        int32 Index;
        int32 InitialNum;
        U& operator*() const { return Elements->At(Index); }
        U* operator->() const { return &Elements->At(Index); }
        TIterator& operator++() {
            check(Elements->Num() == InitialNum && "the container has changed while it is iterated over");
            Index = Elements->Next(Index + 1);
            return *this;
        }
        bool operator!=(const TIterator& Other) const { return Index != Other.Index; }
        explicit operator bool() const { return Index < Elements->EndIndex(); }
        void RemoveCurrent() {
            const_cast<TElements*>(Elements)->RemoveIndex(Index);
            --InitialNum;
        }
    };
    template <typename U>
    TIterator<U> Begin() const {
        return {this, Next(0), Num()};
    }
    template <typename U>
    TIterator<U> End() const {
        return {this, EndIndex(), Num()};
    }

private:
    struct FSlot {
        std::optional<E> Held;
    };
    TArray<FSlot> Slots;
    std::unordered_multimap<uint32, int32> ByHash;
};
template <typename E>
struct TSelf {
    const E& operator()(const E& Element) const { return Element; }
};
} // namespace Shim

template <typename T>
class TSet {
public:
    TSet() = default;
    TSet(std::initializer_list<T> List) {
        for (const T& Item : List) {
            Add(Item);
        }
    }
    int32 Num() const { return Elements.Num(); }
    bool IsEmpty() const { return Num() == 0; }
    void Reset() { Elements.Empty(); }
    void Empty(int32 = 0) { Elements.Empty(); }
    void Reserve(int32) {}
    void Add(const T& Item, bool* bIsAlreadyInSet = nullptr) {
        const bool bThere = Contains(Item);
        if (!bThere) {
            Elements.Add(T(Item));
        }
        if (bIsAlreadyInSet != nullptr) {
            *bIsAlreadyInSet = bThere;
        }
    }
    bool Contains(const T& Item) const { return Elements.Find(Item) != nullptr; }
    int32 Remove(const T& Item) {
        const int32 Index = Elements.FindIndex(Item);
        if (Index == INDEX_NONE) {
            return 0;
        }
        Elements.RemoveIndex(Index);
        return 1;
    }
    void Append(const TArray<T>& Items) {
        for (const T& Item : Items) {
            Add(Item);
        }
    }
    TArray<T> Array() const {
        TArray<T> Items;
        for (const T& Item : *this) {
            Items.Add(Item);
        }
        return Items;
    }
    auto CreateIterator() { return Elements.template Begin<T>(); }
    auto CreateConstIterator() const { return Elements.template Begin<const T>(); }
    auto begin() const { return Elements.template Begin<const T>(); }
    auto end() const { return Elements.template End<const T>(); }

private:
    Shim::TElements<T, T, Shim::TSelf<T>> Elements;
};
