// The plugin on Windows without groma.dll, which is delay-loaded there: any call into it ends the program. Here every function of
// the library does that, by name. Nothing works, all of it is told, and nothing ends the editor.
#include "BuildHashTablesAsyncAction.h"
#include "Engine/World.h"
#include "GromaBuild.h"
#include "GromaCityActor.h"
#include "GromaDebugLibrary.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaNative.h"
#include "ShimControl.h"
#include "SpatialHashQueryAsyncTasks.h"
#include "SpatialHashTableBuilderAsyncTask.h"
#include "SpatialHashTableManager.h"
#include "TrajectoryPlaybackNiagaraActor.h"
#include "TrajectoryQueryNiagaraActor.h"

namespace
{
	using FResults = TArray<FSpatialHashQueryResult>;

	constexpr float CellSize = 50.0f;

	bool Logged(const TCHAR* Part)
	{
		bool bFound = false;
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			bFound |= Line.Verbosity == ELogVerbosity::Error && Line.Text.Contains(Part);
		}
		return bFound;
	}

	/** An owner of nothing, as a call that failed gives it, in each way in which it can go. */
	template <typename T>
	void NullHandle()
	{
		{
			const TGromaHandle<T> Nothing;
		}
		TGromaHandle<T> First(nullptr);
		TGromaHandle<T> Second(MoveTemp(First));
		First = MoveTemp(Second);
		First.Reset();
		const TSharedPtr<T> Shared(static_cast<T*>(nullptr), FGromaClose());
		EXPECT(!First.IsValid() && !Shared.IsValid());
	}

	void Manage(UWorld* World)
	{
		USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>(World);
		FResults Inner;
		FResults Results;
		TArray<FSpatialQueryResult> Neighbours;
		TArray<int32> Ids;
		const FString Data = TEXT("data");
		const FVector At = FVector::ZeroVector;
		EXPECT(Manager->LoadHashTables(Data, CellSize, 0, 9) == 0);
		EXPECT(!Manager->LoadHashTable(TEXT("timestep_00000.bin"), CellSize, 0));
		EXPECT(!Manager->CreateHashTables(Data, CellSize, At, At, true, 1.0f));
		EXPECT(Logged(TEXT("library")));
		Manager->CreateHashTablesAsync(Data, CellSize, 0, 9);
		EXPECT(!Manager->IsCreatingHashTables());
		Manager->CancelCreatingHashTables();
		EXPECT(Manager->QueryFixedRadiusNeighbors(At, 1.0f, CellSize, 0, Neighbours) == 0);
		EXPECT(Manager->QueryCell(At, CellSize, 0, Ids) == 0);
		EXPECT(Manager->QueryRadiusWithDistanceCheck(Data, At, 1.0f, CellSize, 0, Results) == 0);
		EXPECT(Manager->QueryDualRadiusWithDistanceCheck(Data, At, 1.0f, 2.0f, CellSize, 0, Inner, Results) == 0);
		EXPECT(Manager->QueryRadiusOverTimeRange(Data, At, 1.0f, CellSize, 0, 9, Results) == 0);
		EXPECT(Manager->QueryTrajectoryRadiusOverTimeRange(Data, 1, 1.0f, CellSize, 0, 9, Results) == 0);
		int32 Answers = 0;
		Manager->QueryRadiusWithDistanceCheckAsync(Data, At, 1.0f, CellSize, 0,
			FOnSpatialHashQueryComplete::CreateLambda(
				[&Answers](const FResults& Found) { Answers += Found.Num() == 0 ? 1 : 0; }));
		auto* Node = USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(World, Manager, Data, At, 1.0f, CellSize, 0, 9);
		Node->OnComplete.ShimAdd([&Answers](const FResults& Found) { Answers += Found.Num() == 0 ? 1 : 0; });
		Node->Activate();
		Node->Cancel();
		EXPECT(Answers == 2);
		int32 Tables = 0;
		int64 Bytes = 0;
		Manager->GetMemoryStats(Tables, Bytes);
		EXPECT(Tables == 0 && Bytes == 0 && !Manager->IsHashTableLoaded(CellSize, 0));
		Manager->SetPeriodicVolume(true, FVector::ZeroVector);
		EXPECT(Manager->GetResolvedPeriodicExtent(CellSize).IsZero());
		EXPECT(Manager->GetUnwrappedPositions({At}, CellSize).Num() == 1 && Manager->GetCoordinateOrigin(Data).IsZero());
		int32 Batches = 0;
		Manager->QueryPositionsBatchedAsync(Data, {At}, {0}, 1.0f, CellSize, 10, -1, true, 0, 9,
			FOnSpatialHashBatchResult::CreateLambda([&Batches](const FResults& Found, bool bFinal, int32 Total, int32 Asked)
				{ Batches += Found.IsEmpty() && bFinal && Total == 0 && Asked == 0 ? 1 : 100; }));
		Manager->CancelActiveQuery();
		Manager->QueryTimeStepAsync(Data, CellSize, 0,
			FOnSpatialHashQueryComplete::CreateLambda([&Batches](const FResults& Found) { Batches += Found.IsEmpty() ? 1 : 100; }));
		EXPECT(Batches == 2);
		EXPECT(UGromaDebugLibrary::DrawTrajectoryQuery(World, Manager, FGromaSourceFrame(), At, 1.0f, CellSize, 0, Results) == 0);
		Manager->UnloadHashTables(CellSize);
		Manager->UnloadAllHashTables();
		Shim::Destroy(Manager);
	}

	void Build(UWorld* World)
	{
		FString Failed;
		UBuildHashTablesAsyncAction* Action = UBuildHashTablesAsyncAction::BuildHashTables(World, TEXT("data"), CellSize);
		Action->OnFailed.ShimAdd([&Failed](float, const FString& Text) { Failed = Text; });
		Action->Activate();
		EXPECT(Failed.Contains(TEXT("library")));
		Action->Cancel();

		FSpatialHashTableBuilder::FBuildConfig Config;
		Config.CellSize = CellSize;
		EXPECT(!FSpatialHashTableBuilder().BuildHashTables(Config, TEXT("data")));
		FString Reason;
		const TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>> Samples = {{{7u, FVector::ZeroVector}}};
		Config.OutputDirectory = TEXT("output");
		EXPECT(!FSpatialHashTableBuilder().BuildHashTables(Config, Samples));
		FString TaskFailed;
		auto* Task = USpatialHashTableBuilderAsyncTask::BuildHashTablesAsync(World, Config, Samples);
		Task->OnFailed.ShimAdd([&TaskFailed](const FString& Text) { TaskFailed = Text; });
		Task->Activate();
		EXPECT(Shim::PumpUntil([&] { return !TaskFailed.IsEmpty(); }) && TaskFailed.Contains(TEXT("library")));
		EXPECT(!Groma::StartBuild(TEXT("data"), Config, Reason).IsValid() && Reason.Contains(TEXT("library")));

		FSpatialHashTable Table;
		TArray<uint32> Ids;
		int32 X = 1;
		int32 Y = 1;
		int32 Z = 1;
		FSpatialHashTable::WorldToCellCoordinates(FVector(9.0, 9.0, 9.0), FVector::ZeroVector, 1.0f, X, Y, Z);
		EXPECT(X == 0 && Y == 0 && Z == 0 && FSpatialHashTable::CalculateZOrderKey(1, 1, 1) == 0);
		EXPECT(!Table.LoadFromFile(TEXT("timestep_00000.bin")) && !Table.QueryAtPosition(FVector::ZeroVector, Ids));
		EXPECT(Table.QueryTrajectoryIdsInRadius(FVector::ZeroVector, 1.0f, Ids) == 0 && Table.GetMappedBytes() == 0);
	}

	void City(UWorld* World)
	{
		AGromaCityActor* City = World->SpawnActor<AGromaCityActor>();
		TArray<FString> Failed;
		City->OnFailed.ShimAdd([&Failed](const FString& Text) { Failed.Add(Text); });
		City->StoreFolder.Path = TEXT("tiles");
		City->Input.FootprintsFile.FilePath = TEXT("footprints.geojson");
		City->Input.TerrainFile.FilePath = TEXT("terrain.tif");
		City->BuildCity();
		City->OpenCity();
		City->BuildLevels();
		EXPECT(Failed.Num() == 3 && Failed[2].Contains(TEXT("library")));
		FGromaBuilding Building;
		EXPECT(!City->GetBuilding(0, Building) && !City->GetBuildingAtHit(FHitResult(), Building));
		City->HighlightBuilding(3);
		EXPECT(City->GetReferenceSystem().IsEmpty());
		EXPECT(Failed[0].Contains(TEXT("library")) && Failed[1].Contains(TEXT("library")));
		City->CancelBuild();
		City->CloseCity();
		for (int32 Round = 0; Round < 10; ++Round)
		{
			Shim::Pump();
		}
		EXPECT(!City->IsBuilding() && !City->IsLoading() && City->GetShownTileCount() == 0);
		City->Destroy();

		ATrajectoryQueryNiagaraActor* Query = World->SpawnActor<ATrajectoryQueryNiagaraActor>();
		Query->DatasetDirectory = TEXT("data");
		Query->QueryPositions.Add(FVector::ZeroVector);
		int32 Refused = 0;
		EXPECT(!Query->FireAsyncQueriesWithCallback(
			FSimpleDelegate(), FSimpleDelegate::CreateLambda([&Refused] { ++Refused; })));
		Query->TransferDataToNiagara();
		Query->CancelQuery();
		EXPECT(Refused == 1);
		Query->Destroy();
		ATrajectoryPlaybackNiagaraActor* Playback = World->SpawnActor<ATrajectoryPlaybackNiagaraActor>();
		EXPECT(!Playback->Play());
		Playback->Destroy();
	}
}

int main()
{
	Shim::SetPluginFolder(TEXT("a plugin without its library"));
	Shim::StartModule();
	EXPECT(Logged(TEXT("groma.dll cannot be loaded")));
	EXPECT(!FGromaLibrary::IsAvailable());
	NullHandle<groma_dataset>();
	NullHandle<groma_hash_table>();
	NullHandle<groma_query_result>();
	NullHandle<groma_job>();
	NullHandle<groma_mesh_store>();
	NullHandle<groma_mesh_tile>();
	NullHandle<groma_tile_list>();
	UWorld* World = Shim::MakeWorld();
	Manage(World);
	Build(World);
	City(World);
	Shim::TearDown(World);
	Shim::CollectGarbage();
	EXPECT(FGromaJobs::Get().Num() == 0);
	Shim::ShutDownModule();
	return Shim::Failures();
}
