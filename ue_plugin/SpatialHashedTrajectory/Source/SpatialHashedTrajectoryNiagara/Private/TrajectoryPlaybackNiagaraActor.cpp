#include "TrajectoryPlaybackNiagaraActor.h"

#include "GromaCityActor.h"
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

bool ATrajectoryPlaybackNiagaraActor::Open()
{
	if (!IsValid(Manager))
	{
		Manager = NewObject<USpatialHashTableManager>(this);
	}
	return Manager->LoadHashTables(DatasetDirectory, CellSize, TimeStart, TimeEnd) > 0;
}

bool ATrajectoryPlaybackNiagaraActor::Play()
{
	bPlaying = Open();
	if (bPlaying)
	{
		PlayTime = ShownTimeStep >= TimeStart && ShownTimeStep < TimeEnd ? ShownTimeStep : TimeStart;
		ShowWanted();
	}
	return bPlaying;
}

void ATrajectoryPlaybackNiagaraActor::Pause()
{
	bPlaying = false;
}

void ATrajectoryPlaybackNiagaraActor::SetTimeStep(int32 TimeStep)
{
	if (IsValid(Manager) || Open())
	{
		PlayTime = FMath::Clamp(TimeStep, TimeStart, FMath::Max(TimeStart, TimeEnd));
		ShowWanted();
	}
}

void ATrajectoryPlaybackNiagaraActor::Tick(float DeltaSeconds)
{
	Super::Tick(DeltaSeconds);
	if (!bPlaying)
	{
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
			[this, TimeStep](const TArray<FSpatialHashQueryResult>& Results)
			{
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
		Show();
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
	TArray<FVector> Positions = ReadPositions;
	if (IsValid(City))
	{
		const FGromaSourceFrame Frame =
			City->GetSourceFrame().OfTrajectories(Manager->GetCoordinateOrigin(DatasetDirectory), MetresPerUnit);
		for (FVector& Position : Positions)
		{
			Position = Frame.ToWorld(Position);
		}
	}
	UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayPosition(
		NiagaraComponent, TEXT("StepPositions"), Positions);
	UNiagaraDataInterfaceArrayFunctionLibrary::SetNiagaraArrayInt32(NiagaraComponent, TEXT("StepTrajectoryIds"), ReadIds);
	NiagaraComponent->SetVariableInt(TEXT("StepCount"), ReadIds.Num());
	NiagaraComponent->SetVariableInt(TEXT("TimeStep"), ShownTimeStep);
	if (bFirst)
	{
		NiagaraComponent->Activate(true);
	}
	OnTimeStepShown.Broadcast(ShownTimeStep, ReadIds.Num());
}
