#include "GromaSettings.h"

FName UGromaSettings::GetCategoryName() const
{
	return TEXT("Plugins");
}

uint64 UGromaSettings::GetMemoryLimitBytes() const
{
	return static_cast<uint64>(FMath::Max(MemoryLimit, 0)) << 20;
}
