#include "SpatialHashedTrajectoryModule.h"

#include "GromaJobs.h"
#include "GromaLibrary.h"

void FSpatialHashedTrajectoryModule::StartupModule()
{
	FGromaLibrary::Startup();
}

void FSpatialHashedTrajectoryModule::ShutdownModule()
{
	FGromaJobs::Get().CloseAll();
	FGromaLibrary::Shutdown();
}

IMPLEMENT_MODULE(FSpatialHashedTrajectoryModule, SpatialHashedTrajectory)
