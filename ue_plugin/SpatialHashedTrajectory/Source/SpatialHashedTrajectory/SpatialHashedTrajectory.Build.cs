using UnrealBuildTool;

public class SpatialHashedTrajectory : ModuleRules
{
	public SpatialHashedTrajectory(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = ModuleRules.PCHUsageMode.UseExplicitOrSharedPCHs;

		PublicDependencyModuleNames.AddRange(
			new string[]
			{
				"Core",
				"CoreUObject",
				"Engine",
				"DeveloperSettings"
			}
		);

		PrivateDependencyModuleNames.AddRange(
			new string[]
			{
				"GromaLibrary",
				"ProceduralMeshComponent",
				"Projects"
			}
		);
	}
}
