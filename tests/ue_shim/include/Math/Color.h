#pragma once

#include "CoreTypes.h"

struct FColor {
    uint8 B, G, R, A;
    constexpr FColor() : B(0), G(0), R(0), A(0) {}
    constexpr FColor(uint8 InR, uint8 InG, uint8 InB, uint8 InA = 255) : B(InB), G(InG), R(InR), A(InA) {}
    bool operator==(const FColor& C) const { return R == C.R && G == C.G && B == C.B && A == C.A; }
};

// A colour as light. Made of an FColor, which is taken for sRGB.
struct FLinearColor {
    float R, G, B, A;
    FLinearColor(const FColor& Color);
    FColor ToFColor(const bool bSRGB) const;
};
