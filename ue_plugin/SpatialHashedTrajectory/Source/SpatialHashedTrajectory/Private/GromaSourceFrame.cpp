#include "GromaSourceFrame.h"

FVector FGromaSourceFrame::ToLocal(const FVector& Step) const
{
	return FVector(Step.X, -Step.Y, Step.Z) * CentimetresPerUnit;
}

FVector FGromaSourceFrame::ToWorld(const FVector& Source) const
{
	return Transform.TransformPosition(ToLocal(Source - Origin));
}

FVector FGromaSourceFrame::ToSource(const FVector& World) const
{
	const FVector Local = Transform.InverseTransformPosition(World) / CentimetresPerUnit;
	return Origin + FVector(Local.X, -Local.Y, Local.Z);
}
