#pragma once

#include "UObject/Object.h"

namespace EEndPlayReason {
enum Type : int { Destroyed, LevelTransition, EndPlayInEditor, RemovedFromWorld, Quit };
}
namespace EWorldType {
enum Type { None, Game, Editor, PIE, EditorPreview, GamePreview, GameRPC, Inactive };
}
namespace EComponentMobility {
enum Type : int { Static, Stationary, Movable };
}
namespace ECollisionEnabled {
enum Type : int { NoCollision, QueryOnly, PhysicsOnly, QueryAndPhysics };
}
enum class EAttachmentRule : uint8 { KeepRelative, KeepWorld, SnapToTarget };
enum ELevelTick { LEVELTICK_TimeOnly = 0, LEVELTICK_ViewportsOnly = 1, LEVELTICK_All = 2 };

struct FAttachmentTransformRules {
    static FAttachmentTransformRules KeepRelativeTransform;
    static FAttachmentTransformRules KeepWorldTransform;
    static FAttachmentTransformRules SnapToTargetNotIncludingScale;
    FAttachmentTransformRules(EAttachmentRule InRule, bool) : LocationRule(InRule) {}
    EAttachmentRule LocationRule;
};
inline FAttachmentTransformRules FAttachmentTransformRules::KeepRelativeTransform(EAttachmentRule::KeepRelative, false);
inline FAttachmentTransformRules FAttachmentTransformRules::KeepWorldTransform(EAttachmentRule::KeepWorld, false);
inline FAttachmentTransformRules FAttachmentTransformRules::SnapToTargetNotIncludingScale(EAttachmentRule::SnapToTarget, false);

struct FDirectoryPath {
    FString Path;
};
struct FFilePath {
    FString FilePath;
};

struct FTickFunction {
    bool bCanEverTick = false;
    bool bStartWithTickEnabled = true;
    float TickInterval = 0.0f;
};
