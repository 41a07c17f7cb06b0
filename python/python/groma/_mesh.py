"""Triangle meshes in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Optional, Sequence, Tuple

import numpy as np

from . import _groma
from ._arguments import Array, Count, PathLike, array, checked, refusal, refuse
from ._errors import InvalidArgumentError
from ._progress import ProgressArgument, run
from ._report import CheckReport, CityReport

if TYPE_CHECKING:
    from ._store import MeshStore


#: From where a picture shows a mesh.
View = Literal["oblique", "top"]

#: The marker of a triangle whose part is unknown.
NO_MARKER: int = _groma.NO_MARKER


def vertices_of(vertices: Any) -> Array:
    return array("vertices", vertices, 3)


def faces_of(faces: Any, vertices: int) -> Array:
    accepted = "whole numbers in an array of shape (n, 3)"
    try:
        found = np.asarray(faces)
    except ValueError:
        raise refuse("faces", faces, accepted) from None
    if found.size == 0 and found.ndim < 3:
        return np.zeros((0, 3), dtype=np.uint32)
    if found.ndim != 2 or found.shape[1] != 3 or found.dtype.kind not in "iu":
        raise refusal("faces", f"are of shape {found.shape} and type {found.dtype}", accepted)
    if found.dtype != np.uint32:
        least, most = int(found.min()), int(found.max())
        if least < 0 or most >= vertices:
            raise refusal("faces", f"name vertex {least if least < 0 else most}", f"0 to {vertices - 1}")
    return np.ascontiguousarray(found, dtype=np.uint32)


def markers_of(markers: Any, faces: int) -> Optional[Array]:
    if markers is None:
        return None
    accepted = f"whole numbers of 32 bits, {faces}, one for each triangle"
    try:
        found = np.asarray(markers)
    except ValueError:
        raise refuse("markers", markers, accepted) from None
    if found.size == 0:
        return None if faces > 0 else np.zeros(0, dtype=np.int32)
    if found.dtype.kind not in "iu" or found.shape not in ((faces,), (faces, 1)):
        raise refusal("markers", f"are {found.size} of shape {found.shape} and type {found.dtype}", accepted)
    limits = np.iinfo(np.int32)
    if int(found.min()) < limits.min or int(found.max()) > limits.max:
        raise refusal("markers", f"are {found.min()} to {found.max()}", accepted)
    return np.ascontiguousarray(found.reshape(-1), dtype=np.int32)


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

    @checked()
    def __init__(
        self,
        vertices: Any = (),
        faces: Any = (),
        markers: Any = None,
        *,
        buildings: Optional[Count] = None,
    ) -> None:
        self.vertices = vertices_of(vertices)
        self.faces = faces_of(faces, len(self.vertices))
        self.markers = markers_of(markers, len(self.faces))
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

    @checked()
    def save(self, path: PathLike, *, markers: bool = True, progress: ProgressArgument = True) -> None:
        """Write the mesh into a file, whole or not at all.

        Parameters
        ----------
        path : path
            The file, in a folder that is there. Its extension chooses the format: ``.vtu``, ``.ply``, ``.obj``,
            ``.stl`` or ``.glb``.
        markers : bool
            Whether the file has the markers. meshio reads no PLY with markers.

        Raises
        ------
        InvalidArgumentError
            For another extension, and for a face without vertices.
        """
        _groma.save_mesh(os.fspath(path), *self._arguments(markers), run(progress))

    @classmethod
    @checked()
    def load(cls, path: PathLike) -> Mesh:
        """Read a mesh of triangles from a PLY, VTU, OBJ or STL file."""
        vertices, faces, markers, buildings = _groma.load_mesh(os.fspath(path))
        return cls(vertices, faces, markers, buildings=buildings)

    def check(self, *, progress: ProgressArgument = True) -> CheckReport:
        """Check the mesh for holes, duplicates, T-junctions and angles, and whether it can be a city."""
        return CheckReport(*_groma.check(*self._arguments(), run(progress)))

    @checked(output="path")
    def preview(
        self, path: PathLike, *, width: Count = 1600, view: View = "oblique", progress: ProgressArgument = True
    ) -> None:
        """Draw a picture into a PNG file, ``view`` being ``"oblique"`` or ``"top"``."""
        _groma.preview_mesh(os.fspath(path), *self._arguments(), width, view == "top", run(progress))

    def submesh(self, chosen: Any) -> Mesh:
        """Return the triangles that a mask or indices choose, with just the vertices that they use."""
        try:
            triangles = np.atleast_1d(np.arange(len(self))[chosen])
        except (IndexError, TypeError, ValueError):
            triangles = np.zeros((0, 0))
        if triangles.ndim != 1:
            raise refuse("chosen", chosen, f"a mask or indices of {len(self)} triangles")
        used, numbers = np.unique(self.faces[triangles], return_inverse=True)
        markers = None if self.markers is None else self.markers[triangles]
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

        mesh = pyvista.PolyData.from_regular_faces(np.array(self.vertices), self.faces.astype(int))
        if self.markers is not None:
            mesh.cell_data["markers"] = np.array(self.markers)
        return mesh

    def to_trimesh(self) -> Any:
        """Return a ``trimesh.Trimesh`` with the markers as face attribute ``markers``."""
        import trimesh

        attributes: Dict[str, Any] = {} if self.markers is None else {"markers": np.array(self.markers)}
        return trimesh.Trimesh(
            np.array(self.vertices), self.faces.astype(np.int64), face_attributes=attributes, process=False
        )

    def to_dtcc(self) -> Any:
        """Return a ``dtcc_core.model.Mesh``."""
        from dtcc_core.model import Mesh as DtccMesh

        markers = np.empty(0, dtype=np.int32) if self.markers is None else np.array(self.markers)
        return DtccMesh(vertices=np.array(self.vertices), faces=self.faces.astype(np.int64), markers=markers)


@checked()
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

    given: List[Any] = list(meshes) if hasattr(meshes, "__iter__") else [None]
    if not all(hasattr(mesh, "vertices") and hasattr(mesh, "faces") for mesh in given):
        raise refuse("meshes", meshes, "a sequence of meshes")
    with SharedMeshStore() as store:
        for number, one in enumerate(given):
            mesh = Mesh(one.vertices, one.faces, getattr(one, "markers", None))
            west, south, _, east, north, _ = mesh.bounds
            store.add_tile(number, (west, south, east, north), mesh.vertices, mesh.faces, mesh.markers)
        return store.merge(snap_distance=snap_distance, progress=progress)
