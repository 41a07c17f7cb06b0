#pragma once

#include "Math/Vector.h"

struct FQuat {
    double X, Y, Z, W;
    FQuat() = default;
    constexpr FQuat(double InX, double InY, double InZ, double InW) : X(InX), Y(InY), Z(InZ), W(InW) {}
    FQuat(FVector Axis, double AngleRad)
        : X(Axis.X * std::sin(AngleRad / 2)), Y(Axis.Y * std::sin(AngleRad / 2)), Z(Axis.Z * std::sin(AngleRad / 2)), W(std::cos(AngleRad / 2)) {}
    static const FQuat Identity;
    // The rotation that takes one direction to another; neither needs to be a unit vector.
    static FQuat FindBetweenVectors(const FVector& Vector1, const FVector& Vector2) {
        const double Norm = std::sqrt(Vector1.SizeSquared() * Vector2.SizeSquared());
        double Real = Norm + (Vector1 | Vector2);
        FVector Axis = Vector1 ^ Vector2;
        if (Real < 1e-6 * Norm) {
            Real = 0;
            Axis = std::abs(Vector1.X) > std::abs(Vector1.Z) ? FVector(-Vector1.Y, Vector1.X, 0.0) : FVector(0.0, -Vector1.Z, Vector1.Y);
        }
        const double Size = std::sqrt(Axis.SizeSquared() + Real * Real);
        return FQuat(Axis.X / Size, Axis.Y / Size, Axis.Z / Size, Real / Size);
    }
    bool Equals(const FQuat& Q, double Tolerance = 1.e-4) const {
        return std::abs(X - Q.X) <= Tolerance && std::abs(Y - Q.Y) <= Tolerance && std::abs(Z - Q.Z) <= Tolerance && std::abs(W - Q.W) <= Tolerance;
    }
    FQuat Inverse() const { return FQuat(-X, -Y, -Z, W); }
    FVector RotateVector(FVector V) const {
        const FVector Q(X, Y, Z);
        const FVector T = 2.0 * (Q ^ V);
        return V + W * T + (Q ^ T);
    }
};
inline constexpr FQuat FQuat::Identity(0, 0, 0, 1);
