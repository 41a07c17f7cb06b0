#pragma once

#include "Math/Vector.h"

struct FQuat {
    double X, Y, Z, W;
    FQuat() = default;
    constexpr FQuat(double InX, double InY, double InZ, double InW) : X(InX), Y(InY), Z(InZ), W(InW) {}
    FQuat(FVector Axis, double AngleRad)
        : X(Axis.X * std::sin(AngleRad / 2)), Y(Axis.Y * std::sin(AngleRad / 2)), Z(Axis.Z * std::sin(AngleRad / 2)), W(std::cos(AngleRad / 2)) {}
    static const FQuat Identity;
    FQuat Inverse() const { return FQuat(-X, -Y, -Z, W); }
    FVector RotateVector(FVector V) const {
        const FVector Q(X, Y, Z);
        const FVector T = 2.0 * (Q ^ V);
        return V + W * T + (Q ^ T);
    }
};
inline constexpr FQuat FQuat::Identity(0, 0, 0, 1);
