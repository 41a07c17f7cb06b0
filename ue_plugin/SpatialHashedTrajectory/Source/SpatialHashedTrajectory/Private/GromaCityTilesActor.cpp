#include "GromaCityTilesActor.h"

#include "Components/SceneComponent.h"
#include "Engine/CollisionProfile.h"
#include "Engine/World.h"
#include "GromaTileMesh.h"
#include "Materials/MaterialInterface.h"
#include "ProceduralMeshComponent.h"

namespace GromaTilesActor
{
	/** How far outside a building its highlight is drawn, so that the two do not fight for the same pixels. */
	constexpr double HighlightOffset = 3.0;

	/** A hit that names a triangle is believed when it is that near to it, in centimetres. */
	constexpr double HitTolerance = 5.0;

	/** As they are seen; vertices have them as linear light, which is what materials take them for. */
	const FColor Colours[FGromaTileMesh::NumParts] = {
		FColor(116, 128, 92), FColor(205, 196, 180), FColor(152, 84, 66), FColor(160, 160, 160)};

	FVector CornerOf(const FProcMeshSection& Section, int32 Triangle, int32 Corner)
	{
		return Section.ProcVertexBuffer[static_cast<int32>(Section.ProcIndexBuffer[3 * Triangle + Corner])].Position;
	}

	double DistanceTo(const FProcMeshSection& Section, int32 Triangle, const FVector& Point)
	{
		const FVector Closest = FMath::ClosestPointOnTriangleToPoint(
			Point, CornerOf(Section, Triangle, 0), CornerOf(Section, Triangle, 1), CornerOf(Section, Triangle, 2));
		return FVector::Distance(Closest, Point);
	}
}

AGromaCityTilesActor::AGromaCityTilesActor()
{
	SetRootComponent(CreateDefaultSubobject<USceneComponent>(TEXT("Root")));
#if WITH_EDITORONLY_DATA
	bListedInSceneOutliner = false;
	bIsSpatiallyLoaded = false;
#endif
}

AGromaCityTilesActor* AGromaCityTilesActor::SpawnFor(AActor& City)
{
	UWorld* World = City.GetWorld();
	if (World == nullptr)
	{
		return nullptr;
	}
	FActorSpawnParameters Parameters;
	// The same name on each machine: it is part of the name by which a component is known across the network.
	Parameters.Name = FName(City.GetName() + TEXT("_Tiles"));
	Parameters.NameMode = FActorSpawnParameters::ESpawnActorNameMode::Requested;
	Parameters.Owner = &City;
	Parameters.OverrideLevel = City.GetLevel();
	Parameters.ObjectFlags = RF_Transient | RF_DuplicateTransient | RF_TextExportTransient;
	Parameters.SpawnCollisionHandlingOverride = ESpawnActorCollisionHandlingMethod::AlwaysSpawn;
	AGromaCityTilesActor* Spawned = World->SpawnActor<AGromaCityTilesActor>(Parameters);
	if (Spawned != nullptr)
	{
		Spawned->SetNetAddressable();
		Spawned->AttachToActor(&City, FAttachmentTransformRules::KeepRelativeTransform);
	}
	return Spawned;
}

void AGromaCityTilesActor::Retire()
{
	// A destroyed actor keeps its name until garbage is collected.
	Rename(nullptr, nullptr, REN_DontCreateRedirectors | REN_NonTransactional);
	Destroy();
}

void AGromaCityTilesActor::MakeTile(const FString& Name, FGromaTileMesh& Mesh, const FVector& Location,
	UMaterialInterface* const (&Materials)[4], const bool (&bCollision)[4])
{
	// One that is replaced gives its name to the new one.
	HideTile(Name);
	UProceduralMeshComponent* Component =
		NewObject<UProceduralMeshComponent>(this, FName(TEXT("Tile_") + Name), RF_Transient | RF_DuplicateTransient | RF_TextExportTransient);
	Component->SetNetAddressable();
	Component->SetupAttachment(GetRootComponent());
	Component->SetRelativeLocation(Location);
	Component->bUseAsyncCooking = true;
	FTileBuildings& Of = Buildings.Add(Name);
	int32 Last = FGromaTileMesh::NumParts - 1;
	while (Last > 0 && Mesh.Parts[Last].Triangles.Num() == 0)
	{
		--Last;
	}
	for (int32 Index = 0; Index <= Last; ++Index)
	{
		FGromaTileMesh::FPart& Part = Mesh.Parts[Index];
		if (Part.Triangles.Num() == 0)
		{
			continue;
		}
		// Each section that is made cooks the shape of all so far that have collision: before the last one none has it.
		for (int32 Before = 0; Index == Last && Before < Index; ++Before)
		{
			if (FProcMeshSection* Section = Component->GetProcMeshSection(Before))
			{
				Section->bEnableCollision = bCollision[Before] && Section->ProcIndexBuffer.Num() > 0;
			}
		}
		TArray<FColor> PartColours;
		PartColours.Init(FLinearColor(GromaTilesActor::Colours[Index]).ToFColor(false), Part.Vertices.Num());
		Component->CreateMeshSection(Index, Part.Vertices, Part.Triangles, Part.Normals, Part.Uvs, PartColours, Part.Tangents,
			Index == Last && bCollision[Index]);
		Component->SetMaterial(Index, Materials[Index]);
		Of.Parts[Index] = MoveTemp(Part.Buildings);
	}
	// Neither seen nor hit before what it replaces goes.
	Component->SetVisibility(false);
	Component->SetCollisionProfileName(UCollisionProfile::NoCollision_ProfileName);
	Component->RegisterComponent();
	Tiles.Add(Name, Component);
	Waiting.Add(Name);
}

void AGromaCityTilesActor::RevealTile(const FString& Name)
{
	UProceduralMeshComponent* Component = FindMade(Name);
	Waiting.Remove(Name);
	if (!IsValid(Component))
	{
		return;
	}
	for (int32 Part = 0; Part < FGromaTileMesh::NumParts; ++Part)
	{
		const FProcMeshSection* Section = Component->GetProcMeshSection(Part);
		if (Section != nullptr && Section->bEnableCollision)
		{
			Component->SetCollisionProfileName(UCollisionProfile::BlockAll_ProfileName);
		}
	}
	Component->SetVisibility(true);
	if (HighlightedBuilding >= 0)
	{
		MakeHighlight();
	}
}

bool AGromaCityTilesActor::HideTile(const FString& Name)
{
	TObjectPtr<UProceduralMeshComponent> Component;
	Buildings.Remove(Name);
	const bool bShown = Waiting.Remove(Name) == 0;
	if (!Tiles.RemoveAndCopyValue(Name, Component))
	{
		return false;
	}
	if (IsValid(Component))
	{
		// It stays in memory until garbage is collected; its name is free for the next one at once.
		Component->Rename(nullptr, nullptr, REN_DontCreateRedirectors | REN_NonTransactional);
		Component->DestroyComponent();
	}
	return bShown;
}

TArray<FString> AGromaCityTilesActor::GetTileNames() const
{
	TArray<FString> Names;
	Tiles.GetKeys(Names);
	Names.RemoveAll([this](const FString& Name) { return Waiting.Contains(Name); });
	return Names;
}

UProceduralMeshComponent* AGromaCityTilesActor::FindTile(const FString& Name) const
{
	return Waiting.Contains(Name) ? nullptr : FindMade(Name);
}

UProceduralMeshComponent* AGromaCityTilesActor::FindMade(const FString& Name) const
{
	const TObjectPtr<UProceduralMeshComponent>* Found = Tiles.Find(Name);
	return Found != nullptr ? Found->Get() : nullptr;
}

int64 AGromaCityTilesActor::CountTriangles(EGromaCityPart Part) const
{
	int64 Triangles = 0;
	for (const TPair<FString, TObjectPtr<UProceduralMeshComponent>>& Tile : Tiles)
	{
		const FProcMeshSection* Section =
			IsValid(Tile.Value) && !Waiting.Contains(Tile.Key) ? Tile.Value->GetProcMeshSection(static_cast<int32>(Part)) : nullptr;
		Triangles += Section != nullptr ? Section->ProcIndexBuffer.Num() / 3 : 0;
	}
	return Triangles;
}

void AGromaCityTilesActor::MoveTiles(const FVector& Move)
{
	for (const TPair<FString, TObjectPtr<UProceduralMeshComponent>>& Tile : Tiles)
	{
		if (IsValid(Tile.Value))
		{
			Tile.Value->SetRelativeLocation(Tile.Value->GetRelativeLocation() + Move);
		}
	}
	if (IsValid(HighlightComponent))
	{
		HighlightComponent->SetRelativeLocation(HighlightComponent->GetRelativeLocation() + Move);
	}
}

int32 AGromaCityTilesActor::FindBuilding(
	const UPrimitiveComponent* Component, int32 Face, const FVector& Location, EGromaCityPart& OutPart) const
{
	for (const TPair<FString, TObjectPtr<UProceduralMeshComponent>>& Tile : Tiles)
	{
		const FTileBuildings* Of = Buildings.Find(Tile.Key);
		if (Tile.Value != Component || !IsValid(Tile.Value) || Of == nullptr)
		{
			continue;
		}
		const FVector Point = Tile.Value->GetComponentTransform().InverseTransformPosition(Location);
		int32 Nearest = -1;
		double Least = MAX_dbl;
		int32 Before = 0;
		for (int32 Part = 0; Part < FGromaTileMesh::NumParts; ++Part)
		{
			const FProcMeshSection* Section = Tile.Value->GetProcMeshSection(Part);
			const int32 Triangles = Section != nullptr ? Section->ProcIndexBuffer.Num() / 3 : 0;
			const int32 Named = Face - Before;
			if (Section != nullptr && Section->bEnableCollision)
			{
				Before += Triangles;
				if (Named >= 0 && Named < Triangles
					&& GromaTilesActor::DistanceTo(*Section, Named, Point) < GromaTilesActor::HitTolerance)
				{
					OutPart = static_cast<EGromaCityPart>(Part);
					return Of->Parts[Part][Named];
				}
			}
			for (int32 Triangle = 0; Triangle < Triangles; ++Triangle)
			{
				const double Away = GromaTilesActor::DistanceTo(*Section, Triangle, Point);
				if (Away < Least)
				{
					Least = Away;
					Nearest = Of->Parts[Part][Triangle];
					OutPart = static_cast<EGromaCityPart>(Part);
				}
			}
		}
		return Nearest;
	}
	return -1;
}

void AGromaCityTilesActor::Highlight(int32 Building, UMaterialInterface* Material)
{
	HighlightedBuilding = Building;
	HighlightMaterial = Material;
	MakeHighlight();
}

void AGromaCityTilesActor::MakeHighlight()
{
	TArray<FVector> Vertices;
	TArray<FVector> Normals;
	TArray<int32> Triangles;
	FVector Location = FVector::ZeroVector;
	for (const TPair<FString, FTileBuildings>& Of : Buildings)
	{
		UProceduralMeshComponent* Tile = HighlightedBuilding >= 0 ? FindTile(Of.Key) : nullptr;
		if (!IsValid(Tile))
		{
			continue;
		}
		for (int32 Part = 0; Part < FGromaTileMesh::NumParts; ++Part)
		{
			for (int32 Triangle = 0; Triangle < Of.Value.Parts[Part].Num(); ++Triangle)
			{
				if (Of.Value.Parts[Part][Triangle] != HighlightedBuilding)
				{
					continue;
				}
				// All of it lies relative to the first tile, where single precision suffices.
				Location = Vertices.IsEmpty() ? Tile->GetRelativeLocation() : Location;
				const FProcMeshSection& Section = *Tile->GetProcMeshSection(Part);
				for (int32 Corner = 0; Corner < 3; ++Corner)
				{
					const FProcMeshVertex& Vertex =
						Section.ProcVertexBuffer[static_cast<int32>(Section.ProcIndexBuffer[3 * Triangle + Corner])];
					Triangles.Add(Vertices.Num());
					Vertices.Add(Vertex.Position + Vertex.Normal * GromaTilesActor::HighlightOffset
						+ (Tile->GetRelativeLocation() - Location));
					Normals.Add(Vertex.Normal);
				}
			}
		}
	}
	if (IsValid(HighlightComponent))
	{
		HighlightComponent->ClearAllMeshSections();
	}
	if (Vertices.IsEmpty())
	{
		return;
	}
	if (!IsValid(HighlightComponent))
	{
		HighlightComponent = NewObject<UProceduralMeshComponent>(this, TEXT("Highlight"), RF_Transient | RF_DuplicateTransient);
		HighlightComponent->SetupAttachment(GetRootComponent());
		HighlightComponent->SetCollisionProfileName(UCollisionProfile::NoCollision_ProfileName);
		HighlightComponent->RegisterComponent();
	}
	HighlightComponent->SetRelativeLocation(Location);
	HighlightComponent->CreateMeshSection(
		0, Vertices, Triangles, Normals, TArray<FVector2D>(), TArray<FColor>(), TArray<FProcMeshTangent>(), false);
	HighlightComponent->SetMaterial(0, HighlightMaterial);
}

void AGromaCityTilesActor::FollowVisibility(const AActor& City)
{
	if (IsHidden() != City.IsHidden())
	{
		SetActorHiddenInGame(City.IsHidden());
	}
#if WITH_EDITOR
	if (IsTemporarilyHiddenInEditor() != City.IsTemporarilyHiddenInEditor())
	{
		SetIsTemporarilyHiddenInEditor(City.IsTemporarilyHiddenInEditor());
	}
#endif
}
