#pragma once

#include <functional>
#include <type_traits>

#include "HAL/Platform.h"

template <typename T, std::enable_if_t<std::is_arithmetic_v<T> || std::is_pointer_v<T> || std::is_enum_v<T>, int> = 0>
uint32 GetTypeHash(T Value) {
    const uint64 Hash = static_cast<uint64>(std::hash<T>()(Value)) * 0x9e3779b97f4a7c15ull;
    return static_cast<uint32>(Hash >> 32);
}
inline uint32 HashCombine(uint32 A, uint32 C) { return (A ^ (C + 0x9e3779b9u + (A << 6) + (A >> 2))); }
