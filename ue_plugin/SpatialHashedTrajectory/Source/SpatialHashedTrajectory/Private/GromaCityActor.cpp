#include "GromaCityActor.h"

#include "Components/BillboardComponent.h"
#include "Components/SceneComponent.h"
#include "Engine/World.h"
#include "GromaCityBuild.h"
#include "GromaCityTiles.h"
#include "GromaCityTilesActor.h"
#include "GromaEditorHooks.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "Materials/MaterialInterface.h"

AGromaCityActor::AGromaCityActor()
{
	SetRootComponent(CreateDefaultSubobject<USceneComponent>(TEXT("Root")));
#if WITH_EDITORONLY_DATA
	Sprite = CreateEditorOnlyDefaultSubobject<UBillboardComponent>(TEXT("Sprite"));
	if (Sprite != nullptr)
	{
		Sprite->SetupAttachment(GetRootComponent());
		Sprite->bIsScreenSizeScaled = true;
	}
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

void AGromaCityActor::BuildLevels()
{
	if (!MayBegin())
	{
		return;
	}
	FString Message;
	TGromaHandle<groma_job> Job = Groma::StartLevelsBuild(StoreFolder.Path, Message);
	if (!Job.IsValid())
	{
		Fail(Message);
		return;
	}
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("Building the levels of detail of %s"), *GetName());
	Events.bShown = true;
	Events.OnProgress = [this](float Fraction, const FString& Text) { OnProgress.Broadcast(Fraction, Text); };
	Events.OnEnd = [this](TGromaHandle<groma_job>& Ended, int32 Status, const FString& EndMessage)
	{
		BuildJob = 0;
		if (Status == GROMA_CANCELLED)
		{
			UE_LOG(LogGroma, Log, TEXT("%s: %s"), *GetName(), *EndMessage);
			OnCancelled.Broadcast(EndMessage);
		}
		else if (Status != GROMA_OK)
		{
			Fail(EndMessage);
		}
		else
		{
			const FString Summary = Groma::LevelsBuildSummary(Ended.Get());
			UE_LOG(LogGroma, Log, TEXT("%s: %s"), *GetName(), *Summary);
			OpenCity();
			OnBuilt.Broadcast(Summary);
		}
	};
	BuildJob = FGromaJobs::Get().Add(MoveTemp(Job), this, MoveTemp(Events));
}

void AGromaCityActor::CancelBuild()
{
	FGromaJobs::Get().Cancel(BuildJob);
}

void AGromaCityActor::CloseCity()
{
	Abandon();
	for (const FString& Name : RemoveTiles())
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
	return IsValid(TilesActor) ? TilesActor->Num() : 0;
}

int64 AGromaCityActor::GetShownTriangleCount(EGromaCityPart Part) const
{
	return IsValid(TilesActor) ? TilesActor->CountTriangles(Part) : 0;
}

int32 AGromaCityActor::GetFailedTileCount() const
{
	return Tiles.IsValid() ? Tiles->GetFailedCount() : 0;
}

FVector AGromaCityActor::GetOriginInUse() const
{
	return bFrameKnown || !bUseSourceOrigin ? Origin : SourceOrigin;
}

FGromaSourceFrame AGromaCityActor::GetSourceFrame() const
{
	FGromaSourceFrame Frame;
	Frame.Origin = GetOriginInUse();
	Frame.Transform = GetActorTransform();
	return Frame;
}

bool AGromaCityActor::GetGeoreference(FString& OutReferenceSystem, FTransform& OutSystemToWorld) const
{
	OutReferenceSystem = ReferenceSystem;
	OutSystemToWorld = GetSourceFrame().ToTransform();
	return IsSourceFrameKnown() && !ReferenceSystem.IsEmpty();
}

FVector AGromaCityActor::SourceToWorld(const FVector& Source) const
{
	return GetSourceFrame().ToWorld(Source);
}

FVector AGromaCityActor::WorldToSource(const FVector& World) const
{
	return GetSourceFrame().ToSource(World);
}

void AGromaCityActor::PostRegisterAllComponents()
{
	Super::PostRegisterAllComponents();
	// The editor comes here when a level is loaded, and for each actor that an undo, a duplicate or a Blueprint made; also
	// after each edit of an actor that has its city open already.
	const UWorld* World = GetWorld();
	if (bOpenInEditor && World != nullptr && World->WorldType == EWorldType::Editor && !IsTemplate() && !IsRunningCommandlet()
		&& !Tiles.IsValid() && !IsBuilding())
	{
		bOpenSoon = true;
		StartTicking();
	}
}

void AGromaCityActor::OpenByItself()
{
	if (!StoreFolder.Path.IsEmpty() && FGromaLibrary::IsAvailable() && !IsBuilding())
	{
		OpenCity();
	}
}

void AGromaCityActor::BeginPlay()
{
	Super::BeginPlay();
	switch (StartWith)
	{
	case EGromaCityStart::Nothing:
		break;
	case EGromaCityStart::OpenCity:
		OpenByItself();
		break;
	case EGromaCityStart::BuildCity:
		BuildCity();
		break;
	}
}

void AGromaCityActor::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	Abandon();
	RemoveTiles();
	Super::EndPlay(EndPlayReason);
}

void AGromaCityActor::Destroyed()
{
	// In the editor nothing has begun to play, so EndPlay is not called.
	Abandon();
	RemoveTiles();
	Super::Destroyed();
}

void AGromaCityActor::BeginDestroy()
{
	// A level that is left in the editor tells its actors nothing before. The actor of the tiles goes with it.
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
	const TSharedPtr<FGromaCityTiles> Opened = FGromaCityTiles::Open(this, OpenFolder, !IsBuilding(), Message);
	if (!Opened.IsValid() || !Opened->AddListed(Message))
	{
		Fail(Message);
		return false;
	}
	Tiles = Opened;
	ReferenceSystem = Tiles->GetReferenceSystem();
	if (bUseSourceOrigin)
	{
		Origin = SourceOrigin;
		bFrameKnown = true;
	}
	else if (!OriginFolder.Equals(OpenFolder, ESearchCase::CaseSensitive))
	{
		Origin = FVector::ZeroVector;
		bFrameKnown = false;
	}
	OriginFolder = OpenFolder;
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
		OnCancelled.Broadcast(Message);
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

void AGromaCityActor::Abandon()
{
	FTSTicker::RemoveTicker(Ticker);
	Ticker.Reset();
	FGromaJobs::Get().Abandon(this);
	BuildJob = 0;
	Finished.Reset();
	Tiles.Reset();
	bOpenSoon = false;
	Viewers.Reset();
	bOriginKnown = false;
	bOriginSettled = false;
}

TArray<FString> AGromaCityActor::RemoveTiles()
{
	TArray<FString> Names;
	if (IsValid(TilesActor))
	{
		Names = TilesActor->GetTileNames();
		TilesActor->Retire();
	}
	TilesActor = nullptr;
	return Names;
}

#if WITH_EDITOR

void AGromaCityActor::BakeToStaticMeshes()
{
	FGromaEditorResult Result;
	Result.Failure = TEXT("The plugin's module for the editor is not loaded");
	if (FGromaEditorHooks::Get().BakeCity)
	{
		Result = FGromaEditorHooks::Get().BakeCity(*this);
	}
	const FString Summary = FString::Printf(TEXT("%d static meshes were made"), Result.Made);
	if (Result.bCancelled)
	{
		UE_LOG(LogGroma, Log, TEXT("%s: cancelled, %s"), *GetName(), *Summary);
		OnCancelled.Broadcast(TEXT("Cancelled, ") + Summary);
	}
	else if (!Result.Failure.IsEmpty())
	{
		Fail(Result.Failure);
	}
	else
	{
		UE_LOG(LogGroma, Display, TEXT("%s: %s"), *GetName(), *Summary);
	}
}

void AGromaCityActor::UseDefaultMaterials()
{
	FString Reason = TEXT("The plugin's module for the editor is not loaded");
	if (!FGromaEditorHooks::Get().MakeMaterials || !FGromaEditorHooks::Get().MakeMaterials(*this, Reason))
	{
		Fail(Reason);
	}
}

#endif
