// Trajectories that can be seen: the actors that hand them to Niagara, the node, and what is drawn to look for faults. The only
// argument is an empty folder to work in.
#include "Moving.h"

#include "Engine/World.h"
#include "GromaCityActor.h"
#include "GromaDebugLibrary.h"
#include "GromaJobs.h"
#include "NiagaraComponent.h"
#include "RunTrajectoryQueryAsyncAction.h"
#include "TrajectoryPlaybackNiagaraActor.h"
#include "TrajectoryQueryNiagaraActor.h"

namespace
{
	UNiagaraComponent* NiagaraOf(AActor* Actor)
	{
		return static_cast<UNiagaraComponent*>(Actor->GetRootComponent());
	}

	ATrajectoryQueryNiagaraActor* Spawn(UWorld* World)
	{
		ATrajectoryQueryNiagaraActor* Actor = World->SpawnActor<ATrajectoryQueryNiagaraActor>();
		Actor->DatasetDirectory = FMoving::Dataset;
		Actor->CellSize = FMoving::CellSize;
		Actor->InnerQueryRadius = 12.0f;
		Actor->OuterQueryRadius = 25.0f;
		Actor->QueryTimeStart = 2;
		Actor->QueryTimeEnd = 9;
		for (int32 Step = 0; Step < 10; ++Step)
		{
			Actor->QueryPositions.Add(FVector(90.0 + 4.0 * Step - (Step > 2 ? 100.0 : 0.0), 50.0, 50.0));
		}
		Actor->PeriodicVolume = FPeriodicVolume(true, FVector(FMoving::Edge));
		Actor->BatchSize = 4;
		return Actor;
	}

	/** What a system gets fits together, and is what the query has found. */
	void CheckParameters(ATrajectoryQueryNiagaraActor* Actor, double Scale)
	{
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		const TArray<FVector>& Points = Niagara->ShimPositionArrays[TEXT("ResultPoints")];
		const TArray<float>& Distances = Niagara->ShimFloatArrays[TEXT("ResultDistances")];
		const TArray<float>& MinDistances = Niagara->ShimFloatArrays[TEXT("ResultMinDistances")];
		const TArray<int32>& Ids = Niagara->ShimIntArrays[TEXT("ResultTrajectoryIds")];
		const TArray<int32>& Starts = Niagara->ShimIntArrays[TEXT("ResultTrajStartIndex")];
		const TArray<int32>& Times = Niagara->ShimIntArrays[TEXT("ResultStartTime")];
		const TArray<int32>& MinTimes = Niagara->ShimIntArrays[TEXT("ResultMinDistanceTimeSteps")];
		const TArray<int32>& Volumes = Niagara->ShimIntArrays[TEXT("ResultVolumeIndices")];
		EXPECT(Ids.Num() > 3 && Ids.Num() == Starts.Num() && Ids.Num() == Times.Num() && Ids.Num() == MinTimes.Num());
		EXPECT(Ids.Num() == MinDistances.Num() && Points.Num() == Distances.Num() && Points.Num() == Volumes.Num());
		for (int32 Index = 0; Index < Ids.Num(); ++Index)
		{
			const int32 End = Index + 1 < Ids.Num() ? Starts[Index + 1] : Points.Num();
			EXPECT(End > Starts[Index]);
			float Least = MAX_flt;
			for (int32 Sample = Starts[Index]; Sample < End; ++Sample)
			{
				Least = FMath::Min(Least, Distances[Sample]);
				EXPECT(Distances[Sample] <= Scale * Actor->OuterQueryRadius * 1.0001);
			}
			EXPECT(MinDistances[Index] == Least && Times[Index] >= 2 && MinTimes[Index] <= 9);
		}
		EXPECT(Niagara->ShimPositionArrays[TEXT("QueryPoints")].Num() == 10);
		EXPECT(Niagara->ShimVectorArrays[TEXT("QueryTranslations")].Num() == 10);
		EXPECT(Niagara->ShimQuatArrays[TEXT("QueryRotations")].Num() == 10);
		EXPECT(std::fabs(Niagara->ShimFloats[TEXT("InnerQueryRadius")] - Scale * 12.0) < 1e-3 * Scale);
		EXPECT(std::fabs(Niagara->ShimFloats[TEXT("OuterQueryRadius")] - Scale * 25.0) < 1e-3 * Scale);
		EXPECT(Niagara->ShimInts[TEXT("QueryTimeStart")] == 2 && Niagara->ShimInts[TEXT("QueryTimeEnd")] == 9);
		EXPECT(Niagara->ShimInts.Contains(TEXT("ColorEncoding")) && Niagara->IsActive());
		const FVector& Min = Niagara->ShimVectors[TEXT("BoundsMin")];
		const FVector& Max = Niagara->ShimVectors[TEXT("BoundsMax")];
		for (const FVector& Point : Points)
		{
			EXPECT(Point.X >= Min.X && Point.Y >= Min.Y && Point.Z >= Min.Z && Point.X <= Max.X && Point.Y <= Max.Y && Point.Z <= Max.Z);
		}
	}

	bool AllIsDone()
	{
		return Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; });
	}

	void AQueryIsShown(UWorld* World)
	{
		ATrajectoryQueryNiagaraActor* Actor = Spawn(World);
		UNiagaraSystem* System = NewObject<UNiagaraSystem>(World);
		Actor->NiagaraSystem = NewObject<UNiagaraSystem>(World);
		Actor->ShimBeginPlay();
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		EXPECT(Niagara->GetAsset() == Actor->NiagaraSystem && !Niagara->IsActive());
		// One that is chosen later is taken, too.
		Actor->NiagaraSystem = System;
		Actor->RunQueryAndUpdateNiagara();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		CheckParameters(Actor, 1.0);
		EXPECT(Niagara->GetAsset() == System);
		// The query point crosses the border once, on its way along x.
		const TArray<int32>& Images = Niagara->ShimIntArrays[TEXT("QueryVolumeIndices")];
		EXPECT(Images[0] == 0 && Images[2] == 0 && Images[3] == 1 && Images[9] == 1);
		const TArray<FVector>& Translations = Niagara->ShimVectorArrays[TEXT("QueryTranslations")];
		for (int32 Step = 0; Step < 10; ++Step)
		{
			EXPECT(Translations[Step].Equals(FVector(-4.0 * Step, 0.0, 0.0), 1e-6));
			EXPECT(Niagara->ShimQuatArrays[TEXT("QueryRotations")][Step].RotateVector(FVector(1.0, 2.0, 3.0)).Equals(
				FVector(1.0, 2.0, 3.0), 1e-6));
		}
		EXPECT(Niagara->ShimVectors[TEXT("PeriodicVolumeExtent")] == FVector(FMoving::Edge));
		EXPECT(Actor->GetCachedResults().Num() == Niagara->ShimIntArrays[TEXT("ResultTrajectoryIds")].Num());

		// Other ways to look at the same answer.
		const int32 All = Actor->GetCachedResults().Num();
		int32 Filtered[3] = {0, 0, 0};
		for (const ETrajectoryDistanceFilter Filter : {ETrajectoryDistanceFilter::DoesNotReachInnerRadius,
				 ETrajectoryDistanceFilter::ReachesInnerRadius, ETrajectoryDistanceFilter::StayedInnerRadius})
		{
			Actor->UpdateUserParameter(
				3, 7, ETrajectoryColorEncoding::Velocity, Filter, 1.0f, 14.0f, 15.0f, false, Filter != ETrajectoryDistanceFilter::NoFilter);
			Filtered[static_cast<int32>(Filter) - 1] = Niagara->ShimIntArrays[TEXT("ResultTrajectoryIds")].Num();
		}
		EXPECT(Filtered[0] + Filtered[1] == All && Filtered[1] > 0 && Filtered[0] > 0 && Filtered[2] <= Filtered[1]);
		EXPECT(Niagara->ShimInts[TEXT("VisTimeStart")] == 3 && Niagara->ShimInts[TEXT("VisTimeEnd")] == 7);
		EXPECT(Niagara->ShimInts[TEXT("ColorEncoding")] == 2 && Niagara->IsVisible());
		Actor->SetVisualizationTimeRange(4, 5);
		EXPECT(Niagara->ShimInts[TEXT("VisTimeStart")] == 4 && Niagara->ShimInts[TEXT("VisTimeEnd")] == 5);
		Actor->UpdateUserParameter(
			3, 7, ETrajectoryColorEncoding::Time, ETrajectoryDistanceFilter::NoFilter, 0.0f, 0.0f, 0.0f, true, false);
		EXPECT(!Niagara->IsVisible() && Niagara->ShimIntArrays[TEXT("ResultTrajectoryIds")].Num() == All);
		Actor->Destroy();
	}

	/** In a city people are where the city is, in centimetres. */
	void PeopleWalkInTheCity(UWorld* World)
	{
		AGromaCityActor* City = World->SpawnActor<AGromaCityActor>();
		City->SetActorLocation(FVector(1000.0, 2000.0, 3000.0));
		ATrajectoryQueryNiagaraActor* Actor = Spawn(World);
		ATrajectoryPlaybackNiagaraActor* Player = World->SpawnActor<ATrajectoryPlaybackNiagaraActor>();
		Player->DatasetDirectory = FMoving::Dataset;
		Player->CellSize = FMoving::CellSize;
		Player->TimeStart = Player->TimeEnd = 3;
		Actor->City = Player->City = City;
		Actor->ShimBeginPlay();
		Player->ShimBeginPlay();
		Actor->RunQueryAndUpdateNiagara();
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		UNiagaraComponent* Played = NiagaraOf(Player);
		EXPECT(AllIsDone() && Actor->GetCachedResults().Num() > 0);
		// A city that was not opened yet says of nothing where it is: nothing is handed over before it does.
		for (int32 Frame = 0; Frame < 30; ++Frame)
		{
			Shim::Pump();
		}
		EXPECT(!City->IsSourceFrameKnown() && !Niagara->IsActive() && !Niagara->ShimPositionArrays.Contains(TEXT("ResultPoints")));
		EXPECT(Player->GetShownTimeStep() == -1 && !Played->ShimPositionArrays.Contains(TEXT("StepPositions")));
		City->bUseSourceOrigin = true;
		EXPECT(Shim::PumpUntil([&] { return Niagara->IsActive() && Player->GetShownTimeStep() == 3; }));
		CheckParameters(Actor, 100.0);
		EXPECT(Played->ShimPositionArrays[TEXT("StepPositions")][0].Equals(City->SourceToWorld(FMoving::Stored(0, 3)), 1e-2));
		EXPECT(Niagara->ShimPositionArrays[TEXT("QueryPoints")][0].Equals(City->SourceToWorld(Actor->QueryPositions[0]), 1e-6));
		EXPECT(Niagara->ShimPositionArrays[TEXT("QueryPoints")][0].Equals(FVector(10000.0, -3000.0, 8000.0), 1e-6));
		const FSpatialHashQueryResult& First = Actor->GetCachedResults()[0];
		EXPECT(Niagara->ShimPositionArrays[TEXT("ResultPoints")][0].Equals(
			City->SourceToWorld(First.SamplePoints[0].Position), 1e-3));
		const auto Vector = [Niagara](const TCHAR* Name) { return Niagara->ShimVectors[Name]; };
		EXPECT(Vector(TEXT("PeriodicVolumeExtent")).Equals(FVector(10000.0), 1e-6));
		EXPECT(Vector(TEXT("PeriodicStepY")).Equals(FVector(0.0, -10000.0, 0.0), 1e-6));

		// In a city that is turned and moved people go along, and each axis of the volume is turned.
		City->GetRootComponent()->SetRelativeTransform(
			FTransform(FQuat(FVector(0.0, 0.0, 1.0), 0.5), FVector(-500.0, 600.0, 0.0)));
		Shim::Pump();
		EXPECT(Niagara->ShimPositionArrays[TEXT("QueryPoints")][0].Equals(City->SourceToWorld(Actor->QueryPositions[0]), 1e-6));
		EXPECT(Played->ShimPositionArrays[TEXT("StepPositions")][0].Equals(City->SourceToWorld(FMoving::Stored(0, 3)), 1e-2));
		EXPECT(Vector(TEXT("PeriodicVolumeExtent")).Equals(FVector(10000.0), 1e-6));
		for (int32 Axis = 0; Axis < 3; ++Axis)
		{
			FVector Step = FVector::ZeroVector;
			Step[Axis] = FMoving::Edge;
			const FVector At(1.0, 2.0, 3.0);
			const TCHAR* const Names[] = {TEXT("PeriodicStepX"), TEXT("PeriodicStepY"), TEXT("PeriodicStepZ")};
			EXPECT((City->SourceToWorld(At) + Vector(Names[Axis])).Equals(City->SourceToWorld(At + Step), 1e-5));
		}
		Player->Destroy();
		Actor->Destroy();
		City->Destroy();
	}

	void QueriesFailAndAreCancelled(UWorld* World)
	{
		ATrajectoryQueryNiagaraActor* Actor = Spawn(World);
		int32 Success = 0;
		int32 Failure = 0;
		const auto OnSuccess = FSimpleDelegate::CreateLambda([&Success] { ++Success; });
		const auto OnFailure = FSimpleDelegate::CreateLambda([&Failure] { ++Failure; });
		Actor->QueryPositions.Empty();
		Actor->CancelQuery();
		EXPECT(!Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure) && Failure == 1);
		Actor->QueryPositions.Add(FVector(50.0));
		Actor->DatasetDirectory = FMoving::Dataset + TEXT("/nowhere");
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure) && Failure == 1);
		EXPECT(Shim::PumpUntil([&] { return Failure > 1; }) && Failure == 2);
		// Refused at once: said by the result, and by one call.
		Actor->DatasetDirectory = FMoving::Dataset;
		std::swap(Actor->QueryTimeStart, Actor->QueryTimeEnd);
		EXPECT(!Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure) && Failure == 3);
		std::swap(Actor->QueryTimeStart, Actor->QueryTimeEnd);
		Failure = 2;
		Actor->DatasetDirectory = FMoving::Dataset;
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true));
		Actor->CancelQuery();
		EXPECT(Shim::PumpUntil([&] { return Failure == 3; }));
		// One that is begun while another runs takes its place.
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true));
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true));
		EXPECT(Shim::PumpUntil([&] { return Success == 1; }));
		EXPECT(Failure == 4 && Actor->GetCachedResults().Num() > 0);
		// A cancel is told as one, where it is asked for.
		int32 Cancelled = 0;
		const auto OnCancelled = FSimpleDelegate::CreateLambda([&Cancelled] { ++Cancelled; });
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true, OnCancelled));
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true, OnCancelled) && Cancelled == 1);
		Actor->CancelQuery();
		EXPECT(AllIsDone() && Cancelled == 2 && Failure == 4 && Success == 1);
		// Whoever hands over batches does so when another query was begun in its place, too.
		Actor->BatchSize = 1;
		Actor->RunQueryAndUpdateNiagara();
		Actor->RunQueryAndUpdateNiagara();
		int32 Handed = 0;
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		EXPECT(Shim::PumpUntil(
			[&]
			{
				const TArray<int32>* Ids = Niagara->ShimIntArrays.Find(TEXT("ResultTrajectoryIds"));
				const int32 Now = Ids != nullptr ? Ids->Num() : 0;
				Handed += Now > 0 && Now < 3 ? 1 : 0;
				return FGromaJobs::Get().Num() == 0;
			}));
		EXPECT(Handed > 0);
		Actor->BatchSize = 4;
		EXPECT(Actor->FireAsyncQueriesWithCallback(OnSuccess, OnFailure, true));
		EXPECT(Shim::PumpUntil([&] { return Success == 2; }));
		for (const FSpatialHashQueryResult& Result : Actor->GetCachedResults())
		{
			EXPECT(Result.SamplePoints.Num() == 8);
		}

		// The node.
		int32 NodeSuccess = 0;
		int32 NodeFailure = 0;
		int32 NodeCancelled = 0;
		const auto Run = [&](ATrajectoryQueryNiagaraActor* Target)
		{
			URunTrajectoryQueryAsyncAction* Action = URunTrajectoryQueryAsyncAction::RunQuery(World, Target);
			Action->OnSuccess.ShimAdd([&] { ++NodeSuccess; });
			Action->OnFailure.ShimAdd([&] { ++NodeFailure; });
			Action->OnCancelled.ShimAdd([&] { ++NodeCancelled; });
			Action->Activate();
			return TWeakObjectPtr<URunTrajectoryQueryAsyncAction>(Action);
		};
		Run(Actor);
		Shim::CollectGarbage();
		EXPECT(Shim::PumpUntil([&] { return NodeSuccess == 1; }));
		Run(nullptr);
		EXPECT(NodeFailure == 1);
		Run(Actor);
		Actor->CancelQuery();
		EXPECT(AllIsDone() && NodeCancelled == 1 && NodeFailure == 1);
		// The node ends with its actor, whichever way that goes, and keeps no actor from going.
		const TWeakObjectPtr<URunTrajectoryQueryAsyncAction> Node = Run(Actor);
		Actor->Destroy();
		EXPECT(NodeFailure == 2);
		Shim::CollectGarbage();
		EXPECT(!Node.IsValid());
		EXPECT(AllIsDone());
		UWorld* Old = Shim::MakeWorld();
		ATrajectoryQueryNiagaraActor* Left = Spawn(Old);
		const TWeakObjectPtr<AActor> Weak(Left);
		Left->ShimBeginPlay();
		Run(Left);
		Shim::TearDown(Old, EEndPlayReason::LevelTransition);
		EXPECT(NodeFailure == 3 && !Weak.IsValid());
		EXPECT(AllIsDone());
		EXPECT(NodeSuccess == 1 && NodeFailure == 3 && NodeCancelled == 1);
	}

	/** Where the actor says nothing of periodic space, the manifest of the data set does. */
	void TheManifestHolds(UWorld* World)
	{
		ATrajectoryQueryNiagaraActor* Actor = Spawn(World);
		Actor->DatasetDirectory = FMoving::Periodic;
		Actor->PeriodicVolume = FPeriodicVolume();
		Actor->RunQueryAndUpdateNiagara();
		EXPECT(AllIsDone());
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		EXPECT(Niagara->ShimVectors[TEXT("PeriodicVolumeExtent")] == FVector(FMoving::Edge));
		EXPECT(Niagara->ShimIntArrays[TEXT("QueryVolumeIndices")][9] == 1);
		CheckParameters(Actor, 1.0);
		Actor->Destroy();
	}

	void TimeStepsArePlayed(UWorld* World)
	{
		ATrajectoryPlaybackNiagaraActor* Actor = World->SpawnActor<ATrajectoryPlaybackNiagaraActor>();
		Actor->DatasetDirectory = FMoving::Dataset;
		Actor->CellSize = FMoving::CellSize;
		Actor->TimeStart = 5;
		Actor->TimeEnd = 9;
		Actor->TimeStepsPerSecond = 5.0f;
		TArray<int32> Shown;
		UNiagaraComponent* Niagara = NiagaraOf(Actor);
		Actor->OnTimeStepShown.ShimAdd(
			[&](int32 TimeStep, int32 Count)
			{
				Shown.Add(TimeStep);
				const TArray<FVector>& Positions = Niagara->ShimPositionArrays[TEXT("StepPositions")];
				const TArray<int32>& Ids = Niagara->ShimIntArrays[TEXT("StepTrajectoryIds")];
				EXPECT(Count == FMoving::Count && Positions.Num() == Count && Ids.Num() == Count);
				EXPECT(Niagara->ShimInts[TEXT("StepCount")] == Count && Niagara->ShimInts[TEXT("TimeStep")] == TimeStep);
				for (int32 Index = 0; Index < Count; ++Index)
				{
					EXPECT(Positions[Index].Equals(FMoving::Stored(Ids[Index], TimeStep), 1e-4));
				}
			});
		Actor->ShimBeginPlay();
		EXPECT(Actor->IsPlaying() && Actor->GetShownTimeStep() == -1);
		EXPECT(Shim::PumpUntil([&] { return Shown.Num() >= 8; }));
		for (int32 Index = 0; Index < 8; ++Index)
		{
			EXPECT(Shown[Index] == 5 + Index % 5);
		}
		EXPECT(Niagara->IsActive() && Niagara->ShimFloats[TEXT("StepFraction")] >= 0.0f);
		Actor->Pause();
		EXPECT(!Actor->IsPlaying());
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
		Actor->SetTimeStep(7);
		EXPECT(Shim::PumpUntil([&] { return Actor->GetShownTimeStep() == 7; }));
		Actor->SetTimeStep(-4);
		EXPECT(Shim::PumpUntil([&] { return Actor->GetShownTimeStep() == 5; }));
		Actor->DatasetDirectory = FMoving::Dataset + TEXT("/nowhere");
		EXPECT(Actor->Play());
		EXPECT(Shim::PumpUntil([&] { return !Actor->IsPlaying(); }));
		Actor->DatasetDirectory = FString();
		EXPECT(!Actor->Play());
		Actor->Destroy();
		EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
	}

	void QueriesAreDrawn(UWorld* World)
	{
		const TStrongObjectPtr<USpatialHashTableManager> Manager = FMoving::Load();
		FResults Results;
		const FVector At = FMoving::Stored(5, 4);
		Manager->QueryRadiusWithDistanceCheck(FMoving::Dataset, At, 20.0f, FMoving::CellSize, 4, Results);
		EXPECT(Results.Num() > 0);
		Shim::TakeDrawn();
		const int32 Cells = UGromaDebugLibrary::DrawTrajectoryQuery(
			World, Manager.Get(), UGromaDebugLibrary::UnchangedFrame(), At, 20.0f, FMoving::CellSize, 4, Results);
		const auto Count = [](const TArray<Shim::FDrawn>& Drawn, const TCHAR* What)
		{
			int32 Found = 0;
			for (const Shim::FDrawn& One : Drawn)
			{
				Found += One.What == What;
			}
			return Found;
		};
		TArray<Shim::FDrawn> Drawn = Shim::TakeDrawn();
		EXPECT(Cells > 0 && Count(Drawn, TEXT("line")) == 12 * Cells && Count(Drawn, TEXT("point")) == Results.Num());
		EXPECT(Count(Drawn, TEXT("sphere")) == 1 && Drawn[0].At == At && Drawn[0].Size == 20.0);
		EXPECT(UGromaDebugLibrary::DrawTrajectoryQuery(
				   nullptr, nullptr, FGromaSourceFrame(), At, 20.0f, FMoving::CellSize, 4, Results) == 0);
		EXPECT(Shim::TakeDrawn().IsEmpty());

		// By the console: in a level with a city in the city.
		AGromaCityActor* City = World->SpawnActor<AGromaCityActor>();
		City->bUseSourceOrigin = true;
		const TArray<FString> Arguments = {FMoving::Dataset, TEXT("10"), TEXT("4"), TEXT("50"), TEXT("40"), TEXT("30"), TEXT("20")};
		EXPECT(Shim::RunCommand(TEXT("groma.DrawQuery"), Arguments, World));
		Drawn = Shim::TakeDrawn();
		EXPECT(Drawn.Num() > 0 && Drawn[0].At.Equals(FVector(5000.0, -4000.0, 3000.0), 1e-6) && std::fabs(Drawn[0].Size - 2000.0) < 0.1);
		// Coordinates of millions of metres are read as they are written.
		TArray<FString> Far = Arguments;
		Far[3] = TEXT("6400000.25");
		EXPECT(Shim::RunCommand(TEXT("groma.DrawQuery"), Far, World));
		Drawn = Shim::TakeDrawn();
		EXPECT(Drawn.Num() > 0 && Drawn[0].At.Equals(FVector(640000025.0, -4000.0, 3000.0), 1e-3));
		Shim::TakeLog();
		EXPECT(Shim::RunCommand(TEXT("groma.DrawQuery"), TArray<FString>(), World));
		EXPECT(FMoving::Logged(ELogVerbosity::Error, TEXT("usage")));
		EXPECT(Shim::RunCommand(TEXT("groma.Status"), TArray<FString>(), World));
		EXPECT(FMoving::Logged(ELogVerbosity::Display, TEXT("0 tiles are shown")));
		EXPECT(Shim::RunCommand(TEXT("groma.OpenCities"), TArray<FString>(), World));
		City->Destroy();
	}
}

int main(int Count, char** Arguments)
{
	if (Count != 2)
	{
		return 2;
	}
	Shim::StartModule();
	FMoving::Write(Arguments[1]);
	UWorld* World = Shim::MakeWorld();
	AQueryIsShown(World);
	PeopleWalkInTheCity(World);
	TheManifestHolds(World);
	QueriesFailAndAreCancelled(World);
	TimeStepsArePlayed(World);
	QueriesAreDrawn(World);
	Shim::TearDown(World);
	EXPECT(Shim::PumpUntil([] { return FGromaJobs::Get().Num() == 0; }));
	Shim::ExitEngine();
	return Shim::Failures();
}
