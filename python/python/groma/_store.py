"""Stores of tiles on the disk."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Dict, Iterator, List, Literal, Optional, Tuple

from . import _groma
from ._arguments import Array, Bounds, Count, PathLike, checked, refusal, whole
from ._errors import NotFoundError, TileNotFoundError
from ._mesh import NO_MARKER, Mesh, View, faces_of, markers_of, vertices_of
from ._progress import ProgressArgument, run
from ._report import CheckReport, MergeReport, Report

#: The number of a tile.
TileId = Annotated[int, whole(0, 10**10 - 1)]


def _mesh_of(store: _groma.Store, snap_distance: float, allow_incomplete: bool, progress: ProgressArgument) -> Mesh:
    vertices, faces, markers, buildings = store.merge(snap_distance, allow_incomplete, run(progress))
    has_markers = len(markers) == 0 or bool((markers != NO_MARKER).any())
    return Mesh(vertices, faces, markers if has_markers else None, buildings=buildings)


class MeshStore:
    """The store of a city's tiles, as `build_city_store` makes it.

    Parameters
    ----------
    folder : path
        The store's folder.

    Examples
    --------
    >>> store = groma.MeshStore(city_store)
    >>> mesh = store.get_tile(store.list_tiles()[0])
    >>> mesh.vertices.flags.owndata, mesh.vertices.flags.writeable
    (False, False)
    """

    @checked()
    def __init__(self, folder: PathLike) -> None:
        self._store = _groma.Store.open(os.fspath(folder))
        self._manifest: Dict[str, Any] = json.loads(self._store.manifest())

    @property
    def folder(self) -> Path:
        """The store's folder."""
        return Path(self._store.folder)

    @property
    def num_buildings(self) -> Optional[int]:
        """The number N of buildings that the markers refer to; None for tiles of another program."""
        city = self._manifest.get("city")
        return None if city is None else city["buildings"]

    @property
    def manifest(self) -> Dict[str, Any]:
        """What the store says about itself: parameters, domain, tiles, reference system."""
        copy: Dict[str, Any] = json.loads(json.dumps(self._manifest))
        return copy

    def buildings(self) -> Iterator[Dict[str, Any]]:
        """Return a record of each building: its number, roof, level of detail and the footprints it is made of."""
        with open(self.folder / "buildings.jsonl", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def list_tiles(self) -> List[str]:
        """Return the names of the tiles that are there, sorted."""
        return self._store.list_tiles()

    def missing_tiles(self) -> List[str]:
        """Return the names of tiles that are missing or damaged."""
        return self._store.missing_tiles()

    def __len__(self) -> int:
        return len(self.list_tiles())

    def __iter__(self) -> Iterator[Mesh]:
        return map(self.get_tile, self.list_tiles())

    @checked()
    def get_tile(self, name: str) -> Mesh:
        """Return a tile as a mesh whose arrays show the tile's file without a copy.

        The file stays mapped as long as one of the arrays lives. They cannot be written to.

        Raises
        ------
        NotFoundError
            When there is no such tile.
        BadFormatError
            When its file is damaged or of another build.
        """
        tile = self._store.get_tile(name)
        return Mesh(tile.vertices, tile.faces, tile.markers, buildings=self.num_buildings)

    @checked()
    def tile_info(self, name: str) -> Dict[str, Any]:
        """Return what a tile's header says: bounds, sizes, counts of triangles by part, bytes."""
        return self._store.get_tile(name).info()

    def stats(self) -> Dict[str, Any]:
        """Return the totals over all tiles."""
        totals: Dict[str, Any] = json.loads(self._store.total_stats())
        return totals

    @checked()
    def merge(self, *, allow_incomplete: bool = False, progress: ProgressArgument = True) -> Mesh:
        """Merge the tiles into one mesh in memory; the same for every tiling."""
        return _mesh_of(self._store, 0.0, allow_incomplete, progress)

    @checked()
    def save(
        self,
        path: PathLike,
        *,
        markers: bool = True,
        groups: Literal["parts", "markers"] = "parts",
        allow_incomplete: bool = False,
        progress: ProgressArgument = True,
    ) -> MergeReport:
        """Merge the tiles into a file, of which never more than a few MiB are in memory.

        Parameters
        ----------
        path : path
            The file, in a folder that is there. Its extension chooses the format: ``.vtu``, ``.ply``, ``.obj`` or
            ``.stl``. For ``.glb`` there is `export_glb`, a file per tile.
        markers : bool
            Whether the file has the markers. meshio reads no PLY with markers.
        groups : {"parts", "markers"}
            The groups of an OBJ file.
        allow_incomplete : bool
            Whether to merge even if tiles are missing.
        """
        figures = self._store.merge_to_file(
            os.fspath(path), 0.0, allow_incomplete, markers, groups == "markers", run(progress)
        )
        return MergeReport(figures, f"{json.loads(figures)['triangles']:,} triangles in {os.fspath(path)}")

    def check(self, *, progress: ProgressArgument = True) -> CheckReport:
        """Check the mesh that the tiles make together, in bounded memory."""
        return CheckReport(*self._store.check(run(progress)))

    @checked(path="folder", output="folder")
    def export_glb(self, folder: PathLike, *, compress: bool = False, progress: ProgressArgument = True) -> int:
        """Write a GLB file per tile, each around an origin of its own, into a folder; return their number."""
        return self._store.export_glb(os.fspath(folder), compress, run(progress))

    @checked(path="folder", output="folder")
    def export_3dtiles(
        self,
        folder: PathLike,
        *,
        levels: Optional[Annotated[int, whole(0, 255)]] = None,
        placement: Literal["globe", "local"] = "globe",
        crs: Optional[Count] = None,
        geoid_offset: Optional[float] = None,
        compress: bool = True,
        progress: ProgressArgument = True,
    ) -> Report:
        """Write the city as 3D Tiles 1.1 into a folder.

        Parameters
        ----------
        folder : path
            The folder, new or with an earlier export of the same city.
        levels : int, optional
            The number of coarser levels; as many as there are by default.
        placement : {"globe", "local"}
            Where the tileset is.
        crs : int, optional
            The EPSG code of the store's coordinates, where the store does not say it.
        geoid_offset : float, optional
            The height of the store's zero above the ellipsoid, in metres.
        compress : bool
            Whether the tiles are compressed.
        """
        figures = self._store.export_tileset(
            os.fspath(folder), levels, placement == "globe", crs, geoid_offset, compress, run(progress)
        )
        return Report(figures, f"{json.loads(figures)['tiles']:,} tiles in {os.fspath(folder)}")

    @checked(output="path")
    def preview(
        self,
        path: PathLike,
        *,
        width: Count = 1600,
        view: View = "oblique",
        bounds: Optional[Bounds] = None,
        progress: ProgressArgument = True,
    ) -> None:
        """Draw a picture into a PNG file, ``view`` being ``"oblique"`` or ``"top"``."""
        self._store.preview(os.fspath(path), width, view == "top", bounds, run(progress))

    def __repr__(self) -> str:
        return f"<groma.MeshStore: {len(self)} tiles in {self.folder}>"


@dataclass
class TileMetadata:
    """What is known of a tile without reading its mesh."""

    tile_id: int
    bounds: Bounds
    num_vertices: int
    num_faces: int
    vertex_offset: int = 0
    face_offset: int = 0


def _remove(store: _groma.Store) -> None:
    try:
        store.delete()
    except (OSError, ValueError):
        # At the end of a program there is nobody to tell; the folder is a temporary one.
        shutil.rmtree(store.folder, ignore_errors=True)


class SharedMeshStore:
    """Tiles of any program on the disk, which any number of threads and processes may add and read.

    Parameters
    ----------
    temp_dir : path, optional
        The folder in which the store gets a folder of its own; by default the system's for temporary files.
    cleanup_on_delete : bool
        Whether the tiles are removed when the store is no longer used, or its ``with`` ends.

    Attributes
    ----------
    store_file : pathlib.Path
        The store's folder.
    tile_metadata : dict
        The `TileMetadata` of the tiles that were added here, by their number.

    Examples
    --------
    >>> with groma.SharedMeshStore() as store:
    ...     store.add_tile(0, (0, 0, 1, 1), [[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]])
    ...     store.list_tiles(), store.get_total_stats()
    ([0], {'num_tiles': 1, 'total_vertices': 3, 'total_faces': 1})
    """

    #: Tiles are numbers of so many digits on the disk, so that they are in the same order there.
    _DIGITS = 10

    @checked()
    def __init__(self, temp_dir: Optional[PathLike] = None, cleanup_on_delete: bool = True) -> None:
        folder = tempfile.mkdtemp(prefix="groma-store-", dir=temp_dir)
        self._take(_groma.Store.create(folder), cleanup_on_delete)

    def _take(self, store: _groma.Store, cleanup_on_delete: bool) -> None:
        self._store = store
        self.cleanup_on_delete = cleanup_on_delete
        self.tile_metadata: Dict[int, TileMetadata] = {}
        self._lock = threading.Lock()
        self._end = weakref.finalize(self, _remove, store) if cleanup_on_delete else None

    @classmethod
    @checked()
    def attach(cls, store_file: PathLike) -> SharedMeshStore:
        """Open a store that another process or object has made; it is not removed with this object."""
        self = cls.__new__(cls)
        self._take(_groma.Store.open(os.fspath(store_file)), cleanup_on_delete=False)
        return self

    def __reduce__(self) -> Tuple[Any, ...]:
        # Workers get the store itself, and leave it where it is.
        return SharedMeshStore.attach, (str(self.store_file),)

    @property
    def store_file(self) -> Path:
        """The store's folder."""
        return Path(self._store.folder)

    @property
    def temp_dir(self) -> Path:
        """The folder that has the store's."""
        return self.store_file.parent

    def __enter__(self) -> SharedMeshStore:
        return self

    def __exit__(self, *_: object) -> None:
        if self._end is not None:
            self._end()

    def _name(self, tile_id: int) -> str:
        return str(tile_id).zfill(self._DIGITS)

    @checked()
    def add_tile(self, tile_id: TileId, bounds: Bounds, vertices: Any, faces: Any, markers: Any = None) -> None:
        """Add a tile: whole or not at all.

        Parameters
        ----------
        tile_id : int
            Its number.
        bounds : tuple of float
            West, south, east, north of the area that the tile stands for.
        vertices : array_like of shape (n, 3)
            Positions.
        faces : array_like of shape (m, 3)
            Three numbers of vertices for each triangle.
        markers : array_like of shape (m,), optional
            A number for each triangle.

        Raises
        ------
        InvalidArgumentError
            For a number that a tile of the store has, and for arrays that make no mesh.
        """
        vertices = vertices_of(vertices)
        faces = faces_of(faces, len(vertices))
        markers = markers_of(markers, len(faces))
        name = self._name(tile_id)
        with self._lock:
            if tile_id in self:
                raise refusal("tile_id", f"is {tile_id}, which the store has", "another number")
            self._store.add_tile(name, vertices, faces, markers)
            before = self.tile_metadata.values()
            self.tile_metadata[tile_id] = TileMetadata(
                tile_id=tile_id,
                bounds=bounds,
                num_vertices=len(vertices),
                num_faces=len(faces),
                vertex_offset=sum(tile.num_vertices for tile in before),
                face_offset=sum(tile.num_faces for tile in before),
            )

    def _tile(self, tile_id: int) -> _groma.Tile:
        try:
            return self._store.get_tile(self._name(tile_id))
        except NotFoundError as error:
            raise TileNotFoundError(str(error)) from None

    @checked()
    def get_tile(self, tile_id: TileId) -> Tuple[Array, Array, Optional[Array]]:
        """Return vertices, faces and markers of a tile, which show its file without a copy.

        Markers are None where the tile was added without. The arrays cannot be written to; the file stays mapped as
        long as one of them lives.

        Raises
        ------
        TileNotFoundError
            When there is no such tile; it is a ``KeyError`` as well.
        """
        tile = self._tile(tile_id)
        return tile.vertices, tile.faces, tile.markers if tile.has_markers else None

    def list_tiles(self) -> List[int]:
        """Return the numbers of the tiles, ascending, those that other processes have added among them."""
        return sorted(map(int, self._store.list_tiles()))

    @checked()
    def get_metadata(self, tile_id: TileId) -> TileMetadata:
        """Return what is known of a tile; of one that was not added here, the bounds are those of its vertices."""
        known = self.tile_metadata.get(tile_id)
        if known is not None:
            return known
        info = self._tile(tile_id).info()
        west, south, _, east, north, _ = info["bounds"]
        return TileMetadata(tile_id, (west, south, east, north), info["vertices"], info["faces"])

    def get_total_stats(self) -> Dict[str, int]:
        """Return the numbers of tiles, and of vertices and triangles in all of them."""
        stats = json.loads(self._store.total_stats())
        return {
            "num_tiles": stats["tiles"],
            "total_vertices": stats["vertices"],
            "total_faces": stats["triangles"],
        }

    @checked()
    def merge(self, *, snap_distance: float = 0.01, progress: ProgressArgument = True) -> Mesh:
        """Merge all tiles: vertices within ``snap_distance`` become one, of equal triangles one remains.

        A store without tiles gives an empty mesh.
        """
        if not self.list_tiles():
            return Mesh()
        return _mesh_of(self._store, snap_distance, False, progress)

    def clear(self) -> None:
        """Remove all tiles."""
        with self._lock:
            self._store.clear()
            self.tile_metadata.clear()

    def __len__(self) -> int:
        return len(self.list_tiles())

    def __iter__(self) -> Iterator[int]:
        return iter(self.list_tiles())

    def __contains__(self, tile_id: object) -> bool:
        return tile_id in self.list_tiles()

    def __repr__(self) -> str:
        return f"<groma.SharedMeshStore: {self.store_file}>"
