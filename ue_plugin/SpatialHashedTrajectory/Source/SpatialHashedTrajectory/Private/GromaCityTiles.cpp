#include "GromaCityTiles.h"

#include "GromaJobs.h"
#include "GromaLog.h"
#include "HAL/PlatformTime.h"

TSharedPtr<FGromaCityTiles> FGromaCityTiles::Open(
	UObject* InJobOwner, const FString& Folder, bool bWithLevels, FString& OutReason)
{
	const FGromaText Path(Groma::FullPath(Folder));
	FGromaError Error;
	groma_mesh_store* Opened = nullptr;
	if (groma_mesh_store_open(Path.Get(), &Opened, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
		return nullptr;
	}
	TGromaHandle<groma_mesh_store> OpenedStore(Opened);
	groma_mesh_store* OpenedLevels = nullptr;
	if (bWithLevels)
	{
		// Without levels, or with those of an earlier build, the city is shown from its own tiles.
		const int32 Status = groma_mesh_store_open_levels(Opened, &OpenedLevels, Error.Out());
		if (Status != GROMA_OK && Status != GROMA_NOT_FOUND && Status != GROMA_UNSUPPORTED)
		{
			UE_LOG(LogGroma, Warning, TEXT("The levels of detail of %s are not used: %s"), *Folder, *Error.ToString());
		}
	}
	return MakeShared<FGromaCityTiles>(
		InJobOwner, MoveTemp(OpenedStore), TGromaHandle<groma_mesh_store>(OpenedLevels));
}

FGromaCityTiles::FGromaCityTiles(
	UObject* InJobOwner, TGromaHandle<groma_mesh_store> InStore, TGromaHandle<groma_mesh_store> InLevels)
	: JobOwner(InJobOwner)
	, Store(MoveTemp(InStore))
	, Levels(MoveTemp(InLevels))
{
}

bool FGromaCityTiles::AddListed(FString& OutReason)
{
	FGromaError Error;
	groma_tile_list* Listed = nullptr;
	if (groma_mesh_store_list_tiles(ShownStore(), &Listed, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
		return false;
	}
	const TGromaHandle<groma_tile_list> List(Listed);
	const groma_str* Names = nullptr;
	size_t Count = 0;
	if (groma_tile_list_get_names(List.Get(), &Names, &Count, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
		return false;
	}
	for (size_t Index = 0; Index < Count; ++Index)
	{
		FString Name = Groma::ToString(Names[Index]);
		if (!Indices.Contains(Name))
		{
			ToLocate.Add(MoveTemp(Name));
		}
	}
	return true;
}

void FGromaCityTiles::AddFinished(const FString& Name)
{
	ToLocate.Add(Name);
}

void FGromaCityTiles::LocateNew(double Seconds)
{
	const double End = FPlatformTime::Seconds() + Seconds;
	for (auto Next = ToLocate.CreateIterator(); Next; ++Next)
	{
		Locate(*Next);
		Next.RemoveCurrent();
		if (FPlatformTime::Seconds() >= End)
		{
			return;
		}
	}
}

void FGromaCityTiles::Locate(const FString& Name)
{
	const FGromaText Text(Name);
	FGromaError Error;
	groma_tile_info Info;
	Info.struct_size = sizeof Info;
	if (groma_mesh_store_tile_info(ShownStore(), Text.Get(), &Info, Error.Out()) != GROMA_OK)
	{
		AddFailure(Name, Error.ToString());
		return;
	}
	if (Info.triangles == 0)
	{
		return;
	}
	const int32* Known = Indices.Find(Name);
	const int32 Index = Known != nullptr ? *Known : Tiles.AddDefaulted();
	FTile& Tile = Tiles[Index];
	if (Known == nullptr)
	{
		Indices.Add(Name, Index);
		Tile.Name = Name;
	}
	Tile.Area = FBox2D(FVector2D(Info.bounds[0], Info.bounds[1]), FVector2D(Info.bounds[3], Info.bounds[4]));
	Tile.bToRead = true;
	bToRelate = true;
	groma_tile_level Level;
	Level.struct_size = sizeof Level;
	if (Levels.IsValid() && groma_mesh_store_tile_level(Levels.Get(), Text.Get(), &Level, nullptr) == GROMA_OK)
	{
		Tile.Error = Level.geometric_error;
		Tile.ParentName = FString(UTF8_TO_TCHAR(Level.parent));
		Tile.ChildNames.Reset();
		for (uint32 Child = 0; Child < Level.child_count; ++Child)
		{
			Tile.ChildNames.Add(FString(UTF8_TO_TCHAR(Level.children[Child])));
		}
	}
	Bounds += FVector(Info.bounds[0], Info.bounds[1], Info.bounds[2]);
	Bounds += FVector(Info.bounds[3], Info.bounds[4], Info.bounds[5]);
}

double FGromaCityTiles::Distance(const FTile& Tile, const FGromaTileReach& Reach)
{
	double Nearest = Reach.Views.IsEmpty() ? 0.0 : MAX_dbl;
	for (const FVector2D& View : Reach.Views)
	{
		Nearest = FMath::Min(Nearest, Tile.Area.ComputeSquaredDistanceToPoint(View));
	}
	return FMath::Sqrt(Nearest);
}

bool FGromaCityTiles::IsTooFar(const FTile& Tile, const FGromaTileReach& Reach)
{
	return Reach.LoadDistance > 0.0 && Distance(Tile, Reach) > FMath::Max(Reach.LoadDistance, Reach.UnloadDistance);
}

void FGromaCityTiles::Relate()
{
	bToRelate = false;
	for (FTile& Tile : Tiles)
	{
		const int32* Above = Tile.ParentName.IsEmpty() ? nullptr : Indices.Find(Tile.ParentName);
		Tile.Parent = Above != nullptr ? *Above : -1;
		Tile.Children.Reset();
		for (const FString& Name : Tile.ChildNames)
		{
			if (const int32* Child = Indices.Find(Name))
			{
				Tile.Children.Add(*Child);
			}
		}
	}
}

void FGromaCityTiles::UpdateWanted(const FGromaTileReach& Reach)
{
	if (bToRelate)
	{
		Relate();
	}
	for (FTile& Tile : Tiles)
	{
		Tile.bWanted = false;
	}
	for (FTile& Tile : Tiles)
	{
		// The tiles on top, and those whose parent is empty or cannot be read.
		if (Tile.Parent < 0)
		{
			Want(Tile, Reach);
		}
	}
}

void FGromaCityTiles::Want(FTile& Tile, const FGromaTileReach& Reach)
{
	const double Away = Distance(Tile, Reach);
	if (Reach.LoadDistance > 0.0 && Away > Reach.LoadDistance && !(Tile.bShown && !IsTooFar(Tile, Reach)))
	{
		// What it holds is further away still, but for tiles that are shown already.
		Tile.bRefined = false;
		for (const int32 Child : Tile.Children)
		{
			if (Tiles[Child].bShown)
			{
				Want(Tiles[Child], Reach);
			}
		}
		return;
	}
	// A little more before a tile becomes coarse again, so that it does not go to and fro.
	constexpr double Patience = 1.2;
	const double Limit = Tile.Error * Reach.LevelDistance * (Tile.bRefined ? Patience : 1.0);
	Tile.bRefined = Tile.Children.Num() > 0 && (Reach.LevelDistance <= 0.0 || Away < Limit);
	Tile.bWanted = !Tile.bRefined;
	if (!Tile.bRefined)
	{
		return;
	}
	for (const int32 Child : Tile.Children)
	{
		Want(Tiles[Child], Reach);
	}
}

bool FGromaCityTiles::AreWantedMade(const FTile& Tile) const
{
	if (Tile.bWanted)
	{
		return Tile.bMade;
	}
	for (const int32 Child : Tile.Children)
	{
		if (!AreWantedMade(Tiles[Child]))
		{
			return false;
		}
	}
	return true;
}

bool FGromaCityTiles::IsReplaced(const FTile& Tile) const
{
	for (int32 Above = Tile.Parent; Above >= 0; Above = Tiles[Above].Parent)
	{
		if (Tiles[Above].bWanted)
		{
			return Tiles[Above].bMade;
		}
	}
	return AreWantedMade(Tile);
}

bool FGromaCityTiles::IsAnyShownWithin(const FTile& Tile) const
{
	for (const int32 Child : Tile.Children)
	{
		if (Tiles[Child].bShown || IsAnyShownWithin(Tiles[Child]))
		{
			return true;
		}
	}
	return false;
}

bool FGromaCityTiles::IsCovered(const FTile& Tile) const
{
	for (int32 Above = Tile.Parent; Above >= 0; Above = Tiles[Above].Parent)
	{
		if (Tiles[Above].bShown)
		{
			return true;
		}
	}
	return IsAnyShownWithin(Tile);
}

FGromaTileChanges FGromaCityTiles::TakeChanges(const FGromaTileReach& Reach)
{
	FGromaTileChanges Changes;
	for (FTile& Tile : Tiles)
	{
		const bool bGoes = Tile.bShown ? IsTooFar(Tile, Reach) || (!Tile.bWanted && IsReplaced(Tile)) : !Tile.bWanted;
		if (Tile.bMade && bGoes)
		{
			(Tile.bShown ? Changes.Hidden : Changes.Dropped).Add(Tile.Name);
		}
	}
	for (const TArray<FString>* Names : {&Changes.Dropped, &Changes.Hidden})
	{
		for (const FString& Name : *Names)
		{
			FTile& Tile = Tiles[Indices[Name]];
			Tile.bMade = false;
			Tile.bShown = false;
			Tile.bToRead = true;
		}
	}
	for (FTile& Tile : Tiles)
	{
		if (Tile.bMade && !Tile.bShown && !IsCovered(Tile))
		{
			Tile.bShown = true;
			Changes.Shown.Add(Tile.Name);
		}
	}
	return Changes;
}

void FGromaCityTiles::StartReads(const FGromaTileReach& Reach, int32 AtOnce)
{
	const int32 Free = FMath::Max(AtOnce - NumReading - Read.Num(), 0);
	// The nearest so many, in one pass: few are free at any time, however many tiles there are.
	TArray<TPair<double, int32>> Nearest;
	bLeftForLater = false;
	for (int32 Index = 0; Index < Tiles.Num(); ++Index)
	{
		const FTile& Tile = Tiles[Index];
		if (!Tile.bToRead)
		{
			continue;
		}
		if (Tile.bReading)
		{
			bLeftForLater = true;
			continue;
		}
		const double Away = Distance(Tile, Reach);
		if (!Tile.bWanted || (Reach.LoadDistance > 0.0 && Away > Reach.LoadDistance && !Tile.bShown))
		{
			continue;
		}
		int32 Place = Nearest.Num();
		while (Place > 0 && Nearest[Place - 1].Key > Away)
		{
			--Place;
		}
		if (Place < Free)
		{
			Nearest.Insert(TPair<double, int32>(Away, Index), Place);
		}
		if (Nearest.Num() > Free || Place >= Free)
		{
			bLeftForLater = true;
			Nearest.SetNum(FMath::Min(Nearest.Num(), Free));
		}
	}
	for (const TPair<double, int32>& Near : Nearest)
	{
		StartRead(Near.Value);
	}
}

void FGromaCityTiles::StartRead(int32 Index)
{
	FTile& Tile = Tiles[Index];
	Tile.bToRead = false;
	FString Message;
	TGromaHandle<groma_job> Job = FGromaTileMesh::StartRead(ShownStore(), Tile.Name, Message);
	if (!Job.IsValid())
	{
		AddFailure(Tile.Name, Message);
		return;
	}
	Tile.bReading = true;
	++NumReading;
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("reading the tile %s"), *Tile.Name);
	Events.OnEnd = [WeakTiles = TWeakPtr<FGromaCityTiles>(AsShared()), Index](
					   TGromaHandle<groma_job>& Ended, int32 Status, const FString& EndMessage)
	{
		if (const TSharedPtr<FGromaCityTiles> Alive = WeakTiles.Pin())
		{
			Alive->EndRead(Index, Ended.Get(), Status, EndMessage);
		}
	};
	FGromaJobs::Get().Add(MoveTemp(Job), JobOwner.Get(), MoveTemp(Events));
}

void FGromaCityTiles::EndRead(int32 Index, const groma_job* Job, int32 Status, const FString& Message)
{
	FGromaError Error;
	groma_mesh_tile* Taken = nullptr;
	if (Status != GROMA_OK || groma_job_take_tile(Job, &Taken, Error.Out()) != GROMA_OK)
	{
		Tiles[Index].bReading = false;
		--NumReading;
		AddFailure(Tiles[Index].Name, Status != GROMA_OK ? Message : Error.ToString());
		return;
	}
	const TSharedRef<FGromaTileMesh> Mesh = MakeShared<FGromaTileMesh>();
	const TSharedPtr<groma_mesh_tile> Tile(Taken, FGromaClose());
	const TSharedRef<FGromaWork> Work =
		FGromaWork::Start([Tile, Mesh](FGromaWork&) { return Mesh->CopyFrom(Tile.Get()); });
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("copying the tile %s"), *Tiles[Index].Name);
	Events.OnEnd = [WeakTiles = TWeakPtr<FGromaCityTiles>(AsShared()), Index, Mesh](
					   TGromaHandle<groma_job>&, int32 CopyStatus, const FString& CopyMessage)
	{
		if (const TSharedPtr<FGromaCityTiles> Alive = WeakTiles.Pin())
		{
			Alive->EndCopy(Index, *Mesh, CopyStatus, CopyMessage);
		}
	};
	FGromaJobs::Get().Add(Work, JobOwner.Get(), MoveTemp(Events));
}

void FGromaCityTiles::EndCopy(int32 Index, FGromaTileMesh& Mesh, int32 Status, const FString& Message)
{
	FTile& Tile = Tiles[Index];
	Tile.bReading = false;
	--NumReading;
	if (Status != GROMA_OK)
	{
		AddFailure(Tile.Name, Message);
		return;
	}
	FGromaReadTile Ended;
	Ended.Name = Tile.Name;
	Ended.Mesh = MoveTemp(Mesh);
	Read.Add(MoveTemp(Ended));
}

bool FGromaCityTiles::GetBuilding(int32 Number, FGromaBuilding& OutBuilding, FString& OutReason) const
{
	groma_building Building;
	Building.struct_size = sizeof Building;
	FGromaError Error;
	size_t Size = 0;
	TArray<ANSICHAR> Names;
	int32 Status = GROMA_INVALID_ARGUMENT;
	// The first call tells how long the names are.
	for (int32 Call = 0; Number >= 0 && Call < 2 && Status != GROMA_OK; ++Call)
	{
		Names.SetNumUninitialized(static_cast<int32>(Size));
		Status = groma_mesh_store_get_building(Store.Get(), static_cast<uint32>(Number), &Building, Names.GetData(),
			static_cast<size_t>(Names.Num()), &Size, Error.Out());
	}
	if (Status != GROMA_OK)
	{
		OutReason = Number >= 0 ? Error.ToString() : FString(TEXT("numbers of buildings are 0 or above"));
		return false;
	}
	OutBuilding = FGromaBuilding();
	OutBuilding.Number = Number;
	const FString All = FString(UTF8_TO_TCHAR(Names.GetData()));
	const int32 FirstEnd = All.Find(TEXT("\n"));
	OutBuilding.Id = FirstEnd == INDEX_NONE ? All : All.Left(FirstEnd);
	OutBuilding.Name = All.Replace(TEXT("\n"), TEXT(", "));
	OutBuilding.Height = Building.roof - Building.platform;
	OutBuilding.RoofElevation = Building.roof;
	OutBuilding.Parts = static_cast<int32>(Building.parts);
	return true;
}

FString FGromaCityTiles::GetReferenceSystem() const
{
	size_t Size = 0;
	groma_mesh_store_get_crs(Store.Get(), nullptr, 0, &Size, nullptr);
	TArray<ANSICHAR> Text;
	Text.SetNumUninitialized(static_cast<int32>(Size));
	FGromaError Error;
	const bool bKnown = groma_mesh_store_get_crs(Store.Get(), Text.GetData(), Size, &Size, Error.Out()) == GROMA_OK;
	return bKnown ? FString(UTF8_TO_TCHAR(Text.GetData())) : FString();
}

void FGromaCityTiles::AddFailure(const FString& Name, const FString& Message)
{
	++NumFailed;
	FGromaReadTile Failed;
	Failed.Name = Name;
	Failed.Failure = Message;
	Read.Add(MoveTemp(Failed));
}

bool FGromaCityTiles::TakeRead(const FGromaTileReach& Reach, FGromaReadTile& OutTile)
{
	while (Read.Num() > 0)
	{
		OutTile = MoveTemp(Read[0]);
		Read.RemoveAt(0);
		if (!OutTile.Failure.IsEmpty())
		{
			return true;
		}
		FTile& Tile = Tiles[Indices[OutTile.Name]];
		if (IsTooFar(Tile, Reach) || !Tile.bWanted)
		{
			Tile.bToRead = true;
			continue;
		}
		OutTile.bReplaces = Tile.bShown;
		Tile.bMade = true;
		return true;
	}
	return false;
}
