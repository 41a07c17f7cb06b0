#pragma once

#include "Engine/Engine.h"

class FLevelEditorViewportClient;

class UEditorEngine : public UEngine {
    SHIM_CLASS(UEditorEngine, UEngine)

public:
    const TArray<FLevelEditorViewportClient*>& GetLevelViewportClients() const { return ShimClients; }

    UWorld* PlayWorld = nullptr;

    // Of the shim.
    TArray<FLevelEditorViewportClient*> ShimClients;
};

// Null in games, and in commandlets.
extern UEditorEngine* GEditor;
