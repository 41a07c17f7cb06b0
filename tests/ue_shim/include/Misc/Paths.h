#pragma once

#include "Containers/UnrealString.h"

class FPaths {
public:
    template <typename... PathTypes>
    static FString Combine(PathTypes&&... InPaths) {
        FString Combined;
        ((Combined.IsEmpty() ? Combined = FString(InPaths) : Combined /= FString(InPaths)), ...);
        return Combined;
    }
    static FString ConvertRelativePathToFull(const FString& InPath);
    static FString ConvertRelativePathToFull(const FString& BasePath, const FString& InPath);
    static FString GetPath(const FString& InPath);
    static FString GetCleanFilename(const FString& InPath);
    static FString ProjectDir();
    static FString ProjectContentDir();
    static FString ProjectSavedDir();
    static bool FileExists(const FString& InPath);
    static bool DirectoryExists(const FString& InPath);
    static bool IsRelative(const FString& InPath);
    static void NormalizeDirectoryName(FString& InPath);
};
