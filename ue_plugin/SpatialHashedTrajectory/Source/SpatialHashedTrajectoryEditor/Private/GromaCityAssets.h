#pragma once

#include "CoreMinimal.h"

class AGromaCityActor;

namespace GromaCityAssets
{
	/** The folder of the project's content that everything goes to. */
	extern const TCHAR* const Folder;

	/**
	 * Makes a static mesh of each tile that is shown, with Nanite, and an actor with it at the tile's place. Meshes and
	 * actors of an earlier call are made anew. The city is closed then, and does not open by itself any longer, so that
	 * nothing is drawn twice.
	 *
	 * @return How many were made; OutReason says why not all, or is empty.
	 */
	int32 Bake(AGromaCityActor& City, FString& OutReason);

	/**
	 * Makes the three materials of cities, which show the colours of the vertices, where the project has them not, and
	 * gives them to a city where it has none. @return Whether it worked; OutReason says why not.
	 */
	bool MakeMaterials(AGromaCityActor& City, FString& OutReason);

	/** Where the perspective viewports of the editor look from into a world. */
	TArray<FVector> FindViewers(const UWorld& World);
}
