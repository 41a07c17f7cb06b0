#pragma once

#include "CoreMinimal.h"
#include "Delegates/IDelegateInstance.h"
#include "Delegates/IDelegateInstance.h"
#include "Modules/ModuleManager.h"

/** Loads the native library, connects its log, and ends its jobs when the engine goes. */
class FSpatialHashedTrajectoryModule : public IModuleInterface
{
public:
	virtual void StartupModule() override;
	virtual void ShutdownModule() override;

private:
	FDelegateHandle PreExitHandle;
};
