#include "GromaWork.h"

#include "Async/Async.h"

TSharedRef<FGromaWork> FGromaWork::Start(TUniqueFunction<FString(FGromaWork& Work)> Body)
{
	TSharedRef<FGromaWork> Work = MakeShared<FGromaWork>();
	AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask,
		[Work, Body = MoveTemp(Body)]()
		{
			Work->Failure = Body(*Work);
			Work->bDone.store(true, std::memory_order_release);
		});
	return Work;
}
