#pragma once

#include "Containers/Array.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "SpatialHashTableBuilder.h"

/** Samples in memory on their way to tables. Whoever builds shares them, and nobody changes them meanwhile. */
struct FGromaSamples
{
	FSpatialHashTableBuilder::FBuildConfig Config;
	TArray<TArray<FSpatialHashTableBuilder::FTrajectorySample>> TimeSteps;

	/** The time steps that are built. */
	int32 Num() const;

	/** The box of the cells. @return Whether there is one; OutReason says why not. */
	bool GetBox(double (&OutMin)[3], double (&OutMax)[3], FString& OutReason) const;

	/** Writes the table of a time step, from any thread. @return Why not, or nothing. */
	FString Write(int32 Index, const double (&BoxMin)[3], const double (&BoxMax)[3]) const;
};

namespace Groma
{
	/**
	 * Starts a build of hash tables, with the settings of the project. No job, and the reason, when it cannot be started.
	 */
	TGromaHandle<groma_job> StartBuild(
		const FString& DatasetDirectory, const FSpatialHashTableBuilder::FBuildConfig& Config, FString& OutReason);

	/** What a build that has succeeded did, in a sentence. */
	FString BuildSummary(const groma_job* Job);
}
