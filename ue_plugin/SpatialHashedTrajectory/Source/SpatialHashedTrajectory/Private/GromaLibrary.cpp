#include "GromaLibrary.h"

#include "GromaLog.h"
#include "GromaNative.h"
#if PLATFORM_WINDOWS
#include "HAL/PlatformProcess.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/Paths.h"
#endif

DEFINE_LOG_CATEGORY(LogGroma);

bool FGromaLibrary::bAvailable = false;

namespace
{
	/** Called from any thread of the library. */
	void LogFromLibrary(int32_t Level, groma_str /*Target*/, groma_str Message, void* /*User*/)
	{
		const FString Text = Groma::ToString(Message);
		switch (Level)
		{
		case GROMA_LOG_ERROR:
			UE_LOG(LogGroma, Error, TEXT("%s"), *Text);
			break;
		case GROMA_LOG_WARN:
			UE_LOG(LogGroma, Warning, TEXT("%s"), *Text);
			break;
		case GROMA_LOG_INFO:
			UE_LOG(LogGroma, Log, TEXT("%s"), *Text);
			break;
		case GROMA_LOG_DEBUG:
			UE_LOG(LogGroma, Verbose, TEXT("%s"), *Text);
			break;
		default:
			UE_LOG(LogGroma, VeryVerbose, TEXT("%s"), *Text);
			break;
		}
	}

	/** On Windows the library is not beside the executable, so it is loaded by its path before the first call. */
	bool LoadByPath()
	{
#if PLATFORM_WINDOWS
		const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("SpatialHashedTrajectory"));
		const FString Path = FPaths::Combine(
			Plugin.IsValid() ? Plugin->GetBaseDir() : FString(), TEXT("Binaries/ThirdParty/GromaLibrary/Win64/groma.dll"));
		if (FPlatformProcess::GetDllHandle(*Path) == nullptr)
		{
			UE_LOG(LogGroma, Error,
				TEXT("%s cannot be loaded, so nothing of this plugin works. Is it there? `cargo xtask unreal` in groma's source "
					"builds it and lays it in place; a packaged game must stage it."),
				*Path);
			return false;
		}
#endif
		return true;
	}
}

void FGromaLibrary::Startup()
{
	bAvailable = false;
	if (!LoadByPath())
	{
		return;
	}
	FString Reason;
	if (!IsCompatible(GROMA_ABI_VERSION, groma_abi_version(), Reason))
	{
		UE_LOG(LogGroma, Error, TEXT("%s"), *Reason);
		return;
	}
	const FString Version = Groma::ToString(groma_version());
	UE_LOG(LogGroma, Log, TEXT("groma %s, ABI version %u; the plugin was compiled for %s, %u."), *Version, groma_abi_version(),
		TEXT(GROMA_VERSION), static_cast<uint32>(GROMA_ABI_VERSION));
	if (Version != TEXT(GROMA_VERSION))
	{
		UE_LOG(LogGroma, Warning,
			TEXT("The library and the header are of different versions, which agree on the ABI. `cargo xtask unreal` lays those of "
				"one version in place."));
	}
	FGromaError Error;
	if (groma_log_to(LogFromLibrary, nullptr, GROMA_LOG_TRACE, Error.Out()) != GROMA_OK)
	{
		UE_LOG(LogGroma, Warning, TEXT("The library's messages do not come here: %s"), *Error.ToString());
	}
	bAvailable = true;
}

void FGromaLibrary::Shutdown()
{
	if (bAvailable)
	{
		groma_log_to(nullptr, nullptr, GROMA_LOG_OFF, nullptr);
		bAvailable = false;
	}
}

bool FGromaLibrary::IsAvailable()
{
	return bAvailable;
}

bool FGromaLibrary::IsCompatible(uint32 HeaderAbi, uint32 LibraryAbi, FString& OutReason)
{
	if (HeaderAbi == LibraryAbi)
	{
		return true;
	}
	OutReason = FString::Printf(
		TEXT("The groma library has ABI version %u, and the plugin was compiled for %u, so nothing of this plugin works. `cargo xtask "
			"unreal` in groma's source lays the library and its header in place; then build the project again."),
		LibraryAbi, HeaderAbi);
	return false;
}
