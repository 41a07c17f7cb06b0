#include "SpatialHashTable.h"

#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"

namespace
{
	constexpr int64 TableHeaderBytes = 64;
	constexpr int64 TableEntryBytes = 16;
	constexpr int64 TableIdBytes = 4;
}

uint64 FSpatialHashTable::CalculateZOrderKey(int32 CellX, int32 CellY, int32 CellZ)
{
	const int32_t Cell[3] = { CellX, CellY, CellZ };
	uint64_t Key = 0;
	if (FGromaLibrary::IsAvailable())
	{
		groma_cell_key(Cell, &Key, nullptr);
	}
	return Key;
}

void FSpatialHashTable::WorldToCellCoordinates(
	const FVector& WorldPos, const FVector& BBoxMin, float CellSize, int32& OutCellX, int32& OutCellY, int32& OutCellZ)
{
	const double Position[3] = { WorldPos.X, WorldPos.Y, WorldPos.Z };
	const double BoxMin[3] = { BBoxMin.X, BBoxMin.Y, BBoxMin.Z };
	int32_t Cell[3] = { 0, 0, 0 };
	if (FGromaLibrary::IsAvailable())
	{
		groma_cell_of_position(Position, BoxMin, CellSize, Cell, nullptr);
	}
	OutCellX = Cell[0];
	OutCellY = Cell[1];
	OutCellZ = Cell[2];
}

bool FSpatialHashTable::LoadFromFile(const FString& Filename)
{
	if (!FGromaLibrary::IsAvailable())
	{
		return false;
	}
	const FString FullPath = Groma::FullPath(Filename);
	const FGromaText Path(FullPath);
	FGromaError Error;
	groma_hash_table* Table = nullptr;
	if (groma_hash_table_open(Path.Get(), &Table, Error.Out()) != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return false;
	}
	Native = TSharedPtr<groma_hash_table>(Table, FGromaClose());
	SourceFilePath = FullPath;

	groma_hash_table_info Info;
	Info.struct_size = sizeof Info;
	groma_hash_table_get_info(Table, &Info, nullptr);
	Header.TimeStep = Info.time_step;
	Header.CellSize = Info.cell_size;
	Header.BBoxMin = FVector(Info.box_min[0], Info.box_min[1], Info.box_min[2]);
	Header.BBoxMax = FVector(Info.box_max[0], Info.box_max[1], Info.box_max[2]);
	Header.NumEntries = Info.cells;
	Header.NumTrajectoryIds = Info.samples;
	return true;
}

bool FSpatialHashTable::QueryAtPosition(const FVector& WorldPos, TArray<uint32>& OutTrajectoryIds) const
{
	OutTrajectoryIds.Reset();
	if (!Native.IsValid())
	{
		return false;
	}
	const double Position[3] = { WorldPos.X, WorldPos.Y, WorldPos.Z };
	FGromaError Error;
	const uint32_t* Ids = nullptr;
	size_t Count = 0;
	if (groma_hash_table_cell_at(Native.Get(), Position, &Ids, &Count, Error.Out()) != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return false;
	}
	OutTrajectoryIds.Append(Ids, static_cast<int32>(Count));
	return Count > 0;
}

int32 FSpatialHashTable::QueryTrajectoryIdsInRadius(
	const FVector& WorldPos, float Radius, TArray<uint32>& OutTrajectoryIds) const
{
	OutTrajectoryIds.Reset();
	if (!Native.IsValid())
	{
		return 0;
	}
	const double Centre[3] = { WorldPos.X, WorldPos.Y, WorldPos.Z };
	FGromaError Error;
	size_t Count = 0;
	int32 Status = groma_hash_table_candidates(Native.Get(), Centre, Radius, nullptr, 0, &Count, Error.Out());
	if (Status == GROMA_OK && Count > 0)
	{
		OutTrajectoryIds.SetNumUninitialized(static_cast<int32>(Count));
		Status = groma_hash_table_candidates(
			Native.Get(), Centre, Radius, OutTrajectoryIds.GetData(), Count, &Count, Error.Out());
	}
	if (Status != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		OutTrajectoryIds.Reset();
	}
	return OutTrajectoryIds.Num();
}

int64 FSpatialHashTable::GetMappedBytes() const
{
	return Native.IsValid() ? TableHeaderBytes + TableEntryBytes * Header.NumEntries + TableIdBytes * Header.NumTrajectoryIds : 0;
}
