#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"
#include "UObject/WeakObjectPtr.h"
#include "UserSelectionManager.generated.h"

/** What the colour of a trajectory tells. */
UENUM(BlueprintType)
enum class ETrajectoryColorEncoding : uint8
{
	Time UMETA(DisplayName = "Time"),
	Distance UMETA(DisplayName = "Distance"),
	Velocity UMETA(DisplayName = "Distance Category"),
	VolumeImage UMETA(DisplayName = "Volume Image")
};

/** Which trajectories are shown, by how near they come. */
UENUM(BlueprintType)
enum class ETrajectoryDistanceFilter : uint8
{
	NoFilter UMETA(DisplayName = "No Filter"),
	DoesNotReachInnerRadius UMETA(DisplayName = "Not Reaching Inner Radius"),
	ReachesInnerRadius UMETA(DisplayName = "Reaching Inner Radius"),
	StayedInnerRadius UMETA(DisplayName = "Stayed Inner Radius")
};

/** A trajectory that the user has selected, and how it is to be looked at. */
USTRUCT(BlueprintType)
struct FUserTrajectorySelection
{
	GENERATED_BODY()

	/** The trajectory. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	int32 TrajectoryId = 0;

	/** The first time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	int32 TimeStart = 0;

	/** The last time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	int32 TimeEnd = 0;

	/** Whether the selection depends on the range of time steps. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	bool TimeRangeSensitive = false;

	/** The smaller radius of queries, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	float InnerRadius = 0.0f;

	/** The radius of queries, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	float QueryRadius = 0.0f;

	/** How far from the trajectory others are shown, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	float VisibilityRadius = 0.0f;

	/** How large a particle is shown, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	float ParticleRadius = 0.0f;

	/** What its colour tells. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	ETrajectoryColorEncoding ColorEncoding = ETrajectoryColorEncoding::Time;

	/** Which trajectories around it are shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	ETrajectoryDistanceFilter DistanceFilter = ETrajectoryDistanceFilter::NoFilter;

	/** Whether its particles are shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "User Selection")
	bool bParticlesVisible = true;
};

/** The selections have changed: all of them as they are now. */
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(
	FOnUserSelectionsChanged, const TArray<FUserTrajectorySelection>&, Selections);

/**
 * The trajectories that the user has selected. Whoever wants to know of changes binds OnSelectionsChanged, or implements
 * ITrajectorySelectionListener and registers; whoever selects calls the functions here, or implements
 * ITrajectorySelectionProvider, registers, and is asked by RefreshFromProviders.
 */
UCLASS(BlueprintType, Blueprintable)
class SPATIALHASHEDTRAJECTORY_API UUserSelectionManager : public UObject
{
	GENERATED_BODY()

public:
	/** The selections have changed. */
	UPROPERTY(BlueprintAssignable, Category = "User Selection")
	FOnUserSelectionsChanged OnSelectionsChanged;

	/** All selections. */
	UFUNCTION(BlueprintCallable, BlueprintPure, Category = "User Selection")
	TArray<FUserTrajectorySelection> GetSelections() const;

	/**
	 * The selection of a trajectory.
	 *
	 * @return Whether there is one.
	 */
	UFUNCTION(BlueprintCallable, BlueprintPure, Category = "User Selection")
	bool GetSelectionByTrajectoryId(int32 TrajectoryId, FUserTrajectorySelection& OutSelection) const;

	/** Adds a selection, and tells of it. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void AddSelection(FUserTrajectorySelection Selection);

	/**
	 * Replaces the selection with a number, and tells of it.
	 *
	 * @return Whether there was one.
	 */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	bool UpdateSelection(int32 Index, FUserTrajectorySelection Selection);

	/**
	 * Replaces the selection of a trajectory, and tells of it.
	 *
	 * @return Whether there was one.
	 */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	bool UpdateSelectionByTrajectoryId(int32 TrajectoryId, FUserTrajectorySelection Selection);

	/**
	 * Removes the selection with a number, and tells of it.
	 *
	 * @return Whether there was one.
	 */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	bool RemoveSelection(int32 Index);

	/** Removes all selections, and tells of it. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void ClearSelections();

	/** Has an object that implements ITrajectorySelectionListener told of changes, as long as it lives. Once is enough. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void RegisterListener(UObject* Listener);

	/** Has an object not told any longer. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void UnregisterListener(UObject* Listener);

	/** Has an object that implements ITrajectorySelectionProvider asked, as long as it lives. Once is enough. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void RegisterProvider(UObject* Provider);

	/** Has an object not asked any longer. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void UnregisterProvider(UObject* Provider);

	/** Replaces all selections by those of the registered providers, in their order, and tells of it once. */
	UFUNCTION(BlueprintCallable, Category = "User Selection")
	void RefreshFromProviders();

private:
	/** Tells whoever wants to know. They may change the selections or register others meanwhile. */
	void NotifyListeners();

	/** The selections; not the name of a parameter of the interfaces. */
	UPROPERTY()
	TArray<FUserTrajectorySelection> CurrentSelections;

	TArray<TWeakObjectPtr<UObject>> RegisteredListeners;
	TArray<TWeakObjectPtr<UObject>> RegisteredProviders;
};
