#include "GromaEditorHooks.h"

FGromaEditorHooks& FGromaEditorHooks::Get()
{
	static FGromaEditorHooks Hooks;
	return Hooks;
}
