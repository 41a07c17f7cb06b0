#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "GromaSourceFrame.h"
#include "SpatialHashTypes.h"
#include "Templates/SharedPointer.h"
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
 *   ColorEncoding, vectors BoundsMin and BoundsMax;
 * - the vector PeriodicVolumeExtent: the lengths of the volume along the data's axes; vectors PeriodicStepX, PeriodicStepY
 *   and PeriodicStepZ: the step from an image of the volume to the next one along each of these axes, which a city may
 *   have turned. The image (i, j, k) of a position lies i, j and k such steps from it.
 *
 * Query point i is asked at the time step QueryTimeStart + i, or at the last one. Without a city all of it is in the
 * data's own axes and unit; with one it is in the world, so that people walk in the city. It is handed over once the
 * city's place is known (IsSourceFrameKnown), and again when that has changed.
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

	/** Whether space repeats itself, and after which lengths. Not periodic: as the data set's manifest says. */
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

	/** Asks the query that runs to stop. */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization")
	void CancelQuery();

	/**
	 * Asks, without handing over anything: loads the tables in the background, building them if need be, and asks. One of
	 * the delegates is called, once.
	 *
	 * @param OnComplete The whole answer is there.
	 * @param OnFailure The query was refused, has failed, or its actor has gone; the log says why.
	 * @param bIncludeWholeResultTrajectorySamples Take all samples of the range of each trajectory, not just those within
	 * the outer radius.
	 * @return Whether the query runs; when not, OnFailure was called.
	 */
	bool FireAsyncQueriesWithCallback(FSimpleDelegate OnComplete, FSimpleDelegate OnFailure = FSimpleDelegate(),
		bool bIncludeWholeResultTrajectorySamples = false);

	/**
	 * The same, for whoever tells a cancel from a failure.
	 *
	 * @param OnCancelled The query was cancelled, or another one has taken its place. Unbound, as above, OnFailure is called.
	 */
	bool FireAsyncQueriesWithCallback(FSimpleDelegate OnComplete, FSimpleDelegate OnFailure,
		bool bIncludeWholeResultTrajectorySamples, FSimpleDelegate OnCancelled);

	/** The trajectories of the last answer. */
	const TArray<FSpatialHashQueryResult>& GetCachedResults() const { return CachedResults; }

	virtual void Tick(float DeltaSeconds) override;
	virtual void Destroyed() override;

protected:
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;

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

	/** Makes the manager and has it load the tables, waiting for that. @return Whether there are any. */
	bool InitializeManager();

private:
	/** A query on its way. */
	struct FRun
	{
		FSimpleDelegate OnComplete;
		FSimpleDelegate OnFailure;
		FSimpleDelegate OnCancelled;
		bool bWholeTrajectories = false;
		bool bHandOverBatches = false;
		bool bCancelled = false;

		/** Trajectories that have come; a failure is told by a last batch of nothing before all have. */
		int32 Taken = 0;
	};

	/** Makes the manager, and tells it of the periodic volume. */
	void PrepareManager();

	bool StartRun(const TSharedPtr<FRun>& NewRun);
	/** The tables are loaded; asks. */
	void AskRun(const TSharedPtr<FRun>& Loaded);
	void TakeBatch(
		const TSharedPtr<FRun>& Of, const TArray<FSpatialHashQueryResult>& Results, bool bFinal, int32 Total, int32 Asked);
	void EndRun(const TSharedPtr<FRun>& Ended, bool bWhole);
	/** Ends what runs when the actor goes. */
	void Leave();

	/** Whether what is handed over has a place in the world yet. */
	bool IsPlaceKnown() const;

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

	/** The query that runs; none when it has ended. */
	TSharedPtr<FRun> Run;

	/** What an import has subtracted from the positions of the data set of the last answer. */
	FVector Subtracted = FVector::ZeroVector;

	/** The frame that was handed over last, and whether anything was, or is to be once the place is known. */
	FGromaSourceFrame HandedFrame;
	bool bHanded = false;
	bool bHandOverWhenKnown = false;
};
