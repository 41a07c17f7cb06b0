#pragma once

#include "UObject/Class.h"
#include "UObject/ObjectMacros.h"

class FObjectInitializer {
public:
    static const FObjectInitializer& Get();
};

namespace Shim {
UObject* NewObject(UClass* Class, UObject* Outer, FName Name, EObjectFlags Flags);
UObject* FindObject(const UClass* Class, const UObject* Outer, FName Name);
bool IsNameTaken(const UObject* Outer, FName Name);
}

template <typename T>
T* FindObject(UObject* Outer, const TCHAR* Name) {
    return static_cast<T*>(Shim::FindObject(T::StaticClass(), Outer, FName(Name)));
}
template <typename T>
T* NewObject() {
    return static_cast<T*>(Shim::NewObject(T::StaticClass(), nullptr, NAME_None, RF_NoFlags));
}
template <typename T>
T* NewObject(UObject* Outer) {
    return static_cast<T*>(Shim::NewObject(T::StaticClass(), Outer, NAME_None, RF_NoFlags));
}
template <typename T>
T* NewObject(UObject* Outer, FName Name, EObjectFlags Flags = RF_NoFlags) {
    return static_cast<T*>(Shim::NewObject(T::StaticClass(), Outer, Name, Flags));
}
template <typename T>
T* NewObject(UObject* Outer, const UClass* Class, FName Name = NAME_None, EObjectFlags Flags = RF_NoFlags) {
    check(Class->IsChildOf(T::StaticClass()));
    return static_cast<T*>(Shim::NewObject(const_cast<UClass*>(Class), Outer, Name, Flags));
}
