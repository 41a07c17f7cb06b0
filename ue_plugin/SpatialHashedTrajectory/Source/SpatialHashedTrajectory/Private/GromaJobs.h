#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "GromaWork.h"
#include "Templates/Function.h"
#include "UObject/WeakObjectPtr.h"

class FAsyncTaskNotification;

/** What a job is, and what is told of it, on the game thread, as long as its owner lives. */
struct FGromaJobEvents
{
	/** What the job does, in a few words: "building the tables of ...". */
	FString What;

	/** Have the editor show its progress and a button to cancel it. */
	bool bShown = false;

	/** Asks the job to stop, from any thread. May be empty. */
	TSharedPtr<FGromaCancelFlag> CancelFlag;

	/** About ten times a second: the share done, 0 to 1, and what is at work. May be empty. */
	TUniqueFunction<void(float Fraction, const FString& Text)> OnProgress;

	/**
	 * Once, when the job has ended: its status, and its message when that is not GROMA_OK. The handle may be taken for
	 * what the job has to give; it is null for the engine's own work.
	 */
	TUniqueFunction<void(TGromaHandle<groma_job>& Job, int32 Status, const FString& Message)> OnEnd;
};

/**
 * The jobs at work, of the native library or on the engine's threads, polled in each frame. Everything here happens on
 * the game thread, and nothing waits for a job but CloseAll, and that for a while only.
 */
class FGromaJobs
{
public:
	static FGromaJobs& Get();

	/**
	 * Takes a job over. When the owner goes away first, the job is cancelled and nothing more is told of it.
	 *
	 * @return A number to cancel it by.
	 */
	uint64 Add(TGromaHandle<groma_job> Job, UObject* Owner, FGromaJobEvents Events);
	uint64 Add(const TSharedRef<FGromaWork>& Work, UObject* Owner, FGromaJobEvents Events);

	/** Asks a job to stop. It ends with GROMA_CANCELLED, unless it was done before. */
	void Cancel(uint64 Id);

	/** Cancels the jobs of an owner and tells nothing more of them. */
	void Abandon(const UObject* Owner);

	/**
	 * Cancels all jobs, waits until their threads have ended, and tells nothing more of them. After the time in the
	 * settings it goes on without those that have not ended, and says which: they keep what they use.
	 */
	void CloseAll();

	/** Jobs whose threads may still be at work. */
	int32 Num() const { return Entries.Num(); }

	/** Says in the log why something has not succeeded: a cancel is no error. */
	static void LogEnd(int32 Status, const FString& What, const FString& Message);

	/** Waits for a job; on the game thread the editor shows a progress bar meanwhile. @return Its status, and OutMessage. */
	static int32 WaitFor(const groma_job* Job, const FString& What, FString& OutMessage);

private:
	struct FEntry
	{
		uint64 Id = 0;
		TWeakObjectPtr<UObject> Owner;
		/** Whose job it is, also while that one is being destroyed; only compared. */
		const UObject* OwnerAddress = nullptr;
		FGromaJobEvents Events;
		TUniquePtr<FAsyncTaskNotification> Notification;
		double NextProgress = 0.0;
		bool bAbandoned = false;
		TSharedPtr<FGromaWork> Work;
		/** Last, so that it is closed before what its callbacks use. */
		TGromaHandle<groma_job> Job;

		void Cancel() const;
		void Abandon();
		/** @return Whether the job has ended within a time, with the status and the message then. */
		bool HasEnded(int64 Milliseconds, int32& OutStatus, FString& OutMessage) const;
		/** @return Whether the share done and what is at work are known. */
		bool GetProgress(float& OutFraction, FString& OutText) const;
	};

	uint64 Add(TUniquePtr<FEntry> Entry, UObject* Owner, FGromaJobEvents Events);
	/** @return Whether to be called again. */
	bool Tick();
	static void TellProgress(FEntry& Entry);

	/** Apart from each other in memory: an event may add to the array. Only Tick and CloseAll take from it. */
	TArray<TUniquePtr<FEntry>> Entries;
	uint64 LastId = 0;
	FTSTicker::FDelegateHandle Ticker;

	/** How long CloseAll waits, from the settings at the last job's start: their object is gone when modules shut down. */
	double SecondsToWait = 0.0;
};
