"""What a city is built from: footprints and terrain out of files, arrays, shapely, geopandas and DTCC."""

from __future__ import annotations

import enum
import json
import logging
import math
import os
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterable, List, Literal, Optional, Sequence, Tuple

import numpy as np

from . import _groma
from ._arguments import Array, Bounds, PathLike, array, checked, number, refusal, refuse, texts
from ._errors import NotFoundError

_log = logging.getLogger("groma")


_FOOTPRINTS = (".geojson", ".json", ".gpkg", ".shp", ".fgb")
_TERRAIN = (".tif", ".tiff", ".asc", ".vrt", ".hgt", ".xyz")


class GeometryType(enum.Enum):
    """Levels of detail by the names that DTCC has for them."""

    LOD0 = 0
    LOD1 = 1
    LOD2 = 2
    LOD3 = 3


class City:
    """Footprints and terrain.

    Parameters
    ----------
    footprints : path, features, or sequence of polygons
        One of

        - a file: GeoJSON, GeoPackage, Shapefile, FlatGeobuf or CityJSON;
        - a ``geopandas.GeoDataFrame``, or anything else whose ``__geo_interface__`` is a feature collection, with
          properties and, where it has ``crs``, a reference system: read as the same file would be;
        - a sequence of polygons, each one of shapely, of GeoJSON or an array of shape (n, 2) or (n, 3), with
          ``heights``. Arrays with three columns need no ``heights``: their largest z is the elevation of the roof.
    terrain : path, paths, array, or raster
        A GeoTIFF or other raster, or several, or a folder of them; or an array of heights in metres, row by row from
        the north, with ``bounds``; or an object with ``data``, ``georef`` (an affine transform) and ``nodata``.
    bounds : tuple of float, optional
        West, south, east, north of the outer edges of a terrain array.
    nodata : float, optional
        The value of an array's pixels that have no data. NaN always means that.
    heights : str or array_like, optional
        For features, the publisher whose fields heights are taken from, ``"auto"`` by default; for polygons, the
        height of each roof in metres.
    height_property : str, optional
        For features, the property with the height, instead of the best of those that are known to state one.
    height_reference : {"absolute", "ground", "levels"}, optional
        Whether heights are elevations of roofs, heights above the ground or numbers of storeys. Of features the
        property says it by default, where it is known; heights of polygons are elevations unless it is ``"ground"``.
    level_height : float, optional
        The height of a storey in metres; 3 by default.
    default_height : float, optional
        The height above the ground of features that state none.
    lod_property, id_property : str, optional
        The properties with the level of detail and with the name of a feature's building.
    layer : str, optional
        The layer of a file with several.
    filters : sequence of str
        Conditions, ``"NAME=VALUE"`` or ``"NAME!=VALUE"``, which features must fulfil.
    ids : sequence of str, optional
        The name of each polygon's building.
    lods : sequence, optional
        The level of detail of each polygon's building: 0, 1, or None for the mesh's.

    Examples
    --------
    >>> import numpy as np
    >>> house = [(20, 20), (32, 20), (32, 28), (20, 28)]
    >>> city = groma.City([house], np.zeros((50, 50)), bounds=(0, 0, 100, 100), heights=[6.5])
    >>> groma.build_city_mesh(city).check().sound
    True
    """

    @checked()
    def __init__(
        self,
        footprints: Any,
        terrain: Any,
        *,
        bounds: Optional[Bounds] = None,
        nodata: Optional[float] = None,
        heights: Any = None,
        height_property: Optional[str] = None,
        height_reference: Optional[Literal["absolute", "ground", "levels"]] = None,
        level_height: Optional[float] = None,
        default_height: Optional[float] = None,
        lod_property: Optional[str] = None,
        id_property: Optional[str] = None,
        layer: Optional[str] = None,
        filters: Sequence[str] = (),
        ids: Optional[Sequence[str]] = None,
        lods: Optional[Sequence[Any]] = None,
    ) -> None:
        self._temporary: Optional[tempfile.TemporaryDirectory[str]] = None
        of_features = {
            "height_property": height_property,
            "height_reference": height_reference,
            "heights": "auto" if heights is None else heights,
            "level_height": level_height,
            "default_height": default_height,
            "lod_property": lod_property,
            "id_property": id_property,
            "layer": layer,
            "filters": texts("filters", filters),
        }
        path: Optional[str] = None
        if isinstance(footprints, (str, os.PathLike)):
            path = os.fspath(footprints)
        elif heights is None or isinstance(heights, str):
            collection = _features(footprints)
            if collection is not None:
                self._temporary = tempfile.TemporaryDirectory(prefix="groma-footprints-")
                path = os.path.join(self._temporary.name, f"{type(footprints).__name__}.geojson")
                with open(path, "w", encoding="utf-8") as file:
                    _write_features(file, collection, footprints)
        others = {"ids": ids, "lods": lods} if path is not None else {**of_features, "filters": filters or None}
        read = ("heights", "height_reference") if path is None else ()
        for name, value in others.items():
            if value is not None and name not in read:
                raise refusal(name, "is given", "polygons to use it" if path is not None else "features to use it")
        if path is not None:
            if heights is not None and not isinstance(heights, str):
                raise refusal("heights", "are numbers", "the name of a publisher for a file")
            arguments: Dict[str, Any] = {"path": path, **of_features}
        else:
            arguments = _polygons(footprints, heights, height_reference, ids, lods)
        self._native = _groma.CityInput(arguments, _terrain(terrain, bounds, nodata))


@checked()
def load_city(path: PathLike, **options: Any) -> City:
    """Return the city in a folder that has one file of footprints, and terrain.

    Parameters
    ----------
    path : path
        The folder.
    **options
        Further parameters of `City`.

    Examples
    --------
    >>> mesh = groma.build_city_mesh(groma.load_city(city_folder))
    """
    if not os.path.isdir(path):
        raise NotFoundError(f"{os.fspath(path)}: no folder")
    files = sorted(Path(path).iterdir())
    footprints = [file for file in files if file.suffix.lower() in _FOOTPRINTS]
    terrain = [file for file in files if file.suffix.lower() in _TERRAIN]
    if len(footprints) != 1 or not terrain:
        seen = f"{len(footprints)} files of footprints and {len(terrain)} of terrain"
        raise refusal("path", f"is {os.fspath(path)}, which has {seen}", "one file of footprints, and terrain")
    return City(footprints[0], terrain, **options)


def _features(footprints: Any) -> Any:
    """Return the feature collection that an object is, or None."""
    if isinstance(footprints, dict):
        return footprints if footprints.get("type") == "FeatureCollection" else None
    if hasattr(footprints, "geometry") and hasattr(footprints, "columns"):
        return footprints
    collection = getattr(footprints, "__geo_interface__", None)
    is_collection = isinstance(collection, dict) and collection.get("type") == "FeatureCollection"
    return collection if is_collection else None


def _json_value(value: Any) -> Any:
    """Return a property as JSON has it; what JSON has not is a text, and what is missing is null."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if value != value else str(value)


def _write_features(file: Any, collection: Any, source: Any) -> None:
    """Write features as GeoJSON, one after another."""
    crs = getattr(source, "crs", None)
    name = None
    if isinstance(collection, dict):
        features: Iterable[Tuple[Any, Dict[str, Any]]] = (
            (feature.get("geometry"), {**({"id": feature["id"]} if "id" in feature else {}), **feature["properties"]})
            for feature in collection["features"]
        )
        name = ((collection.get("crs") or {}).get("properties") or {}).get("name")
    else:
        columns = [column for column in collection.columns if column != collection.geometry.name]
        values = zip(*(collection[column] for column in columns)) if columns else (() for _ in collection.geometry)
        features = (
            (None if geometry is None else geometry.__geo_interface__, dict(zip(map(str, columns), row)))
            for geometry, row in zip(collection.geometry, values)
        )
    if crs is not None:
        code = crs.to_epsg() if hasattr(crs, "to_epsg") else None
        name = f"EPSG:{code}" if code else str(crs)
    file.write('{"type": "FeatureCollection", ')
    if name is not None:
        file.write(f'"crs": {{"type": "name", "properties": {{"name": {json.dumps(name)}}}}}, ')
    file.write('"features": [')
    for place, (geometry, properties) in enumerate(features):
        properties = {key: _json_value(value) for key, value in properties.items()}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        file.write(("," if place else "") + "\n" + json.dumps(feature))
    file.write("\n]}\n")


def _rings(polygon: Any) -> List[List[Array]]:
    """Return the polygons that an object is, each with its rings."""
    if hasattr(polygon, "geoms"):
        return [part for geometry in polygon.geoms for part in _rings(geometry)]
    if hasattr(polygon, "exterior"):
        if polygon.is_empty:
            return []
        return [[np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]]
    interface = getattr(polygon, "__geo_interface__", polygon)
    if isinstance(interface, dict):
        kind = interface.get("type")
        if kind not in ("Polygon", "MultiPolygon"):
            raise refusal("footprints", f"have a geometry of type {kind!r}", "Polygon or MultiPolygon")
        parts = interface["coordinates"] if kind == "MultiPolygon" else [interface["coordinates"]]
        return [[_ring(ring) for ring in part] for part in parts]
    return [[_ring(polygon)]]


def _ring(points: Any) -> Array:
    """Return the points of a ring, two or three numbers each."""
    try:
        ring = np.asarray(points)
    except ValueError:
        ring = np.empty(0, dtype=object)
    if ring.ndim == 2 and ring.shape[1] in (2, 3):
        return array("footprints", ring, ring.shape[1])
    seen = f"have a polygon of shape {ring.shape} and type {ring.dtype}"
    raise refusal("footprints", seen, "a path, features, or polygons of shapely or in arrays of shape (n, 2) or (n, 3)")


def level_of(name: str, lod: Any) -> Optional[int]:
    """Return 0 or 1 for a level of detail as numbers, names and DTCC's ``GeometryType`` tell it."""
    if lod is None:
        return None
    text = str(getattr(lod, "name", lod)).upper().replace("LOD", "")
    if text not in ("0", "1", "2", "3"):
        raise refuse(name, lod, "0, 1, 'LOD0', 'LOD1', GeometryType.LOD0 or .LOD1")
    return min(int(text), 1)


def _polygons(
    footprints: Iterable[Any],
    heights: Any,
    height_reference: Optional[str],
    ids: Optional[Sequence[str]],
    lods: Optional[Sequence[Any]],
) -> Dict[str, Any]:
    if height_reference == "levels":
        raise refuse("height_reference", height_reference, "'absolute' or 'ground' for polygons with heights")
    footprints = getattr(footprints, "geometry", footprints)
    if isinstance(footprints, (bytes, dict)) or not hasattr(footprints, "__iter__"):
        raise refuse("footprints", footprints, "a path, features or a sequence of polygons")
    polygons = [_rings(footprint) for footprint in footprints]
    if heights is None:
        lacks_z = [n for n, parts in enumerate(polygons) if not all(r.shape[1] > 2 for part in parts for r in part)]
        if lacks_z:
            seen = f"footprint {lacks_z[0]} has no z"
            raise refusal("heights", f"are missing, and {seen}", "a number for each polygon")
        heights = [
            max((float(r[:, 2].max()) for part in parts for r in part if len(r)), default=0.0) for parts in polygons
        ]
    elif isinstance(heights, (str, bytes)) or not hasattr(heights, "__iter__"):
        raise refuse("heights", heights, "a number for each polygon")
    heights = [number("heights", height) for height in heights]
    for name, values in (("heights", heights), ("ids", ids), ("lods", lods)):
        if values is not None and (isinstance(values, (str, bytes)) or not hasattr(values, "__len__")):
            raise refuse(name, values, "a sequence, with one for each polygon")
        if values is not None and len(values) != len(polygons):
            raise refusal(name, f"are {len(values)} for {len(polygons)} polygons", "one for each polygon")
    rings = [ring for parts in polygons for part in parts for ring in part]
    points = [np.asarray(ring, dtype=np.float64)[:, :2] for ring in rings]

    def ends(lengths: List[int]) -> Array:
        return np.cumsum(lengths, dtype=np.uint64)

    return {
        "points": np.ascontiguousarray(np.concatenate(points)) if points else np.zeros((0, 2)),
        "ring_ends": ends([len(ring) for ring in points]),
        "polygon_ends": ends([len(part) for parts in polygons for part in parts]),
        "footprint_ends": ends([len(parts) for parts in polygons]),
        "heights": np.array(heights, dtype=np.float64),
        "above_ground": height_reference == "ground",
        "lods": None if lods is None else [level_of("lods", lod) for lod in lods],
        "ids": None if ids is None else [str(name) for name in ids],
    }


def _terrain(
    terrain: Any, bounds: Optional[Tuple[float, float, float, float]], nodata: Optional[float]
) -> Dict[str, Any]:
    paths = [terrain] if isinstance(terrain, (str, os.PathLike)) else terrain
    are_paths = isinstance(paths, (list, tuple)) and all(isinstance(path, (str, os.PathLike)) for path in paths)
    is_raster = hasattr(terrain, "data") and hasattr(terrain, "georef")
    if are_paths and not paths:
        raise refusal("terrain", "is an empty list", "the path of one raster or more")
    for name, value in (("bounds", bounds), ("nodata", nodata)):
        if value is not None and (are_paths or is_raster):
            raise refusal(name, "is given", "an array as terrain; files and rasters have their own")
    if are_paths:
        return {"paths": [os.fspath(path) for path in paths]}
    if is_raster:
        return _raster(terrain)
    if terrain is None or bounds is None:
        seen = "missing" if terrain is None else "an array without bounds"
        raise refusal("terrain", f"is {seen}", "a path, or an array with bounds")
    values = _heights(terrain)
    west, south, east, north = bounds
    cell = ((east - west) / values.shape[1], (north - south) / values.shape[0])
    if not (cell[0] > 0 and cell[1] > 0):
        raise refuse("bounds", bounds, "west, south, east, north of an area that is not empty")
    return {"values": values, "west": west, "north": north, "cell": cell, "nodata": _missing(nodata)}


def _heights(values: Any) -> Array:
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float32), np.nan)
    try:
        found = np.asarray(values)
    except ValueError:
        found = np.empty(0, dtype=object)
    if found.ndim == 3 and found.shape[2] == 1:
        found = found[:, :, 0]
    if found.ndim != 2 or found.size == 0 or found.dtype.kind not in "iuf":
        seen = f"is of shape {found.shape} and type {found.dtype}"
        raise refusal("terrain", seen, "a path, or rows and columns of heights")
    return np.ascontiguousarray(found, dtype=np.float32)


def _missing(nodata: Optional[float]) -> Optional[float]:
    return None if nodata is None or nodata != nodata else float(nodata)


def _raster(raster: Any) -> Dict[str, Any]:
    """Take a raster of DTCC: an array with an affine transform from columns and rows."""
    values = _heights(raster.data)
    georef = raster.georef
    a, b, c, d, e, f = (getattr(georef, name) for name in "abcdef") if hasattr(georef, "a") else tuple(georef)[:6]
    if b != 0 or d != 0 or a <= 0 or e == 0:
        raise refusal("terrain", f"has the georef {(a, b, c, d, e, f)}", "one without rotation")
    if e > 0:
        values, f, e = np.ascontiguousarray(values[::-1]), f + e * values.shape[0], -e
    return {"values": values, "west": c, "north": f, "cell": (a, -e), "nodata": _missing(raster.nodata)}


def _roof(surface: Any) -> float:
    """Return the elevation of the roof: the largest z of a footprint's surface."""
    surfaces = getattr(surface, "surfaces", None)
    if surfaces:
        return max(map(_roof, surfaces))
    vertices = getattr(surface, "vertices", None)
    if vertices is not None and np.ndim(vertices) == 2 and np.shape(vertices)[1] > 2:
        return float(np.max(np.asarray(vertices)[:, 2]))
    return float(surface.zmax)


def of_dtcc(city: Any, lod: Any) -> City:
    """Take a city of DTCC, or anything that looks like one."""
    buildings = list(city.buildings)
    lods = list(lod) if isinstance(lod, (list, tuple)) else [lod] * len(buildings)
    for one in lods:
        level_of("lod", one)
    if len(lods) != len(buildings):
        raise refusal("lod", f"has {len(lods)} entries", f"{len(buildings)}, one for each building")
    terrain = getattr(city, "terrain", None)
    raster = getattr(terrain, "raster", None)
    if raster is None:
        raise refusal("city", "has no terrain raster", "a city whose terrain has a raster")
    polygons, roofs, names, directives = [], [], [], []
    without = 0
    for place, (building, directive) in enumerate(zip(buildings, lods)):
        surface = building.get_footprint(directive)
        polygon = None if surface is None else surface.to_polygon()
        if polygon is None or polygon.is_empty:
            without += 1
            continue
        polygons.append(polygon)
        roofs.append(_roof(surface))
        names.append(str(getattr(building, "id", "") or f"#{place}"))
        directives.append(directive)
    if without:
        _log.warning("%d of %d buildings have no footprint and are left out", without, len(buildings))
    return City(polygons, raster, heights=roofs, ids=names, lods=directives)


def is_dtcc(city: Any) -> bool:
    """Return whether an object looks like a city of DTCC."""
    return hasattr(city, "buildings") and hasattr(city, "terrain")


def city_of(city: Any, terrain: Any, lod: Any) -> City:
    """Make the input of a build out of what a user gives."""
    if is_dtcc(city) and terrain is None:
        return of_dtcc(city, lod)
    if isinstance(lod, (list, tuple)):
        raise refuse("lod", lod, "one level of detail; City takes one for each polygon as lods")
    if not isinstance(city, City):
        return City(city, terrain)
    if terrain is not None:
        raise refusal("terrain", "is given twice", "the city's own")
    return city


def mesh_lod(lod: Any) -> int:
    """Return the level of detail of buildings without one of their own."""
    if isinstance(lod, (list, tuple)):
        return 1
    found = level_of("lod", lod)
    return 1 if found is None else found
