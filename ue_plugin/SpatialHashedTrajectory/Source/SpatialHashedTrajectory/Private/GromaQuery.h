#pragma once

#include "CoreMinimal.h"
#include "GromaNative.h"
#include "SpatialHashTypes.h"

/** A query on a data set. */
struct FGromaQuery
{
	enum class EKind : uint8
	{
		/** Around a point over a range of time steps, which may be a single one. */
		Radius,
		/** The same with two radii. */
		DualRadius,
		/** Around a trajectory over a range of time steps. */
		Trajectory,
		/** Around the points of a path. */
		Path
	};

	static FGromaQuery Around(const FVector& Position, float InRadius, float InCellSize, int32 TimeStep);
	static FGromaQuery AroundTwice(
		const FVector& Position, float InInnerRadius, float OuterRadius, float InCellSize, int32 TimeStep);
	static FGromaQuery OverTime(
		const FVector& Position, float InRadius, float InCellSize, int32 InStartTimeStep, int32 InEndTimeStep);
	static FGromaQuery AroundTrajectory(
		int64 InTrajectoryId, float InRadius, float InCellSize, int32 InStartTimeStep, int32 InEndTimeStep);
	/** @param Positions One for each of the time steps, which ascend. */
	static FGromaQuery AlongPath(
		const TArray<FVector>& Positions, const TArray<int32>& TimeSteps, float InRadius, float InCellSize);

	/** The query as the native library takes it; it points into this one. */
	groma_query ToNative() const;

	/** Asks and waits for the answer. @return The native status. */
	int32 Ask(const groma_dataset* Dataset, const groma_query_result* Result, groma_error* Error) const;

	/** Asks in the background. @return The native status. */
	int32 Start(const groma_dataset* Dataset, groma_job** Job, groma_error* Error) const;

	EKind Kind = EKind::Radius;
	float CellSize = 0.0f;
	int32 StartTimeStep = 0;
	int32 EndTimeStep = 0;

	/** The point, or those of a path. */
	TArray<FVector> Points;

	/** The time steps of a path's points. */
	TArray<int32> PathTimeSteps;

	/** The outer one of two. */
	double Radius = 0.0;
	double InnerRadius = 0.0;

	/** The trajectory to ask around, or, below 0 for none, the one that the answer to a path leaves out. */
	int64 TrajectoryId = -1;

	/** Whether space repeats itself after the extent; otherwise it does not, whatever the data set's manifest says. */
	bool bPeriodic = false;

	/** Look at no other images than the stored ones, in periodic space, too. */
	bool bOnlyStored = false;
	FVector Extent = FVector::ZeroVector;
};

/** The answer of a query in the engine's structs. */
struct FGromaAnswer
{
	FGromaAnswer() = default;
	explicit FGromaAnswer(const groma_query_view& View);

	/** What is within the radius, or the outer one of two. */
	TArray<FSpatialHashQueryResult> Results;

	/** What is within the inner one of two radii. */
	TArray<FSpatialHashQueryResult> InnerResults;

	/** Trajectories left out of Results because their ids are above what an int32 holds. */
	int32 SkippedIds = 0;

	/** A sample of an answer in the engine's structs. */
	static FTrajectorySamplePoint ToSample(const groma_query_view& View, uint64 Index);
};
