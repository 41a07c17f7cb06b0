#pragma once

#include "Containers/Array.h"
#include "CoreMinimal.h"
#include "GromaNative.h"
#include "ProceduralMeshComponent.h"

/** A tile of a city as the level takes it: in Unreal's axes and centimetres, relative to the tile's own origin. */
struct FGromaTileMesh
{
	/** The triangles of a part of the city. Their winding is right for Unreal as it comes. */
	struct FPart
	{
		TArray<FVector> Vertices;
		TArray<FVector> Normals;
		TArray<int32> Triangles;

		/**
		 * In metres: X and Y on the ground and on roofs, along the wall and down on walls, so that textures stand upright.
		 * Neighbouring tiles fit where a texture repeats itself after a whole number of metres.
		 */
		TArray<FVector2D> Uvs;

		/** The direction in which the first of these grows. */
		TArray<FProcMeshTangent> Tangents;

		/** The number of the building that each triangle is of; -1 for none. */
		TArray<int32> Buildings;
	};

	/** Ground, wall, roof, other; in the order of EGromaCityPart. */
	static constexpr int32 NumParts = 4;

	FPart Parts[NumParts];

	/** What positions are relative to, in the data's own axes and metres. */
	FVector Origin = FVector::ZeroVector;

	/** Starts to read a tile. @return Nothing when it was refused; OutReason then says why. */
	static TGromaHandle<groma_job> StartRead(const groma_mesh_store* Store, const FString& Name, FString& OutReason);

	/** Copies what was read, on any thread. @return Why it could not, or nothing. */
	FString CopyFrom(const groma_mesh_tile* Tile);
};
