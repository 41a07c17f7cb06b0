#include "SpatialHashTableManager.h"

#include "GromaBuild.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"
#include "GromaQuery.h"
#include "GromaSettings.h"
#include "Misc/Paths.h"

namespace
{
	/** Cell sizes nearer to each other than this are the same. */
	constexpr float CellSizeEpsilon = 0.001f;

	/** The folder that holds the spatial_hashing of a table file. */
	FString RootOf(const FString& TableFile)
	{
		return FPaths::GetPath(FPaths::GetPath(FPaths::GetPath(TableFile)));
	}
}

int32 USpatialHashTableManager::LoadHashTables(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, bool bAutoCreate)
{
	if (!FGromaLibrary::IsAvailable())
	{
		return 0;
	}
	if (StartTimeStep > EndTimeStep)
	{
		UE_LOG(LogGroma, Error, TEXT("The time steps %d to %d are none: the last must not be below the first."), StartTimeStep,
			EndTimeStep);
		return 0;
	}
	const FString Root = Groma::FullPath(DatasetDirectory);
	// What was opened before may not know of shards and tables that have come since.
	Datasets.Empty();
	FString Reason;
	if (!HasAllTables(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep, Reason))
	{
		if (!bAutoCreate)
		{
			UE_LOG(LogGroma, Error, TEXT("%s (and tables are not to be created)"), *Reason);
			return 0;
		}
		UE_LOG(LogGroma, Log, TEXT("%s; the tables are being created."), *Reason);
		FSpatialHashTableBuilder::FBuildConfig Config;
		Config.CellSize = CellSize;
		if (!BuildHashTablesIncrementallyFromShards(DatasetDirectory, Config))
		{
			return 0;
		}
	}
	const TSharedPtr<groma_dataset> Dataset = OpenDataset(DatasetDirectory, Root);
	if (!Dataset.IsValid())
	{
		return 0;
	}
	FGromaError Error;
	size_t Count = 0;
	TArray<int32> TimeSteps;
	int32 Status = groma_dataset_table_steps(Dataset.Get(), CellSize, nullptr, 0, &Count, Error.Out());
	if (Status == GROMA_OK)
	{
		TimeSteps.SetNumUninitialized(static_cast<int32>(Count));
		Status = groma_dataset_table_steps(Dataset.Get(), CellSize, TimeSteps.GetData(), Count, &Count, Error.Out());
	}
	if (Status != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return 0;
	}
	int32 Loaded = 0;
	for (const int32 TimeStep : TimeSteps)
	{
		if (TimeStep >= StartTimeStep && TimeStep <= EndTimeStep)
		{
			const FString File = FSpatialHashTableBuilder::GetOutputFilename(Root, CellSize, static_cast<uint32>(TimeStep));
			Loaded += LoadHashTable(File, CellSize, TimeStep) ? 1 : 0;
		}
	}
	UE_LOG(LogGroma, Log, TEXT("%d tables of cell size %.3f are loaded for the time steps %d to %d."), Loaded, CellSize,
		StartTimeStep, EndTimeStep);
	return Loaded;
}

bool USpatialHashTableManager::LoadHashTable(const FString& FilePath, float CellSize, int32 TimeStep)
{
	const FLoadedTable* Before = FindTable(CellSize, TimeStep);
	if (Before != nullptr && Before->Table.SourceFilePath == Groma::FullPath(FilePath))
	{
		return true;
	}
	FLoadedTable Loaded;
	if (!Loaded.Table.LoadFromFile(FilePath))
	{
		return false;
	}
	const FSpatialHashHeader& Header = Loaded.Table.Header;
	if (!FMath::IsNearlyEqual(Header.CellSize, CellSize, CellSizeEpsilon))
	{
		UE_LOG(LogGroma, Error, TEXT("%s has the cell size %.3f, not %.3f."), *FilePath, Header.CellSize, CellSize);
		return false;
	}
	if (Header.TimeStep != static_cast<uint32>(TimeStep))
	{
		UE_LOG(LogGroma, Error, TEXT("%s is of the time step %u, not %d."), *FilePath, Header.TimeStep, TimeStep);
		return false;
	}
	Loaded.Root = RootOf(Loaded.Table.SourceFilePath);
	int32 Index = IndexOf(CellSize);
	if (Index == INDEX_NONE)
	{
		Index = LoadedCellSizes.Emplace();
		LoadedCellSizes[Index].CellSize = Header.CellSize;
	}
	LoadedCellSizes[Index].Tables.Add(TimeStep, MoveTemp(Loaded));
	return true;
}

bool USpatialHashTableManager::CreateHashTables(const FString& DatasetDirectory, float CellSize, FVector BoundingBoxMin,
	FVector BoundingBoxMax, bool ComputeBoundingBox, float BoundingBoxMargin)
{
	FSpatialHashTableBuilder::FBuildConfig Config;
	Config.CellSize = CellSize;
	Config.BBoxMin = BoundingBoxMin;
	Config.BBoxMax = BoundingBoxMax;
	Config.bComputeBoundingBox = ComputeBoundingBox;
	Config.BoundingBoxMargin = BoundingBoxMargin;
	return BuildHashTablesIncrementallyFromShards(DatasetDirectory, Config);
}

bool USpatialHashTableManager::BuildHashTablesIncrementallyFromShards(
	const FString& DatasetDirectory, const FSpatialHashTableBuilder::FBuildConfig& BaseConfig)
{
	const FString Root = Groma::FullPath(BaseConfig.OutputDirectory.IsEmpty() ? DatasetDirectory : BaseConfig.OutputDirectory);
	const TArray<int32> TimeSteps = Close(Root, BaseConfig.CellSize);
	const bool bBuilt = FSpatialHashTableBuilder().BuildHashTables(BaseConfig, DatasetDirectory);
	Reload(Root, BaseConfig.CellSize, TimeSteps);
	return bBuilt;
}

void USpatialHashTableManager::CreateHashTablesAsync(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep)
{
	if (bIsCreatingHashTables)
	{
		UE_LOG(LogGroma, Warning, TEXT("Hash tables are being created already; %s has to wait."), *DatasetDirectory);
		return;
	}
	const FString Root = Groma::FullPath(DatasetDirectory);
	const TArray<int32> TimeSteps = Close(Root, CellSize);
	FSpatialHashTableBuilder::FBuildConfig Config;
	Config.CellSize = CellSize;
	FString Reason;
	TGromaHandle<groma_job> Job = Groma::StartBuild(DatasetDirectory, Config, Reason);
	if (!Job.IsValid())
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Reason);
		Reload(Root, CellSize, TimeSteps);
		return;
	}
	bIsCreatingHashTables = true;
	FGromaJobEvents Events;
	Events.OnEnd = [this, DatasetDirectory, Root, CellSize, StartTimeStep, EndTimeStep, TimeSteps](
					   const groma_job* Ended, int32 Status, const FString& Message)
	{
		bIsCreatingHashTables = false;
		Reload(Root, CellSize, TimeSteps);
		if (Status == GROMA_OK)
		{
			UE_LOG(LogGroma, Log, TEXT("%s"), *Groma::BuildSummary(Ended));
			LoadHashTables(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep, false);
		}
		else if (Status == GROMA_CANCELLED)
		{
			UE_LOG(LogGroma, Log, TEXT("Creating the hash tables of %s was cancelled."), *DatasetDirectory);
		}
		else
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), *Message);
		}
	};
	CreationJob = FGromaJobs::Get().Add(
		MoveTemp(Job), this, MoveTemp(Events), FText::FromString(TEXT("Creating hash tables")));
}

void USpatialHashTableManager::CancelCreatingHashTables()
{
	if (bIsCreatingHashTables)
	{
		FGromaJobs::Get().Cancel(CreationJob);
	}
}

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
	FGromaAnswer Skipped;
	for (const uint32 Id : Ids)
	{
		if (Id > static_cast<uint32>(MAX_int32))
		{
			++Skipped.SkippedIds;
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
	Events.OnEnd = [WeakThis = TWeakObjectPtr<USpatialHashTableManager>(this), OnAnswer = MoveTemp(OnAnswer)](
					   const groma_job* Ended, int32 Status, const FString& Message)
	{
		FGromaError ViewError;
		groma_query_view View;
		View.struct_size = sizeof View;
		if (Status != GROMA_OK || groma_job_query_view(Ended, &View, ViewError.Out()) != GROMA_OK)
		{
			UE_LOG(LogGroma, Error, TEXT("%s"), Status != GROMA_OK ? *Message : *ViewError.ToString());
			OnAnswer(FGromaAnswer());
			return;
		}
		const FGromaAnswer Answer(View);
		if (USpatialHashTableManager* Manager = WeakThis.Get())
		{
			Manager->CountSkipped(Answer);
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
	CountSkipped(Answer);
	return Answer;
}

void USpatialHashTableManager::CountSkipped(const FGromaAnswer& Answer)
{
	if (Answer.SkippedIds > 0)
	{
		SkippedIds += Answer.SkippedIds;
		UE_LOG(LogGroma, Error, TEXT("%d trajectories were left out: their ids are above 2147483647, which int32 does not hold."),
			Answer.SkippedIds);
	}
}

void USpatialHashTableManager::UnloadHashTables(float CellSize)
{
	const int32 Index = IndexOf(CellSize);
	if (Index == INDEX_NONE)
	{
		return;
	}
	for (const TPair<FString, TSharedPtr<groma_dataset>>& Dataset : Datasets)
	{
		groma_dataset_unload(Dataset.Value.Get(), LoadedCellSizes[Index].CellSize, nullptr);
	}
	LoadedCellSizes.RemoveAt(Index);
}

void USpatialHashTableManager::UnloadAllHashTables()
{
	LoadedCellSizes.Empty();
	Datasets.Empty();
}

void USpatialHashTableManager::GetLoadedCellSizes(TArray<float>& OutCellSizes) const
{
	OutCellSizes.Reset();
	for (const FLoadedCellSize& Loaded : LoadedCellSizes)
	{
		OutCellSizes.Add(Loaded.CellSize);
	}
	OutCellSizes.Sort();
}

void USpatialHashTableManager::GetLoadedTimeSteps(float CellSize, TArray<int32>& OutTimeSteps) const
{
	OutTimeSteps.Reset();
	const int32 Index = IndexOf(CellSize);
	if (Index != INDEX_NONE)
	{
		LoadedCellSizes[Index].Tables.GetKeys(OutTimeSteps);
		OutTimeSteps.Sort();
	}
}

bool USpatialHashTableManager::IsHashTableLoaded(float CellSize, int32 TimeStep) const
{
	return FindTable(CellSize, TimeStep) != nullptr;
}

void USpatialHashTableManager::GetMemoryStats(int32& OutTotalHashTables, int64& OutTotalMemoryBytes) const
{
	OutTotalHashTables = 0;
	OutTotalMemoryBytes = 0;
	for (const FLoadedCellSize& Loaded : LoadedCellSizes)
	{
		OutTotalHashTables += Loaded.Tables.Num();
		for (const TPair<int32, FLoadedTable>& Table : Loaded.Tables)
		{
			OutTotalMemoryBytes += Table.Value.Table.GetMappedBytes();
		}
	}
}

void USpatialHashTableManager::BeginDestroy()
{
	FGromaJobs::Get().Abandon(this);
	UnloadAllHashTables();
	Super::BeginDestroy();
}

int32 USpatialHashTableManager::IndexOf(float CellSize) const
{
	return LoadedCellSizes.IndexOfByPredicate([CellSize](const FLoadedCellSize& Loaded)
		{ return FMath::IsNearlyEqual(Loaded.CellSize, CellSize, CellSizeEpsilon); });
}

const USpatialHashTableManager::FLoadedTable* USpatialHashTableManager::FindTable(float CellSize, int32 TimeStep) const
{
	const int32 Index = IndexOf(CellSize);
	return Index != INDEX_NONE ? LoadedCellSizes[Index].Tables.Find(TimeStep) : nullptr;
}

TSharedPtr<groma_dataset> USpatialHashTableManager::OpenDataset(const FString& DatasetDirectory, const FString& Root)
{
	const FString FullDirectory = Groma::FullPath(DatasetDirectory);
	const FString Key = FullDirectory + TEXT("|") + Root;
	if (const TSharedPtr<groma_dataset>* Open = Datasets.Find(Key))
	{
		return *Open;
	}
	const UGromaSettings* Settings = GetDefault<UGromaSettings>();
	const FGromaText Folder(FullDirectory);
	const FGromaText Output(Root);
	groma_dataset_options Options;
	groma_dataset_options_init(&Options, sizeof Options);
	Options.tables_folder = Output.Get();
	Options.threads = static_cast<uint32>(FMath::Max(Settings->Threads, 0));
	Options.memory_limit = Settings->GetMemoryLimitBytes();
	FGromaError Error;
	groma_dataset* Dataset = nullptr;
	if (groma_dataset_open(Folder.Get(), &Options, &Dataset, Error.Out()) != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return nullptr;
	}
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	if (groma_dataset_get_info(Dataset, &Info, nullptr) == GROMA_OK
		&& (Info.coordinate_origin[0] != 0.0 || Info.coordinate_origin[1] != 0.0 || Info.coordinate_origin[2] != 0.0))
	{
		UE_LOG(LogGroma, Log, TEXT("Positions in %s count from %.3f, %.3f, %.3f: so much was subtracted from its source."),
			*FullDirectory, Info.coordinate_origin[0], Info.coordinate_origin[1], Info.coordinate_origin[2]);
	}
	return Datasets.Add(Key, TSharedPtr<groma_dataset>(Dataset, FGromaClose()));
}

bool USpatialHashTableManager::HasAllTables(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, FString& OutReason)
{
	const TSharedPtr<groma_dataset> Dataset = OpenDataset(DatasetDirectory, Groma::FullPath(DatasetDirectory));
	if (!Dataset.IsValid())
	{
		OutReason = FString::Printf(TEXT("%s is not a data set"), *DatasetDirectory);
		return false;
	}
	FGromaError Error;
	size_t Missing = 0;
	int32 First = 0;
	const int32 Status = groma_dataset_missing_steps(
		Dataset.Get(), CellSize, StartTimeStep, EndTimeStep, &First, 1, &Missing, Error.Out());
	if (Status != GROMA_OK)
	{
		OutReason = Error.ToString();
		return false;
	}
	OutReason = FString::Printf(TEXT("%llu of the time steps %d to %d have no table of cell size %.3f, the first of them %d"),
		static_cast<unsigned long long>(Missing), StartTimeStep, EndTimeStep, CellSize, First);
	return Missing == 0;
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
	return OpenDataset(DatasetDirectory, Root);
}

TArray<int32> USpatialHashTableManager::Close(const FString& Root, float CellSize)
{
	TArray<int32> TimeSteps;
	Datasets.Empty();
	for (FLoadedCellSize& Loaded : LoadedCellSizes)
	{
		if (!FMath::IsNearlyEqual(Loaded.CellSize, CellSize, CellSizeEpsilon))
		{
			continue;
		}
		for (auto Table = Loaded.Tables.CreateIterator(); Table; ++Table)
		{
			if (Table->Value.Root == Root)
			{
				TimeSteps.Add(Table->Key);
				Table.RemoveCurrent();
			}
		}
	}
	LoadedCellSizes.RemoveAll([](const FLoadedCellSize& Loaded) { return Loaded.Tables.Num() == 0; });
	return TimeSteps;
}

void USpatialHashTableManager::Reload(const FString& Root, float CellSize, const TArray<int32>& TimeSteps)
{
	Datasets.Empty();
	for (const int32 TimeStep : TimeSteps)
	{
		LoadHashTable(
			FSpatialHashTableBuilder::GetOutputFilename(Root, CellSize, static_cast<uint32>(TimeStep)), CellSize, TimeStep);
	}
}
