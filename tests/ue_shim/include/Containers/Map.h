#pragma once

#include "Containers/Set.h"
#include "Templates/Tuple.h"

template <typename K, typename V>
class TMap {
    struct FKeyOf {
        const K& operator()(const TPair<K, V>& Pair) const { return Pair.Key; }
    };

public:
    using ElementType = TPair<K, V>;
    TMap() = default;
    TMap(std::initializer_list<TPair<K, V>> List) {
        for (const TPair<K, V>& Pair : List) {
            Add(Pair.Key, Pair.Value);
        }
    }
    int32 Num() const { return Elements.Num(); }
    bool IsEmpty() const { return Num() == 0; }
    void Reset() { Elements.Empty(); }
    void Empty(int32 = 0) { Elements.Empty(); }
    void Reserve(int32) {}
    template <typename InKey, typename InValue>
    V& Add(InKey&& Key, InValue&& Value) {
        return Emplace(Forward<InKey>(Key), Forward<InValue>(Value));
    }
    template <typename InKey>
    V& Add(InKey&& Key) {
        return Emplace(Forward<InKey>(Key), V());
    }
    template <typename InKey, typename InValue>
    V& Emplace(InKey&& Key, InValue&& Value) {
        K NewKey(Forward<InKey>(Key));
        if (TPair<K, V>* Found = Elements.Find(NewKey)) {
            Found->Value = V(Forward<InValue>(Value));
            return Found->Value;
        }
        return Elements.Add(TPair<K, V>(MoveTemp(NewKey), V(Forward<InValue>(Value)))).Value;
    }
    V* Find(const K& Key) {
        TPair<K, V>* Found = Elements.Find(Key);
        return Found != nullptr ? &Found->Value : nullptr;
    }
    const V* Find(const K& Key) const {
        const TPair<K, V>* Found = Elements.Find(Key);
        return Found != nullptr ? &Found->Value : nullptr;
    }
    V FindRef(const K& Key) const {
        const V* Found = Find(Key);
        return Found != nullptr ? *Found : V();
    }
    V& FindOrAdd(const K& Key) {
        V* Found = Find(Key);
        return Found != nullptr ? *Found : Add(Key);
    }
    V& FindChecked(const K& Key) {
        check(Contains(Key));
        return *Find(Key);
    }
    const V& FindChecked(const K& Key) const {
        check(Contains(Key));
        return *Find(Key);
    }
    V& operator[](const K& Key) { return FindChecked(Key); }
    const V& operator[](const K& Key) const { return FindChecked(Key); }
    bool Contains(const K& Key) const { return Find(Key) != nullptr; }
    int32 Remove(const K& Key) {
        const int32 Index = Elements.FindIndex(Key);
        if (Index == INDEX_NONE) {
            return 0;
        }
        Elements.RemoveIndex(Index);
        return 1;
    }
    bool RemoveAndCopyValue(const K& Key, V& OutValue) {
        V* Found = Find(Key);
        if (Found == nullptr) {
            return false;
        }
        OutValue = MoveTemp(*Found);
        Remove(Key);
        return true;
    }
    int32 GetKeys(TArray<K>& OutKeys) const {
        OutKeys.Reset();
        for (const TPair<K, V>& Pair : *this) {
            OutKeys.Add(Pair.Key);
        }
        return OutKeys.Num();
    }

    struct TIterator : Shim::TElements<TPair<K, V>, K, FKeyOf>::template TIterator<TPair<K, V>> {
        const K& Key() const { return (**this).Key; }
        V& Value() const { return (**this).Value; }
    };
    TIterator CreateIterator() { return {Elements.template Begin<TPair<K, V>>()}; }
    auto CreateConstIterator() const { return Elements.template Begin<const TPair<K, V>>(); }
    auto begin() { return Elements.template Begin<TPair<K, V>>(); }
    auto end() { return Elements.template End<TPair<K, V>>(); }
    auto begin() const { return Elements.template Begin<const TPair<K, V>>(); }
    auto end() const { return Elements.template End<const TPair<K, V>>(); }

private:
    Shim::TElements<TPair<K, V>, K, FKeyOf> Elements;
};
