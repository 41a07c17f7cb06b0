#pragma once

#include "Containers/UnrealString.h"

class FText {
public:
    FText() = default;
    static FText FromString(const FString& String) { return FText(String); }
    static FText FromString(FString&& String) { return FText(String); }
    static const FText& GetEmpty() {
        static const FText Empty;
        return Empty;
    }
    const FString& ToString() const { return Text; }
    bool IsEmpty() const { return Text.IsEmpty(); }

private:
    explicit FText(const FString& In) : Text(In) {}
    FString Text;
};
