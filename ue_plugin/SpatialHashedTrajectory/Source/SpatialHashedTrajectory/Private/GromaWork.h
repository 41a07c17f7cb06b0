#pragma once

#include "CoreMinimal.h"
#include "HAL/CriticalSection.h"
#include "Templates/Function.h"
#include "Templates/SharedPointer.h"

#include <atomic>

/** Asks something to stop, from any thread; whoever works looks at it. */
class FGromaCancelFlag
{
public:
	void Set() { bSet = true; }
	bool IsSet() const { return bSet; }

private:
	std::atomic<bool> bSet{false};
};

/**
 * Work on a thread of the engine that no native job does. What it works on it owns, or shares with whoever takes the
 * result, so that it may go on after everyone has lost interest.
 */
class FGromaWork
{
public:
	/** Starts the work. Body returns why it failed, or nothing; it looks at IsCancelled now and then. */
	static TSharedRef<FGromaWork> Start(TUniqueFunction<FString(FGromaWork& Work)> Body);

	/** Whether the work has ended; everything that it wrote can be read then. */
	bool IsDone() const { return bDone.load(std::memory_order_acquire); }

	/** Why the work failed; empty when it has not. To be asked when it is done. */
	const FString& GetFailure() const { return Failure; }

	void Cancel() { Flag.Set(); }
	bool IsCancelled() const { return Flag.IsSet(); }

	/** How much is done, from any thread. */
	void SetTotal(int32 Total) { TotalUnits = Total; }
	void AddDone() { ++DoneUnits; }
	int32 GetDone() const { return DoneUnits; }
	int32 GetTotal() const { return TotalUnits; }

private:
	FGromaCancelFlag Flag;
	std::atomic<int32> DoneUnits{0};
	std::atomic<int32> TotalUnits{0};
	std::atomic<bool> bDone{false};
	FString Failure;
};
