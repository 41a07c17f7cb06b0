#pragma once

#include "Internationalization/Text.h"
#include "Logging/LogCategory.h"
#include "Misc/Attribute.h"
#include "Templates/SharedPointer.h"

struct FSlateBrush;

struct FAsyncTaskNotificationConfig {
    FText TitleText;
    FText ProgressText;
    float FadeInDuration = 0.5f;
    float FadeOutDuration = 2.0f;
    float ExpireDuration = 1.0f;
    bool bIsHeadless = false;
    TAttribute<bool> bCanCancel = false;
    TAttribute<bool> bKeepOpenOnSuccess = false;
    TAttribute<bool> bKeepOpenOnFailure = false;
    const FSlateBrush* Icon = nullptr;
    const FLogCategoryBase* LogCategory = nullptr;
};

enum class EAsyncTaskNotificationPromptAction : uint8 { None = 0, Continue, Unattended, Cancel };

namespace Shim {
struct FNotification;
}

class FAsyncTaskNotification {
public:
    explicit FAsyncTaskNotification(const FAsyncTaskNotificationConfig& InConfig);
    ~FAsyncTaskNotification();
    FAsyncTaskNotification(const FAsyncTaskNotification&) = delete;
    FAsyncTaskNotification& operator=(const FAsyncTaskNotification&) = delete;
    FAsyncTaskNotification(FAsyncTaskNotification&& InOther);
    void SetTitleText(const FText& InTitleText, const bool bClearProgressText = true);
    void SetProgressText(const FText& InProgressText);
    void SetCanCancel(const TAttribute<bool>& InCanCancel);
    void SetComplete(const bool bSuccess = true);
    void SetComplete(const FText& InTitleText, const FText& InProgressText, const bool bSuccess = true);
    EAsyncTaskNotificationPromptAction GetPromptAction() const;

private:
    TSharedPtr<Shim::FNotification> Shown;
};
