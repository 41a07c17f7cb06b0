// What a city does in each frame, and what is known of what it shows.
#include "GromaCityActor.h"

#include "Engine/EngineTypes.h"
#include "Engine/HitResult.h"
#include "Engine/World.h"
#include "GameFramework/PlayerController.h"
#include "GromaCityBuild.h"
#include "GromaCityTiles.h"
#include "GromaCityTilesActor.h"
#include "GromaEditorHooks.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "Materials/MaterialInterface.h"

namespace GromaCity
{
	/** In each frame, of the headers of tiles: a city of thousands is known after a second or two. */
	constexpr double SecondsToLocateTiles = 0.002;
}

void AGromaCityActor::StartTicking()
{
	if (Ticker.IsValid())
	{
		return;
	}
	// Not the actor's own tick, which waits in the editor for viewports that are drawn in real time.
	Ticker = FTSTicker::GetCoreTicker().AddTicker(TEXT("GromaCity"), 0.0f,
		[WeakThis = TWeakObjectPtr<AGromaCityActor>(this)](float)
		{
			constexpr bool bEvenIfGarbage = true;
			AGromaCityActor* City = WeakThis.Get(bEvenIfGarbage);
			if (City != nullptr && !IsValid(City))
			{
				// An undo of its placing, or a redo of its deletion, does not call Destroyed.
				City->Abandon();
				City->RemoveTiles();
				return false;
			}
			return City != nullptr && City->TickCity();
		});
}

bool AGromaCityActor::TickCity()
{
	if (GetWorld() == nullptr || !FGromaLibrary::IsAvailable())
	{
		return true;
	}
	if (bOpenSoon)
	{
		bOpenSoon = false;
		if (bOpenInEditor)
		{
			OpenByItself();
		}
	}
	TakeFinished();
	// Whoever is told of a tile may close the city.
	const TSharedPtr<FGromaCityTiles> Open = Tiles;
	if (!Open.IsValid())
	{
		if (IsBuilding())
		{
			return true;
		}
		Ticker.Reset();
		return false;
	}
	const FGromaEditorHooks& Hooks = FGromaEditorHooks::Get();
	if (GetWorld()->WorldType == EWorldType::Editor && Hooks.IsPlaying && Hooks.IsPlaying())
	{
		// The level that is played in has tiles of its own; those of the editor stay as they are meanwhile.
		return true;
	}
	Open->LocateNew(GromaCity::SecondsToLocateTiles);
	SettleOrigin();
	// Among levels of detail a tile does not know its place before all are known.
	if (!bOriginKnown || (Open->HasLevels() && !Open->AreAllLocated()))
	{
		return true;
	}
	UpdateViews();
	FGromaTileReach Reach;
	Reach.LoadDistance = LoadDistance;
	Reach.UnloadDistance = UnloadDistance;
	for (const FVector& Viewer : Viewers)
	{
		const FVector View = WorldToSource(Viewer);
		Reach.Views.Add(FVector2D(View.X, View.Y));
	}
	if (IsValid(TilesActor))
	{
		TilesActor->FollowVisibility(*this);
	}
	Reach.LevelDistance = LevelDistance;
	Open->UpdateWanted(Reach);
	FGromaReadTile Read;
	for (int32 Made = 0; Made < FMath::Max(TilesShownPerFrame, 1) && Tiles == Open && Open->TakeRead(Reach, Read); ++Made)
	{
		if (Read.Failure.IsEmpty())
		{
			MakeTile(Read);
		}
		else
		{
			Fail(FString::Printf(TEXT("Tile %s cannot be shown: %s"), *Read.Name, *Read.Failure));
		}
	}
	// What goes and what takes its place do so in one frame.
	const FGromaTileChanges Changes = Tiles == Open ? Open->TakeChanges(Reach) : FGromaTileChanges();
	for (int32 Index = 0; Index < Changes.Dropped.Num() && Tiles == Open && IsValid(TilesActor); ++Index)
	{
		TilesActor->HideTile(Changes.Dropped[Index]);
	}
	for (int32 Index = 0; Index < Changes.Hidden.Num() && Tiles == Open && IsValid(TilesActor); ++Index)
	{
		if (TilesActor->HideTile(Changes.Hidden[Index]))
		{
			OnTileHidden.Broadcast(Changes.Hidden[Index]);
		}
	}
	for (int32 Index = 0; Index < Changes.Shown.Num() && Tiles == Open && IsValid(TilesActor); ++Index)
	{
		TilesActor->RevealTile(Changes.Shown[Index]);
		OnTileShown.Broadcast(Changes.Shown[Index]);
	}
	if (Tiles == Open)
	{
		Open->StartReads(Reach, FMath::Max(TilesReadAtOnce, 1));
	}
	return true;
}

void AGromaCityActor::SettleOrigin()
{
	if (bOriginSettled || !Tiles->AreAllLocated())
	{
		return;
	}
	if (!Tiles->GetBounds().IsValid)
	{
		// No tile has a place. Without a build none will get one, and what could not be read is to be told.
		bOriginKnown = !IsBuilding();
		bOriginSettled = bOriginKnown;
		return;
	}
	bOriginSettled = !IsBuilding();
	if (bOriginKnown && !bOriginSettled)
	{
		return;
	}
	const FBox& Bounds = Tiles->GetBounds();
	const FVector Middle = Bounds.GetCenter();
	const FVector Settled(FMath::RoundToDouble(Middle.X), FMath::RoundToDouble(Middle.Y), FMath::FloorToDouble(Bounds.Min.Z));
	// The first tiles of a build do not tell how large the city will be, so it may have to move once at the end.
	const FGromaSourceFrame Frame;
	const FVector Move = Frame.ToLocal(Origin - Settled);
	Origin = Settled;
	bFrameKnown = true;
	bOriginKnown = true;
	if (IsValid(TilesActor))
	{
		TilesActor->MoveTiles(Move);
	}
}

void AGromaCityActor::UpdateViews()
{
	const UWorld* World = GetWorld();
	TArray<FVector> Now;
	for (FConstPlayerControllerIterator Player = World->GetPlayerControllerIterator(); Player; ++Player)
	{
		if (const APlayerController* Controller = Player->Get())
		{
			FVector Location;
			FRotator Rotation;
			Controller->GetPlayerViewPoint(Location, Rotation);
			Now.Add(Location);
		}
	}
	if (Now.IsEmpty() && FGromaEditorHooks::Get().FindViewers)
	{
		Now = FGromaEditorHooks::Get().FindViewers(*World);
	}
	if (Now.IsEmpty())
	{
		Now = World->ViewLocationsRenderedLastFrame;
	}
	if (Now.Num() > 0)
	{
		Viewers = MoveTemp(Now);
	}
}

void AGromaCityActor::MakeTile(FGromaReadTile& Tile)
{
	if (!IsValid(TilesActor))
	{
		TilesActor = AGromaCityTilesActor::SpawnFor(*this);
		if (!IsValid(TilesActor))
		{
			return;
		}
		TilesActor->Highlight(HighlightedBuilding, HighlightMaterial);
	}
	UMaterialInterface* const Materials[FGromaTileMesh::NumParts] = {GroundMaterial, WallMaterial, RoofMaterial, OtherMaterial};
	const bool bParts[FGromaTileMesh::NumParts] = {bCollision && bGroundCollision, bCollision && bWallCollision,
		bCollision && bRoofCollision, bCollision};
	const FGromaSourceFrame Frame;
	TilesActor->MakeTile(Tile.Name, Tile.Mesh, Frame.ToLocal(Tile.Mesh.Origin - Origin), Materials, bParts);
	if (Tile.bReplaces)
	{
		TilesActor->RevealTile(Tile.Name);
		OnTileShown.Broadcast(Tile.Name);
	}
}

bool AGromaCityActor::GetBuildingAtHit(const FHitResult& Hit, FGromaBuilding& OutBuilding)
{
	EGromaCityPart Part = EGromaCityPart::Wall;
	const int32 Number =
		IsValid(TilesActor) ? TilesActor->FindBuilding(Hit.GetComponent(), Hit.FaceIndex, Hit.ImpactPoint, Part) : -1;
	if (Number < 0 || !GetBuilding(Number, OutBuilding))
	{
		return false;
	}
	OutBuilding.Part = Part;
	return true;
}

bool AGromaCityActor::GetBuilding(int32 Number, FGromaBuilding& OutBuilding)
{
	FString Reason = TEXT("the city is not open");
	if (!Tiles.IsValid() || !Tiles->GetBuilding(Number, OutBuilding, Reason))
	{
		UE_LOG(LogGroma, Error, TEXT("%s: building %d: %s"), *GetName(), Number, *Reason);
		return false;
	}
	return true;
}

void AGromaCityActor::HighlightBuilding(int32 Number)
{
	HighlightedBuilding = Number;
	if (IsValid(TilesActor))
	{
		TilesActor->Highlight(Number, HighlightMaterial);
	}
}
