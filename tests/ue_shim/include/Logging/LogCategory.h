#pragma once

#include <atomic>

#include "Logging/LogVerbosity.h"
#include "UObject/NameTypes.h"

struct FLogCategoryBase {
    FLogCategoryBase(const TCHAR* InName, ELogVerbosity::Type InDefault, ELogVerbosity::Type InCompiled)
        : Name(InName), Verbosity(InDefault), Compiled(InCompiled) {}
    FName GetCategoryName() const { return FName(Name); }
    bool IsSuppressed(ELogVerbosity::Type Level) const { return Level > Verbosity; }
    ELogVerbosity::Type GetVerbosity() const { return Verbosity; }
    void SetVerbosity(ELogVerbosity::Type Level) { Verbosity = Level < Compiled ? Level : Compiled; }

private:
    const TCHAR* Name;
    std::atomic<ELogVerbosity::Type> Verbosity;
    ELogVerbosity::Type Compiled;
};

template <ELogVerbosity::Type InDefault, ELogVerbosity::Type InCompileTime>
struct FLogCategory : FLogCategoryBase {
    static constexpr ELogVerbosity::Type CompileTimeVerbosity = InCompileTime;
    explicit FLogCategory(const TCHAR* InName) : FLogCategoryBase(InName, InDefault, InCompileTime) {}
};
