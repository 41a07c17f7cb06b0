// The materials of cities, which need none of the engine's content.
#include "GromaCityAssets.h"

#include "AssetRegistry/AssetRegistryModule.h"
#include "GromaCityActor.h"
#include "Materials/Material.h"
#include "Materials/MaterialExpressionConstant.h"
#include "Materials/MaterialExpressionVertexColor.h"
#include "ScopedTransaction.h"
#include "UObject/Package.h"

namespace GromaMaterials
{
	/** The material of a name: the project's, or a new one that shows the colours of the vertices. */
	UMaterialInterface* FindOrMake(const TCHAR* Name, float Roughness)
	{
		UPackage* Package = CreatePackage(*FString::Printf(TEXT("%s/%s"), GromaCityAssets::Folder, Name));
		Package->FullyLoad();
		if (UMaterial* Known = FindObject<UMaterial>(Package, Name))
		{
			return Known;
		}
		UMaterial* Material = NewObject<UMaterial>(Package, FName(Name), RF_Public | RF_Standalone);
		UMaterialExpressionVertexColor* Colour = NewObject<UMaterialExpressionVertexColor>(Material);
		UMaterialExpressionConstant* Constant = NewObject<UMaterialExpressionConstant>(Material);
		Constant->R = Roughness;
		Material->GetExpressionCollection().AddExpression(Colour);
		Material->GetExpressionCollection().AddExpression(Constant);
		Material->GetEditorOnlyData()->BaseColor.Connect(0, Colour);
		Material->GetEditorOnlyData()->Roughness.Connect(0, Constant);
		Material->PostEditChange();
		Package->MarkPackageDirty();
		FAssetRegistryModule::AssetCreated(Material);
		return Material;
	}
}

bool GromaCityAssets::MakeMaterials(AGromaCityActor& City, FString& OutReason)
{
	OutReason = FString();
	UMaterialInterface* Ground = GromaMaterials::FindOrMake(TEXT("M_GromaGround"), 1.0f);
	UMaterialInterface* Wall = GromaMaterials::FindOrMake(TEXT("M_GromaWall"), 0.8f);
	UMaterialInterface* Roof = GromaMaterials::FindOrMake(TEXT("M_GromaRoof"), 0.6f);
	const FScopedTransaction Transaction(FText::FromString(FString(TEXT("Use Default Materials"))));
	City.Modify();
	City.GroundMaterial = City.GroundMaterial != nullptr ? City.GroundMaterial.Get() : Ground;
	City.WallMaterial = City.WallMaterial != nullptr ? City.WallMaterial.Get() : Wall;
	City.RoofMaterial = City.RoofMaterial != nullptr ? City.RoofMaterial.Get() : Roof;
	City.OtherMaterial = City.OtherMaterial != nullptr ? City.OtherMaterial.Get() : Ground;
	return true;
}
