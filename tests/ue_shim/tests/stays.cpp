// The city that stays: where its store is found, when it opens, what an edit of it costs, how it looks, what is hit of it, and
// its static meshes. The only argument is an empty folder to work in.
#include "CityScene.h"

#include "Components/BillboardComponent.h"
#include "Editor.h"
#include "Engine/StaticMeshActor.h"
#include "EngineUtils.h"
#include "GameFramework/PlayerController.h"
#include "GromaJobs.h"
#include "LevelEditorViewport.h"
#include "Materials/Material.h"
#include "PhysicsEngine/BodySetup.h"

#include <filesystem>

namespace
{
	void BuildStore(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("store")));
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() > 3);
		City->Destroy();
	}

	/** Relative paths are relative to the project; those that begin with ../ to the executable, as the engine writes them. */
	void PathsOfTheProject(UWorld* World)
	{
		Shim::SetProjectFolder(Folder);
		EXPECT(Groma::FullPath(TEXT("Content/City")) == InFolder(TEXT("Content/City")));
		EXPECT(Groma::FullPath(InFolder(TEXT("store/"))) == InFolder(TEXT("store")));
		std::error_code Ignored;
		const std::string Above = std::filesystem::current_path(Ignored).parent_path().string();
		EXPECT(Groma::FullPath(TEXT("../elsewhere")) == FString(UTF8_TO_TCHAR((Above + "/elsewhere").c_str())));
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City) && City->GetShownTileCount() > 3);
		City->Destroy();
		// A game that begins to play opens it without being asked; without a folder nothing happens, and nothing is wrong.
		Shim::TakeLog();
		City = Spawn(World, TEXT("store"));
		City->ShimBeginPlay();
		EXPECT(PumpUntilLoaded(City) && City->GetShownTileCount() > 3);
		City->Destroy();
		City = Spawn(World, TEXT(""));
		City->ShimBeginPlay();
		EXPECT(!City->IsLoading());
		City->Destroy();
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			EXPECT(Line.Verbosity > ELogVerbosity::Warning);
		}
	}

	int32 Registrations(const AGromaCityActor* City)
	{
		int32 All = 0;
		for (const UProceduralMeshComponent* Component : ComponentsOf(City))
		{
			All += Component->ShimRegistrations;
		}
		return All;
	}

	void OpensInTheEditorAndStays()
	{
		UWorld* World = Shim::MakeWorld(EWorldType::Editor);
		// As a level with the actor is loaded: its properties are there when its components are registered.
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		City->ShimReregister();
		EXPECT(PumpUntilLoaded(City));
		const int32 Count = City->GetShownTileCount();
		EXPECT(Count > 3 && Registrations(City) == Count);
		TArray<UBillboardComponent*> Sprites;
		City->GetComponents(Sprites);
		EXPECT(Sprites.Num() == 1 && Sprites[0]->bIsScreenSizeScaled);

		// Edits and moves register the city's own two components anew, and no tile; the tiles move along.
		const AGromaCityTilesActor* Tiles = City->GetTilesActor();
		const FVector Before = ComponentsOf(City)[0]->GetComponentLocation();
		for (int32 Edit = 0; Edit < 5; ++Edit)
		{
			City->LoadDistance = 0.0;
			City->ShimReregister();
			City->SetActorLocation(FVector(100.0 * Edit, 0.0, 50.0));
			Shim::Pump();
		}
		EXPECT(City->GetTilesActor() == Tiles && Registrations(City) == Count && City->GetShownTileCount() == Count);
		EXPECT(ComponentsOf(City)[0]->GetComponentLocation().Equals(Before + FVector(400.0, 0.0, 50.0), 1e-6));
		EXPECT(Tiles->GetOwner() == City && Tiles->GetSelectionParent() == City && Tiles->IsSelectionChild());
		EXPECT(Tiles->HasAnyFlags(RF_Transient) && Tiles->HasAnyFlags(RF_DuplicateTransient));
		Shim::CollectGarbage();
		EXPECT(City->GetShownTileCount() == Count && Registrations(City) == Count);

		// Who hides the city hides its tiles.
		City->SetActorHiddenInGame(true);
		City->SetIsTemporarilyHiddenInEditor(true);
		Shim::Pump();
		EXPECT(Tiles->IsHidden() && Tiles->IsTemporarilyHiddenInEditor());
		City->SetActorHiddenInGame(false);
		City->SetIsTemporarilyHiddenInEditor(false);
		Shim::Pump();
		EXPECT(!Tiles->IsHidden() && !Tiles->IsTemporarilyHiddenInEditor());

		// A duplicate, or what a Blueprint's compilation makes, opens for itself; the old one takes its tiles with it.
		AGromaCityActor* Other = Spawn(World, TEXT("store"));
		Other->ShimReregister();
		City->Destroy();
		EXPECT(PumpUntilLoaded(Other));
		EXPECT(Other->GetShownTileCount() == Count && Other->GetTilesActor() != nullptr);
		int32 TilesActors = 0;
		for (TActorIterator<AGromaCityTilesActor> Actor(World); Actor; ++Actor)
		{
			++TilesActors;
		}
		EXPECT(TilesActors == 1);

		// Closed and opened again, before garbage is collected: the names are the same.
		const FString Name = Other->GetTilesActor()->GetName();
		for (int32 Round = 0; Round < 3; ++Round)
		{
			Other->OpenCity();
			EXPECT(PumpUntilLoaded(Other));
			EXPECT(Other->GetTilesActor()->GetName() == Name && Name == Other->GetName() + TEXT("_Tiles"));
		}
		// The same by name and across the network.
		EXPECT(Other->GetTilesActor()->IsNameStableForNetworking());
		for (const FString& Tile : Other->GetTilesActor()->GetTileNames())
		{
			const UProceduralMeshComponent* Component = Other->GetTilesActor()->FindTile(Tile);
			EXPECT(Component->GetName() == TEXT("Tile_") + Tile && Component->IsNameStableForNetworking());
		}

		// Not when it shall not.
		AGromaCityActor* Closed = Spawn(World, TEXT("store"));
		Closed->bOpenInEditor = false;
		Closed->ShimReregister();
		Shim::Pump();
		EXPECT(!Closed->IsLoading() && Closed->GetTilesActor() == nullptr);
		Shim::TearDown(World);
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
	}

	/** In the editor the viewports count that look into the level; in a game all players do. */
	void WhoseViewCounts()
	{
		MakeGrid(InFolder(TEXT("grid")), 10);
		const auto Near = [](AGromaCityActor* City)
		{
			EXPECT(PumpUntilLoaded(City));
			Shim::Pump();
			EXPECT(PumpUntilLoaded(City));
			return City->GetShownTileCount();
		};
		UWorld* Editor = Shim::MakeWorld(EWorldType::Editor);
		UEditorEngine* Engine = NewObject<UEditorEngine>();
		Engine->AddToRoot();
		GEditor = Engine;
		FLevelEditorViewportClient Perspective;
		FLevelEditorViewportClient Top;
		FLevelEditorViewportClient Elsewhere;
		Perspective.ShimWorld = Top.ShimWorld = Editor;
		Top.bShimPerspective = false;
		Perspective.ShimViewLocation = FVector(-50000.0, -50000.0, 0.0);
		Engine->ShimClients = {&Perspective, nullptr, &Top, &Elsewhere};
		AGromaCityActor* City = Spawn(Editor, InFolder(TEXT("grid")));
		City->LoadDistance = City->UnloadDistance = 250.0;
		// One corner of the grid is seen; the viewport from above lies in the middle, and does not count.
		City->OpenCity();
		const int32 Corner = Near(City);
		EXPECT(Corner > 2 && Corner < 30);
		Perspective.ShimViewLocation = FVector(1e7, 0.0, 0.0);
		EXPECT(Near(City) == 0);
		Shim::TearDown(Editor);
		GEditor = nullptr;
		Engine->RemoveFromRoot();

		UWorld* Game = Shim::MakeWorld();
		APlayerController* Second = Game->SpawnActor<APlayerController>();
		Game->ShimPlayerController->ShimViewLocation = FVector(-50000.0, -50000.0, 0.0);
		City = Spawn(Game, InFolder(TEXT("grid")));
		City->LoadDistance = City->UnloadDistance = 250.0;
		City->OpenCity();
		EXPECT(Near(City) == Corner);
		Second->ShimViewLocation = FVector(50000.0, 50000.0, 0.0);
		Game->ShimMorePlayers.Add(Second);
		EXPECT(Near(City) == 2 * Corner);
		Game->ShimMorePlayers.Empty();
		EXPECT(Near(City) == Corner);
		Shim::TearDown(Game);
	}

	/** Texture coordinates are metres; tangents point along them, and are no normals. */
	void CheckSurface(const FProcMeshSection& Section, bool bWall)
	{
		double Stretched = 0.0;
		int32 WrongFrames = 0;
		int32 Directions[4] = {0, 0, 0, 0};
		for (const FProcMeshVertex& Vertex : Section.ProcVertexBuffer)
		{
			const FVector& Tangent = Vertex.Tangent.TangentX;
			WrongFrames += std::fabs(Tangent.Size() - 1.0) > 1e-4 || std::fabs(Tangent | Vertex.Normal) > 1e-4;
			WrongFrames += bWall && std::fabs(Tangent.Z) > 1e-3;
			Directions[(Vertex.Normal.X > 0.0) + 2 * (Vertex.Normal.Y > 0.0)] += bWall;
		}
		for (int32 Index = 0; Index < Section.ProcIndexBuffer.Num(); Index += 3)
		{
			for (int32 Corner = 0; Corner < 3; ++Corner)
			{
				const FProcMeshVertex& From = Section.ProcVertexBuffer[Section.ProcIndexBuffer[Index + Corner]];
				const FProcMeshVertex& To = Section.ProcVertexBuffer[Section.ProcIndexBuffer[Index + (Corner + 1) % 3]];
				const FVector Step = (To.Position - From.Position) / 100.0;
				const double U = To.UV0.X - From.UV0.X;
				const double V = To.UV0.Y - From.UV0.Y;
				if (bWall)
				{
					Stretched = FMath::Max(Stretched, std::fabs(std::sqrt(Step.X * Step.X + Step.Y * Step.Y) - std::fabs(U)));
					Stretched = FMath::Max(Stretched, std::fabs(-Step.Z - V));
					// To the right for who looks at the wall from outside.
					WrongFrames += std::fabs(U) > 0.1 && (Step | From.Tangent.TangentX) * U < 0.0;
				}
				else
				{
					Stretched = FMath::Max(Stretched, FMath::Max(std::fabs(Step.X - U), std::fabs(Step.Y - V)));
				}
			}
		}
		std::printf("%d vertices, stretched by %g m at most\n", Section.ProcVertexBuffer.Num(), Stretched);
		EXPECT(Stretched < 0.01 && WrongFrames == 0);
		EXPECT(!bWall || (Directions[0] > 0 && Directions[1] > 0 && Directions[2] > 0 && Directions[3] > 0));
	}

	void LooksRight(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetReferenceSystem().IsEmpty() || City->GetReferenceSystem().Contains(TEXT("EPSG")));
		for (UProceduralMeshComponent* Component : ComponentsOf(City))
		{
			TArray<FColor> Colours;
			for (int32 Part = 0; Part < 3; ++Part)
			{
				const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
				if (Section != nullptr && Section->ProcIndexBuffer.Num() > 0)
				{
					CheckSurface(*Section, Part == 1);
					Colours.AddUnique(Section->ProcVertexBuffer[0].Color);
				}
			}
			EXPECT(Colours.Num() >= 1 && !Colours.Contains(FColor(255, 255, 255)));
		}
		City->Destroy();
	}

	/** What has collision is cooked once, and nothing else is. */
	void CollisionByPart(UWorld* World)
	{
		for (int32 Choice = 0; Choice < 16; ++Choice)
		{
			AGromaCityActor* City = Spawn(World, TEXT("store"));
			City->bCollision = (Choice & 8) != 0;
			City->bGroundCollision = (Choice & 1) != 0;
			City->bWallCollision = (Choice & 2) != 0;
			City->bRoofCollision = (Choice & 4) != 0;
			City->OpenCity();
			EXPECT(PumpUntilLoaded(City));
			for (UProceduralMeshComponent* Component : ComponentsOf(City))
			{
				int32 Expected = 0;
				for (int32 Part = 0; Part < 3; ++Part)
				{
					const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
					const int32 Triangles = Section != nullptr ? Section->ProcIndexBuffer.Num() / 3 : 0;
					Expected += (Choice & 8) != 0 && (Choice & (1 << Part)) != 0 ? Triangles : 0;
				}
				EXPECT(Component->ShimCookedTriangles == Expected && Component->ShimCooks == (Expected > 0 ? 1 : 0));
			}
			City->Destroy();
		}
	}

	void BuildingsAreHit(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		City->SetActorLocation(FVector(1000.0, 2000.0, 3000.0));
		City->bCollision = true;
		City->bGroundCollision = false;
		City->HighlightMaterial = NewObject<UMaterialInterface>();
		FGromaBuilding Building;
		EXPECT(!City->GetBuilding(0, Building));
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		const FStore Store(InFolder(TEXT("store")));
		int32 Hits = 0;
		for (const TPair<FString, UProceduralMeshComponent*>& Shown : ComponentsOf(City, Store))
		{
			FGromaError Error;
			groma_mesh_tile* Tile = nullptr;
			groma_mesh_tile_view View;
			View.struct_size = sizeof View;
			EXPECT(
				IsOk(groma_mesh_store_get_tile(Store.Native.Get(), FGromaText(Shown.Key).Get(), &Tile, Error.Out()), Error));
			EXPECT(IsOk(groma_mesh_tile_get_view(Tile, &View, Error.Out()), Error));
			const int32 All = static_cast<int32>(View.building_count);
			int32 Walls = 0;
			int32 Seen[2] = {0, 0};
			for (uint64 Face = 0; Face < View.face_count; ++Face)
			{
				Walls += View.markers[Face] >= 0 && View.markers[Face] < All;
			}
			for (uint64 Face = 0; Face < View.face_count; ++Face)
			{
				const int32 Marker = View.markers[Face];
				if (Marker < 0)
				{
					continue;
				}
				const bool bRoof = Marker >= All;
				const int32 FaceIndex = (bRoof ? Walls : 0) + Seen[bRoof]++;
				if (Face % 37 != 0)
				{
					continue;
				}
				// The middle of the triangle, in the world; the ground has no collision, so its triangles are not counted.
				FVector Middle = FVector::ZeroVector;
				for (int32 Corner = 0; Corner < 3; ++Corner)
				{
					const double* At = &View.vertices[3 * static_cast<uint64>(View.faces[3 * Face + Corner])];
					Middle += FVector(At[0], At[1], At[2]) / 3.0;
				}
				FHitResult Hit;
				Hit.ImpactPoint = City->SourceToWorld(Middle);
				Hit.Component = Shown.Value;
				for (const int32 Named : {FaceIndex, static_cast<int32>(INDEX_NONE), 0})
				{
					Hit.FaceIndex = Named;
					EXPECT(City->GetBuildingAtHit(Hit, Building));
					EXPECT(Building.Number == Marker - (bRoof ? All : 0));
					EXPECT(Building.Part == (bRoof ? EGromaCityPart::Roof : EGromaCityPart::Wall));
					EXPECT(!Building.Id.IsEmpty() && Building.Name.StartsWith(Building.Id) && Building.Height > 1.0);
					EXPECT(Building.RoofElevation > Building.Height - 100.0 && Building.Parts >= 1);
				}
				++Hits;
			}
			groma_mesh_tile_close(Tile);
		}
		EXPECT(Hits > 20);
		FHitResult Nothing;
		EXPECT(!City->GetBuildingAtHit(Nothing, Building));
		EXPECT(!City->GetBuilding(-1, Building) && !City->GetBuilding(1 << 30, Building));

		// The triangles of a building, drawn once more.
		const auto Highlight = [City]
		{
			int32 Triangles = 0;
			for (UProceduralMeshComponent* Component : ComponentsOf(City))
			{
				if (Component->GetName() == TEXT("Highlight") && Component->GetNumSections() > 0)
				{
					EXPECT(Component->GetMaterial(0) == City->HighlightMaterial && Component->ShimCooks == 0);
					Triangles = Component->GetProcMeshSection(0)->ProcIndexBuffer.Num() / 3;
				}
			}
			return Triangles;
		};
		EXPECT(Highlight() == 0);
		City->HighlightBuilding(3);
		const int32 Triangles = Highlight();
		EXPECT(Triangles > 3);
		City->HighlightBuilding(-1);
		EXPECT(Highlight() == 0);
		City->HighlightBuilding(3);
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Highlight() == Triangles);
		City->Destroy();
	}

	/** Whether each of the finest tiles is shown once: by itself or by a coarser one. @return How many of these are shown. */
	int32 CheckLevels(AGromaCityActor* City, const FStore& Store)
	{
		EXPECT(PumpUntilLoaded(City));
		for (int32 Frame = 0; Frame < 3; ++Frame)
		{
			Shim::Pump();
		}
		FGromaError Error;
		groma_mesh_store* Opened = nullptr;
		EXPECT(IsOk(groma_mesh_store_open_levels(Store.Native.Get(), &Opened, Error.Out()), Error));
		const TGromaHandle<groma_mesh_store> Levels(Opened);
		groma_tile_list* Listed = nullptr;
		const groma_str* Names = nullptr;
		size_t Count = 0;
		EXPECT(IsOk(groma_mesh_store_list_tiles(Opened, &Listed, Error.Out()), Error));
		const TGromaHandle<groma_tile_list> List(Listed);
		EXPECT(IsOk(groma_tile_list_get_names(Listed, &Names, &Count, Error.Out()), Error));
		int32 Fine = 0;
		int32 Finest = 0;
		for (size_t Index = 0; Index < Count; ++Index)
		{
			groma_tile_info Info;
			groma_tile_level Level;
			Info.struct_size = sizeof Info;
			Level.struct_size = sizeof Level;
			EXPECT(IsOk(groma_mesh_store_tile_info(Opened, Names[Index], &Info, Error.Out()), Error));
			EXPECT(IsOk(groma_mesh_store_tile_level(Opened, Names[Index], &Level, Error.Out()), Error));
			if (Level.level != 0 || Info.triangles == 0)
			{
				continue;
			}
			++Finest;
			const bool bSelf = City->GetTilesActor()->FindTile(Groma::ToString(Names[Index])) != nullptr;
			int32 Shown = bSelf;
			Fine += bSelf;
			for (FString Above = UTF8_TO_TCHAR(Level.parent); !Above.IsEmpty(); Above = UTF8_TO_TCHAR(Level.parent))
			{
				Shown += City->GetTilesActor()->FindTile(Above) != nullptr;
				EXPECT(IsOk(groma_mesh_store_tile_level(Opened, FGromaText(Above).Get(), &Level, Error.Out()), Error));
			}
			EXPECT(Shown == 1);
		}
		EXPECT(Finest > 4);
		std::printf("%d of %d tiles of the finest level are shown\n", Fine, Finest);
		return Fine == Finest ? INDEX_NONE : Fine;
	}

	void CoarserFarAway()
	{
		UWorld* World = Shim::MakeWorld();
		GenerateCity(TEXT("larger"), 1500);
		AGromaCityActor* City = Spawn(World, TEXT("larger store"));
		City->Input.FootprintsFile.FilePath = InFolder(TEXT("larger/footprints.geojson"));
		City->Input.TerrainFile.FilePath = InFolder(TEXT("larger/terrain.tif"));
		City->Options.TileSize = 500.0;
		FWatch Watch(City);
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City) && Watch.Built.Num() == 1);
		Watch.Built.Empty();
		City->BuildLevels();
		EXPECT(City->IsBuilding() && Watch.Failed.IsEmpty());
		City->BuildLevels();
		EXPECT(Watch.Failed.Num() == 1);
		EXPECT(Shim::PumpUntil([&] { return Watch.Built.Num() > 0; }));
		EXPECT(Watch.Built[0].Contains(TEXT("levels of detail")) && !City->IsBuilding());
		const FStore Store(InFolder(TEXT("larger store")));
		Shim::SetViewPoint(World, FVector(1e7, 1e7, 0.0));
		// From far away the coarsest suffice; nearer they are finer, down to the finest everywhere.
		EXPECT(CheckLevels(City, Store) == 0);
		const int32 Coarse = City->GetShownTileCount();
		City->LevelDistance = 0.0;
		EXPECT(CheckLevels(City, Store) == INDEX_NONE && City->GetShownTileCount() > Coarse);
		City->LevelDistance = 600.0;
		EXPECT(CheckLevels(City, Store) == 0 && City->GetShownTileCount() == Coarse);
		// On the way through the city some are fine and some are not.
		int32 Mixed = 0;
		City->LevelDistance = 60.0;
		for (double Away = -150000.0; Away <= 150000.0; Away += 30000.0)
		{
			Shim::SetViewPoint(World, FVector(Away, Away, 0.0));
			Mixed += CheckLevels(City, Store) > 0;
		}
		EXPECT(Mixed > 1);
		Shim::SetViewPoint(World, FVector::ZeroVector);
		City->LevelDistance = 1e6;
		EXPECT(CheckLevels(City, Store) == INDEX_NONE);
		City->StoreFolder.Path = InFolder(TEXT("grid"));
		City->CloseCity();
		City->BuildLevels();
		EXPECT(Shim::PumpUntil([&] { return Watch.Failed.Num() > 1; }));
		Shim::TearDown(World);
	}

	void IsBaked()
	{
		UWorld* World = Shim::MakeWorld(EWorldType::Editor);
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		FWatch Watch(City);
		City->BakeToStaticMeshes();
		EXPECT(Watch.Failed.Num() == 1 && Watch.Failed[0].Contains(TEXT("No tile is shown")));
		City->UseDefaultMaterials();
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GroundMaterial != nullptr && City->WallMaterial != nullptr && City->GroundMaterial != City->WallMaterial);
		EXPECT(Shim::TakeAssets().Num() == 3);
		UMaterialInterface* Wall = City->WallMaterial;
		City->UseDefaultMaterials();
		EXPECT(City->WallMaterial == Wall && Shim::TakeAssets().Num() == 0);
		const int32 Count = City->GetShownTileCount();
		for (int32 Round = 0; Round < 2; ++Round)
		{
			const int64 Triangles = City->GetShownTriangleCount(EGromaCityPart::Ground)
				+ City->GetShownTriangleCount(EGromaCityPart::Wall) + City->GetShownTriangleCount(EGromaCityPart::Roof);
			Shim::TakeSlowTasks();
			City->BakeToStaticMeshes();
			EXPECT(Watch.Failed.Num() == 1 && City->GetShownTileCount() == 0 && !City->bOpenInEditor);
			EXPECT(City->StartWith == EGromaCityStart::Nothing);
			const TArray<Shim::FSlowTask> Slow = Shim::TakeSlowTasks();
			EXPECT(Slow.Num() == 1 && Slow[0].bCanCancel && std::fabs(Slow[0].Entered - static_cast<float>(Count)) < 0.1f);
			// Made anew, and not made twice.
			EXPECT(Shim::TakeAssets().Num() == (Round == 0 ? Count : 0));
			int64 Baked = 0;
			int32 Placed = 0;
			for (TActorIterator<AStaticMeshActor> Actor(World); Actor; ++Actor)
			{
				const UStaticMesh* Mesh = Actor->GetStaticMeshComponent()->GetStaticMesh();
				EXPECT(Mesh->NaniteSettings.bEnabled && Mesh->GetBodySetup()->CollisionTraceFlag == CTF_UseComplexAsSimple);
				Baked += Mesh->ShimBuiltTriangles;
				++Placed;
			}
			EXPECT(Placed == Count && Baked == Triangles);
			Shim::CollectGarbage();
			City->OpenCity();
			EXPECT(PumpUntilLoaded(City));
		}
		// Cancelled by its user.
		Shim::CancelSlowTasks(true);
		City->BakeToStaticMeshes();
		Shim::CancelSlowTasks(false);
		EXPECT(Watch.Failed.Num() == 2 && Watch.Failed[1].Contains(TEXT("Cancelled after 0")));
		Shim::TearDown(World);
	}
}

int main(int Count, char** Arguments)
{
	if (Count != 2)
	{
		return 2;
	}
	Folder = UTF8_TO_TCHAR(Arguments[1]);
	Shim::StartModule();
	UWorld* World = Shim::MakeWorld();
	GenerateCity();
	BuildStore(World);
	PathsOfTheProject(World);
	LooksRight(World);
	CollisionByPart(World);
	BuildingsAreHit(World);
	OpensInTheEditorAndStays();
	WhoseViewCounts();
	IsBaked();
	CoarserFarAway();
	Shim::TearDown(World);
	EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
	Shim::ShutDownModule();
	return Shim::Failures();
}
