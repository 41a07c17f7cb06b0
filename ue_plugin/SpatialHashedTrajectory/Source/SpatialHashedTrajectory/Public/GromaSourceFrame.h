#pragma once

#include "CoreMinimal.h"
#include "UObject/ObjectMacros.h"
#include "GromaSourceFrame.generated.h"

/**
 * How places in the data's own axes and unit lie in the world: the data's x (east), y (north) and z (up) become Unreal's
 * X, -Y and Z in centimetres. Cities and trajectories are placed by it alike.
 */
USTRUCT(BlueprintType)
struct SPATIALHASHEDTRAJECTORY_API FGromaSourceFrame
{
	GENERATED_BODY()

	/** The place in the data that lies at the transform's location. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Groma")
	FVector Origin = FVector::ZeroVector;

	/** How long the data's unit is in the world: 100 for metres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Groma")
	double CentimetresPerUnit = 100.0;

	/** Whether the data's y points the other way than Unreal's Y: it does where the data are right-handed, as maps are. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Groma")
	bool bMirrorY = true;

	/** Where that origin is, how the data are turned and how they are scaled. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Groma")
	FTransform Transform = FTransform::Identity;

	/** The frame of data that are taken as they are: their unit counts as a centimetre, their axes as Unreal's. */
	static FGromaSourceFrame Unchanged();

	/**
	 * The frame of trajectories in a city that lies in this one.
	 *
	 * @param Subtracted What an import has subtracted from their positions.
	 * @param MetresPerUnit How long their unit is.
	 */
	FGromaSourceFrame OfTrajectories(const FVector& Subtracted, double MetresPerUnit) const;

	/** Where a place in the data is in the world. */
	FVector ToWorld(const FVector& Source) const;

	/** What place in the data a position in the world is. */
	FVector ToSource(const FVector& World) const;

	/** The same as a transform, which mirrors by a negative scale. */
	FTransform ToTransform() const;

	bool operator==(const FGromaSourceFrame& Other) const;

	/** A step in the data as one in the world. */
	FVector ToWorldVector(const FVector& Step) const { return ToWorld(Origin + Step) - ToWorld(Origin); }

	/** How long a length in the data is in the world. */
	double ToWorldLength(double Length) const { return Length * ToWorldVector(FVector(1.0, 0.0, 0.0)).Size(); }

	/** A step in the data's axes and unit as one in Unreal's axes and centimetres, before it is turned and scaled. */
	FVector ToLocal(const FVector& Step) const;
};
