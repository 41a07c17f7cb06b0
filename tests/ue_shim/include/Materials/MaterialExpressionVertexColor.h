#pragma once

#include "Materials/Material.h"

class UMaterialExpressionVertexColor : public UMaterialExpression {
    SHIM_CLASS(UMaterialExpressionVertexColor, UMaterialExpression)
};
