#pragma once

#include "CoreMinimal.h"
#include "UObject/ObjectMacros.h"
#include "SpatialHashTypes.generated.h"

/** A trajectory near a point. */
USTRUCT(BlueprintType)
struct FSpatialQueryResult
{
	GENERATED_BODY()

	/** The trajectory. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	int32 TrajectoryId = 0;

	/** Its distance from the point. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	float Distance = 0.0f;

	FSpatialQueryResult() = default;

	FSpatialQueryResult(int32 InId, float InDistance)
		: TrajectoryId(InId)
		, Distance(InDistance)
	{
	}
};

/** A trajectory at a time step. */
USTRUCT(BlueprintType)
struct FTrajectorySamplePoint
{
	GENERATED_BODY()

	/** Where it is, in the data's own unit. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	FVector Position = FVector::ZeroVector;

	/** The time step. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	int32 TimeStep = 0;

	/**
	 * Its distance from the query point at the same time step; FLT_MAX where a moving query point has no position then.
	 */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	float Distance = 0.0f;

	/**
	 * In which image of a periodic volume it was found: how many whole extents have to be added to the position along X
	 * (bits 0 to 7), Y (8 to 15) and Z (16 to 23), each a signed byte from -127 to 127. The position then lies near the
	 * query point, whose path is made continuous across the border. 0 where space is not periodic.
	 */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	int32 VolumeIndex = 0;

	FTrajectorySamplePoint() = default;

	FTrajectorySamplePoint(const FVector& InPosition, int32 InTimeStep, float InDistance, int32 InVolumeIndex = 0)
		: Position(InPosition)
		, TimeStep(InTimeStep)
		, Distance(InDistance)
		, VolumeIndex(InVolumeIndex)
	{
	}
};

/** A trajectory that a query found, with its samples in the order of their time steps. */
USTRUCT(BlueprintType)
struct FSpatialHashQueryResult
{
	GENERATED_BODY()

	/** The trajectory. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	int32 TrajectoryId = 0;

	/** Its samples. */
	UPROPERTY(BlueprintReadOnly, Category = "Spatial Hash")
	TArray<FTrajectorySamplePoint> SamplePoints;

	FSpatialHashQueryResult() = default;

	FSpatialHashQueryResult(int32 InId)
		: TrajectoryId(InId)
	{
	}
};

/** Gets the answer of a query, on the game thread. */
DECLARE_DELEGATE_OneParam(FOnSpatialHashQueryComplete, const TArray<FSpatialHashQueryResult>&);

/** Gets what is within the inner and what is within the outer radius, on the game thread. */
DECLARE_DELEGATE_TwoParams(
	FOnSpatialHashDualQueryComplete, const TArray<FSpatialHashQueryResult>&, const TArray<FSpatialHashQueryResult>&);

/**
 * Gets the answer of a query in batches, on the game thread: the trajectories of a batch, whether it is the last one,
 * how many trajectories come within the radius, and how many query samples were asked; the two numbers are the same in
 * every call of one query.
 */
DECLARE_DELEGATE_FourParams(FOnSpatialHashBatchResult, const TArray<FSpatialHashQueryResult>& /*Results*/,
	bool /*bFinalBatch*/, int32 /*TotalCandidatesPhase1*/, int32 /*HandledQuerySamples*/);

/** Whether space repeats itself, and after which lengths. */
USTRUCT(BlueprintType)
struct FPeriodicVolume
{
	GENERATED_BODY()

	/** Space repeats itself. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Spatial Hash")
	bool bIsPeriodic = false;

	/**
	 * After which length along each axis, in the data's own unit; an axis with 0 is not periodic. All three 0: the lengths
	 * are inferred from the box of the loaded tables, which the log warns about.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Spatial Hash")
	FVector Extent = FVector::ZeroVector;

	FPeriodicVolume() = default;

	FPeriodicVolume(bool bInIsPeriodic, const FVector& InExtent)
		: bIsPeriodic(bInIsPeriodic)
		, Extent(InExtent)
	{
	}
};
