#pragma once

#include "CoreMinimal.h"

/** The native library as a whole: loading it, whether its version fits, its log. */
class FGromaLibrary
{
public:
	static void Startup();

	/** Disconnects the log. The library stays loaded: its threads' destructors may still have to run. */
	static void Shutdown();

	/** Whether native calls may be made; Startup said in the log why not. */
	static bool IsAvailable();

	/** Whether a library of an ABI version serves a plugin compiled for another; when not, OutReason says what to do. */
	static bool IsCompatible(uint32 HeaderAbi, uint32 LibraryAbi, FString& OutReason);

private:
	static bool bAvailable;
};
