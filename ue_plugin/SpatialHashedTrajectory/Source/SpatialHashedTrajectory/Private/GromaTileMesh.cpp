#include "GromaTileMesh.h"

#include "GromaCityTypes.h"

namespace GromaTile
{
	constexpr uint32 NativeParts[FGromaTileMesh::NumParts] = {
		GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF, GROMA_PART_OTHER};

	static_assert(static_cast<int32>(EGromaCityPart::Ground) == 0 && static_cast<int32>(EGromaCityPart::Wall) == 1
		&& static_cast<int32>(EGromaCityPart::Roof) == 2 && static_cast<int32>(EGromaCityPart::Other) == 3,
		"NativeParts has the order of EGromaCityPart");
	static_assert(sizeof(FVector3f) == 3 * sizeof(float), "the native library writes vectors as three floats");

	constexpr double CentimetresPerMetre = 100.0;

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

	/** The building that a marker is of: walls have its number, roofs the number of all buildings more. */
	int32 BuildingOf(int32 Marker, int32 BuildingCount)
	{
		return Marker < 0 || BuildingCount == 0 ? -1 : Marker < BuildingCount ? Marker : Marker - BuildingCount;
	}

	FProcMeshTangent TangentAlong(const FVector& Direction, const FVector& Normal)
	{
		const FVector Tangent = (Direction - Normal * FVector::DotProduct(Direction, Normal)).GetSafeNormal();
		return FProcMeshTangent(Tangent, false);
	}

	/** Ground and roofs are looked at from above. */
	void MapFromAbove(FGromaTileMesh::FPart& Part)
	{
		Part.Uvs.Reserve(Part.Vertices.Num());
		Part.Tangents.Reserve(Part.Vertices.Num());
		for (int32 Index = 0; Index < Part.Vertices.Num(); ++Index)
		{
			const FVector& Vertex = Part.Vertices[Index];
			Part.Uvs.Add(FVector2D(Vertex.X / CentimetresPerMetre, Vertex.Y / CentimetresPerMetre));
			Part.Tangents.Add(TangentAlong(FVector(1.0, 0.0, 0.0), Part.Normals[Index]));
		}
	}

	/**
	 * Walls are unrolled along their direction, each from the same place of its building, so that pieces of one wall fit.
	 * A vertex between walls of different directions is one for each.
	 */
	class FWalls
	{
	public:
		explicit FWalls(FGromaTileMesh::FPart& InPart)
			: Part(InPart)
		{
			Uses.SetNum(Part.Vertices.Num());
			const FVector2D Nowhere = FVector2D::ZeroVector;
			Part.Uvs.Init(Nowhere, Part.Vertices.Num());
			Part.Tangents.Init(FProcMeshTangent(), Part.Vertices.Num());
		}

		void Unroll()
		{
			TMap<int32, FVector> Places;
			for (int32 Triangle = 0; Triangle < Part.Buildings.Num(); ++Triangle)
			{
				int32* Corners = Part.Triangles.GetData() + 3 * Triangle;
				const FVector First = Part.Vertices[Corners[0]];
				const FVector Outwards = FVector::CrossProduct(
					Part.Vertices[Corners[2]] - First, Part.Vertices[Corners[1]] - First);
				FVector Along = FVector::CrossProduct(Outwards, FVector::UpVector).GetSafeNormal();
				if (Along.IsZero())
				{
					Along = FVector::CrossProduct(Part.Normals[Corners[0]], FVector::UpVector).GetSafeNormal();
				}
				const FVector* Known = Places.Find(Part.Buildings[Triangle]);
				const FVector Place = Known != nullptr ? *Known : Places.Add(Part.Buildings[Triangle], First);
				for (int32 Corner = 0; Corner < 3; ++Corner)
				{
					Corners[Corner] = Use(Corners[Corner], Along, Place);
				}
			}
		}

	private:
		/** How a vertex of the tile is used: in a direction, by a vertex of the part; the next use is another vertex's. */
		struct FUse
		{
			FVector Along = FVector::ZeroVector;
			int32 Vertex = -1;
			int32 Next = -1;
		};

		int32 Use(int32 Original, const FVector& Along, const FVector& Place)
		{
			// Pieces of one wall differ in their direction by what single precision makes of it.
			constexpr double SameDirection = 1.0 - 1e-9;
			int32 At = Original;
			while (Uses[At].Vertex != -1)
			{
				if (FVector::DotProduct(Uses[At].Along, Along) > SameDirection)
				{
					return Uses[At].Vertex;
				}
				if (Uses[At].Next == -1)
				{
					const int32 Added = Uses.AddDefaulted();
					Uses[At].Next = Added;
				}
				At = Uses[At].Next;
			}
			int32 Vertex = Original;
			if (At != Original)
			{
				// Copies: what is added to an array must not be in it.
				const FVector Position = Part.Vertices[Original];
				const FVector Normal = Part.Normals[Original];
				Vertex = Part.Vertices.Add(Position);
				Part.Normals.Add(Normal);
				Part.Uvs.AddDefaulted();
				Part.Tangents.AddDefaulted();
			}
			Uses[At].Along = Along;
			Uses[At].Vertex = Vertex;
			const FVector Position = Part.Vertices[Vertex];
			Part.Uvs[Vertex] = FVector2D(FVector::DotProduct(Position - Place, Along) / CentimetresPerMetre,
				-Position.Z / CentimetresPerMetre);
			Part.Tangents[Vertex] = TangentAlong(Along, Part.Normals[Vertex]);
			return Vertex;
		}

		FGromaTileMesh::FPart& Part;
		TArray<FUse> Uses;
	};

	FString CopyPart(const groma_mesh_tile* Tile, int32 PartIndex, int32 BuildingCount, FGromaTileMesh& Mesh)
	{
		FGromaTileMesh::FPart& Part = Mesh.Parts[PartIndex];
		const groma_local_options Options = LocalOptions(NativeParts[PartIndex]);
		groma_local_size Size;
		Size.struct_size = sizeof Size;
		FGromaError Error;
		if (groma_mesh_tile_local_size(Tile, &Options, &Size, Error.Out()) != GROMA_OK)
		{
			return Error.ToString();
		}
		Mesh.Origin = FVector(Size.origin[0], Size.origin[1], Size.origin[2]);
		if (Size.vertex_count > MAX_int32 || Size.triangle_count > MAX_int32 / 3)
		{
			return FString::Printf(TEXT("%llu triangles are more than a mesh section takes; smaller tiles have less"),
				static_cast<unsigned long long>(Size.triangle_count));
		}
		TArray<FVector3f> Positions;
		TArray<FVector3f> Normals;
		Positions.SetNumUninitialized(static_cast<int32>(Size.vertex_count));
		Normals.SetNumUninitialized(static_cast<int32>(Size.vertex_count));
		Part.Triangles.SetNumUninitialized(3 * static_cast<int32>(Size.triangle_count));
		Part.Buildings.SetNumUninitialized(static_cast<int32>(Size.triangle_count));
		groma_local_buffers Buffers;
		groma_local_buffers_init(&Buffers, sizeof Buffers);
		Buffers.vertex_capacity = Size.vertex_count;
		Buffers.triangle_capacity = Size.triangle_count;
		Buffers.positions = reinterpret_cast<float*>(Positions.GetData());
		Buffers.normals = reinterpret_cast<float*>(Normals.GetData());
		Buffers.indices = reinterpret_cast<uint32_t*>(Part.Triangles.GetData());
		Buffers.markers = Part.Buildings.GetData();
		if (groma_mesh_tile_read_local(Tile, &Options, &Buffers, Error.Out()) != GROMA_OK)
		{
			return Error.ToString();
		}
		Part.Vertices = ToDouble(Positions);
		Part.Normals = ToDouble(Normals);
		for (int32& Building : Part.Buildings)
		{
			Building = BuildingOf(Building, BuildingCount);
		}
		if (PartIndex == static_cast<int32>(EGromaCityPart::Wall))
		{
			FWalls(Part).Unroll();
		}
		else
		{
			MapFromAbove(Part);
		}
		return FString();
	}
}

TGromaHandle<groma_job> FGromaTileMesh::StartRead(const groma_mesh_store* Store, const FString& Name, FString& OutReason)
{
	const FGromaText Text(Name);
	const groma_local_options Options = GromaTile::LocalOptions(GROMA_PART_ALL);
	FGromaError Error;
	groma_job* Job = nullptr;
	if (groma_mesh_store_get_tile_async(Store, Text.Get(), &Options, GromaTile::NativeParts, NumParts, &Job, Error.Out())
		!= GROMA_OK)
	{
		OutReason = Error.ToString();
	}
	return TGromaHandle<groma_job>(Job);
}

FString FGromaTileMesh::CopyFrom(const groma_mesh_tile* Tile)
{
	groma_mesh_tile_view View;
	View.struct_size = sizeof View;
	FGromaError Error;
	if (groma_mesh_tile_get_view(Tile, &View, Error.Out()) != GROMA_OK)
	{
		return Error.ToString();
	}
	for (int32 Part = 0; Part < NumParts; ++Part)
	{
		const FString Failure = GromaTile::CopyPart(Tile, Part, static_cast<int32>(View.building_count), *this);
		if (!Failure.IsEmpty())
		{
			return Failure;
		}
	}
	return FString();
}
