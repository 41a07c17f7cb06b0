#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"

class UActorComponent;
class USceneComponent;

class AActor : public UObject {
    SHIM_CLASS(AActor, UObject)

public:
    FTickFunction PrimaryActorTick;

    virtual void Tick(float DeltaSeconds);
    virtual bool ShouldTickIfViewportsOnly() const { return false; }
    virtual void OnConstruction(const FTransform&) {}
    virtual void PostRegisterAllComponents() {}
    virtual void Destroyed() {}
    bool Destroy(bool bNetForce = false, bool bShouldModifyLevel = true);
    bool HasActorBegunPlay() const { return ShimBeginPlayState == EBeginPlay::Begun; }
    bool IsActorBeingDestroyed() const { return bShimBeingDestroyed; }
    void SetActorTickEnabled(bool bEnabled) { bShimTickEnabled = bEnabled; }
    bool IsActorTickEnabled() const { return bShimTickEnabled; }
    USceneComponent* GetRootComponent() const { return RootComponent; }
    bool SetRootComponent(USceneComponent* NewRootComponent);
    const FTransform& GetActorTransform() const;
    FTransform GetTransform() const { return GetActorTransform(); }
    FVector GetActorLocation() const { return GetActorTransform().GetLocation(); }
    bool SetActorLocation(const FVector& NewLocation);
    UWorld* GetWorld() const override;
    template <typename T>
    void GetComponents(TArray<T*>& OutComponents) const {
        OutComponents.Reset();
        for (UObject* Component : ShimComponents) {
            if (Component->IsA(T::StaticClass())) {
                OutComponents.Add(static_cast<T*>(Component));
            }
        }
    }
    void ShimVisit(Shim::FReferences& References) override;

    // Of the shim.
    void ShimBeginPlay();
    void ShimEndPlay(EEndPlayReason::Type Reason);
    void ShimTick(float DeltaSeconds, bool bGame);
    void ShimInitialise(const FTransform& Transform);
    TArray<UObject*> ShimComponents;

protected:
    virtual void BeginPlay();
    virtual void EndPlay(const EEndPlayReason::Type EndPlayReason);
    TObjectPtr<USceneComponent> RootComponent;
#if WITH_EDITORONLY_DATA
    uint8 bIsSpatiallyLoaded = 1;
#endif

private:
    enum class EBeginPlay : uint8 { Not, Beginning, Begun };
    EBeginPlay ShimBeginPlayState = EBeginPlay::Not;
    bool bShimEndPlayRouted = false;
    bool bShimBeingDestroyed = false;
    bool bShimTickEnabled = true;
    float ShimSinceTick = 0.0f;
};
