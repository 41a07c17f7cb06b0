// What the newest public version of the plugin has, and this one too: its declarations are used as its users use them, and
// what they promise is looked at. The only argument is an empty folder to work in.
#include "Moving.h"
#include "Uses.h"

#include "Engine/World.h"
#include "GromaWork.h"
#include "GromaSettings.h"
#include "SpatialHashTableBuilderAsyncTask.h"
#include "TrajectorySelectionListener.h"
#include "TrajectorySelectionProvider.h"
#include "UObject/StrongObjectPtr.h"
#include "UserSelectionManager.h"

#include <filesystem>
#include <thread>

namespace
{
	/** Each answer of a query at a time step against all positions and images. */
	void RadiusAcrossTheBorder(USpatialHashTableManager* Manager)
	{
		int32 Across = 0;
		for (const FVector& Centre : {FVector(1.0, 50.0, 50.0), FVector(99.0, 2.0, 98.0), FVector(50.0, 50.0, 50.0)})
		{
			for (int32 Step = 0; Step < FMoving::Steps; Step += 3)
			{
				FResults Results;
				Manager->QueryRadiusWithDistanceCheck(FMoving::Dataset, Centre, 20.0f, FMoving::CellSize, Step, Results);
				TMap<int32, double> Expected;
				for (int32 Id = 0; Id < FMoving::Count; ++Id)
				{
					const double Away = FMoving::Distance(FMoving::Stored(Id, Step), Centre);
					if (Away <= 20.0)
					{
						Expected.Add(Id, Away);
					}
				}
				EXPECT(Results.Num() == Expected.Num());
				for (const FSpatialHashQueryResult& Result : Results)
				{
					EXPECT(Result.SamplePoints.Num() == 1 && Expected.Contains(Result.TrajectoryId));
					const FTrajectorySamplePoint& Sample = Result.SamplePoints[0];
					EXPECT(Sample.Position.Equals(FMoving::Stored(Result.TrajectoryId, Step), 1e-4));
					EXPECT(std::fabs(Sample.Distance - Expected[Result.TrajectoryId]) < 1e-4);
					const FVector Image = Sample.Position + FMoving::Images(Sample.VolumeIndex) * FMoving::Edge;
					EXPECT(std::fabs((Image - Centre).Size() - Sample.Distance) < 1e-4);
					Across += Sample.VolumeIndex != 0;
				}
			}
		}
		EXPECT(Across > 5);
	}

	void PeriodicVolumes()
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		EXPECT(!Manager->GetPeriodicVolume().bIsPeriodic && Manager->GetResolvedPeriodicExtent(FMoving::CellSize).IsZero());
		const TArray<FVector> Raw = {FVector(98.0, 1.0, 5.0), FVector(2.0, 99.0, 5.0), FVector(5.0, 98.0, 5.0)};
		EXPECT(Manager->GetUnwrappedPositions(Raw, FMoving::CellSize) == Raw);
		Manager->SetPeriodicVolume(true, FVector(FMoving::Edge));
		EXPECT(Manager->GetPeriodicVolume().bIsPeriodic && Manager->GetPeriodicVolume().Extent == FVector(FMoving::Edge));
		EXPECT(Manager->GetResolvedPeriodicExtent(FMoving::CellSize) == FVector(FMoving::Edge));
		const TArray<FVector> Continuous = Manager->GetUnwrappedPositions(Raw, FMoving::CellSize);
		EXPECT(Continuous[0] == Raw[0] && Continuous[1] == FVector(102.0, -1.0, 5.0) && Continuous[2] == FVector(105.0, -2.0, 5.0));
		RadiusAcrossTheBorder(Manager.Get());

		// An axis with 0 is not periodic.
		FResults Results;
		Manager->SetPeriodicVolume(true, FVector(0.0, FMoving::Edge, FMoving::Edge));
		Manager->QueryRadiusWithDistanceCheck(FMoving::Dataset, FVector(1.0, 50.0, 50.0), 20.0f, FMoving::CellSize, 0, Results);
		for (const FSpatialHashQueryResult& Result : Results)
		{
			EXPECT(FMoving::Images(Result.SamplePoints[0].VolumeIndex).X == 0.0);
		}
		// Before anything is set, and again after a reset, the manifest holds, for queries and getters alike.
		const TStrongObjectPtr<USpatialHashTableManager> Said(NewObject<USpatialHashTableManager>());
		EXPECT(Said->LoadHashTables(FMoving::Periodic, FMoving::CellSize, 0, FMoving::Steps - 1) == FMoving::Steps);
		for (const bool bReset : {false, true})
		{
			EXPECT(Said->GetPeriodicVolume().bIsPeriodic && Said->GetPeriodicVolume().Extent == FVector(FMoving::Edge));
			EXPECT(Said->GetResolvedPeriodicExtent(FMoving::CellSize) == FVector(FMoving::Edge));
			EXPECT(Said->GetUnwrappedPositions(Raw, FMoving::CellSize) == Continuous);
			Said->QueryRadiusWithDistanceCheck(FMoving::Periodic, FVector(1.0, 50.0, 50.0), 45.0f, FMoving::CellSize, 0, Results);
			EXPECT(Results.ContainsByPredicate(
				[](const FSpatialHashQueryResult& Result) { return Result.SamplePoints[0].VolumeIndex != 0; }));
			if (!bReset)
			{
				Said->SetPeriodicVolume(false, FVector::ZeroVector);
				EXPECT(!Said->GetPeriodicVolume().bIsPeriodic && Said->GetUnwrappedPositions(Raw, FMoving::CellSize) == Raw);
				Said->ResetPeriodicVolume();
			}
		}
		// What is no extent is refused, and what was set stays.
		Shim::TakeLog();
		Manager->SetPeriodicVolume(true, FVector(-1.0, 0.0, 0.0));
		EXPECT(FMoving::Logged(ELogVerbosity::Error, TEXT("refused")));
		EXPECT(Manager->GetPeriodicVolume().Extent == FVector(0.0, FMoving::Edge, FMoving::Edge));

		// Around a trajectory, images are counted from its path, which is made continuous.
		Manager->SetPeriodicVolume(true, FVector(FMoving::Edge));
		Manager->QueryTrajectoryRadiusOverTimeRange(
			FMoving::Dataset, 3, 15.0f, FMoving::CellSize, 0, FMoving::Steps - 1, Results);
		EXPECT(Results.Num() > 0);
		for (const FSpatialHashQueryResult& Result : Results)
		{
			EXPECT(Result.TrajectoryId != 3);
			for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
			{
				const FVector Image = Sample.Position + FMoving::Images(Sample.VolumeIndex) * FMoving::Edge;
				EXPECT(std::fabs((Image - FMoving::Continuous(3, Sample.TimeStep)).Size() - Sample.Distance) < 1e-3);
			}
		}
	}

	void AnInferredExtentIsTold()
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		Shim::TakeLog();
		Manager->SetPeriodicVolume(true, FVector::ZeroVector);
		// The box of the data, not that of the tables, which has a margin of 1 around it.
		const FVector Extent = Manager->GetResolvedPeriodicExtent(FMoving::CellSize);
		EXPECT(Extent.Equals(FMoving::DataBox.Max - FMoving::DataBox.Min, 1e-4));
		EXPECT(FMoving::Logged(ELogVerbosity::Warning, TEXT("without the margin of 1 on every side")));
		Manager->GetResolvedPeriodicExtent(FMoving::CellSize);
		EXPECT(!FMoving::Logged(ELogVerbosity::Warning, TEXT("inferred")));
		EXPECT(Manager->GetResolvedPeriodicExtent(77.0f).IsZero());
		EXPECT(FMoving::Logged(ELogVerbosity::Warning, TEXT("no table of cell size 77.000 is loaded")));

		// Of tables of another program there is no index, so the margin is in the extent.
		const std::string Copy = FMoving::Folder + "/without index";
		std::filesystem::copy(FMoving::Folder + "/moving", Copy, std::filesystem::copy_options::recursive);
		std::filesystem::remove(Copy + "/spatial_hashing/cellsize_10.000/groma-index.json");
		const TStrongObjectPtr<USpatialHashTableManager> Other(NewObject<USpatialHashTableManager>());
		EXPECT(Other->LoadHashTables(UTF8_TO_TCHAR(Copy.c_str()), FMoving::CellSize, 0, FMoving::Steps - 1) == FMoving::Steps);
		Other->SetPeriodicVolume(true, FVector::ZeroVector);
		EXPECT(Other->GetResolvedPeriodicExtent(FMoving::CellSize).Equals(Extent + FVector(2.0), 1e-3));
		EXPECT(FMoving::Logged(ELogVerbosity::Warning, TEXT("whose margin is not known")));
	}

	struct FBatches
	{
		int32 Calls = 0;
		int32 Finals = 0;
		int32 Total = -1;
		int32 Asked = -1;
		int32 Largest = 0;
		FResults All;

		FOnSpatialHashBatchResult Delegate()
		{
			return FOnSpatialHashBatchResult::CreateLambda(
				[this](const FResults& Results, bool bFinal, int32 InTotal, int32 InAsked)
				{
					EXPECT(IsInGameThread() && Finals == 0);
					EXPECT(Calls == 0 || (Total == InTotal && Asked == InAsked));
					++Calls;
					Finals += bFinal;
					Total = InTotal;
					Asked = InAsked;
					Largest = FMath::Max(Largest, Results.Num());
					All.Append(Results);
				});
		}
	};

	/** All samples that a query around a moving point must find, by looking at all. */
	void CheckMoving(const FBatches& Batches, const TArray<FVector>& Path, double Radius, int32 Excluded, bool bWhole, bool bPeriodic)
	{
		int32 Found = 0;
		for (int32 Id = 0; Id < FMoving::Count; ++Id)
		{
			TArray<int32> Near;
			for (int32 Step = 0; Step < Path.Num(); ++Step)
			{
				const FVector Position = FMoving::Stored(Id, Step);
				if ((bPeriodic ? FMoving::Distance(Position, Path[Step]) : (Position - Path[Step]).Size()) <= Radius)
				{
					Near.Add(Step);
				}
			}
			const FSpatialHashQueryResult* Result = Batches.All.FindByPredicate(
				[Id](const FSpatialHashQueryResult& Other) { return Other.TrajectoryId == Id; });
			EXPECT((Result != nullptr) == (Near.Num() > 0 && Id != Excluded));
			if (Result == nullptr)
			{
				continue;
			}
			++Found;
			EXPECT(Result->SamplePoints.Num() == (bWhole ? Path.Num() : Near.Num()));
			for (int32 Index = 0; Index < Result->SamplePoints.Num(); ++Index)
			{
				const FTrajectorySamplePoint& Sample = Result->SamplePoints[Index];
				EXPECT(Sample.TimeStep == (bWhole ? Index : Near[Index]));
				EXPECT(Sample.Position.Equals(FMoving::Stored(Id, Sample.TimeStep), 1e-4));
				const FVector Image = Sample.Position + FMoving::Images(Sample.VolumeIndex) * FMoving::Edge;
				EXPECT(std::fabs((Image - Path[Sample.TimeStep]).Size() - Sample.Distance) < 1e-3);
				EXPECT(bPeriodic || Sample.VolumeIndex == 0);
			}
		}
		EXPECT(Found > 3 && Batches.Total == Found && Batches.Asked == Path.Num());
	}

	void MovingQueriesInBatches()
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		TArray<FVector> Raw;
		TArray<FVector> Continuous;
		TArray<int32> Steps;
		for (int32 Step = 0; Step < FMoving::Steps; ++Step)
		{
			// Leaves the volume along x in the middle.
			const FVector Position(60.0 + 4.0 * Step, 50.0, 50.0);
			Continuous.Add(Position);
			Raw.Add(FVector(std::fmod(Position.X, FMoving::Edge), Position.Y, Position.Z));
			Steps.Add(Step);
		}
		for (const bool bPeriodic : {false, true})
		{
			Manager->SetPeriodicVolume(bPeriodic, FVector(FMoving::Edge));
			for (const bool bWhole : {false, true})
			{
				for (const int32 BatchSize : {3, 10000, 0})
				{
					FBatches Batches;
					Manager->QueryPositionsBatchedAsync(FMoving::Dataset, Raw, Steps, 25.0f, FMoving::CellSize, BatchSize, 7,
						bWhole, 1, 0, Batches.Delegate());
					EXPECT(Batches.Calls == 0);
					EXPECT(Shim::PumpUntil([&] { return Batches.Finals > 0; }));
					EXPECT(Batches.Largest <= (BatchSize > 0 ? BatchSize : 10000));
					EXPECT(Batches.Calls == (BatchSize == 3 ? (Batches.Total + 2) / 3 : 1));
					CheckMoving(Batches, bPeriodic ? Continuous : Raw, 25.0, 7, bWhole, bPeriodic);
				}
			}
		}

		// Nobody is near: one call.
		FBatches None;
		Manager->SetPeriodicVolume(false, FVector::ZeroVector);
		Manager->QueryPositionsBatchedAsync(FMoving::Dataset, {FVector(1e4, 0.0, 0.0)}, {0}, 1.0f, FMoving::CellSize, 5, -1, false,
			0, 3, None.Delegate());
		EXPECT(Shim::PumpUntil([&] { return None.Finals > 0; }));
		EXPECT(None.Calls == 1 && None.Total == 0 && None.Asked == 1 && None.All.IsEmpty());

		// What cannot be asked is told at once.
		Shim::TakeLog();
		const TArray<int32> Falling = {3, 2};
		for (const TArray<int32>& Wrong : {TArray<int32>(), TArray<int32>({0, 1, 2}), Falling})
		{
			FBatches Refused;
			Manager->QueryPositionsBatchedAsync(FMoving::Dataset, {Raw[0], Raw[1]}, Wrong, 1.0f, FMoving::CellSize, 5, -1, false, 1,
				0, Refused.Delegate());
			EXPECT(Refused.Calls == 1 && Refused.Finals == 1 && Refused.Total == 0 && Refused.Asked == 0);
		}
		EXPECT(FMoving::Logged(ELogVerbosity::Error, TEXT("must ascend")));
	}

	void ABatchedQueryIsCancelled()
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		TArray<FVector> Path;
		TArray<int32> Steps;
		for (int32 Step = 0; Step < FMoving::Steps; ++Step)
		{
			Path.Add(FVector(50.0));
			Steps.Add(Step);
		}
		// Before anything was found, from another thread; then between two batches; then when nothing runs.
		for (const int32 After : {0, 2})
		{
			FBatches Batches;
			int32 Told = 0;
			Manager->QueryPositionsBatchedAsync(
				FMoving::Dataset, Path, Steps, 90.0f, FMoving::CellSize, 1, -1, true, 1, 0, Batches.Delegate());
			EXPECT(Shim::PumpUntil([&] { return After == 0 || Batches.Calls >= After; }));
			Told = Batches.Calls;
			std::thread([&] { Manager->CancelActiveQuery(); }).join();
			EXPECT(Shim::PumpUntil([&] { return Batches.Finals > 0; }));
			EXPECT(Batches.Calls == Told + 1 && Batches.All.Num() == Told && (After == 0) == (Batches.Total == 0));
		}
		Manager->CancelActiveQuery();
		// The manager goes away: nothing is told.
		FBatches Lost;
		USpatialHashTableManager* Gone = NewObject<USpatialHashTableManager>();
		Gone->LoadHashTables(FMoving::Dataset, FMoving::CellSize, 0, FMoving::Steps - 1);
		Gone->QueryPositionsBatchedAsync(
			FMoving::Dataset, Path, Steps, 90.0f, FMoving::CellSize, 1, -1, true, 1, 0, Lost.Delegate());
		EXPECT(Shim::PumpUntil([&] { return Lost.Calls >= 2; }));
		const int32 Told = Lost.Calls;
		Shim::Destroy(Gone);
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(Lost.Calls == Told);
	}

	void TablesAreLookedAt()
	{
		FSpatialHashTable Table;
		EXPECT(!Table.Validate() && Table.Entries.IsEmpty() && Table.FindEntry(0) == INDEX_NONE);
		EXPECT(Table.LoadFromFile(FSpatialHashTableBuilder::GetOutputFilename(FMoving::Dataset, FMoving::CellSize, 4)));
		EXPECT(Table.Validate() && Table.Header.Magic == 0x54534854 && Table.Header.Version == 1);
		EXPECT(Table.Entries.Num() == static_cast<int32>(Table.Header.NumEntries) && Table.TrajectoryIds.Num() == FMoving::Count);
		const FSpatialHashTable Copy = Table;
		Table = FSpatialHashTable();
		int32 Ids = 0;
		for (int32 Index = 0; Index < Copy.Entries.Num(); ++Index)
		{
			TArray<uint32> Narrow;
			TArray<int64> Wide;
			EXPECT(Copy.FindEntry(Copy.Entries[Index].ZOrderKey) == Index);
			EXPECT(Copy.GetTrajectoryIdsForCell(Index, Narrow) && Copy.GetTrajectoryIdsForCell(Index, Wide));
			EXPECT(Narrow.Num() == static_cast<int32>(Copy.Entries[Index].TrajectoryCount) && Wide.Num() == Narrow.Num());
			for (int32 Id = 0; Id < Narrow.Num(); ++Id)
			{
				EXPECT(Narrow[Id] == Copy.TrajectoryIds[Ids + Id] && Wide[Id] == static_cast<int64>(Narrow[Id]));
			}
			Ids += Narrow.Num();
		}
		EXPECT(Ids == FMoving::Count && Copy.FindEntry(~0ull) == INDEX_NONE);
		TArray<uint32> Narrow;
		TArray<int64> Wide;
		EXPECT(!Copy.GetTrajectoryIdsForCell(-1, Narrow) && !Copy.GetTrajectoryIdsForCell(Copy.Entries.Num(), Wide));
		const FVector At = FMoving::Stored(5, 4);
		EXPECT(Copy.QueryAtPosition(At, Narrow) && Copy.QueryAtPosition(At, Wide) && Narrow.Contains(5) && Wide.Contains(5));
		EXPECT(Copy.QueryTrajectoryIdsInRadius(At, 30.0f, Wide) == Copy.QueryTrajectoryIdsInRadius(At, 30.0f, Narrow));
	}

	TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>> Samples()
	{
		TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>> All;
		for (int32 Step = 0; Step < FMoving::Steps; ++Step)
		{
			TArray<FSpatialHashTableBuilder::FTrajectorySample> OfStep;
			for (int32 Id = 0; Id < FMoving::Count; ++Id)
			{
				// As single precision has it, which is what shards hold.
				OfStep.Emplace(static_cast<uint32>(Id), FVector(FVector3f(FMoving::Stored(Id, Step))));
			}
			All.Add(MoveTemp(OfStep));
		}
		return All;
	}

	bool SameTables(const std::string& Output)
	{
		bool bSame = true;
		for (int32 Step = 0; Step < FMoving::Steps; ++Step)
		{
			const auto Read = [Step](const std::string& Root)
			{
				const FString File = FSpatialHashTableBuilder::GetOutputFilename(UTF8_TO_TCHAR(Root.c_str()), FMoving::CellSize, Step);
				return FMoving::Read(TCHAR_TO_UTF8(*File));
			};
			bSame &= !Read(Output).empty() && Read(Output) == Read(FMoving::Folder + "/moving");
		}
		return bSame;
	}

	void TablesFromMemory()
	{
		FSpatialHashTableBuilder::FBuildConfig Config;
		Config.CellSize = FMoving::CellSize;
		Shim::TakeLog();
		EXPECT(!FSpatialHashTableBuilder().BuildHashTables(Config, Samples()));
		EXPECT(FMoving::Logged(ELogVerbosity::Error, TEXT("OutputDirectory is empty")));
		Config.OutputDirectory = UTF8_TO_TCHAR((FMoving::Folder + "/memory").c_str());
		EXPECT(FSpatialHashTableBuilder().BuildHashTables(Config, Samples()));
		EXPECT(SameTables(FMoving::Folder + "/memory"));
		Shim::TakeSlowTasks();
		Shim::CancelSlowTasks(true);
		EXPECT(!FSpatialHashTableBuilder().BuildHashTables(Config, Samples()));
		Shim::CancelSlowTasks(false);
		EXPECT(FMoving::Logged(ELogVerbosity::Log, TEXT("Cancelled: Building")) && Shim::TakeSlowTasks().Num() == 1);
		FVector Min;
		FVector Max;
		FSpatialHashTableBuilder::ComputeBoundingBox(Samples(), Min, Max);
		EXPECT(Min.Equals(FMoving::DataBox.Min, 1e-4) && Max.Equals(FMoving::DataBox.Max, 1e-4));

		UWorld* World = Shim::MakeWorld();
		Config.OutputDirectory = UTF8_TO_TCHAR((FMoving::Folder + "/background").c_str());
		int32 Progress = 0;
		int32 Ended = 0;
		FString Failure;
		USpatialHashTableBuilderAsyncTask* Task = USpatialHashTableBuilderAsyncTask::BuildHashTablesAsync(World, Config, Samples());
		Task->OnProgress.ShimAdd(
			[&](int32 Done, int32 Total)
			{
				EXPECT(Done >= Progress && Total == FMoving::Steps);
				Progress = Done;
			});
		Task->OnComplete.ShimAdd([&] { ++Ended; });
		Task->OnFailed.ShimAdd([&](const FString&) { EXPECT(false); });
		Task->Activate();
		EXPECT(Shim::PumpUntil([&] { return Ended > 0; }));
		EXPECT(Ended == 1 && Progress == FMoving::Steps && SameTables(FMoving::Folder + "/background"));

		Config.CellSize = -1.0f;
		Task = USpatialHashTableBuilderAsyncTask::BuildHashTablesAsync(World, Config, Samples());
		Task->OnFailed.ShimAdd([&](const FString& Message) { Failure = Message; });
		Task->Activate();
		EXPECT(Shim::PumpUntil([&] { return !Failure.IsEmpty(); }));
		EXPECT(Failure.Contains(TEXT("cell_size")));

		Config.CellSize = 3.0f;
		int32 Cancelled = 0;
		Task = USpatialHashTableBuilderAsyncTask::BuildHashTablesAsync(World, Config, Samples());
		Task->OnComplete.ShimAdd([&] { EXPECT(false); });
		Task->OnCancelled.ShimAdd([&] { ++Cancelled; });
		Task->Activate();
		Task->Cancel();
		Task->Cancel();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(Cancelled == 1);
		Shim::TearDown(World);
	}

	void Selections()
	{
		const TStrongObjectPtr<UUserSelectionManager> Manager(NewObject<UUserSelectionManager>());
		TArray<FUserTrajectorySelection> Last;
		int32 Told = 0;
		int32 Heard = 0;
		Manager->OnSelectionsChanged.ShimAdd(
			[&](const TArray<FUserTrajectorySelection>& Now)
			{
				Last = Now;
				++Told;
			});
		// Blueprints that implement the interfaces.
		UObject* Listener = NewObject<UInterface>();
		Listener->ShimInterfaces.Add(UTrajectorySelectionListener::StaticClass());
		Listener->ShimEvents.Add(TEXT("OnUserSelectionsChanged"),
			[&Heard](void* Arguments)
			{
				Heard += static_cast<const TArray<FUserTrajectorySelection>*>(static_cast<void**>(Arguments)[1])->Num();
			});
		UObject* Provider = NewObject<UInterface>();
		Provider->ShimInterfaces.Add(UTrajectorySelectionProvider::StaticClass());
		Provider->ShimEvents.Add(TEXT("GetProvidedSelections"),
			[](void* Arguments)
			{
				auto* Selections = static_cast<TArray<FUserTrajectorySelection>*>(static_cast<void**>(Arguments)[0]);
				Selections->AddDefaulted(2);
				(*Selections)[1].TrajectoryId = 42;
			});
		Manager->RegisterListener(nullptr);
		Manager->RegisterListener(Provider);
		Manager->RegisterListener(Listener);
		Manager->RegisterListener(Listener);
		Manager->RegisterProvider(Listener);
		Manager->RegisterProvider(Provider);
		Manager->RegisterProvider(Provider);

		FUserTrajectorySelection Selection;
		Selection.TrajectoryId = 7;
		Manager->AddSelection(Selection);
		EXPECT(Told == 1 && Heard == 1 && Last.Num() == 1 && Last[0].TrajectoryId == 7 && Last[0].bParticlesVisible);
		Selection.QueryRadius = 5.0f;
		EXPECT(Manager->UpdateSelection(0, Selection) && !Manager->UpdateSelection(1, Selection));
		EXPECT(Manager->UpdateSelectionByTrajectoryId(7, Selection) && !Manager->UpdateSelectionByTrajectoryId(8, Selection));
		FUserTrajectorySelection Found;
		EXPECT(Manager->GetSelectionByTrajectoryId(7, Found) && Found.QueryRadius == 5.0f);
		EXPECT(!Manager->GetSelectionByTrajectoryId(8, Found) && Told == 3 && Heard == 3);
		Manager->RefreshFromProviders();
		EXPECT(Told == 4 && Heard == 5 && Manager->GetSelections().Num() == 2 && Last[1].TrajectoryId == 42);
		EXPECT(Manager->RemoveSelection(0) && !Manager->RemoveSelection(1) && Manager->GetSelections().Num() == 1);
		// Those that are gone are dropped.
		Shim::Destroy(Listener);
		Shim::Destroy(Provider);
		Heard = 0;
		Manager->ClearSelections();
		EXPECT(Heard == 0 && Last.IsEmpty());
		Manager->AddSelection(Selection);
		Manager->RefreshFromProviders();
		EXPECT(Manager->GetSelections().IsEmpty());
	}

	/** Calls that wait show a progress bar, by which they can be cancelled. */
	void CallsThatWaitAreSeen()
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		Shim::TakeSlowTasks();
		FResults Results;
		EXPECT(Manager->QueryRadiusOverTimeRange(
				   FMoving::Dataset, FVector(50.0), 30.0f, FMoving::CellSize, 0, FMoving::Steps - 1, Results) > 0);
		EXPECT(Manager->CreateHashTables(FMoving::Dataset, 25.0f, FVector::ZeroVector, FVector::ZeroVector, true, 1.0f));
		const TArray<Shim::FSlowTask> Shown = Shim::TakeSlowTasks();
		EXPECT(Shown.Num() == 2 && Shown[0].Title.Contains(TEXT("Asking")) && Shown[1].Title.Contains(TEXT("Building")));
		EXPECT(Shown[0].bCanCancel && Shown[1].bCanCancel);
	}

	/** At its end the engine does not wait for ever, and says for what it waits. */
	void TheEndDoesNotWaitForEver()
	{
		std::atomic<bool> bGoOn{false};
		UObject* Owner = NewObject<USpatialHashTableManager>();
		int32 Told = 0;
		const TSharedRef<FGromaWork> Work = FGromaWork::Start(
			[&bGoOn](FGromaWork&)
			{
				while (!bGoOn)
				{
					Shim::SleepMilliseconds(1);
				}
				return FString();
			});
		FGromaJobEvents Events;
		Events.What = TEXT("what takes for ever");
		Events.OnEnd = [&Told](TGromaHandle<groma_job>&, int32, const FString&) { ++Told; };
		GetMutableDefault<UGromaSettings>()->ShutdownSeconds = 2;
		FGromaJobs::Get().Add(Work, Owner, MoveTemp(Events));
		Shim::TakeLog();
		Shim::ShutDownModule();
		EXPECT(FMoving::Logged(ELogVerbosity::Error, TEXT("without waiting any longer for: what takes for ever")));
		EXPECT(FGromaJobs::Get().Num() == 0 && Told == 0);
		bGoOn = true;
		EXPECT(Shim::PumpUntil([&] { return Work->IsDone(); }));
		Shim::Destroy(Owner);
	}
}

int main(int Count, char** Arguments)
{
	if (Count != 2)
	{
		return 2;
	}
	Shim::StartModule();
	FMoving::Write(Arguments[1]);
	NewestUses();
	PeriodicVolumes();
	AnInferredExtentIsTold();
	MovingQueriesInBatches();
	ABatchedQueryIsCancelled();
	TablesAreLookedAt();
	TablesFromMemory();
	Selections();
	CallsThatWaitAreSeen();
	Shim::CollectGarbage();
	TheEndDoesNotWaitForEver();
	return Shim::Failures();
}
