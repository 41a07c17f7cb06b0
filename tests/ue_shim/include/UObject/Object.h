#pragma once

#include "Shim/References.h"
#include "Templates/Function.h"
#include "Shim/Reflection.h"
#include "UObject/Class.h"
#include "UObject/ObjectPtr.h"
#include "UObject/UObjectGlobals.h"
#include "UObject/WeakObjectPtr.h"

class UPackage;
class UWorld;

class UObject {
    SHIM_REFLECT(UObject, UObject, FObjectInitializer::Get())

public:
    UObject();
    explicit UObject(const FObjectInitializer&) : UObject() {}
    virtual ~UObject();
    UE_NONCOPYABLE(UObject)

    virtual void PostInitProperties() {}
    virtual void BeginDestroy();
    virtual bool IsReadyForFinishDestroy() { return true; }
    virtual void FinishDestroy();
    virtual UWorld* GetWorld() const;
    bool MarkPackageDirty() const;
    // In a transaction of the editor, what the object is now can be had back.
    virtual bool Modify(bool bAlwaysMarkDirty = true);
#if WITH_EDITOR
    virtual void PostEditChange() {}
    virtual void PostEditUndo() {}
#endif

    UClass* GetClass() const { return ClassPrivate; }
    UObject* GetOuter() const { return OuterPrivate; }
    // What it is saved in; null for what is in no package.
    UPackage* GetOutermost() const;
    FString GetName() const { return NamePrivate.ToString(); }
    FName GetFName() const { return NamePrivate; }
    FString GetPathName(const UObject* StopOuter = nullptr) const;
    EObjectFlags GetFlags() const { return static_cast<EObjectFlags>(ObjectFlags); }
    bool HasAnyFlags(EObjectFlags FlagsToCheck) const { return (ObjectFlags & FlagsToCheck) != 0; }
    bool IsTemplate(EObjectFlags TemplateTypes = RF_ArchetypeObject | RF_ClassDefaultObject) const { return HasAnyFlags(TemplateTypes); }
    bool IsA(const UClass* SomeBase) const { return ClassPrivate->IsChildOf(SomeBase); }
    template <typename T>
    bool IsA() const {
        return IsA(T::StaticClass());
    }
    // Whether the object's class implements an interface: one of C++, or a Blueprint's.
    template <typename T>
    bool Implements() const {
        return ShimInterfaces.Contains(T::StaticClass());
    }
    template <typename T>
    T* GetTypedOuter() const {
        UObject* Object = OuterPrivate;
        while (Object != nullptr && !Object->IsA<T>()) {
            Object = Object->OuterPrivate;
        }
        return static_cast<T*>(Object);
    }
    // Without a name it gets one that nothing has.
    virtual bool Rename(const TCHAR* NewName = nullptr, UObject* NewOuter = nullptr, uint32 Flags = 0);
    void AddToRoot() { bShimRooted = true; }
    void RemoveFromRoot() { bShimRooted = false; }
    bool IsRooted() const { return bShimRooted; }
    void MarkAsGarbage();
    void ClearGarbage();
#if WITH_EDITOR
    template <typename T>
    T* CreateEditorOnlyDefaultSubobject(FName SubobjectName, bool bTransient = false) {
        return CreateDefaultSubobject<T>(SubobjectName, bTransient);
    }
#else
    template <typename T>
    T* CreateEditorOnlyDefaultSubobject(FName, bool = false) {
        return nullptr;
    }
#endif
    template <typename T>
    T* CreateDefaultSubobject(FName SubobjectName, bool = false) {
        return static_cast<T*>(Shim::NewObject(T::StaticClass(), this, SubobjectName, static_cast<EObjectFlags>(ObjectFlags & RF_ClassDefaultObject)));
    }

    // Of the shim.
    virtual void ShimVisit(Shim::FReferences& References) { References.Add(OuterPrivate); }
    std::shared_ptr<Shim::FLife> ShimLife;
    // What a Blueprint of this object's class implements: interfaces, and events by their names.
    TArray<const UClass*> ShimInterfaces;
    TMap<FString, TFunction<void(void*)>> ShimEvents;
    std::atomic<int32> ShimStrongReferences{0};
    bool bShimGarbage = false;
    // How often it was modified in a transaction.
    int32 ShimModified = 0;

private:
    UClass* ClassPrivate;
    UObject* OuterPrivate;
    FName NamePrivate;
    int ObjectFlags;
    bool bShimRooted = false;
    friend UObject* Shim::NewObject(UClass*, UObject*, FName, EObjectFlags);
};

inline bool IsValid(const UObject* Test) { return Test != nullptr && !Test->bShimGarbage; }
