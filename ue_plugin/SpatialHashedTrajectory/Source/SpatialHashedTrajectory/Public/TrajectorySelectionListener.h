#pragma once

#include "CoreMinimal.h"
#include "UObject/Interface.h"
#include "UserSelectionManager.h"
#include "TrajectorySelectionListener.generated.h"

UINTERFACE(MinimalAPI, Blueprintable)
class UTrajectorySelectionListener : public UInterface
{
	GENERATED_BODY()
};

/** For Blueprints that want to know of the user's selections: UUserSelectionManager::RegisterListener. */
class SPATIALHASHEDTRAJECTORY_API ITrajectorySelectionListener
{
	GENERATED_BODY()

public:
	/** The selections have changed: all of them as they are now. */
	UFUNCTION(BlueprintImplementableEvent, Category = "User Selection")
	void OnUserSelectionsChanged(const TArray<FUserTrajectorySelection>& Selections);
};
