#include "GromaJobs.h"

#include "HAL/PlatformTime.h"
#include "Misc/AsyncTaskNotification.h"

namespace
{
	constexpr double SecondsBetweenProgress = 0.1;
}

FGromaJobs& FGromaJobs::Get()
{
	static FGromaJobs Jobs;
	return Jobs;
}

uint64 FGromaJobs::Add(TGromaHandle<groma_job> Job, UObject* Owner, FGromaJobEvents Events, const FText& Title)
{
	check(IsInGameThread());
	TUniquePtr<FEntry> Entry = MakeUnique<FEntry>();
	Entry->Id = ++LastId;
	Entry->Owner = Owner;
	Entry->OwnerAddress = Owner;
	Entry->Events = MoveTemp(Events);
	Entry->Job = MoveTemp(Job);
	if (!Title.IsEmpty())
	{
		FAsyncTaskNotificationConfig Config;
		Config.TitleText = Title;
		Config.bCanCancel = true;
		Entry->Notification = MakeUnique<FAsyncTaskNotification>(Config);
	}
	Entries.Add(MoveTemp(Entry));
	if (!Ticker.IsValid())
	{
		Ticker = FTSTicker::GetCoreTicker().AddTicker(
			TEXT("GromaJobs"), 0.0f, [this](float) { return Tick(); });
	}
	return LastId;
}

void FGromaJobs::Cancel(uint64 Id)
{
	check(IsInGameThread());
	for (const TUniquePtr<FEntry>& Entry : Entries)
	{
		if (Entry->Id == Id)
		{
			groma_job_cancel(Entry->Job.Get(), nullptr);
		}
	}
}

void FGromaJobs::Abandon(const UObject* Owner)
{
	check(IsInGameThread());
	for (const TUniquePtr<FEntry>& Entry : Entries)
	{
		if (Entry->OwnerAddress == Owner)
		{
			Abandon(*Entry);
		}
	}
}

void FGromaJobs::Abandon(FEntry& Entry)
{
	Entry.bAbandoned = true;
	groma_job_cancel(Entry.Job.Get(), nullptr);
}

void FGromaJobs::CloseAll()
{
	check(IsInGameThread());
	for (const TUniquePtr<FEntry>& Entry : Entries)
	{
		Abandon(*Entry);
		// A notification must not go while it is pending.
		if (Entry->Notification.IsValid())
		{
			Entry->Notification->SetComplete(false);
		}
	}
	Entries.Empty();
	FTSTicker::RemoveTicker(Ticker);
	Ticker.Reset();
}

bool FGromaJobs::Tick()
{
	for (int32 Index = 0; Index < Entries.Num();)
	{
		FEntry& Entry = *Entries[Index];
		if (!Entry.bAbandoned && !Entry.Owner.IsValid())
		{
			Abandon(Entry);
		}
		int32 Status = GROMA_OK;
		FString Message;
		if (!HasEnded(Entry, Status, Message))
		{
			TellProgress(Entry);
			++Index;
			continue;
		}
		// Out of the array before it is told, since that may start other jobs.
		const TUniquePtr<FEntry> Ended = MoveTemp(Entries[Index]);
		Entries.RemoveAt(Index);
		if (Ended->Notification.IsValid())
		{
			Ended->Notification->SetComplete(Status == GROMA_OK);
		}
		if (!Ended->bAbandoned && Ended->Events.OnEnd)
		{
			Ended->Events.OnEnd(Ended->Job.Get(), Status, Message);
		}
	}
	if (Entries.Num() > 0)
	{
		return true;
	}
	Ticker.Reset();
	return false;
}

bool FGromaJobs::HasEnded(const FEntry& Entry, int32& OutStatus, FString& OutMessage)
{
	FGromaError Error;
	OutStatus = groma_job_wait(Entry.Job.Get(), 0, Error.Out());
	if (OutStatus == GROMA_TIMEOUT)
	{
		return false;
	}
	if (OutStatus != GROMA_OK)
	{
		OutMessage = Error.ToString();
	}
	return true;
}

void FGromaJobs::TellProgress(FEntry& Entry)
{
	const double Now = FPlatformTime::Seconds();
	if (Entry.bAbandoned || Now < Entry.NextProgress || (!Entry.Events.OnProgress && !Entry.Notification.IsValid()))
	{
		return;
	}
	Entry.NextProgress = Now + SecondsBetweenProgress;
	groma_progress Progress;
	Progress.struct_size = sizeof Progress;
	if (groma_job_poll(Entry.Job.Get(), &Progress, nullptr) != GROMA_OK)
	{
		return;
	}
	const FString Text = FString::Printf(TEXT("%s: %llu of %llu (%d %%)"), UTF8_TO_TCHAR(Progress.phase),
		static_cast<unsigned long long>(Progress.units_done), static_cast<unsigned long long>(Progress.units_total),
		static_cast<int32>(100.0 * Progress.fraction));
	if (Entry.Notification.IsValid())
	{
		Entry.Notification->SetProgressText(FText::FromString(Text));
		if (Entry.Notification->GetPromptAction() == EAsyncTaskNotificationPromptAction::Cancel)
		{
			groma_job_cancel(Entry.Job.Get(), nullptr);
		}
	}
	if (Entry.Events.OnProgress)
	{
		Entry.Events.OnProgress(static_cast<float>(Progress.fraction), Text);
	}
}
