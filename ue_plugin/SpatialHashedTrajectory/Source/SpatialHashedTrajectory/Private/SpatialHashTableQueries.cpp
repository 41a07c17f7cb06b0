// The queries of the manager: how a query finds its data set, is asked at once, in the background or in batches.
#include "SpatialHashTableManager.h"

#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaMovingQuery.h"
#include "GromaNative.h"
#include "GromaQuery.h"
#include "Misc/ScopeLock.h"

int32 USpatialHashTableManager::QueryFixedRadiusNeighbors(
	FVector QueryPosition, float Radius, float CellSize, int32 TimeStep, TArray<FSpatialQueryResult>& OutResults)
{
	OutResults.Reset();
	const FLoadedTable* Table = FindTable(CellSize, TimeStep);
	if (Table == nullptr)
	{
		UE_LOG(LogGroma, Warning, TEXT("No table of cell size %.3f is loaded for time step %d."), CellSize, TimeStep);
		return 0;
	}
	const FGromaAnswer Answer = AskAndWait(Table->Root, FGromaQuery::Around(QueryPosition, Radius, CellSize, TimeStep));
	for (const FSpatialHashQueryResult& Result : Answer.Results)
	{
		for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
		{
			OutResults.Emplace(Result.TrajectoryId, Sample.Distance);
		}
	}
	OutResults.Sort([](const FSpatialQueryResult& A, const FSpatialQueryResult& B) { return A.Distance < B.Distance; });
	return OutResults.Num();
}

int32 USpatialHashTableManager::QueryCell(
	FVector QueryPosition, float CellSize, int32 TimeStep, TArray<int32>& OutTrajectoryIds)
{
	OutTrajectoryIds.Reset();
	const FLoadedTable* Table = FindTable(CellSize, TimeStep);
	if (Table == nullptr)
	{
		UE_LOG(LogGroma, Warning, TEXT("No table of cell size %.3f is loaded for time step %d."), CellSize, TimeStep);
		return 0;
	}
	TArray<uint32> Ids;
	Table->Table.QueryAtPosition(QueryPosition, Ids);
	int32 Skipped = 0;
	for (const uint32 Id : Ids)
	{
		if (Id > static_cast<uint32>(MAX_int32))
		{
			++Skipped;
		}
		else
		{
			OutTrajectoryIds.Add(static_cast<int32>(Id));
		}
	}
	CountSkipped(Skipped);
	return OutTrajectoryIds.Num();
}

int32 USpatialHashTableManager::QueryRadiusWithDistanceCheck(const FString& DatasetDirectory, FVector QueryPosition,
	float Radius, float CellSize, int32 TimeStep, TArray<FSpatialHashQueryResult>& OutResults)
{
	OutResults = AskAndWait(DatasetDirectory, FGromaQuery::Around(QueryPosition, Radius, CellSize, TimeStep)).Results;
	return OutResults.Num();
}

int32 USpatialHashTableManager::QueryDualRadiusWithDistanceCheck(const FString& DatasetDirectory, FVector QueryPosition,
	float InnerRadius, float OuterRadius, float CellSize, int32 TimeStep, TArray<FSpatialHashQueryResult>& OutInnerResults,
	TArray<FSpatialHashQueryResult>& OutOuterResults)
{
	const FGromaQuery Query = FGromaQuery::AroundTwice(QueryPosition, InnerRadius, OuterRadius, CellSize, TimeStep);
	FGromaAnswer Answer = AskAndWait(DatasetDirectory, Query);
	OutInnerResults = MoveTemp(Answer.InnerResults);
	OutOuterResults = MoveTemp(Answer.Results);
	return OutOuterResults.Num();
}

int32 USpatialHashTableManager::QueryRadiusOverTimeRange(const FString& DatasetDirectory, FVector QueryPosition, float Radius,
	float CellSize, int32 StartTimeStep, int32 EndTimeStep, TArray<FSpatialHashQueryResult>& OutResults)
{
	const FGromaQuery Query = FGromaQuery::OverTime(QueryPosition, Radius, CellSize, StartTimeStep, EndTimeStep);
	OutResults = AskAndWait(DatasetDirectory, Query).Results;
	return OutResults.Num();
}

int32 USpatialHashTableManager::QueryTrajectoryRadiusOverTimeRange(const FString& DatasetDirectory, int32 QueryTrajectoryId,
	float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep, TArray<FSpatialHashQueryResult>& OutResults)
{
	const FGromaQuery Query =
		FGromaQuery::AroundTrajectory(QueryTrajectoryId, Radius, CellSize, StartTimeStep, EndTimeStep);
	OutResults = AskAndWait(DatasetDirectory, Query).Results;
	return OutResults.Num();
}

void USpatialHashTableManager::QueryRadiusWithDistanceCheckAsync(const FString& DatasetDirectory, FVector QueryPosition,
	float Radius, float CellSize, int32 TimeStep, FOnSpatialHashQueryComplete OnComplete)
{
	Ask(DatasetDirectory, FGromaQuery::Around(QueryPosition, Radius, CellSize, TimeStep), this,
		[OnComplete = MoveTemp(OnComplete)](const FGromaAnswer& Answer) { OnComplete.ExecuteIfBound(Answer.Results); });
}

void USpatialHashTableManager::QueryDualRadiusWithDistanceCheckAsync(const FString& DatasetDirectory, FVector QueryPosition,
	float InnerRadius, float OuterRadius, float CellSize, int32 TimeStep, FOnSpatialHashDualQueryComplete OnComplete)
{
	Ask(DatasetDirectory, FGromaQuery::AroundTwice(QueryPosition, InnerRadius, OuterRadius, CellSize, TimeStep), this,
		[OnComplete = MoveTemp(OnComplete)](const FGromaAnswer& Answer)
		{ OnComplete.ExecuteIfBound(Answer.InnerResults, Answer.Results); });
}

void USpatialHashTableManager::QueryRadiusOverTimeRangeAsync(const FString& DatasetDirectory, FVector QueryPosition,
	float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep, FOnSpatialHashQueryComplete OnComplete)
{
	Ask(DatasetDirectory, FGromaQuery::OverTime(QueryPosition, Radius, CellSize, StartTimeStep, EndTimeStep), this,
		[OnComplete = MoveTemp(OnComplete)](const FGromaAnswer& Answer) { OnComplete.ExecuteIfBound(Answer.Results); });
}

void USpatialHashTableManager::QueryTrajectoryRadiusOverTimeRangeAsync(const FString& DatasetDirectory,
	uint32 QueryTrajectoryId, float Radius, float CellSize, int32 StartTimeStep, int32 EndTimeStep,
	FOnSpatialHashQueryComplete OnComplete)
{
	Ask(DatasetDirectory, FGromaQuery::AroundTrajectory(QueryTrajectoryId, Radius, CellSize, StartTimeStep, EndTimeStep), this,
		[OnComplete = MoveTemp(OnComplete)](const FGromaAnswer& Answer) { OnComplete.ExecuteIfBound(Answer.Results); });
}

void USpatialHashTableManager::QueryTimeStepAsync(
	const FString& DatasetDirectory, float CellSize, int32 TimeStep, FOnSpatialHashQueryComplete OnComplete)
{
	const FSpatialHashTable* Table = GetLoadedTable(CellSize, TimeStep);
	if (Table == nullptr)
	{
		// A time step without samples has no table.
		OnComplete.ExecuteIfBound(TArray<FSpatialHashQueryResult>());
		return;
	}
	// A ball around the box of the cells has all positions, also those that the rounding of the box leaves outside.
	const FVector Diagonal = Table->Header.BBoxMax - Table->Header.BBoxMin;
	const FVector Middle = Table->Header.BBoxMin + Diagonal * 0.5;
	const double Radius = Diagonal.Size() + CellSize;
	FGromaQuery Query = FGromaQuery::Around(Middle, static_cast<float>(Radius), CellSize, TimeStep);
	Query.bOnlyStored = true;
	Ask(DatasetDirectory, Query, this,
		[OnComplete = MoveTemp(OnComplete)](const FGromaAnswer& Answer) { OnComplete.ExecuteIfBound(Answer.Results); });
}

FVector USpatialHashTableManager::GetCoordinateOrigin(const FString& DatasetDirectory)
{
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	const TSharedPtr<groma_dataset> Dataset =
		FGromaLibrary::IsAvailable() ? OpenDataset(DatasetDirectory, Groma::FullPath(DatasetDirectory)) : nullptr;
	if (!Dataset.IsValid() || groma_dataset_get_info(Dataset.Get(), &Info, nullptr) != GROMA_OK)
	{
		return FVector::ZeroVector;
	}
	return FVector(Info.coordinate_origin[0], Info.coordinate_origin[1], Info.coordinate_origin[2]);
}

void USpatialHashTableManager::Ask(const FString& DatasetDirectory, const FGromaQuery& Query, UObject* Owner,
	TUniqueFunction<void(const FGromaAnswer& Answer)> OnAnswer)
{
	FGromaQuery Prepared = Query;
	const TSharedPtr<groma_dataset> Dataset = Prepare(DatasetDirectory, Prepared);
	FGromaError Error;
	groma_job* Job = nullptr;
	if (!Dataset.IsValid() || Prepared.Start(Dataset.Get(), &Job, Error.Out()) != GROMA_OK)
	{
		if (Dataset.IsValid())
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		}
		OnAnswer(FGromaAnswer());
		return;
	}
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("a query on %s"), *DatasetDirectory);
	Events.OnEnd = [WeakThis = TWeakObjectPtr<USpatialHashTableManager>(this), OnAnswer = MoveTemp(OnAnswer)](
					   TGromaHandle<groma_job>& Ended, int32 Status, const FString& Message)
	{
		FGromaError ViewError;
		groma_query_view View;
		View.struct_size = sizeof View;
		if (Status != GROMA_OK || groma_job_query_view(Ended.Get(), &View, ViewError.Out()) != GROMA_OK)
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), Status != GROMA_OK ? *Message : *ViewError.ToString());
			OnAnswer(FGromaAnswer());
			return;
		}
		const FGromaAnswer Answer(View);
		if (USpatialHashTableManager* Manager = WeakThis.Get())
		{
			Manager->CountSkipped(Answer.SkippedIds);
		}
		OnAnswer(Answer);
	};
	FGromaJobs::Get().Add(TGromaHandle<groma_job>(Job), Owner, MoveTemp(Events));
}

FGromaAnswer USpatialHashTableManager::AskAndWait(const FString& DatasetDirectory, FGromaQuery Query)
{
	const TSharedPtr<groma_dataset> Dataset = Prepare(DatasetDirectory, Query);
	if (!Dataset.IsValid())
	{
		return FGromaAnswer();
	}
	FGromaError Error;
	if (Query.EndTimeStep > Query.StartTimeStep)
	{
		// It may take long: the editor shows a progress bar meanwhile, by which it can be cancelled.
		groma_job* Started = nullptr;
		int32 JobStatus = Query.Start(Dataset.Get(), &Started, Error.Out());
		const TGromaHandle<groma_job> Job(Started);
		FString Message = Error.ToString();
		groma_query_view JobView;
		JobView.struct_size = sizeof JobView;
		if (JobStatus == GROMA_OK)
		{
			JobStatus =
				FGromaJobs::WaitFor(Job.Get(), FString::Printf(TEXT("Asking %s"), *DatasetDirectory), Message);
		}
		if (JobStatus == GROMA_OK)
		{
			JobStatus = groma_job_query_view(Job.Get(), &JobView, Error.Out());
			Message = Error.ToString();
		}
		if (JobStatus != GROMA_OK)
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), *Message);
			return FGromaAnswer();
		}
		FGromaAnswer JobAnswer(JobView);
		CountSkipped(JobAnswer.SkippedIds);
		return JobAnswer;
	}
	groma_query_result* Created = nullptr;
	int32 Status = groma_query_result_create(&Created, Error.Out());
	const TGromaHandle<groma_query_result> Result(Created);
	groma_query_view View;
	View.struct_size = sizeof View;
	if (Status == GROMA_OK)
	{
		Status = Query.Ask(Dataset.Get(), Result.Get(), Error.Out());
	}
	if (Status == GROMA_OK)
	{
		Status = groma_query_result_get_view(Result.Get(), &View, Error.Out());
	}
	if (Status != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return FGromaAnswer();
	}
	FGromaAnswer Answer(View);
	CountSkipped(Answer.SkippedIds);
	return Answer;
}

void USpatialHashTableManager::CountSkipped(int32 Skipped)
{
	if (Skipped > 0)
	{
		SkippedIds += Skipped;
		UE_LOG(LogGroma, Error, TEXT("%d trajectories were left out: their ids are above 2147483647, which int32 does not hold."),
			Skipped);
	}
}

TSharedPtr<groma_dataset> USpatialHashTableManager::Prepare(const FString& DatasetDirectory, FGromaQuery& Query)
{
	if (!FGromaLibrary::IsAvailable())
	{
		return nullptr;
	}
	const int32 Index = IndexOf(Query.CellSize);
	if (Index == INDEX_NONE)
	{
		UE_LOG(LogGroma, Warning, TEXT("No table of cell size %.3f is loaded."), Query.CellSize);
		return nullptr;
	}
	if (Query.Kind == FGromaQuery::EKind::Trajectory && Query.TrajectoryId < 0)
	{
		UE_LOG(LogGroma, Error, TEXT("A trajectory with the id %lld does not exist; ids are 0 or above."),
			static_cast<long long>(Query.TrajectoryId));
		return nullptr;
	}
	const FLoadedCellSize& Loaded = LoadedCellSizes[Index];
	Query.CellSize = Loaded.CellSize;
	// The tables beside the shards, when any of those is loaded; else those of the time step, wherever they are.
	FString Root = Groma::FullPath(DatasetDirectory);
	const FLoadedTable* Table = Loaded.Tables.Find(Query.StartTimeStep);
	bool bBesideShards = false;
	for (const TPair<int32, FLoadedTable>& Candidate : Loaded.Tables)
	{
		bBesideShards |= Candidate.Value.Root == Root;
		Table = Table != nullptr ? Table : &Candidate.Value;
	}
	if (!bBesideShards)
	{
		Root = Table->Root;
	}
	const TSharedPtr<groma_dataset> Dataset = OpenDataset(DatasetDirectory, Root);
	if (Dataset.IsValid())
	{
		// What the manifest says is asked for like what was set, so that images are counted in the same way.
		groma_dataset_info Info;
		Info.struct_size = sizeof Info;
		groma_dataset_get_info(Dataset.Get(), &Info, nullptr);
		Query.Extent = bPeriodicVolumeIsSet
			? GetResolvedPeriodicExtent(Query.CellSize)
			: FVector(Info.periodic_extent[0], Info.periodic_extent[1], Info.periodic_extent[2]);
		Query.bPeriodic = !Query.Extent.IsZero() && !Query.bOnlyStored;
	}
	return Dataset.IsValid() && MakePath(Dataset.Get(), Query) ? Dataset : nullptr;
}

bool USpatialHashTableManager::MakePath(const groma_dataset* Dataset, FGromaQuery& Query) const
{
	if (Query.Kind != FGromaQuery::EKind::Trajectory || !Query.bPeriodic)
	{
		return true;
	}
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	groma_dataset_get_info(Dataset, &Info, nullptr);
	const int32 First = FMath::Max(Query.StartTimeStep, Info.first_step);
	const int32 Last = FMath::Min(Query.EndTimeStep, Info.last_step);
	TArray<FVector> Positions;
	TArray<int32> TimeSteps;
	if (First <= Last)
	{
		TArray<FVector3f> Stored;
		Stored.SetNumUninitialized(Last - First + 1);
		FGromaError Error;
		if (groma_dataset_positions(Dataset, static_cast<uint64>(Query.TrajectoryId), First, Last,
				reinterpret_cast<float*>(Stored.GetData()), Error.Out())
			!= GROMA_OK)
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
			return false;
		}
		for (int32 Index = 0; Index < Stored.Num(); ++Index)
		{
			if (!Stored[Index].ContainsNaN())
			{
				Positions.Add(FVector(Stored[Index]));
				TimeSteps.Add(First + Index);
			}
		}
	}
	if (TimeSteps.Num() == 0)
	{
		UE_LOG(LogGroma, Error, TEXT("The trajectory %lld has no sample at the time steps %d to %d."),
			static_cast<long long>(Query.TrajectoryId), Query.StartTimeStep, Query.EndTimeStep);
		return false;
	}
	FGromaQuery Path = FGromaQuery::AlongPath(
		Groma::MakeContinuous(Positions, Query.Extent), TimeSteps, static_cast<float>(Query.Radius), Query.CellSize);
	Path.Radius = Query.Radius;
	Path.TrajectoryId = Query.TrajectoryId;
	Path.bPeriodic = Query.bPeriodic;
	Path.Extent = Query.Extent;
	Query = MoveTemp(Path);
	return true;
}

void USpatialHashTableManager::QueryPositionsBatchedAsync(const FString& DatasetDirectory,
	const TArray<FVector>& QueryPositions, const TArray<int32>& QueryTimeSteps, float Radius, float CellSize, int32 BatchSize,
	int64 ExcludeTrajectoryId, bool bIncludeWholeResultTrajectorySamples, int32 QueryStartTimeStep, int32 QueryEndTimeStep,
	FOnSpatialHashBatchResult BatchCallback)
{
	FGromaMovingQueryOptions Options;
	Options.BatchSize = BatchSize > 0 ? BatchSize : MAX_int32;
	Options.bWholeTrajectories = bIncludeWholeResultTrajectorySamples;
	Options.FirstTimeStep = QueryStartTimeStep;
	Options.LastTimeStep = QueryEndTimeStep;
	FGromaQuery Query;
	FString Reason;
	TSharedPtr<groma_dataset> Dataset;
	if (!FGromaMovingQuery::MakePath(QueryPositions, QueryTimeSteps, Radius, CellSize, Options, Query, Reason))
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Reason);
	}
	else
	{
		Query.TrajectoryId = ExcludeTrajectoryId;
		Dataset = Prepare(DatasetDirectory, Query);
	}
	if (!Dataset.IsValid())
	{
		BatchCallback.ExecuteIfBound(TArray<FSpatialHashQueryResult>(), true, 0, 0);
		return;
	}
	Query.Points = Groma::MakeContinuous(Query.Points, Query.Extent);
	const TSharedRef<FGromaCancelFlag> Flag = MakeShared<FGromaCancelFlag>();
	{
		const FScopeLock Locked(&ActiveQueriesLock);
		ActiveQueries.RemoveAll([](const TWeakPtr<FGromaCancelFlag>& Active) { return !Active.IsValid(); });
		ActiveQueries.Add(Flag);
	}
	FGromaMovingQuery::Start(this, Dataset, DatasetDirectory, Query, Options, Flag, MoveTemp(BatchCallback));
}

void USpatialHashTableManager::CancelActiveQuery()
{
	const FScopeLock Locked(&ActiveQueriesLock);
	for (const TWeakPtr<FGromaCancelFlag>& Active : ActiveQueries)
	{
		if (const TSharedPtr<FGromaCancelFlag> Flag = Active.Pin())
		{
			Flag->Set();
		}
	}
}

void USpatialHashTableManager::SetPeriodicVolume(bool bInIsPeriodic, FVector InExtent)
{
	if (InExtent.ContainsNaN() || InExtent.X < 0.0 || InExtent.Y < 0.0 || InExtent.Z < 0.0)
	{
		UE_LOG(LogGroma, Error, TEXT("The extent %s of a periodic volume is refused: 0 or more on each axis is accepted."),
			*InExtent.ToString());
		return;
	}
	PeriodicVolume = FPeriodicVolume(bInIsPeriodic, InExtent);
	bPeriodicVolumeIsSet = true;
	WarnedExtent = FVector::ZeroVector;
}

FVector USpatialHashTableManager::GetResolvedPeriodicExtent(float CellSize) const
{
	if (!PeriodicVolume.bIsPeriodic || !PeriodicVolume.Extent.IsZero())
	{
		return PeriodicVolume.bIsPeriodic ? PeriodicVolume.Extent : FVector::ZeroVector;
	}
	const int32 Index = IndexOf(CellSize);
	if (Index == INDEX_NONE)
	{
		UE_LOG(LogGroma, Warning, TEXT("The extent of the periodic volume cannot be inferred: no table of cell size %.3f is loaded."),
			CellSize);
		return FVector::ZeroVector;
	}
	FVector Extent = FVector::ZeroVector;
	FString How;
	for (const TPair<FString, TSharedPtr<groma_dataset>>& Dataset : Datasets)
	{
		groma_table_bounds Bounds;
		Bounds.struct_size = sizeof Bounds;
		if (groma_dataset_get_table_bounds(Dataset.Value.Get(), LoadedCellSizes[Index].CellSize, &Bounds, nullptr) == GROMA_OK)
		{
			for (int32 Axis = 0; Axis < 3; ++Axis)
			{
				Extent[Axis] = FMath::Max(Bounds.box_max[Axis] - Bounds.box_min[Axis] - 2.0 * Bounds.margin, 0.0);
			}
			How = Bounds.has_margin != 0
				? FString::Printf(TEXT("the box of the tables without the margin of %g on every side"), Bounds.margin)
				: FString(TEXT("the box that the build of the tables was given"));
			break;
		}
	}
	if (How.IsEmpty())
	{
		for (const TPair<int32, FLoadedTable>& Table : LoadedCellSizes[Index].Tables)
		{
			Extent = Table.Value.Table.Header.BBoxMax - Table.Value.Table.Header.BBoxMin;
			How = TEXT("the box in a table's header, whose margin is not known and therefore still in it");
			break;
		}
	}
	if (!(Extent == WarnedExtent))
	{
		WarnedExtent = Extent;
		UE_LOG(LogGroma, Warning,
			TEXT("The extent of the periodic volume is inferred as %s: %s. The volume of a simulation is rarely the box of its "
				"data; SetPeriodicVolume takes the true extent."),
			*Extent.ToString(), *How);
	}
	return Extent;
}

TArray<FVector> USpatialHashTableManager::GetUnwrappedPositions(const TArray<FVector>& RawPositions, float CellSize) const
{
	return Groma::MakeContinuous(
		RawPositions, PeriodicVolume.bIsPeriodic ? GetResolvedPeriodicExtent(CellSize) : FVector::ZeroVector);
}
