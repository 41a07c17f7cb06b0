#pragma once

#include "CoreMinimal.h"
#include "Logging/LogMacros.h"

/** All messages of the native library and of this plugin. */
SPATIALHASHEDTRAJECTORY_API DECLARE_LOG_CATEGORY_EXTERN(LogGroma, Log, All);
