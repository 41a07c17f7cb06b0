#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintAsyncActionBase.h"
#include "TrajectoryQueryNiagaraActor.h"
#include "UObject/WeakObjectPtr.h"
#include "RunTrajectoryQueryAsyncAction.generated.h"

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FOnTrajectoryQueryFinished);

/** The Blueprint node Run Query (Async): has an actor ask, and tells when its answer is there. */
UCLASS()
class SPATIALHASHEDTRAJECTORYNIAGARA_API URunTrajectoryQueryAsyncAction : public UBlueprintAsyncActionBase
{
	GENERATED_BODY()

public:
	/**
	 * Has an actor ask without waiting; TransferDataToNiagara of the actor then shows the answer.
	 *
	 * @param TargetActor The actor, with its query settings.
	 * @param bIncludeWholeResultTrajectorySamples Take whole trajectories, not just the samples within the outer radius.
	 */
	UFUNCTION(BlueprintCallable, Category = "Trajectory Visualization",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Run Query (Async)"))
	static URunTrajectoryQueryAsyncAction* RunQuery(UObject* WorldContextObject, ATrajectoryQueryNiagaraActor* TargetActor,
		bool bIncludeWholeResultTrajectorySamples = false);

	/** The answer is there. */
	UPROPERTY(BlueprintAssignable, Category = "Trajectory Visualization")
	FOnTrajectoryQueryFinished OnSuccess;

	/** The query was refused or has failed, or its actor has gone. */
	UPROPERTY(BlueprintAssignable, Category = "Trajectory Visualization")
	FOnTrajectoryQueryFinished OnFailure;

	/** The query was cancelled, or another one of its actor has taken its place. */
	UPROPERTY(BlueprintAssignable, Category = "Trajectory Visualization")
	FOnTrajectoryQueryFinished OnCancelled;

	virtual void Activate() override;

private:
	void Finish(const FOnTrajectoryQueryFinished& Event);

	/** Weak: who waits for an answer keeps no world. */
	TWeakObjectPtr<ATrajectoryQueryNiagaraActor> Actor;

	bool bWhole = false;
};
