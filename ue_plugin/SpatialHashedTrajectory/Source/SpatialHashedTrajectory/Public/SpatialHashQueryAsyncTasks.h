#pragma once

#include "CoreMinimal.h"
#include "Engine/CancellableAsyncAction.h"
#include "SpatialHashTableManager.h"
#include "Templates/SharedPointer.h"
#include "SpatialHashQueryAsyncTasks.generated.h"

struct FGromaAnswer;
struct FGromaQuery;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FOnQueryComplete, const TArray<FSpatialHashQueryResult>&, Results);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FOnDualQueryComplete, const TArray<FSpatialHashQueryResult>&, InnerResults,
	const TArray<FSpatialHashQueryResult>&, OuterResults);

/**
 * A query in the background as a Blueprint node. The answer comes on the game thread, empty when the query fails; after
 * Cancel comes OnCancelled alone, and nothing once the game instance is gone.
 */
UCLASS(Abstract)
class SPATIALHASHEDTRAJECTORY_API USpatialHashQueryAsyncTask : public UCancellableAsyncAction
{
	GENERATED_BODY()

public:
	virtual void Activate() override;
	virtual void Cancel() override;
	virtual void BeginDestroy() override;

protected:
	/** Makes the node a query. */
	void Prepare(UObject* WorldContextObject, USpatialHashTableManager* InManager, const FString& InDatasetDirectory,
		const FGromaQuery& InQuery);

	/** Hands the answer to those who wait for it. */
	virtual void Complete(const FGromaAnswer& /*Answer*/) PURE_VIRTUAL(USpatialHashQueryAsyncTask::Complete, );

	/** Tells those who wait that the node was cancelled. */
	virtual void TellCancelled() PURE_VIRTUAL(USpatialHashQueryAsyncTask::TellCancelled, );

private:
	/** It is being collected: nobody is told any longer. */
	bool bCollected = false;

	void Finish(const FGromaAnswer& Answer);

	UPROPERTY()
	TObjectPtr<USpatialHashTableManager> SpatialHashManager;

	FString Dataset;
	TSharedPtr<FGromaQuery> Query;
};

/** The trajectories within a radius of a point at a time step. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API USpatialHashQueryRadiusAsyncTask : public USpatialHashQueryAsyncTask
{
	GENERATED_BODY()

public:
	/**
	 * The trajectories within a radius of a point at a time step, each with its sample, without waiting.
	 *
	 * @param Manager Has tables of the cell size loaded.
	 * @param DatasetDirectory The folder with the shards.
	 * @param QueryPosition The point, in the data's own unit.
	 * @param Radius How far from it.
	 * @param CellSize The cell size of the tables to use.
	 * @param TimeStep The time step.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash|Async",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static USpatialHashQueryRadiusAsyncTask* QueryRadiusAsync(UObject* WorldContextObject, USpatialHashTableManager* Manager,
		const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize, int32 TimeStep);

	/** The answer. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnComplete;

	/** The node was cancelled; there are no results. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnCancelled;

protected:
	virtual void Complete(const FGromaAnswer& Answer) override;
	virtual void TellCancelled() override;
};

/** The same for two radii at once. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API USpatialHashQueryDualRadiusAsyncTask : public USpatialHashQueryAsyncTask
{
	GENERATED_BODY()

public:
	/**
	 * The trajectories within an inner and an outer radius of a point at a time step, without waiting.
	 *
	 * @param Manager Has tables of the cell size loaded.
	 * @param DatasetDirectory The folder with the shards.
	 * @param QueryPosition The point, in the data's own unit.
	 * @param InnerRadius The inner radius.
	 * @param OuterRadius The outer radius, whose answer includes the inner one's.
	 * @param CellSize The cell size of the tables to use.
	 * @param TimeStep The time step.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash|Async",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static USpatialHashQueryDualRadiusAsyncTask* QueryDualRadiusAsync(UObject* WorldContextObject,
		USpatialHashTableManager* Manager, const FString& DatasetDirectory, FVector QueryPosition, float InnerRadius,
		float OuterRadius, float CellSize, int32 TimeStep);

	/** The two answers. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnDualQueryComplete OnComplete;

	/** The node was cancelled; there are no results. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnDualQueryComplete OnCancelled;

protected:
	virtual void Complete(const FGromaAnswer& Answer) override;
	virtual void TellCancelled() override;
};

/** The trajectories within a radius of a point at any time step of a range. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API USpatialHashQueryTimeRangeAsyncTask : public USpatialHashQueryAsyncTask
{
	GENERATED_BODY()

public:
	/**
	 * The trajectories within a radius of a point at any time step of a range, each with its samples within it, without
	 * waiting.
	 *
	 * @param Manager Has tables of the cell size loaded.
	 * @param DatasetDirectory The folder with the shards.
	 * @param QueryPosition The point, in the data's own unit.
	 * @param Radius How far from it.
	 * @param CellSize The cell size of the tables to use.
	 * @param StartTimeStep The first time step.
	 * @param EndTimeStep The last time step.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash|Async",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static USpatialHashQueryTimeRangeAsyncTask* QueryTimeRangeAsync(UObject* WorldContextObject,
		USpatialHashTableManager* Manager, const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
		int32 StartTimeStep, int32 EndTimeStep);

	/** The answer. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnComplete;

	/** The node was cancelled; there are no results. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnCancelled;

protected:
	virtual void Complete(const FGromaAnswer& Answer) override;
	virtual void TellCancelled() override;
};

/** The trajectories that come near another one. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API USpatialHashQueryTrajectoryAsyncTask : public USpatialHashQueryAsyncTask
{
	GENERATED_BODY()

public:
	/**
	 * The trajectories that come within a radius of another one, each from its first entry to its last exit, without
	 * waiting. Distances are those to the other one at the same time step, FLT_MAX where it has no sample.
	 *
	 * @param Manager Has tables of the cell size loaded.
	 * @param DatasetDirectory The folder with the shards.
	 * @param QueryTrajectoryId The other one.
	 * @param Radius How far from it.
	 * @param CellSize The cell size of the tables to use.
	 * @param StartTimeStep The first time step.
	 * @param EndTimeStep The last time step.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash|Async",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static USpatialHashQueryTrajectoryAsyncTask* QueryTrajectoryAsync(UObject* WorldContextObject,
		USpatialHashTableManager* Manager, const FString& DatasetDirectory, int32 QueryTrajectoryId, float Radius, float CellSize,
		int32 StartTimeStep, int32 EndTimeStep);

	/** The answer. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnComplete;

	/** The node was cancelled; there are no results. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnQueryComplete OnCancelled;

protected:
	virtual void Complete(const FGromaAnswer& Answer) override;
	virtual void TellCancelled() override;
};
