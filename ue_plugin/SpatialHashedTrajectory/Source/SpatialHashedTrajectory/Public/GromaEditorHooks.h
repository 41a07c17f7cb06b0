#pragma once

#include "CoreMinimal.h"
#include "Templates/Function.h"

class AGromaCityActor;

/** How something that the editor's module was asked for has ended. */
struct FGromaEditorResult
{
	/** What was made. */
	int32 Made = 0;

	/** It was cancelled by its user. */
	bool bCancelled = false;

	/** Why not all was made; empty when it was, or was cancelled. */
	FString Failure;
};

/** What the plugin's module for the editor does for this one, which games use without it. */
struct SPATIALHASHEDTRAJECTORY_API FGromaEditorHooks
{
	/** Where the viewports of the editor look from into a world, nobody playing there. */
	TFunction<TArray<FVector>(const UWorld& World)> FindViewers;

	/** Whether somebody plays in the editor. */
	TFunction<bool()> IsPlaying;

	/** Makes static meshes of the tiles that are shown. */
	TFunction<FGromaEditorResult(AGromaCityActor& City)> BakeCity;

	/** Makes the default materials of the project, and gives them to a city where it has none. */
	TFunction<bool(AGromaCityActor& City, FString& OutReason)> MakeMaterials;

	static FGromaEditorHooks& Get();
};
