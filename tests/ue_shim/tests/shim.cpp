// The stand-in itself: what the plugin's tests rely on.
#include "ShimControl.h"

#include "Async/Async.h"
#include "Containers/Ticker.h"
#include "Engine/CancellableAsyncAction.h"
#include "Engine/World.h"
#include "GameFramework/Actor.h"
#include "Misc/AsyncTaskNotification.h"
#include "UObject/StrongObjectPtr.h"

namespace {

void TickersWaitAndStop() {
    int32 Calls = 0;
    const FTSTicker::FDelegateHandle Handle = FTSTicker::GetCoreTicker().AddTicker(TEXT("counts"), 0.5f, [&Calls](float) {
        EXPECT(IsInGameThread());
        return ++Calls < 3;
    });
    Shim::Pump(0.4f);
    EXPECT(Calls == 0);
    Shim::Pump(0.1f);
    EXPECT(Calls == 1);
    for (int32 Round = 0; Round < 10; ++Round) {
        Shim::Pump(0.5f);
    }
    EXPECT(Calls == 3);
    EXPECT(!Handle.IsValid());

    const FTSTicker::FDelegateHandle Removed = FTSTicker::GetCoreTicker().AddTicker(TEXT("never"), 0.0f, [&Calls](float) {
        ++Calls;
        return true;
    });
    FTSTicker::RemoveTicker(Removed);
    Shim::Pump();
    EXPECT(Calls == 3);
}

void TasksReachTheGameThread() {
    bool bThere = false;
    AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [&bThere] {
        EXPECT(!IsInGameThread());
        AsyncTask(ENamedThreads::GameThread, [&bThere] { bThere = IsInGameThread(); });
    });
    EXPECT(Shim::PumpUntil([&bThere] { return bThere; }));
}

void WeakPointersAndDelegatesNoticeTheEnd() {
    UObject* Object = NewObject<UCancellableAsyncAction>();
    const TWeakObjectPtr<UObject> Weak(Object);
    int32 Calls = 0;
    const FSimpleDelegate Delegate = FSimpleDelegate::CreateWeakLambda(Object, [&Calls] { ++Calls; });
    EXPECT(Weak.Get() == Object && Delegate.ExecuteIfBound());
    Shim::Destroy(Object);
    EXPECT(!Weak.IsValid() && Weak.IsStale() && !Delegate.ExecuteIfBound());
    EXPECT(Calls == 1);
}

void GarbageIsWhatNothingReaches() {
    UWorld* World = Shim::MakeWorld();
    AActor* Actor = World->SpawnActor<AActor>();
    TStrongObjectPtr<UObject> Strong(NewObject<UCancellableAsyncAction>());
    UCancellableAsyncAction* Action = NewObject<UCancellableAsyncAction>();
    Action->RegisterWithGameInstance(Actor);
    const TWeakObjectPtr<UObject> Held(Strong.Get()), Registered(Action), Loose(NewObject<UCancellableAsyncAction>()), There(Actor);
    Shim::CollectGarbage();
    EXPECT(Held.IsValid() && Registered.IsValid() && There.IsValid() && !Loose.IsValid());
    EXPECT(Action->IsActive());
    Strong.Reset();
    Action->Cancel();
    EXPECT(!Action->IsActive());
    Shim::CollectGarbage();
    EXPECT(!Held.IsValid() && !Registered.IsValid() && There.IsValid());
    Shim::TearDown(World);
    EXPECT(!There.IsValid());
}

void ArraysAndMapsAreUnreals() {
    TMap<FString, int32> Map = {{TEXT("Folder"), 1}};
    EXPECT(Map.FindRef(TEXT("FOLDER")) == 1);
    Map.Add(TEXT("b"), 2);
    Map.Add(TEXT("c"), 3);
    for (auto It = Map.CreateIterator(); It; ++It) {
        if (It.Value() == 2) {
            It.RemoveCurrent();
        }
    }
    TArray<FString> Keys;
    EXPECT(Map.GetKeys(Keys) == 2 && Keys[1] == TEXT("c"));
    EXPECT(FString::Printf(TEXT("%s|%-4d|%05.1f|%lld|%x%%"), TEXT("\u00e4"), 7, 2.25, int64(-1), 255) == TEXT("\u00e4|7   |002.2|-1|ff%"));
    EXPECT(FVector().ContainsNaN());
}

} // namespace

int main() {
    TickersWaitAndStop();
    TasksReachTheGameThread();
    WeakPointersAndDelegatesNoticeTheEnd();
    GarbageIsWhatNothingReaches();
    ArraysAndMapsAreUnreals();
    return Shim::Failures() == 0 ? 0 : 1;
}
