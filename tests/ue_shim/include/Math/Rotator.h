#pragma once

#include "CoreTypes.h"

struct FRotator {
    double Pitch, Yaw, Roll;
    FRotator() = default;
    constexpr FRotator(double InPitch, double InYaw, double InRoll) : Pitch(InPitch), Yaw(InYaw), Roll(InRoll) {}
    static const FRotator ZeroRotator;
};
inline constexpr FRotator FRotator::ZeroRotator(0, 0, 0);
