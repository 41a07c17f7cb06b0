#include "GromaQuery.h"

static_assert(sizeof(FVector) == 3 * sizeof(double), "the native library reads points as three doubles");

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
				Result.SamplePoints.Add(FGromaAnswer::ToSample(View, Index));
			}
		}
		return Skipped;
	}
}

FGromaQuery FGromaQuery::Around(const FVector& Position, float InRadius, float InCellSize, int32 TimeStep)
{
	return OverTime(Position, InRadius, InCellSize, TimeStep, TimeStep);
}

FGromaQuery FGromaQuery::AroundTwice(
	const FVector& Position, float InInnerRadius, float OuterRadius, float InCellSize, int32 TimeStep)
{
	FGromaQuery Query = OverTime(Position, OuterRadius, InCellSize, TimeStep, TimeStep);
	Query.Kind = EKind::DualRadius;
	Query.InnerRadius = InInnerRadius;
	return Query;
}

FGromaQuery FGromaQuery::OverTime(
	const FVector& Position, float InRadius, float InCellSize, int32 InStartTimeStep, int32 InEndTimeStep)
{
	FGromaQuery Query;
	Query.CellSize = InCellSize;
	Query.StartTimeStep = InStartTimeStep;
	Query.EndTimeStep = InEndTimeStep;
	Query.Radius = InRadius;
	Query.Points.Add(Position);
	return Query;
}

FGromaQuery FGromaQuery::AroundTrajectory(
	int64 InTrajectoryId, float InRadius, float InCellSize, int32 InStartTimeStep, int32 InEndTimeStep)
{
	FGromaQuery Query = OverTime(FVector::ZeroVector, InRadius, InCellSize, InStartTimeStep, InEndTimeStep);
	Query.Kind = EKind::Trajectory;
	Query.TrajectoryId = InTrajectoryId;
	return Query;
}

FGromaQuery FGromaQuery::AlongPath(
	const TArray<FVector>& Positions, const TArray<int32>& TimeSteps, float InRadius, float InCellSize)
{
	check(Positions.Num() == TimeSteps.Num());
	FGromaQuery Query;
	Query.Kind = EKind::Path;
	Query.CellSize = InCellSize;
	Query.Points = Positions;
	Query.PathTimeSteps = TimeSteps;
	Query.Radius = InRadius;
	if (TimeSteps.Num() > 0)
	{
		Query.StartTimeStep = TimeSteps[0];
		Query.EndTimeStep = TimeSteps.Last();
	}
	return Query;
}

groma_query FGromaQuery::ToNative() const
{
	groma_query Native;
	groma_query_init(&Native, sizeof Native);
	Native.cell_size = CellSize;
	Native.first_step = StartTimeStep;
	Native.last_step = EndTimeStep;
	Native.radius = Radius;
	Native.inner_radius = InnerRadius;
	Native.points = reinterpret_cast<const double*>(Points.GetData());
	Native.point_count = static_cast<size_t>(Points.Num());
	switch (Kind)
	{
	case EKind::Radius:
		Native.kind = GROMA_QUERY_RADIUS;
		break;
	case EKind::DualRadius:
		Native.kind = GROMA_QUERY_DUAL_RADIUS;
		break;
	case EKind::Trajectory:
		Native.kind = GROMA_QUERY_TRAJECTORY;
		Native.ids = reinterpret_cast<const uint64_t*>(&TrajectoryId);
		Native.id_count = 1;
		break;
	case EKind::Path:
		Native.kind = GROMA_QUERY_PATH;
		Native.path_steps = PathTimeSteps.GetData();
		Native.use_leave_out = TrajectoryId >= 0 ? 1 : 0;
		Native.leave_out = TrajectoryId >= 0 ? static_cast<uint64>(TrajectoryId) : 0;
		break;
	}
	Native.periodicity = bPeriodic ? GROMA_PERIODIC_EXTENT : GROMA_PERIODIC_NOT;
	Native.periodic_extent[0] = Extent.X;
	Native.periodic_extent[1] = Extent.Y;
	Native.periodic_extent[2] = Extent.Z;
	return Native;
}

int32 FGromaQuery::Ask(const groma_dataset* Dataset, const groma_query_result* Result, groma_error* Error) const
{
	const groma_query Native = ToNative();
	return groma_dataset_query(Dataset, &Native, Result, Error);
}

int32 FGromaQuery::Start(const groma_dataset* Dataset, groma_job** Job, groma_error* Error) const
{
	const groma_query Native = ToNative();
	return groma_dataset_query_async(Dataset, &Native, Job, Error);
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

FTrajectorySamplePoint FGromaAnswer::ToSample(const groma_query_view& View, uint64 Index)
{
	const groma_sample& Sample = View.samples[Index];
	const FVector Position(Sample.position[0], Sample.position[1], Sample.position[2]);
	// Infinite where the query point has no position: the largest float there is, as ever.
	const double Distance = FMath::Min(Sample.distance, static_cast<double>(MAX_flt));
	const int32 Image = View.images != nullptr ? static_cast<int32>(View.images[Index]) : 0;
	return FTrajectorySamplePoint(Position, Sample.time_step, static_cast<float>(Distance), Image);
}
