#pragma once

#include "CoreMinimal.h"

typedef TDelegate<void(const TArray<FString>&, UWorld*)> FConsoleCommandWithWorldAndArgsDelegate;

// A command of the console, known as long as this lives.
class FAutoConsoleCommandWithWorldAndArgs {
public:
    FAutoConsoleCommandWithWorldAndArgs(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldAndArgsDelegate& Command,
                                        uint32 Flags = 0);
    ~FAutoConsoleCommandWithWorldAndArgs();

private:
    FString ShimName;
};
