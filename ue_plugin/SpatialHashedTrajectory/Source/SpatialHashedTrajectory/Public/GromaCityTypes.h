#pragma once

#include "CoreMinimal.h"
#include "UObject/ObjectMacros.h"
#include "GromaCityTypes.generated.h"

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

/** A building of a city. */
USTRUCT(BlueprintType)
struct FGromaBuilding
{
	GENERATED_BODY()

	/** Its number in the city; -1 for none. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	int32 Number = -1;

	/** What the footprints' file calls it; of several footprints, the first one's. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	FString Id;

	/** What the footprints' file calls all the footprints that it was merged from, with commas between them. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	FString Name;

	/** From the lowest ground under it to its highest roof, in metres. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	double Height = 0.0;

	/** The elevation of its highest roof, in metres. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	double RoofElevation = 0.0;

	/** How many of its parts have a roof of their own. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	int32 Parts = 0;

	/** Whether a wall or a roof of it was hit. */
	UPROPERTY(BlueprintReadOnly, Category = "City")
	EGromaCityPart Part = EGromaCityPart::Wall;
};
