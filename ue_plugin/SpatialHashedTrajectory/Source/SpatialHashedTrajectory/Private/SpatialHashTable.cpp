#include "SpatialHashTable.h"

#include "GromaLibrary.h"
#include "GromaLog.h"
#include "GromaNative.h"

namespace
{
	constexpr int64 TableHeaderBytes = 64;
	constexpr int64 TableEntryBytes = 16;
	constexpr int64 TableIdBytes = 4;

	static_assert(sizeof(FSpatialHashEntry) == sizeof(groma_hash_table_entry)
			&& offsetof(FSpatialHashEntry, StartIndex) == offsetof(groma_hash_table_entry, start)
			&& offsetof(FSpatialHashEntry, TrajectoryCount) == offsetof(groma_hash_table_entry, count),
		"the entries of the mapped file are looked at in place");

	/** Ids of 32 bits as ids of 64. */
	void Widen(const TArray<uint32>& Narrow, TArray<int64>& OutWide)
	{
		OutWide.Reset(Narrow.Num());
		for (const uint32 Id : Narrow)
		{
			OutWide.Add(Id);
		}
	}
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
	TSharedPtr<groma_hash_table> Opened(Table, FGromaClose());
	const groma_hash_table_entry* Cells = nullptr;
	const uint32_t* Ids = nullptr;
	size_t CellCount = 0;
	size_t IdCount = 0;
	if (groma_hash_table_get_arrays(Table, &Cells, &CellCount, &Ids, &IdCount, Error.Out()) != GROMA_OK)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Error.ToString());
		return false;
	}
	Native = MoveTemp(Opened);
	SourceFilePath = FullPath;
	// Counts above what an int32 holds are those of files of more than 8 GB: an array view cannot say them.
	Entries = TArrayView<const FSpatialHashEntry>(
		reinterpret_cast<const FSpatialHashEntry*>(Cells), static_cast<int32>(FMath::Min<size_t>(CellCount, MAX_int32)));
	TrajectoryIds = TArrayView<const uint32>(Ids, static_cast<int32>(FMath::Min<size_t>(IdCount, MAX_int32)));

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

bool FSpatialHashTable::QueryAtPosition(const FVector& WorldPos, TArray<int64>& OutTrajectoryIds) const
{
	TArray<uint32> Narrow;
	const bool bFound = QueryAtPosition(WorldPos, Narrow);
	Widen(Narrow, OutTrajectoryIds);
	return bFound;
}

int32 FSpatialHashTable::QueryTrajectoryIdsInRadius(
	const FVector& WorldPos, float Radius, TArray<int64>& OutTrajectoryIds) const
{
	TArray<uint32> Narrow;
	QueryTrajectoryIdsInRadius(WorldPos, Radius, Narrow);
	Widen(Narrow, OutTrajectoryIds);
	return OutTrajectoryIds.Num();
}

int32 FSpatialHashTable::FindEntry(uint64 Key) const
{
	int32 First = 0;
	int32 End = Entries.Num();
	while (First < End)
	{
		const int32 Middle = First + (End - First) / 2;
		if (Entries[Middle].ZOrderKey < Key)
		{
			First = Middle + 1;
		}
		else
		{
			End = Middle;
		}
	}
	return First < Entries.Num() && Entries[First].ZOrderKey == Key ? First : static_cast<int32>(INDEX_NONE);
}

bool FSpatialHashTable::GetTrajectoryIdsForCell(int32 EntryIndex, TArray<uint32>& OutTrajectoryIds) const
{
	OutTrajectoryIds.Reset();
	if (!Entries.IsValidIndex(EntryIndex))
	{
		return false;
	}
	const FSpatialHashEntry& Entry = Entries[EntryIndex];
	const uint64 End = static_cast<uint64>(Entry.StartIndex) + Entry.TrajectoryCount;
	if (End > static_cast<uint64>(TrajectoryIds.Num()))
	{
		return false;
	}
	OutTrajectoryIds.Append(TrajectoryIds.GetData() + Entry.StartIndex, static_cast<int32>(Entry.TrajectoryCount));
	return true;
}

bool FSpatialHashTable::GetTrajectoryIdsForCell(int32 EntryIndex, TArray<int64>& OutTrajectoryIds) const
{
	TArray<uint32> Narrow;
	const bool bFound = GetTrajectoryIdsForCell(EntryIndex, Narrow);
	Widen(Narrow, OutTrajectoryIds);
	return bFound;
}

bool FSpatialHashTable::Validate() const
{
	uint64 Next = 0;
	for (int32 Index = 0; Index < Entries.Num(); ++Index)
	{
		const FSpatialHashEntry& Entry = Entries[Index];
		if (Entry.StartIndex != Next || Entry.TrajectoryCount == 0
			|| (Index > 0 && Entry.ZOrderKey <= Entries[Index - 1].ZOrderKey))
		{
			return false;
		}
		Next += Entry.TrajectoryCount;
	}
	return Native.IsValid() && Next == Header.NumTrajectoryIds;
}

int64 FSpatialHashTable::GetMappedBytes() const
{
	return Native.IsValid() ? TableHeaderBytes + TableEntryBytes * Header.NumEntries + TableIdBytes * Header.NumTrajectoryIds : 0;
}
