#include "BuildHashTablesAsyncAction.h"

#include "GromaBuild.h"
#include "GromaJobs.h"
#include "GromaLog.h"
#include "GromaNative.h"

UBuildHashTablesAsyncAction* UBuildHashTablesAsyncAction::BuildHashTables(
	UObject* WorldContextObject, const FString& DatasetDirectory, float CellSize, float BoundingBoxMargin)
{
	UBuildHashTablesAsyncAction* Action = NewObject<UBuildHashTablesAsyncAction>();
	Action->Dataset = DatasetDirectory;
	Action->Config.CellSize = CellSize;
	Action->Config.BoundingBoxMargin = BoundingBoxMargin;
	Action->RegisterWithGameInstance(WorldContextObject);
	return Action;
}

void UBuildHashTablesAsyncAction::Activate()
{
	FString Reason;
	TGromaHandle<groma_job> Job = Groma::StartBuild(Dataset, Config, Reason);
	if (!Job.IsValid())
	{
		Finish(OnFailed, Reason);
		return;
	}
	FGromaJobEvents Events;
	Events.OnProgress = [this](float Fraction, const FString& Text)
	{
		Done = Fraction;
		if (ShouldBroadcastDelegates())
		{
			OnProgress.Broadcast(Done, Text);
		}
	};
	Events.What = FString::Printf(TEXT("Building the hash tables of %s"), *Dataset);
	Events.OnEnd = [this](TGromaHandle<groma_job>& Ended, int32 Status, const FString& Message)
	{
		if (Status == GROMA_OK)
		{
			Done = 1.0f;
			Finish(OnComplete, Groma::BuildSummary(Ended.Get()));
		}
		else
		{
			Finish(Status == GROMA_CANCELLED ? OnCancelled : OnFailed, Message);
		}
	};
	FGromaJobs::Get().Add(MoveTemp(Job), this, MoveTemp(Events));
}

void UBuildHashTablesAsyncAction::BeginDestroy()
{
	bCollected = true;
	Super::BeginDestroy();
}

void UBuildHashTablesAsyncAction::Cancel()
{
	FGromaJobs::Get().Abandon(this);
	const bool bTell = !bCollected && ShouldBroadcastDelegates();
	Super::Cancel();
	if (bTell)
	{
		OnCancelled.Broadcast(Done, FString::Printf(TEXT("Building the hash tables of %s was cancelled"), *Dataset));
	}
}

void UBuildHashTablesAsyncAction::Finish(FOnBuildHashTablesEvent& Event, const FString& Text)
{
	if (&Event == &OnFailed)
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Text);
	}
	if (ShouldBroadcastDelegates())
	{
		Event.Broadcast(Done, Text);
	}
	SetReadyToDestroy();
}
