#include "GromaNative.h"

#include "Misc/Paths.h"

FString Groma::ToString(groma_str Text)
{
	const FUTF8ToTCHAR Converted(reinterpret_cast<const ANSICHAR*>(Text.data), static_cast<int32>(Text.size));
	FString Result;
	Result.AppendChars(Converted.Get(), Converted.Length());
	return Result;
}

FString Groma::FullPath(const FString& Path)
{
	if (Path.IsEmpty())
	{
		return Path;
	}
	const bool bFromExecutable = Path.StartsWith(TEXT("../")) || Path.StartsWith(TEXT("..\\"));
	// The project's folder may itself be relative to the executable's, and the form with a base only joins.
	FString Full = bFromExecutable
		? FPaths::ConvertRelativePathToFull(Path)
		: FPaths::ConvertRelativePathToFull(FPaths::ConvertRelativePathToFull(FPaths::ProjectDir()), Path);
	FPaths::NormalizeDirectoryName(Full);
	return Full;
}
