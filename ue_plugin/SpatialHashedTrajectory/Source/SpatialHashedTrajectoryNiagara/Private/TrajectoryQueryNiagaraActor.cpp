#include "TrajectoryQueryNiagaraActor.h"

#include "GromaCityActor.h"
#include "GromaLog.h"
#include "NiagaraComponent.h"
#include "NiagaraDataInterfaceArrayFunctionLibrary.h"
#include "NiagaraSystem.h"
#include "SpatialHashTableManager.h"

namespace GromaNiagara
{
	using FArrays = UNiagaraDataInterfaceArrayFunctionLibrary;

	/** The image of a periodic volume that a position was moved to, in the form of FTrajectorySamplePoint::VolumeIndex. */
	int32 ToVolumeIndex(const FVector& Raw, const FVector& Continuous, const FVector& Extent)
	{
		uint32 Index = 0;
		for (int32 Axis = 0; Axis < 3; ++Axis)
		{
			const double Images = Extent[Axis] > 0.0 ? (Continuous[Axis] - Raw[Axis]) / Extent[Axis] : 0.0;
			const int32 Whole = static_cast<int32>(FMath::RoundToDouble(FMath::Clamp(Images, -127.0, 127.0)));
			Index |= (static_cast<uint32>(Whole) & 0xffu) << (8 * Axis);
		}
		return static_cast<int32>(Index);
	}

	/** The direction of movement at each point: to the next one, at the last one from the one before. */
	FVector DirectionAt(const TArray<FVector>& Points, int32 Index)
	{
		const int32 From = Index + 1 < Points.Num() ? Index : Index - 1;
		return Points.Num() > 1 ? Points[From + 1] - Points[From] : FVector::ZeroVector;
	}
}

ATrajectoryQueryNiagaraActor::ATrajectoryQueryNiagaraActor()
{
	PrimaryActorTick.bCanEverTick = true;
	NiagaraComponent = CreateDefaultSubobject<UNiagaraComponent>(TEXT("NiagaraComponent"));
	NiagaraComponent->bAutoActivate = false;
	SetRootComponent(NiagaraComponent);
}

void ATrajectoryQueryNiagaraActor::BeginPlay()
{
	Super::BeginPlay();
	NiagaraComponent->SetAsset(NiagaraSystem);
}

void ATrajectoryQueryNiagaraActor::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	Leave();
	Super::EndPlay(EndPlayReason);
}

void ATrajectoryQueryNiagaraActor::Destroyed()
{
	// Where nothing has begun to play, EndPlay is not called.
	Leave();
	Super::Destroyed();
}

void ATrajectoryQueryNiagaraActor::Leave()
{
	if (const TSharedPtr<FRun> Left = Run)
	{
		Run = nullptr;
		Manager->CancelActiveQuery();
		UE_LOG(LogGroma, Log, TEXT("%s goes while its query runs."), *GetName());
		Left->OnFailure.ExecuteIfBound();
	}
}

void ATrajectoryQueryNiagaraActor::Tick(float DeltaSeconds)
{
	Super::Tick(DeltaSeconds);
	if (IsValid(City) && IsPlaceKnown() && (bHandOverWhenKnown || (bHanded && !(GetFrame() == HandedFrame))))
	{
		TransferDataToNiagara();
	}
}

bool ATrajectoryQueryNiagaraActor::InitializeManager()
{
	PrepareManager();
	return Manager->LoadHashTables(DatasetDirectory, CellSize, QueryTimeStart, QueryTimeEnd) > 0;
}

void ATrajectoryQueryNiagaraActor::PrepareManager()
{
	if (!IsValid(Manager))
	{
		Manager = NewObject<USpatialHashTableManager>(this);
	}
	if (PeriodicVolume.bIsPeriodic)
	{
		Manager->SetPeriodicVolume(true, PeriodicVolume.Extent);
	}
	else
	{
		Manager->ResetPeriodicVolume();
	}
}

bool ATrajectoryQueryNiagaraActor::FireAsyncQueriesWithCallback(
	FSimpleDelegate OnComplete, FSimpleDelegate OnFailure, bool bIncludeWholeResultTrajectorySamples)
{
	return FireAsyncQueriesWithCallback(
		MoveTemp(OnComplete), MoveTemp(OnFailure), bIncludeWholeResultTrajectorySamples, FSimpleDelegate());
}

bool ATrajectoryQueryNiagaraActor::FireAsyncQueriesWithCallback(FSimpleDelegate OnComplete, FSimpleDelegate OnFailure,
	bool bIncludeWholeResultTrajectorySamples, FSimpleDelegate OnCancelled)
{
	const TSharedPtr<FRun> NewRun = MakeShared<FRun>();
	NewRun->OnComplete = MoveTemp(OnComplete);
	NewRun->OnFailure = MoveTemp(OnFailure);
	NewRun->OnCancelled = MoveTemp(OnCancelled);
	NewRun->bWholeTrajectories = bIncludeWholeResultTrajectorySamples;
	return StartRun(NewRun);
}

bool ATrajectoryQueryNiagaraActor::StartRun(const TSharedPtr<FRun>& NewRun)
{
	const TCHAR* Missing = DatasetDirectory.IsEmpty() ? TEXT("no DatasetDirectory")
		: QueryPositions.IsEmpty()                    ? TEXT("no QueryPositions")
													  : nullptr;
	if (Missing != nullptr)
	{
		UE_LOG(LogGroma, Error, TEXT("%s has %s."), *GetName(), Missing);
		NewRun->OnFailure.ExecuteIfBound();
		return false;
	}
	// A query that runs makes way, and what comes of it is not taken in any longer.
	const TSharedPtr<FRun> Before = Run;
	Run = NewRun;
	PrepareManager();
	Manager->CancelActiveQuery();
	if (Before.IsValid())
	{
		Before->bCancelled = true;
		EndRun(Before, false);
	}
	if (Run != NewRun)
	{
		// Whoever was told of it has begun another one.
		NewRun->bCancelled = true;
		EndRun(NewRun, false);
		return false;
	}
	CachedQueryPoints = QueryPositions;
	CachedResults.Reset();
	Manager->LoadHashTablesAsync(DatasetDirectory, CellSize, QueryTimeStart, QueryTimeEnd,
		FOnHashTablesLoaded::CreateWeakLambda(this,
			[this, NewRun](int32 Loaded)
			{
				if (Run != NewRun)
				{
					return;
				}
				if (Loaded > 0 && !NewRun->bCancelled)
				{
					AskRun(NewRun);
				}
				else
				{
					EndRun(NewRun, false);
				}
			}));
	return Run == NewRun;
}

void ATrajectoryQueryNiagaraActor::AskRun(const TSharedPtr<FRun>& Loaded)
{
	Subtracted = Manager->GetCoordinateOrigin(DatasetDirectory);
	TArray<int32> TimeSteps;
	for (int32 Index = 0; Index < CachedQueryPoints.Num(); ++Index)
	{
		TimeSteps.Add(FMath::Min(QueryTimeStart + Index, QueryTimeEnd));
	}
	Manager->QueryPositionsBatchedAsync(DatasetDirectory, CachedQueryPoints, TimeSteps, OuterQueryRadius, CellSize, BatchSize, -1,
		Loaded->bWholeTrajectories, QueryTimeStart, QueryTimeEnd,
		FOnSpatialHashBatchResult::CreateWeakLambda(this,
			[this, Loaded](const TArray<FSpatialHashQueryResult>& Results, bool bFinal, int32 Total, int32 Asked)
			{ TakeBatch(Loaded, Results, bFinal, Total, Asked); }));
}

void ATrajectoryQueryNiagaraActor::TakeBatch(
	const TSharedPtr<FRun>& Of, const TArray<FSpatialHashQueryResult>& Results, bool bFinal, int32 Total, int32 Asked)
{
	if (Run != Of)
	{
		return;
	}
	Of->Taken += Results.Num();
	CachedResults.Append(Results);
	if (bFinal)
	{
		EndRun(Of, Asked > 0 && Of->Taken == Total);
	}
	else if (Of->bHandOverBatches)
	{
		TransferDataToNiagara();
	}
}

void ATrajectoryQueryNiagaraActor::EndRun(const TSharedPtr<FRun>& Ended, bool bWhole)
{
	if (Run == Ended)
	{
		Run = nullptr;
	}
	const bool bTellCancel = !bWhole && Ended->bCancelled && Ended->OnCancelled.IsBound();
	(bWhole ? Ended->OnComplete : bTellCancel ? Ended->OnCancelled : Ended->OnFailure).ExecuteIfBound();
}

void ATrajectoryQueryNiagaraActor::RunQueryAndUpdateNiagara()
{
	const TSharedPtr<FRun> NewRun = MakeShared<FRun>();
	NewRun->bHandOverBatches = true;
	NewRun->OnComplete = FSimpleDelegate::CreateWeakLambda(this, [this] { TransferDataToNiagara(); });
	StartRun(NewRun);
}

void ATrajectoryQueryNiagaraActor::CancelQuery()
{
	if (Run.IsValid())
	{
		Run->bCancelled = true;
		Manager->CancelActiveQuery();
		Manager->CancelCreatingHashTables();
	}
}

void ATrajectoryQueryNiagaraActor::SetVisualizationTimeRange(int32 NewTimeStart, int32 NewTimeEnd)
{
	VisualizationTimeStart = NewTimeStart;
	VisualizationTimeEnd = NewTimeEnd;
	if (TimeRangeSensitivity && DistanceFilter != ETrajectoryDistanceFilter::NoFilter)
	{
		TransferDataToNiagara();
		return;
	}
	if (IsPlaceKnown())
	{
		TransferParameters(GetFrame());
	}
}

void ATrajectoryQueryNiagaraActor::UpdateUserParameter(int32 NewTimeStart, int32 NewTimeEnd,
	ETrajectoryColorEncoding newColorEncoding, ETrajectoryDistanceFilter newDistanceFilter, float newCollisionRadius,
	float newInnerRadius, float newOuterRadius, bool newSensitivity, bool newVisibility)
{
	VisualizationTimeStart = NewTimeStart;
	VisualizationTimeEnd = NewTimeEnd;
	ColorEncoding = newColorEncoding;
	DistanceFilter = newDistanceFilter;
	CollisionRadius = newCollisionRadius;
	InnerRadius = newInnerRadius;
	OuterRadius = newOuterRadius;
	TimeRangeSensitivity = newSensitivity;
	ParticleVisibility = newVisibility;
	TransferDataToNiagara();
}

bool ATrajectoryQueryNiagaraActor::IsPlaceKnown() const
{
	return !IsValid(City) || City->IsSourceFrameKnown();
}

FGromaSourceFrame ATrajectoryQueryNiagaraActor::GetFrame() const
{
	if (!IsValid(City))
	{
		return FGromaSourceFrame::Unchanged();
	}
	return City->GetSourceFrame().OfTrajectories(Subtracted, MetresPerUnit);
}

bool ATrajectoryQueryNiagaraActor::IsShown(const FSpatialHashQueryResult& Result) const
{
	if (DistanceFilter == ETrajectoryDistanceFilter::NoFilter)
	{
		return true;
	}
	const float Reach = InnerRadius > 0.0f ? InnerRadius : InnerQueryRadius;
	bool bReaches = false;
	bool bStays = true;
	for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
	{
		if (TimeRangeSensitivity && (Sample.TimeStep < VisualizationTimeStart || Sample.TimeStep > VisualizationTimeEnd))
		{
			continue;
		}
		bReaches |= Sample.Distance <= Reach;
		bStays &= Sample.Distance <= Reach;
	}
	switch (DistanceFilter)
	{
	case ETrajectoryDistanceFilter::DoesNotReachInnerRadius:
		return !bReaches;
	case ETrajectoryDistanceFilter::ReachesInnerRadius:
		return bReaches;
	default:
		return bReaches && bStays;
	}
}

void ATrajectoryQueryNiagaraActor::TransferDataToNiagara()
{
	bHandOverWhenKnown = !IsPlaceKnown();
	if (bHandOverWhenKnown)
	{
		UE_LOG(LogGroma, Log, TEXT("%s waits for its city to be opened."), *GetName());
		return;
	}
	const FGromaSourceFrame Frame = GetFrame();
	HandedFrame = Frame;
	bHanded = true;
	if (NiagaraComponent->GetAsset() != NiagaraSystem)
	{
		NiagaraComponent->SetAsset(NiagaraSystem);
	}
	FBox Bounds(ForceInit);
	TransferQuery(Frame, Bounds);
	TransferResults(Frame, Bounds);
	ResultBoundsMin = Bounds.IsValid ? Bounds.Min : FVector::ZeroVector;
	ResultBoundsMax = Bounds.IsValid ? Bounds.Max : FVector::ZeroVector;
	TransferParameters(Frame);
	NiagaraComponent->Activate(true);
}

void ATrajectoryQueryNiagaraActor::TransferQuery(const FGromaSourceFrame& Frame, FBox& Bounds)
{
	const TArray<FVector> Continuous =
		IsValid(Manager) ? Manager->GetUnwrappedPositions(CachedQueryPoints, CellSize) : CachedQueryPoints;
	const FVector Extent = IsValid(Manager) ? Manager->GetResolvedPeriodicExtent(CellSize) : FVector::ZeroVector;
	TArray<FVector> Points;
	TArray<FVector> Translations;
	TArray<FQuat> Rotations;
	TArray<int32> VolumeIndices;
	const FVector First = GromaNiagara::DirectionAt(Continuous, 0);
	for (int32 Index = 0; Index < Continuous.Num(); ++Index)
	{
		const FVector Translation = Continuous[0] - Continuous[Index];
		const FVector Direction = GromaNiagara::DirectionAt(Continuous, Index);
		Points.Add(Frame.ToWorld(CachedQueryPoints[Index]));
		Translations.Add(Frame.ToWorldVector(Translation));
		Rotations.Add(Direction.IsZero() || First.IsZero()
				? FQuat::Identity
				: FQuat::FindBetweenVectors(Frame.ToWorldVector(Direction), Frame.ToWorldVector(First)));
		VolumeIndices.Add(GromaNiagara::ToVolumeIndex(CachedQueryPoints[Index], Continuous[Index], Extent));
		Bounds += Points.Last();
	}
	GromaNiagara::FArrays::SetNiagaraArrayPosition(NiagaraComponent, TEXT("QueryPoints"), Points);
	GromaNiagara::FArrays::SetNiagaraArrayVector(NiagaraComponent, TEXT("QueryTranslations"), Translations);
	GromaNiagara::FArrays::SetNiagaraArrayQuat(NiagaraComponent, TEXT("QueryRotations"), Rotations);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(NiagaraComponent, TEXT("QueryVolumeIndices"), VolumeIndices);
	NiagaraComponent->SetVariableVec3(TEXT("PeriodicVolumeExtent"), Extent * Frame.ToWorldLength(1.0));
	NiagaraComponent->SetVariableVec3(TEXT("PeriodicStepX"), Frame.ToWorldVector(FVector(Extent.X, 0.0, 0.0)));
	NiagaraComponent->SetVariableVec3(TEXT("PeriodicStepY"), Frame.ToWorldVector(FVector(0.0, Extent.Y, 0.0)));
	NiagaraComponent->SetVariableVec3(TEXT("PeriodicStepZ"), Frame.ToWorldVector(FVector(0.0, 0.0, Extent.Z)));
}

void ATrajectoryQueryNiagaraActor::TransferResults(const FGromaSourceFrame& Frame, FBox& Bounds)
{
	const double Scale = Frame.ToWorldLength(1.0);
	TArray<FVector> Points;
	TArray<float> Distances;
	TArray<float> MinDistances;
	TArray<int32> Ids;
	TArray<int32> MinDistanceTimeSteps;
	TArray<int32> StartIndices;
	TArray<int32> StartTimes;
	TArray<int32> VolumeIndices;
	for (const FSpatialHashQueryResult& Result : CachedResults)
	{
		if (Result.SamplePoints.IsEmpty() || !IsShown(Result))
		{
			continue;
		}
		Ids.Add(Result.TrajectoryId);
		StartIndices.Add(Points.Num());
		StartTimes.Add(Result.SamplePoints[0].TimeStep);
		float Least = MAX_flt;
		int32 LeastTimeStep = Result.SamplePoints[0].TimeStep;
		for (const FTrajectorySamplePoint& Sample : Result.SamplePoints)
		{
			Points.Add(Frame.ToWorld(Sample.Position));
			Bounds += Points.Last();
			// Without a distance it stays without one, whatever a unit is.
			Distances.Add(Sample.Distance < MAX_flt ? static_cast<float>(Sample.Distance * Scale) : MAX_flt);
			VolumeIndices.Add(Sample.VolumeIndex);
			if (Distances.Last() < Least)
			{
				Least = Distances.Last();
				LeastTimeStep = Sample.TimeStep;
			}
		}
		MinDistances.Add(Least);
		MinDistanceTimeSteps.Add(LeastTimeStep);
	}
	GromaNiagara::FArrays::SetNiagaraArrayPosition(NiagaraComponent, TEXT("ResultPoints"), Points);
	GromaNiagara::FArrays::SetNiagaraArrayFloat(NiagaraComponent, TEXT("ResultDistances"), Distances);
	GromaNiagara::FArrays::SetNiagaraArrayFloat(NiagaraComponent, TEXT("ResultMinDistances"), MinDistances);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(NiagaraComponent, TEXT("ResultTrajectoryIds"), Ids);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(
		NiagaraComponent, TEXT("ResultMinDistanceTimeSteps"), MinDistanceTimeSteps);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(NiagaraComponent, TEXT("ResultTrajStartIndex"), StartIndices);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(NiagaraComponent, TEXT("ResultStartTime"), StartTimes);
	GromaNiagara::FArrays::SetNiagaraArrayInt32(NiagaraComponent, TEXT("ResultVolumeIndices"), VolumeIndices);
}

void ATrajectoryQueryNiagaraActor::TransferParameters(const FGromaSourceFrame& Frame)
{
	const auto Length = [&Frame](float Value) { return static_cast<float>(Frame.ToWorldLength(Value)); };
	NiagaraComponent->SetVariableFloat(TEXT("InnerQueryRadius"), Length(InnerQueryRadius));
	NiagaraComponent->SetVariableFloat(TEXT("OuterQueryRadius"), Length(OuterQueryRadius));
	NiagaraComponent->SetVariableFloat(TEXT("CollisionRadius"), Length(CollisionRadius));
	NiagaraComponent->SetVariableFloat(TEXT("InnerRadius"), Length(InnerRadius));
	NiagaraComponent->SetVariableFloat(TEXT("OuterRadius"), Length(OuterRadius));
	NiagaraComponent->SetVariableInt(TEXT("QueryTimeStart"), QueryTimeStart);
	NiagaraComponent->SetVariableInt(TEXT("QueryTimeEnd"), QueryTimeEnd);
	NiagaraComponent->SetVariableInt(TEXT("VisTimeStart"), VisualizationTimeStart);
	NiagaraComponent->SetVariableInt(TEXT("VisTimeEnd"), VisualizationTimeEnd);
	NiagaraComponent->SetVariableInt(TEXT("ColorEncoding"), static_cast<int32>(ColorEncoding));
	NiagaraComponent->SetVariableVec3(TEXT("BoundsMin"), ResultBoundsMin);
	NiagaraComponent->SetVariableVec3(TEXT("BoundsMax"), ResultBoundsMax);
	NiagaraComponent->SetVisibility(ParticleVisibility);
}
