#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "GromaSettings.generated.h"

/** How the native library may use the machine: Project Settings > Plugins > Groma. */
UCLASS(Config = Game, DefaultConfig, meta = (DisplayName = "Groma"))
class SPATIALHASHEDTRAJECTORY_API UGromaSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	/** Threads of a build, and of the queries on a data set; 0 stands for one per processor. */
	UPROPERTY(EditAnywhere, Config, Category = "Groma", meta = (ClampMin = "0", ClampMax = "1024"))
	int32 Threads = 0;

	/**
	 * The most memory that a build may take, in MiB; 0 stands for 256. A limit that is too small is refused with one that
	 * does.
	 */
	UPROPERTY(EditAnywhere, Config, Category = "Groma", meta = (ClampMin = "0", Units = "Megabytes"))
	int32 MemoryLimit = 0;

	/**
	 * How long the engine waits at its end for builds, queries and reads that it has cancelled, in seconds. Then it goes on
	 * without them, and the log says which. Tables and tiles are whole all the same.
	 */
	UPROPERTY(EditAnywhere, Config, Category = "Groma", meta = (ClampMin = "0", ClampMax = "600", Units = "s"))
	int32 ShutdownSeconds = 10;

	virtual FName GetCategoryName() const override;

	/** The memory limit as the native library takes it. */
	uint64 GetMemoryLimitBytes() const;
};
