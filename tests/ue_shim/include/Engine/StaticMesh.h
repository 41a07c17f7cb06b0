#pragma once

#include "CoreMinimal.h"
#include "MeshDescription.h"
#include "UObject/Object.h"

class UBodySetup;
class UMaterialInterface;

namespace EImportStaticMeshVersion {
enum Type { BeforeImportStaticMeshVersionWasAdded, RemoveStaticMeshSkinxxWorkflow, VersionPlusOne, LastVersion = VersionPlusOne - 1 };
}

struct FMeshBuildSettings {
    uint8 bUseFullPrecisionUVs : 1 = 0;
    uint8 bRecomputeNormals : 1 = 1;
    uint8 bRecomputeTangents : 1 = 1;
    uint8 bGenerateLightmapUVs : 1 = 1;
};

struct FStaticMeshSourceModel {
    FMeshBuildSettings BuildSettings;
};

struct FStaticMaterial {
    FStaticMaterial(UMaterialInterface* InMaterialInterface = nullptr) : MaterialInterface(InMaterialInterface) {}
    UMaterialInterface* MaterialInterface;
};

struct FMeshNaniteSettings {
    uint8 bEnabled : 1 = 0;
};

class UStaticMesh : public UObject {
    SHIM_CLASS(UStaticMesh, UObject)

public:
    void InitResources() {}
    void SetLightingGuid() {}
    int32 GetNumSourceModels() const { return SourceModels.Num(); }
    FStaticMeshSourceModel& GetSourceModel(int32 Index) { return SourceModels[Index]; }
    FStaticMeshSourceModel& AddSourceModel() { return SourceModels[SourceModels.AddDefaulted()]; }
    FMeshDescription* CreateMeshDescription(int32 LodIndex, FMeshDescription Description);
    void CommitMeshDescription(int32 LodIndex);
    TArray<FStaticMaterial>& GetStaticMaterials() { return StaticMaterials; }
    void CreateBodySetup();
    UBodySetup* GetBodySetup() const { return BodySetup; }
    void Build(bool bInSilent = false);
    void ShimVisit(Shim::FReferences& References) override;

    FMeshNaniteSettings NaniteSettings;
    int32 ImportVersion = EImportStaticMeshVersion::BeforeImportStaticMeshVersionWasAdded;

    // Of the shim: what was committed, and what was built of it.
    FMeshDescription ShimDescription;
    int32 ShimBuiltTriangles = -1;

private:
    TArray<FStaticMeshSourceModel> SourceModels;
    TArray<FStaticMaterial> StaticMaterials;
    UBodySetup* BodySetup = nullptr;
};
