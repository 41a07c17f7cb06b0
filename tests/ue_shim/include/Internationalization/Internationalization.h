#pragma once

#include "Internationalization/Text.h"

#define NSLOCTEXT(InNamespace, InKey, InTextLiteral)                                                                   \
    ((void)TEXT(InNamespace), (void)TEXT(InKey), FText::FromString(FString(TEXT(InTextLiteral))))
#define LOCTEXT(InKey, InTextLiteral) NSLOCTEXT(LOCTEXT_NAMESPACE, InKey, InTextLiteral)
