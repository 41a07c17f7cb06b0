#pragma once

#include "Templates/TypeHash.h"

struct FIntVector {
    int32 X, Y, Z;
    FIntVector() = default;
    FIntVector(int32 InX, int32 InY, int32 InZ) : X(InX), Y(InY), Z(InZ) {}
    bool operator==(const FIntVector& Other) const { return X == Other.X && Y == Other.Y && Z == Other.Z; }
    friend uint32 GetTypeHash(const FIntVector& V) {
        return HashCombine(HashCombine(GetTypeHash(V.X), GetTypeHash(V.Y)), GetTypeHash(V.Z));
    }
};
