using UnrealBuildTool;

/// What only the editor does: static meshes of tiles, default materials, and where its viewports look from.
public class SpatialHashedTrajectoryEditor : ModuleRules
{
	public SpatialHashedTrajectoryEditor(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = ModuleRules.PCHUsageMode.UseExplicitOrSharedPCHs;

		PrivateDependencyModuleNames.AddRange(
			new string[]
			{
				"AssetRegistry",
				"Core",
				"CoreUObject",
				"Engine",
				"MeshDescription",
				"ProceduralMeshComponent",
				"SpatialHashedTrajectory",
				"UnrealEd"
			}
		);
	}
}
