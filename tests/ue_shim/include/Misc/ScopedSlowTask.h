#pragma once

#include "Internationalization/Text.h"

// A progress bar of the editor for work on the game thread. Frames may not be more work than the whole.
struct FScopedSlowTask {
    FScopedSlowTask(float InAmountOfWork, const FText& InDefaultMessage = FText(), bool bInEnabled = true);
    ~FScopedSlowTask();
    FScopedSlowTask(const FScopedSlowTask&) = delete;
    FScopedSlowTask& operator=(const FScopedSlowTask&) = delete;
    void MakeDialogDelayed(float Threshold, bool bShowCancelButton = false, bool bAllowInPIE = false);
    void EnterProgressFrame(float ExpectedWorkThisFrame = 1.0f, const FText& Text = FText());
    bool ShouldCancel() const;

private:
    float ShimTotal;
    float ShimEntered = 0.0f;
    bool bShimCanCancel = false;
};
