#pragma once

#include <limits>

#include "CoreTypes.h"

namespace UE::Math {
template <typename T>
struct TVector2 {
    T X = std::numeric_limits<T>::quiet_NaN();
    T Y = std::numeric_limits<T>::quiet_NaN();
    constexpr TVector2() = default;
    constexpr TVector2(T InX, T InY) : X(InX), Y(InY) {}
    constexpr explicit TVector2(EForceInit) : X(0), Y(0) {}
    TVector2 operator+(const TVector2& V) const { return TVector2(X + V.X, Y + V.Y); }
    TVector2 operator-(const TVector2& V) const { return TVector2(X - V.X, Y - V.Y); }
    bool operator==(const TVector2& V) const { return X == V.X && Y == V.Y; }
    static const TVector2 ZeroVector;
};
template <typename T>
inline constexpr TVector2<T> TVector2<T>::ZeroVector(T(0), T(0));
} // namespace UE::Math

using FVector2D = UE::Math::TVector2<double>;
using FVector2f = UE::Math::TVector2<float>;
