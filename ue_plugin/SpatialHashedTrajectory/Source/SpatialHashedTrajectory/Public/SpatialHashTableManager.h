#pragma once

#include "CoreMinimal.h"
#include "HAL/CriticalSection.h"
#include "SpatialHashTable.h"
#include "SpatialHashTableBuilder.h"
#include "SpatialHashTypes.h"
#include "Templates/Function.h"
#include "Templates/SharedPointer.h"
#include "UObject/Object.h"
#include "SpatialHashTableManager.generated.h"

class FGromaCancelFlag;
class FGromaDataset;
class FGromaMovingQuery;
struct FGromaAnswer;
struct FGromaPeriodicity;
struct FGromaPreparation;
struct FGromaQuery;
struct FGromaTableLoad;

/** Gets how many tables of a range of time steps are loaded, on the game thread. */
DECLARE_DELEGATE_OneParam(FOnHashTablesLoaded, int32);

/**
 * Builds hash tables of trajectory data sets and answers queries from them. Use it on the game thread.
 *
 * Queries need tables of their cell size that were loaded; those of further time steps are opened on the way. All
 * distances are exact, computed from the positions in the data set's shards. Results are sorted by trajectory, samples
 * by time step. A query that fails gives an empty result, and its reason is in the log.
 *
 * Space is periodic as SetPeriodicVolume says; until it is called, as the manifest of the data set says.
 *
 * Trajectory ids above 2147483647 do not fit the results: they are left out, counted, and an error in the log.
 */
UCLASS(BlueprintType, Blueprintable)
class SPATIALHASHEDTRAJECTORY_API USpatialHashTableManager : public UObject
{
	GENERATED_BODY()

public:
	/**
	 * Loads the tables of a range of time steps.
	 *
	 * @param DatasetDirectory The folder with the shards; the tables are in spatial_hashing in it.
	 * @param CellSize The edge of the cells.
	 * @param StartTimeStep The first time step.
	 * @param EndTimeStep The last time step.
	 * @param bAutoCreate Build the tables of the whole data set first, when one of the range is missing, and wait for it.
	 * @return How many tables of the range are loaded; a time step without samples has none.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 LoadHashTables(
		const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, bool bAutoCreate = true);

	/**
	 * LoadHashTables in the background. The delegate is called once, at once when there is nothing to load from; not when
	 * this manager is gone by then. Building shows a notification with a button to cancel it.
	 */
	void LoadHashTablesAsync(const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep,
		FOnHashTablesLoaded OnLoaded, bool bAutoCreate = true);

	/**
	 * Loads one table.
	 *
	 * @param FilePath The table file.
	 * @param CellSize The cell size it must have.
	 * @param TimeStep The time step it must be of.
	 * @return Whether it is loaded.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	bool LoadHashTable(const FString& FilePath, float CellSize, int32 TimeStep);

	/**
	 * Builds the tables of all time steps of a data set, and waits for it.
	 *
	 * @param DatasetDirectory The folder with the shards, which also gets the tables.
	 * @param CellSize The edge of the cells.
	 * @param BoundingBoxMin The least corner of the box, when ComputeBoundingBox is false.
	 * @param BoundingBoxMax The greatest corner of the box, when ComputeBoundingBox is false.
	 * @param ComputeBoundingBox Take the box of the data.
	 * @param BoundingBoxMargin What the data's box gets on every side.
	 * @return Whether all tables are there.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	bool CreateHashTables(const FString& DatasetDirectory, float CellSize, FVector BoundingBoxMin, FVector BoundingBoxMax,
		bool ComputeBoundingBox, float BoundingBoxMargin);

	/**
	 * Builds the tables of all time steps of a data set in the background, then loads those of a range. One at a time.
	 *
	 * @param DatasetDirectory The folder with the shards, which also gets the tables.
	 * @param CellSize The edge of the cells.
	 * @param StartTimeStep The first time step to load.
	 * @param EndTimeStep The last time step to load.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void CreateHashTablesAsync(const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep);

	/** Whether CreateHashTablesAsync is at work. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	bool IsCreatingHashTables() const { return bIsCreatingHashTables; }

	/** Asks CreateHashTablesAsync to stop. The tables that are there stay, and the next build goes on from them. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void CancelCreatingHashTables();

	/**
	 * The trajectories within a radius, the nearest first.
	 *
	 * @param QueryPosition The point, in the data's own unit.
	 * @param Radius How far from it.
	 * @param CellSize The cell size of the tables to use.
	 * @param TimeStep The time step.
	 * @param OutResults The trajectories and their distances.
	 * @return Their number.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryFixedRadiusNeighbors(
		FVector QueryPosition, float Radius, float CellSize, int32 TimeStep, TArray<FSpatialQueryResult>& OutResults);

	/**
	 * The trajectories in the cell of a point.
	 *
	 * @return Their number.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryCell(FVector QueryPosition, float CellSize, int32 TimeStep, TArray<int32>& OutTrajectoryIds);

	/**
	 * The trajectories within a radius of a point at a time step, each with its sample.
	 *
	 * @return Their number.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryRadiusWithDistanceCheck(const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
		int32 TimeStep, TArray<FSpatialHashQueryResult>& OutResults);

	/**
	 * The same for two radii at once.
	 *
	 * @param OutInnerResults What is within the inner radius.
	 * @param OutOuterResults What is within the outer radius, the inner one included.
	 * @return The number of trajectories within the outer radius.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryDualRadiusWithDistanceCheck(const FString& DatasetDirectory, FVector QueryPosition, float InnerRadius,
		float OuterRadius, float CellSize, int32 TimeStep, TArray<FSpatialHashQueryResult>& OutInnerResults,
		TArray<FSpatialHashQueryResult>& OutOuterResults);

	/**
	 * The trajectories within a radius of a point at any time step of a range, each with its samples within the radius.
	 *
	 * @return Their number.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryRadiusOverTimeRange(const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
		int32 StartTimeStep, int32 EndTimeStep, TArray<FSpatialHashQueryResult>& OutResults);

	/**
	 * The trajectories that come within a radius of another one at any time step of a range, each with all its samples
	 * from its first entry to its last exit. Distances are those to the other one at the same time step, FLT_MAX where it
	 * has no sample.
	 *
	 * @return Their number.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int32 QueryTrajectoryRadiusOverTimeRange(const FString& DatasetDirectory, int32 QueryTrajectoryId, float Radius,
		float CellSize, int32 StartTimeStep, int32 EndTimeStep, TArray<FSpatialHashQueryResult>& OutResults);

	/** Unloads the tables of a cell size. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void UnloadHashTables(float CellSize);

	/** Unloads all tables. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void UnloadAllHashTables();

	/** The cell sizes with loaded tables, ascending. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void GetLoadedCellSizes(TArray<float>& OutCellSizes) const;

	/** The time steps with a loaded table of a cell size, ascending. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void GetLoadedTimeSteps(float CellSize, TArray<int32>& OutTimeSteps) const;

	/** Whether the table of a time step is loaded. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	bool IsHashTableLoaded(float CellSize, int32 TimeStep) const;

	/**
	 * How many tables are loaded, and the bytes mapped for them, which the system takes back when it needs the memory.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void GetMemoryStats(int32& OutTotalHashTables, int64& OutTotalMemoryBytes) const;

	/** Trajectories left out of results so far because their ids are above 2147483647. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	int64 GetSkippedIdCount() const { return SkippedIds; }

	/**
	 * Makes space periodic, or not, for all queries from now on: what is near across the border is found, distances are
	 * those to the nearest image, positions stay as they are stored, and VolumeIndex says which image was found. Queries
	 * that run keep what they began with.
	 *
	 * @param bInIsPeriodic Whether space repeats itself.
	 * @param InExtent After which length along each axis, in the data's own unit; an axis with 0 is not periodic. All
	 * three 0: the extent is inferred from the box of the tables, without the margin that their build has put around it
	 * where their index tells that; the log says which extent is used, and warns, for the box of the data is rarely the
	 * volume that they were simulated in.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void SetPeriodicVolume(bool bInIsPeriodic, FVector InExtent);

	/** Has space be periodic as the manifests of the data sets say again, as before SetPeriodicVolume was called. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void ResetPeriodicVolume();

	/** What SetPeriodicVolume has set; before, what the manifest of the loaded data set says. */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	FPeriodicVolume GetPeriodicVolume() const;

	/**
	 * After which lengths space repeats itself for queries with a cell size: those that were set, those inferred from the
	 * loaded tables, or, before SetPeriodicVolume was called, those in the manifest of the loaded data set. Zero when space
	 * is not periodic, or nothing is loaded to infer them from.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	FVector GetResolvedPeriodicExtent(float CellSize) const;

	/**
	 * Positions of something that moves, made continuous: each is moved by whole extents so that it is as near to the one
	 * before as can be. Unchanged when space is not periodic.
	 */
	TArray<FVector> GetUnwrappedPositions(const TArray<FVector>& RawPositions, float CellSize) const;

	/**
	 * Asks in the background which trajectories come within a radius of something that moves, and gets the answer in
	 * batches.
	 *
	 * @param DatasetDirectory The folder with the shards.
	 * @param QueryPositions Where the query point is, in the data's own unit.
	 * @param QueryTimeSteps The time step of each of these positions, ascending.
	 * @param Radius How far from it.
	 * @param CellSize The cell size of the tables to use.
	 * @param BatchSize The most trajectories of a batch; 0 or less stands for all in one.
	 * @param ExcludeTrajectoryId A trajectory that is left out, or -1.
	 * @param bIncludeWholeResultTrajectorySamples Give all samples of the range for each trajectory that comes within the
	 * radius. Otherwise only those within it.
	 * @param QueryStartTimeStep The first time step of the range.
	 * @param QueryEndTimeStep The last one; when it is below the first, the range is that of QueryTimeSteps.
	 * @param BatchCallback Called on the game thread after each batch, at least once; the last time with bFinalBatch. A
	 * query that cannot be asked calls it once, at once, and one that fails or is cancelled once more, without results.
	 */
	void QueryPositionsBatchedAsync(const FString& DatasetDirectory, const TArray<FVector>& QueryPositions,
		const TArray<int32>& QueryTimeSteps, float Radius, float CellSize, int32 BatchSize, int64 ExcludeTrajectoryId,
		bool bIncludeWholeResultTrajectorySamples, int32 QueryStartTimeStep, int32 QueryEndTimeStep,
		FOnSpatialHashBatchResult BatchCallback);

	/**
	 * Asks the batched queries that run to stop, from any thread. Each then calls its delegate once more, without results
	 * and with bFinalBatch.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	void CancelActiveQuery();

	/** All trajectories at a time step, each with its sample, in the background; space counts as not periodic. */
	void QueryTimeStepAsync(
		const FString& DatasetDirectory, float CellSize, int32 TimeStep, FOnSpatialHashQueryComplete OnComplete);

	/**
	 * What an import has subtracted from the positions of a data set: a position plus this is that of the source. Zero
	 * when nothing was subtracted, or the data set cannot be opened.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash")
	FVector GetCoordinateOrigin(const FString& DatasetDirectory);

	/** A loaded table, or null. It stays until tables are loaded, unloaded or built. */
	const FSpatialHashTable* GetLoadedTable(float CellSize, int32 TimeStep) const;

	/** QueryRadiusWithDistanceCheck in the background. The delegate is not called when this manager is gone by then. */
	void QueryRadiusWithDistanceCheckAsync(const FString& DatasetDirectory, FVector QueryPosition, float Radius,
		float CellSize, int32 TimeStep, FOnSpatialHashQueryComplete OnComplete);

	/** QueryDualRadiusWithDistanceCheck in the background, as QueryRadiusWithDistanceCheckAsync. */
	void QueryDualRadiusWithDistanceCheckAsync(const FString& DatasetDirectory, FVector QueryPosition, float InnerRadius,
		float OuterRadius, float CellSize, int32 TimeStep, FOnSpatialHashDualQueryComplete OnComplete);

	/** QueryRadiusOverTimeRange in the background, as QueryRadiusWithDistanceCheckAsync. */
	void QueryRadiusOverTimeRangeAsync(const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
		int32 StartTimeStep, int32 EndTimeStep, FOnSpatialHashQueryComplete OnComplete);

	/** QueryTrajectoryRadiusOverTimeRange in the background, as QueryRadiusWithDistanceCheckAsync. */
	void QueryTrajectoryRadiusOverTimeRangeAsync(const FString& DatasetDirectory, uint32 QueryTrajectoryId, float Radius,
		float CellSize, int32 StartTimeStep, int32 EndTimeStep, FOnSpatialHashQueryComplete OnComplete);

	/**
	 * Asks in the background for an owner, for what is built on this manager: nothing is told once the owner is gone or
	 * FGromaJobs was told to abandon it. A query that cannot be asked is answered with nothing, at once where that is known.
	 */
	void Ask(const FString& DatasetDirectory, const FGromaQuery& Query, UObject* Owner,
		TUniqueFunction<void(const FGromaAnswer& Answer)> OnAnswer);

	/**
	 * Builds the tables of a data set from its shards, three at a time, one file for each time step, and waits for it.
	 * Tables of this cell size that were loaded are loaded anew.
	 *
	 * @return Whether all is there; why not is in the log.
	 */
	bool BuildHashTablesIncrementallyFromShards(
		const FString& DatasetDirectory, const FSpatialHashTableBuilder::FBuildConfig& BaseConfig);

	virtual void BeginDestroy() override;

private:
	friend class FGromaMovingQuery;

	/** A loaded table, and the folder that its spatial_hashing is in. */
	struct FLoadedTable
	{
		FSpatialHashTable Table;
		FString Root;
	};

	/** The loaded tables of a cell size, by time step; at least one. */
	struct FLoadedCellSize
	{
		float CellSize = 0.0f;
		TMap<int32, FLoadedTable> Tables;
	};

	int32 IndexOf(float CellSize) const;
	const FLoadedTable* FindTable(float CellSize, int32 TimeStep) const;
	void AddTable(float CellSize, int32 TimeStep, FSpatialHashTable&& Table);

	/** A data set whose tables are under Root; it may not be open yet. */
	TSharedRef<FGromaDataset> FindDataset(const FString& DatasetDirectory, const FString& Root) const;

	/** Begins to load a range of tables. @return Nothing when there is none to load; the log says why. */
	TSharedPtr<FGromaTableLoad> BeginLoad(const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep);
	void LoadInBackground(const TSharedRef<FGromaTableLoad>& Load, FOnHashTablesLoaded OnLoaded);
	/** @return How many tables of its range are loaded. */
	int32 EndLoad(FGromaTableLoad& Load);

	/** Builds the tables of a data set in the background, then loads a range of them. One at a time. */
	void BuildInBackground(
		const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, FOnHashTablesLoaded OnLoaded);

	/** Finds what a query is asked of, and gives it the exact cell size of the loaded tables. Null: the log says why. */
	TSharedPtr<FGromaPreparation> Choose(const FString& DatasetDirectory, const FGromaQuery& Query) const;

	/**
	 * Prepares a query, on another thread if it has to wait for files, and tells when that is done and with which status.
	 */
	void PrepareInBackground(const TSharedRef<FGromaPreparation>& Preparation, const FString& What, UObject* Owner,
		const TSharedPtr<FGromaCancelFlag>& CancelFlag, TUniqueFunction<void(int32 Status, const FString& Message)> OnReady);

	FGromaPeriodicity GetPeriodicity(float CellSize) const;
	/** Warns of lengths that were inferred; of the same ones once. */
	void WarnOfInferred(const FVector& Extent, const FString& How) const;

	FGromaAnswer AskAndWait(const FString& DatasetDirectory, FGromaQuery Query);
	void CountSkipped(int32 Skipped);

	/**
	 * Closes the tables of a cell size under a root, so that they can be replaced on every system. @return Their time
	 * steps.
	 */
	TArray<int32> Close(const FString& Root, float CellSize);
	void Reload(const FString& Root, float CellSize, const TArray<int32>& TimeSteps);

	TArray<FLoadedCellSize> LoadedCellSizes;

	/** The data sets that were asked for. */
	mutable TArray<TSharedRef<FGromaDataset>> Datasets;

	FPeriodicVolume PeriodicVolume;
	/** Whether SetPeriodicVolume was called; until then the manifests of the data sets hold. */
	bool bPeriodicVolumeIsSet = false;
	/** The inferred extent that was warned about last. */
	mutable FVector WarnedExtent = FVector::ZeroVector;

	/** The flags of the batched queries that run; CancelActiveQuery comes from any thread. */
	mutable FCriticalSection ActiveQueriesLock;
	TArray<TWeakPtr<FGromaCancelFlag>> ActiveQueries;

	bool bIsCreatingHashTables = false;
	uint64 CreationJob = 0;
	int64 SkippedIds = 0;
};
