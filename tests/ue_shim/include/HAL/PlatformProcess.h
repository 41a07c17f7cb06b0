#pragma once

#include "HAL/Platform.h"

struct FPlatformProcess {
    static void* GetDllHandle(const TCHAR* Filename);
    static void* GetDllExport(void* DllHandle, const TCHAR* ProcName);
    static void FreeDllHandle(void* DllHandle);
    static void Sleep(float Seconds);
};
