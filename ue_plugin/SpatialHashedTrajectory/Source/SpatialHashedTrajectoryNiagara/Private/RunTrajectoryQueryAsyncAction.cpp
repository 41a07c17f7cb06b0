#include "RunTrajectoryQueryAsyncAction.h"

URunTrajectoryQueryAsyncAction* URunTrajectoryQueryAsyncAction::RunQuery(
	UObject* WorldContextObject, ATrajectoryQueryNiagaraActor* TargetActor, bool bIncludeWholeResultTrajectorySamples)
{
	URunTrajectoryQueryAsyncAction* Action = NewObject<URunTrajectoryQueryAsyncAction>();
	Action->Actor = TargetActor;
	Action->bWhole = bIncludeWholeResultTrajectorySamples;
	Action->RegisterWithGameInstance(WorldContextObject);
	return Action;
}

void URunTrajectoryQueryAsyncAction::Activate()
{
	ATrajectoryQueryNiagaraActor* Target = Actor.Get();
	if (Target == nullptr)
	{
		Finish(OnFailure);
		return;
	}
	// The actor may outlive this action, and the other way round.
	Target->FireAsyncQueriesWithCallback(FSimpleDelegate::CreateWeakLambda(this, [this]() { Finish(OnSuccess); }),
		FSimpleDelegate::CreateWeakLambda(this, [this]() { Finish(OnFailure); }), bWhole,
		FSimpleDelegate::CreateWeakLambda(this, [this]() { Finish(OnCancelled); }));
}

void URunTrajectoryQueryAsyncAction::Finish(const FOnTrajectoryQueryFinished& Event)
{
	Event.Broadcast();
	SetReadyToDestroy();
}
