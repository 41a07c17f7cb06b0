#pragma once

#include <cmath>
#include <type_traits>

#include "CoreTypes.h"

namespace UE::Math {
template <typename T>
struct TVector;
}

#define UE_PI (3.1415926535897932f)
#define UE_SMALL_NUMBER (1.e-8f)
#define UE_KINDA_SMALL_NUMBER (1.e-4f)

namespace UE::Math::Private {
// Two floating types give the wider one, as in Unreal; whole numbers of different types are refused.
template <typename A, typename B>
using TWider = std::enable_if_t<std::is_floating_point_v<A> && std::is_floating_point_v<B> && !std::is_same_v<A, B>, double>;
}

struct FMath {
    template <typename T>
    static constexpr T Min(const T A, const T B) {
        return A <= B ? A : B;
    }
    template <typename T>
    static constexpr T Max(const T A, const T B) {
        return B <= A ? A : B;
    }
    template <typename A, typename B>
    static constexpr UE::Math::Private::TWider<A, B> Min(const A First, const B Second) {
        return Min<double>(First, Second);
    }
    template <typename A, typename B>
    static constexpr UE::Math::Private::TWider<A, B> Max(const A First, const B Second) {
        return Max<double>(First, Second);
    }
    template <typename T>
    static constexpr T Clamp(const T X, const T MinValue, const T MaxValue) {
        return Max(Min(X, MaxValue), MinValue);
    }
    template <typename T>
    static constexpr T Abs(const T A) {
        return A < T(0) ? -A : A;
    }
    template <typename T>
    static constexpr T Square(const T A) {
        return A * A;
    }
    static float Sqrt(float Value) { return std::sqrt(Value); }
    static double Sqrt(double Value) { return std::sqrt(Value); }
    static int32 FloorToInt(float F) { return FloorToInt32(F); }
    static int64 FloorToInt(double F) { return FloorToInt64(F); }
    static int32 CeilToInt(float F) { return CeilToInt32(F); }
    static int32 FloorToInt32(float F) { return static_cast<int32>(std::floor(F)); }
    static int32 FloorToInt32(double F) { return static_cast<int32>(std::floor(F)); }
    static int64 FloorToInt64(double F) { return static_cast<int64>(std::floor(F)); }
    static int32 CeilToInt32(float F) { return static_cast<int32>(std::ceil(F)); }
    static int32 CeilToInt32(double F) { return static_cast<int32>(std::ceil(F)); }
    static double FloorToDouble(double F) { return std::floor(F); }
    static double RoundToDouble(double F) { return std::floor(F + 0.5); }
    static bool IsNearlyEqual(float A, float B, float ErrorTolerance = UE_SMALL_NUMBER) { return Abs(A - B) <= ErrorTolerance; }
    static bool IsNearlyEqual(double A, double B, double ErrorTolerance = 1.e-8) { return Abs(A - B) <= ErrorTolerance; }
    static bool IsNearlyZero(float Value, float ErrorTolerance = UE_SMALL_NUMBER) { return Abs(Value) <= ErrorTolerance; }
    static bool IsNearlyZero(double Value, double ErrorTolerance = 1.e-8) { return Abs(Value) <= ErrorTolerance; }
    static UE::Math::TVector<double> ClosestPointOnTriangleToPoint(const UE::Math::TVector<double>& Point, const UE::Math::TVector<double>& A,
                                                                   const UE::Math::TVector<double>& B, const UE::Math::TVector<double>& C);
    static bool IsFinite(float A) { return std::isfinite(A); }
    static bool IsFinite(double A) { return std::isfinite(A); }
};
