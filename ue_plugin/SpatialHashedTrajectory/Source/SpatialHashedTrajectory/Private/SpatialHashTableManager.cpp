#include "SpatialHashTableManager.h"

#include "GromaBuild.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"
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
	Events.What = FString::Printf(TEXT("Creating the hash tables of %s"), *DatasetDirectory);
	Events.bShown = true;
	Events.OnEnd = [this, DatasetDirectory, Root, CellSize, StartTimeStep, EndTimeStep, TimeSteps](
					   TGromaHandle<groma_job>& Ended, int32 Status, const FString& Message)
	{
		bIsCreatingHashTables = false;
		Reload(Root, CellSize, TimeSteps);
		if (Status == GROMA_OK)
		{
			UE_LOG(LogGroma, Log, TEXT("%s"), *Groma::BuildSummary(Ended.Get()));
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
	CreationJob = FGromaJobs::Get().Add(MoveTemp(Job), this, MoveTemp(Events));
}

void USpatialHashTableManager::CancelCreatingHashTables()
{
	if (bIsCreatingHashTables)
	{
		FGromaJobs::Get().Cancel(CreationJob);
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

const FSpatialHashTable* USpatialHashTableManager::GetLoadedTable(float CellSize, int32 TimeStep) const
{
	const FLoadedTable* Loaded = FindTable(CellSize, TimeStep);
	return Loaded != nullptr ? &Loaded->Table : nullptr;
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
