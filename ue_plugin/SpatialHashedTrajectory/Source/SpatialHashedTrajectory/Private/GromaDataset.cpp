#include "GromaDataset.h"

#include "GromaLog.h"
#include "GromaMovingQuery.h"
#include "GromaSettings.h"
#include "Misc/ScopeLock.h"
#include "SpatialHashTableBuilder.h"
#include "UObject/Class.h"

FGromaDataset::FGromaDataset(const FString& InFolder, const FString& InRoot)
	: Folder(InFolder)
	, Root(InRoot)
{
	const UGromaSettings* Settings = GetDefault<UGromaSettings>();
	Threads = static_cast<uint32>(FMath::Max(Settings->Threads, 0));
	MemoryLimit = Settings->GetMemoryLimitBytes();
}

bool FGromaDataset::Is(const FString& InFolder, const FString& InRoot) const
{
	return Folder.Equals(InFolder, ESearchCase::CaseSensitive) && Root.Equals(InRoot, ESearchCase::CaseSensitive);
}

TSharedPtr<groma_dataset> FGromaDataset::GetOpen() const
{
	const FScopeLock Locked(&NativeLock);
	return Native;
}

TSharedPtr<groma_dataset> FGromaDataset::Open(FString& OutReason)
{
	const FScopeLock Locked(&Opening);
	if (TSharedPtr<groma_dataset> Known = GetOpen())
	{
		return Known;
	}
	const FGromaText FolderText(Folder);
	const FGromaText RootText(Root);
	groma_dataset_options Options;
	groma_dataset_options_init(&Options, sizeof Options);
	Options.tables_folder = RootText.Get();
	Options.threads = Threads;
	Options.memory_limit = MemoryLimit;
	FGromaError Error;
	groma_dataset* Opened = nullptr;
	if (groma_dataset_open(FolderText.Get(), &Options, &Opened, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
		return nullptr;
	}
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	if (groma_dataset_get_info(Opened, &Info, nullptr) == GROMA_OK
		&& (Info.coordinate_origin[0] != 0.0 || Info.coordinate_origin[1] != 0.0 || Info.coordinate_origin[2] != 0.0))
	{
		UE_LOG(LogGroma, Log, TEXT("Positions in %s count from %.3f, %.3f, %.3f: so much was subtracted from its source."), *Folder,
			Info.coordinate_origin[0], Info.coordinate_origin[1], Info.coordinate_origin[2]);
	}
	const FScopeLock NativeLocked(&NativeLock);
	Native = TSharedPtr<groma_dataset>(Opened, FGromaClose());
	return Native;
}

FVector FGromaPeriodicity::Resolve(const groma_dataset* Dataset, float CellSize, FString& OutHow) const
{
	OutHow = FString();
	if (!bIsSet)
	{
		groma_dataset_info Info;
		Info.struct_size = sizeof Info;
		return Dataset != nullptr && groma_dataset_get_info(Dataset, &Info, nullptr) == GROMA_OK
			? FVector(Info.periodic_extent[0], Info.periodic_extent[1], Info.periodic_extent[2])
			: FVector::ZeroVector;
	}
	if (!Volume.bIsPeriodic || !Volume.Extent.IsZero())
	{
		return Volume.bIsPeriodic ? Volume.Extent : FVector::ZeroVector;
	}
	groma_table_bounds Bounds;
	Bounds.struct_size = sizeof Bounds;
	if (Dataset != nullptr && groma_dataset_get_table_bounds(Dataset, CellSize, &Bounds, nullptr) == GROMA_OK)
	{
		OutHow = Bounds.has_margin != 0
			? FString::Printf(TEXT("the box of the tables without the margin of %g on every side"), Bounds.margin)
			: FString(TEXT("the box that the build of the tables was given"));
		FVector Extent = FVector::ZeroVector;
		for (int32 Axis = 0; Axis < 3; ++Axis)
		{
			Extent[Axis] = FMath::Max(Bounds.box_max[Axis] - Bounds.box_min[Axis] - 2.0 * Bounds.margin, 0.0);
		}
		return Extent;
	}
	if (!TableBox.IsZero())
	{
		OutHow = TEXT("the box in a table's header, whose margin is not known and therefore still in it");
	}
	return TableBox;
}

FString FGromaPreparation::Prepare()
{
	FString Reason;
	Native = Dataset->Open(Reason);
	if (!Native.IsValid())
	{
		return Reason;
	}
	// What the manifest says is asked for like what was set, so that images are counted in the same way.
	Query.Extent = Periodicity.Resolve(Native.Get(), Query.CellSize, How);
	Query.bPeriodic = !Query.Extent.IsZero() && !Query.bOnlyStored;
	if (Query.Kind == FGromaQuery::EKind::Trajectory && Query.bPeriodic)
	{
		return MakePath();
	}
	if (Query.Kind == FGromaQuery::EKind::Path && Query.bPeriodic)
	{
		Query.Points = Groma::MakeContinuous(Query.Points, Query.Extent);
	}
	return FString();
}

FString FGromaPreparation::MakePath()
{
	groma_dataset_info Info;
	Info.struct_size = sizeof Info;
	groma_dataset_get_info(Native.Get(), &Info, nullptr);
	const int32 First = FMath::Max(Query.StartTimeStep, Info.first_step);
	const int32 Last = FMath::Min(Query.EndTimeStep, Info.last_step);
	TArray<FVector> Positions;
	TArray<int32> TimeSteps;
	if (First <= Last)
	{
		TArray<FVector3f> Stored;
		Stored.SetNumUninitialized(Last - First + 1);
		FGromaError Error;
		if (groma_dataset_positions(Native.Get(), static_cast<uint64>(Query.TrajectoryId), First, Last,
				reinterpret_cast<float*>(Stored.GetData()), Error.Out())
			!= GROMA_OK)
		{
			return Error.ToString();
		}
		for (int32 Index = 0; Index < Stored.Num(); ++Index)
		{
			if (!Stored[Index].ContainsNaN())
			{
				Positions.Add(FVector(Stored[Index]));
				TimeSteps.Add(First + Index);
			}
		}
	}
	if (TimeSteps.Num() == 0)
	{
		return FString::Printf(TEXT("The trajectory %lld has no sample at the time steps %d to %d."),
			static_cast<long long>(Query.TrajectoryId), Query.StartTimeStep, Query.EndTimeStep);
	}
	FGromaQuery Path = FGromaQuery::AlongPath(
		Groma::MakeContinuous(Positions, Query.Extent), TimeSteps, static_cast<float>(Query.Radius), Query.CellSize);
	Path.Radius = Query.Radius;
	Path.TrajectoryId = Query.TrajectoryId;
	Path.bPeriodic = Query.bPeriodic;
	Path.Extent = Query.Extent;
	Query = MoveTemp(Path);
	return FString();
}

bool FGromaTableLoad::FindMissing()
{
	Missing = FString();
	const TSharedPtr<groma_dataset> Native = Dataset->Open(Missing);
	FGromaError Error;
	size_t Count = 0;
	int32 First = 0;
	if (Native.IsValid()
		&& groma_dataset_missing_steps(Native.Get(), CellSize, StartTimeStep, EndTimeStep, &First, 1, &Count, Error.Out())
			!= GROMA_OK)
	{
		Missing = Error.ToString();
	}
	else if (Count > 0)
	{
		Missing =
			FString::Printf(TEXT("%llu of the time steps %d to %d have no table of cell size %.3f, the first of them %d"),
				static_cast<unsigned long long>(Count), StartTimeStep, EndTimeStep, CellSize, First);
	}
	return !Missing.IsEmpty();
}

FString FGromaTableLoad::Load()
{
	FString Reason;
	const TSharedPtr<groma_dataset> Native = Dataset->Open(Reason);
	if (!Native.IsValid())
	{
		return Reason;
	}
	FGromaError Error;
	size_t Count = 0;
	TArray<int32> TimeSteps;
	int32 Status = groma_dataset_table_steps(Native.Get(), CellSize, nullptr, 0, &Count, Error.Out());
	if (Status == GROMA_OK)
	{
		TimeSteps.SetNumUninitialized(static_cast<int32>(Count));
		Status = groma_dataset_table_steps(Native.Get(), CellSize, TimeSteps.GetData(), Count, &Count, Error.Out());
	}
	if (Status != GROMA_OK)
	{
		return Error.ToString();
	}
	for (const int32 TimeStep : TimeSteps)
	{
		FTable Loaded;
		Loaded.TimeStep = TimeStep;
		if (((TimeStep >= StartTimeStep && TimeStep <= EndTimeStep) || OtherTimeSteps.Contains(TimeStep))
			&& LoadTable(FSpatialHashTableBuilder::GetOutputFilename(Dataset->GetRoot(), CellSize, static_cast<uint32>(TimeStep)),
				CellSize, TimeStep, Loaded.Table))
		{
			Tables.Add(MoveTemp(Loaded));
		}
	}
	return FString();
}

bool FGromaTableLoad::LoadTable(const FString& FilePath, float InCellSize, int32 TimeStep, FSpatialHashTable& OutTable)
{
	if (!OutTable.LoadFromFile(FilePath))
	{
		return false;
	}
	const FSpatialHashHeader& Header = OutTable.Header;
	if (!FMath::IsNearlyEqual(Header.CellSize, InCellSize, Groma::CellSizeEpsilon))
	{
		UE_LOG(LogGroma, Error, TEXT("%s has the cell size %.3f, not %.3f."), *FilePath, Header.CellSize, InCellSize);
		return false;
	}
	if (Header.TimeStep != static_cast<uint32>(TimeStep))
	{
		UE_LOG(LogGroma, Error, TEXT("%s is of the time step %u, not %d."), *FilePath, Header.TimeStep, TimeStep);
		return false;
	}
	return true;
}
