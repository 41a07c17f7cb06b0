#pragma once

#include "Containers/Array.h"
#include "CoreMinimal.h"
#include "GromaNative.h"

/** A tile of a city as the level takes it: in Unreal's axes and centimetres, relative to the tile's own origin. */
struct FGromaTileMesh
{
	/** The triangles of a part of the city. Their winding is right for Unreal as it comes. */
	struct FPart
	{
		TArray<FVector> Vertices;
		TArray<FVector> Normals;
		TArray<int32> Triangles;
	};

	/** Ground, wall, roof, other; in the order of EGromaCityPart. */
	static constexpr int32 NumParts = 4;

	FPart Parts[NumParts];

	/** What positions are relative to, in the data's own axes and metres. */
	FVector Origin = FVector::ZeroVector;

	/** Starts to read a tile. @return Nothing when it was refused; OutReason then says why. */
	static TGromaHandle<groma_job> StartRead(const groma_mesh_store* Store, const FString& Name, FString& OutReason);

	/** Takes what a job has read, and closes the tile's file. @return Whether it worked; OutReason says why not. */
	bool Take(const groma_job* Job, FString& OutReason);
};
