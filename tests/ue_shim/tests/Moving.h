// A data set of trajectories that move through a periodic volume, written without the plugin, and its positions.
#pragma once

#include "GromaJobs.h"
#include "GromaNative.h"
#include "ShimControl.h"
#include "SpatialHashTableManager.h"
#include "UObject/StrongObjectPtr.h"

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace
{
	using FResults = TArray<FSpatialHashQueryResult>;

	struct FMoving
	{
		static constexpr int32 Count = 60;
		static constexpr int32 Steps = 24;
		static constexpr int32 Interval = 8;
		static constexpr double Edge = 100.0;
		static constexpr float CellSize = 10.0f;
		inline static std::string Folder;
		inline static FString Dataset;

		/** The same, whose manifest says that space repeats itself. */
		inline static FString Periodic;
		inline static FBox DataBox{ForceInit};

		/** Where a trajectory would be if space did not repeat itself. */
		static FVector Continuous(int32 Id, int32 Step)
		{
			const double Turn = 0.7 * Id;
			return FVector(std::fmod(37.0 * Id, Edge) + 5.0 * std::cos(Turn) * Step,
				std::fmod(53.0 * Id + 11.0, Edge) + 5.0 * std::sin(Turn) * Step, std::fmod(29.0 * Id + 3.0, Edge) + 0.5 * Step);
		}

		/** Where it is in the volume, as single precision has it. */
		static FVector Stored(int32 Id, int32 Step)
		{
			FVector Position = Continuous(Id, Step);
			for (int32 Axis = 0; Axis < 3; ++Axis)
			{
				Position[Axis] -= Edge * std::floor(Position[Axis] / Edge);
			}
			return FVector(FVector3f(Position));
		}

		/** The distance to the nearest image. */
		static double Distance(const FVector& A, const FVector& B)
		{
			FVector Away = A - B;
			for (int32 Axis = 0; Axis < 3; ++Axis)
			{
				Away[Axis] -= Edge * std::round(Away[Axis] / Edge);
			}
			return Away.Size();
		}

		/** The images of a volume index. */
		static FVector Images(int32 Index)
		{
			const auto Byte = [Index](int32 Shift) { return static_cast<double>(static_cast<int8>((Index >> Shift) & 0xff)); };
			return FVector(Byte(0), Byte(8), Byte(16));
		}

		/** Writes the data set and builds its tables. */
		static void Write(const char* InFolder)
		{
			Folder = InFolder;
			Dataset = UTF8_TO_TCHAR((Folder + "/moving").c_str());
			Periodic = UTF8_TO_TCHAR((Folder + "/periodic").c_str());
			WriteTo(Dataset, 0.0);
			WriteTo(Periodic, Edge);
			Load();
		}

		static void WriteTo(const FString& To, double Extent)
		{
			FGromaError Error;
			groma_shard_writer_options Options;
			groma_shard_writer_options_init(&Options, sizeof Options);
			Options.interval = Interval;
			Options.periodic_extent[0] = Options.periodic_extent[1] = Options.periodic_extent[2] = Extent;
			groma_shard_writer* Writer = nullptr;
			int32 Status = groma_shard_writer_create(FGromaText(To).Get(), &Options, &Writer, Error.Out());
			TArray<uint64_t> Ids;
			for (int32 Id = 0; Id < Count; ++Id)
			{
				Ids.Add(static_cast<uint64_t>(Id));
			}
			for (int32 First = 0; First < Steps && Status == GROMA_OK; First += Interval)
			{
				TArray<FVector3f> Positions;
				for (int32 Id = 0; Id < Count; ++Id)
				{
					for (int32 Step = First; Step < First + Interval; ++Step)
					{
						Positions.Add(FVector3f(Stored(Id, Step)));
						DataBox += Stored(Id, Step);
					}
				}
				Status = groma_shard_writer_append(Writer, First, Count, Ids.GetData(),
					reinterpret_cast<const float*>(Positions.GetData()), Error.Out());
			}
			EXPECT(Status == GROMA_OK && groma_shard_writer_finish(Writer, Error.Out()) == GROMA_OK);
			groma_shard_writer_close(Writer);
		}

		static TStrongObjectPtr<USpatialHashTableManager> Load()
		{
			TStrongObjectPtr<USpatialHashTableManager> Manager(NewObject<USpatialHashTableManager>());
			EXPECT(Manager->LoadHashTables(Dataset, CellSize, 0, Steps - 1) == Steps);
			return Manager;
		}

		/** Whether a line of the log since the last call has this verbosity and this text in it. */
		static bool Logged(ELogVerbosity::Type Verbosity, const TCHAR* Part)
		{
			bool bFound = false;
			for (const Shim::FLogLine& Line : Shim::TakeLog())
			{
				bFound |= Line.Verbosity == Verbosity && Line.Text.Contains(Part);
			}
			return bFound;
		}

		static std::string Read(const std::string& Path)
		{
			std::ostringstream Text;
			Text << std::ifstream(Path, std::ios::binary).rdbuf();
			return Text.str();
		}
	};
}
