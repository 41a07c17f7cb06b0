#pragma once

#include "CoreMinimal.h"
#include "GromaNative.h"
#include "GromaQuery.h"
#include "GromaWork.h"
#include "SpatialHashTypes.h"
#include "Templates/SharedPointer.h"
#include "UObject/WeakObjectPtr.h"

class USpatialHashTableManager;

namespace Groma
{
	/** Positions one after another, each moved by whole extents to be as near to the one before as can be. */
	TArray<FVector> MakeContinuous(const TArray<FVector>& Positions, const FVector& Extent);
}

/** How the answer to a query around something that moves is given. */
struct FGromaMovingQueryOptions
{
	/** The most trajectories of a batch. */
	int32 BatchSize = MAX_int32;

	/** Give all samples of the range of each trajectory, not just those within the radius. */
	bool bWholeTrajectories = false;

	int32 FirstTimeStep = 0;
	int32 LastTimeStep = -1;
};

/**
 * A query around something that moves, whose answer comes in batches. First a native job finds who comes near. Then, one
 * after another, a thread of the engine puts a batch together and the game thread hands it over, so that no more than one
 * batch is in memory.
 */
class FGromaMovingQuery : public TSharedFromThis<FGromaMovingQuery>
{
public:
	/**
	 * Checks a path and cuts it to the range of the options, which is completed. @return Whether it can be asked;
	 * OutReason says why not.
	 */
	static bool MakePath(const TArray<FVector>& Positions, const TArray<int32>& TimeSteps, float Radius, float CellSize,
		FGromaMovingQueryOptions& Options, FGromaQuery& OutQuery, FString& OutReason);

	/** Asks in the background. Nothing is told once the owner is gone. */
	static void Start(USpatialHashTableManager* InOwner, const TSharedPtr<groma_dataset>& Dataset, const FString& InWhat,
		const FGromaQuery& Query, const FGromaMovingQueryOptions& Options, const TSharedRef<FGromaCancelFlag>& InCancelFlag,
		FOnSpatialHashBatchResult InOnBatch);

private:
	/** What the threads that put batches together look at, and nobody changes. */
	struct FFound
	{
		TSharedPtr<groma_dataset> Dataset;
		FGromaQuery Query;
		FGromaMovingQueryOptions Options;
		TGromaHandle<groma_job> Job;
		groma_query_view View;

		/** The trajectories of the answer whose ids fit the results. */
		TArray<int32> Trajectories;

		/** The time steps that the data set has of the range. */
		int32 FirstTimeStep = 0;
		int32 LastTimeStep = -1;

		FString MakeBatch(int32 First, int32 Count, const FGromaWork& Work, TArray<FSpatialHashQueryResult>& OutResults) const;
		FString AddWhole(int32 Trajectory, TArray<FVector3f>& Positions, FSpatialHashQueryResult& OutResult) const;
		FTrajectorySamplePoint Measure(const FVector3f& Position, int32 TimeStep) const;
	};

	void EndSearch(TGromaHandle<groma_job>& Job, int32 Status, const FString& Message);
	void StartBatch();
	void Tell(const TArray<FSpatialHashQueryResult>& Results, bool bFinal);
	/** The last call, without results. */
	void GiveUp(const FString& Message, bool bCancelled);

	TWeakObjectPtr<USpatialHashTableManager> Owner;
	FString What;
	TSharedPtr<FFound> Found;
	TSharedPtr<FGromaCancelFlag> CancelFlag;
	FOnSpatialHashBatchResult OnBatch;
	int32 Next = 0;
};
