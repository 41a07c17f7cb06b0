// Text, the log, files, modules, notifications.
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "CoreMinimal.h"
#include "HAL/PlatformFileManager.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/AsyncTaskNotification.h"
#include "Misc/CoreDelegates.h"
#include "Misc/Paths.h"
#include "Misc/ScopeLock.h"
#include "Misc/ScopedSlowTask.h"
#include "Modules/ModuleManager.h"
#include "ShimControl.h"
#include "Templates/UniquePtr.h"

namespace {

std::string Utf8(const FString& Text) { return Shim::Utf16ToUtf8(*Text, static_cast<size_t>(Text.Len())); }

std::filesystem::path PathOf(const TCHAR* Text) { return std::filesystem::path(Utf8(FString(Text))); }

} // namespace

// --- Assertions and text

void Shim::Fail(const char* What, const char* File, int Line) {
    std::fprintf(stderr, "%s:%d: failed: %s\n", File, Line, What);
    std::fflush(stderr);
    std::abort();
}

std::u16string Shim::Lower(const std::u16string& Text) {
    std::u16string Lowered = Text;
    for (char16_t& Char : Lowered) {
        Char = Char >= u'A' && Char <= u'Z' ? static_cast<char16_t>(Char + 32) : Char;
    }
    return Lowered;
}

std::u16string Shim::Utf8ToUtf16(const char* Text, size_t Size) {
    std::u16string Made;
    for (size_t At = 0; At < Size;) {
        const auto Lead = static_cast<unsigned char>(Text[At]);
        const size_t More = Lead < 0x80 ? 0 : Lead >= 0xf0 ? 3 : Lead >= 0xe0 ? 2 : Lead >= 0xc0 ? 1 : Size;
        if (More >= Size - At) {
            Made += u'\ufffd';
            ++At;
            continue;
        }
        char32_t Code = More == 0 ? Lead : Lead & (0x3fu >> More);
        for (size_t Next = 1; Next <= More; ++Next) {
            Code = (Code << 6) | (static_cast<unsigned char>(Text[At + Next]) & 0x3fu);
        }
        if (Code >= 0x10000) {
            Made += static_cast<char16_t>(0xd800 + ((Code - 0x10000) >> 10));
            Made += static_cast<char16_t>(0xdc00 + ((Code - 0x10000) & 0x3ff));
        } else {
            Made += static_cast<char16_t>(Code);
        }
        At += More + 1;
    }
    return Made;
}

std::string Shim::Utf16ToUtf8(const TCHAR* Text, size_t Size) {
    std::string Made;
    for (size_t At = 0; At < Size; ++At) {
        char32_t Code = Text[At];
        if (Code >= 0xd800 && Code < 0xdc00 && At + 1 < Size) {
            Code = 0x10000 + ((Code - 0xd800) << 10) + (static_cast<char32_t>(Text[++At]) - 0xdc00);
        }
        const int More = Code < 0x80 ? 0 : Code < 0x800 ? 1 : Code < 0x10000 ? 2 : 3;
        const char32_t Leads[] = {0, 0xc0, 0xe0, 0xf0};
        Made += static_cast<char>(Leads[More] | (Code >> (6 * More)));
        for (int Shift = 6 * (More - 1); Shift >= 0; Shift -= 6) {
            Made += static_cast<char>(0x80 | ((Code >> Shift) & 0x3f));
        }
    }
    return Made;
}

std::u16string Shim::FormatText(const TCHAR* Format, const FArgument* Arguments) {
    std::u16string Made;
    for (const TCHAR* At = Format; *At != 0; ++At) {
        if (*At != u'%') {
            Made += *At;
            continue;
        }
        if (*++At == u'%') {
            Made += u'%';
            continue;
        }
        const FConversion Read = ReadConversion(At);
        std::string Spec = "%";
        for (int32 Index = 0; Index < Read.Size; ++Index) {
            if (At[Index] == u'*') {
                Spec += std::to_string((Arguments++)->Integer);
            } else if (At[Index] != u'l' && At[Index] != u'z' && At[Index] != u'h') {
                Spec += static_cast<char>(At[Index]);
            }
        }
        At += Read.Size - 1;
        const FArgument& Argument = *Arguments++;
        const auto Write = [&Made, &Spec](auto Value) {
            std::vector<char> Written(static_cast<size_t>(std::snprintf(nullptr, 0, Spec.c_str(), Value)) + 1);
            std::snprintf(Written.data(), Written.size(), Spec.c_str(), Value);
            Made += Utf8ToUtf16(Written.data(), Written.size() - 1);
        };
        switch (Read.Takes) {
        case EArgument::Text: {
            const std::string Text = Argument.Pointer == nullptr ? "(null)" : Utf8(FString(static_cast<const TCHAR*>(Argument.Pointer)));
            Write(Text.c_str());
            break;
        }
        case EArgument::AnsiText:
            Write(static_cast<const char*>(Argument.Pointer));
            break;
        case EArgument::Floating:
            Write(Argument.Floating);
            break;
        case EArgument::Pointer:
            Write(Argument.Kind == EArgument::Integer64 ? reinterpret_cast<const void*>(Argument.Integer) : Argument.Pointer);
            break;
        case EArgument::Integer64:
            Spec.insert(Spec.size() - 1, "ll");
            Write(Argument.Integer);
            break;
        default:
            Write(static_cast<int32>(Argument.Integer));
        }
    }
    return Made;
}

float FCString::Atof(const TCHAR* String) { return std::strtof(Utf8(String).c_str(), nullptr); }

double FCString::Atod(const TCHAR* String) { return std::strtod(Utf8(String).c_str(), nullptr); }

int32 FCString::Atoi(const TCHAR* String) { return static_cast<int32>(std::strtol(Utf8(String).c_str(), nullptr, 10)); }

// --- The log

namespace {
FCriticalSection LogLock;
TArray<Shim::FLogLine> LogLines;
} // namespace

void Shim::WriteLog(const FLogCategoryBase& Category, ELogVerbosity::Type Verbosity, const FString& Text) {
    if (Verbosity == ELogVerbosity::Fatal) {
        Fail(Utf8(Text).c_str(), "UE_LOG Fatal", 0);
    }
    FScopeLock Lock(&LogLock);
    LogLines.Add({Category.GetCategoryName().ToString(), Verbosity, Text});
}

TArray<Shim::FLogLine> Shim::TakeLog() {
    FScopeLock Lock(&LogLock);
    TArray<FLogLine> Taken = MoveTemp(LogLines);
    LogLines.Reset();
    return Taken;
}

// --- Processes and files

double FPlatformTime::Seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void* FPlatformProcess::GetDllHandle(const TCHAR* Filename) { return dlopen(Utf8(Filename).c_str(), RTLD_LAZY | RTLD_LOCAL); }

void* FPlatformProcess::GetDllExport(void* DllHandle, const TCHAR* ProcName) { return dlsym(DllHandle, Utf8(ProcName).c_str()); }

void FPlatformProcess::FreeDllHandle(void* DllHandle) { dlclose(DllHandle); }

void FPlatformProcess::Sleep(float Seconds) { std::this_thread::sleep_for(std::chrono::duration<float>(Seconds)); }

void Shim::SleepMilliseconds(int32 Milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(Milliseconds)); }

namespace {
struct FPlatformFile final : IPlatformFile {
    bool FileExists(const TCHAR* Filename) override {
        std::error_code Ignored;
        return std::filesystem::is_regular_file(PathOf(Filename), Ignored);
    }
    bool DirectoryExists(const TCHAR* Directory) override {
        std::error_code Ignored;
        return std::filesystem::is_directory(PathOf(Directory), Ignored);
    }
    bool CreateDirectoryTree(const TCHAR* Directory) override {
        std::error_code Ignored;
        std::filesystem::create_directories(PathOf(Directory), Ignored);
        return DirectoryExists(Directory);
    }
};
} // namespace

FPlatformFileManager& FPlatformFileManager::Get() {
    static FPlatformFileManager Manager;
    return Manager;
}

IPlatformFile& FPlatformFileManager::GetPlatformFile() {
    static FPlatformFile File;
    return File;
}

// The executable is where the program was started; the project elsewhere, so that one is not taken for the other.
namespace {
FString ProjectFolder = TEXT("../project");

FString ToText(const std::filesystem::path& Path) { return FString(UTF8_TO_TCHAR(Path.lexically_normal().string().c_str())); }
} // namespace

void Shim::SetProjectFolder(const FString& Folder) { ProjectFolder = Folder; }

FString FPaths::ConvertRelativePathToFull(const FString& InPath) {
    std::error_code Ignored;
    return ToText(std::filesystem::absolute(PathOf(*InPath), Ignored));
}

FString FPaths::ConvertRelativePathToFull(const FString& BasePath, const FString& InPath) {
    // The base is only put before it, and is not made full itself.
    return ToText(IsRelative(InPath) ? PathOf(*BasePath) / PathOf(*InPath) : PathOf(*InPath));
}

FString FPaths::GetPath(const FString& InPath) {
    const int32 Slash = InPath.Find(TEXT("/"), ESearchCase::CaseSensitive, ESearchDir::FromEnd);
    return Slash == INDEX_NONE ? FString() : InPath.Left(Slash);
}

FString FPaths::GetCleanFilename(const FString& InPath) {
    return InPath.Mid(InPath.Find(TEXT("/"), ESearchCase::CaseSensitive, ESearchDir::FromEnd) + 1);
}

// Relative to the executable's folder, as the engine has it.
FString FPaths::ProjectDir() {
    std::error_code Ignored;
    return ToText(std::filesystem::relative(PathOf(*ProjectFolder), Ignored)) / TEXT("");
}

FString FPaths::ProjectContentDir() { return ProjectDir() / TEXT("Content/"); }

FString FPaths::ProjectSavedDir() { return ProjectDir() / TEXT("Saved/"); }

bool FPaths::FileExists(const FString& InPath) { return FPlatformFileManager::Get().GetPlatformFile().FileExists(*InPath); }

bool FPaths::DirectoryExists(const FString& InPath) { return FPlatformFileManager::Get().GetPlatformFile().DirectoryExists(*InPath); }

bool FPaths::IsRelative(const FString& InPath) { return PathOf(*InPath).is_relative(); }

void FPaths::NormalizeDirectoryName(FString& InPath) {
    InPath = InPath.Replace(TEXT("\\"), TEXT("/"));
    if (InPath.EndsWith(TEXT("/")) && InPath.Len() > 1) {
        InPath = InPath.LeftChop(1);
    }
}

// --- Plugins and modules

namespace {
FString PluginFolder;

struct FPlugin final : IPlugin {
    FString GetBaseDir() const override { return PluginFolder; }
};

struct FPluginManager final : IPluginManager {
    TSharedPtr<IPlugin> FindPlugin(const FString&) override {
        return PluginFolder.IsEmpty() ? nullptr : TSharedPtr<IPlugin>(MakeShared<FPlugin>());
    }
};

struct FRegisteredModule {
    FName Name;
    Shim::FMakeModule Make = nullptr;
    TUniquePtr<IModuleInterface> Module;
};

// In the order of their registration, which is that of the modules in the program.
std::vector<FRegisteredModule>& RegisteredModules() {
    static std::vector<FRegisteredModule> Registered;
    return Registered;
}
} // namespace

IPluginManager& IPluginManager::Get() {
    static FPluginManager Manager;
    return Manager;
}

void Shim::SetPluginFolder(const FString& Folder) { PluginFolder = Folder; }

bool Shim::RegisterModule(const TCHAR* Name, FMakeModule Make) {
    RegisteredModules().push_back({FName(Name), Make, nullptr});
    return true;
}

FModuleManager& FModuleManager::Get() {
    static FModuleManager Manager;
    return Manager;
}

IModuleInterface* FModuleManager::GetModule(const FName InModuleName) {
    for (const FRegisteredModule& Registered : RegisteredModules()) {
        if (Registered.Name == InModuleName) {
            return Registered.Module.Get();
        }
    }
    return nullptr;
}

bool FModuleManager::IsModuleLoaded(const FName InModuleName) const { return Get().GetModule(InModuleName) != nullptr; }

FSimpleMulticastDelegate FCoreDelegates::OnEnginePreExit;

namespace Shim {
void MakeDefaultObjects();
void DestroyAllObjects();
bool bSlateIsGone = false;
} // namespace Shim

void Shim::StartModule() {
    check(IsInGameThread());
    bSlateIsGone = false;
    check(!RegisteredModules().empty() && !RegisteredModules()[0].Module);
    MakeDefaultObjects();
    for (FRegisteredModule& Registered : RegisteredModules()) {
        Registered.Module = TUniquePtr<IModuleInterface>(Registered.Make());
        Registered.Module->StartupModule();
    }
}

void Shim::ShutDownModule() {
    for (size_t Index = RegisteredModules().size(); Index-- > 0;) {
        RegisteredModules()[Index].Module->ShutdownModule();
        RegisteredModules()[Index].Module.Reset();
    }
}

void Shim::ExitEngine() {
    FCoreDelegates::OnEnginePreExit.Broadcast();
    bSlateIsGone = true;
    DestroyAllObjects();
    ShutDownModule();
}

// --- Notifications

TArray<TSharedPtr<Shim::FNotification>>& Shim::Notifications() {
    static TArray<TSharedPtr<FNotification>> Shown;
    return Shown;
}

void Shim::ClickCancel(FNotification& Notification) {
    check(Notification.State == ENotification::Pending && Notification.bCanCancel);
    Notification.bCancelClicked = true;
}

FAsyncTaskNotification::FAsyncTaskNotification(const FAsyncTaskNotificationConfig& InConfig) : Shown(MakeShared<Shim::FNotification>()) {
    Shown->Title = InConfig.TitleText.ToString();
    Shown->Progress = InConfig.ProgressText.ToString();
    Shown->bCanCancel = InConfig.bCanCancel.Get();
    Shim::Notifications().Add(Shown);
}

FAsyncTaskNotification::FAsyncTaskNotification(FAsyncTaskNotification&& InOther) : Shown(InOther.Shown) { InOther.Shown = nullptr; }

FAsyncTaskNotification::~FAsyncTaskNotification() {
    // As Unreal does.
    checkf(!Shown || Shown->State != Shim::ENotification::Pending, TEXT("a notification goes that is pending: SetComplete is missing"));
}

void FAsyncTaskNotification::SetTitleText(const FText& InTitleText, const bool bClearProgressText) {
    Shown->Title = InTitleText.ToString();
    if (bClearProgressText) {
        Shown->Progress = FString();
    }
}

void FAsyncTaskNotification::SetProgressText(const FText& InProgressText) { Shown->Progress = InProgressText.ToString(); }

void FAsyncTaskNotification::SetCanCancel(const TAttribute<bool>& InCanCancel) { Shown->bCanCancel = InCanCancel.Get(); }

void FAsyncTaskNotification::SetComplete(const bool bSuccess) {
    checkf(!Shim::bSlateIsGone, TEXT("a notification is completed after Slate has gone"));
    Shown->State = bSuccess ? Shim::ENotification::Success : Shim::ENotification::Failure;
    Shown->bCancelClicked = false;
}

void FAsyncTaskNotification::SetComplete(const FText& InTitleText, const FText& InProgressText, const bool bSuccess) {
    SetTitleText(InTitleText);
    SetProgressText(InProgressText);
    SetComplete(bSuccess);
}

EAsyncTaskNotificationPromptAction FAsyncTaskNotification::GetPromptAction() const {
    return Shown->bCancelClicked ? EAsyncTaskNotificationPromptAction::Cancel : EAsyncTaskNotificationPromptAction::None;
}

// --- Progress bars

namespace {
TArray<Shim::FSlowTask> SlowTasks;
bool bSlowTasksAreCancelled = false;
} // namespace

TArray<Shim::FSlowTask> Shim::TakeSlowTasks() {
    TArray<FSlowTask> Taken = MoveTemp(SlowTasks);
    SlowTasks.Reset();
    return Taken;
}

void Shim::CancelSlowTasks(bool bCancel) { bSlowTasksAreCancelled = bCancel; }

FScopedSlowTask::FScopedSlowTask(float InAmountOfWork, const FText& InDefaultMessage, bool) : ShimTotal(InAmountOfWork) {
    check(IsInGameThread() && !Shim::bSlateIsGone);
    SlowTasks.Add({InDefaultMessage.ToString(), 0.0f, false});
}

FScopedSlowTask::~FScopedSlowTask() = default;

void FScopedSlowTask::MakeDialogDelayed(float, bool bShowCancelButton, bool) {
    bShimCanCancel = bShowCancelButton;
    SlowTasks.Last().bCanCancel = bShowCancelButton;
}

void FScopedSlowTask::EnterProgressFrame(float ExpectedWorkThisFrame, const FText&) {
    ShimEntered += ExpectedWorkThisFrame;
    checkf(ExpectedWorkThisFrame >= 0.0f && ShimEntered <= ShimTotal * 1.0001f, TEXT("a slow task enters more work than it has"));
    SlowTasks.Last().Entered = ShimEntered;
}

bool FScopedSlowTask::ShouldCancel() const { return bShimCanCancel && bSlowTasksAreCancelled; }

// --- Expectations

namespace {
int Failed = 0;
}

void Shim::Expect(bool bHolds, const char* What, const char* File, int Line) {
    if (!bHolds) {
        ++Failed;
        std::printf("%s:%d: does not hold: %s\n", File, Line, What);
    }
}

int Shim::Failures() { return Failed; }
