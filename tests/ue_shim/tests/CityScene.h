// The scene of the city's tests: a generated city in a level, its store, and what its actor has told.
#pragma once

#include "ShimControl.h"

#include "Engine/World.h"
#include "GromaCityActor.h"
#include "GromaCityTilesActor.h"
#include "GromaNative.h"
#include "ProceduralMeshComponent.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

namespace
{
	FString Folder;

	/** What the last build was asked, so that its callback can be called when a build would not. */
	[[maybe_unused]] groma_build_city_mesh_options LastBuild;

	std::atomic<bool> bIsHeld{false};

	/** Tells of a tile as the build would, and then keeps the build from ending. */
	[[maybe_unused]] void OnTileOfHeldBuild(groma_str Name, uint64_t Triangles, void* User)
	{
		LastBuild.on_tile(Name, Triangles, User);
		while (bIsHeld)
		{
			std::this_thread::sleep_for(std::chrono::milliseconds(1));
		}
	}

	/** While there is one, a build that begins does not end, however fast the machine is. */
	struct [[maybe_unused]] FHeldBuild
	{
		FHeldBuild() { bIsHeld = true; }
		~FHeldBuild() { LetGo(); }
		void LetGo() { bIsHeld = false; }
	};

	FString InFolder(const TCHAR* Name)
	{
		return Folder + TEXT("/") + Name;
	}

	bool IsOk(int32 Status, FGromaError& Error)
	{
		if (Status != GROMA_OK)
		{
			std::printf("%s\n", TCHAR_TO_UTF8(*Error.ToString()));
		}
		return Status == GROMA_OK;
	}

	/** What a city has told. */
	struct FWatch
	{
		AGromaCityActor* City;
		int32 Progress = 0;
		float Fraction = 0.0f;
		TArray<FString> Built;
		TArray<FString> Failed;
		TArray<FString> Cancelled;
		TArray<FString> Shown;
		TArray<FString> Hidden;

		explicit FWatch(AGromaCityActor* InCity)
			: City(InCity)
		{
			City->OnProgress.ShimAdd(
				[this](float Now, const FString& Text)
				{
					++Progress;
					EXPECT(Now >= Fraction && Now <= 1.0f && !Text.IsEmpty());
					Fraction = Now;
				});
			City->OnBuilt.ShimAdd(
				[this](const FString& Text)
				{
					Built.Add(Text);
					Fraction = 0.0f;
				});
			City->OnFailed.ShimAdd(
				[this](const FString& Text)
				{
					Failed.Add(Text);
					Fraction = City->IsBuilding() ? Fraction : 0.0f;
				});
			City->OnCancelled.ShimAdd(
				[this](const FString& Text)
				{
					Cancelled.Add(Text);
					Fraction = 0.0f;
				});
			City->OnTileShown.ShimAdd([this](const FString& Name) { Shown.Add(Name); });
			City->OnTileHidden.ShimAdd([this](const FString& Name) { Hidden.Add(Name); });
		}

		int32 Num() const { return Progress + Built.Num() + Failed.Num() + Cancelled.Num() + Shown.Num() + Hidden.Num(); }
	};

	/** A store, read without the plugin: its tiles that have triangles. */
	struct FStore
	{
		TGromaHandle<groma_mesh_store> Native;
		TArray<FString> Names;
		TArray<groma_tile_info> Infos;

		explicit FStore(const FString& Path)
		{
			FGromaError Error;
			groma_mesh_store* Opened = nullptr;
			EXPECT(IsOk(groma_mesh_store_open(FGromaText(Path).Get(), &Opened, Error.Out()), Error));
			Native.Reset(Opened);
			groma_tile_list* Listed = nullptr;
			EXPECT(IsOk(groma_mesh_store_list_tiles(Opened, &Listed, Error.Out()), Error));
			const TGromaHandle<groma_tile_list> List(Listed);
			const groma_str* Texts = nullptr;
			size_t Count = 0;
			EXPECT(IsOk(groma_tile_list_get_names(Listed, &Texts, &Count, Error.Out()), Error));
			for (size_t Index = 0; Index < Count; ++Index)
			{
				groma_tile_info Info;
				Info.struct_size = sizeof Info;
				EXPECT(IsOk(groma_mesh_store_tile_info(Opened, Texts[Index], &Info, Error.Out()), Error));
				if (Info.triangles > 0)
				{
					Names.Add(Groma::ToString(Texts[Index]));
					Infos.Add(Info);
				}
			}
		}

		groma_store_stats Stats() const
		{
			FGromaError Error;
			groma_store_stats Stats;
			Stats.struct_size = sizeof Stats;
			EXPECT(IsOk(groma_mesh_store_total_stats(Native.Get(), &Stats, Error.Out()), Error));
			return Stats;
		}

		double Distance(int32 Index, const FVector2D& From) const
		{
			const double* Bounds = Infos[Index].bounds;
			const double X = FMath::Max(FMath::Max(Bounds[0] - From.X, From.X - Bounds[3]), 0.0);
			const double Y = FMath::Max(FMath::Max(Bounds[1] - From.Y, From.Y - Bounds[4]), 0.0);
			return std::sqrt(X * X + Y * Y);
		}
	};

	AGromaCityActor* Spawn(UWorld* World, const FString& StoreFolder)
	{
		AGromaCityActor* City = World->SpawnActor<AGromaCityActor>();
		City->Input.FootprintsFile.FilePath = InFolder(TEXT("made/footprints.geojson"));
		City->Input.TerrainFile.FilePath = InFolder(TEXT("made/terrain.tif"));
		City->Options.TileSize = 250.0;
		City->StoreFolder.Path = StoreFolder;
		City->LoadDistance = 0.0;
		City->TilesShownPerFrame = 4;
		return City;
	}

	bool PumpUntilLoaded(const AGromaCityActor* City)
	{
		Shim::Pump();
		return Shim::PumpUntil([City] { return !City->IsLoading(); });
	}

	/** The components with the tiles of a city. */
	TArray<UProceduralMeshComponent*> ComponentsOf(const AGromaCityActor* City)
	{
		TArray<UProceduralMeshComponent*> Components;
		if (City->GetTilesActor() != nullptr)
		{
			City->GetTilesActor()->GetComponents(Components);
		}
		return Components;
	}

	TMap<FString, UProceduralMeshComponent*> ComponentsOf(AGromaCityActor* City, const FStore& Store)
	{
		// A component lies at its tile's origin, which only the tile itself tells.
		TMap<FString, UProceduralMeshComponent*> ByName;
		const TArray<UProceduralMeshComponent*> Components = ComponentsOf(City);
		for (int32 Index = 0; Index < Store.Names.Num(); ++Index)
		{
			FGromaError Error;
			groma_mesh_tile* Tile = nullptr;
			groma_local_size Size;
			Size.struct_size = sizeof Size;
			EXPECT(IsOk(
				groma_mesh_store_get_tile(Store.Native.Get(), FGromaText(Store.Names[Index]).Get(), &Tile, Error.Out()), Error));
			EXPECT(IsOk(groma_mesh_tile_local_size(Tile, nullptr, &Size, Error.Out()), Error));
			groma_mesh_tile_close(Tile);
			const FVector Origin = City->GetOriginInUse();
			const FVector Place(100.0 * (Size.origin[0] - Origin.X), -100.0 * (Size.origin[1] - Origin.Y),
				100.0 * (Size.origin[2] - Origin.Z));
			for (UProceduralMeshComponent* Component : Components)
			{
				if (Component->IsRegistered() && Component->GetRelativeLocation().Equals(Place, 0.0))
				{
					EXPECT(Component == City->GetTilesActor()->FindTile(Store.Names[Index]));
					EXPECT(Component->GetName() == TEXT("Tile_") + Store.Names[Index]);
					ByName.Add(Store.Names[Index], Component);
				}
			}
		}
		return ByName;
	}

	void GenerateCity(const TCHAR* Name = TEXT("made"), int32 Buildings = 200)
	{
		FGromaError Error;
		groma_generate_city_options Options;
		groma_generate_city_options_init(&Options, sizeof Options);
		Options.buildings = static_cast<uint32>(Buildings);
		Options.offset[0] = 320000;
		Options.offset[1] = 6400000;
		EXPECT(IsOk(groma_generate_city(FGromaText(InFolder(Name)).Get(), &Options, nullptr, Error.Out()), Error));
	}

	/** Side x Side tiles of 100 m with two triangles each, from (1000, 2000) on. */
	void MakeGrid(const FString& Path, int32 Side)
	{
		FGromaError Error;
		groma_mesh_store* Opened = nullptr;
		EXPECT(IsOk(groma_mesh_store_create(FGromaText(Path).Get(), FGromaText(FString()).Get(), &Opened, Error.Out()), Error));
		const TGromaHandle<groma_mesh_store> Store(Opened);
		for (int32 Tile = 0; Tile < Side * Side; ++Tile)
		{
			const double X = 1000.0 + 100.0 * (Tile % Side);
			const double Y = 2000.0 + 100.0 * (Tile / Side);
			const double Vertices[12] = {X, Y, 5.0, X + 100.0, Y, 5.0, X + 100.0, Y + 100.0, 5.0, X, Y + 100.0, 5.0};
			const uint32_t Faces[6] = {0, 1, 2, 0, 2, 3};
			const FGromaText Name(FString::Printf(TEXT("%d_%d"), Tile % Side, Tile / Side));
			EXPECT(IsOk(groma_mesh_store_add_tile(Opened, Name.Get(), Vertices, 4, Faces, 2, nullptr, Error.Out()), Error));
		}
	}
}
