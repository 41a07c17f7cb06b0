#include "SpatialHashedTrajectoryModule.h"

#include "GromaJobs.h"
#include "GromaLibrary.h"
#include "Misc/CoreDelegates.h"

void FSpatialHashedTrajectoryModule::StartupModule()
{
	FGromaLibrary::Startup();
	// Notifications, and the objects that jobs work for, are gone when modules shut down at the engine's end.
	PreExitHandle = FCoreDelegates::OnEnginePreExit.AddLambda([] { FGromaJobs::Get().CloseAll(); });
}

void FSpatialHashedTrajectoryModule::ShutdownModule()
{
	FCoreDelegates::OnEnginePreExit.Remove(PreExitHandle);
	// Where the module goes and the engine stays.
	FGromaJobs::Get().CloseAll();
	FGromaLibrary::Shutdown();
}

IMPLEMENT_MODULE(FSpatialHashedTrajectoryModule, SpatialHashedTrajectory)
