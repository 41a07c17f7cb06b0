#pragma once

#include "UObject/Object.h"

class UNiagaraSystem : public UObject {
    SHIM_CLASS(UNiagaraSystem, UObject)
};
