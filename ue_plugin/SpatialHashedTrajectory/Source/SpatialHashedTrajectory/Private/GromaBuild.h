#pragma once

#include "CoreMinimal.h"
#include "GromaNative.h"
#include "SpatialHashTableBuilder.h"

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
