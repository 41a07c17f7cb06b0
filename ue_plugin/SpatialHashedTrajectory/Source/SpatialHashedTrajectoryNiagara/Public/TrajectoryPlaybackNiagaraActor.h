#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "GromaSourceFrame.h"
#include "SpatialHashTypes.h"
#include "UObject/ObjectPtr.h"
#include "TrajectoryPlaybackNiagaraActor.generated.h"

class AGromaCityActor;
class UNiagaraComponent;
class UNiagaraSystem;
class USpatialHashTableManager;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FGromaTimeStepEvent, int32, TimeStep, int32, Count);

/**
 * Plays the time steps of a data set: hands all its trajectories at a time step to a Niagara system, in the user
 * parameters StepPositions (position array), StepTrajectoryIds (int array), StepCount, TimeStep (ints) and StepFraction
 * (float, 0 to 1 on the way to the next time step). Tables are loaded, and built if need be, and time steps are read in the
 * background, one ahead. In a city positions are handed over once its place is known, and again when that has changed.
 */
UCLASS(BlueprintType, Blueprintable)
class SPATIALHASHEDTRAJECTORYNIAGARA_API ATrajectoryPlaybackNiagaraActor : public AActor
{
	GENERATED_BODY()

public:
	ATrajectoryPlaybackNiagaraActor();

	/** The folder with the shards; a relative one is relative to the project. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	FString DatasetDirectory;

	/** The edge of the cells of the tables to use. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	float CellSize = 10.0f;

	/** The first time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback", meta = (ClampMin = "0"))
	int32 TimeStart = 0;

	/** The last time step. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback", meta = (ClampMin = "0"))
	int32 TimeEnd = 100;

	/** How fast it plays. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback", meta = (ClampMin = "0"))
	float TimeStepsPerSecond = 10.0f;

	/** Begin anew at the end. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	bool bLoop = true;

	/** Play when the level begins to play. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	bool bPlayAtStart = true;

	/** The system that shows the trajectories. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	TObjectPtr<UNiagaraSystem> NiagaraSystem;

	/** The city that the trajectories are in: they get its place in the world. Without one nothing is converted. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback")
	TObjectPtr<AGromaCityActor> City;

	/** How long the unit of the trajectories is in metres; used with a city. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Playback", meta = (ClampMin = "0"))
	double MetresPerUnit = 1.0;

	/** A time step is shown: which, and how many trajectories it has. */
	UPROPERTY(BlueprintAssignable, Category = "Playback")
	FGromaTimeStepEvent OnTimeStepShown;

	/**
	 * Loads the tables in the background and plays from the time step that is shown. @return Whether it does; it stops again
	 * when there are no tables to play from, and the log says why.
	 */
	UFUNCTION(BlueprintCallable, Category = "Playback")
	bool Play();

	/** Stops at the time step that is shown. */
	UFUNCTION(BlueprintCallable, Category = "Playback")
	void Pause();

	/** Goes to a time step. */
	UFUNCTION(BlueprintCallable, Category = "Playback")
	void SetTimeStep(int32 TimeStep);

	/** Whether it plays. */
	UFUNCTION(BlueprintPure, Category = "Playback")
	bool IsPlaying() const { return bPlaying; }

	/** The time step that is shown; -1 before the first one is. */
	UFUNCTION(BlueprintPure, Category = "Playback")
	int32 GetShownTimeStep() const { return ShownTimeStep; }

	virtual void Tick(float DeltaSeconds) override;

protected:
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;

private:
	/** Has the tables loaded, and then shows what is wanted. */
	void Open();
	/** Reads a time step in the background, unless it is being read or there already. */
	void Read(int32 TimeStep);
	/** Shows the time step that playing has come to, or has it read. */
	void ShowWanted();
	void Show();
	/** Hands over the positions of the time step that is shown. */
	void HandOver();
	FGromaSourceFrame GetFrame() const;

	UPROPERTY()
	TObjectPtr<UNiagaraComponent> NiagaraComponent;

	UPROPERTY()
	TObjectPtr<USpatialHashTableManager> Manager;

	/** What was read last, in the data's own axes and unit, and its time step. */
	TArray<FVector> ReadPositions;
	TArray<int32> ReadIds;
	int32 ReadTimeStep = -1;

	/** What is shown of that. */
	TArray<FVector> ShownPositions;
	TArray<int32> ShownIds;

	/** The time step that is being read; -1 when none is. */
	int32 ReadingTimeStep = -1;
	int32 ShownTimeStep = -1;
	double PlayTime = 0.0;
	FGromaSourceFrame ShownFrame;

	/** What an import has subtracted from the positions of the data set. */
	FVector Subtracted = FVector::ZeroVector;
	bool bOpen = false;
	bool bOpening = false;
	bool bPlaying = false;
};
