#pragma once

#include "CoreMinimal.h"
#include "Templates/Function.h"

class AGromaCityActor;

/** What the plugin's module for the editor does for this one, which games use without it. */
struct SPATIALHASHEDTRAJECTORY_API FGromaEditorHooks
{
	/** Where the viewports of the editor look from into a world, nobody playing there. */
	TFunction<TArray<FVector>(const UWorld& World)> FindViewers;

	/** Makes static meshes of the tiles that are shown. @return How many; OutReason says why not all. */
	TFunction<int32(AGromaCityActor& City, FString& OutReason)> BakeCity;

	/** Makes the default materials of the project, and gives them to a city where it has none. */
	TFunction<bool(AGromaCityActor& City, FString& OutReason)> MakeMaterials;

	static FGromaEditorHooks& Get();
};
