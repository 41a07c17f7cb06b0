#pragma once

#include <optional>

#include "Misc/AssertionMacros.h"
#include "Templates/UnrealTemplate.h"

template <typename T>
class TOptional {
public:
    TOptional() = default;
    TOptional(const T& Value) : Held(Value) {}
    TOptional(T&& Value) : Held(static_cast<T&&>(Value)) {}
    bool IsSet() const { return Held.has_value(); }
    explicit operator bool() const { return Held.has_value(); }
    const T& GetValue() const {
        check(Held);
        return *Held;
    }
    T& GetValue() {
        check(Held);
        return *Held;
    }
    T* operator->() { return &GetValue(); }
    const T* operator->() const { return &GetValue(); }
    T& operator*() { return GetValue(); }
    const T& operator*() const { return GetValue(); }
    const T& Get(const T& Default) const { return Held ? *Held : Default; }
    void Reset() { Held.reset(); }
    template <typename... A>
    T& Emplace(A&&... Args) {
        return Held.emplace(Forward<A>(Args)...);
    }

private:
    std::optional<T> Held;
};
