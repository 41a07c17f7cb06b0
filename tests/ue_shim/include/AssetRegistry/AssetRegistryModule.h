#pragma once

#include "UObject/Object.h"

class FAssetRegistryModule {
public:
    static void AssetCreated(UObject* NewAsset);
};
