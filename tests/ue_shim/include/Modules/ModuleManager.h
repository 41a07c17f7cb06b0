#pragma once

#include "Modules/ModuleInterface.h"
#include "UObject/NameTypes.h"

namespace Shim {
using FMakeModule = IModuleInterface* (*)();
bool RegisterModule(const TCHAR* Name, FMakeModule Make);
} // namespace Shim

class FModuleManager {
public:
    static FModuleManager& Get();
    bool IsModuleLoaded(const FName InModuleName) const;
    template <typename T>
    static T* GetModulePtr(const FName ModuleName) {
        return static_cast<T*>(Get().GetModule(ModuleName));
    }
    template <typename T>
    static T& GetModuleChecked(const FName ModuleName) {
        check(Get().GetModule(ModuleName) != nullptr);
        return *GetModulePtr<T>(ModuleName);
    }
    IModuleInterface* GetModule(const FName InModuleName);
};

class FDefaultModuleImpl : public IModuleInterface {};

#define IMPLEMENT_MODULE(ModuleImplClass, ModuleName)                                                                  \
    [[maybe_unused]] static const bool ModuleName##IsRegistered =                                                      \
        ::Shim::RegisterModule(TEXT(#ModuleName), []() -> IModuleInterface* { return new ModuleImplClass(); });
