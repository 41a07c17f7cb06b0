#pragma once

#include "Kismet/BlueprintAsyncActionBase.h"

class UCancellableAsyncAction : public UBlueprintAsyncActionBase {
    SHIM_CLASS(UCancellableAsyncAction, UBlueprintAsyncActionBase)

public:
    virtual void Cancel();
    void BeginDestroy() override;
    virtual bool IsActive() const;
    bool IsRegistered() const;
    virtual bool ShouldBroadcastDelegates() const;
};
