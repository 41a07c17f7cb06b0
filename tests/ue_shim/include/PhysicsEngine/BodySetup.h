#pragma once

#include "UObject/Object.h"

enum ECollisionTraceFlag : int { CTF_UseDefault, CTF_UseSimpleAndComplex, CTF_UseSimpleAsComplex, CTF_UseComplexAsSimple };

class UBodySetup : public UObject {
    SHIM_CLASS(UBodySetup, UObject)

public:
    ECollisionTraceFlag CollisionTraceFlag = CTF_UseDefault;
};
