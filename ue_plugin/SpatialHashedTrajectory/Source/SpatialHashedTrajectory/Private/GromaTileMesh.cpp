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

	/**
	 * Gives the vertices of a part their texture coordinates. A vertex that is used in different ways becomes one for each.
	 *
	 * Coordinates are drawn in half precision, so whole metres are taken out for each patch of the surface: textures that
	 * repeat themselves after whole metres go on across patches.
	 */
	class FTextured
	{
	public:
		explicit FTextured(FGromaTileMesh::FPart& InPart)
			: Part(InPart)
		{
			Uses.SetNum(Part.Vertices.Num());
			const FVector2D Nowhere = FVector2D::ZeroVector;
			Part.Uvs.Init(Nowhere, Part.Vertices.Num());
			Part.Tangents.Init(FProcMeshTangent(), Part.Vertices.Num());
		}

		/** Ground and roofs are looked at from above. */
		void MapFromAbove()
		{
			FUse Use;
			Use.Along = FVector(1.0, 0.0, 0.0);
			Use.Down = FVector(0.0, 1.0, 0.0);
			for (int32 Triangle = 0; Triangle < Part.Buildings.Num(); ++Triangle)
			{
				UseTriangle(Triangle, Use);
			}
		}

		/** Walls are unrolled along their direction, each from the same place of its building, so that its pieces fit. */
		void Unroll()
		{
			TMap<int32, FVector> Places;
			for (int32 Triangle = 0; Triangle < Part.Buildings.Num(); ++Triangle)
			{
				const int32* Corners = Part.Triangles.GetData() + 3 * Triangle;
				const FVector First = Part.Vertices[Corners[0]];
				const FVector Outwards = FVector::CrossProduct(
					Part.Vertices[Corners[2]] - First, Part.Vertices[Corners[1]] - First);
				FUse Use;
				Use.Along = FVector::CrossProduct(Outwards, FVector::UpVector).GetSafeNormal();
				if (Use.Along.IsZero())
				{
					Use.Along = FVector::CrossProduct(Part.Normals[Corners[0]], FVector::UpVector).GetSafeNormal();
				}
				Use.Down = FVector(0.0, 0.0, -1.0);
				Use.Building = Part.Buildings[Triangle];
				const FVector* Known = Places.Find(Use.Building);
				const FVector Place = Known != nullptr ? *Known : Places.Add(Use.Building, First);
				// Along the wall from that place, and down from the tile's origin.
				Use.Place = FVector(Place.X, Place.Y, 0.0);
				UseTriangle(Triangle, Use);
			}
		}

	private:
		/** How a vertex of the tile is used, by which vertex of the part; the next use is another vertex's. */
		struct FUse
		{
			/** The directions in which the coordinates grow, from a place. */
			FVector Along = FVector::ZeroVector;
			FVector Down = FVector::ZeroVector;
			FVector Place = FVector::ZeroVector;
			int32 Building = -1;

			/** The metres that are taken out. */
			FVector2D Whole = FVector2D::ZeroVector;

			int32 Vertex = -1;
			int32 Next = -1;

			FVector2D At(const FVector& Position) const
			{
				return FVector2D(FVector::DotProduct(Position - Place, Along) / CentimetresPerMetre,
					FVector::DotProduct(Position - Place, Down) / CentimetresPerMetre);
			}

			bool IsSame(const FUse& Other) const
			{
				// Pieces of one wall differ in their direction by what single precision makes of it.
				constexpr double SameDirection = 1.0 - 1e-9;
				return Building == Other.Building && Whole == Other.Whole
					&& FVector::DotProduct(Along, Other.Along) > SameDirection;
			}
		};

		void UseTriangle(int32 Triangle, FUse& Use)
		{
			// A patch this wide has coordinates up to some 25 m, which half precision has to a centimetre.
			constexpr double PatchMetres = 32.0;
			int32* Corners = Part.Triangles.GetData() + 3 * Triangle;
			const FVector Middle =
				(Part.Vertices[Corners[0]] + Part.Vertices[Corners[1]] + Part.Vertices[Corners[2]]) / 3.0;
			const FVector2D At = Use.At(Middle);
			Use.Whole = FVector2D(PatchMetres * FMath::RoundToDouble(At.X / PatchMetres),
				PatchMetres * FMath::RoundToDouble(At.Y / PatchMetres));
			for (int32 Corner = 0; Corner < 3; ++Corner)
			{
				Corners[Corner] = UseVertex(Corners[Corner], Use);
			}
		}

		int32 UseVertex(int32 Original, const FUse& Use)
		{
			int32 At = Original;
			while (Uses[At].Vertex != -1)
			{
				if (Uses[At].IsSame(Use))
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
			Uses[At] = Use;
			Uses[At].Vertex = Vertex;
			Part.Uvs[Vertex] = Use.At(Part.Vertices[Vertex]) - Use.Whole;
			Part.Tangents[Vertex] = TangentAlong(Use.Along, Part.Normals[Vertex]);
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
			FTextured(Part).Unroll();
		}
		else
		{
			FTextured(Part).MapFromAbove();
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
