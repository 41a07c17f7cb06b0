#include "UserSelectionManager.h"

#include "TrajectorySelectionListener.h"
#include "TrajectorySelectionProvider.h"

TArray<FUserTrajectorySelection> UUserSelectionManager::GetSelections() const
{
	return CurrentSelections;
}

bool UUserSelectionManager::GetSelectionByTrajectoryId(int32 TrajectoryId, FUserTrajectorySelection& OutSelection) const
{
	const FUserTrajectorySelection* Found = CurrentSelections.FindByPredicate(
		[TrajectoryId](const FUserTrajectorySelection& Selection) { return Selection.TrajectoryId == TrajectoryId; });
	if (Found != nullptr)
	{
		OutSelection = *Found;
	}
	return Found != nullptr;
}

void UUserSelectionManager::AddSelection(FUserTrajectorySelection Selection)
{
	CurrentSelections.Add(Selection);
	NotifyListeners();
}

bool UUserSelectionManager::UpdateSelection(int32 Index, FUserTrajectorySelection Selection)
{
	if (!CurrentSelections.IsValidIndex(Index))
	{
		return false;
	}
	CurrentSelections[Index] = Selection;
	NotifyListeners();
	return true;
}

bool UUserSelectionManager::UpdateSelectionByTrajectoryId(int32 TrajectoryId, FUserTrajectorySelection Selection)
{
	return UpdateSelection(
		CurrentSelections.IndexOfByPredicate([TrajectoryId](const FUserTrajectorySelection& Known)
			{ return Known.TrajectoryId == TrajectoryId; }),
		Selection);
}

bool UUserSelectionManager::RemoveSelection(int32 Index)
{
	if (!CurrentSelections.IsValidIndex(Index))
	{
		return false;
	}
	CurrentSelections.RemoveAt(Index);
	NotifyListeners();
	return true;
}

void UUserSelectionManager::ClearSelections()
{
	CurrentSelections.Reset();
	NotifyListeners();
}

void UUserSelectionManager::RegisterListener(UObject* Listener)
{
	if (IsValid(Listener) && Listener->Implements<UTrajectorySelectionListener>())
	{
		RegisteredListeners.AddUnique(Listener);
	}
}

void UUserSelectionManager::UnregisterListener(UObject* Listener)
{
	RegisteredListeners.Remove(Listener);
}

void UUserSelectionManager::RegisterProvider(UObject* Provider)
{
	if (IsValid(Provider) && Provider->Implements<UTrajectorySelectionProvider>())
	{
		RegisteredProviders.AddUnique(Provider);
	}
}

void UUserSelectionManager::UnregisterProvider(UObject* Provider)
{
	RegisteredProviders.Remove(Provider);
}

void UUserSelectionManager::RefreshFromProviders()
{
	RegisteredProviders.RemoveAll([](const TWeakObjectPtr<UObject>& Provider) { return !Provider.IsValid(); });
	TArray<FUserTrajectorySelection> Provided;
	// A copy: whoever is asked may register others.
	const TArray<TWeakObjectPtr<UObject>> Providers = RegisteredProviders;
	for (const TWeakObjectPtr<UObject>& Provider : Providers)
	{
		if (UObject* Alive = Provider.Get())
		{
			Provided.Append(ITrajectorySelectionProvider::Execute_GetProvidedSelections(Alive));
		}
	}
	CurrentSelections = MoveTemp(Provided);
	NotifyListeners();
}

void UUserSelectionManager::NotifyListeners()
{
	RegisteredListeners.RemoveAll([](const TWeakObjectPtr<UObject>& Listener) { return !Listener.IsValid(); });
	const TArray<FUserTrajectorySelection> Now = CurrentSelections;
	const TArray<TWeakObjectPtr<UObject>> Listeners = RegisteredListeners;
	OnSelectionsChanged.Broadcast(Now);
	for (const TWeakObjectPtr<UObject>& Listener : Listeners)
	{
		if (UObject* Alive = Listener.Get())
		{
			ITrajectorySelectionListener::Execute_OnUserSelectionsChanged(Alive, Now);
		}
	}
}
