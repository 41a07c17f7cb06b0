#pragma once

#include "Containers/Map.h"
#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "GromaCityOptions.h"
#include "GromaSourceFrame.h"
#include "Misc/Optional.h"
#include "Templates/SharedPointer.h"
#include "UObject/ObjectPtr.h"
#include "GromaCityActor.generated.h"

class FGromaCityTiles;
class FGromaFinishedTiles;
class UMaterialInterface;
class UProceduralMeshComponent;
struct FGromaTileMesh;
struct groma_job;

/** What a triangle of a city belongs to. */
UENUM(BlueprintType)
enum class EGromaCityPart : uint8
{
	/** The ground, beside buildings or not. */
	Ground,
	/** Walls. */
	Wall,
	/** Roofs and platforms. */
	Roof,
	/** Triangles of stores that other programs have filled. */
	Other
};

/** What a city does when the level begins to play. */
UENUM(BlueprintType)
enum class EGromaCityStart : uint8
{
	/** Wait for a call. */
	Nothing,
	/** Show what the store has. */
	OpenCity,
	/** Build the store, or what is missing of it, and show it. */
	BuildCity
};

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FGromaCityProgressEvent, float, Fraction, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FGromaCityMessageEvent, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FGromaCityTileEvent, const FString&, Name);

/**
 * A city in the level: builds it in the background from footprints and a terrain, and shows the tiles of its store
 * around the viewer, one mesh component for each, whose sections are the parts of the city.
 *
 * The components are the actor's own while the city is open, and are not saved with the level.
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

	/** The folder of its tiles, which a build makes. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City")
	FDirectoryPath StoreFolder;

	/** What happens when the level begins to play. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City")
	EGromaCityStart StartWith = EGromaCityStart::Nothing;

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

	/** Whether the city can be hit and walked on. Each tile's shape is then made for physics in the background. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Look")
	bool bCollision = false;

	/** How near to the viewer, in metres and seen from above, tiles are shown. 0 shows all tiles. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "0", Units = "m"))
	double LoadDistance = 3000.0;

	/**
	 * How far from the viewer, in metres and seen from above, tiles go away again. Less than the load distance counts as
	 * that.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "City|Streaming", meta = (ClampMin = "0", Units = "m"))
	double UnloadDistance = 4000.0;

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

	/**
	 * A build failed, was refused or was cancelled; a city could not be opened; a tile could not be shown. Says why.
	 */
	UPROPERTY(BlueprintAssignable, Category = "City")
	FGromaCityMessageEvent OnFailed;

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

	/** Asks a build to stop. The tiles it has made stay, and the next build goes on from there. */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void CancelBuild();

	/** Removes all tiles from the level and gives up a build, of which nothing more is told. The store stays. */
	UFUNCTION(BlueprintCallable, CallInEditor, Category = "City")
	void CloseCity();

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

	virtual void Destroyed() override;
	virtual void BeginDestroy() override;

protected:
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;

private:
	/** Says what went wrong in the log and to OnFailed. */
	void Fail(const FString& Message);

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

	/** Where tiles are wanted, in the metres of the files; that of the last frame when nothing is seen. */
	void UpdateView();

	void ShowTile(const FString& Name, const FGromaTileMesh& Mesh);
	void HideTile(const FString& Name);

	/** Gives up all jobs and tiles without a word. */
	void Abandon();
	/** @return Whether there was one. */
	bool RemoveComponent(const FString& Name);
	/** @return The names of their tiles. */
	TArray<FString> RemoveComponents();

	/** The tiles in the level. */
	UPROPERTY(Transient, DuplicateTransient, NonTransactional)
	TMap<FString, TObjectPtr<UProceduralMeshComponent>> TileComponents;

	/** The folder of the store that is open or being built. */
	FString OpenFolder;

	/** The tiles of the open store; none while no city is open. */
	TSharedPtr<FGromaCityTiles> Tiles;

	/** What a build has told of and was not yet taken in; none while no build runs. */
	TSharedPtr<FGromaFinishedTiles> Finished;

	/** 0 while no build runs. */
	uint64 BuildJob = 0;

	/** What lies at the actor, and whether it is known, and whether it is so for good. */
	FVector Origin = FVector::ZeroVector;
	bool bOriginKnown = false;
	bool bOriginSettled = false;

	/** Where the viewer was seen last, in the world. */
	TOptional<FVector> Viewer;

	FTSTicker::FDelegateHandle Ticker;
};
