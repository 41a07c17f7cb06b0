#include "GromaDebugLibrary.h"

#include "DrawDebugHelpers.h"
#include "Engine/Engine.h"
#include "Engine/World.h"
#include "EngineUtils.h"
#include "GromaCityActor.h"
#include "GromaJobs.h"
#include "GromaLog.h"
#include "HAL/IConsoleManager.h"
#include "SpatialHashTableManager.h"
#include "UObject/StrongObjectPtr.h"

namespace GromaDebug
{
	constexpr int32 MostCells = 4096;
	const FColor SphereColour(255, 200, 0);
	const FColor CellColour(80, 160, 255);
	const FColor HitColour(255, 60, 60);

	/** The edges of a box that the frame may have turned. */
	void DrawBox(const UWorld* World, const FGromaSourceFrame& Frame, const FVector& Min, const FVector& Size, float Seconds)
	{
		const auto Corner = [&](int32 Bits)
		{
			return Frame.ToWorld(
				Min + FVector((Bits & 1) != 0 ? Size.X : 0.0, (Bits & 2) != 0 ? Size.Y : 0.0, (Bits & 4) != 0 ? Size.Z : 0.0));
		};
		for (int32 From = 0; From < 8; ++From)
		{
			for (int32 Axis = 1; Axis < 8; Axis *= 2)
			{
				if ((From & Axis) == 0)
				{
					DrawDebugLine(World, Corner(From), Corner(From | Axis), CellColour, false, Seconds);
				}
			}
		}
	}

	/** The cells within a radius that hold trajectories. */
	int32 DrawCells(const UWorld* World, const FSpatialHashTable& Table, const FGromaSourceFrame& Frame, const FVector& Position,
		double Radius, float Seconds)
	{
		const FVector& Min = Table.Header.BBoxMin;
		const float Size = Table.Header.CellSize;
		int32 Least[3];
		int32 Greatest[3];
		FSpatialHashTable::WorldToCellCoordinates(Position - FVector(Radius), Min, Size, Least[0], Least[1], Least[2]);
		FSpatialHashTable::WorldToCellCoordinates(Position + FVector(Radius), Min, Size, Greatest[0], Greatest[1], Greatest[2]);
		int64 Looked = 0;
		int32 Drawn = 0;
		for (int32 Z = FMath::Max(Least[2], 0); Z <= Greatest[2]; ++Z)
		{
			for (int32 Y = FMath::Max(Least[1], 0); Y <= Greatest[1]; ++Y)
			{
				for (int32 X = FMath::Max(Least[0], 0); X <= Greatest[0]; ++X)
				{
					// A radius of thousands of cells is looked at in part, so that no call takes long.
					if (Drawn == MostCells || ++Looked > 64 * MostCells)
					{
						return Drawn;
					}
					if (Table.FindEntry(FSpatialHashTable::CalculateZOrderKey(X, Y, Z)) != INDEX_NONE)
					{
						DrawBox(World, Frame, Min + FVector(X, Y, Z) * Size, FVector(Size), Seconds);
						++Drawn;
					}
				}
			}
		}
		return Drawn;
	}

	void RunQuery(const TArray<FString>& Arguments, UWorld* World)
	{
		if (Arguments.Num() < 7)
		{
			UE_LOG(LogGroma, Error, TEXT("usage: groma.DrawQuery DATASET CELL-SIZE TIME-STEP X Y Z RADIUS [SECONDS]"));
			return;
		}
		const auto Number = [&Arguments](int32 Index) { return FCString::Atod(*Arguments[Index]); };
		const float CellSize = static_cast<float>(Number(1));
		const float Radius = static_cast<float>(Number(6));
		const int32 TimeStep = FCString::Atoi(*Arguments[2]);
		const FVector Position(Number(3), Number(4), Number(5));
		const TStrongObjectPtr<USpatialHashTableManager> Manager(NewObject<USpatialHashTableManager>());
		TArray<FSpatialHashQueryResult> Results;
		FGromaSourceFrame Frame = FGromaSourceFrame::Unchanged();
		Manager->LoadHashTables(Arguments[0], CellSize, TimeStep, TimeStep, false);
		Manager->QueryRadiusWithDistanceCheck(Arguments[0], Position, Radius, CellSize, TimeStep, Results);
		for (TActorIterator<AGromaCityActor> City(World); City; ++City)
		{
			if (!City->IsSourceFrameKnown())
			{
				UE_LOG(LogGroma, Warning, TEXT("%s was not opened yet, so nothing has a place in it; drawn as the data have it."),
					*City->GetName());
				break;
			}
			Frame = City->GetSourceFrame().OfTrajectories(Manager->GetCoordinateOrigin(Arguments[0]), 1.0);
			break;
		}
		const int32 Cells = UGromaDebugLibrary::DrawTrajectoryQuery(World, Manager.Get(), Frame, Position, Radius, CellSize,
			TimeStep, Results, Arguments.Num() > 7 ? static_cast<float>(Number(7)) : 10.0f);
		UE_LOG(LogGroma, Display, TEXT("%d trajectories, %d cells"), Results.Num(), Cells);
	}

	void ForCities(UWorld* World, TFunctionRef<void(AGromaCityActor& City)> Do)
	{
		TArray<AGromaCityActor*> Cities;
		for (TActorIterator<AGromaCityActor> City(World); City; ++City)
		{
			Cities.Add(*City);
		}
		for (AGromaCityActor* City : Cities)
		{
			Do(*City);
		}
	}

	const FAutoConsoleCommandWithWorldAndArgs DrawQueryCommand(TEXT("groma.DrawQuery"),
		TEXT("Asks a radius query and draws it: DATASET CELL-SIZE TIME-STEP X Y Z RADIUS [SECONDS]. In a level with a city it is "
			 "drawn in the city."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateStatic(&RunQuery));

	const FAutoConsoleCommandWithWorldAndArgs OpenCitiesCommand(TEXT("groma.OpenCities"),
		TEXT("Opens the stores of all cities of the level anew."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateLambda(
			[](const TArray<FString>&, UWorld* World) { ForCities(World, [](AGromaCityActor& City) { City.OpenCity(); }); }));

	const FAutoConsoleCommandWithWorldAndArgs StatusCommand(TEXT("groma.Status"),
		TEXT("Says in the log what is at work and what is shown of each city."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateLambda(
			[](const TArray<FString>&, UWorld* World)
			{
				UE_LOG(LogGroma, Display, TEXT("%d jobs are at work"), FGromaJobs::Get().Num());
				ForCities(World,
					[](AGromaCityActor& City)
					{
						UE_LOG(LogGroma, Display, TEXT("%s: %d tiles are shown, %d could not be; building: %s, loading: %s"),
							*City.GetName(), City.GetShownTileCount(), City.GetFailedTileCount(),
							City.IsBuilding() ? TEXT("yes") : TEXT("no"), City.IsLoading() ? TEXT("yes") : TEXT("no"));
					});
			}));
}

int32 UGromaDebugLibrary::DrawTrajectoryQuery(const UObject* WorldContextObject, USpatialHashTableManager* Manager,
	const FGromaSourceFrame& Frame, FVector QueryPosition, float Radius, float CellSize, int32 TimeStep,
	const TArray<FSpatialHashQueryResult>& Results, float Seconds)
{
	const UWorld* World = GEngine != nullptr
		? GEngine->GetWorldFromContextObject(WorldContextObject, EGetWorldErrorMode::LogAndReturnNull)
		: nullptr;
	if (World == nullptr)
	{
		return 0;
	}
	DrawDebugSphere(World, Frame.ToWorld(QueryPosition), static_cast<float>(Frame.ToWorldLength(Radius)), 32,
		GromaDebug::SphereColour, false, Seconds);
	for (const FSpatialHashQueryResult& Result : Results)
	{
		for (int32 Index = 0; Index < Result.SamplePoints.Num(); ++Index)
		{
			const FVector At = Frame.ToWorld(Result.SamplePoints[Index].Position);
			DrawDebugPoint(World, At, 8.0f, GromaDebug::HitColour, false, Seconds);
			if (Index > 0)
			{
				DrawDebugLine(
					World, Frame.ToWorld(Result.SamplePoints[Index - 1].Position), At, GromaDebug::HitColour, false, Seconds);
			}
		}
	}
	const FSpatialHashTable* Table = IsValid(Manager) ? Manager->GetLoadedTable(CellSize, TimeStep) : nullptr;
	return Table != nullptr ? GromaDebug::DrawCells(World, *Table, Frame, QueryPosition, Radius, Seconds) : 0;
}
