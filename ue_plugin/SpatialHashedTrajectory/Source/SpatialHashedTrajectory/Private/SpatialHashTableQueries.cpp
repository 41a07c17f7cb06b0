// The queries of the manager: how a query finds its data set, is asked at once, in the background or in batches.
#include "SpatialHashTableManager.h"

#include "GromaDataset.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaMovingQuery.h"
#include "GromaNative.h"
#include "GromaQuery.h"
#include "GromaWork.h"
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
	FString Reason;
	const TSharedPtr<groma_dataset> Dataset = FGromaLibrary::IsAvailable()
		? FindDataset(DatasetDirectory, Groma::FullPath(DatasetDirectory))->Open(Reason)
		: nullptr;
	if (!Reason.IsEmpty())
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Reason);
	}
	if (!Dataset.IsValid() || groma_dataset_get_info(Dataset.Get(), &Info, nullptr) != GROMA_OK)
	{
		return FVector::ZeroVector;
	}
	return FVector(Info.coordinate_origin[0], Info.coordinate_origin[1], Info.coordinate_origin[2]);
}

void USpatialHashTableManager::PrepareInBackground(const TSharedRef<FGromaPreparation>& Preparation, const FString& What,
	UObject* Owner, const TSharedPtr<FGromaCancelFlag>& CancelFlag,
	TUniqueFunction<void(int32 Status, const FString& Message)> OnReady)
{
	if (Preparation->IsAtHand())
	{
		const FString Refusal = Preparation->Prepare();
		WarnOfInferred(Preparation->Query.Extent, Preparation->How);
		OnReady(Refusal.IsEmpty() ? GROMA_OK : GROMA_INTERNAL, Refusal);
		return;
	}
	const TSharedRef<FGromaWork> Work = FGromaWork::Start([Preparation](FGromaWork&) { return Preparation->Prepare(); });
	FGromaJobEvents Events;
	Events.What = What;
	Events.CancelFlag = CancelFlag;
	Events.OnEnd = [WeakThis = TWeakObjectPtr<USpatialHashTableManager>(this), Preparation, OnReady = MoveTemp(OnReady)](
					   TGromaHandle<groma_job>&, int32 Status, const FString& Message)
	{
		if (const USpatialHashTableManager* Manager = WeakThis.Get())
		{
			Manager->WarnOfInferred(Preparation->Query.Extent, Preparation->How);
		}
		OnReady(Status, Message);
	};
	FGromaJobs::Get().Add(Work, Owner, MoveTemp(Events));
}

void USpatialHashTableManager::Ask(const FString& DatasetDirectory, const FGromaQuery& Query, UObject* Owner,
	TUniqueFunction<void(const FGromaAnswer& Answer)> OnAnswer)
{
	const TSharedPtr<FGromaPreparation> Chosen = Choose(DatasetDirectory, Query);
	if (!Chosen.IsValid())
	{
		OnAnswer(FGromaAnswer());
		return;
	}
	const TSharedRef<FGromaPreparation> Preparation = Chosen.ToSharedRef();
	const FString What = FString::Printf(TEXT("a query on %s"), *DatasetDirectory);
	PrepareInBackground(Preparation, What, Owner, nullptr,
		[WeakThis = TWeakObjectPtr<USpatialHashTableManager>(this), WeakOwner = TWeakObjectPtr<UObject>(Owner), Preparation, What,
			OnAnswer = MoveTemp(OnAnswer)](int32 Status, const FString& Message) mutable
		{
			FGromaError Error;
			groma_job* Job = nullptr;
			if (Status == GROMA_OK)
			{
				Status = Preparation->Query.Start(Preparation->Native.Get(), &Job, Error.Out());
			}
			if (Status != GROMA_OK)
			{
				FGromaJobs::LogEnd(Status, What, Job == nullptr && Message.IsEmpty() ? Error.ToString() : Message);
				OnAnswer(FGromaAnswer());
				return;
			}
			FGromaJobEvents Events;
			Events.What = What;
			Events.OnEnd = [WeakThis, What, OnAnswer = MoveTemp(OnAnswer)](
							   TGromaHandle<groma_job>& Ended, int32 EndStatus, const FString& EndMessage)
			{
				FGromaError ViewError;
				groma_query_view View;
				View.struct_size = sizeof View;
				if (EndStatus == GROMA_OK)
				{
					EndStatus = groma_job_query_view(Ended.Get(), &View, ViewError.Out());
				}
				if (EndStatus != GROMA_OK)
				{
					FGromaJobs::LogEnd(EndStatus, What, EndMessage.IsEmpty() ? ViewError.ToString() : EndMessage);
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
			FGromaJobs::Get().Add(TGromaHandle<groma_job>(Job), WeakOwner.Get(), MoveTemp(Events));
		});
}

FGromaAnswer USpatialHashTableManager::AskAndWait(const FString& DatasetDirectory, FGromaQuery Query)
{
	const TSharedPtr<FGromaPreparation> Preparation = Choose(DatasetDirectory, Query);
	if (!Preparation.IsValid())
	{
		return FGromaAnswer();
	}
	const FString Refusal = Preparation->Prepare();
	if (!Refusal.IsEmpty())
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Refusal);
		return FGromaAnswer();
	}
	WarnOfInferred(Preparation->Query.Extent, Preparation->How);
	Query = Preparation->Query;
	const TSharedPtr<groma_dataset> Dataset = Preparation->Native;
	FGromaError Error;
	if (Query.EndTimeStep > Query.StartTimeStep)
	{
		// It may take long: the editor shows a progress bar meanwhile, by which it can be cancelled.
		const FString What = FString::Printf(TEXT("Asking %s"), *DatasetDirectory);
		groma_job* Started = nullptr;
		int32 JobStatus = Query.Start(Dataset.Get(), &Started, Error.Out());
		const TGromaHandle<groma_job> Job(Started);
		FString Message = Error.ToString();
		groma_query_view JobView;
		JobView.struct_size = sizeof JobView;
		if (JobStatus == GROMA_OK)
		{
			JobStatus = FGromaJobs::WaitFor(Job.Get(), What, Message);
		}
		if (JobStatus == GROMA_OK)
		{
			JobStatus = groma_job_query_view(Job.Get(), &JobView, Error.Out());
			Message = Error.ToString();
		}
		if (JobStatus != GROMA_OK)
		{
			FGromaJobs::LogEnd(JobStatus, What, Message);
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

TSharedPtr<FGromaPreparation> USpatialHashTableManager::Choose(const FString& DatasetDirectory, const FGromaQuery& Query) const
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
	// The tables beside the shards, when any of those is loaded; else those of the time step, wherever they are.
	FString Root = Groma::FullPath(DatasetDirectory);
	const FLoadedTable* Table = Loaded.Tables.Find(Query.StartTimeStep);
	bool bBesideShards = false;
	for (const TPair<int32, FLoadedTable>& Candidate : Loaded.Tables)
	{
		bBesideShards |= Candidate.Value.Root.Equals(Root, ESearchCase::CaseSensitive);
		Table = Table != nullptr ? Table : &Candidate.Value;
	}
	if (!bBesideShards)
	{
		Root = Table->Root;
	}
	const TSharedPtr<FGromaPreparation> Preparation =
		MakeShared<FGromaPreparation>(FindDataset(DatasetDirectory, Root), Query, GetPeriodicity(Loaded.CellSize));
	Preparation->Query.CellSize = Loaded.CellSize;
	return Preparation;
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
	TSharedPtr<FGromaPreparation> Chosen;
	if (!FGromaMovingQuery::MakePath(QueryPositions, QueryTimeSteps, Radius, CellSize, Options, Query, Reason))
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Reason);
	}
	else
	{
		Query.TrajectoryId = ExcludeTrajectoryId;
		Chosen = Choose(DatasetDirectory, Query);
	}
	if (!Chosen.IsValid())
	{
		BatchCallback.ExecuteIfBound(TArray<FSpatialHashQueryResult>(), true, 0, 0);
		return;
	}
	const TSharedRef<FGromaCancelFlag> Flag = MakeShared<FGromaCancelFlag>();
	{
		const FScopeLock Locked(&ActiveQueriesLock);
		ActiveQueries.RemoveAll([](const TWeakPtr<FGromaCancelFlag>& Active) { return !Active.IsValid(); });
		ActiveQueries.Add(Flag);
	}
	const TSharedRef<FGromaPreparation> Preparation = Chosen.ToSharedRef();
	const FString What = FString::Printf(TEXT("a query in batches on %s"), *DatasetDirectory);
	PrepareInBackground(Preparation, What, this, Flag,
		[this, Preparation, What, Options, Flag, BatchCallback = MoveTemp(BatchCallback)](
			int32 Status, const FString& Message) mutable
		{
			if (Status == GROMA_OK)
			{
				FGromaMovingQuery::Start(
					this, Preparation->Native, What, Preparation->Query, Options, Flag, MoveTemp(BatchCallback));
				return;
			}
			FGromaJobs::LogEnd(Status, What, Message);
			BatchCallback.ExecuteIfBound(TArray<FSpatialHashQueryResult>(), true, 0, 0);
		});
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

void USpatialHashTableManager::ResetPeriodicVolume()
{
	PeriodicVolume = FPeriodicVolume();
	bPeriodicVolumeIsSet = false;
	WarnedExtent = FVector::ZeroVector;
}

FPeriodicVolume USpatialHashTableManager::GetPeriodicVolume() const
{
	if (bPeriodicVolumeIsSet)
	{
		return PeriodicVolume;
	}
	const FVector Extent = GetResolvedPeriodicExtent(0.0f);
	return FPeriodicVolume(!Extent.IsZero(), Extent);
}

FGromaPeriodicity USpatialHashTableManager::GetPeriodicity(float CellSize) const
{
	FGromaPeriodicity Periodicity;
	Periodicity.bIsSet = bPeriodicVolumeIsSet;
	Periodicity.Volume = PeriodicVolume;
	const int32 Index = IndexOf(CellSize);
	if (Index != INDEX_NONE)
	{
		const FSpatialHashHeader& Header = LoadedCellSizes[Index].Tables.CreateConstIterator()->Value.Table.Header;
		Periodicity.TableBox = Header.BBoxMax - Header.BBoxMin;
	}
	return Periodicity;
}

void USpatialHashTableManager::WarnOfInferred(const FVector& Extent, const FString& How) const
{
	if (How.IsEmpty() || Extent == WarnedExtent)
	{
		return;
	}
	WarnedExtent = Extent;
	UE_LOG(LogGroma, Warning,
		TEXT("The extent of the periodic volume is inferred as %s: %s. The volume of a simulation is rarely the box of its "
			"data; SetPeriodicVolume takes the true extent."),
		*Extent.ToString(), *How);
}

FVector USpatialHashTableManager::GetResolvedPeriodicExtent(float CellSize) const
{
	const FGromaPeriodicity Periodicity = GetPeriodicity(CellSize);
	const int32 Index = IndexOf(CellSize);
	if (bPeriodicVolumeIsSet && PeriodicVolume.bIsPeriodic && PeriodicVolume.Extent.IsZero() && Index == INDEX_NONE)
	{
		UE_LOG(LogGroma, Warning, TEXT("The extent of the periodic volume cannot be inferred: no table of cell size %.3f is loaded."),
			CellSize);
		return FVector::ZeroVector;
	}
	const float LoadedCellSize = Index != INDEX_NONE ? LoadedCellSizes[Index].CellSize : CellSize;
	// What a data set tells goes before what the header of a table does.
	FGromaPeriodicity WithoutTable = Periodicity;
	WithoutTable.TableBox = FVector::ZeroVector;
	FString How;
	FVector Extent = FVector::ZeroVector;
	for (const TSharedRef<FGromaDataset>& Dataset : Datasets)
	{
		const TSharedPtr<groma_dataset> Open = Dataset->GetOpen();
		Extent = Extent.IsZero() && Open.IsValid() ? WithoutTable.Resolve(Open.Get(), LoadedCellSize, How) : Extent;
	}
	Extent = Extent.IsZero() ? Periodicity.Resolve(nullptr, LoadedCellSize, How) : Extent;
	WarnOfInferred(Extent, How);
	return Extent;
}

TArray<FVector> USpatialHashTableManager::GetUnwrappedPositions(const TArray<FVector>& RawPositions, float CellSize) const
{
	return Groma::MakeContinuous(RawPositions, GetResolvedPeriodicExtent(CellSize));
}
