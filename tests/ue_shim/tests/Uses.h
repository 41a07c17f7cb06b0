// How programs use what the newest public version declares: names, parameters and their types. Each line compiles against its
// headers, and must against ours.
#pragma once

#include "RunTrajectoryQueryAsyncAction.h"
#include "SpatialHashQueryAsyncTasks.h"
#include "SpatialHashTable.h"
#include "SpatialHashTableBuilder.h"
#include "SpatialHashTableBuilderAsyncTask.h"
#include "SpatialHashTableManager.h"
#include "TrajectoryQueryNiagaraActor.h"
#include "TrajectorySelectionListener.h"
#include "TrajectorySelectionProvider.h"
#include "UserSelectionManager.h"

namespace
{
	using FUsedResults = TArray<FSpatialHashQueryResult>;

	/** A class of a project that derives from the actor, and uses what is protected. */
	class AUsesActor : public ATrajectoryQueryNiagaraActor
	{
	public:
		static void Use(AUsesActor* Actor)
		{
			if (Actor == nullptr)
			{
				return;
			}
			UNiagaraComponent* Component = Actor->NiagaraComponent;
			TArray<FVector> Points = Actor->CachedQueryPoints;
			FVector Bounds = Actor->ResultBoundsMin + Actor->ResultBoundsMax;
			USpatialHashTableManager* Manager = Actor->Manager;
			const bool bThere = Actor->InitializeManager() && Component != nullptr && Manager != nullptr && Points.Num() > 0;
			static_cast<void>(Bounds);
			static_cast<void>(bThere);
		}
	};

	/** A function of the newest version, with its parameters. */
	template <typename T>
	void Used(T)
	{
	}

	void UsesOfTheManager()
	{
		using M = USpatialHashTableManager;
		Used<int32 (M::*)(const FString&, float, int32, int32, bool)>(&M::LoadHashTables);
		Used<bool (M::*)(const FString&, float, int32)>(&M::LoadHashTable);
		Used<bool (M::*)(const FString&, float, FVector, FVector, bool, float)>(&M::CreateHashTables);
		Used<void (M::*)(const FString&, float, int32, int32)>(&M::CreateHashTablesAsync);
		Used<bool (M::*)() const>(&M::IsCreatingHashTables);
		Used<int32 (M::*)(FVector, float, float, int32, TArray<FSpatialQueryResult>&)>(&M::QueryFixedRadiusNeighbors);
		Used<int32 (M::*)(FVector, float, int32, TArray<int32>&)>(&M::QueryCell);
		Used<int32 (M::*)(const FString&, FVector, float, float, int32, FUsedResults&)>(&M::QueryRadiusWithDistanceCheck);
		Used<int32 (M::*)(const FString&, FVector, float, float, float, int32, FUsedResults&, FUsedResults&)>(
			&M::QueryDualRadiusWithDistanceCheck);
		Used<int32 (M::*)(const FString&, FVector, float, float, int32, int32, FUsedResults&)>(&M::QueryRadiusOverTimeRange);
		Used<int32 (M::*)(const FString&, int32, float, float, int32, int32, FUsedResults&)>(&M::QueryTrajectoryRadiusOverTimeRange);
		Used<void (M::*)(const FString&, FVector, float, float, int32, FOnSpatialHashQueryComplete)>(
			&M::QueryRadiusWithDistanceCheckAsync);
		Used<void (M::*)(const FString&, FVector, float, float, float, int32, FOnSpatialHashDualQueryComplete)>(
			&M::QueryDualRadiusWithDistanceCheckAsync);
		Used<void (M::*)(const FString&, FVector, float, float, int32, int32, FOnSpatialHashQueryComplete)>(
			&M::QueryRadiusOverTimeRangeAsync);
		Used<void (M::*)(const FString&, uint32, float, float, int32, int32, FOnSpatialHashQueryComplete)>(
			&M::QueryTrajectoryRadiusOverTimeRangeAsync);
		Used<void (M::*)(const FString&, const TArray<FVector>&, const TArray<int32>&, float, float, int32, int64, bool, int32, int32,
			FOnSpatialHashBatchResult)>(&M::QueryPositionsBatchedAsync);
		Used<void (M::*)()>(&M::CancelActiveQuery);
		Used<void (M::*)(bool, FVector)>(&M::SetPeriodicVolume);
		Used<FPeriodicVolume (M::*)() const>(&M::GetPeriodicVolume);
		Used<FVector (M::*)(float) const>(&M::GetResolvedPeriodicExtent);
		Used<TArray<FVector> (M::*)(const TArray<FVector>&, float) const>(&M::GetUnwrappedPositions);
		Used<void (M::*)(float)>(&M::UnloadHashTables);
		Used<void (M::*)()>(&M::UnloadAllHashTables);
		Used<void (M::*)(TArray<float>&) const>(&M::GetLoadedCellSizes);
		Used<void (M::*)(float, TArray<int32>&) const>(&M::GetLoadedTimeSteps);
		Used<bool (M::*)(float, int32) const>(&M::IsHashTableLoaded);
		Used<void (M::*)(int32&, int64&) const>(&M::GetMemoryStats);
		Used<bool (M::*)(const FString&, const FSpatialHashTableBuilder::FBuildConfig&)>(&M::BuildHashTablesIncrementallyFromShards);
		FTrajectorySamplePoint Sample(FVector::ZeroVector, 1, 2.0f);
		Sample.VolumeIndex = 3;
		const FPeriodicVolume Volume(true, FVector::OneVector);
		const FPeriodicVolume None;
		static_assert(std::is_same_v<decltype(Volume.bIsPeriodic), bool> && std::is_same_v<decltype(None.Extent), FVector>);
		const FSpatialHashQueryResult Result(5);
		const FSpatialQueryResult Near(5, 1.0f);
		static_cast<void>(Result);
		static_cast<void>(Near);
	}

	void UsesOfTables()
	{
		using T = FSpatialHashTable;
		Used<uint64 (*)(int32, int32, int32)>(&T::CalculateZOrderKey);
		Used<void (*)(const FVector&, const FVector&, float, int32&, int32&, int32&)>(&T::WorldToCellCoordinates);
		Used<int32 (T::*)(uint64) const>(&T::FindEntry);
		Used<bool (T::*)(int32, TArray<uint32>&) const>(&T::GetTrajectoryIdsForCell);
		Used<bool (T::*)(int32, TArray<int64>&) const>(&T::GetTrajectoryIdsForCell);
		Used<bool (T::*)(const FVector&, TArray<uint32>&) const>(&T::QueryAtPosition);
		Used<bool (T::*)(const FVector&, TArray<int64>&) const>(&T::QueryAtPosition);
		Used<int32 (T::*)(const FVector&, float, TArray<uint32>&) const>(&T::QueryTrajectoryIdsInRadius);
		Used<int32 (T::*)(const FVector&, float, TArray<int64>&) const>(&T::QueryTrajectoryIdsInRadius);
		Used<bool (T::*)(const FString&)>(&T::LoadFromFile);
		Used<bool (T::*)() const>(&T::Validate);
		const T Table;
		for (const FSpatialHashEntry& Entry : Table.Entries)
		{
			static_cast<void>(Entry.ZOrderKey + Entry.StartIndex + Entry.TrajectoryCount);
		}
		for (const uint32 Id : Table.TrajectoryIds)
		{
			static_cast<void>(Id);
		}
		static_cast<void>(Table.Header.Magic + Table.Header.Version + Table.Header.TimeStep + Table.Header.NumEntries);
		static_cast<void>(Table.SourceFilePath.Len());

		using B = FSpatialHashTableBuilder;
		Used<bool (B::*)(const B::FBuildConfig&, const TArray<TArray<B::FTrajectorySample>>&)>(&B::BuildHashTables);
		Used<FString (*)(const FString&, float, uint32)>(&B::GetOutputFilename);
		Used<void (*)(const TArray<TArray<B::FTrajectorySample>>&, FVector&, FVector&)>(&B::ComputeBoundingBox);
		const B::FTrajectorySample Sample(7u, FVector::ZeroVector);
		static_cast<void>(Sample.TrajectoryId);
		using A = USpatialHashTableBuilderAsyncTask;
		Used<A* (*)(UObject*, const B::FBuildConfig&, const TArray<TArray<B::FTrajectorySample>>&)>(&A::BuildHashTablesAsync);
		Used<FOnHashTableBuildProgress A::*>(&A::OnProgress);
		Used<FOnHashTableBuildComplete A::*>(&A::OnComplete);
		Used<FOnHashTableBuildFailed A::*>(&A::OnFailed);
	}

	void UsesOfSelections()
	{
		using S = UUserSelectionManager;
		using One = FUserTrajectorySelection;
		Used<FOnUserSelectionsChanged S::*>(&S::OnSelectionsChanged);
		Used<TArray<One> (S::*)() const>(&S::GetSelections);
		Used<bool (S::*)(int32, One&) const>(&S::GetSelectionByTrajectoryId);
		Used<void (S::*)(One)>(&S::AddSelection);
		Used<bool (S::*)(int32, One)>(&S::UpdateSelection);
		Used<bool (S::*)(int32, One)>(&S::UpdateSelectionByTrajectoryId);
		Used<bool (S::*)(int32)>(&S::RemoveSelection);
		Used<void (S::*)()>(&S::ClearSelections);
		Used<void (S::*)(UObject*)>(&S::RegisterListener);
		Used<void (S::*)(UObject*)>(&S::UnregisterListener);
		Used<void (S::*)(UObject*)>(&S::RegisterProvider);
		Used<void (S::*)(UObject*)>(&S::UnregisterProvider);
		Used<void (S::*)()>(&S::RefreshFromProviders);
		Used<void (ITrajectorySelectionListener::*)(const TArray<One>&)>(&ITrajectorySelectionListener::OnUserSelectionsChanged);
		Used<TArray<One> (ITrajectorySelectionProvider::*)() const>(&ITrajectorySelectionProvider::GetProvidedSelections);
		One Selection;
		Selection.TrajectoryId = Selection.TimeStart = Selection.TimeEnd = 1;
		Selection.InnerRadius = Selection.QueryRadius = Selection.VisibilityRadius = Selection.ParticleRadius = 1.0f;
		Selection.TimeRangeSensitive = Selection.bParticlesVisible = true;
		for (const ETrajectoryColorEncoding Encoding : {ETrajectoryColorEncoding::Time, ETrajectoryColorEncoding::Distance,
				 ETrajectoryColorEncoding::Velocity, ETrajectoryColorEncoding::VolumeImage})
		{
			Selection.ColorEncoding = Encoding;
		}
		for (const ETrajectoryDistanceFilter Filter : {ETrajectoryDistanceFilter::NoFilter,
				 ETrajectoryDistanceFilter::DoesNotReachInnerRadius, ETrajectoryDistanceFilter::ReachesInnerRadius,
				 ETrajectoryDistanceFilter::StayedInnerRadius})
		{
			Selection.DistanceFilter = Filter;
		}
	}

	void UsesOfTheActor()
	{
		using A = ATrajectoryQueryNiagaraActor;
		Used<FString A::*>(&A::DatasetDirectory);
		Used<float A::*>(&A::CellSize);
		Used<float A::*>(&A::InnerQueryRadius);
		Used<float A::*>(&A::OuterQueryRadius);
		Used<int32 A::*>(&A::QueryTimeStart);
		Used<int32 A::*>(&A::QueryTimeEnd);
		Used<TArray<FVector> A::*>(&A::QueryPositions);
		Used<int32 A::*>(&A::BatchSize);
		Used<FPeriodicVolume A::*>(&A::PeriodicVolume);
		Used<int32 A::*>(&A::VisualizationTimeStart);
		Used<int32 A::*>(&A::VisualizationTimeEnd);
		Used<ETrajectoryColorEncoding A::*>(&A::ColorEncoding);
		Used<ETrajectoryDistanceFilter A::*>(&A::DistanceFilter);
		Used<bool A::*>(&A::ParticleVisibility);
		Used<bool A::*>(&A::TimeRangeSensitivity);
		Used<float A::*>(&A::CollisionRadius);
		Used<float A::*>(&A::InnerRadius);
		Used<float A::*>(&A::OuterRadius);
		Used<void (A::*)()>(&A::TransferDataToNiagara);
		Used<void (A::*)()>(&A::RunQueryAndUpdateNiagara);
		Used<void (A::*)(int32, int32)>(&A::SetVisualizationTimeRange);
		Used<void (A::*)(int32, int32, ETrajectoryColorEncoding, ETrajectoryDistanceFilter, float, float, float, bool, bool)>(
			&A::UpdateUserParameter);
		Used<void (A::*)()>(&A::CancelQuery);
		Used<bool (A::*)(FSimpleDelegate, FSimpleDelegate, bool)>(&A::FireAsyncQueriesWithCallback);
		A* Actor = nullptr;
		UNiagaraSystem* System = nullptr;
		if (Actor != nullptr)
		{
			Actor->NiagaraSystem = System;
			System = Actor->NiagaraSystem;
			Actor->FireAsyncQueriesWithCallback(FSimpleDelegate());
			URunTrajectoryQueryAsyncAction* Action = URunTrajectoryQueryAsyncAction::RunQuery(Actor, Actor);
			Action->OnSuccess.Broadcast();
			Action->OnFailure.Broadcast();
		}
		AUsesActor::Use(nullptr);
	}

	void NewestUses()
	{
		UsesOfTheManager();
		UsesOfTables();
		UsesOfSelections();
		UsesOfTheActor();
	}
}
