#include "SpatialHashTableManager.h"

#include "GromaBuild.h"
#include "GromaDataset.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"
#include "GromaWork.h"
#include "Misc/Paths.h"

namespace
{
	/** The folder that holds the spatial_hashing of a table file. */
	FString RootOf(const FString& TableFile)
	{
		return FPaths::GetPath(FPaths::GetPath(FPaths::GetPath(TableFile)));
	}

	/** Whether time steps are a range; the log says when they are not. */
	bool IsRange(int32 StartTimeStep, int32 EndTimeStep)
	{
		if (StartTimeStep > EndTimeStep)
		{
			UE_LOG(LogGroma, Error, TEXT("The time steps %d to %d are none: the last must not be below the first."), StartTimeStep,
				EndTimeStep);
		}
		return StartTimeStep <= EndTimeStep;
	}
}

TSharedPtr<FGromaTableLoad> USpatialHashTableManager::BeginLoad(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep)
{
	if (!FGromaLibrary::IsAvailable() || !IsRange(StartTimeStep, EndTimeStep))
	{
		return nullptr;
	}
	// What was opened before may not know of shards and tables that have come since.
	Datasets.Empty();
	return MakeShared<FGromaTableLoad>(
		FindDataset(DatasetDirectory, Groma::FullPath(DatasetDirectory)), CellSize, StartTimeStep, EndTimeStep);
}

int32 USpatialHashTableManager::EndLoad(FGromaTableLoad& Load)
{
	int32 Loaded = 0;
	for (FGromaTableLoad::FTable& Table : Load.Tables)
	{
		Loaded += Table.TimeStep >= Load.StartTimeStep && Table.TimeStep <= Load.EndTimeStep ? 1 : 0;
		AddTable(Load.CellSize, Table.TimeStep, MoveTemp(Table.Table));
	}
	if (Load.StartTimeStep <= Load.EndTimeStep)
	{
		UE_LOG(LogGroma, Log, TEXT("%d tables of cell size %.3f are loaded for the time steps %d to %d."), Loaded, Load.CellSize,
			Load.StartTimeStep, Load.EndTimeStep);
	}
	return Loaded;
}

int32 USpatialHashTableManager::LoadHashTables(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, bool bAutoCreate)
{
	TSharedPtr<FGromaTableLoad> Load = BeginLoad(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep);
	if (!Load.IsValid())
	{
		return 0;
	}
	if (Load->FindMissing())
	{
		if (!bAutoCreate)
		{
			UE_LOG(LogGroma, Error, TEXT("%s (and tables are not to be created)"), *Load->Missing);
			return 0;
		}
		UE_LOG(LogGroma, Log, TEXT("%s; the tables are being created."), *Load->Missing);
		FSpatialHashTableBuilder::FBuildConfig Config;
		Config.CellSize = CellSize;
		if (!BuildHashTablesIncrementallyFromShards(DatasetDirectory, Config))
		{
			return 0;
		}
		Load = BeginLoad(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep);
	}
	const FString Failure = Load->Load();
	if (!Failure.IsEmpty())
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Failure);
		return 0;
	}
	return EndLoad(*Load);
}

void USpatialHashTableManager::LoadHashTablesAsync(const FString& DatasetDirectory, float CellSize, int32 StartTimeStep,
	int32 EndTimeStep, FOnHashTablesLoaded OnLoaded, bool bAutoCreate)
{
	const TSharedPtr<FGromaTableLoad> Load = BeginLoad(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep);
	if (!Load.IsValid())
	{
		OnLoaded.ExecuteIfBound(0);
		return;
	}
	// On one thread of the engine: opening the data set, looking for its tables, mapping them.
	const TSharedRef<FGromaWork> Work = FGromaWork::Start(
		[Load](FGromaWork&) { return Load->FindMissing() ? FString() : Load->Load(); });
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("loading the hash tables of %s"), *DatasetDirectory);
	Events.OnEnd = [this, Load, bAutoCreate, DatasetDirectory, OnLoaded = MoveTemp(OnLoaded), What = Events.What](
					   TGromaHandle<groma_job>&, int32 Status, const FString& Message)
	{
		if (Status != GROMA_OK)
		{
			FGromaJobs::LogEnd(Status, What, Message);
			OnLoaded.ExecuteIfBound(0);
		}
		else if (Load->Missing.IsEmpty())
		{
			OnLoaded.ExecuteIfBound(EndLoad(*Load));
		}
		else if (bAutoCreate)
		{
			if (bIsCreatingHashTables)
			{
				UE_LOG(LogGroma, Error, TEXT("%s, and others are being created already."), *Load->Missing);
				OnLoaded.ExecuteIfBound(0);
				return;
			}
			UE_LOG(LogGroma, Log, TEXT("%s; the tables are being created."), *Load->Missing);
			BuildInBackground(DatasetDirectory, Load->CellSize, Load->StartTimeStep, Load->EndTimeStep, OnLoaded);
		}
		else
		{
			UE_LOG(LogGroma, Error, TEXT("%s (and tables are not to be created)"), *Load->Missing);
			OnLoaded.ExecuteIfBound(0);
		}
	};
	FGromaJobs::Get().Add(Work, this, MoveTemp(Events));
}

void USpatialHashTableManager::LoadInBackground(const TSharedRef<FGromaTableLoad>& Load, FOnHashTablesLoaded OnLoaded)
{
	const TSharedRef<FGromaWork> Work = FGromaWork::Start([Load](FGromaWork&) { return Load->Load(); });
	FGromaJobEvents Events;
	Events.What = TEXT("loading hash tables");
	Events.OnEnd = [this, Load, OnLoaded = MoveTemp(OnLoaded), What = Events.What](
					   TGromaHandle<groma_job>&, int32 Status, const FString& Message)
	{
		if (Status != GROMA_OK)
		{
			FGromaJobs::LogEnd(Status, What, Message);
		}
		OnLoaded.ExecuteIfBound(Status == GROMA_OK ? EndLoad(*Load) : 0);
	};
	FGromaJobs::Get().Add(Work, this, MoveTemp(Events));
}

bool USpatialHashTableManager::LoadHashTable(const FString& FilePath, float CellSize, int32 TimeStep)
{
	const FLoadedTable* Before = FindTable(CellSize, TimeStep);
	if (Before != nullptr && Before->Table.SourceFilePath.Equals(Groma::FullPath(FilePath), ESearchCase::CaseSensitive))
	{
		return true;
	}
	FSpatialHashTable Table;
	if (!FGromaTableLoad::LoadTable(FilePath, CellSize, TimeStep, Table))
	{
		return false;
	}
	AddTable(CellSize, TimeStep, MoveTemp(Table));
	return true;
}

void USpatialHashTableManager::AddTable(float CellSize, int32 TimeStep, FSpatialHashTable&& Table)
{
	FLoadedTable Loaded;
	Loaded.Table = MoveTemp(Table);
	Loaded.Root = RootOf(Loaded.Table.SourceFilePath);
	int32 Index = IndexOf(CellSize);
	if (Index == INDEX_NONE)
	{
		Index = LoadedCellSizes.Emplace();
		LoadedCellSizes[Index].CellSize = Loaded.Table.Header.CellSize;
	}
	LoadedCellSizes[Index].Tables.Add(TimeStep, MoveTemp(Loaded));
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
	if (!IsRange(StartTimeStep, EndTimeStep))
	{
		return;
	}
	BuildInBackground(DatasetDirectory, CellSize, StartTimeStep, EndTimeStep, FOnHashTablesLoaded());
}

void USpatialHashTableManager::BuildInBackground(
	const FString& DatasetDirectory, float CellSize, int32 StartTimeStep, int32 EndTimeStep, FOnHashTablesLoaded OnLoaded)
{
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
		OnLoaded.ExecuteIfBound(0);
		return;
	}
	bIsCreatingHashTables = true;
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("Creating the hash tables of %s"), *DatasetDirectory);
	Events.bShown = true;
	Events.OnEnd = [this, DatasetDirectory, Root, CellSize, StartTimeStep, EndTimeStep, TimeSteps, OnLoaded = MoveTemp(OnLoaded),
					   What = Events.What](TGromaHandle<groma_job>& Ended, int32 Status, const FString& Message)
	{
		// What was loaded before is loaded anew; after a build the range, too.
		Datasets.Empty();
		const TSharedRef<FGromaTableLoad> Load =
			MakeShared<FGromaTableLoad>(FindDataset(DatasetDirectory, Root), CellSize, StartTimeStep, EndTimeStep);
		Load->OtherTimeSteps = TimeSteps;
		if (Status == GROMA_OK)
		{
			UE_LOG(LogGroma, Log, TEXT("%s"), *Groma::BuildSummary(Ended.Get()));
		}
		else
		{
			FGromaJobs::LogEnd(Status, What, Message);
			Load->StartTimeStep = 0;
			Load->EndTimeStep = -1;
		}
		LoadInBackground(Load,
			FOnHashTablesLoaded::CreateWeakLambda(this,
				[this, OnLoaded](int32 Loaded)
				{
					bIsCreatingHashTables = false;
					OnLoaded.ExecuteIfBound(Loaded);
				}));
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
	for (const TSharedRef<FGromaDataset>& Dataset : Datasets)
	{
		if (const TSharedPtr<groma_dataset> Open = Dataset->GetOpen())
		{
			groma_dataset_unload(Open.Get(), LoadedCellSizes[Index].CellSize, nullptr);
		}
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
		{ return FMath::IsNearlyEqual(Loaded.CellSize, CellSize, Groma::CellSizeEpsilon); });
}

const USpatialHashTableManager::FLoadedTable* USpatialHashTableManager::FindTable(float CellSize, int32 TimeStep) const
{
	const int32 Index = IndexOf(CellSize);
	return Index != INDEX_NONE ? LoadedCellSizes[Index].Tables.Find(TimeStep) : nullptr;
}

TSharedRef<FGromaDataset> USpatialHashTableManager::FindDataset(const FString& DatasetDirectory, const FString& Root) const
{
	const FString Folder = Groma::FullPath(DatasetDirectory);
	for (const TSharedRef<FGromaDataset>& Known : Datasets)
	{
		if (Known->Is(Folder, Root))
		{
			return Known;
		}
	}
	const TSharedRef<FGromaDataset> Made = MakeShared<FGromaDataset>(Folder, Root);
	Datasets.Add(Made);
	return Made;
}

TArray<int32> USpatialHashTableManager::Close(const FString& Root, float CellSize)
{
	TArray<int32> TimeSteps;
	Datasets.Empty();
	for (FLoadedCellSize& Loaded : LoadedCellSizes)
	{
		if (!FMath::IsNearlyEqual(Loaded.CellSize, CellSize, Groma::CellSizeEpsilon))
		{
			continue;
		}
		for (auto Table = Loaded.Tables.CreateIterator(); Table; ++Table)
		{
			if (Table->Value.Root.Equals(Root, ESearchCase::CaseSensitive))
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
