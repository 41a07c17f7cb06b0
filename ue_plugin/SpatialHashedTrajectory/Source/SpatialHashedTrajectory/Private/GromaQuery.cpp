#include "GromaQuery.h"

namespace
{
	/** @return How many trajectories were left out because of their ids. */
	int32 Convert(const groma_query_view& View, uint64 Query, TArray<FSpatialHashQueryResult>& OutResults)
	{
		int32 Skipped = 0;
		const uint64 End = View.query_offsets[Query + 1];
		OutResults.Reserve(static_cast<int32>(End - View.query_offsets[Query]));
		for (uint64 Trajectory = View.query_offsets[Query]; Trajectory < End; ++Trajectory)
		{
			if (View.ids[Trajectory] > static_cast<uint64>(MAX_int32))
			{
				++Skipped;
				continue;
			}
			FSpatialHashQueryResult& Result = OutResults.Emplace_GetRef(static_cast<int32>(View.ids[Trajectory]));
			const uint64 LastSample = View.sample_offsets[Trajectory + 1];
			Result.SamplePoints.Reserve(static_cast<int32>(LastSample - View.sample_offsets[Trajectory]));
			for (uint64 Index = View.sample_offsets[Trajectory]; Index < LastSample; ++Index)
			{
				const groma_sample& Sample = View.samples[Index];
				const FVector Position(Sample.position[0], Sample.position[1], Sample.position[2]);
				// Infinite where the other trajectory has no sample: the largest float there is, as ever.
				const double Distance = FMath::Min(Sample.distance, static_cast<double>(MAX_flt));
				Result.SamplePoints.Emplace(Position, Sample.time_step, static_cast<float>(Distance));
			}
		}
		return Skipped;
	}

	void Set(double (&Out)[3], const FVector& Position)
	{
		Out[0] = Position.X;
		Out[1] = Position.Y;
		Out[2] = Position.Z;
	}
}

FGromaQuery FGromaQuery::Around(const FVector& Position, float Radius, float CellSize, int32 TimeStep)
{
	FGromaQuery Query = OverTime(Position, Radius, CellSize, TimeStep, TimeStep);
	Query.Kind = EKind::Radius;
	return Query;
}

FGromaQuery FGromaQuery::AroundTwice(
	const FVector& Position, float InnerRadius, float OuterRadius, float CellSize, int32 TimeStep)
{
	FGromaQuery Query = OverTime(Position, OuterRadius, CellSize, TimeStep, TimeStep);
	Query.Kind = EKind::DualRadius;
	Query.InnerRadius = InnerRadius;
	return Query;
}

FGromaQuery FGromaQuery::OverTime(
	const FVector& Position, float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep)
{
	FGromaQuery Query;
	Query.Kind = EKind::TimeRange;
	Query.CellSize = CellSize;
	Query.StartTimeStep = StartTimeStep;
	Query.EndTimeStep = EndTimeStep;
	Query.Radius = Radius;
	Set(Query.Position, Position);
	return Query;
}

FGromaQuery FGromaQuery::AroundTrajectory(
	int64 TrajectoryId, float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep)
{
	FGromaQuery Query = OverTime(FVector::ZeroVector, Radius, CellSize, StartTimeStep, EndTimeStep);
	Query.Kind = EKind::Trajectory;
	Query.TrajectoryId = TrajectoryId;
	return Query;
}

int32 FGromaQuery::Ask(const groma_dataset* Dataset, const groma_query_result* Result, groma_error* Error) const
{
	switch (Kind)
	{
	case EKind::Radius:
		return groma_query_radius(Dataset, CellSize, StartTimeStep, Position, Radius, Result, Error);
	case EKind::DualRadius:
		return groma_query_dual_radius(Dataset, CellSize, StartTimeStep, Position, InnerRadius, Radius, Result, Error);
	case EKind::TimeRange:
		return groma_query_time_range(Dataset, CellSize, StartTimeStep, EndTimeStep, Position, Radius, Result, Error);
	case EKind::Trajectory:
		break;
	}
	const uint64 Id = static_cast<uint64>(TrajectoryId);
	return groma_query_trajectory(Dataset, CellSize, StartTimeStep, EndTimeStep, Id, Radius, Result, Error);
}

int32 FGromaQuery::Start(const groma_dataset* Dataset, groma_job** Job, groma_error* Error) const
{
	switch (Kind)
	{
	case EKind::Radius:
		return groma_query_radius_async(Dataset, CellSize, StartTimeStep, Position, Radius, Job, Error);
	case EKind::DualRadius:
		return groma_query_dual_radius_async(Dataset, CellSize, StartTimeStep, Position, InnerRadius, Radius, Job, Error);
	case EKind::TimeRange:
		return groma_query_time_range_async(Dataset, CellSize, StartTimeStep, EndTimeStep, Position, Radius, Job, Error);
	case EKind::Trajectory:
		break;
	}
	const uint64 Id = static_cast<uint64>(TrajectoryId);
	return groma_query_trajectory_async(Dataset, CellSize, StartTimeStep, EndTimeStep, Id, Radius, Job, Error);
}

FGromaAnswer::FGromaAnswer(const groma_query_view& View)
{
	if (View.query_count == 2)
	{
		Convert(View, 0, InnerResults);
	}
	if (View.query_count > 0)
	{
		SkippedIds = Convert(View, View.query_count - 1, Results);
	}
}
