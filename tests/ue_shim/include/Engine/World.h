#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"

class AActor;
class APlayerController;
class UGameInstance;
class ULevel;

enum class ESpawnActorCollisionHandlingMethod : uint8 { Undefined, AlwaysSpawn, AdjustIfPossibleButAlwaysSpawn };

struct FActorSpawnParameters {
    enum class ESpawnActorNameMode : uint8 { Required_Fatal, Required_ErrorAndReturnNull, Required_ReturnNull, Requested };
    FName Name;
    AActor* Owner = nullptr;
    ULevel* OverrideLevel = nullptr;
    ESpawnActorCollisionHandlingMethod SpawnCollisionHandlingOverride = ESpawnActorCollisionHandlingMethod::Undefined;
    ESpawnActorNameMode NameMode = ESpawnActorNameMode::Required_Fatal;
    EObjectFlags ObjectFlags = RF_NoFlags;
};

// The players of a world, local ones and, on a server, all.
class FConstPlayerControllerIterator {
public:
    explicit FConstPlayerControllerIterator(const TArray<TWeakObjectPtr<APlayerController>>& In) : All(In) {}
    explicit operator bool() const { return Index < All.Num(); }
    FConstPlayerControllerIterator& operator++() {
        ++Index;
        return *this;
    }
    const TWeakObjectPtr<APlayerController>& operator*() const { return All[Index]; }
    const TWeakObjectPtr<APlayerController>* operator->() const { return &All[Index]; }

private:
    TArray<TWeakObjectPtr<APlayerController>> All;
    int32 Index = 0;
};

class UWorld : public UObject {
    SHIM_CLASS(UWorld, UObject)

public:
    UWorld* GetWorld() const override { return const_cast<UWorld*>(this); }
    UGameInstance* GetGameInstance() const { return ShimGameInstance; }
    APlayerController* GetFirstPlayerController() const { return ShimPlayerController; }
    FConstPlayerControllerIterator GetPlayerControllerIterator() const;
    double GetTimeSeconds() const { return ShimTimeSeconds; }
    bool IsGameWorld() const { return WorldType == EWorldType::Game || WorldType == EWorldType::PIE; }
    bool HasBegunPlay() const { return bShimBegunPlay; }
    template <typename T>
    T* SpawnActor() {
        return static_cast<T*>(ShimSpawn(T::StaticClass(), FTransform::Identity));
    }
    template <typename T>
    T* SpawnActor(UClass* InClass, const FTransform& Transform) {
        return static_cast<T*>(ShimSpawn(InClass, Transform));
    }
    template <typename T>
    T* SpawnActor(UClass* InClass, const FTransform& Transform, const FActorSpawnParameters& SpawnParameters) {
        return static_cast<T*>(ShimSpawn(InClass, Transform, SpawnParameters));
    }
    template <typename T>
    T* SpawnActor(const FActorSpawnParameters& SpawnParameters) {
        return static_cast<T*>(ShimSpawn(T::StaticClass(), FTransform::Identity, SpawnParameters));
    }
    void ShimVisit(Shim::FReferences& References) override;

    EWorldType::Type WorldType = EWorldType::None;
    TArray<FVector> ViewLocationsRenderedLastFrame;
    ULevel* PersistentLevel = nullptr;
    bool bIsTearingDown = false;

    // Of the shim: the other levels, and the one that actors go to which name none; none is the persistent one.
    TArray<ULevel*> ShimLevels;
    ULevel* ShimCurrentLevel = nullptr;
    AActor* ShimSpawn(UClass* InClass, const FTransform& Transform, const FActorSpawnParameters& Parameters = FActorSpawnParameters());
    TArray<APlayerController*> ShimMorePlayers;
    UGameInstance* ShimGameInstance = nullptr;
    APlayerController* ShimPlayerController = nullptr;
    TArray<AActor*> ShimActors;
    double ShimTimeSeconds = 0;
    bool bShimBegunPlay = false;
};
