#pragma once

#include "Containers/Array.h"
#include "Containers/Map.h"
#include "Containers/Set.h"
#include "CoreMinimal.h"
#include "GromaCityTypes.h"
#include "GromaNative.h"
#include "GromaTileMesh.h"
#include "Templates/SharedPointer.h"
#include "UObject/WeakObjectPtr.h"

/** A tile that was read, or could not be. */
struct FGromaReadTile
{
	FString Name;
	FGromaTileMesh Mesh;

	/** Why it could not be read; empty when it was. */
	FString Failure;

	/** It takes the place of the one of its name that is shown. */
	bool bReplaces = false;
};

/** What changes in the level, all of it in one frame. */
struct FGromaTileChanges
{
	/** They were made, and are not wanted any longer before they were shown. */
	TArray<FString> Dropped;

	TArray<FString> Hidden;
	TArray<FString> Shown;
};

/** How far tiles may be from the viewer, in metres seen from above. */
struct FGromaTileReach
{
	/** Where the viewers are, in the metres of the data; without any all tiles are near. The nearest one counts. */
	TArray<FVector2D> Views;

	/** Tiles up to here are wanted. 0 or less: all are. */
	double LoadDistance = 0.0;

	/** Tiles beyond are not wanted any longer. */
	double UnloadDistance = 0.0;

	/** How far away a surface may be a metre off the city's. 0: the finest tiles are wanted everywhere. */
	double LevelDistance = 0.0;
};

/**
 * The tiles of an open store: which there are, which are near enough, which are being read or are shown. Knows nothing
 * of how they are shown.
 */
class FGromaCityTiles : public TSharedFromThis<FGromaCityTiles>
{
public:
	/**
	 * @param InJobOwner Whose jobs the reads are. @return Nothing when the store cannot be opened; OutReason then says why.
	 */
	static TSharedPtr<FGromaCityTiles> Open(
		UObject* InJobOwner, const FString& Folder, bool bWithLevels, FString& OutReason);

	/** @param InLevels The levels of detail of the store; null when only its own tiles are wanted. */
	FGromaCityTiles(
		UObject* InJobOwner, TGromaHandle<groma_mesh_store> InStore, TGromaHandle<groma_mesh_store> InLevels);

	/** Whether there are coarser tiles for what is far away. */
	bool HasLevels() const { return Levels.IsValid(); }

	/** Finds out which tiles are wanted; before the calls that take a reach, in each frame. */
	void UpdateWanted(const FGromaTileReach& Reach);

	/** Takes in what tiles the store has. Those that are known already are not read again. */
	bool AddListed(FString& OutReason);

	/** Takes in a tile that was just made, or made again. */
	void AddFinished(const FString& Name);

	/** Finds out where new tiles are, for so many seconds; one at least. */
	void LocateNew(double Seconds);

	/** Whether it is known of all tiles where they are. */
	bool AreAllLocated() const { return ToLocate.Num() == 0; }

	/** The store, for what it records beside tiles. */
	const groma_mesh_store* GetStore() const { return Store.Get(); }

	/** What the store records of a building. @return Whether it does; OutReason says why not. */
	bool GetBuilding(int32 Number, FGromaBuilding& OutBuilding, FString& OutReason) const;

	/** The name of the reference system of the store's coordinates; empty when it is not known. */
	FString GetReferenceSystem() const;

	/** The box of all tiles whose place is known, in metres. */
	const FBox& GetBounds() const { return Bounds; }

	/**
	 * What is to be hidden and shown now: a tile goes when all that takes its place has been made, and that is shown in the
	 * same frame. From now on it counts as done.
	 */
	FGromaTileChanges TakeChanges(const FGromaTileReach& Reach);

	/**
	 * Starts to read the nearest tiles that are wanted, as long as not more than so many are being read or wait to be
	 * shown.
	 */
	void StartReads(const FGromaTileReach& Reach, int32 AtOnce);

	/**
	 * Takes the next tile that was read and is still wanted; it counts as made from now on. @return Whether there was one.
	 */
	bool TakeRead(const FGromaTileReach& Reach, FGromaReadTile& OutTile);

	/** Whether tiles are being read, wait to be shown, or were left for a later frame. */
	bool IsAtWork() const { return !AreAllLocated() || bLeftForLater || NumReading > 0 || Read.Num() > 0; }

	/** Tiles that could not be read. */
	int32 GetFailedCount() const { return NumFailed; }

private:
	struct FTile
	{
		FString Name;

		/** Seen from above, in metres. */
		FBox2D Area = FBox2D(ForceInit);

		/** It is not shown, or not as it is in the store now. */
		bool bToRead = false;
		bool bReading = false;
		bool bMade = false;
		bool bShown = false;
		bool bWanted = false;

		/** The finer tiles whose place this one may take; how far its surface is off the city's then, in metres. */
		TArray<FString> ChildNames;
		FString ParentName;
		double Error = 0.0;

		/** Their numbers, of those that have triangles; -1 without a parent. */
		TArray<int32> Children;
		int32 Parent = -1;

		/** Its children were wanted in its place in the last frame. */
		bool bRefined = false;
	};

	/** How far the nearest viewer is from a tile seen from above; 0 above it. */
	static double Distance(const FTile& Tile, const FGromaTileReach& Reach);
	static bool IsTooFar(const FTile& Tile, const FGromaTileReach& Reach);

	/** The store whose tiles are shown. */
	const groma_mesh_store* ShownStore() const { return Levels.IsValid() ? Levels.Get() : Store.Get(); }

	/** Finds the numbers of parents and children, once the tiles are known. */
	void Relate();

	void Want(FTile& Tile, const FGromaTileReach& Reach);

	/** Whether all that is wanted in the place of a tile has been made. */
	bool IsReplaced(const FTile& Tile) const;
	bool AreWantedMade(const FTile& Tile) const;

	/** Whether something is shown that a tile would lie upon. */
	bool IsCovered(const FTile& Tile) const;
	bool IsAnyShownWithin(const FTile& Tile) const;

	void Locate(const FString& Name);
	void StartRead(int32 Index);
	/** A tile's file was read; a thread of the engine copies it. */
	void EndRead(int32 Index, const groma_job* Job, int32 Status, const FString& Message);
	void EndCopy(int32 Index, FGromaTileMesh& Mesh, int32 Status, const FString& Message);
	void AddFailure(const FString& Name, const FString& Message);

	TWeakObjectPtr<UObject> JobOwner;
	TGromaHandle<groma_mesh_store> Store;
	TGromaHandle<groma_mesh_store> Levels;

	/** Grows only, so that numbers of tiles stay. */
	TArray<FTile> Tiles;
	bool bToRelate = false;
	TMap<FString, int32> Indices;

	/** Names of tiles whose headers are to be read. */
	TSet<FString> ToLocate;
	FBox Bounds = FBox(ForceInit);

	/** What was read, in its order: what was made again meanwhile comes again. */
	TArray<FGromaReadTile> Read;
	int32 NumReading = 0;
	int32 NumFailed = 0;
	bool bLeftForLater = false;
};
