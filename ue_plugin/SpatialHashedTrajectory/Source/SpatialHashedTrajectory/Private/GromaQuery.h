#pragma once

#include "CoreMinimal.h"
#include "GromaNative.h"
#include "SpatialHashTableManager.h"

/** A query on a data set. */
struct FGromaQuery
{
	enum class EKind : uint8
	{
		/** Around a point at one time step. */
		Radius,
		/** The same with two radii. */
		DualRadius,
		/** Around a point over a range of time steps. */
		TimeRange,
		/** Around a trajectory over a range of time steps. */
		Trajectory
	};

	static FGromaQuery Around(const FVector& Position, float Radius, float CellSize, int32 TimeStep);
	static FGromaQuery AroundTwice(
		const FVector& Position, float InnerRadius, float OuterRadius, float CellSize, int32 TimeStep);
	static FGromaQuery OverTime(
		const FVector& Position, float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep);
	static FGromaQuery AroundTrajectory(
		int64 TrajectoryId, float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep);

	/** Asks and waits for the answer. @return The native status. */
	int32 Ask(const groma_dataset* Dataset, const groma_query_result* Result, groma_error* Error) const;

	/** Asks in the background. @return The native status. */
	int32 Start(const groma_dataset* Dataset, groma_job** Job, groma_error* Error) const;

	EKind Kind = EKind::Radius;
	float CellSize = 0.0f;
	int32 StartTimeStep = 0;
	int32 EndTimeStep = 0;
	double Position[3] = { 0.0, 0.0, 0.0 };
	/** The outer one of two. */
	double Radius = 0.0;
	double InnerRadius = 0.0;
	int64 TrajectoryId = 0;
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
};
