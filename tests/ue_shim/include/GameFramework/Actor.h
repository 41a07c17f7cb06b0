#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"

class UActorComponent;
class ULevel;
class USceneComponent;

class AActor : public UObject {
    SHIM_CLASS(AActor, UObject)

public:
    FTickFunction PrimaryActorTick;
    TArray<FName> Tags;

    virtual void Tick(float DeltaSeconds);
    virtual bool ShouldTickIfViewportsOnly() const { return false; }
    virtual void OnConstruction(const FTransform&) {}
    AActor* GetOwner() const { return Owner; }
    ULevel* GetLevel() const;
    void SetNetAddressable() { bShimNetAddressable = true; }
    bool IsNameStableForNetworking() const { return bShimNetAddressable; }
    bool AttachToActor(AActor* ParentActor, const FAttachmentTransformRules& AttachmentRules, FName SocketName = NAME_None);
    virtual void SetActorHiddenInGame(bool bNewHidden) { bShimHidden = bNewHidden; }
    bool IsHidden() const { return bShimHidden; }
#if WITH_EDITOR
    void SetActorLabel(const FString& NewActorLabel, bool bMarkDirty = true);
    void SetFolderPath(const FName& NewFolderPath) { ShimFolderPath = NewFolderPath; }
    virtual AActor* GetSelectionParent() const { return nullptr; }
    virtual bool IsSelectionChild() const { return false; }
    bool IsTemporarilyHiddenInEditor(bool = false) const { return bShimHiddenInEditor; }
    virtual void SetIsTemporarilyHiddenInEditor(bool bIsHidden) { bShimHiddenInEditor = bIsHidden; }
#endif
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
    // What the editor does after a property was edited, undone or moved: all components are registered anew.
    void ShimReregister();
    TObjectPtr<AActor> Owner;
    FString ShimLabel;
    FName ShimFolderPath;
    TArray<UObject*> ShimComponents;

protected:
    virtual void BeginPlay();
    virtual void EndPlay(const EEndPlayReason::Type EndPlayReason);
    TObjectPtr<USceneComponent> RootComponent;
#if WITH_EDITORONLY_DATA
    uint8 bIsSpatiallyLoaded = 1;
    uint8 bListedInSceneOutliner = 1;
#endif

private:
    enum class EBeginPlay : uint8 { Not, Beginning, Begun };
    EBeginPlay ShimBeginPlayState = EBeginPlay::Not;
    bool bShimEndPlayRouted = false;
    bool bShimBeingDestroyed = false;
    bool bShimTickEnabled = true;
    bool bShimNetAddressable = false;
    bool bShimHidden = false;
    bool bShimHiddenInEditor = false;
    float ShimSinceTick = 0.0f;
};
