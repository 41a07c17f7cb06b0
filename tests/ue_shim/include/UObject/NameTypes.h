#pragma once

#include "Containers/UnrealString.h"

enum EName { NAME_None };

class FName {
public:
    FName(EName = NAME_None) {}
    FName(const TCHAR* Name) : Text(Name) {}
    FName(const ANSICHAR* Name) : Text(Name) {}
    explicit FName(const FString& Name) : Text(Name) {}
    FString ToString() const { return Text.IsEmpty() ? FString(TEXT("None")) : Text; }
    bool IsNone() const { return Text.IsEmpty(); }
    bool operator==(const FName& Other) const { return Text == Other.Text; }
    friend uint32 GetTypeHash(const FName& Name) { return GetTypeHash(Name.Text); }

private:
    FString Text;
};
