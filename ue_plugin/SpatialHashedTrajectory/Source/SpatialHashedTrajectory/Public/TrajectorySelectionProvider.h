#pragma once

#include "CoreMinimal.h"
#include "UObject/Interface.h"
#include "UserSelectionManager.h"
#include "TrajectorySelectionProvider.generated.h"

UINTERFACE(MinimalAPI, Blueprintable)
class UTrajectorySelectionProvider : public UInterface
{
	GENERATED_BODY()
};

/** For Blueprints that select trajectories: UUserSelectionManager::RegisterProvider and RefreshFromProviders. */
class SPATIALHASHEDTRAJECTORY_API ITrajectorySelectionProvider
{
	GENERATED_BODY()

public:
	/** What this object selects now. */
	UFUNCTION(BlueprintImplementableEvent, Category = "User Selection")
	TArray<FUserTrajectorySelection> GetProvidedSelections() const;
};
