"""What no parameter takes is refused in one way: the error names the parameter, the value seen and what is accepted."""

import inspect
import re
import types

import numpy as np
import pytest

import groma

#: Values that most parameters do not take; some parameter takes each of them.
ODD = [
    "a text",
    b"bytes",
    "",
    True,
    1.5,
    -1,
    10**30,
    float("nan"),
    float("inf"),
    1j,
    [],
    {},
    (1, 2),
    ["a", "b"],
    [[1], [1, 2]],
    range(3),
    np.zeros((2, 4)),
    np.zeros(3, dtype=bool),
    np.array(["a"]),
    types.SimpleNamespace(),
]

#: What is no value of anything.
NOTHING = object()

#: Parameters that take whatever there is.
TAKE_ALL = {
    # They have no effect, and are here for programs of DTCC Core.
    "sort_triangles",
    "use_disk_store",
}


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Every public function and method with parameters, as calls with arguments by name that are right."""
    tmp = tmp_path_factory.mktemp("parameters")
    groma.generate_trajectories(tmp / "walks", 20, shards=1, interval=4, progress=False)
    groma.build_hash_tables(tmp / "walks", 500.0, progress=False)
    dataset = groma.Dataset(tmp / "walks")
    ids = dataset.samples_at(0)["id"]
    (tmp / "city").mkdir()
    groma.generate_city(tmp / "city" / "town", 1, progress=False)
    house = [(20, 20), (32, 20), (32, 28), (20, 28)]
    land = {"bounds": (0, 0, 60, 60), "heights": [6.5], "nodata": -1.0, "ids": ["a"], "lods": [1]}
    city = groma.City([house], np.zeros((30, 30)), **land)
    build = {"terrain": None, "progress": False, "bounds": (0, 0, 60, 60), "n_workers": 1}
    groma.build_city_store(city, tmp / "tiles", progress=False)
    groma.plan_city_store(city, tmp / "parts", progress=False)
    groma.build_city_store_part(tmp / "parts", 1, 1, progress=False)
    tables = {"dataset": tmp / "walks", "cell_size": 400.0, "threads": 1, "progress": False}
    groma.plan_hash_tables(**tables)
    groma.build_hash_tables_part(**tables, part=1, parts=1)
    store = groma.MeshStore(tmp / "tiles")
    tile = store.list_tiles()[0]
    mesh = store.merge(progress=False)
    shared = groma.SharedMeshStore(temp_dir=tmp)
    triangle = [[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]]
    shared.add_tile(0, (0, 0, 1, 1), *triangle)
    rows = {"id": [1, 1], "frame": [0, 1], "x": [0.0, 0.0], "y": [0.0, 0.0]}
    numbers = iter(range(10**6))

    def fresh(name):
        return tmp / f"{name}-{next(numbers)}"

    def query(**more):
        return lambda: {"steps": 0, "radius": 1.0, "cell_size": 500.0, "periodic": False, "unwrapped": False, **more}

    at = {"centre": (0.0, 0.0, 0.0)}
    nearest = {"step": 0, **at, "count": 1, "cell_size": 500.0, "periodic": None, "unwrapped": False}
    return {
        groma.build_city_store: lambda: {**build, "city": city, "store": fresh("store")},
        groma.plan_city_store: lambda: {
            "city": city,
            "store": fresh("planned"),
            "terrain": None,
            "progress": False,
            "n_workers": 1,
        },
        groma.build_city_store_part: lambda: {"store": tmp / "parts", "part": 1, "parts": 1, "progress": False},
        groma.finish_city_store: lambda: {"store": tmp / "parts", "progress": False},
        groma.plan_hash_tables: lambda: {**tables, "output": fresh("tables")},
        groma.build_hash_tables_part: lambda: {**tables, "part": 1, "parts": 1},
        groma.finish_hash_tables: lambda: dict(tables),
        groma.build_city_mesh: lambda: {**build, "city": city},
        groma.build_city_mesh_tiled: lambda: {**build, "city": city},
        groma.calculate_optimal_tile_size: lambda: {"city": city, "terrain": None, "memory_limit": 2**30},
        groma.should_use_tiling: lambda: {"city": city, "terrain": None, "memory_limit": 2**30},
        groma.generate_city: lambda: {"folder": fresh("town"), "buildings": 1, "progress": False},
        groma.load_city: lambda: {"path": tmp / "city" / "town"},
        groma.City: lambda: {"footprints": [house], "terrain": np.zeros((3, 3)), **land},
        groma.import_trajectories: lambda: {"source": rows, "folder": fresh("set"), "progress": False},
        groma.build_hash_tables: lambda: {
            "dataset": tmp / "walks",
            "cell_size": 500.0,
            "output": fresh("tables"),
            "threads": 1,
            "progress": False,
        },
        groma.generate_trajectories: lambda: {
            "folder": fresh("walks"),
            "trajectories": 2,
            "interval": 2,
            "progress": False,
        },
        groma.preview_step: lambda: {
            "dataset": tmp / "walks",
            "step": 0,
            "path": tmp / "a.png",
            "width": 64,
            "progress": False,
        },
        groma.merge_meshes: lambda: {"meshes": [mesh], "progress": False},
        groma.Mesh: lambda: dict(zip(("vertices", "faces"), triangle)),
        mesh.save: lambda: {"path": tmp / "a.ply", "progress": False},
        groma.Mesh.load: lambda: {"path": tmp / "a.ply"},
        mesh.check: lambda: {"progress": False},
        mesh.preview: lambda: {"path": tmp / "a.png", "width": 64, "progress": False},
        mesh.submesh: lambda: {"chosen": [0]},
        groma.MeshStore: lambda: {"folder": tmp / "tiles"},
        store.get_tile: lambda: {"name": tile},
        store.tile_info: lambda: {"name": tile},
        store.merge: lambda: {"progress": False},
        store.save: lambda: {"path": tmp / "b.ply", "progress": False},
        store.check: lambda: {"progress": False},
        store.export_glb: lambda: {"folder": fresh("glb"), "progress": False},
        store.export_3dtiles: lambda: {"folder": fresh("tileset"), "placement": "local", "progress": False},
        store.preview: lambda: {"path": tmp / "a.png", "width": 64, "progress": False},
        groma.SharedMeshStore: lambda: {"temp_dir": tmp},
        groma.SharedMeshStore.attach: lambda: {"store_file": shared.store_file},
        shared.add_tile: lambda: {
            "tile_id": next(numbers) + 1,
            "bounds": (0, 0, 1, 1),
            "vertices": triangle[0],
            "faces": triangle[1],
        },
        shared.get_tile: lambda: {"tile_id": 0},
        shared.get_metadata: lambda: {"tile_id": 0},
        shared.merge: lambda: {"snap_distance": 0.01, "progress": False},
        groma.MemoryMappedMeshArray: lambda: {"filepath": tmp / "a.mmap", "shape": (2, 3), "dtype": "float64"},
        groma.Dataset: lambda: {"path": tmp / "walks"},
        dataset.table_steps: lambda: {"cell_size": 500.0},
        dataset.query_radius: query(**at),
        dataset.query_dual_radius: lambda: {
            **{name: value for name, value in query(**at)().items() if name != "radius"},
            "inner_radius": 1.0,
            "outer_radius": 2.0,
        },
        dataset.query_nearest: lambda: dict(nearest),
        dataset.query_trajectory: query(ids=int(ids[0])),
        dataset.query_path: query(steps=[0], positions=[[0.0, 0.0, 0.0]], leave_out=None),
        dataset.neighbours: lambda: {"step": 0, "radius": 1.0, "cell_size": 500.0, "periodic": None},
        dataset.samples_at: lambda: {"step": 0},
        dataset.positions: lambda: {"id": int(ids[0]), "steps": 0},
    }


def parameters(function):
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [name for name, p in inspect.signature(function).parameters.items() if p.kind not in kinds]


def test_every_public_function_is_here(calls):
    tested = {getattr(function, "__qualname__", function.__name__) for function in calls}
    public = set()
    for name in groma.__all__:
        thing = getattr(groma, name)
        is_error = isinstance(thing, type) and issubclass(thing, (BaseException, groma.Report))
        if isinstance(thing, types.FunctionType) or (isinstance(thing, type) and not is_error):
            public.add(thing.__qualname__)
        for member, value in vars(thing).items() if isinstance(thing, type) and not is_error else ():
            value = getattr(value, "__func__", value)
            if isinstance(value, types.FunctionType) and not member.startswith("_") and parameters(value)[1:]:
                public.add(value.__qualname__)
    # These come out of other functions.
    assert public - {"GeometryType", "TileMetadata", "Progress", "Neighbours", "QueryResult"} == tested


def test_what_is_right_is_taken(calls):
    for function, right in calls.items():
        function(**right())


def refused(function, name, value, arguments):
    """Call a function; return what is wrong with how it takes or refuses a value, or None."""
    given = {**arguments, name: value}
    try:
        function(**given)
    except groma.InvalidArgumentError as error:
        said = str(error)
        if error.parameter is None or not re.search(rf"\b{re.escape(error.parameter)}\b", said):
            return f"names no parameter: {said}"
        if "accepted: " not in said:
            return f"does not say what is accepted: {said}"
        # Another parameter may be wrong beside the value, which is one of this parameter's kind.
        others = [] if value is NOTHING else [*parameters(function), *parameters(groma.build_city_store)]
        return None if error.parameter in [name, *others] else f"names {error.parameter}: {said}"
    except groma.GromaError as error:
        # A file that is not there, or too little memory: the value is one of the parameter's kind.
        return f"is {error}" if value is NOTHING else None
    except BaseException as error:  # a panic is no Exception
        return f"is {type(error).__name__}: {error}"
    return "is taken" if value is NOTHING and name not in TAKE_ALL else None


def test_what_no_parameter_takes_is_refused_with_its_name(calls, tmp_path, monkeypatch):
    # "a text" is a path, too.
    monkeypatch.chdir(tmp_path)
    wrong = []
    for function, right in calls.items():
        for name in parameters(function):
            for value in [NOTHING, *ODD]:
                found = refused(function, name, value, right())
                if found is not None:
                    wrong.append(f"{function.__qualname__}({name}={value!r}) {found}")
    assert wrong == []


def test_options_that_are_handed_on_are_refused_too(calls):
    city = calls[groma.build_city_mesh]()
    for name in parameters(groma.build_city_store):
        if name not in ("city", "store"):
            for function in (groma.build_city_mesh, groma.build_city_mesh_tiled):
                name = "overlap" if function is groma.build_city_mesh_tiled and name == "tile_overlap" else name
                assert refused(function, name, NOTHING, city) is None, name


def test_errors_do_not_speak_of_the_command_line(calls):
    """Parameters have the names that they have in Python."""
    with pytest.raises(groma.OutOfMemoryError, match=r"\(memory_limit\)"):
        groma.build_hash_tables(**{**calls[groma.build_hash_tables](), "memory_limit": 1})
    with pytest.raises(groma.NotFoundError) as caught:
        groma.Dataset(calls[groma.Dataset]()["path"], cell_size=3.0).query_radius(0, (0, 0, 0), 1.0)
    assert "build_missing" in str(caught.value) and "--" not in str(caught.value)
    city = {**calls[groma.City](), "ids": None, "lods": None}
    with pytest.raises(groma.InvalidArgumentError) as caught:
        groma.build_city_mesh(groma.City(**{**city, "heights": [-6.5]}), progress=False)
    assert "height_reference ground" in str(caught.value) and "--" not in str(caught.value)
    shed = [(50, 50), (52, 50), (52, 52), (50, 52)]
    two = {**city, "footprints": [*city["footprints"], shed], "heights": [6.5, 2.5]}
    report = groma.build_city_mesh(groma.City(**two), progress=False).report
    assert "min_building_area" in repr(report.warnings)
    assert "--" not in str(report) + repr(report.to_dict())
