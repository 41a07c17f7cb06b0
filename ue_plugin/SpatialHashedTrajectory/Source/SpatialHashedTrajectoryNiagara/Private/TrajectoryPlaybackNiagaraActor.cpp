#include "TrajectoryPlaybackNiagaraActor.h"

#include "GromaCityActor.h"
#include "GromaLog.h"
#include "NiagaraComponent.h"
#include "NiagaraDataInterfaceArrayFunctionLibrary.h"
#include "NiagaraSystem.h"
#include "SpatialHashTableManager.h"

ATrajectoryPlaybackNiagaraActor::ATrajectoryPlaybackNiagaraActor()
{
	PrimaryActorTick.bCanEverTick = true;
	NiagaraComponent = CreateDefaultSubobject<UNiagaraComponent>(TEXT("NiagaraComponent"));
	NiagaraComponent->bAutoActivate = false;
	SetRootComponent(NiagaraComponent);
}

void ATrajectoryPlaybackNiagaraActor::BeginPlay()
{
	Super::BeginPlay();
	NiagaraComponent->SetAsset(NiagaraSystem);
	if (bPlayAtStart)
	{
		Play();
	}
}

void ATrajectoryPlaybackNiagaraActor::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	bPlaying = false;
	Super::EndPlay(EndPlayReason);
}

void ATrajectoryPlaybackNiagaraActor::Open()
{
	bOpen = false;
	bOpening = true;
	ReadTimeStep = -1;
	ReadingTimeStep = -1;
	// A manager that still loads what was asked before is left to itself.
	Manager = NewObject<USpatialHashTableManager>(this);
	USpatialHashTableManager* const Loading = Manager;
	Loading->LoadHashTablesAsync(DatasetDirectory, CellSize, TimeStart, TimeEnd,
		FOnHashTablesLoaded::CreateWeakLambda(this,
			[this, Loading](int32 Loaded)
			{
				if (Manager != Loading)
				{
					return;
				}
				bOpening = false;
				bOpen = Loaded > 0;
				bPlaying &= bOpen;
				if (bOpen)
				{
					Subtracted = Loading->GetCoordinateOrigin(DatasetDirectory);
					ShowWanted();
				}
			}));
}

bool ATrajectoryPlaybackNiagaraActor::Play()
{
	if (DatasetDirectory.IsEmpty())
	{
		UE_LOG(LogGroma, Error, TEXT("%s has no DatasetDirectory."), *GetName());
		return false;
	}
	PlayTime = ShownTimeStep >= TimeStart && ShownTimeStep < TimeEnd ? ShownTimeStep : TimeStart;
	bPlaying = true;
	Open();
	return bPlaying;
}

void ATrajectoryPlaybackNiagaraActor::Pause()
{
	bPlaying = false;
}

void ATrajectoryPlaybackNiagaraActor::SetTimeStep(int32 TimeStep)
{
	PlayTime = FMath::Clamp(TimeStep, TimeStart, FMath::Max(TimeStart, TimeEnd));
	if (bOpen)
	{
		ShowWanted();
	}
	else if (!bOpening)
	{
		Open();
	}
}

void ATrajectoryPlaybackNiagaraActor::Tick(float DeltaSeconds)
{
	Super::Tick(DeltaSeconds);
	if (!bOpen)
	{
		return;
	}
	// The city was opened, or has moved.
	if (ShownTimeStep != -1 && IsValid(City) && City->IsSourceFrameKnown()
		&& !(GetFrame() == ShownFrame))
	{
		HandOver();
	}
	if (!bPlaying)
	{
		ShowWanted();
		return;
	}
	// Nothing is skipped that is still being read: the trajectories would jump.
	if (ReadingTimeStep == -1)
	{
		PlayTime += FMath::Max(TimeStepsPerSecond, 0.0f) * DeltaSeconds;
	}
	if (PlayTime >= TimeEnd + 1.0)
	{
		PlayTime = bLoop ? TimeStart : TimeEnd;
		bPlaying = bLoop;
	}
	ShowWanted();
	const int32 TimeStep = static_cast<int32>(PlayTime);
	if (TimeStep == ShownTimeStep)
	{
		Read(TimeStep < TimeEnd ? TimeStep + 1 : TimeStart);
	}
	NiagaraComponent->SetVariableFloat(TEXT("StepFraction"), static_cast<float>(PlayTime - TimeStep));
}

void ATrajectoryPlaybackNiagaraActor::Read(int32 TimeStep)
{
	if (ReadingTimeStep != -1 || ReadTimeStep == TimeStep)
	{
		return;
	}
	ReadingTimeStep = TimeStep;
	Manager->QueryTimeStepAsync(DatasetDirectory, CellSize, TimeStep,
		FOnSpatialHashQueryComplete::CreateWeakLambda(this,
			[this, TimeStep, Asked = Manager.Get()](const TArray<FSpatialHashQueryResult>& Results)
			{
				if (Manager != Asked)
				{
					return;
				}
				ReadingTimeStep = -1;
				ReadTimeStep = TimeStep;
				ReadPositions.Reset();
				ReadIds.Reset();
				for (const FSpatialHashQueryResult& Result : Results)
				{
					for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
					{
						ReadPositions.Add(Sample.Position);
						ReadIds.Add(Result.TrajectoryId);
					}
				}
				ShowWanted();
			}));
}

void ATrajectoryPlaybackNiagaraActor::ShowWanted()
{
	const int32 Wanted = static_cast<int32>(PlayTime);
	if (Wanted == ShownTimeStep)
	{
		return;
	}
	if (Wanted == ReadTimeStep)
	{
		// Nobody has a place in a city that was not opened yet; the next frame looks again.
		if (!IsValid(City) || City->IsSourceFrameKnown())
		{
			Show();
		}
	}
	else
	{
		Read(Wanted);
	}
}

void ATrajectoryPlaybackNiagaraActor::Show()
{
	const bool bFirst = ShownTimeStep == -1;
	ShownTimeStep = ReadTimeStep;
	ShownPositions = ReadPositions;
	ShownIds = ReadIds;
	HandOver();
	if (bFirst)
	{
		NiagaraComponent->Activate(true);
	}
	OnTimeStepShown.Broadcast(ShownTimeStep, ShownIds.Num());
}

FGromaSourceFrame ATrajectoryPlaybackNiagaraActor::GetFrame() const
{
	return IsValid(City)
		? City->GetSourceFrame().OfTrajectories(Subtracted, MetresPerUnit)
		: FGromaSourceFrame::Unchanged();
}

void ATrajectoryPlaybackNiagaraActor::HandOver()
{
	if (NiagaraComponent->GetAsset() != NiagaraSystem)
	{
		NiagaraComponent->SetAsset(NiagaraSystem);
	}
	ShownFrame = GetFrame();
	TArray<FVector> Positions = ShownPositions;
	for (FVector& Position : Positions)
	{
		Position = ShownFrame.ToWorld(Position);
	}
	UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayPosition(
		NiagaraComponent, TEXT("StepPositions"), Positions);
	UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayInt32(NiagaraComponent, TEXT("StepTrajectoryIds"), ShownIds);
	NiagaraComponent->SetVariableInt(TEXT("StepCount"), ShownIds.Num());
	NiagaraComponent->SetVariableInt(TEXT("TimeStep"), ShownTimeStep);
}
