#include "GromaSourceFrame.h"

FGromaSourceFrame FGromaSourceFrame::Unchanged()
{
	FGromaSourceFrame Frame;
	Frame.CentimetresPerUnit = 1.0;
	Frame.bMirrorY = false;
	return Frame;
}

FGromaSourceFrame FGromaSourceFrame::OfTrajectories(const FVector& Subtracted, double MetresPerUnit) const
{
	FGromaSourceFrame Frame = *this;
	Frame.Origin = (Origin - Subtracted) / MetresPerUnit;
	Frame.CentimetresPerUnit = CentimetresPerUnit * MetresPerUnit;
	return Frame;
}

FVector FGromaSourceFrame::ToLocal(const FVector& Step) const
{
	return FVector(Step.X, bMirrorY ? -Step.Y : Step.Y, Step.Z) * CentimetresPerUnit;
}

FVector FGromaSourceFrame::ToWorld(const FVector& Source) const
{
	return Transform.TransformPosition(ToLocal(Source - Origin));
}

FVector FGromaSourceFrame::ToSource(const FVector& World) const
{
	const FVector Local = Transform.InverseTransformPosition(World) / CentimetresPerUnit;
	return Origin + FVector(Local.X, bMirrorY ? -Local.Y : Local.Y, Local.Z);
}
