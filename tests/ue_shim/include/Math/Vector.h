// Vectors. In Unreal a vector that is not given values holds any; here it holds NaN.
#pragma once

#include <limits>

#include "Containers/UnrealString.h"
#include "Math/UnrealMathUtility.h"

namespace UE::Math {

template <typename T>
struct TVector {
    using FReal = T;
    T X = std::numeric_limits<T>::quiet_NaN();
    T Y = std::numeric_limits<T>::quiet_NaN();
    T Z = std::numeric_limits<T>::quiet_NaN();

    constexpr TVector() = default;
    constexpr explicit TVector(T Value) : X(Value), Y(Value), Z(Value) {}
    constexpr TVector(T InX, T InY, T InZ) : X(InX), Y(InY), Z(InZ) {}
    constexpr explicit TVector(EForceInit) : X(0), Y(0), Z(0) {}
    template <typename U, std::enable_if_t<!std::is_same_v<T, U>, int> = 0>
    constexpr explicit TVector(const TVector<U>& V) : X(static_cast<T>(V.X)), Y(static_cast<T>(V.Y)), Z(static_cast<T>(V.Z)) {}

    static const TVector ZeroVector, OneVector, UpVector;

    TVector operator+(const TVector& V) const { return TVector(X + V.X, Y + V.Y, Z + V.Z); }
    TVector operator-(const TVector& V) const { return TVector(X - V.X, Y - V.Y, Z - V.Z); }
    TVector operator*(const TVector& V) const { return TVector(X * V.X, Y * V.Y, Z * V.Z); }
    TVector operator/(const TVector& V) const { return TVector(X / V.X, Y / V.Y, Z / V.Z); }
    TVector operator-() const { return TVector(-X, -Y, -Z); }
    template <typename S, std::enable_if_t<std::is_arithmetic_v<S>, int> = 0>
    TVector operator*(S Scale) const {
        return TVector(X * static_cast<T>(Scale), Y * static_cast<T>(Scale), Z * static_cast<T>(Scale));
    }
    template <typename S, std::enable_if_t<std::is_arithmetic_v<S>, int> = 0>
    TVector operator/(S Scale) const {
        return *this * (T(1) / static_cast<T>(Scale));
    }
    template <typename S, std::enable_if_t<std::is_arithmetic_v<S>, int> = 0>
    friend TVector operator*(S Scale, const TVector& V) {
        return V * Scale;
    }
    TVector& operator+=(const TVector& V) { return *this = *this + V; }
    TVector& operator-=(const TVector& V) { return *this = *this - V; }
    template <typename S, std::enable_if_t<std::is_arithmetic_v<S>, int> = 0>
    TVector& operator*=(S Scale) {
        return *this = *this * Scale;
    }
    T operator|(const TVector& V) const { return X * V.X + Y * V.Y + Z * V.Z; }
    TVector operator^(const TVector& V) const { return TVector(Y * V.Z - Z * V.Y, Z * V.X - X * V.Z, X * V.Y - Y * V.X); }
    bool operator==(const TVector& V) const { return X == V.X && Y == V.Y && Z == V.Z; }
    T& operator[](int32 Index) {
        check(Index >= 0 && Index < 3);
        return Index == 0 ? X : Index == 1 ? Y : Z;
    }
    T operator[](int32 Index) const { return const_cast<TVector&>(*this)[Index]; }

    static T DotProduct(const TVector& A, const TVector& B) { return A | B; }
    static TVector CrossProduct(const TVector& A, const TVector& B) { return A ^ B; }
    static T Dist(const TVector& V1, const TVector& V2) { return FMath::Sqrt(DistSquared(V1, V2)); }
    static T Distance(const TVector& V1, const TVector& V2) { return Dist(V1, V2); }
    static T DistSquared(const TVector& V1, const TVector& V2) { return (V1 - V2).SizeSquared(); }
    T Size() const { return FMath::Sqrt(SizeSquared()); }
    T Length() const { return Size(); }
    T SizeSquared() const { return *this | *this; }
    // The zero vector for one that is too short to have a direction.
    TVector GetSafeNormal(T Tolerance = UE_SMALL_NUMBER) const {
        return SizeSquared() < Tolerance ? TVector(T(0)) : *this * (T(1) / Size());
    }
    bool IsZero() const { return X == 0 && Y == 0 && Z == 0; }
    bool IsNearlyZero(T Tolerance = UE_KINDA_SMALL_NUMBER) const { return Equals(TVector(T(0)), Tolerance); }
    bool Equals(const TVector& V, T Tolerance = UE_KINDA_SMALL_NUMBER) const {
        return FMath::Abs(X - V.X) <= Tolerance && FMath::Abs(Y - V.Y) <= Tolerance && FMath::Abs(Z - V.Z) <= Tolerance;
    }
    bool ContainsNaN() const { return !FMath::IsFinite(X) || !FMath::IsFinite(Y) || !FMath::IsFinite(Z); }
    FString ToString() const { return FString::Printf(TEXT("X=%3.3f Y=%3.3f Z=%3.3f"), X, Y, Z); }
};
template <typename T>
inline constexpr TVector<T> TVector<T>::ZeroVector(T(0));
template <typename T>
inline constexpr TVector<T> TVector<T>::OneVector(T(1));
template <typename T>
inline constexpr TVector<T> TVector<T>::UpVector(T(0), T(0), T(1));

} // namespace UE::Math

using FVector = UE::Math::TVector<double>;
using FVector3d = UE::Math::TVector<double>;
using FVector3f = UE::Math::TVector<float>;
