// What is drawn of a city: the options that a build gets, the tiles in the level, and which of them are near.
#pragma once

#include "CityScene.h"

#include "Engine/CollisionProfile.h"
#include "GameFramework/PlayerController.h"
#include "GromaCityBuild.h"
#include "GromaJobs.h"
#include "Materials/MaterialInterface.h"

namespace
{
	/** Unreal's fields have the library's defaults. */
	void Defaults()
	{
		groma_build_city_mesh_options Native;
		EXPECT(groma_build_city_mesh_options_init(&Native, sizeof Native) == GROMA_OK);
		const groma_build_city_mesh_options Ours = Groma::ToNative(FGromaCityBuildOptions());
		EXPECT(Ours.lod == Native.lod);
		EXPECT(Ours.tile_size == Native.tile_size);
		EXPECT(Ours.tile_overlap == Native.tile_overlap);
		EXPECT(Ours.merge_buildings == Native.merge_buildings);
		EXPECT(Ours.min_building_detail == Native.min_building_detail);
		EXPECT(Ours.min_building_area == Native.min_building_area);
		EXPECT(Ours.merge_tolerance == Native.merge_tolerance);
		EXPECT(Ours.building_mesh_triangle_size == Native.building_mesh_triangle_size);
		EXPECT(Ours.max_mesh_size == Native.max_mesh_size);
		EXPECT(Ours.min_mesh_angle == Native.min_mesh_angle);
		EXPECT(Ours.smoothing == Native.smoothing);
		EXPECT(Ours.treat_lod0_as_holes == Native.treat_lod0_as_holes);
		EXPECT(Ours.max_fill_distance == Native.max_fill_distance);
		EXPECT(Ours.crs == Native.crs);
		EXPECT(Ours.height_unit == Native.height_unit);
		EXPECT(Ours.use_bounds == Native.use_bounds);
		for (int32 Index = 0; Index < 4; ++Index)
		{
			EXPECT(Ours.bounds[Index] == Native.bounds[Index]);
		}
		EXPECT(Ours.merge_height_tolerance == Native.merge_height_tolerance);
		EXPECT(Ours.outside_data == Native.outside_data);
		EXPECT(Ours.ground_beside_buildings == Native.ground_beside_buildings);
		EXPECT(Ours.raise_covered_roofs == Native.raise_covered_roofs);
		EXPECT(Ours.resume == Native.resume);
		EXPECT(Ours.fsync == Native.fsync);

		groma_city_input Input;
		EXPECT(groma_city_input_init(&Input, sizeof Input) == GROMA_OK);
		const FGromaCityInput OurInput;
		EXPECT(Input.height_reference == GROMA_HEIGHT_BY_NAME);
		EXPECT(OurInput.HeightReference == EGromaHeightReference::ByName);
		EXPECT(OurInput.LevelHeight == Input.level_height);
		EXPECT(OurInput.bUseDefaultHeight == (Input.use_default_height != 0));
		EXPECT(OurInput.DefaultHeight == Input.default_height);

		// Each field has its own place.
		FGromaCityBuildOptions Other;
		Other.Lod = EGromaLevelOfDetail::Lod0;
		Other.TileSize = 1.0;
		Other.TileOverlap = 2.0;
		Other.bMergeBuildings = false;
		Other.MinBuildingDetail = 3.0;
		Other.MinBuildingArea = 4.0;
		Other.MergeTolerance = 5.0;
		Other.BuildingMeshTriangleSize = 6.0;
		Other.MaxMeshSize = 7.0;
		Other.MinMeshAngle = 8.0;
		Other.Smoothing = 9;
		Other.bTreatLod0AsHoles = true;
		Other.MaxFillDistance = 10.0;
		Other.Crs = 15;
		Other.HeightUnit = 16.0;
		Other.MergeHeightTolerance = 17.0;
		Other.OutsideData = EGromaOutsideData::Fill;
		Other.GroundBesideBuildings = EGromaGroundBesideBuildings::Lowest;
		Other.bRaiseCoveredRoofs = true;
		Other.bUseBounds = true;
		Other.BoundsMin = FVector2D(11.0, 12.0);
		Other.BoundsMax = FVector2D(13.0, 14.0);
		Other.bResume = false;
		Other.bFsync = true;
		Other.bReplace = true;
		const groma_build_city_mesh_options Set = Groma::ToNative(Other);
		EXPECT(Set.lod == GROMA_LOD0 && Set.tile_size == 1.0 && Set.tile_overlap == 2.0 && Set.merge_buildings == 0);
		EXPECT(Set.min_building_detail == 3.0 && Set.min_building_area == 4.0 && Set.merge_tolerance == 5.0);
		EXPECT(Set.building_mesh_triangle_size == 6.0 && Set.max_mesh_size == 7.0 && Set.min_mesh_angle == 8.0);
		EXPECT(Set.smoothing == 9 && Set.treat_lod0_as_holes == 1 && Set.max_fill_distance == 10.0 && Set.use_bounds == 1);
		EXPECT(Set.bounds[0] == 11.0 && Set.bounds[1] == 12.0 && Set.bounds[2] == 13.0 && Set.bounds[3] == 14.0);
		EXPECT(Set.crs == 15 && Set.height_unit == 16.0 && Set.merge_height_tolerance == 17.0);
		EXPECT(Set.outside_data == GROMA_OUTSIDE_FILL && Set.ground_beside_buildings == GROMA_GROUND_LOWEST);
		EXPECT(Set.raise_covered_roofs == 1);
		EXPECT(Set.resume == 0 && Set.fsync == 1 && Set.replace == 1);
	}

	/** A vertex in the files' metres and in the world. */
	struct FPlace
	{
		FVector Source;
		FVector World;
	};

	/**
	 * Looks at each triangle of a tile in the level: it lies where the store says, and faces outwards by Unreal's rule.
	 *
	 * @param Location Where the actor is, which is not turned.
	 */
	void CheckTile(const groma_mesh_tile* Tile, UProceduralMeshComponent* Component, const FVector& Location,
		const FVector& SourceOrigin, TArray<FPlace>& Places)
	{
		groma_mesh_tile_view View;
		View.struct_size = sizeof View;
		FGromaError Error;
		EXPECT(IsOk(groma_mesh_tile_get_view(Tile, &View, Error.Out()), Error));
		const int32 Buildings = static_cast<int32>(View.building_count);
		int32 Next[3] = {0, 0, 0};
		double Worst = 0.0;
		int32 Backs = 0;
		int32 WrongNormals = 0;
		for (uint64 Face = 0; Face < View.face_count; ++Face)
		{
			const int32 Marker = View.markers[Face];
			const int32 Part = Marker < 0 ? 0 : Marker < Buildings ? 1 : 2;
			const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
			FVector Corners[3];
			FVector Normal = FVector::ZeroVector;
			for (int32 Corner = 0; Corner < 3; ++Corner)
			{
				const FProcMeshVertex& Vertex = Section->ProcVertexBuffer[Section->ProcIndexBuffer[3 * Next[Part] + Corner]];
				const FVector World = Component->GetComponentTransform().TransformPosition(Vertex.Position);
				const double* Expected = &View.vertices[3 * static_cast<uint64>(View.faces[3 * Face + Corner])];
				const FVector Source(SourceOrigin.X + (World.X - Location.X) / 100.0,
					SourceOrigin.Y - (World.Y - Location.Y) / 100.0, SourceOrigin.Z + (World.Z - Location.Z) / 100.0);
				const FVector Exact(Expected[0], Expected[1], Expected[2]);
				Worst = FMath::Max(Worst, (Source - Exact).Size());
				Places.Add({Exact, World});
				Corners[Corner] = World;
				Normal += Vertex.Normal / 3.0;
				WrongNormals += std::fabs(Vertex.Normal.Size() - 1.0) > 1e-5;
				WrongNormals += Part == 1 ? std::fabs(Vertex.Normal.Z) > 1e-3 : Vertex.Normal.Z < 0.5;
			}
			// Unreal's front is clockwise seen from outside in its left-handed axes: this product points outwards there.
			const FVector Outwards = FVector::CrossProduct(Corners[2] - Corners[0], Corners[1] - Corners[0]);
			Backs += FVector::DotProduct(Outwards, Normal) <= 0.0;
			++Next[Part];
		}
		EXPECT(Worst < 1e-3);
		EXPECT(Backs == 0);
		EXPECT(WrongNormals == 0);
		for (int32 Part = 0; Part < 3; ++Part)
		{
			const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
			EXPECT((Section != nullptr ? Section->ProcIndexBuffer.Num() : 0) == 3 * Next[Part]);
		}
	}

	/** Vertices that tiles have in common are at one place in the world too. */
	void CheckSeams(TArray<FPlace>& Places)
	{
		Places.Sort(
			[](const FPlace& A, const FPlace& B)
			{
				if (A.Source.X != B.Source.X)
				{
					return A.Source.X < B.Source.X;
				}
				return A.Source.Y != B.Source.Y ? A.Source.Y < B.Source.Y : A.Source.Z < B.Source.Z;
			});
		double Gap = 0.0;
		int32 Shared = 0;
		for (int32 Index = 1; Index < Places.Num(); ++Index)
		{
			if (Places[Index].Source == Places[Index - 1].Source)
			{
				const double Apart = (Places[Index].World - Places[Index - 1].World).Size();
				Gap = FMath::Max(Gap, Apart);
				Shared += Apart > 0.0;
			}
		}
		std::printf("the widest gap is %g cm\n", Gap);
		EXPECT(Gap < 0.01);
		// Otherwise nothing was compared across tiles: single precision rounds differently in each.
		EXPECT(Shared > 0);
	}

	void BuildAndShow(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("store")));
		const FVector Location(12345.0, -678.0, 90.0);
		City->SetActorLocation(Location);
		City->GroundMaterial = NewObject<UMaterialInterface>();
		City->WallMaterial = NewObject<UMaterialInterface>();
		City->RoofMaterial = NewObject<UMaterialInterface>();
		City->bCollision = true;
		FWatch Watch(City);
		EXPECT(!City->IsBuilding() && !City->IsLoading() && City->GetShownTileCount() == 0 && !City->IsSourceFrameKnown());
		City->BuildCity();
		EXPECT(City->IsBuilding() && Shim::Notifications().Num() == 1);
		City->BuildCity();
		EXPECT(Watch.Failed.Num() == 1 && Watch.Failed[0].Contains(TEXT("runs already")));
		City->OpenCity();
		EXPECT(Watch.Failed.Num() == 2 && City->IsBuilding());
		EXPECT(PumpUntilLoaded(City));
		EXPECT(!City->IsBuilding() && Watch.Failed.Num() == 2 && Watch.Progress > 0 && Watch.Built.Num() == 1);
		EXPECT(Shim::Notifications()[0]->State == Shim::ENotification::Success);

		const FStore Store(InFolder(TEXT("store")));
		const groma_store_stats Stats = Store.Stats();
		EXPECT(Stats.missing_tiles == 0 && Store.Names.Num() >= 4);
		EXPECT(City->GetShownTileCount() == Store.Names.Num() && City->GetFailedTileCount() == 0);
		EXPECT(Watch.Built[0].Contains(FString::Printf(TEXT("%llu triangles"), static_cast<unsigned long long>(Stats.triangles))));
		int64 Ground = 0;
		int64 Walls = 0;
		int64 Roofs = 0;
		for (const groma_tile_info& Info : Store.Infos)
		{
			Ground += static_cast<int64>(Info.ground + Info.ground_beside_buildings);
			Walls += static_cast<int64>(Info.walls);
			Roofs += static_cast<int64>(Info.roofs);
		}
		EXPECT(Ground > 0 && City->GetShownTriangleCount(EGromaCityPart::Ground) == Ground);
		EXPECT(Walls > 0 && City->GetShownTriangleCount(EGromaCityPart::Wall) == Walls);
		EXPECT(Roofs > 0 && City->GetShownTriangleCount(EGromaCityPart::Roof) == Roofs);
		EXPECT(City->GetShownTriangleCount(EGromaCityPart::Other) == 0);
		EXPECT(Ground + Walls + Roofs == static_cast<int64>(Stats.triangles));

		// The middle of the city in whole metres, on the lowest ground.
		const FVector Origin = City->GetOriginInUse();
		EXPECT(Origin.X == std::floor(Origin.X) && std::fabs(Origin.X - 0.5 * (Stats.bounds[0] + Stats.bounds[3])) <= 0.5);
		EXPECT(Origin.Y == std::floor(Origin.Y) && std::fabs(Origin.Y - 0.5 * (Stats.bounds[1] + Stats.bounds[4])) <= 0.5);
		EXPECT(Origin.Z == std::floor(Stats.bounds[2]));
		EXPECT(City->SourceToWorld(Origin).Equals(Location, 1e-6));
		EXPECT(City->SourceToWorld(Origin + FVector(1.0, 2.0, 3.0)).Equals(Location + FVector(100.0, -200.0, 300.0), 1e-6));
		EXPECT(City->WorldToSource(Location + FVector(100.0, -200.0, 300.0)).Equals(Origin + FVector(1.0, 2.0, 3.0), 1e-6));

		const TMap<FString, UProceduralMeshComponent*> Components = ComponentsOf(City, Store);
		EXPECT(Components.Num() == Store.Names.Num());
		TArray<FPlace> Places;
		for (const TPair<FString, UProceduralMeshComponent*>& Shown : Components)
		{
			FGromaError Error;
			groma_mesh_tile* Tile = nullptr;
			EXPECT(
				IsOk(groma_mesh_store_get_tile(Store.Native.Get(), FGromaText(Shown.Key).Get(), &Tile, Error.Out()), Error));
			CheckTile(Tile, Shown.Value, Location, Origin, Places);
			groma_mesh_tile_close(Tile);
			const TObjectPtr<UMaterialInterface> Materials[3] = {City->GroundMaterial, City->WallMaterial, City->RoofMaterial};
			for (int32 Part = 0; Part < 3; ++Part)
			{
				const FProcMeshSection* Section = Shown.Value->GetProcMeshSection(Part);
				if (Section != nullptr && Section->ProcIndexBuffer.Num() > 0)
				{
					EXPECT(Shown.Value->GetMaterial(Part) == Materials[Part]);
				}
			}
			EXPECT(Shown.Value->HasAnyFlags(RF_Transient) && Shown.Value->bUseAsyncCooking);
			EXPECT(Shown.Value->GetCollisionProfileName() == UCollisionProfile::BlockAll_ProfileName);
			EXPECT(Shown.Value->GetProcMeshSection(0)->bEnableCollision);
		}
		CheckSeams(Places);

		// Nothing that is shown hangs on references that the collector does not see.
		Shim::CollectGarbage();
		EXPECT(City->GetShownTriangleCount(EGromaCityPart::Ground) == Ground);

		City->CloseCity();
		EXPECT(City->GetShownTileCount() == 0 && Watch.Hidden.Num() == Store.Names.Num());
		// What lies at the actor stays so: people walk in the city as before.
		EXPECT(City->IsSourceFrameKnown() && City->GetOriginInUse() == Origin);
		EXPECT(City->SourceToWorld(Origin).Equals(Location, 1e-6));
		Shim::CollectGarbage();
		EXPECT(City->GetTilesActor() == nullptr && ComponentsOf(City).Num() == 0);

		// A second build finds all tiles there, and shows them without being told of them.
		City->bCollision = false;
		City->BuildCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(Watch.Built.Num() == 2 && City->GetShownTileCount() == Store.Names.Num());
		EXPECT(City->GetOriginInUse() == Origin);
		for (const TPair<FString, UProceduralMeshComponent*>& Shown : ComponentsOf(City, Store))
		{
			EXPECT(Shown.Value->GetCollisionProfileName() == UCollisionProfile::NoCollision_ProfileName);
			EXPECT(!Shown.Value->GetProcMeshSection(0)->bEnableCollision);
		}
		City->Destroy();
	}

	void OpenWithAnOrigin(UWorld* World)
	{
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("store")));
		FWatch Watch(City);
		City->bUseSourceOrigin = true;
		City->SourceOrigin = FVector(320000.5, 6400000.25, -3.0);
		EXPECT(City->IsSourceFrameKnown() && City->GetOriginInUse() == City->SourceOrigin);
		City->OpenCity();
		EXPECT(!City->IsBuilding() && City->IsLoading());
		EXPECT(PumpUntilLoaded(City));
		const FStore Store(InFolder(TEXT("store")));
		EXPECT(City->GetShownTileCount() == Store.Names.Num() && Watch.Failed.Num() == 0 && Watch.Progress == 0);
		EXPECT(City->GetOriginInUse() == City->SourceOrigin);
		EXPECT(ComponentsOf(City, Store).Num() == Store.Names.Num());
		// Opening once more begins anew.
		City->OpenCity();
		EXPECT(City->GetShownTileCount() == 0 && Watch.Hidden.Num() == Store.Names.Num());
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() == Store.Names.Num() && Watch.Shown.Num() == 2 * Store.Names.Num());
		City->Destroy();
		EXPECT(Watch.Hidden.Num() == Store.Names.Num());
	}

	void CheckReach(const AGromaCityActor* City, const FStore& Store, const FWatch& Watch, const FVector2D& View,
		TSet<FString>& Shown)
	{
		TSet<FString> Now;
		for (const FString& Name : Watch.Shown)
		{
			Now.Add(Name);
		}
		// The last thing told of a tile counts; a tile is shown and hidden in turns.
		for (const FString& Name : Store.Names)
		{
			int32 Turns = 0;
			for (const FString& Told : Watch.Shown)
			{
				Turns += Told == Name;
			}
			for (const FString& Told : Watch.Hidden)
			{
				Turns -= Told == Name;
			}
			EXPECT(Turns == 0 || Turns == 1);
			if (Turns == 0)
			{
				Now.Remove(Name);
			}
		}
		EXPECT(City->GetShownTileCount() == Now.Num());
		int32 Kept = 0;
		for (int32 Index = 0; Index < Store.Names.Num(); ++Index)
		{
			const double Distance = Store.Distance(Index, View);
			const bool bIsShown = Now.Contains(Store.Names[Index]);
			if (Distance <= City->LoadDistance)
			{
				EXPECT(bIsShown);
			}
			else if (Distance > City->UnloadDistance)
			{
				EXPECT(!bIsShown);
			}
			else
			{
				EXPECT(bIsShown == Shown.Contains(Store.Names[Index]));
				Kept += bIsShown;
			}
		}
		std::printf("%d tiles shown, %d of them because they were before\n", Now.Num(), Kept);
		Shown = Now;
	}

	void Stream(UWorld* World)
	{
		MakeGrid(InFolder(TEXT("grid")), 10);
		const FStore Store(InFolder(TEXT("grid")));
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("grid")));
		City->SetActorLocation(FVector(5000.0, 6000.0, 7000.0));
		City->OtherMaterial = NewObject<UMaterialInterface>();
		City->LoadDistance = 150.0;
		City->UnloadDistance = 250.0;
		City->TilesReadAtOnce = 1;
		City->TilesShownPerFrame = 1;
		FWatch Watch(City);
		// The height of the viewer does not count.
		auto Look = [World, City](const FVector2D& View)
		{
			const FVector Origin(1500.0, 2500.0, 5.0);
			Shim::SetViewPoint(World,
				City->GetActorLocation()
					+ FVector(100.0 * (View.X - Origin.X), -100.0 * (View.Y - Origin.Y), 1e6));
		};
		TSet<FString> Shown;
		FVector2D View(1130.0, 2120.0);
		Look(View);
		City->OpenCity();
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetOriginInUse() == FVector(1500.0, 2500.0, 5.0));
		CheckReach(City, Store, Watch, View, Shown);
		EXPECT(Watch.Hidden.Num() == 0);
		EXPECT(City->GetShownTriangleCount(EGromaCityPart::Other) == 2 * City->GetShownTileCount());
		// The nearest first.
		double Before = 0.0;
		for (const FString& Name : Watch.Shown)
		{
			const double Distance = Store.Distance(Store.Names.Find(Name), View);
			EXPECT(Distance >= Before);
			Before = Distance;
		}
		const TArray<UProceduralMeshComponent*> Components = ComponentsOf(City);
		EXPECT(Components.Num() > 0 && Components[0]->GetMaterial(3) == City->OtherMaterial);

		for (const FVector2D& Next : {FVector2D(1230.0, 2120.0), FVector2D(1130.0, 2120.0), FVector2D(1800.0, 2700.0),
				 FVector2D(3000.0, 5000.0), FVector2D(1500.0, 2500.0)})
		{
			Look(Next);
			EXPECT(PumpUntilLoaded(City));
			CheckReach(City, Store, Watch, Next, Shown);
		}
		EXPECT(Watch.Hidden.Num() > 0 && Watch.Failed.Num() == 0);
		// All of it, once the distance is 0; and nothing goes then.
		City->LoadDistance = 0.0;
		City->TilesReadAtOnce = 8;
		City->TilesShownPerFrame = 8;
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() == 100);
		const int32 Hidden = Watch.Hidden.Num();
		Look(FVector2D(1e6, 1e6));
		Shim::Pump();
		EXPECT(Watch.Hidden.Num() == Hidden && City->GetShownTileCount() == 100);
		City->Destroy();
	}

	/** In the editor, where nobody plays, what is drawn last counts. */
	void StreamInTheEditor()
	{
		UWorld* World = Shim::MakeWorld(EWorldType::Editor);
		World->ShimPlayerController = nullptr;
		AGromaCityActor* City = Spawn(World, InFolder(TEXT("grid")));
		City->LoadDistance = 150.0;
		City->UnloadDistance = 150.0;
		City->OpenCity();
		// Nothing was drawn yet: all is near.
		EXPECT(PumpUntilLoaded(City));
		EXPECT(City->GetShownTileCount() == 100);
		World->ViewLocationsRenderedLastFrame.Add(FVector::ZeroVector);
		EXPECT(PumpUntilLoaded(City));
		const int32 Near = City->GetShownTileCount();
		EXPECT(Near > 4 && Near < 100);
		// A frame in which nothing was drawn is not news.
		World->ViewLocationsRenderedLastFrame.Empty();
		Shim::Pump();
		EXPECT(City->GetShownTileCount() == Near);

		// Nothing plays, and yet the actor can go while it reads: its user removes it, or it is collected with its level.
		for (const bool bCollected : {false, true})
		{
			AGromaCityActor* Other = Spawn(World, InFolder(TEXT("grid")));
			FWatch Watch(Other);
			Other->OpenCity();
			Shim::PumpUntil([&Watch] { return Watch.Shown.Num() > 0; });
			const int32 Told = Watch.Num();
			if (bCollected)
			{
				Shim::Destroy(Other);
			}
			else
			{
				Other->Destroy();
				EXPECT(Other->GetShownTileCount() == 0 && !Other->IsLoading());
			}
			Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; });
			EXPECT(Watch.Num() == Told);
		}
		Shim::TearDown(World);
		Shim::Pump();
	}

	void BeginToPlay()
	{
		for (const EGromaCityStart Start : {EGromaCityStart::Nothing, EGromaCityStart::OpenCity, EGromaCityStart::BuildCity})
		{
			UWorld* World = Shim::MakeWorld(EWorldType::Editor);
			AGromaCityActor* City = Spawn(World, InFolder(TEXT("store")));
			City->StartWith = Start;
			City->bOpenInEditor = false;
			FWatch Watch(City);
			City->ShimBeginPlay();
			EXPECT(City->IsBuilding() == (Start == EGromaCityStart::BuildCity));
			EXPECT(City->IsLoading() == (Start != EGromaCityStart::Nothing));
			EXPECT(PumpUntilLoaded(City));
			EXPECT((City->GetShownTileCount() > 0) == (Start != EGromaCityStart::Nothing));
			EXPECT(Watch.Built.Num() == (Start == EGromaCityStart::BuildCity ? 1 : 0));
			Shim::TearDown(World);
		}
	}
}
