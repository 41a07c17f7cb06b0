"""Triangle meshes in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._errors import InvalidArgumentError
from ._progress import ProgressArgument, run
from ._report import CheckReport, CityReport

if TYPE_CHECKING:
    from ._store import MeshStore

PathLike = Union[str, "os.PathLike[str]"]

#: The marker of a triangle whose part is unknown.
NO_MARKER: int = _groma.NO_MARKER


def _vertices(vertices: Any) -> np.ndarray:
    array = np.ascontiguousarray(vertices, dtype=np.float64)
    if array.size == 0:
        return array.reshape(0, 3)
    if array.ndim != 2 or array.shape[1] != 3:
        raise InvalidArgumentError(f"vertices are of shape {array.shape}; accepted: an array of shape (n, 3)")
    return array


def _faces(faces: Any, vertices: int) -> np.ndarray:
    array = np.asarray(faces)
    if array.size == 0:
        return np.zeros((0, 3), dtype=np.uint32)
    if array.ndim != 2 or array.shape[1] != 3 or array.dtype.kind not in "iu":
        seen = f"of shape {array.shape} and type {array.dtype}"
        raise InvalidArgumentError(f"faces are {seen}; accepted: whole numbers in an array of shape (n, 3)")
    if array.dtype != np.uint32:
        least, most = int(array.min()), int(array.max())
        if least < 0 or most >= vertices:
            wrong = least if least < 0 else most
            raise InvalidArgumentError(f"faces name vertex {wrong}; accepted: 0 to {vertices - 1}")
    return np.ascontiguousarray(array, dtype=np.uint32)


def _markers(markers: Any, faces: int) -> Optional[np.ndarray]:
    if markers is None:
        return None
    array = np.asarray(markers)
    if array.size == 0 and faces > 0:
        return None
    if array.dtype.kind not in "iu":
        raise InvalidArgumentError(f"markers are of type {array.dtype}; accepted: whole numbers of 32 bits")
    array = array.reshape(-1)
    if len(array) != faces:
        raise InvalidArgumentError(f"there are {len(array)} markers; accepted: {faces}, one for each triangle")
    limits = np.iinfo(np.int32)
    if array.size > 0 and (int(array.min()) < limits.min or int(array.max()) > limits.max):
        raise InvalidArgumentError(f"markers are {array.min()} to {array.max()}; accepted: whole numbers of 32 bits")
    return np.ascontiguousarray(array, dtype=np.int32)


class Mesh:
    """A mesh of triangles.

    Parameters
    ----------
    vertices : array_like of shape (n, 3), optional
        Positions in metres.
    faces : array_like of shape (m, 3), optional
        Three numbers of vertices for each triangle, counter-clockwise seen from outside.
    markers : array_like of shape (m,), optional
        The part of each triangle: -2 ground, -1 ground beside a building, i wall and N + i roof of building i.
    buildings : int, optional
        The number N of buildings that the markers refer to.

    Attributes
    ----------
    vertices : numpy.ndarray of float64
    faces : numpy.ndarray of uint32
    markers : numpy.ndarray of int32, or None
    buildings : int or None
    report : CityReport or None
        The report of the build that made the mesh.
    store : MeshStore or None
        The store of the mesh's tiles, where it was kept.

    Arrays of the right type are taken as they are, without a copy; those of a tile of a store are read-only and show
    its file.

    Examples
    --------
    >>> square = groma.Mesh([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], [[0, 1, 2], [0, 2, 3]])
    >>> square
    <groma.Mesh: 4 vertices, 2 triangles>
    >>> square.bounds
    (0.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    """

    def __init__(
        self,
        vertices: Any = (),
        faces: Any = (),
        markers: Any = None,
        *,
        buildings: Optional[int] = None,
    ) -> None:
        self.vertices = _vertices(vertices)
        self.faces = _faces(faces, len(self.vertices))
        self.markers = _markers(markers, len(self.faces))
        self.buildings = buildings
        self.report: Optional[CityReport] = None
        self.store: Optional[MeshStore] = None

    @property
    def num_vertices(self) -> int:
        """The number of vertices."""
        return len(self.vertices)

    @property
    def num_faces(self) -> int:
        """The number of triangles."""
        return len(self.faces)

    @property
    def bounds(self) -> Tuple[float, float, float, float, float, float]:
        """West, south, lowest, east, north, highest of all vertices; zeros where there are none."""
        if len(self.vertices) == 0:
            return (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        west, south, lowest = map(float, self.vertices.min(axis=0))
        east, north, highest = map(float, self.vertices.max(axis=0))
        return west, south, lowest, east, north, highest

    def __len__(self) -> int:
        return len(self.faces)

    def __repr__(self) -> str:
        return f"<groma.Mesh: {len(self.vertices):,} vertices, {len(self.faces):,} triangles>"

    def _arguments(self, markers: bool = True) -> Tuple[Any, Any, Any, Optional[int]]:
        return self.vertices, self.faces, self.markers if markers else None, self.buildings

    def save(self, path: PathLike, *, markers: bool = True, progress: ProgressArgument = True) -> None:
        """Write the mesh into a file, whole or not at all.

        Parameters
        ----------
        path : path
            The file. Its extension chooses the format: ``.vtu``, ``.ply``, ``.obj``, ``.stl`` or ``.glb``.
        markers : bool
            Whether the file has the markers. meshio reads no PLY with markers.

        Raises
        ------
        InvalidArgumentError
            For another extension, and for a face without vertices.
        """
        _groma.save_mesh(os.fspath(path), *self._arguments(markers), run(progress))

    @classmethod
    def load(cls, path: PathLike) -> Mesh:
        """Read a mesh of triangles from a PLY, VTU, OBJ or STL file."""
        vertices, faces, markers, buildings = _groma.load_mesh(os.fspath(path))
        return cls(vertices, faces, markers, buildings=buildings)

    def check(self, *, progress: ProgressArgument = True) -> CheckReport:
        """Check the mesh for holes, duplicates, T-junctions and angles, and whether it can be a city."""
        return CheckReport(*_groma.check(*self._arguments(), run(progress)))

    def preview(
        self, path: PathLike, *, width: int = 1600, view: str = "oblique", progress: ProgressArgument = True
    ) -> None:
        """Draw a picture into a PNG file, ``view`` being ``"oblique"`` or ``"top"``."""
        is_top = {"oblique": False, "top": True}
        if view not in is_top:
            raise InvalidArgumentError(f"view is {view!r}; accepted: 'oblique', 'top'")
        _groma.preview_mesh(os.fspath(path), *self._arguments(), width, is_top[view], run(progress))

    def submesh(self, chosen: Any) -> Mesh:
        """Return the triangles that a mask or indices choose, with just the vertices that they use."""
        faces = self.faces[chosen]
        used, numbers = np.unique(faces, return_inverse=True)
        markers = None if self.markers is None else self.markers[chosen]
        return Mesh(self.vertices[used], numbers.reshape(-1, 3).astype(np.uint32), markers, buildings=self.buildings)

    def split(self) -> List[Mesh]:
        """Return the ground, and then each building's walls and roof, as meshes of their own.

        Raises
        ------
        InvalidArgumentError
            For a mesh without markers or without a number of buildings.
        """
        if self.markers is None or self.buildings is None:
            raise InvalidArgumentError("the mesh has no markers and number of buildings; accepted: a city's mesh")
        owner = np.where(self.markers < 0, -1, self.markers % max(self.buildings, 1))
        order = np.argsort(owner, kind="stable")
        ends = np.searchsorted(owner[order], np.arange(-1, self.buildings), side="right")
        return [self.submesh(np.sort(part)) for part in np.split(order, ends[:-1])]

    def to_meshio(self) -> Any:
        """Return a ``meshio.Mesh`` with the markers as cell data ``markers``."""
        import meshio

        data = {} if self.markers is None else {"markers": [np.asarray(self.markers)]}
        return meshio.Mesh(self.vertices, [("triangle", self.faces.astype(np.int64))], cell_data=data)

    def to_pyvista(self) -> Any:
        """Return a ``pyvista.PolyData`` with the markers as cell data ``markers``."""
        import pyvista

        mesh = pyvista.PolyData.from_regular_faces(np.array(self.vertices), self.faces.astype(np.int64))
        if self.markers is not None:
            mesh.cell_data["markers"] = np.array(self.markers)
        return mesh

    def to_trimesh(self) -> Any:
        """Return a ``trimesh.Trimesh`` with the markers as face attribute ``markers``."""
        import trimesh

        attributes = {} if self.markers is None else {"markers": np.array(self.markers)}
        return trimesh.Trimesh(
            np.array(self.vertices), self.faces.astype(np.int64), face_attributes=attributes, process=False
        )

    def to_dtcc(self) -> Any:
        """Return a ``dtcc_core.model.Mesh``."""
        from dtcc_core.model import Mesh as DtccMesh

        markers = np.empty(0, dtype=np.int32) if self.markers is None else np.array(self.markers)
        return DtccMesh(vertices=np.array(self.vertices), faces=self.faces.astype(np.int64), markers=markers)


def merge_meshes(meshes: Sequence[Any], *, snap_distance: float = 0.01, progress: ProgressArgument = True) -> Mesh:
    """Merge meshes that know nothing of each other into one.

    Parameters
    ----------
    meshes : sequence of meshes
        Each has ``vertices``, ``faces`` and, perhaps, ``markers``.
    snap_distance : float
        Vertices of different meshes within this distance, in metres, become one. Of equal triangles one remains.

    Returns
    -------
    Mesh
        The merged mesh; an empty one where there is nothing to merge.

    Examples
    --------
    >>> left = groma.Mesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]])
    >>> right = groma.Mesh([[1, 0, 0], [1, 1, 0], [0, 1, 0]], [[0, 1, 2]])
    >>> groma.merge_meshes([left, right])
    <groma.Mesh: 4 vertices, 2 triangles>
    """
    from ._store import SharedMeshStore

    with SharedMeshStore() as store:
        for number, mesh in enumerate(meshes):
            mesh = Mesh(mesh.vertices, mesh.faces, mesh.markers)
            west, south, _, east, north, _ = mesh.bounds
            store.add_tile(number, (west, south, east, north), mesh.vertices, mesh.faces, mesh.markers)
        return store.merge(snap_distance=snap_distance, progress=progress)
