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
