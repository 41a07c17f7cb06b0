// The city that stays: where its store is found, when it opens, what an edit of it costs, how it looks, what is hit of it, and
// its static meshes. The only argument is an empty folder to work in.
#include "CityScene.h"

#include "Components/BillboardComponent.h"
#include "Editor.h"
#include "Engine/Level.h"
#include "Engine/StaticMeshActor.h"
#include "EngineUtils.h"
#include "GameFramework/PlayerController.h"
#include "GromaJobs.h"
#include "LevelEditorViewport.h"
#include "Materials/Material.h"
#include "Misc/Paths.h"
#include "PhysicsEngine/BodySetup.h"
#include "UObject/Package.h"

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
		// As the engine has it, the project's folder is relative to the executable's, and so is what is put together of it.
		EXPECT(FPaths::IsRelative(FPaths::ProjectDir()));
		EXPECT(Groma::FullPath(FPaths::Combine(FPaths::ProjectContentDir(), TEXT("City"))) == InFolder(TEXT("Content/City")));
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

		// The undo of its placing calls nothing but PostEditUndo; so does the redo of its deletion. The tiles go; and come again.
		Shim::UndoPlacing(Other);
		Shim::Pump();
		TilesActors = 0;
		for (TActorIterator<AGromaCityTilesActor> Actor(World); Actor; ++Actor)
		{
			++TilesActors;
		}
		EXPECT(TilesActors == 0);
		Shim::RedoPlacing(Other);
		EXPECT(PumpUntilLoaded(Other));
		EXPECT(Other->GetShownTileCount() == Count);

		// While somebody plays, the editor's level reads nothing.
		UEditorEngine* Engine = NewObject<UEditorEngine>();
		GEditor = Engine;
		Engine->PlayWorld = World;
		Other->OpenCity();
		for (int32 Frame = 0; Frame < 20; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(Other->IsLoading() && Other->GetShownTileCount() == 0 && FGromaJobs::Get().Num() == 0);
		Engine->PlayWorld = nullptr;
		EXPECT(PumpUntilLoaded(Other));
		EXPECT(Other->GetShownTileCount() == Count);
		GEditor = nullptr;

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
				// As it is drawn, in half precision.
				const double U = To.ShimDrawnUV0.X - From.ShimDrawnUV0.X;
				const double V = To.ShimDrawnUV0.Y - From.ShimDrawnUV0.Y;
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
		EXPECT(Stretched < 0.02 && WrongFrames == 0);
		EXPECT(!bWall || (Directions[0] > 0 && Directions[1] > 0 && Directions[2] > 0 && Directions[3] > 0));
	}

	/** Whole metres are all that textures of two patches differ by where they meet. */
	void CheckPatches(const FProcMeshSection& Section)
	{
		TMap<FString, FVector2D> Known;
		int32 Shared = 0;
		int32 Apart = 0;
		for (const FProcMeshVertex& Vertex : Section.ProcVertexBuffer)
		{
			const FString Place = FString::Printf(TEXT("%.3f %.3f %.3f"), Vertex.Position.X, Vertex.Position.Y, Vertex.Position.Z);
			if (const FVector2D* Before = Known.Find(Place))
			{
				const FVector2D Away = *Before - Vertex.UV0;
				++Shared;
				Apart += std::fabs(Away.X - std::round(Away.X)) > 1e-4 || std::fabs(Away.Y - std::round(Away.Y)) > 1e-4;
			}
			else
			{
				Known.Add(Place, Vertex.UV0);
			}
		}
		EXPECT(Shared > 0 && Apart == 0);
	}

	/** Whether a vertex has a colour as materials take it: for light. */
	bool IsAsLight(const FColor& Vertex, const FColor& Seen)
	{
		const auto Fits = [](uint8 Light, uint8 Value)
		{ return std::fabs(Light - 255.0 * std::pow((Value / 255.0 + 0.055) / 1.055, 2.4)) <= 1.0; };
		return Fits(Vertex.R, Seen.R) && Fits(Vertex.G, Seen.G) && Fits(Vertex.B, Seen.B);
	}

	void LooksRight(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		City->SetActorLocation(FVector(7.0, 8.0, 9.0));
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		// Coordinates in the store's reference system have a place in the world, and the other way round.
		FString System;
		FTransform ToWorld;
		EXPECT(City->GetGeoreference(System, ToWorld) == !System.IsEmpty());
		EXPECT(System == City->GetReferenceSystem() && System.StartsWith(TEXT("EPSG:")));
		const FVector Place = City->GetOriginInUse() + FVector(12.0, -34.0, 5.0);
		EXPECT(ToWorld.TransformPosition(Place).Equals(FVector(1207.0, 3408.0, 509.0), 1e-5));
		EXPECT(ToWorld.InverseTransformPosition(City->SourceToWorld(Place)).Equals(Place, 1e-5));
		for (UProceduralMeshComponent* Component : ComponentsOf(City))
		{
			TArray<FColor> Colours;
			for (int32 Part = 0; Part < 3; ++Part)
			{
				const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
				if (Section != nullptr && Section->ProcIndexBuffer.Num() > 0)
				{
					CheckSurface(*Section, Part == 1);
					if (Part == 0)
					{
						CheckPatches(*Section);
					}
					const FColor Expected[] = {FColor(116, 128, 92), FColor(205, 196, 180), FColor(152, 84, 66)};
					EXPECT(IsAsLight(Section->ProcVertexBuffer[0].Color, Expected[Part]));
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

	/** The names of each of the finest tiles and of those that it may be shown by. */
	TArray<TArray<FString>> ChainsOf(const FStore& Store)
	{
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
		TArray<TArray<FString>> Chains;
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
			TArray<FString>& Chain = Chains.Emplace_GetRef();
			Chain.Add(Groma::ToString(Names[Index]));
			for (FString Above = UTF8_TO_TCHAR(Level.parent); !Above.IsEmpty(); Above = UTF8_TO_TCHAR(Level.parent))
			{
				Chain.Add(Above);
				EXPECT(IsOk(groma_mesh_store_tile_level(Opened, FGromaText(Above).Get(), &Level, Error.Out()), Error));
			}
		}
		return Chains;
	}

	/**
	 * Looks at each frame of a change of levels: what was shown once is shown once, by itself or by a coarser one, in all of
	 * them, and is what can be seen and hit.
	 */
	void CheckEachFrame(AGromaCityActor* City, const TArray<TArray<FString>>& Chains)
	{
		int32 Frames = 0;
		int32 Holes = 0;
		int32 Twice = 0;
		for (bool bLoading = true; bLoading && Frames < 20000; ++Frames)
		{
			Shim::Pump();
			Shim::SleepMilliseconds(1);
			bLoading = City->IsLoading();
			for (const TArray<FString>& Chain : Chains)
			{
				int32 Seen = 0;
				for (const UProceduralMeshComponent* Component : ComponentsOf(City))
				{
					const bool bOf = Chain.ContainsByPredicate(
						[Component](const FString& Name) { return Component->GetName() == TEXT("Tile_") + Name; });
					Seen += bOf && Component->IsRegistered() && Component->IsVisible();
				}
				Holes += Seen == 0;
				Twice += Seen > 1;
			}
		}
		EXPECT(Frames < 20000 && Holes == 0 && Twice == 0);
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
		const TArray<TArray<FString>> Chains = ChainsOf(Store);
		City->TilesShownPerFrame = 1;
		for (const double Levels : {0.0, 600.0})
		{
			City->LevelDistance = Levels;
			CheckEachFrame(City, Chains);
		}
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

	/** The static mesh actors of a level. */
	TArray<AStaticMeshActor*> PlacedIn(const UWorld* World, const ULevel* Level)
	{
		TArray<AStaticMeshActor*> Placed;
		for (TActorIterator<AStaticMeshActor> Actor(World); Actor; ++Actor)
		{
			if (Actor->GetLevel() == Level)
			{
				Placed.Add(*Actor);
			}
		}
		return Placed;
	}

	void IsBaked()
	{
		UWorld* World = Shim::MakeWorld(EWorldType::Editor, TEXT("/Game/Maps/Town"));
		AGromaCityActor* City = Spawn(World, TEXT("store"));
		FWatch Watch(City);
		City->BakeToStaticMeshes();
		EXPECT(Watch.Failed.Num() == 1 && Watch.Failed[0].Contains(TEXT("No tile is shown")));
		Shim::TakeAssets();
		City->UseDefaultMaterials();
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GroundMaterial != nullptr && City->WallMaterial != nullptr && City->GroundMaterial != City->WallMaterial);
		EXPECT(Shim::TakeAssets().Num() == 3 && City->ShimModified == 1);
		UMaterialInterface* Wall = City->WallMaterial;
		City->UseDefaultMaterials();
		EXPECT(City->WallMaterial == Wall && Shim::TakeAssets().Num() == 0);
		const int32 Count = City->GetShownTileCount();
		const FVector Origin = City->GetOriginInUse();
		// What somebody works at beside it is another level; what is baked goes to the city's.
		ULevel* Other = Shim::AddLevel(World, TEXT("/Game/Maps/Beside"));
		World->ShimCurrentLevel = Other;
		Other->GetOutermost()->bShimDirty = false;
		for (int32 Round = 0; Round < 3; ++Round)
		{
			World->GetOutermost()->bShimDirty = false;
			if (Round == 2)
			{
				// Fewer tiles than before: the others' static meshes go, too.
				Shim::SetViewPoint(World, FVector::ZeroVector);
				City->LoadDistance = City->UnloadDistance = 1.0;
				Shim::Pump();
				EXPECT(PumpUntilLoaded(City));
				EXPECT(City->GetShownTileCount() < Count && City->GetShownTileCount() > 0);
			}
			const int32 Shown = City->GetShownTileCount();
			const int64 Triangles = City->GetShownTriangleCount(EGromaCityPart::Ground)
				+ City->GetShownTriangleCount(EGromaCityPart::Wall) + City->GetShownTriangleCount(EGromaCityPart::Roof);
			Shim::TakeSlowTasks();
			const int32 Modified = City->ShimModified;
			City->BakeToStaticMeshes();
			EXPECT(Watch.Failed.Num() == 1 && City->GetShownTileCount() == 0 && !City->bOpenInEditor);
			EXPECT(City->StartWith == EGromaCityStart::Nothing);
			// Undone as one, saved with the level; and what lies at the actor is saved with it.
			EXPECT(City->ShimModified == Modified + 1 && World->GetOutermost()->IsDirty() && !Other->GetOutermost()->IsDirty());
			EXPECT(City->bUseSourceOrigin && City->SourceOrigin == Origin && City->GetOriginInUse() == Origin);
			const TArray<Shim::FSlowTask> Slow = Shim::TakeSlowTasks();
			EXPECT(Slow.Num() == 1 && Slow[0].bCanCancel && std::fabs(Slow[0].Entered - static_cast<float>(Shown)) < 0.1f);
			// Made anew, and not made twice; each level has a folder of its own.
			const TArray<FString> Assets = Shim::TakeAssets();
			EXPECT(Assets.Num() == (Round == 0 ? Count : 0));
			for (const FString& Asset : Assets)
			{
				EXPECT(Asset.StartsWith(TEXT("/Game/Groma/Maps/Town/") + City->GetName() + TEXT("/SM_")));
			}
			int64 Baked = 0;
			const TArray<AStaticMeshActor*> Placed = PlacedIn(World, City->GetLevel());
			for (const AStaticMeshActor* Actor : Placed)
			{
				UStaticMesh* Mesh = Actor->GetStaticMeshComponent()->GetStaticMesh();
				EXPECT(Mesh->NaniteSettings.bEnabled && Mesh->GetBodySetup()->CollisionTraceFlag == CTF_UseComplexAsSimple);
				EXPECT(Mesh->ImportVersion == EImportStaticMeshVersion::LastVersion);
				EXPECT(Mesh->GetSourceModel(0).BuildSettings.bUseFullPrecisionUVs);
				Baked += Mesh->ShimBuiltTriangles;
			}
			EXPECT(Placed.Num() == Shown && Baked == Triangles && PlacedIn(World, Other).IsEmpty());
			Shim::CollectGarbage();
			City->OpenCity();
			EXPECT(PumpUntilLoaded(City));
		}
		// A city of the same name in another level has assets of its own.
		UWorld* Second = Shim::MakeWorld(EWorldType::Editor, TEXT("/Game/Maps/Village"));
		AGromaCityActor* Namesake = Spawn(Second, TEXT("store"));
		Namesake->Rename(*City->GetName());
		Namesake->OpenCity();
		EXPECT(PumpUntilLoaded(Namesake));
		Namesake->BakeToStaticMeshes();
		EXPECT(Shim::TakeAssets().Num() == Count);
		Shim::TearDown(Second);
		// A level without a name has no folder.
		UWorld* Unsaved = Shim::MakeWorld(EWorldType::Editor, TEXT("/Temp/Untitled_1"));
		AGromaCityActor* Nameless = Spawn(Unsaved, TEXT("store"));
		FWatch WatchNameless(Nameless);
		Nameless->OpenCity();
		EXPECT(PumpUntilLoaded(Nameless));
		Nameless->BakeToStaticMeshes();
		EXPECT(WatchNameless.Failed.Num() == 1 && WatchNameless.Failed[0].Contains(TEXT("save it first")));
		Shim::TearDown(Unsaved);

		// Cancelled by its user: told as that, and nothing of the level has changed.
		const int32 Placed = PlacedIn(World, City->GetLevel()).Num();
		Shim::TakeLog();
		Shim::CancelSlowTasks(true);
		City->BakeToStaticMeshes();
		Shim::CancelSlowTasks(false);
		EXPECT(Watch.Failed.Num() == 1 && Watch.Cancelled.Num() == 1 && Watch.Cancelled[0].Contains(TEXT("Cancelled, 0")));
		EXPECT(PlacedIn(World, City->GetLevel()).Num() == Placed && City->GetShownTileCount() > 0);
		for (const Shim::FLogLine& Line : Shim::TakeLog())
		{
			EXPECT(Line.Verbosity > ELogVerbosity::Warning);
		}
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
	Shim::ExitEngine();
	return Shim::Failures();
}
