#pragma once

#include "Delegates/Delegate.h"

class FCoreDelegates {
public:
    // The engine is about to end: Slate and all objects are still there, and are not when modules shut down.
    static FSimpleMulticastDelegate OnEnginePreExit;
};
