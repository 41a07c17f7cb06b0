#pragma once

#include "Containers/Map.h"
#include "Containers/Set.h"
#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "GromaCityTypes.h"
#include "UObject/ObjectPtr.h"
#include "GromaCityTilesActor.generated.h"

class UMaterialInterface;
class UPrimitiveComponent;
class UProceduralMeshComponent;
struct FGromaTileMesh;

/**
 * The tiles of a city in the level, one mesh component for each, whose sections are the parts of the city. It belongs to
 * a city and is attached to it, is not saved, and is selected as its city. It is an actor of its own so that an edit of
 * the city does not register thousands of components anew.
 *
 * Components are named by their tiles, and can be named across the network, so that whoever stands on one is told so.
 */
UCLASS(NotPlaceable, NotBlueprintable, Transient)
class SPATIALHASHEDTRAJECTORY_API AGromaCityTilesActor : public AActor
{
	GENERATED_BODY()

public:
	AGromaCityTilesActor();

	/** Goes, and leaves its name to the next one. */
	void Retire();

	/** Makes one for a city, in its level. @return Null where no actor can be made any longer. */
	static AGromaCityTilesActor* SpawnFor(AActor& City);

	/**
	 * Makes a tile in the place of the one of its name, without showing it; materials and collision are in the order of
	 * EGromaCityPart.
	 */
	void MakeTile(const FString& Name, FGromaTileMesh& Mesh, const FVector& Location,
		UMaterialInterface* const (&Materials)[4], const bool (&bCollision)[4]);

	/** Shows a tile that was made. */
	void RevealTile(const FString& Name);

	/** Removes a tile. @return Whether it was shown. */
	bool HideTile(const FString& Name);

	/** The names of the tiles that are shown. */
	TArray<FString> GetTileNames() const;

	/** The component of a tile that is shown, or null. */
	UProceduralMeshComponent* FindTile(const FString& Name) const;

	int32 Num() const { return Tiles.Num() - Waiting.Num(); }
	int64 CountTriangles(EGromaCityPart Part) const;

	/** Moves all tiles, relative to the city. */
	void MoveTiles(const FVector& Move);

	/**
	 * The building whose wall or roof was hit.
	 *
	 * @param Face The number of the triangle of those that can be hit, or -1 when it is not known.
	 * @param Location Where it was hit, in the world.
	 * @return Its number; -1 when no building of these tiles was hit.
	 */
	int32 FindBuilding(
		const UPrimitiveComponent* Component, int32 Face, const FVector& Location, EGromaCityPart& OutPart) const;

	/** Draws the triangles of a building once more, a little outside, with a material; -1 draws none. */
	void Highlight(int32 Building, UMaterialInterface* Material);

	/** Hides and shows itself as its city does. */
	void FollowVisibility(const AActor& City);

#if WITH_EDITOR
	virtual AActor* GetSelectionParent() const override { return GetOwner(); }
	virtual bool IsSelectionChild() const override { return true; }
#endif

private:
	/** The buildings of the triangles of a tile, part for part. */
	struct FTileBuildings
	{
		TArray<int32> Parts[4];
	};

	void MakeHighlight();

	/** The component of a tile, shown or not, or null. */
	UProceduralMeshComponent* FindMade(const FString& Name) const;

	UPROPERTY(Transient)
	TMap<FString, TObjectPtr<UProceduralMeshComponent>> Tiles;

	UPROPERTY(Transient)
	TObjectPtr<UProceduralMeshComponent> HighlightComponent;

	UPROPERTY(Transient)
	TObjectPtr<UMaterialInterface> HighlightMaterial;

	/** Tiles that were made and are not shown yet. */
	TSet<FString> Waiting;

	TMap<FString, FTileBuildings> Buildings;
	int32 HighlightedBuilding = -1;
};
