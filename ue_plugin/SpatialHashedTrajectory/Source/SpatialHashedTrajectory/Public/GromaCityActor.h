#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "Engine/HitResult.h"
#include "GameFramework/Actor.h"
#include "GromaCityOptions.h"
#include "GromaCityTypes.h"
#include "GromaSourceFrame.h"
#include "Templates/SharedPointer.h"
#include "UObject/ObjectPtr.h"
#include "GromaCityActor.generated.h"

class AGromaCityTilesActor;
class FGromaCityTiles;
class FGromaFinishedTiles;
class UBillboardComponent;
class UMaterialInterface;
struct FGromaReadTile;
struct groma_job;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FGromaCityProgressEvent, float, Fraction, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FGromaCityMessageEvent, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FGromaCityTileEvent, const FString&, Name);

/**
 * A city in the level: builds it in the background from footprints and a terrain, and shows the tiles of its store
 * around the viewers. The tiles are in an actor of their own, AGromaCityTilesActor, while the city is open, and are not
 * saved with the level: the store is opened when the level is loaded, in the editor, too, and after each undo, duplicate
 * or compilation of a Blueprint that has made a new actor.
 */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API AGromaCityActor : public AActor
{
	GENERATED_BODY()

public:
	AGromaCityActor();

	/** What the city is made from. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Build", meta = (ShowOnlyInnerProperties))
	FGromaCityInput Input;

	/** How it is meshed. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Build", meta = (ShowOnlyInnerProperties))
	FGromaCityBuildOptions Options;

	/** The folder of its tiles, which a build makes. A relative one is relative to the project's folder. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City", meta = (RelativeToGameDir))
	FDirectoryPath StoreFolder;

	/** What happens when the level begins to play. Without a store folder nothing does. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City")
	EGromaCityStart StartWith = EGromaCityStart::OpenCity;

	/** Show what the store has when the level is loaded in the editor, too. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City")
	bool bOpenInEditor = true;

	/** Say what lies at the actor. Otherwise it is the middle of the city, in whole metres, on its lowest ground. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City", meta = (InlineEditConditionToggle))
	bool bUseSourceOrigin = false;

	/**
	 * The place that lies at the actor: x (east), y (north), z (up) in the metres of the files. Taken when the city is
	 * opened.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City", meta = (EditCondition = "bUseSourceOrigin"))
	FVector SourceOrigin = FVector::ZeroVector;

	/** The ground's material. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	TObjectPtr<UMaterialInterface> GroundMaterial;

	/** The walls' material. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	TObjectPtr<UMaterialInterface> WallMaterial;

	/** The material of roofs and platforms. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	TObjectPtr<UMaterialInterface> RoofMaterial;

	/** The material of triangles in stores that other programs have filled. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look", AdvancedDisplay)
	TObjectPtr<UMaterialInterface> OtherMaterial;

	/** The material that HighlightBuilding draws a building with. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	TObjectPtr<UMaterialInterface> HighlightMaterial;

	/** Whether the city can be hit and walked on. Each tile's shape is then made for physics in the background. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	bool bCollision = false;

	/** With collision, whether the ground has it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look", meta = (EditCondition = "bCollision"))
	bool bGroundCollision = true;

	/** With collision, whether walls have it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look", meta = (EditCondition = "bCollision"))
	bool bWallCollision = true;

	/** With collision, whether roofs have it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look", meta = (EditCondition = "bCollision"))
	bool bRoofCollision = true;

	/** How near to the viewer, in metres and seen from above, tiles are shown. 0 shows all tiles. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "0", Units = "m"))
	double LoadDistance = 3000.0;

	/**
	 * How far from the viewer, in metres and seen from above, tiles go away again. Less than the load distance counts as
	 * that.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "0", Units = "m"))
	double UnloadDistance = 4000.0;

	/**
	 * How far away, in metres, a surface may be a metre off the city's: where a store has levels of detail, coarser tiles
	 * are shown further away. 0 shows the finest everywhere.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "0", Units = "m"))
	double LevelDistance = 600.0;

	/** Tiles that are read from the store at once, each by a thread, or wait to be shown. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "1", ClampMax = "64"))
	int32 TilesReadAtOnce = 4;

	/** Tiles that get into the level in one frame, on the game thread. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "1", ClampMax = "64"))
	int32 TilesShownPerFrame = 1;

	/** About ten times a second during a build: the share that is done, 0 to 1, and what is at work. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityProgressEvent OnProgress;

	/** A build has ended: what there is now. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityMessageEvent OnBuilt;

	/** A build failed or was refused; a city could not be opened; a tile could not be shown. Says why. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityMessageEvent OnFailed;

	/** A build or a bake was cancelled, by CancelBuild or in the editor. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityMessageEvent OnCancelled;

	/** A tile has got into the level, or was replaced there. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityTileEvent OnTileShown;

	/** A tile has gone from the level. */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityTileEvent OnTileHidden;

	/**
	 * Builds the city into its store in the background, or what is missing there, and shows tiles as they are finished.
	 * What was shown before goes away. Refused while a build runs.
	 */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void BuildCity();

	/** Shows what the store has, without building. What was shown before goes away. Refused while a build runs. */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void OpenCity();

	/**
	 * Makes the levels of detail of the store in the background, and opens it anew with them. A store that is built again
	 * is shown without them until this was called again. Refused while a build runs.
	 */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void BuildLevels();

	/** Asks a build to stop. The tiles it has made stay, and the next build goes on from there. */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void CancelBuild();

	/** Removes all tiles from the level and gives up a build, of which nothing more is told. The store stays. */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void CloseCity();

#if WITH_EDITOR
	/** Makes a static mesh of each tile that is shown, and actors with them, which are saved with the level. */
	UFUNCTION(CallInEditor, Category = "City|Look")
	void BakeToStaticMeshes();

	/** Makes the project's default materials, if they are missing, and takes them where this city has none. */
	UFUNCTION(CallInEditor, Category = "City|Look")
	void UseDefaultMaterials();
#endif

	/**
	 * The building whose wall or roof was hit. A trace that returns the face index finds it at once; otherwise the tile is
	 * searched for what is nearest to where it was hit.
	 *
	 * @return Whether a building of this city was hit.
	 */
	UFUNCTION(BlueprintCallable, Category = "City")
	bool GetBuildingAtHit(const FHitResult& Hit, FGromaBuilding& OutBuilding);

	/** What the store records of a building. @return Whether the city is open and has it; the log says why not. */
	UFUNCTION(BlueprintCallable, Category = "City")
	bool GetBuilding(int32 Number, FGromaBuilding& OutBuilding);

	/** Draws a building with the highlight material, in all tiles that are shown; -1 draws none. */
	UFUNCTION(BlueprintCallable, Category = "City")
	void HighlightBuilding(int32 Number);

	/**
	 * The transform that takes coordinates in the store's reference system (east, north, up) to the world, as SourceToWorld
	 * does; by InverseTransformPosition it takes them back.
	 *
	 * @param OutReferenceSystem The system, like EPSG:25832.
	 * @return Whether both are known.
	 */
	UFUNCTION(BlueprintCallable, Category = "City")
	bool GetGeoreference(FString& OutReferenceSystem, FTransform& OutSystemToWorld) const;

	/** The reference system of the store that was opened last, like EPSG:25832; empty when it is not known. */
	UFUNCTION(BlueprintPure, Category = "City")
	FString GetReferenceSystem() const { return ReferenceSystem; }

	/** The tiles in the level; null while there are none. */
	AGromaCityTilesActor* GetTilesActor() const { return TilesActor; }

	/** Whether a build runs. */
	UFUNCTION(BlueprintPure, Category = "City")
	bool IsBuilding() const;

	/** Whether a build runs, or tiles near enough are still to be shown. */
	UFUNCTION(BlueprintPure, Category = "City")
	bool IsLoading() const;

	/** Tiles in the level. */
	UFUNCTION(BlueprintPure, Category = "City")
	int32 GetShownTileCount() const;

	/** Triangles of a part of the city in the level. */
	UFUNCTION(BlueprintPure, Category = "City")
	int64 GetShownTriangleCount(EGromaCityPart Part) const;

	/** Tiles that could not be read since the city was opened. They are not tried again until it is opened again. */
	UFUNCTION(BlueprintPure, Category = "City")
	int32 GetFailedTileCount() const;

	/**
	 * Whether it is known what lies at the actor: from the first opening on, also while the city is closed; with a source
	 * origin of one's own always. Until then places in the files have none in the world.
	 */
	UFUNCTION(BlueprintPure, Category = "City")
	bool IsSourceFrameKnown() const { return bFrameKnown || bUseSourceOrigin; }

	/** What lies at the actor, in the metres of the files; zero while that is not known yet. */
	UFUNCTION(BlueprintPure, Category = "City")
	FVector GetOriginInUse() const;

	/** How places in the metres of the files lie in the world; for trajectories, too. */
	UFUNCTION(BlueprintPure, Category = "City")
	FGromaSourceFrame GetSourceFrame() const;

	/** Where a place in the metres of the files is in the world. */
	UFUNCTION(BlueprintPure, Category = "City")
	FVector SourceToWorld(const FVector& Source) const;

	/** What place in the metres of the files a position in the world is. */
	UFUNCTION(BlueprintPure, Category = "City")
	FVector WorldToSource(const FVector& World) const;

	virtual void PostRegisterAllComponents() override;
	virtual void Destroyed() override;
	virtual void BeginDestroy() override;

protected:
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;

private:
	/** Says what went wrong in the log and to OnFailed. */
	void Fail(const FString& Message);

	/** Opens the store without being asked to: when a level is loaded or begins to play. */
	void OpenByItself();

	/** Whether a build or an opening may begin; says why not. */
	bool MayBegin();

	/** Opens the store and takes in what tiles it has. */
	bool OpenTiles();

	void EndBuild(const groma_job* Job, int32 Status, const FString& Message);

	/** Takes in what tiles the build has told of. */
	void TakeFinished();

	void StartTicking();
	/** @return Whether there is anything left to do in later frames. */
	bool TickCity();

	/** Finds the origin, once it can be known. */
	void SettleOrigin();

	/** Where tiles are wanted, in the metres of the files; where they were in the last frame when nothing is seen. */
	void UpdateViews();

	void MakeTile(FGromaReadTile& Tile);

	/** Gives up all jobs and tiles without a word. */
	void Abandon();
	/** @return The names of the tiles that were there. */
	TArray<FString> RemoveTiles();

	/** The tiles in the level. */
	UPROPERTY(Transient, DuplicateTransient, NonTransactional)
	TObjectPtr<AGromaCityTilesActor> TilesActor;

#if WITH_EDITORONLY_DATA
	/** What is seen of the actor in the editor. */
	UPROPERTY()
	TObjectPtr<UBillboardComponent> Sprite;
#endif

	/** The folder of the store that is open or being built. */
	FString OpenFolder;

	/** The tiles of the open store; none while no city is open. */
	TSharedPtr<FGromaCityTiles> Tiles;

	/** What a build has told of and was not yet taken in; none while no build runs. */
	TSharedPtr<FGromaFinishedTiles> Finished;

	/** 0 while no build runs. */
	uint64 BuildJob = 0;

	/** The store is to be opened in the next frame. */
	bool bOpenSoon = false;

	/** What lies at the actor; kept when the city is closed, whose folder and reference system these are. */
	FVector Origin = FVector::ZeroVector;
	bool bFrameKnown = false;
	FString OriginFolder;
	FString ReferenceSystem;

	/** Whether the open city has its origin, and whether it has it for good. */
	bool bOriginKnown = false;
	bool bOriginSettled = false;

	int32 HighlightedBuilding = -1;

	/** Where the viewers were seen last, in the world. */
	TArray<FVector> Viewers;

	FTSTicker::FDelegateHandle Ticker;
};
