#pragma once

#include "HAL/Platform.h"

namespace ENamedThreads {
enum Type : int32 { GameThread, AnyThread, AnyBackgroundThreadNormalTask };
}
