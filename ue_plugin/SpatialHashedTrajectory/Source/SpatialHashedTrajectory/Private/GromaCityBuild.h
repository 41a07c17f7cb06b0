#pragma once

#include "Containers/Array.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "HAL/CriticalSection.h"

struct FGromaCityBuildOptions;
struct FGromaCityInput;

/** Tiles that a build has finished, on their way from its threads to the game's. */
class FGromaFinishedTiles
{
public:
	/** From any thread. */
	void Add(FString Name);

	/** What was added since the last call. */
	TArray<FString> Take();

private:
	FCriticalSection Lock;
	TArray<FString> Names;
};

namespace Groma
{
	/** The options as the native library takes them, but for texts, threads and memory. */
	groma_build_city_mesh_options ToNative(const FGromaCityBuildOptions& Options);

	/**
	 * Starts to build a city.
	 *
	 * @param Finished Gets the names of tiles; must live until the job is closed.
	 * @return Nothing when it was refused; OutReason then says why.
	 */
	TGromaHandle<groma_job> StartCityBuild(const FGromaCityInput& Input, const FString& StoreFolder,
		const FGromaCityBuildOptions& Options, FGromaFinishedTiles& Finished, FString& OutReason);

	/** Starts to make the levels of detail of a store. @return Nothing when it was refused; OutReason then says why. */
	TGromaHandle<groma_job> StartLevelsBuild(const FString& StoreFolder, FString& OutReason);

	/** What making levels of detail has done, in a sentence. */
	FString LevelsBuildSummary(const groma_job* Job);

	/** What a build that has ended did, in a sentence; OutFailedTiles are those that could not be made. */
	FString CityBuildSummary(const groma_job* Job, uint64& OutFailedTiles);
}
