#pragma once

#include "Math/Vector.h"

struct FBox {
    FVector Min, Max;
    uint8 IsValid = 0;
    FBox() = default;
    explicit FBox(EForceInit) : Min(FVector::ZeroVector), Max(FVector::ZeroVector) {}
    FBox(const FVector& InMin, const FVector& InMax) : Min(InMin), Max(InMax), IsValid(1) {}
    FBox& operator+=(const FVector& V) {
        for (int32 Axis = 0; Axis < 3; ++Axis) {
            Min[Axis] = IsValid ? FMath::Min(Min[Axis], V[Axis]) : V[Axis];
            Max[Axis] = IsValid ? FMath::Max(Max[Axis], V[Axis]) : V[Axis];
        }
        IsValid = 1;
        return *this;
    }
    FVector GetCenter() const { return (Min + Max) * 0.5; }
    double ComputeSquaredDistanceToPoint(const FVector& Point) const {
        double Sum = 0;
        for (int32 Axis = 0; Axis < 3; ++Axis) {
            Sum += FMath::Square(Point[Axis] - FMath::Clamp(Point[Axis], Min[Axis], Max[Axis]));
        }
        return Sum;
    }
};
