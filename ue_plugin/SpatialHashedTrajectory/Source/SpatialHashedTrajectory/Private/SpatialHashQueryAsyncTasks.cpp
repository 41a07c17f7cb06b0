#include "SpatialHashQueryAsyncTasks.h"

#include "GromaJobs.h"
#include "GromaLog.h"
#include "GromaQuery.h"

void USpatialHashQueryAsyncTask::Prepare(UObject* WorldContextObject, USpatialHashTableManager* InManager,
	const FString& InDatasetDirectory, const FGromaQuery& InQuery)
{
	SpatialHashManager = InManager;
	Dataset = InDatasetDirectory;
	Query = MakeShared<FGromaQuery>(InQuery);
	RegisterWithGameInstance(WorldContextObject);
}

void USpatialHashQueryAsyncTask::Activate()
{
	if (!IsValid(SpatialHashManager))
	{
		UE_LOG(LogGroma, Error, TEXT("A query node was given no manager."));
		Finish(FGromaAnswer());
		return;
	}
	SpatialHashManager->Ask(Dataset, *Query, this, [this](const FGromaAnswer& Answer) { Finish(Answer); });
}

void USpatialHashQueryAsyncTask::BeginDestroy()
{
	bCollected = true;
	Super::BeginDestroy();
}

void USpatialHashQueryAsyncTask::Cancel()
{
	FGromaJobs::Get().Abandon(this);
	const bool bTell = !bCollected && ShouldBroadcastDelegates();
	Super::Cancel();
	if (bTell)
	{
		TellCancelled();
	}
}

void USpatialHashQueryAsyncTask::Finish(const FGromaAnswer& Answer)
{
	if (ShouldBroadcastDelegates())
	{
		Complete(Answer);
	}
	SetReadyToDestroy();
}

USpatialHashQueryRadiusAsyncTask* USpatialHashQueryRadiusAsyncTask::QueryRadiusAsync(UObject* WorldContextObject,
	USpatialHashTableManager* Manager, const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
	int32 TimeStep)
{
	USpatialHashQueryRadiusAsyncTask* Task = NewObject<USpatialHashQueryRadiusAsyncTask>();
	Task->Prepare(
		WorldContextObject, Manager, DatasetDirectory, FGromaQuery::Around(QueryPosition, Radius, CellSize, TimeStep));
	return Task;
}

void USpatialHashQueryRadiusAsyncTask::Complete(const FGromaAnswer& Answer)
{
	OnComplete.Broadcast(Answer.Results);
}

void USpatialHashQueryRadiusAsyncTask::TellCancelled()
{
	OnCancelled.Broadcast(TArray<FSpatialHashQueryResult>());
}

USpatialHashQueryDualRadiusAsyncTask* USpatialHashQueryDualRadiusAsyncTask::QueryDualRadiusAsync(UObject* WorldContextObject,
	USpatialHashTableManager* Manager, const FString& DatasetDirectory, FVector QueryPosition, float InnerRadius,
	float OuterRadius, float CellSize, int32 TimeStep)
{
	USpatialHashQueryDualRadiusAsyncTask* Task = NewObject<USpatialHashQueryDualRadiusAsyncTask>();
	Task->Prepare(WorldContextObject, Manager, DatasetDirectory,
		FGromaQuery::AroundTwice(QueryPosition, InnerRadius, OuterRadius, CellSize, TimeStep));
	return Task;
}

void USpatialHashQueryDualRadiusAsyncTask::Complete(const FGromaAnswer& Answer)
{
	OnComplete.Broadcast(Answer.InnerResults, Answer.Results);
}

void USpatialHashQueryDualRadiusAsyncTask::TellCancelled()
{
	OnCancelled.Broadcast(TArray<FSpatialHashQueryResult>(), TArray<FSpatialHashQueryResult>());
}

USpatialHashQueryTimeRangeAsyncTask* USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(UObject* WorldContextObject,
	USpatialHashTableManager* Manager, const FString& DatasetDirectory, FVector QueryPosition, float Radius, float CellSize,
	int32 StartTimeStep, int32 EndTimeStep)
{
	USpatialHashQueryTimeRangeAsyncTask* Task = NewObject<USpatialHashQueryTimeRangeAsyncTask>();
	Task->Prepare(WorldContextObject, Manager, DatasetDirectory,
		FGromaQuery::OverTime(QueryPosition, Radius, CellSize, StartTimeStep, EndTimeStep));
	return Task;
}

void USpatialHashQueryTimeRangeAsyncTask::Complete(const FGromaAnswer& Answer)
{
	OnComplete.Broadcast(Answer.Results);
}

void USpatialHashQueryTimeRangeAsyncTask::TellCancelled()
{
	OnCancelled.Broadcast(TArray<FSpatialHashQueryResult>());
}

USpatialHashQueryTrajectoryAsyncTask* USpatialHashQueryTrajectoryAsyncTask::QueryTrajectoryAsync(UObject* WorldContextObject,
	USpatialHashTableManager* Manager, const FString& DatasetDirectory, int32 QueryTrajectoryId, float Radius, float CellSize,
	int32 StartTimeStep, int32 EndTimeStep)
{
	USpatialHashQueryTrajectoryAsyncTask* Task = NewObject<USpatialHashQueryTrajectoryAsyncTask>();
	Task->Prepare(WorldContextObject, Manager, DatasetDirectory,
		FGromaQuery::AroundTrajectory(QueryTrajectoryId, Radius, CellSize, StartTimeStep, EndTimeStep));
	return Task;
}

void USpatialHashQueryTrajectoryAsyncTask::Complete(const FGromaAnswer& Answer)
{
	OnComplete.Broadcast(Answer.Results);
}

void USpatialHashQueryTrajectoryAsyncTask::TellCancelled()
{
	OnCancelled.Broadcast(TArray<FSpatialHashQueryResult>());
}
