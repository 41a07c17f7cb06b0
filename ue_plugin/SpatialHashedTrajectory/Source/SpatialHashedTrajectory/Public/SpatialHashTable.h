#pragma once

#include "CoreMinimal.h"
#include "Templates/SharedPointer.h"

struct groma_hash_table;

/** What the header of a table says. */
struct FSpatialHashHeader
{
	/** The time step. */
	uint32 TimeStep = 0;

	/** The edge of a cell, in the data's own unit. */
	float CellSize = 0.0f;

	/** The least corner of the box of the cells, in single precision. */
	FVector BBoxMin = FVector::ZeroVector;

	/** The greatest corner of the box of the cells, in single precision. */
	FVector BBoxMax = FVector::ZeroVector;

	/** Cells that hold a trajectory. */
	uint32 NumEntries = 0;

	/** Trajectories in all cells. */
	uint32 NumTrajectoryIds = 0;
};

/**
 * One hash table: which trajectories are in which cell at a time step. The file is mapped, not read; copies share the
 * mapping, and any number of threads may ask.
 */
class SPATIALHASHEDTRAJECTORY_API FSpatialHashTable
{
public:
	/** Zero until a file is loaded. */
	FSpatialHashHeader Header;

	/** The loaded file. */
	FString SourceFilePath;

	/** The Morton key of a cell; numbers outside 0 to 2097151 are taken for the nearest of these. */
	static uint64 CalculateZOrderKey(int32 CellX, int32 CellY, int32 CellZ);

	/** The cell that a position is in, counted from BBoxMin; all 0 for a cell size that is not above 0. */
	static void WorldToCellCoordinates(
		const FVector& WorldPos, const FVector& BBoxMin, float CellSize, int32& OutCellX, int32& OutCellY, int32& OutCellZ);

	/**
	 * Maps a table file and checks it.
	 *
	 * @return Whether it is a table; why not is in the log, and what was loaded before stays.
	 */
	bool LoadFromFile(const FString& Filename);

	/**
	 * The trajectories in the cell of a position.
	 *
	 * @return Whether the cell holds any.
	 */
	bool QueryAtPosition(const FVector& WorldPos, TArray<uint32>& OutTrajectoryIds) const;

	/**
	 * The trajectories in all cells that a ball may touch: all those within the radius, and some more. One that is in the
	 * table more than once is as often among them.
	 *
	 * @return Their number.
	 */
	int32 QueryTrajectoryIdsInRadius(const FVector& WorldPos, float Radius, TArray<uint32>& OutTrajectoryIds) const;

	/** The size of the mapped file. */
	int64 GetMappedBytes() const;

private:
	TSharedPtr<groma_hash_table> Native;
};
