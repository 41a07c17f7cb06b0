#pragma once

#include "Math/Quat.h"

struct FTransform {
    FTransform() = default;
    explicit FTransform(const FVector& InTranslation) : Translation(InTranslation) {}
    explicit FTransform(const FQuat& InRotation, const FVector& InTranslation = FVector::ZeroVector, const FVector& InScale = FVector::OneVector)
        : Rotation(InRotation), Translation(InTranslation), Scale3D(InScale) {}
    static const FTransform Identity;
    FQuat GetRotation() const { return Rotation; }
    FVector GetScale3D() const { return Scale3D; }
    bool Equals(const FTransform& Other, double Tolerance = 1.e-4) const {
        return Translation.Equals(Other.Translation, Tolerance) && Rotation.Equals(Other.Rotation, Tolerance) && Scale3D.Equals(Other.Scale3D, Tolerance);
    }
    FVector GetLocation() const { return Translation; }
    void SetLocation(const FVector& Origin) { Translation = Origin; }
    FVector TransformPosition(const FVector& V) const { return Rotation.RotateVector(Scale3D * V) + Translation; }
    FVector InverseTransformPosition(const FVector& V) const { return Rotation.Inverse().RotateVector(V - Translation) / Scale3D; }

private:
    FQuat Rotation = FQuat::Identity;
    FVector Translation = FVector::ZeroVector;
    FVector Scale3D = FVector::OneVector;
};
inline const FTransform FTransform::Identity;
