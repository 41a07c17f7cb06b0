// Tables from samples in memory.
#include "GromaBuild.h"

#include "Async/ParallelFor.h"
#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "GromaLog.h"
#include "HAL/CriticalSection.h"
#include "Misc/ScopeLock.h"
#include "Misc/ScopedSlowTask.h"
#include "SpatialHashTableBuilderAsyncTask.h"
#include "Templates/UniquePtr.h"

int32 FGromaSamples::Num() const
{
	return Config.NumTimeSteps > 0 ? FMath::Min(static_cast<int32>(Config.NumTimeSteps), TimeSteps.Num()) : TimeSteps.Num();
}

bool FGromaSamples::GetBox(double (&OutMin)[3], double (&OutMax)[3], FString& OutReason) const
{
	if (!FGromaLibrary::IsAvailable())
	{
		OutReason = TEXT("The groma library is not available; the log of the start says why.");
		return false;
	}
	if (Config.OutputDirectory.IsEmpty())
	{
		OutReason = TEXT("OutputDirectory is empty: tables from samples in memory need a folder to go to.");
		return false;
	}
	FVector Min = Config.BBoxMin;
	FVector Max = Config.BBoxMax;
	if (Config.bComputeBoundingBox)
	{
		FSpatialHashTableBuilder::ComputeBoundingBox(TimeSteps, Min, Max);
		const FVector Margin(Config.BoundingBoxMargin);
		Min -= Margin;
		Max += Margin;
	}
	for (int32 Axis = 0; Axis < 3; ++Axis)
	{
		OutMin[Axis] = Min[Axis];
		OutMax[Axis] = Max[Axis];
	}
	return true;
}

FString FGromaSamples::Write(int32 Index, const double (&BoxMin)[3], const double (&BoxMax)[3]) const
{
	const TArray<FSpatialHashTableBuilder::FTrajectorySample>& Samples = TimeSteps[Index];
	TArray<uint32> Ids;
	TArray<FVector> Positions;
	Ids.Reserve(Samples.Num());
	Positions.Reserve(Samples.Num());
	for (const FSpatialHashTableBuilder::FTrajectorySample& Sample : Samples)
	{
		Ids.Add(Sample.TrajectoryId);
		Positions.Add(Sample.Position);
	}
	const FGromaText Folder(Groma::FullPath(Config.OutputDirectory));
	FGromaError Error;
	const int32 Status = groma_write_hash_table(Folder.Get(), Config.CellSize, BoxMin, BoxMax,
		static_cast<int32>(Config.StartTimeStep) + Index, static_cast<uint64>(Samples.Num()), Ids.GetData(),
		reinterpret_cast<const double*>(Positions.GetData()), nullptr, Error.Out());
	return Status == GROMA_OK ? FString() : Error.ToString();
}

void FSpatialHashTableBuilder::ComputeBoundingBox(
	const TArray<TArray<FTrajectorySample>>& TimeStepSamples, FVector& OutBBoxMin, FVector& OutBBoxMax)
{
	FBox Box(ForceInit);
	for (const TArray<FTrajectorySample>& Samples : TimeStepSamples)
	{
		for (const FTrajectorySample& Sample : Samples)
		{
			if (!Sample.Position.ContainsNaN())
			{
				Box += Sample.Position;
			}
		}
	}
	OutBBoxMin = Box.IsValid ? Box.Min : FVector::ZeroVector;
	OutBBoxMax = Box.IsValid ? Box.Max : FVector::ZeroVector;
}

bool FSpatialHashTableBuilder::BuildHashTables(
	const FBuildConfig& Config, const TArray<TArray<FTrajectorySample>>& TimeStepSamples)
{
	FGromaSamples Samples;
	Samples.Config = Config;
	Samples.TimeSteps = TimeStepSamples;
	double BoxMin[3];
	double BoxMax[3];
	FString Reason;
	const FString What = TEXT("Building hash tables from samples in memory");
	bool bCancelled = false;
	if (Samples.GetBox(BoxMin, BoxMax, Reason))
	{
		// Some at a time, so that the editor's progress bar moves, and can stop it.
		constexpr int32 AtOnce = 32;
		FCriticalSection Lock;
		TUniquePtr<FScopedSlowTask> Slow;
		if (IsInGameThread())
		{
			Slow = MakeUnique<FScopedSlowTask>(
				static_cast<float>(Samples.Num()), FText::FromString(What));
			Slow->MakeDialogDelayed(0.5f, true);
		}
		for (int32 First = 0; First < Samples.Num() && Reason.IsEmpty() && !bCancelled; First += AtOnce)
		{
			const int32 Count = FMath::Min(AtOnce, Samples.Num() - First);
			ParallelFor(Count,
				[&](int32 Index)
				{
					const FString Failure = Samples.Write(First + Index, BoxMin, BoxMax);
					if (!Failure.IsEmpty())
					{
						const FScopeLock Locked(&Lock);
						Reason = Failure;
					}
				});
			if (Slow.IsValid())
			{
				Slow->EnterProgressFrame(static_cast<float>(Count));
				bCancelled = Slow->ShouldCancel();
			}
		}
	}
	const bool bBuilt = Reason.IsEmpty() && !bCancelled;
	if (!bBuilt)
	{
		FGromaJobs::LogEnd(Reason.IsEmpty() ? GROMA_CANCELLED : GROMA_INTERNAL, What, Reason);
	}
	return bBuilt;
}

USpatialHashTableBuilderAsyncTask* USpatialHashTableBuilderAsyncTask::BuildHashTablesAsync(UObject* WorldContextObject,
	const FSpatialHashTableBuilder::FBuildConfig& Config,
	const TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>>& TimeStepSamples)
{
	USpatialHashTableBuilderAsyncTask* Task = NewObject<USpatialHashTableBuilderAsyncTask>();
	Task->Samples = MakeShared<FGromaSamples>();
	Task->Samples->Config = Config;
	Task->Samples->TimeSteps = TimeStepSamples;
	Task->RegisterWithGameInstance(WorldContextObject);
	return Task;
}

void USpatialHashTableBuilderAsyncTask::Activate()
{
	const int32 Total = Samples->Num();
	const TSharedRef<FGromaWork> Work = FGromaWork::Start(
		[Shared = Samples, Total](FGromaWork& Self)
		{
			Self.SetTotal(Total);
			double BoxMin[3];
			double BoxMax[3];
			FString Failure;
			Shared->GetBox(BoxMin, BoxMax, Failure);
			for (int32 Index = 0; Index < Total && Failure.IsEmpty() && !Self.IsCancelled(); ++Index)
			{
				Failure = Shared->Write(Index, BoxMin, BoxMax);
				Self.AddDone();
			}
			return Failure;
		});
	FGromaJobEvents Events;
	Events.What = FString::Printf(TEXT("Building the hash tables of %d time steps in memory"), Total);
	Events.OnProgress = [this, Work, Total](float, const FString&)
	{
		if (ShouldBroadcastDelegates())
		{
			OnProgress.Broadcast(Work->GetDone(), Total);
		}
	};
	Events.OnEnd = [this, Total, What = Events.What](TGromaHandle<groma_job>&, int32 Status, const FString& Message)
	{
		if (Status != GROMA_OK)
		{
			FGromaJobs::LogEnd(Status, What, Message);
		}
		if (ShouldBroadcastDelegates())
		{
			if (Status == GROMA_OK)
			{
				OnProgress.Broadcast(Total, Total);
				OnComplete.Broadcast();
			}
			else if (Status == GROMA_CANCELLED)
			{
				OnCancelled.Broadcast();
			}
			else
			{
				OnFailed.Broadcast(Message);
			}
		}
		SetReadyToDestroy();
	};
	FGromaJobs::Get().Add(Work, this, MoveTemp(Events));
}

void USpatialHashTableBuilderAsyncTask::BeginDestroy()
{
	bCollected = true;
	Super::BeginDestroy();
}

void USpatialHashTableBuilderAsyncTask::Cancel()
{
	FGromaJobs::Get().Abandon(this);
	const bool bTell = !bCollected && ShouldBroadcastDelegates();
	Super::Cancel();
	if (bTell)
	{
		OnCancelled.Broadcast();
	}
}
