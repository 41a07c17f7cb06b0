#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"
#include "GromaCityOptions.generated.h"

/** What a building is. */
UENUM(BlueprintType)
enum class EGromaLevelOfDetail : uint8
{
	/** A flat platform on the ground. */
	Lod0 UMETA(DisplayName = "LOD0, a platform"),
	/** A block with a flat roof. */
	Lod1 UMETA(DisplayName = "LOD1, a block")
};

/** What is done with places that have no terrain data near enough. */
UENUM(BlueprintType)
enum class EGromaOutsideData : uint8
{
	/** The mesh ends where the data end. */
	Skip,
	/** A build that needs such places fails. */
	Fail,
	/** The nearest data are taken, however far they are. */
	Fill
};

/** The height of the ground beside buildings. */
UENUM(BlueprintType)
enum class EGromaGroundBesideBuildings : uint8
{
	/** The terrain's, like everywhere: walls go down to it. */
	Terrain,
	/** The lowest of the triangles around each vertex; on slopes this digs a trench around a building. */
	Lowest
};

/** What the values of the height property are. */
UENUM(BlueprintType)
enum class EGromaHeightReference : uint8
{
	/** Elevations of the roof, counted from the zero of the terrain's heights. */
	Absolute,
	/** Heights above the lowest ground along the building's outline. */
	AboveGround,
	/** Storeys above the ground, of the level height each. */
	Levels,
	/** What a known name of a property says; elevations where the name is not known. */
	ByName
};

/** What a city is made from. The files may be in different reference systems; the mesh is in metres. */
USTRUCT(BlueprintType)
struct SPATIALHASHEDTRAJECTORY_API FGromaCityInput
{
	GENERATED_BODY()

	/** The outlines of the buildings: GeoJSON, GeoPackage, Shapefile, FlatGeobuf or CityJSON. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input",
		meta = (RelativeToGameDir, FilePathFilter = "Footprints|*.geojson;*.json;*.geojsonl;*.gpkg;*.shp;*.fgb;*.gz"))
	FFilePath FootprintsFile;

	/** The heights of the ground: a GeoTIFF, an ESRI ASCII or XYZ grid, an SRTM tile, or a VRT. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input",
		meta = (RelativeToGameDir, FilePathFilter = "Terrain|*.tif;*.tiff;*.asc;*.xyz;*.hgt;*.vrt"))
	FFilePath TerrainFile;

	/** The heights of the ground as a folder of such files, in the place of the file. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", meta = (RelativeToGameDir))
	FDirectoryPath TerrainFolder;

	/** The layer with the buildings, of a file with several. Empty: the only one with polygons. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input")
	FString Layer;

	/** Read only buildings that fulfil all of these, each NAME=VALUE or NAME!=VALUE. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input")
	TArray<FString> Filters;

	/** Whose fields heights are taken from: auto, osm, overture, microsoft, bag or cityjson. Empty: auto. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input")
	FString Heights;

	/** The property of the footprints with the height in metres. Empty: the best known one with a usable value. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input")
	FString HeightProperty;

	/** What the values of the height property are. Without a height property it has no effect. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input")
	EGromaHeightReference HeightReference = EGromaHeightReference::ByName;

	/** The height of a storey where a building's height is known in storeys alone, in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", meta = (ClampMin = "0", ClampMax = "20", Units = "m"))
	double LevelHeight = 3.0;

	/** Give footprints without a height the default one. Otherwise they are left out and counted. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", meta = (InlineEditConditionToggle))
	bool bUseDefaultHeight = false;

	/** The height above the ground of footprints without one, in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", meta = (EditCondition = "bUseDefaultHeight", ClampMin = "0", ClampMax = "900", Units = "m"))
	double DefaultHeight = 0.0;

	/** The property of the footprints with the level of detail, 0 or 1. Empty: all have that of the mesh. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", AdvancedDisplay)
	FString LodProperty;

	/** The property of the footprints with the name. Empty: the feature's id, or the first of the common names. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Input", AdvancedDisplay)
	FString IdProperty;
};

/**
 * How a city is meshed. The names and defaults are those of the native library; threads and memory are in the project's
 * settings.
 */
USTRUCT(BlueprintType)
struct SPATIALHASHEDTRAJECTORY_API FGromaCityBuildOptions
{
	GENERATED_BODY()

	/** The level of detail of buildings that have none of their own. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	EGromaLevelOfDetail Lod = EGromaLevelOfDetail::Lod1;

	/** The edge of a tile in metres; rounded up to a multiple of 250. The mesh does not depend on it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "250", ClampMax = "1000000", Units = "m"))
	double TileSize = 1000.0;

	/** How far around a tile the plane is triangulated with it, in metres; raised when too small. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay, meta = (ClampMin = "0", ClampMax = "10000", Units = "m"))
	double TileOverlap = 50.0;

	/** Make one building of those that touch or nearly do. Otherwise they share their walls. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bMergeBuildings = true;

	/** No edge of an outline is shorter and no notch or neck of it narrower, where that can be had; in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "10", Units = "m"))
	double MinBuildingDetail = 0.5;

	/** Smaller footprints are left out; in square metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "1000000000"))
	double MinBuildingArea = 15.0;

	/** Buildings nearer to each other than this are merged; in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "10", Units = "m"))
	double MergeTolerance = 0.5;

	/**
	 * Roofs of merged buildings become one when they differ by less than this, in metres; otherwise the building has
	 * parts, and the higher one stands where footprints overlap. 10000: one roof for each merged building, the mean.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "10000", Units = "m"))
	double MergeHeightTolerance = 0.5;

	/** The longest pieces of walls, and the spacing of points on roofs; in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0.25", ClampMax = "64", Units = "m"))
	double BuildingMeshTriangleSize = 5.0;

	/** The spacing of points on open ground, in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0.5", ClampMax = "41.5", Units = "m"))
	double MaxMeshSize = 10.0;

	/** No triangle of ground and roofs has a smaller angle seen from above, in degrees, where that can be had. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "30", Units = "deg"))
	double MinMeshAngle = 25.0;

	/** Rounds of smoothing of the ground. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0", ClampMax = "5"))
	int32 Smoothing = 0;

	/** Leave the footprints of LOD0 buildings open. Otherwise a platform covers them. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bTreatLod0AsHoles = false;

	/** How far from a place without terrain data the nearest data may be taken, in metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay, meta = (ClampMin = "0", ClampMax = "1000000", Units = "m"))
	double MaxFillDistance = 10.0;

	/** What is done with places that are farther from terrain data than that. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	EGromaOutsideData OutsideData = EGromaOutsideData::Skip;

	/** The height of the ground beside buildings. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay)
	EGromaGroundBesideBuildings GroundBesideBuildings = EGromaGroundBesideBuildings::Terrain;

	/** Raise roofs under the highest ground along their outline to 0.5 m above it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bRaiseCoveredRoofs = false;

	/** Mesh only what lies in the polygons of this file, of any format that footprints may have. Empty: everything. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay,
		meta = (RelativeToGameDir, FilePathFilter = "Polygons|*.geojson;*.json;*.geojsonl;*.gpkg;*.shp;*.fgb;*.gz"))
	FFilePath DomainFile;

	/**
	 * The EPSG code of the mesh's reference system, a local projection. 0: the terrain's, or the footprints', or, where
	 * both are in degrees, the zone of UTM in the middle.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (ClampMin = "0"))
	int32 Crs = 0;

	/** The length of the unit of the terrain's heights in metres: 0.3048 for feet. 0: what the file tells, or metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay, meta = (ClampMin = "0", ClampMax = "1000"))
	double HeightUnit = 0.0;

	/** Mesh what the bounds say. Otherwise the whole terrain. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bUseBounds = false;

	/** West and south, in the metres of the files. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (EditCondition = "bUseBounds"))
	FVector2D BoundsMin = FVector2D::ZeroVector;

	/** East and north, in the metres of the files. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", meta = (EditCondition = "bUseBounds"))
	FVector2D BoundsMax = FVector2D::ZeroVector;

	/**
	 * Keep what an earlier build left in the store as far as its inputs are the same. Otherwise all tiles are made anew.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bResume = true;

	/**
	 * Let go of tiles in the store whose area is beyond what is meshed now; otherwise a build that would remove them
	 * fails.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh")
	bool bReplace = false;

	/** Have each file on the disk, not just in the system's cache, before it gets its name. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay)
	bool bFsync = false;

	/**
	 * Where many footprints, and terrain that does not fit the memory limit, go meanwhile. Empty: the system's folder
	 * for such files.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Mesh", AdvancedDisplay)
	FDirectoryPath TempDir;
};
