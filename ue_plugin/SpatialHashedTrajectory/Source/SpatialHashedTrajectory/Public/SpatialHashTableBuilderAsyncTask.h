#pragma once

#include "CoreMinimal.h"
#include "Engine/CancellableAsyncAction.h"
#include "SpatialHashTableBuilder.h"
#include "Templates/SharedPointer.h"
#include "SpatialHashTableBuilderAsyncTask.generated.h"

struct FGromaSamples;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(
	FOnHashTableBuildProgress, int32, CompletedTimeSteps, int32, TotalTimeSteps);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FOnHashTableBuildComplete);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FOnHashTableBuildFailed, const FString&, ErrorMessage);

/**
 * Builds tables from samples in memory in the background. It is for C++: a Blueprint has no array of arrays. Events come
 * on the game thread; after Cancel comes OnCancelled alone.
 */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API USpatialHashTableBuilderAsyncTask : public UCancellableAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Prepares a build, as FSpatialHashTableBuilder::BuildHashTables; Activate starts it.
	 *
	 * @param WorldContextObject Whose game instance keeps the task alive; the build stops when that goes.
	 */
	static USpatialHashTableBuilderAsyncTask* BuildHashTablesAsync(UObject* WorldContextObject,
		const FSpatialHashTableBuilder::FBuildConfig& Config,
		const TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>>& TimeStepSamples);

	/** About ten times a second. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnHashTableBuildProgress OnProgress;

	/** All tables are there. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnHashTableBuildComplete OnComplete;

	/** The build has failed. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnHashTableBuildFailed OnFailed;

	/** The build was cancelled; tables that were written stay. */
	UPROPERTY(BlueprintAssignable, Category = "Spatial Hash|Async")
	FOnHashTableBuildComplete OnCancelled;

	virtual void Activate() override;
	virtual void Cancel() override;
	virtual void BeginDestroy() override;

private:
	/** It is being collected: nobody is told any longer. */
	bool bCollected = false;

	FSpatialHashTableBuilder::FBuildConfig BuildConfig;
	TSharedPtr<FGromaSamples> Samples;
};
