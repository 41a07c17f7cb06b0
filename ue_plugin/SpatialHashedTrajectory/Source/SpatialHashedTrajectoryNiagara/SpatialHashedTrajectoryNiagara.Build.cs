using UnrealBuildTool;

/// What shows trajectories by Niagara. Nothing depends on it: a project that does without Niagara takes this module and
/// the plugin Niagara out of SpatialHashedTrajectory.uplugin.
public class SpatialHashedTrajectoryNiagara : ModuleRules
{
	public SpatialHashedTrajectoryNiagara(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = ModuleRules.PCHUsageMode.UseExplicitOrSharedPCHs;

		PublicDependencyModuleNames.AddRange(
			new string[]
			{
				"Core",
				"CoreUObject",
				"Engine",
				"SpatialHashedTrajectory"
			}
		);

		PrivateDependencyModuleNames.AddRange(
			new string[]
			{
				"Niagara"
			}
		);
	}
}
