#pragma once

#include "Math/UnrealMathUtility.h"
#include "Math/Vector2D.h"

struct FBox2D {
    FVector2D Min, Max;
    bool bIsValid = false;
    FBox2D() = default;
    explicit FBox2D(EForceInit) : Min(FVector2D::ZeroVector), Max(FVector2D::ZeroVector) {}
    FBox2D(const FVector2D& InMin, const FVector2D& InMax) : Min(InMin), Max(InMax), bIsValid(true) {}
    double ComputeSquaredDistanceToPoint(const FVector2D& Point) const {
        return FMath::Square(Point.X - FMath::Clamp(Point.X, Min.X, Max.X)) + FMath::Square(Point.Y - FMath::Clamp(Point.Y, Min.Y, Max.Y));
    }
    FVector2D GetCenter() const { return FVector2D((Min.X + Max.X) * 0.5, (Min.Y + Max.Y) * 0.5); }
};
