#pragma once

#include "CoreMinimal.h"
#include "GromaEditorHooks.h"

class AGromaCityActor;

namespace GromaCityAssets
{
	/** The folder of the project's content that everything goes to. */
	extern const TCHAR* const Folder;

	/**
	 * Makes a static mesh of each tile that is shown, with Nanite, in a folder of the level and the city, then, in the
	 * city's level, an actor with each at the tile's place; those of an earlier call go. The city is closed then, does not
	 * open by itself any longer, so that nothing is drawn twice, and keeps what lies at it. All but the meshes can be
	 * undone; one that is cancelled has changed nothing else.
	 */
	FGromaEditorResult Bake(AGromaCityActor& City);

	/**
	 * Makes the three materials of cities, which show the colours of the vertices, where the project has them not, and
	 * gives them to a city where it has none. @return Whether it worked; OutReason says why not.
	 */
	bool MakeMaterials(AGromaCityActor& City, FString& OutReason);

	/** Where the perspective viewports of the editor look from into a world. */
	TArray<FVector> FindViewers(const UWorld& World);
}
