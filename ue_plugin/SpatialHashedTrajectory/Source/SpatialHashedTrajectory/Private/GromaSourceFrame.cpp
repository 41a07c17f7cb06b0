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

FTransform FGromaSourceFrame::ToTransform() const
{
	const FVector Scale = ToLocal(FVector::OneVector) * Transform.GetScale3D();
	return FTransform(Transform.GetRotation(), ToWorld(FVector::ZeroVector), Scale);
}

bool FGromaSourceFrame::operator==(const FGromaSourceFrame& Other) const
{
	return Origin == Other.Origin && CentimetresPerUnit == Other.CentimetresPerUnit && bMirrorY == Other.bMirrorY
		&& Transform.Equals(Other.Transform, 0.0);
}
