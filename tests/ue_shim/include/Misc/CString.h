#pragma once

#include "Containers/UnrealString.h"

struct FCString {
    static float Atof(const TCHAR* String);
    static double Atod(const TCHAR* String);
    static int32 Atoi(const TCHAR* String);
};
