#pragma once

#include "CoreMinimal.h"
#include "GromaSourceFrame.h"
#include "Kismet/BlueprintFunctionLibrary.h"
#include "SpatialHashTypes.h"
#include "GromaDebugLibrary.generated.h"

class USpatialHashTableManager;

/** Draws queries into the world, to see what they ask and find; in shipped games nothing is drawn. */
UCLASS()
class SPATIALHASHEDTRAJECTORY_API UGromaDebugLibrary : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/**
	 * Draws a query around a point: its sphere, the cells within its reach that hold trajectories, and what it found.
	 *
	 * @param Manager Has the table of the time step loaded; without it no cells are drawn.
	 * @param Frame How the data lie in the world: that of a city, or the one of UnchangedFrame.
	 * @param QueryPosition The point, in the data's own axes and unit.
	 * @param Seconds How long it stays.
	 * @return How many cells were drawn, 4096 at most.
	 */
	UFUNCTION(BlueprintCallable, Category = "Groma|Debug", meta = (WorldContext = "WorldContextObject"))
	static int32 DrawTrajectoryQuery(const UObject* WorldContextObject, USpatialHashTableManager* Manager,
		const FGromaSourceFrame& Frame, FVector QueryPosition, float Radius, float CellSize, int32 TimeStep,
		const TArray<FSpatialHashQueryResult>& Results, float Seconds = 5.0f);

	/** The frame of data that are taken as they are. */
	UFUNCTION(BlueprintPure, Category = "Groma|Debug")
	static FGromaSourceFrame UnchangedFrame() { return FGromaSourceFrame::Unchanged(); }
};
