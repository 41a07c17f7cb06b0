// Objects: how they are made, who refers to them, how they end.
#include "UObject/Object.h"

#include <new>
#include <set>
#include <vector>

#include "CoreMinimal.h"
#include "ScopedTransaction.h"
#include "ShimControl.h"
#include "UObject/Package.h"

namespace {

// What the constructor of the object that is being made takes for itself.
struct FMaking {
    UClass* Class;
    UObject* Outer;
    FName Name;
    EObjectFlags Flags;
};
TArray<const FMaking*> Making;

// Filled by static initialisers.
TArray<UClass* (*)()>& Classes() {
    static TArray<UClass* (*)()> All;
    return All;
}

std::set<UObject*>& Objects() {
    static auto* const All = new std::set<UObject*>;
    return *All;
}

// Which parts of an end have reached UObject.
UObject* Ending = nullptr;

// Once all have gone at the engine's end, none is made and no default is asked for any longer.
bool bAllAreGone = false;

// All are told before any is gone.
void End(const std::vector<UObject*>& Gone) {
    UObject* const Outermost = Ending;
    for (UObject* Object : Gone) {
        Ending = Object;
        Object->BeginDestroy();
        checkf(Object->HasAnyFlags(RF_BeginDestroyed), TEXT("BeginDestroy did not call Super::BeginDestroy"));
    }
    for (UObject* Object : Gone) {
        Ending = Object;
        for (int32 Round = 0; !Object->IsReadyForFinishDestroy(); ++Round) {
            checkf(Round < 60000, TEXT("an object is never ready for FinishDestroy"));
            Shim::SleepMilliseconds(1);
        }
        Object->FinishDestroy();
        checkf(Object->HasAnyFlags(RF_FinishDestroyed), TEXT("FinishDestroy did not call Super::FinishDestroy"));
    }
    Ending = Outermost;
    for (UObject* Object : Gone) {
        Object->ShimLife->Memory = nullptr;
        Objects().erase(Object);
        Object->~UObject();
        ::operator delete(static_cast<void*>(Object));
    }
}

} // namespace

std::shared_ptr<Shim::FLife> Shim::LifeOf(const UObject* Object) { return Object != nullptr ? Object->ShimLife : nullptr; }

bool Shim::RegisterClass(UClass* (*StaticClass)()) {
    Classes().Add(StaticClass);
    return true;
}

namespace Shim {
void ForgetWorlds();

void MakeDefaultObjects() {
    bAllAreGone = false;
    for (UClass* (*const StaticClass)() : Classes()) {
        StaticClass()->GetDefaultObject();
    }
}

void DestroyAllObjects() {
    const std::vector<UObject*> Gone(Objects().begin(), Objects().end());
    for (UObject* Object : Gone) {
        Object->MarkAsGarbage();
    }
    for (UClass* (*const StaticClass)() : Classes()) {
        StaticClass()->ShimDefault = nullptr;
    }
    bAllAreGone = true;
    ForgetWorlds();
    End(Gone);
}
} // namespace Shim

UObject* UClass::GetDefaultObject() {
    checkf(!bAllAreGone, TEXT("a default object is asked for after all have gone"));
    if (ShimDefault == nullptr) {
        ShimDefault = Shim::NewObject(this, nullptr, FName(TEXT("Default__") + ShimName), RF_ClassDefaultObject | RF_Public);
    }
    return ShimDefault;
}

const FObjectInitializer& FObjectInitializer::Get() {
    static const FObjectInitializer Initializer;
    return Initializer;
}

UObject* Shim::FindObject(const UClass* Class, const UObject* Outer, FName Name) {
    for (UObject* Object : Objects()) {
        if (Object->GetOuter() == Outer && Object->GetFName() == Name && !Object->bShimGarbage && Object->IsA(Class)) {
            return Object;
        }
    }
    return nullptr;
}

bool Shim::IsNameTaken(const UObject* Outer, FName Name) {
    for (const UObject* Object : Objects()) {
        if (Object->GetOuter() == Outer && Object->GetFName() == Name) {
            return true;
        }
    }
    return false;
}

bool UObject::Rename(const TCHAR* NewName, UObject* NewOuter, uint32) {
    static int32 Last = 0;
    NamePrivate = NewName != nullptr ? FName(NewName) : FName(FString::Printf(TEXT("Renamed_%d"), Last++));
    OuterPrivate = NewOuter != nullptr ? NewOuter : OuterPrivate;
    return true;
}

UObject* Shim::NewObject(UClass* Class, UObject* Outer, FName Name, EObjectFlags Flags) {
    checkf(IsInGameThread(), TEXT("objects are made on the game thread"));
    checkf(!bAllAreGone, TEXT("an object is made after all have gone"));
    if (Name.IsNone()) {
        static int32 Last = 0;
        Name = FName(FString::Printf(TEXT("%s_%d"), *Class->ShimName, Last++));
    }
    else {
        // Unreal would make the new object in the place of the old one.
        checkf(!IsNameTaken(Outer, Name), TEXT("there is an object of this name in the same outer"));
    }
    const FMaking Made{Class, Outer, Name, Flags};
    Making.Add(&Made);
    void* Memory = ::operator new(Class->ShimSize);
    std::memset(Memory, 0, Class->ShimSize);
    UObject* Object = Class->ShimConstruct(Memory);
    check(static_cast<void*>(Object) == Memory);
    Object->PostInitProperties();
    return Object;
}

UObject::UObject() {
    checkf(!Making.IsEmpty(), TEXT("objects are made by NewObject"));
    const FMaking* Made = Making.Pop();
    ClassPrivate = Made->Class;
    OuterPrivate = Made->Outer;
    NamePrivate = Made->Name;
    ObjectFlags = Made->Flags;
    ShimLife = std::make_shared<Shim::FLife>();
    ShimLife->Object = this;
    ShimLife->Memory = this;
    Objects().insert(this);
}

UObject::~UObject() = default;

void UObject::BeginDestroy() {
    checkf(Ending == this && !HasAnyFlags(RF_BeginDestroyed), TEXT("BeginDestroy is the garbage collector's to call"));
    ObjectFlags |= RF_BeginDestroyed;
}

void UObject::FinishDestroy() {
    check(Ending == this && !HasAnyFlags(RF_FinishDestroyed));
    ObjectFlags |= RF_FinishDestroyed;
}

UWorld* UObject::GetWorld() const { return OuterPrivate != nullptr ? OuterPrivate->GetWorld() : nullptr; }

UPackage* UObject::GetOutermost() const {
    const UObject* Top = this;
    while (Top->OuterPrivate != nullptr) {
        Top = Top->OuterPrivate;
    }
    return Top->IsA<UPackage>() ? static_cast<UPackage*>(const_cast<UObject*>(Top)) : nullptr;
}

// What is not saved makes nothing dirty.
bool UObject::MarkPackageDirty() const {
    UPackage* Package = HasAnyFlags(RF_Transient) ? nullptr : GetOutermost();
    if (Package != nullptr) {
        Package->bShimDirty = true;
    }
    return Package != nullptr;
}

namespace {
int32 Transactions = 0;
}

FScopedTransaction::FScopedTransaction(const FText&, const bool) { ++Transactions; }

FScopedTransaction::~FScopedTransaction() { --Transactions; }

bool UObject::Modify(bool bAlwaysMarkDirty) {
    ShimModified += Transactions > 0 ? 1 : 0;
    return bAlwaysMarkDirty && MarkPackageDirty();
}

FString UObject::GetPathName(const UObject* StopOuter) const {
    return OuterPrivate != nullptr && OuterPrivate != StopOuter ? OuterPrivate->GetPathName(StopOuter) + TEXT(".") + GetName() : GetName();
}

void UObject::MarkAsGarbage() {
    bShimGarbage = true;
    ShimLife->Object = nullptr;
}

void UObject::ClearGarbage() {
    bShimGarbage = false;
    ShimLife->Object = this;
}

void Shim::Destroy(UObject* Object) {
    check(IsInGameThread() && Objects().count(Object) == 1);
    Object->MarkAsGarbage();
    for (UObject* Other : Objects()) {
        FReferences References;
        References.Going = Object;
        Other->ShimVisit(References);
    }
    End({Object});
}

void Shim::CollectGarbage() {
    check(IsInGameThread());
    FReferences Found;
    for (UObject* Object : Objects()) {
        if (Object->bShimGarbage) {
            for (UObject* Other : Objects()) {
                FReferences Clear;
                Clear.Going = Object;
                Other->ShimVisit(Clear);
            }
        } else if (Object->IsRooted() || Object->ShimStrongReferences > 0 || Object->HasAnyFlags(RF_ClassDefaultObject)) {
            Found.Reached.Add(Object);
        }
    }
    std::set<UObject*> Reached;
    while (!Found.Reached.IsEmpty()) {
        UObject* Object = Found.Reached.Pop();
        if (Reached.insert(Object).second) {
            Object->ShimVisit(Found);
        }
    }
    std::vector<UObject*> Gone;
    for (UObject* Object : Objects()) {
        if (Reached.count(Object) == 0) {
            Object->MarkAsGarbage();
            Gone.push_back(Object);
        }
    }
    End(Gone);
}

int32 Shim::NumObjects() { return static_cast<int32>(Objects().size()); }
