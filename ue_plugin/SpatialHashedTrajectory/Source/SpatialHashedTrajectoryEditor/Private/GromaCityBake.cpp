// Static meshes of the tiles of a city.
#include "GromaCityAssets.h"

#include "AssetRegistry/AssetRegistryModule.h"
#include "Components/StaticMeshComponent.h"
#include "Engine/Level.h"
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
#include "ScopedTransaction.h"
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
		Source.BuildSettings.bUseFullPrecisionUVs = true;
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
		Mesh->ImportVersion = EImportStaticMeshVersion::LastVersion;
		Mesh->Build(true);
		Mesh->PostEditChange();
		Package->MarkPackageDirty();
		if (bNew)
		{
			FAssetRegistryModule::AssetCreated(Mesh);
		}
		return Mesh;
	}

	/** What a call has placed for a city in its level. */
	TArray<AStaticMeshActor*> FindPlaced(const AGromaCityActor& City, FName Tag)
	{
		TArray<AStaticMeshActor*> Placed;
		for (TActorIterator<AStaticMeshActor> Actor(City.GetWorld()); Actor; ++Actor)
		{
			if (Actor->GetLevel() == City.GetLevel() && Actor->Tags.Contains(Tag))
			{
				Placed.Add(*Actor);
			}
		}
		return Placed;
	}

	/** The folder of a city's assets, one for each level; empty for a level that has no name yet. */
	FString FolderOf(const AGromaCityActor& City)
	{
		const ULevel* Level = City.GetLevel();
		FString Name = Level->GetOutermost()->GetName();
		if (Name.StartsWith(TEXT("/Temp/")))
		{
			return FString();
		}
		Name = Name.StartsWith(TEXT("/Game/")) ? Name.Mid(5) : Name;
		return GromaCityAssets::Folder + Name + TEXT("/") + ToAssetName(City.GetName());
	}
}

FGromaEditorResult GromaCityAssets::Bake(AGromaCityActor& City)
{
	FGromaEditorResult Result;
	const AGromaCityTilesActor* Tiles = City.GetTilesActor();
	if (City.GetWorld() == nullptr || !IsValid(Tiles) || Tiles->Num() == 0)
	{
		Result.Failure = TEXT("No tile is shown: open the city first, with the tiles near that are wanted");
		return Result;
	}
	const FString Assets = GromaBake::FolderOf(City);
	if (Assets.IsEmpty())
	{
		Result.Failure = TEXT("The level has no name yet: save it first, for the static meshes go to a folder of its name");
		return Result;
	}
	TArray<FString> Names = Tiles->GetTileNames();
	Names.Sort();
	FScopedSlowTask Slow(
		static_cast<float>(Names.Num()), FText::FromString(FString::Printf(TEXT("Baking %d tiles"), Names.Num())));
	Slow.MakeDialogDelayed(0.5f, true);
	TArray<UStaticMesh*> Meshes;
	TArray<FTransform> Places;
	for (const FString& Name : Names)
	{
		if (Slow.ShouldCancel())
		{
			Result.bCancelled = true;
			return Result;
		}
		Slow.EnterProgressFrame(1.0f, FText::FromString(Name));
		UProceduralMeshComponent* Component = Tiles->FindTile(Name);
		const FString AssetName = TEXT("SM_") + GromaBake::ToAssetName(Name);
		Meshes.Add(GromaBake::MakeMesh(*Component, Assets + TEXT("/") + AssetName, AssetName));
		Places.Add(Component->GetComponentTransform());
		++Result.Made;
	}

	const FScopedTransaction Transaction(FText::FromString(FString(TEXT("Bake To Static Meshes"))));
	const FName Tag(TEXT("Groma_") + City.GetName());
	for (AStaticMeshActor* Old : GromaBake::FindPlaced(City, Tag))
	{
		Old->Modify();
		Old->Destroy();
	}
	FActorSpawnParameters Parameters;
	Parameters.OverrideLevel = City.GetLevel();
	for (int32 Index = 0; Index < Meshes.Num(); ++Index)
	{
		AStaticMeshActor* Actor =
			City.GetWorld()->SpawnActor<AStaticMeshActor>(AStaticMeshActor::StaticClass(), Places[Index], Parameters);
		if (Actor == nullptr)
		{
			Result.Failure = TEXT("The level takes no actor");
			return Result;
		}
		Actor->GetStaticMeshComponent()->SetStaticMesh(Meshes[Index]);
		Actor->Tags.Add(Tag);
		Actor->SetActorLabel(FString::Printf(TEXT("%s %s"), *City.GetName(), *Names[Index]));
		Actor->SetFolderPath(FName(TEXT("Groma/") + City.GetName()));
	}
	// People walk in the city as before: what lies at the actor is saved with it.
	City.Modify();
	City.SourceOrigin = City.GetOriginInUse();
	City.bUseSourceOrigin = true;
	City.bOpenInEditor = false;
	City.StartWith = EGromaCityStart::Nothing;
	City.CloseCity();
	UE_LOG(LogGroma, Display,
		TEXT("%s is closed, and does not open by itself any longer: its static meshes, in %s, take its place. Save all to keep "
			"them."),
		*City.GetName(), *Assets);
	return Result;
}
