#pragma once

#include "Templates/Function.h"

template <typename T>
class TAttribute {
public:
    TAttribute() = default;
    TAttribute(const T& Fixed) : Value(Fixed) {}
    static TAttribute CreateLambda(TFunction<T()> In) {
        TAttribute Made;
        Made.Getter = MoveTemp(In);
        return Made;
    }
    T Get() const { return Getter.IsSet() ? Getter() : Value; }

private:
    T Value{};
    TFunction<T()> Getter;
};
