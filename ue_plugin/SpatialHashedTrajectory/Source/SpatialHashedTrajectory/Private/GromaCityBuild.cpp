#include "GromaCityBuild.h"

#include "GromaCityOptions.h"
#include "GromaSettings.h"
#include "Misc/ScopeLock.h"
#include "UObject/Class.h"

namespace
{
	/** Called from the build's threads. */
	void TileFinished(groma_str Name, uint64_t, void* User)
	{
		static_cast<FGromaFinishedTiles*>(User)->Add(Groma::ToString(Name));
	}

	/** The texts, one in each line. */
	FString JoinLines(const TArray<FString>& Texts)
	{
		FString Joined;
		for (const FString& Text : Texts)
		{
			Joined += Text;
			Joined += TEXT("\n");
		}
		return Joined;
	}

	int32 ToNativeReference(EGromaHeightReference Reference)
	{
		switch (Reference)
		{
		case EGromaHeightReference::Absolute:
			return GROMA_HEIGHT_ABSOLUTE;
		case EGromaHeightReference::AboveGround:
			return GROMA_HEIGHT_ABOVE_GROUND;
		case EGromaHeightReference::Levels:
			return GROMA_HEIGHT_LEVELS;
		default:
			return GROMA_HEIGHT_BY_NAME;
		}
	}

	int32 ToNativeOutside(EGromaOutsideData Outside)
	{
		switch (Outside)
		{
		case EGromaOutsideData::Fail:
			return GROMA_OUTSIDE_FAIL;
		case EGromaOutsideData::Fill:
			return GROMA_OUTSIDE_FILL;
		default:
			return GROMA_OUTSIDE_SKIP;
		}
	}
}

void FGromaFinishedTiles::Add(FString Name)
{
	const FScopeLock Locked(&Lock);
	Names.Add(MoveTemp(Name));
}

TArray<FString> FGromaFinishedTiles::Take()
{
	const FScopeLock Locked(&Lock);
	TArray<FString> Taken = MoveTemp(Names);
	Names.Reset();
	return Taken;
}

groma_build_city_mesh_options Groma::ToNative(const FGromaCityBuildOptions& Options)
{
	groma_build_city_mesh_options Native;
	groma_build_city_mesh_options_init(&Native, sizeof Native);
	Native.lod = Options.Lod == EGromaLevelOfDetail::Lod0 ? GROMA_LOD0 : GROMA_LOD1;
	Native.tile_size = Options.TileSize;
	Native.tile_overlap = Options.TileOverlap;
	Native.merge_buildings = Options.bMergeBuildings;
	Native.min_building_detail = Options.MinBuildingDetail;
	Native.min_building_area = Options.MinBuildingArea;
	Native.merge_tolerance = Options.MergeTolerance;
	Native.merge_height_tolerance = Options.MergeHeightTolerance;
	Native.building_mesh_triangle_size = Options.BuildingMeshTriangleSize;
	Native.max_mesh_size = Options.MaxMeshSize;
	Native.min_mesh_angle = Options.MinMeshAngle;
	Native.smoothing = static_cast<uint32>(FMath::Max(Options.Smoothing, 0));
	Native.treat_lod0_as_holes = Options.bTreatLod0AsHoles;
	Native.max_fill_distance = Options.MaxFillDistance;
	Native.outside_data = ToNativeOutside(Options.OutsideData);
	Native.ground_beside_buildings = Options.GroundBesideBuildings == EGromaGroundBesideBuildings::Lowest
		? GROMA_GROUND_LOWEST
		: GROMA_GROUND_TERRAIN;
	Native.raise_covered_roofs = Options.bRaiseCoveredRoofs;
	Native.crs = static_cast<uint32>(FMath::Max(Options.Crs, 0));
	Native.height_unit = Options.HeightUnit;
	Native.use_bounds = Options.bUseBounds;
	Native.bounds[0] = Options.BoundsMin.X;
	Native.bounds[1] = Options.BoundsMin.Y;
	Native.bounds[2] = Options.BoundsMax.X;
	Native.bounds[3] = Options.BoundsMax.Y;
	Native.resume = Options.bResume;
	Native.replace = Options.bReplace;
	Native.fsync = Options.bFsync;
	return Native;
}

TGromaHandle<groma_job> Groma::StartCityBuild(const FGromaCityInput& Input, const FString& StoreFolder,
	const FGromaCityBuildOptions& Options, FGromaFinishedTiles& Finished, FString& OutReason)
{
	const bool bFolder = !Input.TerrainFolder.Path.IsEmpty();
	if (bFolder && !Input.TerrainFile.FilePath.IsEmpty())
	{
		OutReason = FString::Printf(TEXT("TerrainFile is %s and TerrainFolder is %s: one of them is accepted"),
			*Input.TerrainFile.FilePath, *Input.TerrainFolder.Path);
		return nullptr;
	}
	const FGromaText Footprints(FullPath(Input.FootprintsFile.FilePath));
	const FGromaText Terrain(FullPath(bFolder ? Input.TerrainFolder.Path : Input.TerrainFile.FilePath));
	const FGromaText HeightProperty(Input.HeightProperty);
	const FGromaText Layer(Input.Layer);
	const FGromaText Filters(JoinLines(Input.Filters));
	const FGromaText Heights(Input.Heights);
	const FGromaText LodProperty(Input.LodProperty);
	const FGromaText IdProperty(Input.IdProperty);
	const FGromaText Store(FullPath(StoreFolder));
	const FGromaText TempDir(FullPath(Options.TempDir.Path));
	const FGromaText DomainFile(FullPath(Options.DomainFile.FilePath));

	groma_city_input NativeInput;
	groma_city_input_init(&NativeInput, sizeof NativeInput);
	NativeInput.footprints_file = Footprints.Get();
	NativeInput.terrain_file = Terrain.Get();
	NativeInput.layer = Layer.Get();
	NativeInput.filters = Filters.Get();
	NativeInput.heights = Heights.Get();
	NativeInput.height_property = HeightProperty.Get();
	NativeInput.height_reference = ToNativeReference(Input.HeightReference);
	NativeInput.level_height = Input.LevelHeight;
	NativeInput.lod_property = LodProperty.Get();
	NativeInput.id_property = IdProperty.Get();
	NativeInput.use_default_height = Input.bUseDefaultHeight;
	NativeInput.default_height = Input.DefaultHeight;

	const UGromaSettings* Settings = GetDefault<UGromaSettings>();
	groma_build_city_mesh_options NativeOptions = ToNative(Options);
	NativeOptions.temp_dir = TempDir.Get();
	NativeOptions.domain_file = DomainFile.Get();
	NativeOptions.threads = static_cast<uint32>(FMath::Max(Settings->Threads, 0));
	NativeOptions.memory_limit = Settings->GetMemoryLimitBytes();
	NativeOptions.on_tile = TileFinished;
	NativeOptions.user = &Finished;

	FGromaError Error;
	groma_job* Job = nullptr;
	if (groma_build_city_mesh_tiled(&NativeInput, Store.Get(), &NativeOptions, &Job, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
	}
	return TGromaHandle<groma_job>(Job);
}

TGromaHandle<groma_job> Groma::StartLevelsBuild(const FString& StoreFolder, FString& OutReason)
{
	const UGromaSettings* Settings = GetDefault<UGromaSettings>();
	const FGromaText Store(FullPath(StoreFolder));
	groma_levels_options Options;
	groma_levels_options_init(&Options, sizeof Options);
	Options.threads = static_cast<uint32>(FMath::Max(Settings->Threads, 0));
	Options.memory_limit = Settings->GetMemoryLimitBytes();
	FGromaError Error;
	groma_job* Job = nullptr;
	if (groma_mesh_store_build_levels(Store.Get(), &Options, &Job, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
	}
	return TGromaHandle<groma_job>(Job);
}

FString Groma::LevelsBuildSummary(const groma_job* Job)
{
	groma_levels_report Report;
	Report.struct_size = sizeof Report;
	FGromaError Error;
	if (groma_job_levels_report(Job, &Report, Error.Out()) != GROMA_OK)
	{
		return Error.ToString();
	}
	return FString::Printf(TEXT("%u levels of detail, %llu triangles in %llu tiles, of which %llu were made now"),
		Report.levels, static_cast<unsigned long long>(Report.triangles), static_cast<unsigned long long>(Report.tiles),
		static_cast<unsigned long long>(Report.made));
}

FString Groma::CityBuildSummary(const groma_job* Job, uint64& OutFailedTiles)
{
	FGromaError Error;
	groma_city_report Report;
	Report.struct_size = sizeof Report;
	OutFailedTiles = 0;
	if (groma_job_city_report(Job, &Report, Error.Out()) != GROMA_OK)
	{
		return Error.ToString();
	}
	OutFailedTiles = Report.failed;
	FString Summary = FString::Printf(
		TEXT("%llu buildings, %llu triangles in %llu tiles, of which %llu were there before; %.1f s"),
		static_cast<unsigned long long>(Report.buildings), static_cast<unsigned long long>(Report.triangles),
		static_cast<unsigned long long>(Report.tiles), static_cast<unsigned long long>(Report.kept), Report.seconds);
	if (Report.failed > 0)
	{
		Summary += FString::Printf(
			TEXT("; %llu tiles could not be made, the log says why"), static_cast<unsigned long long>(Report.failed));
	}
	return Summary;
}
