// Threads, the queue of the game thread, tickers.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "Async/Async.h"
#include "Async/ParallelFor.h"
#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "Misc/ScopeLock.h"
#include "ShimControl.h"

namespace {
const std::thread::id GameThread = std::this_thread::get_id();
} // namespace

bool IsInGameThread() { return std::this_thread::get_id() == GameThread; }

FDelegateHandle::FDelegateHandle(EGenerateNewHandleType) {
    static std::atomic<uint64> Last{0};
    Id = ++Last;
}

namespace {
FCriticalSection TaskLock;
std::deque<TUniqueFunction<void()>> GameThreadTasks;

// Few threads for all tasks, as the engine has them.
struct FTasks {
    std::mutex Lock;
    std::condition_variable Changed;
    std::deque<TUniqueFunction<void()>> Waiting;
    std::vector<std::thread> Threads;
    bool bEnds = false;

    FTasks() {
        for (int32 Index = 0; Index < 4; ++Index) {
            Threads.emplace_back([this] { Run(); });
        }
    }
    ~FTasks() {
        {
            const std::lock_guard<std::mutex> Locked(Lock);
            bEnds = true;
        }
        Changed.notify_all();
        for (std::thread& Thread : Threads) {
            Thread.join();
        }
    }
    void Add(TUniqueFunction<void()>&& Task) {
        {
            const std::lock_guard<std::mutex> Locked(Lock);
            Waiting.push_back(MoveTemp(Task));
        }
        Changed.notify_one();
    }
    void Run() {
        for (;;) {
            std::unique_lock<std::mutex> Locked(Lock);
            Changed.wait(Locked, [this] { return bEnds || !Waiting.empty(); });
            if (Waiting.empty()) {
                return;
            }
            const TUniqueFunction<void()> Task = MoveTemp(Waiting.front());
            Waiting.pop_front();
            Locked.unlock();
            Task();
        }
    }
};

void RunGameThreadTasks() {
    std::deque<TUniqueFunction<void()>> Now;
    {
        FScopeLock Lock(&TaskLock);
        Now.swap(GameThreadTasks);
    }
    for (const TUniqueFunction<void()>& Task : Now) {
        Task();
    }
}
} // namespace

void AsyncTask(ENamedThreads::Type Thread, TUniqueFunction<void()> Function) {
    static FTasks Tasks;
    if (Thread != ENamedThreads::GameThread) {
        return Tasks.Add(MoveTemp(Function));
    }
    FScopeLock Lock(&TaskLock);
    GameThreadTasks.push_back(MoveTemp(Function));
}

void ParallelFor(int32 Num, TFunctionRef<void(int32)> Body) {
    std::atomic<int32> Next{0};
    const auto Work = [&Next, &Body, Num] {
        for (int32 Index; (Index = Next++) < Num;) {
            Body(Index);
        }
    };
    std::thread Other(Work);
    Work();
    Other.join();
}

struct FTSTicker::FElement {
    double FireTime;
    float Delay;
    TUniqueFunction<bool(float)> Function;
    // Held while the function is called: removal waits for it on other threads.
    FCriticalSection Calling;
    bool bRemoved = false;
};

namespace {
FCriticalSection TickerLock;
TArray<TSharedPtr<FTSTicker::FElement>> Tickers;
double TickerTime = 0;

void RunTickers(float DeltaSeconds) {
    TArray<TSharedPtr<FTSTicker::FElement>> Now;
    {
        FScopeLock Lock(&TickerLock);
        TickerTime += DeltaSeconds;
        Now = Tickers;
    }
    for (const TSharedPtr<FTSTicker::FElement>& Element : Now) {
        FScopeLock Calling(&Element->Calling);
        if (!Element->bRemoved && Element->FireTime <= TickerTime + 1e-6) {
            if (Element->Function(DeltaSeconds)) {
                Element->FireTime = TickerTime + Element->Delay;
            } else {
                Element->bRemoved = true;
            }
        }
    }
    FScopeLock Lock(&TickerLock);
    Tickers.RemoveAll([](const TSharedPtr<FTSTicker::FElement>& Element) {
        FScopeLock Calling(&Element->Calling);
        return Element->bRemoved;
    });
}
} // namespace

FTSTicker& FTSTicker::GetCoreTicker() {
    static FTSTicker Ticker;
    return Ticker;
}

FTSTicker::FDelegateHandle FTSTicker::AddTicker(const FTickerDelegate& InDelegate, float InDelay) {
    return AddTicker(TEXT(""), InDelay, TUniqueFunction<bool(float)>([InDelegate](float DeltaSeconds) {
                         return InDelegate.IsBound() && InDelegate.Execute(DeltaSeconds);
                     }));
}

FTSTicker::FDelegateHandle FTSTicker::AddTicker(const TCHAR*, float InDelay, TUniqueFunction<bool(float)>&& Function) {
    FScopeLock Lock(&TickerLock);
    const TSharedPtr<FElement> Element(new FElement{TickerTime + InDelay, InDelay, MoveTemp(Function), {}, false});
    Tickers.Add(Element);
    return Element;
}

void FTSTicker::RemoveTicker(FDelegateHandle Handle) {
    if (const TSharedPtr<FElement> Element = Handle.Pin()) {
        FScopeLock Calling(&Element->Calling);
        Element->bRemoved = true;
    }
}

namespace Shim {
void TickWorlds(float DeltaSeconds);
}

void Shim::Pump(float DeltaSeconds) {
    check(IsInGameThread());
    RunTickers(DeltaSeconds);
    RunGameThreadTasks();
    TickWorlds(DeltaSeconds);
}
