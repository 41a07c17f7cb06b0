#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"

class AActor;
class APlayerController;
class UGameInstance;

class UWorld : public UObject {
    SHIM_CLASS(UWorld, UObject)

public:
    UWorld* GetWorld() const override { return const_cast<UWorld*>(this); }
    UGameInstance* GetGameInstance() const { return ShimGameInstance; }
    APlayerController* GetFirstPlayerController() const { return ShimPlayerController; }
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
    void ShimVisit(Shim::FReferences& References) override;

    EWorldType::Type WorldType = EWorldType::None;
    TArray<FVector> ViewLocationsRenderedLastFrame;
    bool bIsTearingDown = false;

    // Of the shim.
    AActor* ShimSpawn(UClass* InClass, const FTransform& Transform);
    UGameInstance* ShimGameInstance = nullptr;
    APlayerController* ShimPlayerController = nullptr;
    TArray<AActor*> ShimActors;
    double ShimTimeSeconds = 0;
    bool bShimBegunPlay = false;
};
