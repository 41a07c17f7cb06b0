// The city in the level, as its user sees it: what is drawn, then builds that fail, are cancelled or end in the middle.
// The only argument is an empty folder to work in.
#include "CityDrawn.h"

#include "GromaCityTiles.h"
#include "GromaJobs.h"
#include "GromaSettings.h"

#include <dlfcn.h>

namespace
{
	void Fail(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("nowhere")));
		FWatch Watch(City);
		Shim::TakeLog();
		City->OpenCity();
		EXPECT(Watch.Failed.Num() == 1 && Watch.Failed[0].Contains(TEXT("no mesh store here")));
		bool bLogged = false;
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			bLogged |= Line.Verbosity == ELogVerbosity::Error && Line.Text.Contains(TEXT("no mesh store here"));
		}
		EXPECT(bLogged);
		EXPECT(!City->IsLoading());

		// Refused at once.
		City->Input.FootprintsFile.FilePath = FString();
		City->BuildCity();
		EXPECT(Watch.Failed.Num() == 2 && Watch.Failed[1].Contains(TEXT("footprints is missing")) && !City->IsBuilding());
		// Found out by the job.
		City->Input.FootprintsFile.FilePath = InFolder(TEXT("nowhere.geojson"));
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Failed.Num() == 3 && Watch.Failed[2].Contains(TEXT("nowhere.geojson")) && Watch.Built.Num() == 0);
		// Calls that have nothing to do.
		City->CancelBuild();
		City->CloseCity();
		EXPECT(Watch.Failed.Num() == 3 && Watch.Hidden.Num() == 0);

		// A store without tiles is no city.
		MakeGrid(InFolder(TEXT("empty")), 0);
		City->StoreFolder.Path = InFolder(TEXT("empty"));
		City->OpenCity();
		EXPECT(Watch.Failed.Num() == 4 && Watch.Failed[3].Contains(TEXT("no tiles")));
		City->Destroy();
	}

	/** What is chosen of the footprints' file reaches the build. */
	void Choose(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("chosen")));
		FWatch Watch(City);
		City->Input.Layer = TEXT("attic");
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Failed.Num() == 1 && Watch.Failed[0].Contains(TEXT("attic")));
		City->Input.Layer = FString();
		City->Input.Filters.Add(TEXT("id!="));
		City->Input.Filters.Add(TEXT("id=nobody"));
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Failed.Num() == 2 && Watch.Failed[1].Contains(TEXT("id!= and id=nobody")));
		City->Input.Filters.Reset();
		City->Input.Heights = TEXT("microsoft");
		City->Input.HeightProperty = TEXT("height");
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Failed.Num() == 3 && Watch.Failed[2].Contains(TEXT("microsoft beside height")));
		// Terrain is a file or a folder of files.
		City->Input.Heights = FString();
		City->Input.HeightProperty = FString();
		City->Input.TerrainFolder.Path = InFolder(TEXT("made"));
		City->BuildCity();
		EXPECT(Watch.Failed.Num() == 4 && Watch.Failed[3].Contains(TEXT("TerrainFile")) && Watch.Failed[3].Contains(TEXT("TerrainFolder")));
		City->Input.TerrainFile.FilePath = FString();
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Failed.Num() == 4 && Watch.Built.Num() == 1);
		City->Destroy();
	}

	/** A tile that is torn is told of once, and does not keep the others away. */
	void Damage(UWorld* World)
	{
		MakeGrid(InFolder(TEXT("damaged")), 3);
		for (const char* Name : {"0_0", "1_2"})
		{
			const FString Path = InFolder(TEXT("damaged/tile-")) + UTF8_TO_TCHAR(Name) + TEXT(".bin");
			std::FILE* File = std::fopen(TCHAR_TO_UTF8(*Path), "r+b");
			EXPECT(File != nullptr);
			// In the header of one, in the triangles of the other.
			std::fseek(File, Name[0] == '0' ? 8 : -20, Name[0] == '0' ? SEEK_SET : SEEK_END);
			std::fputs("torn", File);
			std::fclose(File);
		}
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("damaged")));
		FWatch Watch(City);
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() == 7 && City->GetFailedTileCount() == 2 && Watch.Failed.Num() == 2);
		for (int32 Frame = 0; Frame < 50; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(!City->IsLoading() && City->GetFailedTileCount() == 2 && Watch.Failed.Num() == 2);
		EXPECT(Watch.Failed[0].Contains(TEXT("0_0")) && Watch.Failed[1].Contains(TEXT("1_2")));
		City->Destroy();
	}

	/** A tile that is made again is read again, also when it is being read or waits meanwhile, and the newest comes last. */
	void MadeAgain(UWorld* World)
	{
		const FString Path = InFolder(TEXT("again"));
		MakeGrid(Path, 1);
		const FString Name(TEXT("0_0"));
		FString Message;
		const TSharedPtr<FGromaCityTiles> Tiles = FGromaCityTiles::Open(World, Path, false, Message);
		EXPECT(Tiles.IsValid() && Message.IsEmpty());
		const FGromaTileReach All;
		int32 Made = 0;
		// Another number of triangles each time.
		auto Make = [&]
		{
			const FStore Store(Path);
			const double Vertices[9] = {1000.0, 2000.0, 5.0, 1100.0, 2000.0, 5.0, 1100.0, 2100.0, 5.0};
			TArray<uint32_t> Faces;
			for (int32 Face = 0; Face <= Made; ++Face)
			{
				Faces.Append({0, 1, 2});
			}
			FGromaError Error;
			EXPECT(IsOk(groma_mesh_store_add_tile(Store.Native.Get(), FGromaText(Name).Get(), Vertices, 3, Faces.GetData(),
							++Made, nullptr, Error.Out()),
				Error));
			Tiles->AddFinished(Name);
		};
		auto Start = [&]
		{
			Tiles->LocateNew(1.0);
			Tiles->UpdateWanted(All);
			Tiles->StartReads(All, 8);
		};
		auto End = [] { EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; })); };
		auto TakeNewest = [&]
		{
			while (Tiles->IsAtWork())
			{
				Start();
				End();
				FGromaReadTile Read;
				while (Tiles->TakeRead(All, Read))
				{
					EXPECT(Read.Name == Name && Read.Failure.IsEmpty());
				}
				if (!Tiles->IsAtWork())
				{
					EXPECT(Read.Mesh.Parts[3].Triangles.Num() == 3 * Made);
				}
			}
		};
		Make();
		TakeNewest();
		// Shown.
		Make();
		EXPECT(Tiles->IsAtWork());
		TakeNewest();
		// Being read.
		Make();
		Start();
		Make();
		TakeNewest();
		// Waiting.
		Make();
		Start();
		End();
		Make();
		TakeNewest();
		// One that is gone by now.
		Tiles->AddFinished(TEXT("7_77"));
		Start();
		FGromaReadTile Read;
		EXPECT(Tiles->TakeRead(All, Read) && Read.Failure.Contains(TEXT("7_77")) && Tiles->GetFailedCount() == 1);
	}

	/** A tile that a build tells of again replaces the one in the level. */
	void ToldAgain(UWorld* World)
	{
		GetMutableDefault<UGromaSettings>()->Threads = 1;
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("told again")));
		FWatch Watch(City);
		FHeldBuild Held;
		City->BuildCity();
		EXPECT(Shim::PumpUntil([&Watch] { return Watch.Shown.Num() > 0; }));
		const FString Name = Watch.Shown[0];
		EXPECT(City->IsBuilding());
		LastBuild.on_tile(FGromaText(Name).Get(), 1, LastBuild.user);
		Held.LetGo();
		EXPECT(PumpUntilLoaded(City));
		const FStore Store(InFolder(TEXT("told again")));
		int32 Times = 0;
		for (const FString& Shown : Watch.Shown)
		{
			Times += Shown == Name;
		}
		EXPECT(Times == 2 && Watch.Hidden.Num() == 0 && City->GetShownTileCount() == Store.Names.Num());
		Shim::CollectGarbage();
		EXPECT(ComponentsOf(City).Num() == Store.Names.Num());
		City->Destroy();
		GetMutableDefault<UGromaSettings>()->Threads = 0;
	}

	/** Of tiles that another build makes in the same store, a build is not told; they are shown when it ends. */
	void BuildTogether(UWorld* World)
	{
		AGromaCityActor* First = Spawn(World, InFolder(TEXT("together")));
		AGromaCityActor* Second = Spawn(World, InFolder(TEXT("together")));
		FWatch WatchFirst(First);
		FWatch WatchSecond(Second);
		First->BuildCity();
		Second->BuildCity();
		EXPECT(PumpUntilLoaded(First) && PumpUntilLoaded(Second));
		EXPECT(WatchFirst.Built.Num() == 1 && WatchSecond.Built.Num() == 1);
		const int32 Tiles = FStore(InFolder(TEXT("together"))).Names.Num();
		EXPECT(First->GetShownTileCount() == Tiles && Second->GetShownTileCount() == Tiles);
		First->Destroy();
		Second->Destroy();
	}

	/** @return Whether the build was cancelled before it was done. */
	bool CancelAndResume(UWorld* World, const FString& StoreFolder)
	{
		AGromaCityActor* City = Spawn(World, StoreFolder);
		FWatch Watch(City);
		City->BuildCity();
		// Tiles are shown as they are finished, not when all are.
		EXPECT(Shim::PumpUntil([&Watch] { return Watch.Shown.Num() > 0; }));
		City->CancelBuild();
		EXPECT(PumpUntilLoaded(City));
		if (Watch.Built.Num() > 0)
		{
			City->Destroy();
			return false;
		}
		EXPECT(Watch.Failed.IsEmpty() && Watch.Cancelled.Num() == 1 && Watch.Cancelled[0].Contains(TEXT("cancelled")));
		const FStore Store(StoreFolder);
		const groma_store_stats Stats = Store.Stats();
		EXPECT(Stats.tiles >= 1 && Stats.missing_tiles >= 1);
		EXPECT(City->GetShownTileCount() == Store.Names.Num());
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Built.Num() == 1 && Watch.Failed.IsEmpty() && Watch.Cancelled.Num() == 1);
		EXPECT(Watch.Built[0].Contains(
			FString::Printf(TEXT("%llu were there before"), static_cast<unsigned long long>(Stats.tiles))));
		EXPECT(City->GetShownTileCount() == FStore(InFolder(TEXT("store"))).Names.Num());
		EXPECT(FStore(StoreFolder).Stats().missing_tiles == 0);
		City->Destroy();
		return true;
	}

	void CancelAndResume(UWorld* World)
	{
		GetMutableDefault<UGromaSettings>()->Threads = 1;
		// On a busy machine the build may be done before the cancel reaches it.
		bool bCancelled = false;
		for (int32 Attempt = 0; Attempt < 20 && !bCancelled; ++Attempt)
		{
			bCancelled = CancelAndResume(World, InFolder(*FString::Printf(TEXT("cancelled %d"), Attempt)));
		}
		EXPECT(bCancelled);
		GetMutableDefault<UGromaSettings>()->Threads = 0;
	}

	/** Whoever is told may do what they like with the city. */
	void ActWhenTold(UWorld* World)
	{
		AGromaCityActor* Closed = Spawn(World, InFolder(TEXT("grid")));
		Closed->TilesReadAtOnce = 64;
		Closed->TilesShownPerFrame = 64;
		FWatch Watch(Closed);
		Closed->OnTileShown.ShimAdd([Closed](const FString&) { Closed->CloseCity(); });
		Closed->OpenCity();
		EXPECT(Shim::PumpUntil([&Watch] { return Watch.Shown.Num() > 0; }));
		for (int32 Frame = 0; Frame < 20; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(Watch.Shown.Num() == 1 && Watch.Hidden.Num() == 1 && Closed->GetShownTileCount() == 0);
		Closed->Destroy();

		AGromaCityActor* City = Spawn(World, InFolder(TEXT("grid")));
		int32 Told = 0;
		City->OnTileShown.ShimAdd(
			[&](const FString&)
			{
				++Told;
				if (Told == 10)
				{
					City->CloseCity();
				}
				if (Told == 20)
				{
					City->OpenCity();
				}
				if (Told == 30)
				{
					City->Destroy();
				}
			});
		City->OnTileHidden.ShimAdd(
			[&](const FString&)
			{
				if (Told == 10 && !City->IsLoading())
				{
					City->OpenCity();
				}
			});
		City->OpenCity();
		EXPECT(Shim::PumpUntil([&] { return Told == 30; }));
		for (int32 Frame = 0; Frame < 20; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(Told == 30);
	}

	void DestroyInTheMiddle(UWorld* World)
	{
		// Of a build.
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("destroyed")));
		FWatch Watch(City);
		FHeldBuild Held;
		City->BuildCity();
		EXPECT(Shim::PumpUntil([&Watch] { return Watch.Progress > 0; }));
		int32 Told = Watch.Num();
		City->Destroy();
		Shim::CollectGarbage();
		// The job's threads are at it still.
		LastBuild.on_tile(FGromaText(TEXT("0_0_1x1")).Get(), 1, LastBuild.user);
		Held.LetGo();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(Watch.Num() == Told);
		// Of a build that goes on at once, by another actor.
		City = Spawn(World, InFolder(TEXT("destroyed")));
		FWatch Second(City);
		City->BuildCity();
		City->CloseCity();
		EXPECT(!City->IsBuilding() && !City->IsLoading());
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Second.Built.Num() == 1 && Second.Failed.Num() == 0);
		EXPECT(City->GetShownTileCount() == FStore(InFolder(TEXT("store"))).Names.Num());
		City->Destroy();
		// Of reads.
		City = Spawn(World, InFolder(TEXT("grid")));
		City->TilesReadAtOnce = 64;
		FWatch Third(City);
		City->OpenCity();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() > 0; }));
		City->Destroy();
		Told = Third.Num();
		Shim::CollectGarbage();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(Third.Num() == Told);
	}

	/** A level that is streamed out keeps its actors for a while. */
	void StreamOutInTheMiddle(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("grid")));
		FWatch Watch(City);
		City->OpenCity();
		EXPECT(Shim::PumpUntil([&Watch] { return Watch.Shown.Num() > 0; }));
		const int32 Told = Watch.Num();
		City->ShimEndPlay(EEndPlayReason::RemovedFromWorld);
		EXPECT(City->GetShownTileCount() == 0 && !City->IsLoading());
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(Watch.Num() == Told);
		// And back in.
		City->StartWith = EGromaCityStart::OpenCity;
		City->ShimBeginPlay();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() == 100);
		City->Destroy();
	}

	void TearDownInTheMiddle()
	{
		UWorld* World = Shim::MakeWorld();
		AGromaCityActor* Builds = Spawn(World, InFolder(TEXT("torn down")));
		AGromaCityActor* Reads = Spawn(World, InFolder(TEXT("grid")));
		FWatch WatchBuilds(Builds);
		FWatch WatchReads(Reads);
		Builds->BuildCity();
		Reads->OpenCity();
		EXPECT(Shim::PumpUntil([&] { return WatchBuilds.Progress > 0 && WatchReads.Shown.Num() > 0; }));
		const int32 Told = WatchBuilds.Num() + WatchReads.Num();
		Shim::TearDown(World, EEndPlayReason::LevelTransition);
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		EXPECT(WatchBuilds.Num() + WatchReads.Num() == Told);
	}

	void ShutDownInTheMiddle()
	{
		UWorld* World = Shim::MakeWorld();
		AGromaCityActor* Builds = Spawn(World, InFolder(TEXT("shut down")));
		AGromaCityActor* Reads = Spawn(World, InFolder(TEXT("grid")));
		FWatch WatchBuilds(Builds);
		FWatch WatchReads(Reads);
		Builds->BuildCity();
		Reads->OpenCity();
		EXPECT(Shim::PumpUntil([&] { return WatchBuilds.Progress > 0 && WatchReads.Shown.Num() > 0; }));
		const int32 Told = WatchBuilds.Num() + WatchReads.Num();
		Shim::ShutDownModule();
		EXPECT(FGromaJobs::Get().Num() == 0);
		for (int32 Frame = 0; Frame < 20; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(WatchBuilds.Num() + WatchReads.Num() == Told);
		Reads->OpenCity();
		EXPECT(WatchReads.Failed.Num() == 1 && WatchReads.Failed[0].Contains(TEXT("library cannot be used")));
		Shim::TearDown(World);
	}
}

/** Stands before the library's, and calls it. */
int32_t groma_build_city_mesh_tiled(const groma_city_input* Input, groma_str Store, const groma_build_city_mesh_options* Options,
	groma_job** Job, groma_error* Error)
{
	static const auto Native =
		reinterpret_cast<decltype(&groma_build_city_mesh_tiled)>(dlsym(RTLD_NEXT, "groma_build_city_mesh_tiled"));
	LastBuild = *Options;
	groma_build_city_mesh_options Heard = *Options;
	Heard.on_tile = OnTileOfHeldBuild;
	return Native(Input, Store, bIsHeld ? &Heard : Options, Job, Error);
}

int main(int argc, char** argv)
{
	if (argc != 2)
	{
		std::fprintf(stderr, "usage: %s EMPTY-FOLDER\n", argv[0]);
		return 2;
	}
	Folder = UTF8_TO_TCHAR(argv[1]);
	Shim::StartModule();
	UWorld* World = Shim::MakeWorld();
	GenerateCity();
	Defaults();
	BuildAndShow(World);
	OpenWithAnOrigin(World);
	Stream(World);
	StreamInTheEditor();
	BeginToPlay();
	Fail(World);
	Choose(World);
	Damage(World);
	MadeAgain(World);
	CancelAndResume(World);
	ToldAgain(World);
	BuildTogether(World);
	ActWhenTold(World);
	DestroyInTheMiddle(World);
	StreamOutInTheMiddle(World);
	Shim::TearDown(World);
	TearDownInTheMiddle();
	ShutDownInTheMiddle();
	return Shim::Failures();
}
