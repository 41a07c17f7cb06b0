"""Cities: whatever they come from gives the mesh of the same city; the original's examples run as they are."""

import inspect
import json
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import required

import groma
from groma import _groma

HOUSES = [
    ([(20, 20), (32, 20), (32, 28), (20, 28)], 16.5),
    ([(60, 40), (75, 40), (75, 60), (60, 60)], 22.0),
]
BOUNDS = (0.0, 0.0, 100.0, 80.0)


def ground():
    """Heights on a slope, row by row from the north, in pixels of 2 m."""
    x, y = np.meshgrid(np.arange(1.0, 100.0, 2.0), np.arange(79.0, 0.0, -2.0))
    return 10.0 + 0.02 * x + 0.01 * y


def houses():
    return groma.City([ring for ring, _ in HOUSES], ground(), bounds=BOUNDS, heights=[roof for _, roof in HOUSES])


def same(a, b):
    return (
        np.array_equal(a.vertices, b.vertices)
        and np.array_equal(a.faces, b.faces)
        and np.array_equal(a.markers, b.markers)
    )


class Polygon:
    """What the library needs of a polygon of shapely."""

    is_empty = False
    interiors = ()

    def __init__(self, ring):
        self.exterior = SimpleNamespace(coords=[(*point[:2],) for point in ring])


class Surface:
    """What the library needs of a surface of DTCC."""

    def __init__(self, ring, z):
        self.vertices = np.array([(x, y, z) for x, y in ring])

    def to_polygon(self, simplify=1e-2):
        return Polygon(self.vertices)


class Building:
    def __init__(self, ring, roof):
        self.id = "a name"
        self.surfaces = {"LOD0": Surface(ring, 0.0), "LOD1": Surface(ring, roof)}

    def get_footprint(self, lod=None):
        return self.surfaces.get(getattr(lod, "name", "LOD1"))


def dtcc_city(buildings=HOUSES, values=None, georef=(2.0, 0.0, 0.0, 0.0, -2.0, 80.0)):
    values = ground() if values is None else values
    raster = SimpleNamespace(data=values, georef=georef, nodata=float("nan"))
    buildings = [Building(ring, roof) for ring, roof in buildings]
    return SimpleNamespace(buildings=buildings, terrain=SimpleNamespace(raster=raster, mesh=None))


def test_a_mesh_is_sound_and_has_its_parts():
    mesh = groma.build_city_mesh(houses())
    checked = mesh.check()
    assert checked.sound and checked.plausible and checked.covers_domain, checked
    assert (mesh.buildings, mesh.report.buildings, mesh.report.is_complete) == (2, 2, True)
    assert mesh.vertices.dtype == np.float64 and mesh.markers.dtype == np.int32
    assert set(np.unique(mesh.markers)) == {-2, -1, 0, 1, 2, 3}
    for building, (_, roof) in enumerate(HOUSES):
        heights = mesh.vertices[mesh.faces[mesh.markers == 2 + building], 2]
        assert np.allclose(heights, roof)
    assert mesh.bounds[:2] == (0.0, 0.0) and mesh.bounds[5] == 22.0
    assert "triangles" in str(mesh.report) and mesh.report.to_dict()["buildings"] == 2


def test_the_mesh_does_not_depend_on_tiles_or_threads(city_files, tmp_path):
    given = {"terrain": city_files["terrain"]}
    whole = groma.build_city_mesh(city_files["footprints"], **given)
    tiled = groma.build_city_mesh(city_files["footprints"], use_tiling=True, tile_size=250, n_workers=1, **given)
    assert same(whole, tiled) and tiled.report.tiles > 1
    kept = groma.build_city_mesh_tiled(
        city_files["footprints"], tile_size=500, temp_dir=tmp_path, keep_intermediate=True, progress=False, **given
    )
    assert same(whole, kept)
    assert kept.store.folder.parent == tmp_path and len(kept.store) == kept.report.tiles
    assert same(whole, groma.build_city_surface_mesh(city_files["footprints"], **given))
    assert whole.store is None


def test_tiles_that_are_kept_are_named_when_their_build_fails(tmp_path, caplog):
    town, kept = groma.generate_city(tmp_path / "town", 1000), tmp_path / "kept"
    kept.mkdir()
    given = {"tile_size": 250, "max_mesh_size": 4.0}

    def build(**more):
        groma.build_city_mesh_tiled(
            town["footprints"], temp_dir=kept, keep_intermediate=True, n_workers=1, **given, **more
        )

    with pytest.raises(groma.NotFoundError):
        build(terrain=tmp_path / "nowhere.tif")
    assert list(kept.iterdir()) == [] and "kept in" not in caplog.text

    with pytest.raises(groma.CancelledError):
        build(terrain=town["terrain"], progress=lambda _: not list(kept.glob("*/tile-*.bin")))
    (folder,) = kept.iterdir()
    assert f"kept in {folder}" in caplog.text
    again = groma.build_city_store(town["footprints"], folder, terrain=town["terrain"], **given)
    assert again.is_complete and again.kept > 0 and again.built > 0


def test_a_store_keeps_tiles_and_reads_them_back(city_store, city_files, tmp_path):
    again = groma.build_city_store(city_files["footprints"], city_store, terrain=city_files["terrain"], tile_size=250)
    assert (again.built, again.kept) == (0, again.tiles)
    store = groma.MeshStore(city_store)
    assert len(store) == again.tiles and store.missing_tiles() == []
    assert sum(mesh.num_faces for mesh in store) == store.stats()["triangles"] == store.merge().num_faces
    records = list(store.buildings())
    assert len(records) == store.num_buildings == again.buildings and records[0]["members"]
    assert store.tile_info(store.list_tiles()[0])["is_city"]
    assert store.check().sound
    assert store.save(tmp_path / "city.ply").triangles == store.stats()["triangles"]
    assert same(groma.Mesh.load(tmp_path / "city.ply"), store.merge())
    assert store.export_glb(tmp_path / "glb") == len(store)
    assert store.export_3dtiles(tmp_path / "tiles", placement="local").tiles > 0
    assert (tmp_path / "tiles" / "tileset.json").exists()
    store.preview(tmp_path / "city.png", width=300)
    assert (tmp_path / "city.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(groma.NotFoundError, match="no such tile"):
        store.get_tile("none")


def test_cities_in_files_in_arrays_of_shapely_and_of_geopandas_are_the_same(tmp_path):
    expected = groma.build_city_mesh(houses())
    features = [
        {
            "type": "Feature",
            "properties": {"roof_height": roof, "name": name, "nothing": None},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for (ring, roof), name in zip(HOUSES, "ab")
    ]
    collection = {"type": "FeatureCollection", "features": features}
    (tmp_path / "houses.geojson").write_text(json.dumps(collection))
    (tmp_path / "ground.asc").write_text(
        "ncols 50\nnrows 40\nxllcorner 0\nyllcorner 0\ncellsize 2\n"
        + "\n".join(" ".join(repr(float(np.float32(h))) for h in row) for row in ground())
    )
    named = {"height_property": "roof_height", "height_reference": "absolute"}
    terrain = {"terrain": ground(), "bounds": BOUNDS}
    with_z = [np.array([(x, y, roof) for x, y in ring]) for ring, roof in HOUSES]
    cities = [
        groma.City(tmp_path / "houses.geojson", tmp_path / "ground.asc", **named),
        groma.load_city(tmp_path, **named),
        groma.City(collection, [str(tmp_path / "ground.asc")], **named),
        groma.City(SimpleNamespace(__geo_interface__=collection), **terrain, **named),
        groma.City(with_z, **terrain),
        groma.City([feature["geometry"] for feature in features], **terrain, heights=[roof for _, roof in HOUSES]),
        groma.City([Polygon(ring) for ring, _ in HOUSES], **terrain, heights=[roof for _, roof in HOUSES]),
    ]
    for number, city in enumerate(cities):
        assert same(groma.build_city_mesh(city), expected), number


def test_shapely_and_geopandas_themselves():
    shapely, geopandas = required("shapely"), required("geopandas")
    polygons = [shapely.Polygon(ring) for ring, _ in HOUSES]
    roofs = [roof for _, roof in HOUSES]
    expected = groma.build_city_mesh(houses())
    terrain = {"terrain": ground(), "bounds": BOUNDS}
    frame = geopandas.GeoDataFrame({"roof_height": roofs, "year": [1900, None]}, geometry=polygons, crs=28992)
    named = {"height_property": "roof_height", "height_reference": "absolute"}
    for city in [
        groma.City(polygons, **terrain, heights=roofs),
        groma.City(shapely.MultiPolygon(polygons).geoms, **terrain, heights=roofs),
        groma.City(geopandas.GeoSeries(polygons), **terrain, heights=frame["roof_height"]),
        groma.City(frame, **terrain, **named),
        groma.City(frame, **terrain, **named, filters=["year!=0"]),
    ]:
        assert same(groma.build_city_mesh(city), expected)
    store = groma.build_city_mesh(groma.City(frame, **terrain, **named))
    assert "28992" in json.dumps(store.report.input["reference_systems"])


def test_what_makes_no_city_is_refused(tmp_path):
    ring = HOUSES[0][0]
    for make, message in [
        (lambda: groma.City([ring], ground(), bounds=BOUNDS), "heights are missing"),
        (lambda: groma.City([ring], ground(), heights=[1.0]), "without bounds"),
        (lambda: groma.City([ring], ground()[0], bounds=BOUNDS, heights=[1.0]), "shape"),
        (lambda: groma.City([ring], ground(), bounds=BOUNDS, heights=[1.0, 2.0]), "heights are 2 for 1"),
        (lambda: groma.City([ring], ground(), bounds=BOUNDS, heights=[1.0], lods=[7]), "lods is 7"),
        (lambda: groma.City([ring], ground(), bounds=BOUNDS, heights=[1.0], layer="a"), "layer is given"),
        (lambda: groma.City([np.zeros((4, 4))], ground(), bounds=BOUNDS, heights=[1.0]), r"footprints .*\(4, 4\)"),
        (lambda: groma.City("a.geojson", "b.tif", heights="nobody"), "nobody"),
        (lambda: groma.City("a.geojson", "b.tif", ids=["a"]), "ids is given"),
        (lambda: groma.City("a.geojson", "b.tif", bounds=BOUNDS), "bounds is given"),
        (lambda: groma.build_city_mesh(houses(), lod=[1, 1]), "lod is"),
        (lambda: groma.build_city_mesh("a.geojson"), "terrain is missing"),
        (lambda: groma.build_city_mesh(houses(), max_mesh_size=0.0), "max_mesh_size"),
        (lambda: groma.build_city_mesh(houses(), outside_data="drop"), "outside_data"),
        (lambda: groma.load_city(tmp_path), "0 files of footprints"),
    ]:
        with pytest.raises(groma.InvalidArgumentError, match=message):
            make()
    with pytest.raises(FileNotFoundError, match="no-such"):
        groma.build_city_mesh("no-such.geojson", terrain="no-such.tif")
    with pytest.raises(TypeError, match="max_mash_size"):
        groma.build_city_mesh(houses(), max_mash_size=3)


def test_a_city_of_dtcc():
    expected = groma.build_city_mesh(houses())
    assert same(groma.build_city_mesh(dtcc_city()), expected)
    assert same(groma.build_city_mesh(dtcc_city(), lod=groma.GeometryType.LOD1), expected)
    affine = SimpleNamespace(a=2.0, b=0.0, c=0.0, d=0.0, e=2.0, f=0.0)
    upside_down = dtcc_city(values=ground()[::-1, :, None], georef=affine)
    assert same(groma.build_city_mesh(upside_down, lod=["LOD1", "LOD1"]), expected)
    flat = groma.build_city_mesh(dtcc_city(), lod=[groma.GeometryType.LOD0, groma.GeometryType.LOD1])
    assert flat.bounds[5] == 22.0 and (flat.vertices[flat.faces[flat.markers == 2], 2] < 13.0).all()
    city = dtcc_city()
    city.buildings[0].surfaces.clear()
    assert groma.build_city_mesh(city).buildings == 1
    with pytest.raises(groma.InvalidArgumentError, match="no terrain raster"):
        groma.build_city_mesh(SimpleNamespace(buildings=[], terrain=None))
    with pytest.raises(groma.InvalidArgumentError, match="without rotation"):
        groma.build_city_mesh(dtcc_city(georef=(2.0, 0.1, 0.0, 0.0, -2.0, 80.0)))


def test_the_names_and_defaults_of_the_original():
    original = {
        "lod": None,
        "min_building_detail": 0.5,
        "min_building_area": 15.0,
        "merge_buildings": True,
        "merge_tolerance": 0.5,
        "building_mesh_triangle_size": 5.0,
        "max_mesh_size": 10.0,
        "min_mesh_angle": 25.0,
        "merge_meshes": True,
        "smoothing": 0,
        "sort_triangles": False,
        "use_tiling": False,
        "tile_size": 1000.0,
        "tile_overlap": 50.0,
        "n_workers": None,
    }
    parameters = inspect.signature(groma.build_city_mesh).parameters
    positional = {n: p.default for n, p in parameters.items() if p.kind == p.POSITIONAL_OR_KEYWORD and n != "city"}
    assert positional == original and list(positional) == list(original)
    tiled = inspect.signature(groma.build_city_mesh_tiled).parameters
    names = ["city", "lod", "tile_size", "overlap", "n_workers"]
    assert list(tiled)[:5] == names
    last = {
        "progress": True,
        "use_disk_store": True,
        "temp_dir": None,
        "keep_intermediate": False,
        "snap_distance": 0.01,
    }
    assert {name: tiled[name].default for name in last} == last
    for function, expected in [
        (groma.calculate_optimal_tile_size, {"available_memory_fraction": 0.3}),
        (groma.should_use_tiling, {"tile_size": 1000.0, "available_memory_fraction": 0.5}),
        (groma.SharedMeshStore, {"temp_dir": None, "cleanup_on_delete": True}),
        (groma.MemoryMappedMeshArray, {"dtype": "float64"}),
    ]:
        parameters = inspect.signature(function).parameters
        assert {name: parameters[name].default for name in expected} == expected


def test_defaults_are_those_of_the_library():
    library = _groma.city_defaults()
    for function in (groma.build_city_store, groma.build_city_mesh, groma.build_city_mesh_tiled):
        parameters = inspect.signature(function).parameters
        here = {name: parameters[name].default for name in library if name in parameters}
        assert here == {name: library[name] for name in here}, function.__name__
    assert set(library) <= set(inspect.signature(groma.build_city_store).parameters)


def test_tile_sizes():
    size = groma.calculate_optimal_tile_size(available_memory_fraction=0.3)
    assert size > 0 and np.isfinite(size)
    assert groma.calculate_optimal_tile_size(0.3, memory_limit=2**28) < size
    assert groma.calculate_optimal_tile_size(city=houses()) > 0
    empty = SimpleNamespace(buildings=[], terrain=None)
    assert groma.should_use_tiling(empty, tile_size=1000.0) is False
    assert groma.should_use_tiling(SimpleNamespace(buildings=dtcc_city().buildings, terrain=None)) is False
    assert groma.should_use_tiling(dtcc_city(), tile_size=1000.0, available_memory_fraction=0.8) is False
    assert groma.should_use_tiling(houses(), 50.0, max_mesh_size=0.5, memory_limit=14 * 2**20) is True
    with pytest.raises(groma.InvalidArgumentError, match="available_memory_fraction|memory_fraction"):
        groma.calculate_optimal_tile_size(available_memory_fraction=0.0)
    for function in (groma.calculate_optimal_tile_size, groma.should_use_tiling):
        with pytest.raises(groma.InvalidArgumentError, match="^available_memory_fraction is 7"):
            function(city=houses(), available_memory_fraction=7)
    with pytest.raises(groma.InvalidArgumentError, match="no parameter"):
        groma.calculate_optimal_tile_size(max_mash_size=1)


def test_meshes_of_ground_and_of_each_building():
    whole = groma.build_city_mesh(houses())
    ground_alone, *buildings = groma.build_city_mesh(houses(), merge_meshes=False)
    assert len(buildings) == 2 and set(np.unique(ground_alone.markers)) == {-2, -1}
    assert ground_alone.num_faces + sum(b.num_faces for b in buildings) == whole.num_faces
    assert set(np.unique(buildings[1].markers)) == {1, 3}
    assert buildings[0].bounds[5] == 16.5
    with pytest.raises(groma.InvalidArgumentError, match="no markers"):
        groma.Mesh().split()


def test_the_examples_of_the_original(city_folder, tmp_path, monkeypatch):
    """The programs of the original's pages, as they are but for the import, the city's folder and sizes."""
    monkeypatch.chdir(tmp_path)
    dtcc = groma
    SharedMeshStore, MemoryMappedMeshArray = groma.SharedMeshStore, groma.MemoryMappedMeshArray
    calculate_optimal_tile_size, should_use_tiling = groma.calculate_optimal_tile_size, groma.should_use_tiling

    city = dtcc.load_city(city_folder)
    mesh = dtcc.build_city_mesh(city=city, use_tiling=True, tile_size=1000.0, tile_overlap=50.0, n_workers=4)
    mesh.save("output_mesh.vtu")
    assert (tmp_path / "output_mesh.vtu").exists()

    tile_size = calculate_optimal_tile_size(available_memory_fraction=0.3)
    if should_use_tiling(city, tile_size):
        mesh = dtcc.build_city_mesh(city=city, use_tiling=True, tile_size=tile_size)
    else:
        mesh = dtcc.build_city_mesh(city=city)

    mesh = dtcc.build_city_mesh(
        city=city,
        use_tiling=True,
        tile_size=1500.0,
        tile_overlap=100.0,
        n_workers=8,
        lod=dtcc.GeometryType.LOD1,
        merge_buildings=True,
        building_mesh_triangle_size=5.0,
        max_mesh_size=10.0,
        min_mesh_angle=25.0,
        smoothing=1,
    )
    vertices_array, faces_array, markers_array = mesh.vertices, mesh.faces, mesh.markers

    store = SharedMeshStore(temp_dir=str(tmp_path), cleanup_on_delete=True)
    store.add_tile(
        tile_id=0,
        bounds=(0.0, 0.0, 1000.0, 1000.0),
        vertices=vertices_array,
        faces=faces_array,
        markers=markers_array,
    )
    vertices, faces, markers = store.get_tile(0)
    stats = store.get_total_stats()
    assert (stats["total_vertices"], stats["total_faces"]) == (len(vertices), len(faces))
    for tile_id in store.list_tiles():
        vertices, faces, markers = store.get_tile(tile_id)
    assert np.array_equal(markers, markers_array)

    some_data = vertices[:1000]
    vertices_mmap = MemoryMappedMeshArray(filepath=str(tmp_path / "vertices.mmap"), shape=(1000000, 3), dtype="float64")
    vertices_mmap[0:1000] = some_data
    vertices_mmap.flush()
    assert np.array_equal(vertices_mmap[:1000], some_data)


def test_masked_ground_is_missing():
    heights = np.ma.array(np.full((50, 50), 1.0), mask=np.zeros((50, 50), bool))
    heights[10:15, 10:15] = np.ma.masked
    heights.data[10:15, 10:15] = 30.0
    city = groma.City([], heights, bounds=(0, 0, 100, 100))
    assert groma.build_city_mesh(city, progress=False).bounds[5] == 1.0
