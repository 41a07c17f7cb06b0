#pragma once

#include "Internationalization/Text.h"

// What is modified while it lives can be undone as one.
class FScopedTransaction {
public:
    explicit FScopedTransaction(const FText& SessionName, const bool bShouldActuallyTransact = true);
    ~FScopedTransaction();
    FScopedTransaction(const FScopedTransaction&) = delete;
    FScopedTransaction& operator=(const FScopedTransaction&) = delete;
};
