// What every reflected class has: in Unreal the header tool generates it.
#pragma once

#include "UObject/UObjectGlobals.h"

namespace Shim {
template <typename T, typename TSuper>
UClass* SuperClassOf() {
    if constexpr (std::is_same_v<T, TSuper>) {
        return nullptr;
    } else {
        return TSuper::StaticClass();
    }
}
} // namespace Shim

// `new` is not for objects: they come from NewObject alone. The arguments are those of the constructor.
#define SHIM_REFLECT(TClass, TSuper, ...)                                                                              \
public:                                                                                                                \
    typedef TSuper Super;                                                                                              \
    typedef TClass ThisClass;                                                                                          \
    static UClass* StaticClass() {                                                                                     \
        static UClass Made(&TEXT(#TClass)[1], ::Shim::SuperClassOf<TClass, TSuper>(), sizeof(TClass),                  \
                           [](void* Memory) -> UObject* { return ::new (Memory) TClass(__VA_ARGS__); });               \
        return &Made;                                                                                                  \
    }                                                                                                                  \
    static void* operator new(size_t) = delete;                                                                        \
                                                                                                                       \
private:                                                                                                               \
    inline static const bool bShimRegistered = ::Shim::RegisterClass(&StaticClass);

// The constructor of a class that declares none.
#define SHIM_CONSTRUCTOR(TClass)                                                                                       \
public:                                                                                                                \
    TClass(const FObjectInitializer& ObjectInitializer = FObjectInitializer::Get()) : Super(ObjectInitializer) {}      \
                                                                                                                       \
private:

// What the tool generates for an event of an interface: it is called by its name, on whatever implements it.
#define SHIM_EXECUTE(TInterface, Object, Name, ...)                                                                    \
    checkf((Object)->ShimInterfaces.Contains(TInterface::StaticClass()), TEXT("an event of an interface is not implemented")); \
    if (const TFunction<void(void*)>* Event = (Object)->ShimEvents.Find(TEXT(#Name))) {                                \
        (*Event)(__VA_ARGS__);                                                                                         \
    }

// A class of the engine.
#define SHIM_CLASS(TClass, TSuper)                                                                                     \
    SHIM_REFLECT(TClass, TSuper, FObjectInitializer::Get())                                                            \
    SHIM_CONSTRUCTOR(TClass)

#if WITH_EDITOR
#define SHIM_IF_WITH_EDITOR(...) __VA_ARGS__
#else
#define SHIM_IF_WITH_EDITOR(...)
#endif
#if WITH_EDITORONLY_DATA
#define SHIM_IF_WITH_EDITORONLY_DATA(...) __VA_ARGS__
#else
#define SHIM_IF_WITH_EDITORONLY_DATA(...)
#endif
