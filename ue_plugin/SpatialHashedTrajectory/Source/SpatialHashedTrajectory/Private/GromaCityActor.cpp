#include "GromaCityActor.h"

#include "Components/SceneComponent.h"
#include "Engine/CollisionProfile.h"
#include "Engine/World.h"
#include "GameFramework/PlayerController.h"
#include "GromaCityBuild.h"
#include "GromaCityTiles.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "Materials/MaterialInterface.h"
#include "ProceduralMeshComponent.h"

namespace
{
	constexpr double CentimetresPerMetre = 100.0;

	/** In each frame, of the headers of tiles: a city of thousands is known after a second or two. */
	constexpr double SecondsToLocateTiles = 0.002;

	/** A step in the data's axes and metres as one in Unreal's axes and centimetres; also the other way round. */
	FVector MirrorY(const FVector& Vector)
	{
		return FVector(Vector.X, -Vector.Y, Vector.Z);
	}
}

AGromaCityActor::AGromaCityActor()
{
	SetRootComponent(CreateDefaultSubobject<USceneComponent>(TEXT("Root")));
#if WITH_EDITORONLY_DATA
	// A partitioned world would unload the actor, and the city with it, by the distance to where the actor stands.
	bIsSpatiallyLoaded = false;
#endif
}

void AGromaCityActor::BuildCity()
{
	if (!MayBegin())
	{
		return;
	}
	CloseCity();
	OpenFolder = StoreFolder.Path;
	const TSharedRef<FGromaFinishedTiles> NewFinished = MakeShared<FGromaFinishedTiles>();
	FString Message;
	TGromaHandle<groma_job> Job = Groma::StartCityBuild(Input, OpenFolder, Options, *NewFinished, Message);
	if (!Job.IsValid())
	{
		Fail(Message);
		return;
	}
	Finished = NewFinished;
	FGromaJobEvents Events;
	Events.OnProgress = [this](float Fraction, const FString& Text) { OnProgress.Broadcast(Fraction, Text); };
	// The job's threads tell of tiles until it is closed, so its events keep what they are told to.
	Events.OnEnd = [this, NewFinished](TGromaHandle<groma_job>& Ended, int32 Status, const FString& EndMessage)
	{ EndBuild(Ended.Get(), Status, EndMessage); };
	Events.What = FString::Printf(TEXT("Building %s"), *GetName());
	Events.bShown = true;
	BuildJob = FGromaJobs::Get().Add(MoveTemp(Job), this, MoveTemp(Events));
	StartTicking();
}

void AGromaCityActor::OpenCity()
{
	if (!MayBegin())
	{
		return;
	}
	CloseCity();
	OpenFolder = StoreFolder.Path;
	if (!OpenTiles())
	{
		return;
	}
	if (!Tiles->IsAtWork())
	{
		Fail(FString::Printf(TEXT("%s: the store has no tiles"), *OpenFolder));
		return;
	}
	StartTicking();
}

void AGromaCityActor::CancelBuild()
{
	FGromaJobs::Get().Cancel(BuildJob);
}

void AGromaCityActor::CloseCity()
{
	Abandon();
	for (const FString& Name : RemoveComponents())
	{
		OnTileHidden.Broadcast(Name);
	}
}

bool AGromaCityActor::IsBuilding() const
{
	return BuildJob != 0;
}

bool AGromaCityActor::IsLoading() const
{
	return IsBuilding() || (Tiles.IsValid() && Tiles->IsAtWork());
}

int32 AGromaCityActor::GetShownTileCount() const
{
	return TileComponents.Num();
}

int64 AGromaCityActor::GetShownTriangleCount(EGromaCityPart Part) const
{
	int64 Triangles = 0;
	for (const TPair<FString, TObjectPtr<UProceduralMeshComponent>>& Tile : TileComponents)
	{
		const FProcMeshSection* Section =
			IsValid(Tile.Value) ? Tile.Value->GetProcMeshSection(static_cast<int32>(Part)) : nullptr;
		Triangles += Section != nullptr ? Section->ProcIndexBuffer.Num() / 3 : 0;
	}
	return Triangles;
}

int32 AGromaCityActor::GetFailedTileCount() const
{
	return Tiles.IsValid() ? Tiles->GetFailedCount() : 0;
}

FVector AGromaCityActor::GetOriginInUse() const
{
	return Origin;
}

FGromaSourceFrame AGromaCityActor::GetSourceFrame() const
{
	FGromaSourceFrame Frame;
	Frame.Origin = Origin;
	Frame.Transform = GetActorTransform();
	return Frame;
}

FVector AGromaCityActor::SourceToWorld(const FVector& Source) const
{
	return GetSourceFrame().ToWorld(Source);
}

FVector AGromaCityActor::WorldToSource(const FVector& World) const
{
	return GetSourceFrame().ToSource(World);
}

void AGromaCityActor::BeginPlay()
{
	Super::BeginPlay();
	switch (StartWith)
	{
	case EGromaCityStart::Nothing:
		break;
	case EGromaCityStart::OpenCity:
		OpenCity();
		break;
	case EGromaCityStart::BuildCity:
		BuildCity();
		break;
	}
}

void AGromaCityActor::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	Abandon();
	RemoveComponents();
	Super::EndPlay(EndPlayReason);
}

void AGromaCityActor::Destroyed()
{
	// In the editor nothing has begun to play, so EndPlay is not called.
	Abandon();
	RemoveComponents();
	Super::Destroyed();
}

void AGromaCityActor::BeginDestroy()
{
	// A level that is left in the editor tells its actors nothing before. The components are being destroyed as well.
	Abandon();
	Super::BeginDestroy();
}

void AGromaCityActor::Fail(const FString& Message)
{
	UE_LOG(LogGroma, Error, TEXT("%s: %s"), *GetName(), *Message);
	OnFailed.Broadcast(Message);
}

bool AGromaCityActor::MayBegin()
{
	if (IsBuilding())
	{
		Fail(TEXT("A build of this city runs already; CancelBuild asks it to stop, CloseCity gives it up"));
		return false;
	}
	if (!FGromaLibrary::IsAvailable())
	{
		Fail(TEXT("The groma library cannot be used; the log says why"));
		return false;
	}
	return true;
}

bool AGromaCityActor::OpenTiles()
{
	FString Message;
	const TSharedPtr<FGromaCityTiles> Opened = FGromaCityTiles::Open(this, OpenFolder, Message);
	if (!Opened.IsValid() || !Opened->AddListed(Message))
	{
		Fail(Message);
		return false;
	}
	Tiles = Opened;
	Origin = bUseSourceOrigin ? SourceOrigin : FVector::ZeroVector;
	bOriginKnown = bUseSourceOrigin;
	bOriginSettled = bUseSourceOrigin;
	return true;
}

void AGromaCityActor::EndBuild(const groma_job* Job, int32 Status, const FString& Message)
{
	TakeFinished();
	Finished.Reset();
	BuildJob = 0;
	if (Status == GROMA_CANCELLED)
	{
		UE_LOG(LogGroma, Log, TEXT("%s: %s"), *GetName(), *Message);
		OnFailed.Broadcast(Message);
		return;
	}
	if (Status != GROMA_OK)
	{
		Fail(Message);
		return;
	}
	// Tiles that were there before are not told of.
	FString ListMessage;
	if (!Tiles.IsValid())
	{
		if (!OpenTiles())
		{
			return;
		}
	}
	else if (!Tiles->AddListed(ListMessage))
	{
		Fail(ListMessage);
		return;
	}
	uint64 FailedTiles = 0;
	const FString Summary = Groma::CityBuildSummary(Job, FailedTiles);
	if (FailedTiles > 0)
	{
		UE_LOG(LogGroma, Error, TEXT("%s: %s"), *GetName(), *Summary);
	}
	else
	{
		UE_LOG(LogGroma, Log, TEXT("%s: %s"), *GetName(), *Summary);
	}
	OnBuilt.Broadcast(Summary);
}

void AGromaCityActor::TakeFinished()
{
	if (!Finished.IsValid())
	{
		return;
	}
	const TArray<FString> Names = Finished->Take();
	if (Names.Num() == 0 || (!Tiles.IsValid() && !OpenTiles()))
	{
		return;
	}
	for (const FString& Name : Names)
	{
		Tiles->AddFinished(Name);
	}
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
			AGromaCityActor* City = WeakThis.Get();
			return City != nullptr && City->TickCity();
		});
}

bool AGromaCityActor::TickCity()
{
	if (GetWorld() == nullptr || !FGromaLibrary::IsAvailable())
	{
		return true;
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
	Open->LocateNew(SecondsToLocateTiles);
	SettleOrigin();
	if (!bOriginKnown)
	{
		return true;
	}
	UpdateView();
	FGromaTileReach Reach;
	Reach.LoadDistance = LoadDistance;
	Reach.UnloadDistance = UnloadDistance;
	if (Viewer.IsSet())
	{
		const FVector View = WorldToSource(Viewer.GetValue());
		Reach.View = FVector2D(View.X, View.Y);
	}
	for (const FString& Name : Open->TakeFar(Reach))
	{
		HideTile(Name);
	}
	FGromaReadTile Read;
	for (int32 Shown = 0; Shown < FMath::Max(TilesShownPerFrame, 1) && Tiles == Open && Open->TakeRead(Reach, Read); ++Shown)
	{
		if (Read.Failure.IsEmpty())
		{
			ShowTile(Read.Name, Read.Mesh);
		}
		else
		{
			Fail(FString::Printf(TEXT("Tile %s cannot be shown: %s"), *Read.Name, *Read.Failure));
		}
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
	const FVector Move = CentimetresPerMetre * MirrorY(Origin - Settled);
	Origin = Settled;
	bOriginKnown = true;
	for (const TPair<FString, TObjectPtr<UProceduralMeshComponent>>& Tile : TileComponents)
	{
		if (IsValid(Tile.Value))
		{
			Tile.Value->SetRelativeLocation(Tile.Value->GetRelativeLocation() + Move);
		}
	}
}

void AGromaCityActor::UpdateView()
{
	const UWorld* World = GetWorld();
	if (const APlayerController* Player = World->GetFirstPlayerController())
	{
		FVector Location;
		FRotator Rotation;
		Player->GetPlayerViewPoint(Location, Rotation);
		Viewer = Location;
	}
	else if (World->ViewLocationsRenderedLastFrame.Num() > 0)
	{
		Viewer = World->ViewLocationsRenderedLastFrame[0];
	}
}

void AGromaCityActor::ShowTile(const FString& Name, const FGromaTileMesh& Mesh)
{
	UProceduralMeshComponent* Component = NewObject<UProceduralMeshComponent>(
		this, NAME_None, RF_Transient | RF_DuplicateTransient | RF_TextExportTransient);
	Component->SetupAttachment(GetRootComponent());
	Component->SetRelativeLocation(CentimetresPerMetre * MirrorY(Mesh.Origin - Origin));
	Component->SetCollisionProfileName(
		bCollision ? UCollisionProfile::BlockAll_ProfileName : UCollisionProfile::NoCollision_ProfileName);
	Component->bUseAsyncCooking = true;
	UMaterialInterface* const Materials[FGromaTileMesh::NumParts] = {GroundMaterial, WallMaterial, RoofMaterial, OtherMaterial};
	int32 Last = FGromaTileMesh::NumParts - 1;
	while (Last > 0 && Mesh.Parts[Last].Triangles.Num() == 0)
	{
		--Last;
	}
	for (int32 Index = 0; Index <= Last; ++Index)
	{
		const FGromaTileMesh::FPart& Part = Mesh.Parts[Index];
		if (Part.Triangles.Num() == 0)
		{
			continue;
		}
		// Each section that is made with collision cooks the shape of all so far: only the last one shall.
		const bool bCook = bCollision && Index == Last;
		for (int32 Before = 0; bCook && Before < Index; ++Before)
		{
			if (FProcMeshSection* Section = Component->GetProcMeshSection(Before))
			{
				Section->bEnableCollision = true;
			}
		}
		Component->CreateMeshSection(Index, Part.Vertices, Part.Triangles, Part.Normals, TArray<FVector2D>(), TArray<FColor>(),
			TArray<FProcMeshTangent>(), bCook);
		Component->SetMaterial(Index, Materials[Index]);
	}
	Component->RegisterComponent();
	// One that is replaced stays until the new one is there.
	RemoveComponent(Name);
	TileComponents.Add(Name, Component);
	OnTileShown.Broadcast(Name);
}

void AGromaCityActor::HideTile(const FString& Name)
{
	if (RemoveComponent(Name))
	{
		OnTileHidden.Broadcast(Name);
	}
}

bool AGromaCityActor::RemoveComponent(const FString& Name)
{
	TObjectPtr<UProceduralMeshComponent> Component;
	if (!TileComponents.RemoveAndCopyValue(Name, Component))
	{
		return false;
	}
	if (IsValid(Component))
	{
		Component->DestroyComponent();
	}
	return true;
}

void AGromaCityActor::Abandon()
{
	FTSTicker::RemoveTicker(Ticker);
	Ticker.Reset();
	FGromaJobs::Get().Abandon(this);
	BuildJob = 0;
	Finished.Reset();
	Tiles.Reset();
	Viewer.Reset();
	Origin = FVector::ZeroVector;
	bOriginKnown = false;
	bOriginSettled = false;
}

TArray<FString> AGromaCityActor::RemoveComponents()
{
	TArray<FString> Names;
	TileComponents.GetKeys(Names);
	for (const FString& Name : Names)
	{
		RemoveComponent(Name);
	}
	return Names;
}
