#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "GromaSourceFrame.h"
#include "SpatialHashTypes.h"
#include "UObject/ObjectPtr.h"
#include "UserSelectionManager.h"
#include "TrajectoryQueryNiagaraActor.generated.h"

class AGromaCityActor;
class UNiagaraComponent;
class UNiagaraSystem;
class USpatialHashTableManager;

/**
 * Asks who comes near something that moves, and hands the answer to a Niagara system, whose user parameters it fills:
 *
 * - position arrays QueryPoints, and ResultPoints: the samples, trajectory after trajectory;
 * - float arrays ResultDistances (of each sample) and ResultMinDistances (of each trajectory);
 * - a vector array QueryTranslations: from each query point to the first; a quaternion array QueryRotations: from its
 *   direction of movement to that of the first;
 * - int arrays ResultTrajectoryIds, ResultMinDistanceTimeSteps, ResultTrajStartIndex and ResultStartTime (of each
 *   trajectory), ResultVolumeIndices (of each sample), QueryVolumeIndices (of each query point);
 * - floats InnerQueryRadius and OuterQueryRadius, ints QueryTimeStart, QueryTimeEnd, VisTimeStart, VisTimeEnd and
 *   ColorEncoding, vectors BoundsMin, BoundsMax and PeriodicVolumeExtent.
 *
 * Query point i is asked at the time step QueryTimeStart + i, or at the last one. Without a city all of it is in the
 * data's own axes and unit; with one it is in the world, so that people walk in the city.
 */
UCLASS(BlueprintType, Blueprintable)
class SPATIALHASHEDTRAJECTORYNIAGARA_API ATrajectoryQueryNiagaraActor : public AActor
{
	GENERATED_BODY()

public:
	ATrajectoryQueryNiagaraActor();

	/** The folder with the shards; a relative one is relative to the project. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	FString DatasetDirectory;

	/** The edge of the cells of the tables to use. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	float CellSize = 10.0f;

	/** The smaller radius, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	float InnerQueryRadius = 25.0f;

	/** How far from the query point, in the data's own unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	float OuterQueryRadius = 50.0f;

	/** The first time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	int32 QueryTimeStart = 0;

	/** The last time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	int32 QueryTimeEnd = 100;

	/** Where the query point is, one position a time step, in the data's own axes and unit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	TArray<FVector> QueryPositions;

	/** The most trajectories of a batch. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	int32 BatchSize = 10000;

	/** Whether space repeats itself, and after which lengths. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Query Settings")
	FPeriodicVolume PeriodicVolume;

	/** The system that shows the answer. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	TObjectPtr<UNiagaraSystem> NiagaraSystem;

	/** The first time step that is shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	int32 VisualizationTimeStart = 0;

	/** The last time step that is shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	int32 VisualizationTimeEnd = 100;

	/** What the colour of a trajectory tells. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	ETrajectoryColorEncoding ColorEncoding = ETrajectoryColorEncoding::Time;

	/** Which trajectories are shown, by how near they come; the others are not handed over. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	ETrajectoryDistanceFilter DistanceFilter = ETrajectoryDistanceFilter::NoFilter;

	/** Whether anything is shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	bool ParticleVisibility = true;

	/** Whether the filter looks at the time steps that are shown alone. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	bool TimeRangeSensitivity = false;

	/** Handed to the system as CollisionRadius. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	float CollisionRadius = 0.0f;

	/** The radius of the filter, in the data's own unit; 0 stands for the inner query radius. Handed to the system, too. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	float InnerRadius = 0.0f;

	/** Handed to the system as OuterRadius. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	float OuterRadius = 0.0f;

	/** The city that the trajectories are in: they get its place in the world. Without one nothing is converted. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara")
	TObjectPtr<AGromaCityActor> City;

	/** How long the unit of the trajectories is in metres; used with a city. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Niagara", meta = (ClampMin = "0"))
	double MetresPerUnit = 1.0;

	/** Hands the last answer to the system, and starts it. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void TransferDataToNiagara();

	/** Asks, and hands over each batch as it comes. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void RunQueryAndUpdateNiagara();

	/** Shows other time steps of the last answer. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void SetVisualizationTimeRange(int32 NewTimeStart, int32 NewTimeEnd);

	/** Shows the last answer in another way. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void UpdateUserParameter(int32 NewTimeStart, int32 NewTimeEnd, ETrajectoryColorEncoding newColorEncoding,
		ETrajectoryDistanceFilter newDistanceFilter, float newCollisionRadius, float newInnerRadius, float newOuterRadius,
		bool newSensitivity, bool newVisibility);

	/** Asks the query that runs to stop; it then counts as failed. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void CancelQuery();

	/**
	 * Asks, without handing over anything.
	 *
	 * @param OnComplete The whole answer is there.
	 * @param OnFailure The query was refused, has failed or was cancelled; the log says why.
	 * @param bIncludeWholeResultTrajectorySamples Take all samples of the range of each trajectory, not just those within
	 * the outer radius.
	 * @return Whether the query runs.
	 */
	bool FireAsyncQueriesWithCallback(FSimpleDelegate OnComplete, FSimpleDelegate OnFailure = FSimpleDelegate(),
		bool bIncludeWholeResultTrajectorySamples = false);

	/** The trajectories of the last answer. */
	const TArray<FSpatialHashQueryResult>& GetCachedResults() const { return CachedResults; }

protected:
	virtual void BeginPlay() override;

	/** What shows the system. */
	UPROPERTY(BlueprintReadOnly, Category = "Niagara")
	TObjectPtr<UNiagaraComponent> NiagaraComponent;

	/** The manager that is asked. */
	UPROPERTY()
	TObjectPtr<USpatialHashTableManager> Manager;

	/** The query points of the last answer, in the data's own axes and unit. */
	UPROPERTY(BlueprintReadOnly, Category = "Query Results")
	TArray<FVector> CachedQueryPoints;

	/** The least corner of the box around the query points and the last answer, as the system gets it. */
	UPROPERTY(BlueprintReadOnly, Category = "Query Results")
	FVector ResultBoundsMin = FVector::ZeroVector;

	/** The greatest corner of that box. */
	UPROPERTY(BlueprintReadOnly, Category = "Query Results")
	FVector ResultBoundsMax = FVector::ZeroVector;

	/** Makes the manager and has it load the tables. @return Whether there are any. */
	bool InitializeManager();

private:
	/** How the data lie in the world; the data's own axes and unit without a city. */
	FGromaSourceFrame GetFrame() const;

	/** Whether the filter lets a trajectory through. */
	bool IsShown(const FSpatialHashQueryResult& Result) const;

	void TransferQuery(const FGromaSourceFrame& Frame, FBox& Bounds);
	void TransferResults(const FGromaSourceFrame& Frame, FBox& Bounds);
	void TransferParameters(const FGromaSourceFrame& Frame);

	/** The last answer, in the data's own axes and unit. */
	UPROPERTY()
	TArray<FSpatialHashQueryResult> CachedResults;

	/** A query that runs; it ends as failed when another is begun. */
	int32 QueryNumber = 0;
	bool bHandOverBatches = false;
};
