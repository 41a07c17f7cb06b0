#include "GromaTileMesh.h"

#include "GromaCityActor.h"

namespace
{
	constexpr uint32 NativeParts[FGromaTileMesh::NumParts] = {
		GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF, GROMA_PART_OTHER};

	static_assert(static_cast<int32>(EGromaCityPart::Ground) == 0 && static_cast<int32>(EGromaCityPart::Wall) == 1
		&& static_cast<int32>(EGromaCityPart::Roof) == 2 && static_cast<int32>(EGromaCityPart::Other) == 3,
		"NativeParts has the order of EGromaCityPart");
	static_assert(sizeof(FVector3f) == 3 * sizeof(float), "the native library writes vectors as three floats");

	groma_local_options LocalOptions(uint32 Parts)
	{
		groma_local_options Options;
		groma_local_options_init(&Options, sizeof Options);
		Options.frame = GROMA_FRAME_UNREAL;
		Options.parts = Parts;
		Options.normals = 1;
		return Options;
	}

	TArray<FVector> ToDouble(const TArray<FVector3f>& Single)
	{
		TArray<FVector> Double;
		Double.Reserve(Single.Num());
		for (const FVector3f& Vector : Single)
		{
			Double.Add(FVector(Vector));
		}
		return Double;
	}

	bool CopyPart(const groma_mesh_tile* Tile, uint32 NativePart, FGromaTileMesh::FPart& Part, FVector& Origin, FString& OutReason)
	{
		const groma_local_options Options = LocalOptions(NativePart);
		groma_local_size Size;
		Size.struct_size = sizeof Size;
		FGromaError Error;
		if (groma_mesh_tile_local_size(Tile, &Options, &Size, Error.Out()) != GROMA_OK)
		{
			OutReason = Error.ToString();
			return false;
		}
		Origin = FVector(Size.origin[0], Size.origin[1], Size.origin[2]);
		if (Size.vertex_count > MAX_int32 || Size.triangle_count > MAX_int32 / 3)
		{
			OutReason = FString::Printf(TEXT("%llu triangles are more than a mesh section takes; smaller tiles have less"),
				static_cast<unsigned long long>(Size.triangle_count));
			return false;
		}
		TArray<FVector3f> Positions;
		TArray<FVector3f> Normals;
		Positions.SetNumUninitialized(static_cast<int32>(Size.vertex_count));
		Normals.SetNumUninitialized(static_cast<int32>(Size.vertex_count));
		Part.Triangles.SetNumUninitialized(3 * static_cast<int32>(Size.triangle_count));
		groma_local_buffers Buffers;
		groma_local_buffers_init(&Buffers, sizeof Buffers);
		Buffers.vertex_capacity = Size.vertex_count;
		Buffers.triangle_capacity = Size.triangle_count;
		Buffers.positions = reinterpret_cast<float*>(Positions.GetData());
		Buffers.normals = reinterpret_cast<float*>(Normals.GetData());
		Buffers.indices = reinterpret_cast<uint32_t*>(Part.Triangles.GetData());
		if (groma_mesh_tile_read_local(Tile, &Options, &Buffers, Error.Out()) != GROMA_OK)
		{
			OutReason = Error.ToString();
			return false;
		}
		Part.Vertices = ToDouble(Positions);
		Part.Normals = ToDouble(Normals);
		return true;
	}
}

TGromaHandle<groma_job> FGromaTileMesh::StartRead(const groma_mesh_store* Store, const FString& Name, FString& OutReason)
{
	const FGromaText Text(Name);
	const groma_local_options Options = LocalOptions(GROMA_PART_ALL);
	FGromaError Error;
	groma_job* Job = nullptr;
	if (groma_mesh_store_get_tile_async(Store, Text.Get(), &Options, NativeParts, NumParts, &Job, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
	}
	return TGromaHandle<groma_job>(Job);
}

bool FGromaTileMesh::Take(const groma_job* Job, FString& OutReason)
{
	FGromaError Error;
	groma_mesh_tile* Taken = nullptr;
	if (groma_job_take_tile(Job, &Taken, Error.Out()) != GROMA_OK)
	{
		OutReason = Error.ToString();
		return false;
	}
	const TGromaHandle<groma_mesh_tile> Tile(Taken);
	for (int32 Part = 0; Part < NumParts; ++Part)
	{
		if (!CopyPart(Tile.Get(), NativeParts[Part], Parts[Part], Origin, OutReason))
		{
			return false;
		}
	}
	return true;
}
