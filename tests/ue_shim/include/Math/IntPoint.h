#pragma once

#include "Templates/TypeHash.h"

struct FIntPoint {
    int32 X;
    int32 Y;
    FIntPoint() = default;
    FIntPoint(int32 InX, int32 InY) : X(InX), Y(InY) {}
    bool operator==(const FIntPoint& Other) const { return X == Other.X && Y == Other.Y; }
    friend uint32 GetTypeHash(const FIntPoint& Point) { return HashCombine(GetTypeHash(Point.X), GetTypeHash(Point.Y)); }
};
