#pragma once

#include "UObject/Object.h"

class UGameInstance;

class UBlueprintAsyncActionBase : public UObject {
    SHIM_CLASS(UBlueprintAsyncActionBase, UObject)

public:
    virtual void Activate() {}
    virtual void RegisterWithGameInstance(const UObject* WorldContextObject);
    virtual void RegisterWithGameInstance(UGameInstance* GameInstance);
    virtual void SetReadyToDestroy();

protected:
    TWeakObjectPtr<UGameInstance> RegisteredWithGameInstance;
};
