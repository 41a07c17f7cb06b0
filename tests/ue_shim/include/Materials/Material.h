#pragma once

#include "Materials/MaterialInterface.h"

class UMaterialExpression : public UObject {
    SHIM_CLASS(UMaterialExpression, UObject)
};

struct FMaterialExpressionCollection {
    void AddExpression(UMaterialExpression* InExpression) { Expressions.Add(InExpression); }
    TArray<UMaterialExpression*> Expressions;
};

struct FExpressionInput {
    void Connect(int32, UMaterialExpression* InExpression) { Expression = InExpression; }
    UMaterialExpression* Expression = nullptr;
};
struct FColorMaterialInput : FExpressionInput {};
struct FScalarMaterialInput : FExpressionInput {};

class UMaterialEditorOnlyData : public UObject {
    SHIM_CLASS(UMaterialEditorOnlyData, UObject)

public:
    FColorMaterialInput BaseColor;
    FScalarMaterialInput Roughness;
};

class UMaterial : public UMaterialInterface {
    SHIM_CLASS(UMaterial, UMaterialInterface)

public:
    FMaterialExpressionCollection& GetExpressionCollection() { return ShimExpressions; }
    UMaterialEditorOnlyData* GetEditorOnlyData();
    void ShimVisit(Shim::FReferences& References) override;

private:
    FMaterialExpressionCollection ShimExpressions;
    UMaterialEditorOnlyData* ShimData = nullptr;
};
