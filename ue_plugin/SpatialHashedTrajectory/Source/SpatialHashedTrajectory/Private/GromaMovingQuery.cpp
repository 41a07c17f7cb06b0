#include "GromaMovingQuery.h"

#include "GromaJobs.h"
#include "SpatialHashTableManager.h"

namespace
{
	/** How many whole extents have to be added to a length along an axis so that it is nearest to zero. */
	double WholeExtents(double Length, double Extent)
	{
		return Extent > 0.0 ? -FMath::RoundToDouble(Length / Extent) : 0.0;
	}
}

TArray<FVector> Groma::MakeContinuous(const TArray<FVector>& Positions, const FVector& Extent)
{
	TArray<FVector> Continuous = Positions;
	for (int32 Index = 1; Index < Continuous.Num(); ++Index)
	{
		for (int32 Axis = 0; Axis < 3; ++Axis)
		{
			const double Step = Continuous[Index][Axis] - Continuous[Index - 1][Axis];
			Continuous[Index][Axis] += WholeExtents(Step, Extent[Axis]) * Extent[Axis];
		}
	}
	return Continuous;
}

bool FGromaMovingQuery::MakePath(const TArray<FVector>& Positions, const TArray<int32>& TimeSteps, float Radius, float CellSize,
	FGromaMovingQueryOptions& Options, FGromaQuery& OutQuery, FString& OutReason)
{
	if (Positions.Num() == 0 || Positions.Num() != TimeSteps.Num())
	{
		OutReason = FString::Printf(TEXT("A query has %d positions and %d time steps: one of each is needed, and as many of both."),
			Positions.Num(), TimeSteps.Num());
		return false;
	}
	for (int32 Index = 1; Index < TimeSteps.Num(); ++Index)
	{
		if (TimeSteps[Index] < TimeSteps[Index - 1])
		{
			OutReason = FString::Printf(TEXT("The time step %d of a query comes after %d: they must ascend."), TimeSteps[Index],
				TimeSteps[Index - 1]);
			return false;
		}
	}
	if (Options.FirstTimeStep > Options.LastTimeStep)
	{
		Options.FirstTimeStep = TimeSteps[0];
		Options.LastTimeStep = TimeSteps.Last();
	}
	TArray<FVector> Within;
	TArray<int32> WithinTimeSteps;
	for (int32 Index = 0; Index < TimeSteps.Num(); ++Index)
	{
		if (TimeSteps[Index] >= Options.FirstTimeStep && TimeSteps[Index] <= Options.LastTimeStep)
		{
			Within.Add(Positions[Index]);
			WithinTimeSteps.Add(TimeSteps[Index]);
		}
	}
	if (Within.Num() == 0)
	{
		OutReason = FString::Printf(TEXT("No position of a query is at a time step from %d to %d."), Options.FirstTimeStep,
			Options.LastTimeStep);
		return false;
	}
	OutQuery = FGromaQuery::AlongPath(Within, WithinTimeSteps, Radius, CellSize);
	return true;
}

void FGromaMovingQuery::Start(USpatialHashTableManager* InOwner, const TSharedPtr<groma_dataset>& Dataset, const FString& InWhat,
	const FGromaQuery& Query, const FGromaMovingQueryOptions& Options, const TSharedRef<FGromaCancelFlag>& InCancelFlag,
	FOnSpatialHashBatchResult InOnBatch)
{
	const TSharedRef<FGromaMovingQuery> Moving = MakeShared<FGromaMovingQuery>();
	Moving->Owner = InOwner;
	Moving->What = InWhat;
	Moving->CancelFlag = InCancelFlag;
	Moving->OnBatch = MoveTemp(InOnBatch);
	Moving->Found = MakeShared<FFound>();
	Moving->Found->Dataset = Dataset;
	Moving->Found->Query = Query;
	Moving->Found->Options = Options;
	FGromaError Error;
	groma_job* Job = nullptr;
	if (Query.Start(Dataset.Get(), &Job, Error.Out()) != GROMA_OK)
	{
		Moving->GiveUp(Error.ToString(), false);
		return;
	}
	FGromaJobEvents Events;
	Events.What = Moving->What;
	Events.CancelFlag = InCancelFlag;
	Events.OnEnd = [Moving](TGromaHandle<groma_job>& Ended, int32 Status, const FString& Message)
	{ Moving->EndSearch(Ended, Status, Message); };
	FGromaJobs::Get().Add(TGromaHandle<groma_job>(Job), InOwner, MoveTemp(Events));
}

void FGromaMovingQuery::EndSearch(TGromaHandle<groma_job>& Job, int32 Status, const FString& Message)
{
	FGromaError Error;
	if (Status == GROMA_OK && CancelFlag->IsSet())
	{
		// The search was done before it noticed.
		GiveUp(FString(), true);
		return;
	}
	Found->View.struct_size = sizeof Found->View;
	if (Status != GROMA_OK || groma_job_query_view(Job.Get(), &Found->View, Error.Out()) != GROMA_OK)
	{
		GiveUp(Status != GROMA_OK ? Message : Error.ToString(), Status == GROMA_CANCELLED);
		return;
	}
	Found->Job = MoveTemp(Job);
	int32 Skipped = 0;
	for (uint64 Index = 0; Index < Found->View.id_count; ++Index)
	{
		if (Found->View.ids[Index] > static_cast<uint64>(MAX_int32))
		{
			++Skipped;
		}
		else
		{
			Found->Trajectories.Add(static_cast<int32>(Index));
		}
	}
	if (USpatialHashTableManager* Manager = Owner.Get())
	{
		Manager->CountSkipped(Skipped);
	}
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	groma_dataset_get_info(Found->Dataset.Get(), &Info, nullptr);
	Found->FirstTimeStep = FMath::Max(Found->Options.FirstTimeStep, Info.first_step);
	Found->LastTimeStep = FMath::Min(Found->Options.LastTimeStep, Info.last_step);
	if (Found->Trajectories.Num() == 0)
	{
		Tell(TArray<FSpatialHashQueryResult>(), true);
		return;
	}
	StartBatch();
}

void FGromaMovingQuery::StartBatch()
{
	const int32 First = Next;
	const int32 Count = FMath::Min(Found->Options.BatchSize, Found->Trajectories.Num() - First);
	Next += Count;
	const TSharedRef<TArray<FSpatialHashQueryResult>> Batch = MakeShared<TArray<FSpatialHashQueryResult>>();
	const TSharedRef<FGromaWork> Work = FGromaWork::Start(
		[Shared = Found, First, Count, Batch](FGromaWork& Self) { return Shared->MakeBatch(First, Count, Self, *Batch); });
	FGromaJobEvents Events;
	Events.What = What;
	Events.CancelFlag = CancelFlag;
	Events.OnEnd = [Moving = AsShared(), Batch](TGromaHandle<groma_job>&, int32 Status, const FString& Message)
	{
		if (Status != GROMA_OK)
		{
			Moving->GiveUp(Message, Status == GROMA_CANCELLED);
			return;
		}
		const bool bFinal = Moving->Next == Moving->Found->Trajectories.Num();
		Moving->Tell(*Batch, bFinal);
		if (!bFinal && Moving->Owner.IsValid())
		{
			Moving->StartBatch();
		}
	};
	FGromaJobs::Get().Add(Work, Owner.Get(), MoveTemp(Events));
}

FString FGromaMovingQuery::FFound::MakeBatch(
	int32 First, int32 Count, const FGromaWork& Work, TArray<FSpatialHashQueryResult>& OutResults) const
{
	OutResults.Reserve(Count);
	TArray<FVector3f> Positions;
	for (int32 Index = First; Index < First + Count && !Work.IsCancelled(); ++Index)
	{
		const int32 Trajectory = Trajectories[Index];
		FSpatialHashQueryResult& Result = OutResults.Emplace_GetRef(static_cast<int32>(View.ids[Trajectory]));
		if (Options.bWholeTrajectories)
		{
			const FString Failure = AddWhole(Trajectory, Positions, Result);
			if (!Failure.IsEmpty())
			{
				return Failure;
			}
			continue;
		}
		for (uint64 Sample = View.sample_offsets[Trajectory]; Sample < View.sample_offsets[Trajectory + 1]; ++Sample)
		{
			if (View.samples[Sample].distance <= Query.Radius)
			{
				Result.SamplePoints.Add(FGromaAnswer::ToSample(View, Sample));
			}
		}
	}
	return FString();
}

FString FGromaMovingQuery::FFound::AddWhole(
	int32 Trajectory, TArray<FVector3f>& Positions, FSpatialHashQueryResult& OutResult) const
{
	Positions.SetNumUninitialized(LastTimeStep - FirstTimeStep + 1);
	FGromaError Error;
	if (groma_dataset_positions(Dataset.Get(), View.ids[Trajectory], FirstTimeStep, LastTimeStep,
			reinterpret_cast<float*>(Positions.GetData()), Error.Out())
		!= GROMA_OK)
	{
		return Error.ToString();
	}
	// The samples from its first entry to its last exit have been measured; the others are measured here.
	uint64 Measured = View.sample_offsets[Trajectory];
	const uint64 End = View.sample_offsets[Trajectory + 1];
	for (int32 Index = 0; Index < Positions.Num(); ++Index)
	{
		const int32 TimeStep = FirstTimeStep + Index;
		while (Measured < End && View.samples[Measured].time_step < TimeStep)
		{
			++Measured;
		}
		if (Measured < End && View.samples[Measured].time_step == TimeStep)
		{
			OutResult.SamplePoints.Add(FGromaAnswer::ToSample(View, Measured));
		}
		else if (!Positions[Index].ContainsNaN())
		{
			OutResult.SamplePoints.Add(Measure(Positions[Index], TimeStep));
		}
	}
	return FString();
}

FTrajectorySamplePoint FGromaMovingQuery::FFound::Measure(const FVector3f& Position, int32 TimeStep) const
{
	FTrajectorySamplePoint Sample(FVector(Position), TimeStep, MAX_flt);
	// The first point of the path at the time step or later; there are a few at most.
	int32 First = 0;
	int32 End = Query.PathTimeSteps.Num();
	while (First < End)
	{
		const int32 Middle = First + (End - First) / 2;
		if (Query.PathTimeSteps[Middle] < TimeStep)
		{
			First = Middle + 1;
		}
		else
		{
			End = Middle;
		}
	}
	double Nearest = static_cast<double>(MAX_flt);
	for (; First < Query.PathTimeSteps.Num() && Query.PathTimeSteps[First] == TimeStep; ++First)
	{
		uint32 Image = 0;
		FVector Away = Sample.Position - Query.Points[First];
		for (int32 Axis = 0; Axis < 3; ++Axis)
		{
			const double Extents = FMath::Clamp(WholeExtents(Away[Axis], Query.Extent[Axis]), -127.0, 127.0);
			Away[Axis] += Extents * Query.Extent[Axis];
			Image |= (static_cast<uint32>(static_cast<int32>(Extents)) & 0xffu) << (8 * Axis);
		}
		if (Away.Size() < Nearest)
		{
			Nearest = Away.Size();
			Sample.Distance = static_cast<float>(Nearest);
			Sample.VolumeIndex = static_cast<int32>(Image);
		}
	}
	return Sample;
}

void FGromaMovingQuery::Tell(const TArray<FSpatialHashQueryResult>& Results, bool bFinal)
{
	// As long as nobody has been found nothing was handled.
	const int32 Handled = Found->Job.IsValid() ? Found->Query.Points.Num() : 0;
	OnBatch.ExecuteIfBound(Results, bFinal, Found->Trajectories.Num(), Handled);
}

void FGromaMovingQuery::GiveUp(const FString& Message, bool bCancelled)
{
	FGromaJobs::LogEnd(bCancelled ? GROMA_CANCELLED : GROMA_INTERNAL, What, Message);
	Tell(TArray<FSpatialHashQueryResult>(), true);
}
