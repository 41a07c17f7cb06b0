// The macros that mark what Unreal reflects. Only GENERATED_BODY expands, to what the class's .generated.h says.
#pragma once

#include "HAL/Platform.h"

enum EObjectFlags {
    RF_NoFlags = 0x00000000,
    RF_Public = 0x00000001,
    RF_Standalone = 0x00000002,
    RF_ClassDefaultObject = 0x00000010,
    RF_ArchetypeObject = 0x00000020,
    RF_Transient = 0x00000040,
    RF_BeginDestroyed = 0x00008000,
    RF_FinishDestroyed = 0x00010000,
    RF_TextExportTransient = 0x00100000,
    RF_DuplicateTransient = 0x00800000,
};
inline EObjectFlags operator|(EObjectFlags A, EObjectFlags B) { return static_cast<EObjectFlags>(static_cast<int>(A) | static_cast<int>(B)); }

typedef uint32 ERenameFlags;
#define REN_None (0x0000)
#define REN_NonTransactional (0x0010)
#define REN_DontCreateRedirectors (0x0040)

#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UINTERFACE(...)
#define UDELEGATE(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UMETA(...)
#define UPARAM(...)
#define BODY_MACRO_COMBINE_INNER(A, B, C, D) A##B##C##D
#define BODY_MACRO_COMBINE(A, B, C, D) BODY_MACRO_COMBINE_INNER(A, B, C, D)
#define GENERATED_BODY(...) BODY_MACRO_COMBINE(CURRENT_FILE_ID, _, __LINE__, _GENERATED_BODY)
