// Static meshes of the tiles of a city.
#include "GromaCityAssets.h"

#include "AssetRegistry/AssetRegistryModule.h"
#include "Components/StaticMeshComponent.h"
#include "Engine/StaticMesh.h"
#include "Engine/StaticMeshActor.h"
#include "Engine/World.h"
#include "EngineUtils.h"
#include "GromaCityActor.h"
#include "GromaCityTilesActor.h"
#include "GromaLog.h"
#include "MeshDescription.h"
#include "Misc/ScopedSlowTask.h"
#include "PhysicsEngine/BodySetup.h"
#include "ProceduralMeshComponent.h"
#include "ProceduralMeshConversion.h"
#include "UObject/Package.h"

const TCHAR* const GromaCityAssets::Folder = TEXT("/Game/Groma");

namespace GromaBake
{
	/** Names of assets have no points and no spaces. */
	FString ToAssetName(const FString& Text)
	{
		return Text.Replace(TEXT("."), TEXT("_")).Replace(TEXT(" "), TEXT("_")).Replace(TEXT("-"), TEXT("_"));
	}

	UStaticMesh* MakeMesh(UProceduralMeshComponent& Component, const FString& PackageName, const FString& AssetName)
	{
		UPackage* Package = CreatePackage(*PackageName);
		Package->FullyLoad();
		UStaticMesh* Mesh = FindObject<UStaticMesh>(Package, *AssetName);
		const bool bNew = Mesh == nullptr;
		if (bNew)
		{
			Mesh = NewObject<UStaticMesh>(Package, FName(AssetName), RF_Public | RF_Standalone);
			Mesh->InitResources();
		}
		Mesh->SetLightingGuid();
		FStaticMeshSourceModel& Source = Mesh->GetNumSourceModels() > 0 ? Mesh->GetSourceModel(0) : Mesh->AddSourceModel();
		Source.BuildSettings.bRecomputeNormals = false;
		Source.BuildSettings.bRecomputeTangents = false;
		Source.BuildSettings.bGenerateLightmapUVs = false;
		FMeshDescription Description = BuildMeshDescription(&Component);
		Mesh->CreateMeshDescription(0, MoveTemp(Description));
		Mesh->CommitMeshDescription(0);
		Mesh->GetStaticMaterials().Empty();
		TArray<UMaterialInterface*> Materials;
		for (int32 Section = 0; Section < Component.GetNumSections(); ++Section)
		{
			Materials.AddUnique(Component.GetMaterial(Section));
		}
		for (UMaterialInterface* Material : Materials)
		{
			Mesh->GetStaticMaterials().Add(FStaticMaterial(Material));
		}
		Mesh->NaniteSettings.bEnabled = true;
		Mesh->CreateBodySetup();
		Mesh->GetBodySetup()->CollisionTraceFlag = CTF_UseComplexAsSimple;
		Mesh->Build(true);
		Mesh->PostEditChange();
		Package->MarkPackageDirty();
		if (bNew)
		{
			FAssetRegistryModule::AssetCreated(Mesh);
		}
		return Mesh;
	}

	/** Removes what an earlier call has placed for a tile. */
	void RemovePlaced(UWorld* World, FName Tag)
	{
		TArray<AStaticMeshActor*> Placed;
		for (TActorIterator<AStaticMeshActor> Actor(World); Actor; ++Actor)
		{
			if (Actor->Tags.Contains(Tag))
			{
				Placed.Add(*Actor);
			}
		}
		for (AStaticMeshActor* Actor : Placed)
		{
			Actor->Destroy();
		}
	}
}

int32 GromaCityAssets::Bake(AGromaCityActor& City, FString& OutReason)
{
	OutReason = FString();
	UWorld* World = City.GetWorld();
	AGromaCityTilesActor* Tiles = City.GetTilesActor();
	if (World == nullptr || !IsValid(Tiles) || Tiles->Num() == 0)
	{
		OutReason = TEXT("No tile is shown: open the city first, with the tiles near that are wanted");
		return 0;
	}
	TArray<FString> Names = Tiles->GetTileNames();
	Names.Sort();
	const FString CityName = GromaBake::ToAssetName(City.GetName());
	FScopedSlowTask Slow(
		static_cast<float>(Names.Num()), FText::FromString(FString::Printf(TEXT("Baking %d tiles"), Names.Num())));
	Slow.MakeDialogDelayed(0.5f, true);
	int32 Made = 0;
	for (const FString& Name : Names)
	{
		if (Slow.ShouldCancel())
		{
			OutReason = FString::Printf(TEXT("Cancelled after %d of %d tiles"), Made, Names.Num());
			return Made;
		}
		Slow.EnterProgressFrame(1.0f, FText::FromString(Name));
		UProceduralMeshComponent* Component = Tiles->FindTile(Name);
		if (!IsValid(Component))
		{
			continue;
		}
		const FString AssetName = TEXT("SM_") + GromaBake::ToAssetName(Name);
		UStaticMesh* Mesh =
			GromaBake::MakeMesh(*Component, FString::Printf(TEXT("%s/%s/%s"), Folder, *CityName, *AssetName), AssetName);
		const FName Tag(FString::Printf(TEXT("Groma_%s_%s"), *CityName, *Name));
		GromaBake::RemovePlaced(World, Tag);
		AStaticMeshActor* Actor =
			World->SpawnActor<AStaticMeshActor>(AStaticMeshActor::StaticClass(), Component->GetComponentTransform());
		if (Actor == nullptr)
		{
			OutReason = TEXT("The level takes no actor");
			return Made;
		}
		Actor->GetStaticMeshComponent()->SetStaticMesh(Mesh);
		Actor->Tags.Add(Tag);
		Actor->SetActorLabel(FString::Printf(TEXT("%s %s"), *City.GetName(), *Name));
		Actor->SetFolderPath(FName(TEXT("Groma/") + CityName));
		++Made;
	}
	City.CloseCity();
	City.bOpenInEditor = false;
	City.StartWith = EGromaCityStart::Nothing;
	UE_LOG(LogGroma, Display,
		TEXT("%s is closed, and does not open by itself any longer: its static meshes take its place. Save all to keep them."),
		*City.GetName());
	return Made;
}
