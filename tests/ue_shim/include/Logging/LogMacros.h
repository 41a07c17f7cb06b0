// UE_LOG. The verbosity is a name, the format a literal whose arguments are checked; Fatal ends the process.
#pragma once

#include "Containers/UnrealString.h"
#include "Logging/LogCategory.h"

namespace Shim {
void WriteLog(const FLogCategoryBase& Category, ELogVerbosity::Type Verbosity, const FString& Text);
}

#define DECLARE_LOG_CATEGORY_EXTERN(CategoryName, DefaultVerbosity, CompileTimeVerbosity)                              \
    extern struct FLogCategory##CategoryName                                                                           \
        : public FLogCategory<ELogVerbosity::DefaultVerbosity, ELogVerbosity::CompileTimeVerbosity> {                  \
        FLogCategory##CategoryName() : FLogCategory(TEXT(#CategoryName)) {}                                            \
    } CategoryName;
#define DEFINE_LOG_CATEGORY(CategoryName) FLogCategory##CategoryName CategoryName;
#define DEFINE_LOG_CATEGORY_STATIC(CategoryName, DefaultVerbosity, CompileTimeVerbosity)                               \
    static struct FLogCategory##CategoryName                                                                           \
        : public FLogCategory<ELogVerbosity::DefaultVerbosity, ELogVerbosity::CompileTimeVerbosity> {                  \
        FLogCategory##CategoryName() : FLogCategory(TEXT(#CategoryName)) {}                                            \
    } CategoryName;

#define UE_LOG_ACTIVE(CategoryName, Verbosity) (!(CategoryName).IsSuppressed(ELogVerbosity::Verbosity))
#define UE_LOG(CategoryName, Verbosity, Format, ...)                                                                   \
    do {                                                                                                               \
        static_assert(ELogVerbosity::Verbosity > 0 && ELogVerbosity::Verbosity <= ELogVerbosity::All);                 \
        if constexpr (ELogVerbosity::Verbosity <= std::decay_t<decltype(CategoryName)>::CompileTimeVerbosity) {        \
            if (UE_LOG_ACTIVE(CategoryName, Verbosity)) {                                                              \
                ::Shim::WriteLog(CategoryName, ELogVerbosity::Verbosity,                                               \
                                 FString::Printf(Format __VA_OPT__(, ) __VA_ARGS__));                                  \
            }                                                                                                          \
        }                                                                                                              \
    } while (false)
