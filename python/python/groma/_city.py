"""Building city meshes, with the names of DTCC Core."""

from __future__ import annotations

import inspect
import logging
import os
import shutil
import sys
import tempfile
from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, Union, overload

from . import _groma
from ._arguments import Bounds, Count, Large, PathLike, Threads, checked, number, refusal
from ._city_input import city_of, is_dtcc, mesh_lod
from ._mesh import Mesh
from ._progress import ProgressArgument, run
from ._report import CityReport
from ._store import MeshStore

_log = logging.getLogger("groma")

#: The density of buildings, in pieces of 5 m of outlines per square kilometre, of a dense European city centre.
_DENSE = 25_000.0
#: The edge, in metres, of a city for which no size is known.
_LARGE = 100_000.0


@checked(threads="n_workers", footprints="city")
def build_city_store(
    city: Any,
    store: PathLike,
    *,
    terrain: Any = None,
    lod: Any = None,
    min_building_detail: float = 0.5,
    min_building_area: float = 15.0,
    merge_buildings: bool = True,
    merge_tolerance: float = 0.5,
    merge_height_tolerance: float = 0.5,
    building_mesh_triangle_size: float = 5.0,
    max_mesh_size: float = 10.0,
    min_mesh_angle: float = 25.0,
    smoothing: Count = 0,
    treat_lod0_as_holes: bool = False,
    max_fill_distance: float = 10.0,
    outside_data: Literal["skip", "fail", "fill"] = "skip",
    ground_beside_buildings: Literal["terrain", "lowest"] = "terrain",
    raise_covered_roofs: bool = False,
    tile_size: float = 1000.0,
    tile_overlap: float = 50.0,
    bounds: Optional[Bounds] = None,
    domain: Optional[PathLike] = None,
    crs: Optional[Count] = None,
    height_unit: Optional[float] = None,
    terrain_resolution: float = 0.0,
    nodata: Union[float, Sequence[float]] = (),
    resume: bool = True,
    replace: bool = False,
    fsync: bool = False,
    temp_dir: Optional[PathLike] = None,
    n_workers: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
) -> CityReport:
    """Build the tiles of a city into a store on the disk.

    The mesh never is in memory as a whole. A second build of the same store makes only tiles that are missing or whose
    inputs have changed.

    Parameters
    ----------
    city : City, path, or city of DTCC
        What is meshed. The path of a file of footprints, and whatever else `City` takes for footprints, need
        ``terrain``.
    store : path
        The folder of the tiles.
    terrain : optional
        The terrain, as `City` takes it.
    lod : optional
        The level of detail of buildings without one of their own: 0 for flat platforms, 1 (default) for blocks.
    min_building_detail : float
        The smallest detail of an outline in metres.
    min_building_area : float
        Footprints smaller than this, in square metres, are left out.
    merge_buildings : bool
        Whether buildings that touch or nearly do become one; otherwise they share their walls.
    merge_tolerance : float
        Buildings nearer to each other than this are merged.
    merge_height_tolerance : float
        Roofs of merged buildings become one when they differ by less than this.
    building_mesh_triangle_size : float
        The largest length of pieces of walls, and the spacing of points on roofs.
    max_mesh_size : float
        The spacing of points on open ground.
    min_mesh_angle : float
        The smallest angle of triangles of ground and roofs, seen from above, in degrees.
    smoothing : int
        Rounds of smoothing of the ground.
    treat_lod0_as_holes : bool
        Whether the footprints of LOD0 buildings stay open.
    max_fill_distance : float
        How far data may be from a place of the terrain without.
    outside_data : {"skip", "fail", "fill"}
        What is done with places that are farther from data.
    ground_beside_buildings : {"terrain", "lowest"}
        The height of the ground beside buildings; ``"lowest"`` is the rule of DTCC.
    raise_covered_roofs : bool
        Whether roofs under the ground are raised to 0.5 m above it.
    tile_size, tile_overlap : float
        The edge of a tile and the halo around it, in metres. The mesh does not depend on them.
    bounds : tuple of float, optional
        West, south, east, north of the area to mesh.
    domain : path, optional
        A file of polygons: only what lies in one of them is meshed.
    crs : int, optional
        The EPSG code of the mesh's reference system.
    height_unit : float, optional
        The length of the unit of a terrain file's heights in metres.
    terrain_resolution : float
        The largest pixels, in metres, that terrain may be read with.
    nodata : float or sequence of float
        Heights that stand for no data, besides those that the terrain declares.
    resume : bool
        Whether tiles of an earlier build with the same inputs are kept.
    replace : bool
        Whether tiles of another area may be removed.
    fsync : bool
        Whether files are synced to the disk.
    temp_dir : path, optional
        The folder for temporary files: many footprints, and terrain that does not fit the memory limit.
    n_workers : int, optional
        The number of threads; one per processor by default. The mesh does not depend on it.
    memory_limit : int, optional
        The most memory the build may take, in bytes; 256 MiB by default.
    progress : bool or callable
        True for a line on the terminal, False for nothing; a function that gets a `Progress` and may return False to
        cancel; or a bar of tqdm.

    Returns
    -------
    CityReport
        What was made and what was left out. A tile that cannot be made is in ``failed``, and no exception.

    Examples
    --------
    >>> report = groma.build_city_store(city_files["footprints"], tmp / "tiles", terrain=city_files["terrain"])
    >>> report.is_complete, report.buildings > 0
    (True, True)
    """
    given = locals()
    how = run(progress, n_workers, memory_limit)
    return CityReport(*_groma.build_city(*native_arguments(given), how))


def native_arguments(given: Dict[str, Any]) -> Tuple[_groma.CityInput, str, Dict[str, Any], Dict[str, Any]]:
    """Make the native arguments out of all parameters of `build_city_store`: input, store, parameters, options."""
    source = city_of(given["city"], given["terrain"], given["lod"])
    parameters = _parameters({name: given[name] for name in _groma.MESH_PARAMETERS})
    names = ("tile_size", "tile_overlap", "bounds", "crs", "height_unit", "terrain_resolution", "resume", "replace")
    paths = {name: None if given[name] is None else os.fspath(given[name]) for name in ("domain", "temp_dir")}
    nodata = given["nodata"] if hasattr(given["nodata"], "__iter__") else [given["nodata"]]
    options = {
        **{name: given[name] for name in (*names, "fsync")},
        **paths,
        "nodata": [number("nodata", value) for value in nodata],
    }
    return source._native, os.fspath(given["store"]), parameters, options


def _parameters(given: Dict[str, Any]) -> Dict[str, Any]:
    """Return the parameters of a mesh, with the defaults of `build_city_store` for those that are not given."""
    unknown = sorted(set(given) - set(_groma.MESH_PARAMETERS))
    if unknown:
        raise refusal(unknown[0], "is no parameter of a mesh", ", ".join(_groma.MESH_PARAMETERS))
    defaults = inspect.signature(build_city_store).parameters
    parameters = {name: given.get(name, defaults[name].default) for name in _groma.MESH_PARAMETERS}
    return {**parameters, "lod": mesh_lod(parameters["lod"])}


def _for_store(given: Dict[str, Any]) -> Dict[str, Any]:
    """Return those of a function's parameters that `build_city_store` has, too, and its further options."""
    names = set(inspect.signature(build_city_store).parameters) - {"city", "store"}
    return {**{name: given[name] for name in names & set(given)}, **given["options"]}


@overload
def build_city_mesh(
    city: Any,
    lod: Any = ...,
    min_building_detail: float = ...,
    min_building_area: float = ...,
    merge_buildings: bool = ...,
    merge_tolerance: float = ...,
    building_mesh_triangle_size: float = ...,
    max_mesh_size: float = ...,
    min_mesh_angle: float = ...,
    merge_meshes: Literal[True] = ...,
    smoothing: Count = ...,
    sort_triangles: bool = ...,
    use_tiling: bool = ...,
    tile_size: float = ...,
    tile_overlap: float = ...,
    n_workers: Optional[Threads] = ...,
    *,
    terrain: Any = ...,
    store: Optional[PathLike] = ...,
    temp_dir: Optional[PathLike] = ...,
    memory_limit: Optional[Large] = ...,
    progress: ProgressArgument = ...,
    **options: Any,
) -> Mesh: ...


@overload
def build_city_mesh(
    city: Any,
    lod: Any = ...,
    min_building_detail: float = ...,
    min_building_area: float = ...,
    merge_buildings: bool = ...,
    merge_tolerance: float = ...,
    building_mesh_triangle_size: float = ...,
    max_mesh_size: float = ...,
    min_mesh_angle: float = ...,
    *,
    merge_meshes: Literal[False],
    smoothing: Count = ...,
    sort_triangles: bool = ...,
    use_tiling: bool = ...,
    tile_size: float = ...,
    tile_overlap: float = ...,
    n_workers: Optional[Threads] = ...,
    terrain: Any = ...,
    store: Optional[PathLike] = ...,
    temp_dir: Optional[PathLike] = ...,
    memory_limit: Optional[Large] = ...,
    progress: ProgressArgument = ...,
    **options: Any,
) -> List[Mesh]: ...


@checked(threads="n_workers", footprints="city")
def build_city_mesh(
    city: Any,
    lod: Any = None,
    min_building_detail: float = 0.5,
    min_building_area: float = 15.0,
    merge_buildings: bool = True,
    merge_tolerance: float = 0.5,
    building_mesh_triangle_size: float = 5.0,
    max_mesh_size: float = 10.0,
    min_mesh_angle: float = 25.0,
    merge_meshes: bool = True,
    smoothing: Count = 0,
    sort_triangles: bool = False,
    use_tiling: bool = False,
    tile_size: float = 1000.0,
    tile_overlap: float = 50.0,
    n_workers: Optional[Threads] = None,
    *,
    terrain: Any = None,
    store: Optional[PathLike] = None,
    temp_dir: Optional[PathLike] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
    **options: Any,
) -> Union[Mesh, List[Mesh]]:
    """Build the mesh of a city: ground, walls and roofs.

    The names, their order and the defaults are those of DTCC Core. The mesh is made in tiles in any case, and is the
    same for all of them: ``use_tiling`` only says whether ``tile_size`` and ``tile_overlap`` count, and
    ``sort_triangles`` has no effect, as triangles always are sorted.

    Parameters
    ----------
    city : City, path, or city of DTCC
        As for `build_city_store`, which explains the other parameters, too.
    merge_meshes : bool
        Whether to return one mesh; otherwise a list: the ground, and each building by itself.
    store : path, optional
        A folder in which the tiles are kept, so that a second build makes only what has changed; by default they go
        to a temporary folder.
    **options
        Further options of `build_city_store`.

    Returns
    -------
    Mesh or list of Mesh
        The mesh, with the build's ``report`` and, where it was kept, its ``store``.

    Raises
    ------
    NotFoundError
        When tiles could not be made; the message names them.

    Examples
    --------
    >>> mesh = groma.build_city_mesh(city_files["footprints"], terrain=city_files["terrain"])
    >>> mesh.save(tmp / "city.vtu")
    >>> mesh.buildings == mesh.report.buildings
    True
    """
    given = _for_store(locals())
    if not use_tiling:
        del given["tile_size"], given["tile_overlap"]
    folder = tempfile.mkdtemp(prefix="groma-city-", dir=temp_dir) if store is None else os.fspath(store)
    try:
        report = build_city_store(city, folder, **given)
        tiles = MeshStore(folder)
        mesh = tiles.merge(progress=progress)
    finally:
        if store is None:
            shutil.rmtree(folder, ignore_errors=True)
    mesh.report = report
    mesh.store = None if store is None else tiles
    return mesh if merge_meshes else mesh.split()


#: The name that later versions of DTCC Core have.
build_city_surface_mesh = build_city_mesh


@checked(threads="n_workers", footprints="city", tile_overlap="overlap")
def build_city_mesh_tiled(
    city: Any,
    lod: Any = None,
    tile_size: float = 1000.0,
    overlap: float = 50.0,
    n_workers: Optional[Threads] = None,
    min_building_detail: float = 0.5,
    min_building_area: float = 15.0,
    merge_buildings: bool = True,
    merge_tolerance: float = 0.5,
    building_mesh_triangle_size: float = 5.0,
    max_mesh_size: float = 10.0,
    min_mesh_angle: float = 25.0,
    smoothing: Count = 0,
    sort_triangles: bool = False,
    progress: ProgressArgument = True,
    use_disk_store: bool = True,
    temp_dir: Optional[PathLike] = None,
    keep_intermediate: bool = False,
    snap_distance: float = 0.01,
    **options: Any,
) -> Mesh:
    """Build the mesh of a city in tiles of a size.

    As `build_city_mesh`, whose mesh it returns. Tiles always go through the disk, whatever ``use_disk_store`` says,
    and fit bit for bit, so that ``snap_distance`` has no effect. With ``keep_intermediate`` they are kept in a folder
    in ``temp_dir``, which the mesh's ``store`` names. Where the build fails after some were made, a warning in the log
    names it: `build_city_store` with the same parameters goes on with them.
    """
    given = _for_store(locals())
    folder = tempfile.mkdtemp(prefix="groma-city-", dir=temp_dir) if keep_intermediate else None
    if folder is not None:
        given["store"] = folder
    try:
        mesh: Mesh = build_city_mesh(city, use_tiling=True, tile_overlap=overlap, **given)
    except BaseException:
        if folder is not None:
            _keep_tiles(folder)
        raise
    return mesh


def _keep_tiles(folder: str) -> None:
    """Say where the tiles of a build are that failed, or remove the folder where there is none."""
    if any(name.startswith("tile-") and name.endswith(".bin") for name in os.listdir(folder)):
        _log.warning("The build failed; the tiles that it made until then are kept in %s", folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _available_memory() -> int:
    """Return the bytes of memory that programs can have at the moment."""
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong)] + [
                (name, ctypes.c_ulonglong)
                for name in ("available", "page", "page_available", "virtual", "virtual_available", "extended")
            ]

        status = Status(length=ctypes.sizeof(Status))
        if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            raise ctypes.WinError()
        return int(status.available)
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@checked(threads="n_workers", footprints="city", memory_fraction="available_memory_fraction")
def calculate_optimal_tile_size(
    available_memory_fraction: float = 0.3,
    city: Any = None,
    *,
    terrain: Any = None,
    n_workers: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    **parameters: Any,
) -> float:
    """Return the edge of the largest tiles for the memory there is, in metres.

    Parameters
    ----------
    available_memory_fraction : float
        The share of the memory that tiles may take.
    city : optional
        The city, as for `build_city_store`; a large one that is densely built by default.
    terrain : optional
        Its terrain.
    n_workers : int, optional
        The number of threads that make tiles at the same time; one per processor by default.
    memory_limit : int, optional
        The memory in bytes; what is available at the moment by default. A build has 256 MiB unless it is given more.
    **parameters
        Parameters of the mesh, such as ``max_mesh_size``.

    Examples
    --------
    >>> groma.calculate_optimal_tile_size(0.3, memory_limit=2**30, n_workers=1)
    1750.0
    """
    given = None if city is None else city_of(city, terrain, None)._native
    return _groma.optimal_tile_size(
        given,
        (0.0, 0.0, _LARGE, _LARGE),
        _DENSE,
        available_memory_fraction,
        _available_memory() if memory_limit is None else memory_limit,
        n_workers or 0,
        _parameters(parameters),
    )


@checked(footprints="city", memory_fraction="available_memory_fraction")
def should_use_tiling(
    city: Any,
    tile_size: float = 1000.0,
    available_memory_fraction: float = 0.5,
    *,
    terrain: Any = None,
    memory_limit: Optional[Large] = None,
    **parameters: Any,
) -> bool:
    """Return whether a city is larger than a tile and, meshed at once, would not fit the memory.

    Parameters are those of `calculate_optimal_tile_size`. A city without buildings or without terrain needs no tiles.
    """
    if is_dtcc(city) and terrain is None and (len(city.buildings) == 0 or getattr(city, "terrain", None) is None):
        return False
    if is_dtcc(city) and terrain is None and getattr(city.terrain, "raster", None) is None:
        return False
    return _groma.needs_tiles(
        city_of(city, terrain, None)._native,
        float(tile_size),
        available_memory_fraction,
        _available_memory() if memory_limit is None else memory_limit,
        _parameters(parameters),
    )


@checked(path="folder")
def generate_city(
    folder: PathLike,
    buildings: Count,
    *,
    seed: Large = 1,
    hostile: bool = False,
    cell: float = 2.0,
    progress: ProgressArgument = True,
) -> Dict[str, str]:
    """Make a city out of nothing, to try things out.

    Parameters
    ----------
    folder : path
        A folder without a city.
    buildings : int
        The number of footprints.
    seed : int
        Another seed gives another city of the same kind.
    hostile : bool
        Whether to add footprints that are hard on a mesher.
    cell : float
        The size of a terrain pixel, in metres.

    Returns
    -------
    dict
        The paths ``footprints`` and ``terrain``.
    """
    folder = os.fspath(folder)
    _groma.generate_city(folder, buildings, seed, hostile, cell, run(progress))
    return {"footprints": os.path.join(folder, "footprints.geojson"), "terrain": os.path.join(folder, "terrain.tif")}
