#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "Templates/Function.h"
#include "UObject/WeakObjectPtr.h"

class FAsyncTaskNotification;

/** What is told of a job, on the game thread, as long as its owner lives. */
struct FGromaJobEvents
{
	/** About ten times a second: the share done, 0 to 1, and what is at work. May be empty. */
	TUniqueFunction<void(float Fraction, const FString& Text)> OnProgress;

	/** Once, when the job has ended: its status, and its message when that is not GROMA_OK. */
	TUniqueFunction<void(const groma_job* Job, int32 Status, const FString& Message)> OnEnd;
};

/**
 * The native jobs at work, polled in each frame. Everything here happens on the game thread, and nothing waits for a
 * job but CloseAll.
 */
class FGromaJobs
{
public:
	static FGromaJobs& Get();

	/**
	 * Takes a job over. When the owner goes away first, the job is cancelled and nothing more is told of it. With a title
	 * the editor shows its progress and a button to cancel it.
	 *
	 * @return A number to cancel it by.
	 */
	uint64 Add(TGromaHandle<groma_job> Job, UObject* Owner, FGromaJobEvents Events, const FText& Title = FText());

	/** Asks a job to stop. It ends with GROMA_CANCELLED, unless it was done before. */
	void Cancel(uint64 Id);

	/** Cancels the jobs of an owner and tells nothing more of them. */
	void Abandon(const UObject* Owner);

	/** Cancels all jobs, waits until their threads have ended, and tells nothing more of them. */
	void CloseAll();

	/** Jobs whose threads may still be at work. */
	int32 Num() const { return Entries.Num(); }

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
		/** Last, so that it is closed before what its callbacks use. */
		TGromaHandle<groma_job> Job;
	};

	/** @return Whether to be called again. */
	bool Tick();
	/** @return Whether the job has ended, with the status and the message then. */
	static bool HasEnded(const FEntry& Entry, int32& OutStatus, FString& OutMessage);
	static void TellProgress(FEntry& Entry);
	static void Abandon(FEntry& Entry);

	/** Apart from each other in memory: an event may add to the array. Only Tick and CloseAll take from it. */
	TArray<TUniquePtr<FEntry>> Entries;
	uint64 LastId = 0;
	FTSTicker::FDelegateHandle Ticker;
};
