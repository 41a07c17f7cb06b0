#pragma once

#include "Containers/Array.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "GromaQuery.h"
#include "HAL/CriticalSection.h"
#include "SpatialHashTable.h"
#include "SpatialHashTypes.h"
#include "Templates/SharedPointer.h"

namespace Groma
{
	/** Cell sizes nearer to each other than this are the same. */
	constexpr float CellSizeEpsilon = 0.001f;
}

/** A data set and the folder of its tables. Whoever needs it first opens it, on any thread; the others wait for that. */
class FGromaDataset
{
public:
	/** Made on the game thread, where the project's settings are. */
	FGromaDataset(const FString& InFolder, const FString& InRoot);

	/** Paths differ in more than their case on some systems. */
	bool Is(const FString& InFolder, const FString& InRoot) const;

	/** @return The open data set; null when it cannot be opened, and OutReason says why. */
	TSharedPtr<groma_dataset> Open(FString& OutReason);

	/** The open data set; null while it is not. Waits for nobody. */
	TSharedPtr<groma_dataset> GetOpen() const;

	/** The folder that spatial_hashing is in. */
	const FString& GetRoot() const { return Root; }

private:
	FString Folder;
	FString Root;
	uint32 Threads = 0;
	uint64 MemoryLimit = 0;

	FCriticalSection Opening;
	mutable FCriticalSection NativeLock;
	TSharedPtr<groma_dataset> Native;
};

/** What a manager says of periodic space, for any thread. */
struct FGromaPeriodicity
{
	/** Whether the volume was set; otherwise the manifests of the data sets hold. */
	bool bIsSet = false;
	FPeriodicVolume Volume;

	/** The box in the header of a loaded table; zero without one. */
	FVector TableBox = FVector::ZeroVector;

	/**
	 * After which lengths space repeats itself in a data set, which may be null; zero where it does not.
	 *
	 * @param OutHow What the lengths were inferred from; empty when they were not.
	 */
	FVector Resolve(const groma_dataset* Dataset, float CellSize, FString& OutHow) const;
};

/** A query on its way to be asked. */
struct FGromaPreparation
{
	FGromaPreparation(const TSharedRef<FGromaDataset>& InDataset, const FGromaQuery& InQuery, const FGromaPeriodicity& InPeriodicity)
		: Dataset(InDataset)
		, Query(InQuery)
		, Periodicity(InPeriodicity)
	{
	}

	TSharedRef<FGromaDataset> Dataset;
	FGromaQuery Query;
	FGromaPeriodicity Periodicity;

	/** Set by Prepare. */
	TSharedPtr<groma_dataset> Native;
	FString How;

	/** Whether Prepare has neither to open the data set nor to read positions. */
	bool IsAtHand() const { return Query.Kind != FGromaQuery::EKind::Trajectory && Dataset->GetOpen().IsValid(); }

	/** Completes the query, on any thread. @return Why it cannot be asked, or nothing. */
	FString Prepare();

private:
	/**
	 * Makes a query around a trajectory one around its path, so that images are counted from a path that is continuous.
	 */
	FString MakePath();
};

/** The tables of a range of time steps on their way into memory. */
struct FGromaTableLoad
{
	FGromaTableLoad(const TSharedRef<FGromaDataset>& InDataset, float InCellSize, int32 InStartTimeStep, int32 InEndTimeStep)
		: Dataset(InDataset)
		, CellSize(InCellSize)
		, StartTimeStep(InStartTimeStep)
		, EndTimeStep(InEndTimeStep)
	{
	}

	TSharedRef<FGromaDataset> Dataset;
	float CellSize = 0.0f;
	int32 StartTimeStep = 0;
	int32 EndTimeStep = 0;

	/** Other time steps whose tables are loaded, too, where there are any. */
	TArray<int32> OtherTimeSteps;

	struct FTable
	{
		int32 TimeStep = 0;
		FSpatialHashTable Table;
	};

	/** What was loaded. */
	TArray<FTable> Tables;

	/** Which tables of the range are missing, or why that is not known; empty when none is. */
	FString Missing;

	/** Looks whether all tables of the range are there, on any thread. */
	bool FindMissing();

	/** Loads what is there, on any thread. @return Why it could not, or nothing. */
	FString Load();

	/** Maps a table, on any thread, and checks that it is what it should be; the log says why not. */
	static bool LoadTable(const FString& FilePath, float InCellSize, int32 TimeStep, FSpatialHashTable& OutTable);
};
