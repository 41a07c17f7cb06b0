#pragma once

#include "Containers/ArrayView.h"
#include "CoreMinimal.h"
#include "Templates/SharedPointer.h"

struct groma_hash_table;

/** What the header of a table says. */
struct FSpatialHashHeader
{
	/** What the file begins with. */
	uint32 Magic = 0x54534854;

	/** The version of the file's format. */
	uint32 Version = 1;

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

/** A cell of a table that holds a trajectory. */
struct FSpatialHashEntry
{
	/** The cell's Morton key. */
	uint64 ZOrderKey = 0;

	/** Where the cell's trajectories begin among all. */
	uint32 StartIndex = 0;

	/** Their number. */
	uint32 TrajectoryCount = 0;

	bool operator<(const FSpatialHashEntry& Other) const { return ZOrderKey < Other.ZOrderKey; }
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

	/** The cells, ascending by key, in the mapped file; they live as long as this table or a copy of it does. */
	TArrayView<const FSpatialHashEntry> Entries;

	/** The trajectories of all cells one after another, in the mapped file; they live as long as Entries. */
	TArrayView<const uint32> TrajectoryIds;

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

	/** The same with ids of 64 bits. */
	bool QueryAtPosition(const FVector& WorldPos, TArray<int64>& OutTrajectoryIds) const;
	int32 QueryTrajectoryIdsInRadius(const FVector& WorldPos, float Radius, TArray<int64>& OutTrajectoryIds) const;

	/** The number of the cell with a key in Entries, or INDEX_NONE when it is empty. */
	int32 FindEntry(uint64 Key) const;

	/**
	 * The trajectories of a cell.
	 *
	 * @param EntryIndex Its number in Entries.
	 * @return Whether there is such a cell.
	 */
	bool GetTrajectoryIdsForCell(int32 EntryIndex, TArray<uint32>& OutTrajectoryIds) const;
	bool GetTrajectoryIdsForCell(int32 EntryIndex, TArray<int64>& OutTrajectoryIds) const;

	/** Whether a table is loaded whose cells ascend by key and have their trajectories one after another. */
	bool Validate() const;

	/** The size of the mapped file. */
	int64 GetMappedBytes() const;

private:
	TSharedPtr<groma_hash_table> Native;
};
