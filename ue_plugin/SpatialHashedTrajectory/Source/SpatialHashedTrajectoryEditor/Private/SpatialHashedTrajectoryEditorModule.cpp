#include "Editor.h"
#include "GromaCityAssets.h"
#include "GromaEditorHooks.h"
#include "LevelEditorViewport.h"
#include "Modules/ModuleManager.h"

TArray<FVector> GromaCityAssets::FindViewers(const UWorld& World)
{
	TArray<FVector> Viewers;
	if (GEditor == nullptr)
	{
		return Viewers;
	}
	for (const FLevelEditorViewportClient* Client : GEditor->GetLevelViewportClients())
	{
		if (Client != nullptr && Client->IsPerspective() && Client->GetWorld() == &World)
		{
			Viewers.Add(Client->GetViewLocation());
		}
	}
	return Viewers;
}

/** Does for the runtime module what only the editor can. */
class FSpatialHashedTrajectoryEditorModule : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
		FGromaEditorHooks& Hooks = FGromaEditorHooks::Get();
		Hooks.FindViewers = [](const UWorld& World) { return GromaCityAssets::FindViewers(World); };
		Hooks.IsPlaying = [] { return GEditor != nullptr && GEditor->PlayWorld != nullptr; };
		Hooks.BakeCity = [](AGromaCityActor& City) { return GromaCityAssets::Bake(City); };
		Hooks.MakeMaterials = [](AGromaCityActor& City, FString& OutReason)
		{ return GromaCityAssets::MakeMaterials(City, OutReason); };
	}

	virtual void ShutdownModule() override { FGromaEditorHooks::Get() = FGromaEditorHooks(); }
};

IMPLEMENT_MODULE(FSpatialHashedTrajectoryEditorModule, SpatialHashedTrajectoryEditor)
