using System.IO;
using UnrealBuildTool;

/// The native library, prebuilt: the header in include/, the binaries in a folder for each platform.
/// `cargo xtask unreal` lays them there.
public class GromaLibrary : ModuleRules
{
	public GromaLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;

		PublicSystemIncludePaths.Add(Path.GetDirectoryName(InPlace("include", "groma.h")));

		// The platform Win64 is Windows on ARM, too, for which there is no library.
		if (Target.Platform == UnrealTargetPlatform.Win64 && Target.Architecture != UnrealArch.X64)
		{
			throw new BuildException("groma has no library for Win64 on " + Target.Architecture + ": x64 is known.");
		}

		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			PublicAdditionalLibraries.Add(InPlace("Win64", "groma.lib"));
			PublicDelayLoadDLLs.Add("groma.dll");
			RuntimeDependencies.Add("$(PluginDir)/Binaries/ThirdParty/GromaLibrary/Win64/groma.dll", InPlace("Win64", "groma.dll"));
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			string Library = InPlace("Linux", "libgroma.so");
			PublicAdditionalLibraries.Add(Library);
			RuntimeDependencies.Add("$(BinaryOutputDir)/libgroma.so", Library);
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			string Library = InPlace("Mac", "libgroma.dylib");
			PublicAdditionalLibraries.Add(Library);
			RuntimeDependencies.Add("$(BinaryOutputDir)/libgroma.dylib", Library);
		}
		else
		{
			throw new BuildException("groma has no library for the platform " + Target.Platform + ": Win64, Linux and Mac are known.");
		}
	}

	private string InPlace(string Folder, string FileName)
	{
		string FullPath = Path.Combine(ModuleDirectory, Folder, FileName);
		if (!File.Exists(FullPath))
		{
			throw new BuildException("groma: " + FullPath + " is missing; `cargo xtask unreal` in groma's source builds it and lays it there.");
		}
		return FullPath;
	}
}
