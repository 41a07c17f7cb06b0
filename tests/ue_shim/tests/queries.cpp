// Does what a script says through the manager of the plugin, and writes down the answers. Each query is asked three times: at
// once, in the background, and by its Blueprint node; the three answers must be the same.
//
// usage: queries SCRIPT ANSWERS

#include "CoreMinimal.h"
#include "Engine/World.h"
#include "ShimControl.h"
#include "SpatialHashQueryAsyncTasks.h"
#include "SpatialHashTableManager.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace
{
	using FResults = TArray<FSpatialHashQueryResult>;

	uint32 Bits(double Number)
	{
		const float Single = static_cast<float>(Number);
		uint32 Result = 0;
		std::memcpy(&Result, &Single, sizeof Result);
		return Result;
	}

	/** One line for each sample; numbers in full, as the bits of single precision. */
	std::string Text(const FResults& Results)
	{
		std::ostringstream Out;
		for (const FSpatialHashQueryResult& Result : Results)
		{
			for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
			{
				Out << Result.TrajectoryId << ' ' << Sample.TimeStep << ' ' << Bits(Sample.Position.X) << ' '
					<< Bits(Sample.Position.Y) << ' ' << Bits(Sample.Position.Z) << ' ' << Bits(Sample.Distance) << '\n';
			}
		}
		return Out.str();
	}

	/** What was got in the background. */
	struct FGot
	{
		bool bDone = false;
		FResults Inner;
		FResults Results;

		void Take(const FResults& InInner, const FResults& InResults)
		{
			EXPECT(!bDone);
			bDone = true;
			Inner = InInner;
			Results = InResults;
		}
	};

	/** The three answers to one query. */
	class FAnswers
	{
	public:
		FResults Inner;
		FResults Results;
		FGot Async;
		FGot Node;

		FOnSpatialHashQueryComplete OnAsync()
		{
			return FOnSpatialHashQueryComplete::CreateLambda([this](const FResults& Found) { Async.Take(FResults(), Found); });
		}

		FOnSpatialHashDualQueryComplete OnDualAsync()
		{
			return FOnSpatialHashDualQueryComplete::CreateLambda(
				[this](const FResults& FoundInner, const FResults& Found) { Async.Take(FoundInner, Found); });
		}

		template <typename TTask>
		void Run(TTask* Task)
		{
			Task->OnComplete.ShimAdd([this](const FResults& Found) { Node.Take(FResults(), Found); });
			Task->Activate();
		}

		void Run(USpatialHashQueryDualRadiusAsyncTask* Task)
		{
			Task->OnComplete.ShimAdd(
				[this](const FResults& FoundInner, const FResults& Found) { Node.Take(FoundInner, Found); });
			Task->Activate();
		}

		void Finish(std::ostream& Out, int32 Returned)
		{
			EXPECT(Shim::PumpUntil([this] { return Async.bDone && Node.bDone; }));
			EXPECT(Returned == Results.Num());
			EXPECT(Text(Async.Results) == Text(Results) && Text(Async.Inner) == Text(Inner));
			EXPECT(Text(Node.Results) == Text(Results) && Text(Node.Inner) == Text(Inner));
			Out << Text(Inner) << "--\n" << Text(Results);
		}
	};

	class FScript
	{
	public:
		FScript(std::ostream& InOut, USpatialHashTableManager* InManager, UObject* InWorldContext)
			: Out(InOut)
			, Manager(InManager)
			, WorldContext(InWorldContext)
		{
		}

		void Do(const std::string& Line)
		{
			std::istringstream In(Line);
			std::string What;
			In >> What;
			Out << "> " << Line << '\n';
			if (What == "dataset")
			{
				In >> std::ws;
				std::string Folder;
				std::getline(In, Folder);
				Dataset = UTF8_TO_TCHAR(Folder.c_str());
				Manager->UnloadAllHashTables();
				return;
			}
			float CellSize = 0.0f;
			In >> CellSize;
			if (What == "build")
			{
				Shim::TakeLog();
				const bool bBuilt =
					Manager->CreateHashTables(Dataset, CellSize, FVector::ZeroVector, FVector::ZeroVector, true, 1.0f);
				EXPECT(bBuilt);
				for (const Shim::FLogLine& LogLine : Shim::TakeLog())
				{
					if (!bBuilt)
					{
						std::fprintf(stderr, "%s\n", TCHAR_TO_UTF8(*LogLine.Text));
					}
				}
				Out << bBuilt << '\n';
				return;
			}
			int32 First = 0;
			In >> First;
			if (What == "load")
			{
				int32 Last = 0;
				In >> Last;
				Out << Manager->LoadHashTables(Dataset, CellSize, First, Last, false) << '\n';
			}
			else if (What == "radius")
			{
				Radius(In, CellSize, First);
			}
			else if (What == "dual")
			{
				Dual(In, CellSize, First);
			}
			else if (What == "cell" || What == "ids")
			{
				Ids(In, CellSize, First, What == "cell");
			}
			else if (What == "range")
			{
				Range(In, CellSize, First);
			}
			else
			{
				EXPECT(What == "traj");
				Trajectory(In, CellSize, First);
			}
		}

	private:
		static FVector Point(std::istream& In)
		{
			FVector At;
			In >> At.X >> At.Y >> At.Z;
			return At;
		}

		void Radius(std::istream& In, float CellSize, int32 TimeStep)
		{
			const FVector At = Point(In);
			float Reach = 0.0f;
			In >> Reach;
			FAnswers Answers;
			Manager->QueryRadiusWithDistanceCheckAsync(Dataset, At, Reach, CellSize, TimeStep, Answers.OnAsync());
			Answers.Run(USpatialHashQueryRadiusAsyncTask::QueryRadiusAsync(
				WorldContext, Manager, Dataset, At, Reach, CellSize, TimeStep));
			const int32 Returned =
				Manager->QueryRadiusWithDistanceCheck(Dataset, At, Reach, CellSize, TimeStep, Answers.Results);
			Answers.Finish(Out, Returned);

			TArray<FSpatialQueryResult> Neighbours;
			if (Manager->IsHashTableLoaded(CellSize, TimeStep))
			{
				EXPECT(Manager->QueryFixedRadiusNeighbors(At, Reach, CellSize, TimeStep, Neighbours) == Neighbours.Num());
				int32 Samples = 0;
				for (const FSpatialHashQueryResult& Result : Answers.Results)
				{
					Samples += Result.SamplePoints.Num();
				}
				EXPECT(Neighbours.Num() == Samples);
				for (int32 Index = 1; Index < Neighbours.Num(); ++Index)
				{
					EXPECT(Neighbours[Index - 1].Distance <= Neighbours[Index].Distance);
				}
				if (Neighbours.Num() > 0)
				{
					EXPECT(Neighbours.Last().Distance <= Reach);
				}
			}
		}

		void Dual(std::istream& In, float CellSize, int32 TimeStep)
		{
			const FVector At = Point(In);
			float Inner = 0.0f;
			float Outer = 0.0f;
			In >> Inner >> Outer;
			FAnswers Answers;
			Manager->QueryDualRadiusWithDistanceCheckAsync(
				Dataset, At, Inner, Outer, CellSize, TimeStep, Answers.OnDualAsync());
			Answers.Run(USpatialHashQueryDualRadiusAsyncTask::QueryDualRadiusAsync(
				WorldContext, Manager, Dataset, At, Inner, Outer, CellSize, TimeStep));
			const int32 Returned = Manager->QueryDualRadiusWithDistanceCheck(
				Dataset, At, Inner, Outer, CellSize, TimeStep, Answers.Inner, Answers.Results);
			Answers.Finish(Out, Returned);
		}

		void Range(std::istream& In, float CellSize, int32 First)
		{
			int32 Last = 0;
			In >> Last;
			const FVector At = Point(In);
			float Reach = 0.0f;
			In >> Reach;
			FAnswers Answers;
			Manager->QueryRadiusOverTimeRangeAsync(Dataset, At, Reach, CellSize, First, Last, Answers.OnAsync());
			Answers.Run(USpatialHashQueryTimeRangeAsyncTask::QueryTimeRangeAsync(
				WorldContext, Manager, Dataset, At, Reach, CellSize, First, Last));
			const int32 Returned =
				Manager->QueryRadiusOverTimeRange(Dataset, At, Reach, CellSize, First, Last, Answers.Results);
			Answers.Finish(Out, Returned);
		}

		void Trajectory(std::istream& In, float CellSize, int32 First)
		{
			int32 Last = 0;
			int32 Id = 0;
			float Reach = 0.0f;
			In >> Last >> Id >> Reach;
			FAnswers Answers;
			Manager->QueryTrajectoryRadiusOverTimeRangeAsync(
				Dataset, static_cast<uint32>(Id), Reach, CellSize, First, Last, Answers.OnAsync());
			Answers.Run(USpatialHashQueryTrajectoryAsyncTask::QueryTrajectoryAsync(
				WorldContext, Manager, Dataset, Id, Reach, CellSize, First, Last));
			const int32 Returned =
				Manager->QueryTrajectoryRadiusOverTimeRange(Dataset, Id, Reach, CellSize, First, Last, Answers.Results);
			Answers.Finish(Out, Returned);
		}

		void Ids(std::istream& In, float CellSize, int32 TimeStep, bool bCell)
		{
			const FVector At = Point(In);
			FSpatialHashTable Table;
			if (!Manager->IsHashTableLoaded(CellSize, TimeStep))
			{
				return;
			}
			EXPECT(Table.LoadFromFile(
				FSpatialHashTableBuilder::GetOutputFilename(Dataset, CellSize, static_cast<uint32>(TimeStep))));
			TArray<uint32> Found;
			if (bCell)
			{
				TArray<int32> FromManager;
				EXPECT(Table.QueryAtPosition(At, Found) == (Found.Num() > 0));
				EXPECT(Manager->QueryCell(At, CellSize, TimeStep, FromManager) == Found.Num());
				for (int32 Index = 0; Index < Found.Num(); ++Index)
				{
					EXPECT(FromManager[Index] == static_cast<int32>(Found[Index]));
				}
				CheckCell(Table, At, Found);
			}
			else
			{
				float Reach = 0.0f;
				In >> Reach;
				EXPECT(Table.QueryTrajectoryIdsInRadius(At, Reach, Found) == Found.Num());
			}
			for (const uint32 Id : Found)
			{
				Out << Id << '\n';
			}
		}

		/** The cell's numbers and key, against the arithmetic of the format written out. */
		static void CheckCell(const FSpatialHashTable& Table, const FVector& At, const TArray<uint32>& Found)
		{
			int32 Cell[3] = { 0, 0, 0 };
			FSpatialHashTable::WorldToCellCoordinates(
				At, Table.Header.BBoxMin, Table.Header.CellSize, Cell[0], Cell[1], Cell[2]);
			uint64 Key = 0;
			for (int32 Axis = 0; Axis < 3; ++Axis)
			{
				const double Quotient = (At[Axis] - Table.Header.BBoxMin[Axis]) / static_cast<double>(Table.Header.CellSize);
				EXPECT(Cell[Axis] == static_cast<int32>(FMath::FloorToInt(Quotient)));
				const uint64 Clamped = static_cast<uint64>(FMath::Clamp(Cell[Axis], 0, 0x1fffff));
				for (int32 Bit = 0; Bit < 21; ++Bit)
				{
					Key |= ((Clamped >> Bit) & 1) << (3 * Bit + Axis);
				}
			}
			EXPECT(FSpatialHashTable::CalculateZOrderKey(Cell[0], Cell[1], Cell[2]) == Key);
			EXPECT(Found.Num() <= static_cast<int32>(Table.Header.NumTrajectoryIds));
		}

		std::ostream& Out;
		USpatialHashTableManager* Manager;
		UObject* WorldContext;
		FString Dataset;
	};
}

int main(int Count, char** Arguments)
{
	if (Count != 3)
	{
		return 2;
	}
	Shim::StartModule();
	UWorld* World = Shim::MakeWorld();
	USpatialHashTableManager* Manager = NewObject<USpatialHashTableManager>(World);
	Manager->AddToRoot();
	std::ifstream Script(Arguments[1]);
	std::ofstream Answers(Arguments[2]);
	FScript Runner(Answers, Manager, World);
	for (std::string Line; std::getline(Script, Line);)
	{
		Runner.Do(Line);
	}
	Manager->RemoveFromRoot();
	Shim::TearDown(World);
	Shim::ShutDownModule();
	return Shim::Failures();
}
