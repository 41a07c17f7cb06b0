#pragma once

#include "CoreMinimal.h"

/** Builds the hash tables of a data set: one file for each time step. */
class SPATIALHASHEDTRAJECTORY_API FSpatialHashTableBuilder
{
public:
	/** What is built. */
	struct FBuildConfig
	{
		/** The edge of a cell, in the data's own unit. */
		float CellSize = 10.0f;

		/** The least corner of the box of the cells, when bComputeBoundingBox is false. */
		FVector BBoxMin = FVector::ZeroVector;

		/** The greatest corner of the box of the cells, when bComputeBoundingBox is false. */
		FVector BBoxMax = FVector::ZeroVector;

		/** Take the box of the data, and the margin around it. */
		bool bComputeBoundingBox = true;

		/** What the data's box gets on every side. */
		float BoundingBoxMargin = 1.0f;

		/** Where the folder spatial_hashing with the tables goes; empty stands for the data set's folder. */
		FString OutputDirectory;

		/** Time steps to build, from StartTimeStep; 0 stands for all that the data set has. */
		uint32 NumTimeSteps = 0;

		/** The first time step to build, when NumTimeSteps is above 0. */
		uint32 StartTimeStep = 0;
	};

	/** A trajectory at a time step, in memory. */
	struct FTrajectorySample
	{
		/** The trajectory. */
		uint32 TrajectoryId = 0;

		/** Where it is, in the data's own unit. */
		FVector Position = FVector::ZeroVector;

		FTrajectorySample() = default;

		FTrajectorySample(uint32 InId, const FVector& InPosition)
			: TrajectoryId(InId)
			, Position(InPosition)
		{
		}
	};

	/**
	 * Builds tables from samples in memory, on the engine's threads, and waits until they are there. Queries that measure
	 * distances need shards with the same positions beside them; the tables alone tell cells.
	 *
	 * @param Config The output directory must be set. NumTimeSteps above 0 takes so many of the time steps.
	 * @param TimeStepSamples The samples of each time step, from StartTimeStep on.
	 * @return Whether all tables were written; why not is in the log. A time step without samples has no table.
	 */
	bool BuildHashTables(const FBuildConfig& Config, const TArray<TArray<FTrajectorySample>>& TimeStepSamples);

	/** The box of all samples that are finite; both corners zero when there are none. */
	static void ComputeBoundingBox(
		const TArray<TArray<FTrajectorySample>>& TimeStepSamples, FVector& OutBBoxMin, FVector& OutBBoxMax);

	/**
	 * Builds the tables of the data set in a folder, three shards at a time, and waits until they are there. What an
	 * earlier build of the same data has made is kept.
	 *
	 * @return Whether all is there; why not is in the log.
	 */
	bool BuildHashTables(const FBuildConfig& Config, const FString& DatasetDirectory);

	/** The file of a table. */
	static FString GetOutputFilename(const FString& OutputDirectory, float CellSize, uint32 TimeStep);
};
