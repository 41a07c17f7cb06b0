#pragma once

#include "Materials/Material.h"

class UMaterialExpressionConstant : public UMaterialExpression {
    SHIM_CLASS(UMaterialExpressionConstant, UMaterialExpression)

public:
    float R = 0.0f;
};
