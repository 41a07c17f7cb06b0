// What tests do that Unreal's loop, editor and user do. All of it is called on the game thread: the one main() runs on.
#pragma once

#include "CoreMinimal.h"
#include "Engine/EngineTypes.h"

class AActor;
class ULevel;

namespace Shim {

// Time goes on: tickers whose delay has passed, tasks for the game thread, then the worlds' actors.
void Pump(float DeltaSeconds = 0.1f);

// Pumps, sleeping a millisecond between, until the condition holds. False when it does not within a minute.
template <typename P>
bool PumpUntil(P Condition, float DeltaSeconds = 0.1f);

// Ends an object as garbage collection does, whoever refers to it: BeginDestroy, IsReadyForFinishDestroy until it is true,
// FinishDestroy; its memory is freed. Weak pointers and UPROPERTY references to it are null from before BeginDestroy on.
void Destroy(UObject* Object);

// Ends all objects that no root, world, game instance or TStrongObjectPtr reaches through UPROPERTY references.
void CollectGarbage();
int32 NumObjects();

// A world with a game instance and a player, that has begun play unless it is the editor's. Tearing down ends play for its
// actors, lets go of the objects registered with the game instance, and collects garbage.
UWorld* MakeWorld(EWorldType::Type Type = EWorldType::Game, const TCHAR* PackageName = TEXT("/Game/Maps/Level"));
// One more level of a world, in a package of its own.
ULevel* AddLevel(UWorld* World, const TCHAR* PackageName);
void TearDown(UWorld* World, EEndPlayReason::Type Reason = EEndPlayReason::Quit);
void SetViewPoint(UWorld* World, const FVector& Location);

// What the editor does when it undoes the placing of an actor or redoes its deletion: nobody calls Destroyed, and the actor is
// garbage that is still there; and when it redoes the placing, or undoes the deletion.
void UndoPlacing(AActor* Actor);
void RedoPlacing(AActor* Actor);

// Makes the default object of each class, then the modules that IMPLEMENT_MODULE names, and starts them.
void StartModule();
// The modules go, and the engine stays.
void ShutDownModule();
// The engine ends, in its order: it says so, Slate goes, all objects go, whoever refers to them, and the modules shut down.
void ExitEngine();

// Where the project is; otherwise the folder "project" beside that of the program.
void SetProjectFolder(const FString& Folder);

// The base folder of every plugin that is asked for; none, and no plugin is found.
void SetPluginFolder(const FString& Folder);

// What UE_LOG has written since the last call.
struct FLogLine {
    FString Category;
    ELogVerbosity::Type Verbosity;
    FString Text;
};
TArray<FLogLine> TakeLog();

// Progress bars of FScopedSlowTask since the last call, and whether the user cancels the next ones.
struct FSlowTask {
    FString Title;
    float Entered = 0.0f;
    bool bCanCancel = false;
};
TArray<FSlowTask> TakeSlowTasks();
void CancelSlowTasks(bool bCancel);

// The packages of assets that were made since the last call.
TArray<FString> TakeAssets();

// What was drawn for debugging since the last call; a command of the console, false when there is none of that name.
struct FDrawn {
    FString What;
    FVector At;
    double Size;
};
TArray<FDrawn> TakeDrawn();
bool RunCommand(const TCHAR* Name, const TArray<FString>& Arguments, UWorld* World);

// Notifications in the order they were opened.
enum class ENotification : uint8 { Pending, Success, Failure };
struct FNotification {
    FString Title;
    FString Progress;
    ENotification State = ENotification::Pending;
    bool bCanCancel = false;
    bool bCancelClicked = false;
};
TArray<TSharedPtr<FNotification>>& Notifications();
void ClickCancel(FNotification& Notification);

// Counts what does not hold; main returns it.
int Failures();
void Expect(bool bHolds, const char* What, const char* File, int Line);

void SleepMilliseconds(int32 Milliseconds);

template <typename P>
bool PumpUntil(P Condition, float DeltaSeconds) {
    for (int32 Round = 0; Round < 60000; ++Round) {
        if (Condition()) {
            return true;
        }
        Pump(DeltaSeconds);
        SleepMilliseconds(1);
    }
    return false;
}

} // namespace Shim

#define EXPECT(condition) ::Shim::Expect(!!(condition), #condition, __FILE__, __LINE__)
