// Work in the background that completes, is cancelled, fails, or loses its manager, its world, its module on the way; and what the
// log says.
//
// usage: lifetimes DATASET WIDE-IDS-DATASET, both without tables; the first takes a good part of a second to build

#include "BuildHashTablesAsyncAction.h"
#include "Engine/World.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaSettings.h"
#include "ShimControl.h"
#include "SpatialHashQueryAsyncTasks.h"
#include "SpatialHashTableManager.h"
#include "UObject/StrongObjectPtr.h"

#include <dlfcn.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace
{
	using FResults = TArray<FSpatialHashQueryResult>;

	constexpr float CellSize = 50.0f;
	constexpr int32 LastStep = 299;
	const FVector Middle(0.0, 0.0, 0.0);

	std::string Folder;
	FString Dataset;

	/** Calls of the library on the game thread that wait for files. */
	std::atomic<int32> SlowCalls{0};

	void RemoveTables()
	{
		std::filesystem::remove_all(Folder + "/spatial_hashing");
	}

	bool HasTable(int32 TimeStep)
	{
		const FString File = FSpatialHashTableBuilder::GetOutputFilename(Dataset, CellSize, static_cast<uint32>(TimeStep));
		return std::filesystem::exists(TCHAR_TO_UTF8(*File));
	}

	/** Whether a line of the log since the last call has this verbosity and this text in it. */
	bool Logged(ELogVerbosity::Type Verbosity, const TCHAR* Part)
	{
		bool bFound = false;
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			EXPECT(Line.Category == TEXT("LogGroma"));
			bFound |= Line.Verbosity == Verbosity && Line.Text.Contains(Part);
		}
		return bFound;
	}

	void PumpSomeTime()
	{
		for (int32 Round = 0; Round < 100; ++Round)
		{
			Shim::Pump();
			Shim::SleepMilliseconds(1);
		}
	}

	bool NoJobIsLeft()
	{
		return Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; });
	}

	TStrongObjectPtr<USpatialHashTableManager> MakeManager()
	{
		return TStrongObjectPtr<USpatialHashTableManager>(NewObject<USpatialHashTableManager>());
	}

	void CreatingCompletes()
	{
		RemoveTables();
		Shim::TakeLog();
		const auto Manager = MakeManager();
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		EXPECT(Manager->IsCreatingHashTables());
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		EXPECT(Logged(ELogVerbosity::Warning, TEXT("already")));
		EXPECT(Shim::PumpUntil([&] { return !Manager->IsCreatingHashTables(); }));
		EXPECT(Logged(ELogVerbosity::Log, TEXT("Processing batch 0-2 (3 shards)")));
		TArray<int32> TimeSteps;
		Manager->GetLoadedTimeSteps(CellSize, TimeSteps);
		EXPECT(TimeSteps.Num() == LastStep + 1 && TimeSteps[0] == 0 && TimeSteps.Last() == LastStep);
		TArray<float> CellSizes;
		Manager->GetLoadedCellSizes(CellSizes);
		EXPECT(CellSizes.Num() == 1 && CellSizes[0] == CellSize);
		int32 Tables = 0;
		int64 Bytes = 0;
		Manager->GetMemoryStats(Tables, Bytes);
		EXPECT(Tables == LastStep + 1);
		int64 OnDisk = 0;
		for (const auto& File : std::filesystem::directory_iterator(Folder + "/spatial_hashing/cellsize_50.000"))
		{
			OnDisk += File.path().extension() == ".bin" ? static_cast<int64>(File.file_size()) : 0;
		}
		EXPECT(Bytes == OnDisk);

		Manager->UnloadHashTables(CellSize);
		EXPECT(!Manager->IsHashTableLoaded(CellSize, 3));
		FResults Results;
		EXPECT(Manager->QueryRadiusWithDistanceCheck(Dataset, Middle, 100.0f, CellSize, 3, Results) == 0);
		EXPECT(Logged(ELogVerbosity::Warning, TEXT("No table of cell size 50.000 is loaded")));
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 3, 5) == 3);
		EXPECT(!Logged(ELogVerbosity::Log, TEXT("Processing batch")));
		EXPECT(Manager->QueryRadiusWithDistanceCheck(Dataset, Middle, 100.0f, CellSize, 3, Results) > 0);
		// Built again: what was loaded is loaded anew.
		EXPECT(Manager->CreateHashTables(Dataset, CellSize, FVector::ZeroVector, FVector::ZeroVector, true, 2.0f));
		EXPECT(Manager->IsHashTableLoaded(CellSize, 4) && !Manager->IsHashTableLoaded(CellSize, 6));
		EXPECT(Manager->QueryRadiusWithDistanceCheck(Dataset, Middle, 100.0f, CellSize, 3, Results) > 0);
	}

	void CreatingIsCancelledAndGoesOn()
	{
		RemoveTables();
		const auto Manager = MakeManager();
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		Manager->CancelCreatingHashTables();
		EXPECT(Shim::PumpUntil([&] { return !Manager->IsCreatingHashTables(); }));
		EXPECT(Logged(ELogVerbosity::Log, TEXT("cancelled")));
		EXPECT(!HasTable(LastStep));

		// By the button of the notification.
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		const TSharedPtr<Shim::FNotification> Notification = Shim::Notifications().Last();
		EXPECT(Notification->bCanCancel && Notification->State == Shim::ENotification::Pending);
		Shim::ClickCancel(*Notification);
		EXPECT(Shim::PumpUntil([&] { return !Manager->IsCreatingHashTables(); }));
		EXPECT(Notification->State == Shim::ENotification::Failure && Notification->Progress == TEXT("Cancelled") && !HasTable(LastStep));

		// A call that waits, by its progress bar. None of these is an error.
		RemoveTables();
		Shim::TakeLog();
		Shim::CancelSlowTasks(true);
		EXPECT(!Manager->CreateHashTables(Dataset, CellSize, Middle, Middle, true, 1.0f));
		Shim::CancelSlowTasks(false);
		bool bTold = false;
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			EXPECT(Line.Verbosity > ELogVerbosity::Error);
			bTold |= Line.Verbosity == ELogVerbosity::Log && Line.Text.StartsWith(TEXT("Cancelled: Building"));
		}
		EXPECT(bTold && !HasTable(LastStep));

		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
	}

	/** What is called asynchronous leaves the game thread alone: opening, building, mapping, reading positions. */
	void NothingWaitsForFiles()
	{
		RemoveTables();
		const auto Manager = MakeManager();
		SlowCalls = 0;
		int32 Loaded = -1;
		Manager->LoadHashTablesAsync(
			Dataset, CellSize, 0, LastStep, FOnHashTablesLoaded::CreateLambda([&Loaded](int32 Count) { Loaded = Count; }), false);
		EXPECT(Loaded == -1);
		EXPECT(Shim::PumpUntil([&] { return Loaded != -1; }));
		EXPECT(Loaded == 0);
		Loaded = -1;
		Manager->LoadHashTablesAsync(
			Dataset, CellSize, 0, LastStep, FOnHashTablesLoaded::CreateLambda([&Loaded](int32 Count) { Loaded = Count; }));
		EXPECT(Loaded == -1 && !HasTable(0));
		EXPECT(Shim::PumpUntil([&] { return Loaded != -1; }));
		EXPECT(Loaded == LastStep + 1 && Manager->IsHashTableLoaded(CellSize, LastStep) && !Manager->IsCreatingHashTables());
		Loaded = -1;
		Manager->LoadHashTablesAsync(
			Dataset, CellSize, 9, 0, FOnHashTablesLoaded::CreateLambda([&Loaded](int32 Count) { Loaded = Count; }));
		EXPECT(Loaded == 0);
		EXPECT(SlowCalls == 0);

		// A manager that has tables and has not opened their data set.
		const auto Other = MakeManager();
		for (int32 Step = 0; Step < 10; ++Step)
		{
			EXPECT(Other->LoadHashTable(FSpatialHashTableBuilder::GetOutputFilename(Dataset, CellSize, Step), CellSize, Step));
		}
		Other->SetPeriodicVolume(true, FVector(1000.0));
		SlowCalls = 0;
		int32 Answers = 0;
		const auto Answer = FOnSpatialHashQueryComplete::CreateLambda([&Answers](const FResults& Found) { Answers += Found.Num() > 0; });
		Other->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, 3, Answer);
		Other->QueryTrajectoryRadiusOverTimeRangeAsync(Dataset, 7, 300.0f, CellSize, 0, 9, Answer);
		Other->QueryPositionsBatchedAsync(Dataset, {Middle}, {0}, 300.0f, CellSize, 0, -1, false, 0, 9,
			FOnSpatialHashBatchResult::CreateLambda(
				[&Answers](const FResults& Found, bool bFinal, int32, int32) { Answers += Found.Num() > 0 && bFinal; }));
		EXPECT(Shim::PumpUntil([&] { return Answers == 3; }));
		EXPECT(SlowCalls == 0);
		FResults Results;
		EXPECT(MakeManager()->LoadHashTables(Dataset, CellSize, 3, 3) == 1);
		EXPECT(SlowCalls > 0);

		// What cannot be opened is answered later, with nothing, and told.
		Shim::TakeLog();
		Answers = 0;
		Other->QueryRadiusWithDistanceCheckAsync(Dataset + TEXT("/nowhere"), Middle, 300.0f, CellSize, 3,
			FOnSpatialHashQueryComplete::CreateLambda([&Answers](const FResults& Found) { Answers += Found.IsEmpty() ? 1 : 100; }));
		EXPECT(Shim::PumpUntil([&] { return Answers > 0; }));
		EXPECT(Answers == 1 && Logged(ELogVerbosity::Error, TEXT("nowhere")));
	}

	void TheManagerGoesAway()
	{
		RemoveTables();
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>();
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		Shim::Destroy(Manager);
		EXPECT(NoJobIsLeft());
		EXPECT(!HasTable(LastStep));

		// With queries on the way: the delegates are not called.
		Manager = NewObject<USpatialHashTableManager>();
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
		int32 Called = 0;
		for (int32 Query = 0; Query < 50; ++Query)
		{
			Manager->QueryRadiusOverTimeRangeAsync(Dataset, Middle, 200.0f, CellSize, 0, LastStep,
				FOnSpatialHashQueryComplete::CreateLambda([&Called](const FResults&) { ++Called; }));
		}
		Shim::Destroy(Manager);
		EXPECT(NoJobIsLeft());
		PumpSomeTime();
		EXPECT(Called == 0);
	}

	/** A delegate that destroys the manager which calls it, and one that asks the next query. */
	void DelegatesDoAsTheyLike()
	{
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>();
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, 9) == 10);
		int32 Called = 0;
		FOnSpatialHashQueryComplete Next;
		Next.BindLambda(
			[&](const FResults& Results)
			{
				EXPECT(Results.Num() > 0);
				if (++Called < 5)
				{
					Manager->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, Called, Next);
				}
			});
		Manager->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, 0, Next);
		EXPECT(Shim::PumpUntil([&] { return Called == 5; }));

		int32 After = 0;
		const auto Count = FOnSpatialHashQueryComplete::CreateLambda([&After](const FResults&) { ++After; });
		Manager->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, 0,
			FOnSpatialHashQueryComplete::CreateLambda([Manager](const FResults&) { Shim::Destroy(Manager); }));
		Manager->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, 1, Count);
		Manager->QueryRadiusWithDistanceCheckAsync(Dataset, Middle, 300.0f, CellSize, 2, Count);
		EXPECT(NoJobIsLeft());
		EXPECT(After <= 2);
	}

	void NodesOutliveTheirManager()
	{
		UWorld* World = Shim::MakeWorld();
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>(World);
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
		FResults Expected;
		Manager->QueryRadiusOverTimeRange(Dataset, Middle, 100.0f, CellSize, 0, LastStep, Expected);
		int32 Found = -1;
		auto* Task = USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(
			World, Manager, Dataset, Middle, 100.0f, CellSize, 0, LastStep);
		Task->OnComplete.ShimAdd([&Found](const FResults& Results) { Found = Results.Num(); });
		Task->Activate();
		Shim::Destroy(Manager);
		EXPECT(Shim::PumpUntil([&] { return Found >= 0; }));
		EXPECT(Found == Expected.Num() && Found > 0);

		// Without a manager, or with one that has nothing loaded: complete, and empty.
		Found = -1;
		Task = USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(
			World, nullptr, Dataset, Middle, 100.0f, CellSize, 0, LastStep);
		Task->OnComplete.ShimAdd([&Found](const FResults& Results) { Found = Results.Num(); });
		Task->Activate();
		EXPECT(Found == 0);
		Found = -1;
		Task = USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(
			World, NewObject<USpatialHashTableManager>(World), Dataset, Middle, 100.0f, CellSize, 0, LastStep);
		Task->OnComplete.ShimAdd([&Found](const FResults& Results) { Found = Results.Num(); });
		Task->Activate();
		EXPECT(Found == 0);
		Shim::TearDown(World);
	}

	void NodesAreCancelledAndLoseTheirWorld()
	{
		UWorld* World = Shim::MakeWorld();
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>(World);
		Manager->AddToRoot();
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
		int32 Called = 0;
		int32 Cancelled = 0;
		const auto Ask = [&]
		{
			auto* Task = USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(
				World, Manager, Dataset, Middle, 300.0f, CellSize, 0, LastStep);
			Task->OnComplete.ShimAdd([&Called](const FResults&) { ++Called; });
			Task->OnCancelled.ShimAdd([&Cancelled](const FResults& Results) { Cancelled += Results.IsEmpty() ? 1 : 100; });
			Task->Activate();
			return Task;
		};
		Ask()->Cancel();
		auto* Twice = Ask();
		Twice->Cancel();
		Twice->Cancel();
		EXPECT(NoJobIsLeft());
		PumpSomeTime();
		EXPECT(Called == 0 && Cancelled == 2);
		for (int32 Query = 0; Query < 20; ++Query)
		{
			Ask();
		}
		Shim::TearDown(World);
		EXPECT(NoJobIsLeft());
		PumpSomeTime();
		EXPECT(Called == 0 && Cancelled == 2);
		Manager->RemoveFromRoot();
		Shim::CollectGarbage();
	}

	struct FHeard
	{
		int32 Progress = 0;
		int32 Complete = 0;
		int32 Failed = 0;
		int32 Cancelled = 0;
		float Fraction = 0.0f;
		FString Text;
	};

	UBuildHashTablesAsyncAction* Build(UWorld* World, const FString& Directory, FHeard& Heard)
	{
		UBuildHashTablesAsyncAction* Action = UBuildHashTablesAsyncAction::BuildHashTables(World, Directory, CellSize);
		Action->OnProgress.ShimAdd(
			[&Heard](float Fraction, const FString& Text)
			{
				EXPECT(Fraction >= Heard.Fraction && Fraction <= 1.0f && !Text.IsEmpty());
				EXPECT(Heard.Complete + Heard.Failed == 0);
				Heard.Fraction = Fraction;
				++Heard.Progress;
			});
		Action->OnComplete.ShimAdd(
			[&Heard](float Fraction, const FString& Text)
			{
				++Heard.Complete;
				Heard.Fraction = Fraction;
				Heard.Text = Text;
			});
		Action->OnFailed.ShimAdd(
			[&Heard](float, const FString& Text)
			{
				++Heard.Failed;
				Heard.Text = Text;
			});
		Action->OnCancelled.ShimAdd([&Heard](float, const FString& Text) { Heard.Cancelled += Text.Contains(TEXT("cancelled")); });
		Action->Activate();
		return Action;
	}

	void TheBuildNode()
	{
		RemoveTables();
		UWorld* World = Shim::MakeWorld();
		FHeard Heard;
		Build(World, Dataset, Heard);
		EXPECT(Shim::PumpUntil([&] { return Heard.Complete + Heard.Failed > 0; }));
		EXPECT(Heard.Complete == 1 && Heard.Failed == 0 && Heard.Fraction == 1.0f && Heard.Progress > 0);
		EXPECT(Heard.Text.Contains(TEXT("300 tables for the time steps 0 to 299")));

		FHeard Nowhere;
		Build(World, Dataset + TEXT("/nowhere"), Nowhere);
		EXPECT(Shim::PumpUntil([&] { return Nowhere.Failed > 0; }));
		EXPECT(Nowhere.Failed == 1 && Nowhere.Complete == 0 && Nowhere.Text.Contains(TEXT("nowhere")));

		RemoveTables();
		FHeard Cancelled;
		Build(World, Dataset, Cancelled)->Cancel();
		EXPECT(NoJobIsLeft());
		EXPECT(Cancelled.Complete + Cancelled.Failed == 0 && Cancelled.Cancelled == 1 && !HasTable(LastStep));

		FHeard Lost;
		Build(World, Dataset, Lost);
		Shim::TearDown(World);
		EXPECT(NoJobIsLeft());
		EXPECT(Lost.Complete + Lost.Failed + Lost.Cancelled == 0);
	}

	void TheModuleGoesAway()
	{
		RemoveTables();
		const auto Manager = MakeManager();
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		Shim::ShutDownModule();
		EXPECT(FGromaJobs::Get().Num() == 0);
		EXPECT(!HasTable(LastStep));
		Shim::TakeLog();
		PumpSomeTime();
		FResults Results;
		EXPECT(!FGromaLibrary::IsAvailable());
		EXPECT(Manager->QueryRadiusWithDistanceCheck(Dataset, Middle, 100.0f, CellSize, 3, Results) == 0);
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, LastStep) == 0);
		EXPECT(!Manager->CreateHashTables(Dataset, CellSize, Middle, Middle, true, 1.0f));
		Shim::StartModule();
		EXPECT(MakeManager()->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
	}

	/** At the engine's end Slate, then all objects, go before the modules shut down. */
	void TheEngineEnds()
	{
		RemoveTables();
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>();
		Manager->AddToRoot();
		Manager->CreateHashTablesAsync(Dataset, CellSize, 0, LastStep);
		const TSharedPtr<Shim::FNotification> Notification = Shim::Notifications().Last();
		Shim::ExitEngine();
		EXPECT(FGromaJobs::Get().Num() == 0 && Notification->State == Shim::ENotification::Failure);
		EXPECT(!HasTable(LastStep) && Shim::NumObjects() == 0);
		Shim::StartModule();
		EXPECT(MakeManager()->LoadHashTables(Dataset, CellSize, 0, LastStep) == LastStep + 1);
	}

	void IdsThatDoNotFit(const FString& WideIds)
	{
		// Ids 7, 2^31 - 1, 2^31 and 2^32 - 1, side by side.
		const auto Manager = MakeManager();
		EXPECT(Manager->LoadHashTables(WideIds, CellSize, 0, 0) == 1);
		Shim::TakeLog();
		FResults Inner;
		FResults Results;
		EXPECT(Manager->QueryRadiusWithDistanceCheck(WideIds, FVector::ZeroVector, 100.0f, CellSize, 0, Results) == 2);
		EXPECT(Results[0].TrajectoryId == 7 && Results[1].TrajectoryId == MAX_int32);
		EXPECT(Manager->GetSkippedIdCount() == 2);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("2 trajectories were left out")));
		EXPECT(Manager->QueryDualRadiusWithDistanceCheck(
				   WideIds, FVector::ZeroVector, 100.0f, 200.0f, CellSize, 0, Inner, Results) == 2);
		EXPECT(Inner.Num() == 2 && Manager->GetSkippedIdCount() == 4);
		TArray<int32> Ids;
		EXPECT(Manager->QueryCell(FVector::ZeroVector, CellSize, 0, Ids) == 2 && Ids[0] == 7 && Ids[1] == MAX_int32);
		EXPECT(Manager->GetSkippedIdCount() == 6);
		bool bDone = false;
		Manager->QueryRadiusWithDistanceCheckAsync(WideIds, FVector::ZeroVector, 100.0f, CellSize, 0,
			FOnSpatialHashQueryComplete::CreateLambda(
				[&bDone](const FResults& Found)
				{
					EXPECT(Found.Num() == 2);
					bDone = true;
				}));
		EXPECT(Shim::PumpUntil([&] { return bDone; }));
		EXPECT(Manager->GetSkippedIdCount() == 8);
		Shim::TakeLog();
		EXPECT(Manager->QueryTrajectoryRadiusOverTimeRange(WideIds, -1, 100.0f, CellSize, 0, 0, Results) == 0);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("id -1")));
	}

	void ErrorsAreTold()
	{
		const auto Manager = MakeManager();
		Shim::TakeLog();
		EXPECT(Manager->LoadHashTables(Dataset + TEXT("/nowhere"), CellSize, 0, 9) == 0);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("nowhere")));
		EXPECT(Manager->LoadHashTables(Dataset, CellSize, 9, 0) == 0);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("9 to 0")));
		EXPECT(Manager->LoadHashTables(Dataset, 123.0f, 0, 9, false) == 0);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("10 of the time steps 0 to 9 have no table of cell size 123.000")));
		EXPECT(!Manager->CreateHashTables(Dataset, -1.0f, Middle, Middle, true, 1.0f));
		EXPECT(Logged(ELogVerbosity::Error, TEXT("cell_size is -1")));
		const FString File = FSpatialHashTableBuilder::GetOutputFilename(Dataset, CellSize, 3);
		EXPECT(!Manager->LoadHashTable(File, 49.0f, 3));
		EXPECT(Logged(ELogVerbosity::Error, TEXT("has the cell size 50.000, not 49.000")));
		EXPECT(!Manager->LoadHashTable(File, CellSize, 4));
		EXPECT(Logged(ELogVerbosity::Error, TEXT("is of the time step 3, not 4")));
		EXPECT(!Manager->LoadHashTable(Dataset + TEXT("/shard-0.bin"), CellSize, 0));
		EXPECT(Logged(ELogVerbosity::Error, TEXT("shard-0.bin")));
		EXPECT(Manager->LoadHashTable(File, CellSize, 3) && Manager->LoadHashTable(File, CellSize, 3));
		TArray<FSpatialQueryResult> Neighbours;
		EXPECT(Manager->QueryFixedRadiusNeighbors(Middle, 100.0f, CellSize, 3, Neighbours) > 0);
		EXPECT(Manager->QueryFixedRadiusNeighbors(Middle, 100.0f, CellSize, 4, Neighbours) == 0);
		EXPECT(Logged(ELogVerbosity::Warning, TEXT("time step 4")));
		FResults Inner;
		FResults Results;
		EXPECT(Manager->QueryDualRadiusWithDistanceCheck(Dataset, Middle, 9.0f, 3.0f, CellSize, 3, Inner, Results) == 0);
		EXPECT(Logged(ELogVerbosity::Error, TEXT("inner_radius")));

		UGromaSettings* Settings = GetMutableDefault<UGromaSettings>();
		Settings->MemoryLimit = 1;
		EXPECT(!Manager->CreateHashTables(Dataset, 77.0f, Middle, Middle, true, 1.0f));
		EXPECT(Logged(ELogVerbosity::Error, TEXT("limit")));
		Settings->MemoryLimit = 0;

		FString Reason;
		EXPECT(FGromaLibrary::IsCompatible(1, 1, Reason) && Reason.IsEmpty());
		EXPECT(!FGromaLibrary::IsCompatible(2, 1, Reason));
		EXPECT(Reason.Contains(TEXT("ABI version 1")) && Reason.Contains(TEXT("cargo xtask unreal")));
	}
}

/** Stand before the library's, and call it. */
int32_t groma_dataset_open(groma_str Path, const groma_dataset_options* Options, groma_dataset** Opened, groma_error* Error)
{
	static const auto Native = reinterpret_cast<decltype(&groma_dataset_open)>(dlsym(RTLD_NEXT, "groma_dataset_open"));
	SlowCalls += IsInGameThread();
	return Native(Path, Options, Opened, Error);
}

int32_t groma_hash_table_open(groma_str Path, groma_hash_table** Table, groma_error* Error)
{
	static const auto Native = reinterpret_cast<decltype(&groma_hash_table_open)>(dlsym(RTLD_NEXT, "groma_hash_table_open"));
	SlowCalls += IsInGameThread();
	return Native(Path, Table, Error);
}

int32_t groma_dataset_positions(
	const groma_dataset* Open, uint64_t Id, int32_t First, int32_t Last, float* Positions, groma_error* Error)
{
	static const auto Native = reinterpret_cast<decltype(&groma_dataset_positions)>(dlsym(RTLD_NEXT, "groma_dataset_positions"));
	SlowCalls += IsInGameThread();
	return Native(Open, Id, First, Last, Positions, Error);
}

int main(int Count, char** Arguments)
{
	if (Count != 3)
	{
		return 2;
	}
	Folder = Arguments[1];
	Dataset = UTF8_TO_TCHAR(Arguments[1]);
	Shim::StartModule();
	EXPECT(FGromaLibrary::IsAvailable());
	EXPECT(Logged(ELogVerbosity::Log, TEXT("ABI version 1; the plugin was compiled for")));
	CreatingCompletes();
	CreatingIsCancelledAndGoesOn();
	NothingWaitsForFiles();
	TheManagerGoesAway();
	DelegatesDoAsTheyLike();
	NodesOutliveTheirManager();
	NodesAreCancelledAndLoseTheirWorld();
	TheBuildNode();
	TheModuleGoesAway();
	TheEngineEnds();
	IdsThatDoNotFit(UTF8_TO_TCHAR(Arguments[2]));
	ErrorsAreTold();
	Shim::CollectGarbage();
	EXPECT(FGromaJobs::Get().Num() == 0);
	Shim::ExitEngine();
	return Shim::Failures();
}
