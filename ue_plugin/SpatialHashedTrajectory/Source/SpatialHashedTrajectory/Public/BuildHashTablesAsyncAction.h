#pragma once

#include "CoreMinimal.h"
#include "Engine/CancellableAsyncAction.h"
#include "SpatialHashTableBuilder.h"
#include "BuildHashTablesAsyncAction.generated.h"

/** One signature for all three pins: a Blueprint node has the data pins of its first event. */
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FOnBuildHashTablesEvent, float, Fraction, const FString&, Text);

/** The Blueprint node Build Hash Tables: builds the tables of a data set in the background. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API UBuildHashTablesAsyncAction : public UCancellableAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Builds the hash tables of all time steps of a data set without waiting. What an earlier build of the same data has
	 * made is kept. Cancel on the returned object stops it; the next build then goes on from there.
	 *
	 * Tables of the data set that a manager has loaded should be unloaded first: on Windows they cannot be replaced
	 * meanwhile.
	 *
	 * @param DatasetDirectory The folder with the shards, which also gets the tables.
	 * @param CellSize The edge of a cell, in the data's own unit.
	 * @param BoundingBoxMargin What the data's box gets on every side.
	 */
	UFUNCTION(BlueprintCallable, Category = "Spatial Hash|Async",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Build Hash Tables"))
	static UBuildHashTablesAsyncAction* BuildHashTables(
		UObject* WorldContextObject, const FString& DatasetDirectory, float CellSize = 10.0f, float BoundingBoxMargin = 1.0f);

	/** About ten times a second: the share done, 0 to 1, and what is at work. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnBuildHashTablesEvent OnProgress;

	/** All tables are there; the text says how many. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnBuildHashTablesEvent OnComplete;

	/** The build has failed; the text says why. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnBuildHashTablesEvent OnFailed;

	/** The build was cancelled; the next one goes on from there. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnBuildHashTablesEvent OnCancelled;

	virtual void Activate() override;
	virtual void Cancel() override;
	virtual void BeginDestroy() override;

private:
	/** It is being collected: nobody is told any longer. */
	bool bCollected = false;

	void Finish(FOnBuildHashTablesEvent& Event, const FString& Text);

	FString Dataset;
	FSpatialHashTableBuilder::FBuildConfig Config;
	float Done = 0.0f;
};
