#include "GromaJobs.h"

#include "GromaLog.h"
#include "GromaSettings.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "Misc/AsyncTaskNotification.h"
#include "Misc/ScopedSlowTask.h"

namespace
{
	constexpr double SecondsBetweenProgress = 0.1;

	/** A progress bar appears when a call takes longer. */
	constexpr float SecondsBeforeDialog = 0.5f;

	/** Jobs that are waited for so long at the end are told of. */
	constexpr double SecondsBeforeTelling = 1.0;

	FString ToText(const groma_progress& Progress)
	{
		return FString::Printf(TEXT("%s: %llu of %llu (%d %%)"), UTF8_TO_TCHAR(Progress.phase),
			static_cast<unsigned long long>(Progress.units_done), static_cast<unsigned long long>(Progress.units_total),
			static_cast<int32>(100.0 * Progress.fraction));
	}
}

FGromaJobs& FGromaJobs::Get()
{
	static FGromaJobs Jobs;
	return Jobs;
}

uint64 FGromaJobs::Add(TGromaHandle<groma_job> Job, UObject* Owner, FGromaJobEvents Events)
{
	TUniquePtr<FEntry> Entry = MakeUnique<FEntry>();
	Entry->Job = MoveTemp(Job);
	return Add(MoveTemp(Entry), Owner, MoveTemp(Events));
}

uint64 FGromaJobs::Add(const TSharedRef<FGromaWork>& Work, UObject* Owner, FGromaJobEvents Events)
{
	TUniquePtr<FEntry> Entry = MakeUnique<FEntry>();
	Entry->Work = Work;
	return Add(MoveTemp(Entry), Owner, MoveTemp(Events));
}

uint64 FGromaJobs::Add(TUniquePtr<FEntry> Entry, UObject* Owner, FGromaJobEvents Events)
{
	check(IsInGameThread());
	Entry->Id = ++LastId;
	Entry->Owner = Owner;
	Entry->OwnerAddress = Owner;
	Entry->Events = MoveTemp(Events);
	if (Entry->Events.bShown)
	{
		FAsyncTaskNotificationConfig Config;
		Config.TitleText = FText::FromString(Entry->Events.What);
		Config.bCanCancel = true;
		Entry->Notification = MakeUnique<FAsyncTaskNotification>(Config);
	}
	Entries.Add(MoveTemp(Entry));
	SecondsToWait = FMath::Max(GetDefault<UGromaSettings>()->ShutdownSeconds, 0);
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
			Entry->Cancel();
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
			Entry->Abandon();
		}
	}
}

void FGromaJobs::FEntry::Cancel() const
{
	if (Work.IsValid())
	{
		Work->Cancel();
	}
	else
	{
		groma_job_cancel(Job.Get(), nullptr);
	}
}

void FGromaJobs::FEntry::Abandon()
{
	bAbandoned = true;
	Cancel();
}

void FGromaJobs::CloseAll()
{
	check(IsInGameThread());
	for (const TUniquePtr<FEntry>& Entry : Entries)
	{
		Entry->Abandon();
		// A notification must not go while it is pending.
		if (Entry->Notification.IsValid())
		{
			Entry->Notification->SetComplete(false);
			Entry->Notification.Reset();
		}
	}
	const double Begin = FPlatformTime::Seconds();
	const double End = Begin + SecondsToWait;
	bool bTold = false;
	for (TUniquePtr<FEntry>& Entry : Entries)
	{
		int32 Status = GROMA_OK;
		FString Message;
		bool bEnded = Entry->HasEnded(0, Status, Message);
		for (double Now = FPlatformTime::Seconds(); !bEnded && Now < End; Now = FPlatformTime::Seconds())
		{
			if (!bTold && Now >= Begin + SecondsBeforeTelling)
			{
				UE_LOG(LogGroma, Warning, TEXT("The engine waits at most %.0f s for what was cancelled: %s."), End - Begin,
					*Entry->Events.What);
				bTold = true;
			}
			bEnded = Entry->HasEnded(50, Status, Message);
		}
		if (!bEnded)
		{
			UE_LOG(LogGroma, Error, TEXT("The engine goes on without waiting any longer for: %s."), *Entry->Events.What);
			// Its threads go on and use what the entry has, so nobody frees it; the process ends soon.
			static TArray<FEntry*>* const Left = new TArray<FEntry*>();
			Left->Add(Entry.Release());
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
			Entry.Abandon();
		}
		if (Entry.Events.CancelFlag.IsValid() && Entry.Events.CancelFlag->IsSet())
		{
			Entry.Cancel();
		}
		int32 Status = GROMA_OK;
		FString Message;
		if (!Entry.HasEnded(0, Status, Message))
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
			if (Status == GROMA_CANCELLED)
			{
				Ended->Notification->SetProgressText(FText::FromString(FString(TEXT("Cancelled"))));
			}
			Ended->Notification->SetComplete(Status == GROMA_OK);
		}
		if (!Ended->bAbandoned && Ended->Events.OnEnd)
		{
			Ended->Events.OnEnd(Ended->Job, Status, Message);
		}
	}
	if (Entries.Num() > 0)
	{
		return true;
	}
	Ticker.Reset();
	return false;
}

bool FGromaJobs::FEntry::HasEnded(int64 Milliseconds, int32& OutStatus, FString& OutMessage) const
{
	if (Work.IsValid())
	{
		if (!Work->IsDone() && Milliseconds > 0)
		{
			FPlatformProcess::Sleep(0.001f);
		}
		if (!Work->IsDone())
		{
			return false;
		}
		OutMessage = Work->GetFailure();
		OutStatus = Work->IsCancelled() ? GROMA_CANCELLED : OutMessage.IsEmpty() ? GROMA_OK : GROMA_INTERNAL;
		return true;
	}
	FGromaError Error;
	OutStatus = groma_job_wait(Job.Get(), Milliseconds, Error.Out());
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

bool FGromaJobs::FEntry::GetProgress(float& OutFraction, FString& OutText) const
{
	if (Work.IsValid())
	{
		OutFraction = Work->GetTotal() > 0 ? static_cast<float>(Work->GetDone()) / static_cast<float>(Work->GetTotal()) : 0.0f;
		OutText = FString::Printf(TEXT("%d of %d"), Work->GetDone(), Work->GetTotal());
		return true;
	}
	groma_progress Progress;
	Progress.struct_size = sizeof Progress;
	if (groma_job_poll(Job.Get(), &Progress, nullptr) != GROMA_OK)
	{
		return false;
	}
	OutFraction = static_cast<float>(Progress.fraction);
	OutText = ToText(Progress);
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
	float Fraction = 0.0f;
	FString Text;
	if (!Entry.GetProgress(Fraction, Text))
	{
		return;
	}
	if (Entry.Notification.IsValid())
	{
		Entry.Notification->SetProgressText(FText::FromString(Text));
		if (Entry.Notification->GetPromptAction() == EAsyncTaskNotificationPromptAction::Cancel)
		{
			Entry.Cancel();
		}
	}
	if (Entry.Events.OnProgress)
	{
		Entry.Events.OnProgress(Fraction, Text);
	}
}

void FGromaJobs::LogEnd(int32 Status, const FString& What, const FString& Message)
{
	if (Status == GROMA_CANCELLED)
	{
		UE_LOG(LogGroma, Log, TEXT("Cancelled: %s."), *What);
	}
	else
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Message);
	}
}

int32 FGromaJobs::WaitFor(const groma_job* Job, const FString& What, FString& OutMessage)
{
	FGromaError Error;
	if (!IsInGameThread())
	{
		const int32 Status = groma_job_wait(Job, -1, Error.Out());
		OutMessage = Status != GROMA_OK ? Error.ToString() : FString();
		return Status;
	}
	FScopedSlowTask Slow(1.0f, FText::FromString(What));
	Slow.MakeDialogDelayed(SecondsBeforeDialog, true);
	float Shown = 0.0f;
	for (;;)
	{
		if (Slow.ShouldCancel())
		{
			groma_job_cancel(Job, nullptr);
		}
		const int32 Status = groma_job_wait(Job, static_cast<int64>(1000.0 * SecondsBetweenProgress), Error.Out());
		if (Status != GROMA_TIMEOUT)
		{
			OutMessage = Status != GROMA_OK ? Error.ToString() : FString();
			return Status;
		}
		groma_progress Progress;
		Progress.struct_size = sizeof Progress;
		if (groma_job_poll(Job, &Progress, nullptr) == GROMA_OK)
		{
			const float Fraction = FMath::Max(static_cast<float>(Progress.fraction), Shown);
			Slow.EnterProgressFrame(Fraction - Shown, FText::FromString(ToText(Progress)));
			Shown = Fraction;
		}
	}
}
