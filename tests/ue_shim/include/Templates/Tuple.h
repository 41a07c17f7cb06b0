#pragma once

#include "Templates/TypeHash.h"
#include "Templates/UnrealTemplate.h"

template <typename KeyType, typename ValueType>
struct TPair {
    KeyType Key;
    ValueType Value;
    TPair() : Key(), Value() {}
    template <typename K, typename V>
    TPair(K&& InKey, V&& InValue) : Key(Forward<K>(InKey)), Value(Forward<V>(InValue)) {}
    bool operator==(const TPair& Other) const { return Key == Other.Key && Value == Other.Value; }
    friend uint32 GetTypeHash(const TPair& Pair) { return HashCombine(GetTypeHash(Pair.Key), GetTypeHash(Pair.Value)); }
};
