"""The native half of groma. Use the names of the package, which are documented."""

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt

VERSION: str
NO_MARKER: int
MESH_PARAMETERS: List[str]

_Doubles = npt.NDArray[np.float64]
_Singles = npt.NDArray[np.float32]
_Faces = npt.NDArray[np.uint32]
_Markers = npt.NDArray[np.int32]
_Ids = npt.NDArray[np.uint64]
_Box = Tuple[float, float, float, float]
_Space = Optional[Tuple[Sequence[float], Sequence[float]]]

class Progress:
    """The progress of work."""

    @property
    def phase(self) -> str:
        """The name of the current phase, one word."""
    @property
    def fraction(self) -> float:
        """The share of the whole work that is done, 0 to 1."""
    @property
    def units_done(self) -> int:
        """Units (shards, tiles) of this phase that are done."""
    @property
    def units_total(self) -> int:
        """Units of this phase."""
    @property
    def items_done(self) -> int:
        """Items (samples, triangles) of this phase that are done."""
    @property
    def items_total(self) -> int:
        """Items of this phase, as far as known."""
    @property
    def bytes_now(self) -> int:
        """Bytes reserved for buffers at the moment."""
    @property
    def bytes_peak(self) -> int:
        """The most bytes reserved for buffers at once."""
    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
    @property
    def eta_seconds(self) -> Optional[float]:
        """The estimated seconds to go; None until enough is done for an estimate."""
    @property
    def finished(self) -> bool:
        """Whether the work has ended: the last call."""

class CityInput:
    def __new__(cls, footprints: Dict[str, Any], terrain: Dict[str, Any]) -> CityInput: ...

class Store:
    @staticmethod
    def create(folder: str) -> Store: ...
    @staticmethod
    def open(folder: str) -> Store: ...
    @property
    def folder(self) -> str: ...
    def manifest(self) -> str: ...
    def list_tiles(self) -> List[str]: ...
    def missing_tiles(self) -> List[str]: ...
    def total_stats(self) -> str: ...
    def get_tile(self, name: str) -> Tile: ...
    def add_tile(self, name: str, vertices: _Doubles, faces: _Faces, markers: Optional[_Markers]) -> None: ...
    def remove_tile(self, name: str) -> None: ...
    def clear(self) -> None: ...
    def delete(self) -> None: ...
    def merge_to_file(
        self,
        path: str,
        snap_distance: float,
        allow_incomplete: bool,
        markers: bool,
        groups_by_marker: bool,
        run: Dict[str, Any],
    ) -> str: ...
    def merge(
        self, snap_distance: float, allow_incomplete: bool, run: Dict[str, Any]
    ) -> Tuple[_Doubles, _Faces, _Markers, Optional[int]]: ...
    def check(self, run: Dict[str, Any]) -> Tuple[str, str]: ...
    def export_glb(self, folder: str, compress: bool, run: Dict[str, Any]) -> int: ...
    def export_tileset(
        self,
        folder: str,
        levels: Optional[int],
        on_globe: bool,
        crs: Optional[int],
        geoid_offset: Optional[float],
        compress: bool,
        run: Dict[str, Any],
    ) -> str: ...
    def preview(self, path: str, width: int, from_above: bool, bounds: Optional[_Box], run: Dict[str, Any]) -> None: ...

class Tile:
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def vertices(self) -> _Doubles: ...
    @property
    def faces(self) -> _Faces: ...
    @property
    def markers(self) -> _Markers: ...
    @property
    def has_markers(self) -> bool: ...
    def check_whole(self) -> None: ...
    def info(self) -> Dict[str, Any]: ...

class MappedArray:
    @staticmethod
    def create(path: str, dtype: str, shape: List[int]) -> MappedArray: ...
    @staticmethod
    def open(path: str, writable: bool) -> MappedArray: ...
    @property
    def dtype(self) -> str: ...
    @property
    def shape(self) -> List[int]: ...
    def bytes(self) -> npt.NDArray[np.uint8]: ...
    def flush(self) -> None: ...

class Dataset:
    def __new__(
        cls,
        path: str,
        tables_folder: Optional[str],
        build_missing: bool,
        threads: int,
        memory_limit: int,
        cache_limit: int,
    ) -> Dataset: ...
    @property
    def path(self) -> str: ...
    @property
    def steps(self) -> Optional[Tuple[int, int]]: ...
    @property
    def coordinate_origin(self) -> Optional[List[float]]: ...
    def cell_sizes(self) -> List[float]: ...
    def table_steps(self, cell_size: float) -> List[int]: ...
    def periodic(self) -> _Space: ...
    def set_periodic(self, volume: _Space) -> None: ...
    def memory(self) -> str: ...
    def unload(self) -> None: ...
    def samples_at(self, step: int) -> Tuple[_Ids, _Singles]: ...
    def positions(self, id: int, first_step: int, last_step: int) -> _Singles: ...
    def within(
        self,
        cell_size: float,
        steps: Tuple[int, int],
        points: Any,
        inner: Optional[float],
        radius: float,
        periodic: _Space,
        unwrapped: bool,
    ) -> Answer: ...
    def nearest(
        self, cell_size: float, step: int, points: Any, count: int, periodic: _Space, unwrapped: bool
    ) -> Answer: ...
    def around_trajectories(
        self,
        cell_size: float,
        steps: Tuple[int, int],
        ids: List[int],
        radius: float,
        periodic: _Space,
        unwrapped: bool,
    ) -> Answer: ...
    def around_path(
        self,
        cell_size: float,
        steps: npt.NDArray[np.int32],
        positions: _Doubles,
        radius: float,
        leave_out: Optional[int],
        periodic: _Space,
        unwrapped: bool,
    ) -> Answer: ...
    def neighbours(
        self, cell_size: float, step: int, radius: float, both_ways: bool, periodic: _Space
    ) -> Neighbours: ...

class Answer:
    @property
    def ids(self) -> _Ids: ...
    @property
    def query_offsets(self) -> _Ids: ...
    @property
    def sample_offsets(self) -> _Ids: ...
    @property
    def samples(self) -> npt.NDArray[np.uint8]: ...
    @property
    def images(self) -> npt.NDArray[np.int8]: ...
    def __len__(self) -> int: ...

class Neighbours:
    @property
    def ids(self) -> _Ids: ...
    @property
    def positions(self) -> _Singles: ...
    @property
    def first(self) -> _Faces: ...
    @property
    def second(self) -> _Faces: ...
    @property
    def distances(self) -> _Doubles: ...
    @property
    def images(self) -> npt.NDArray[np.int8]: ...
    def __len__(self) -> int: ...

def build_city(
    input: CityInput, store: str, parameters: Dict[str, Any], options: Dict[str, Any], run: Dict[str, Any]
) -> Tuple[str, str]: ...
def plan_city(
    input: CityInput, store: str, parameters: Dict[str, Any], options: Dict[str, Any], run: Dict[str, Any]
) -> Tuple[str, str]: ...
def build_city_part(store: str, part: int, parts: int, fsync: bool, run: Dict[str, Any]) -> Tuple[str, str]: ...
def finish_city(store: str, fsync: bool, run: Dict[str, Any]) -> Tuple[str, str]: ...
def plan_hash_tables(dataset: str, options: Dict[str, Any], run: Dict[str, Any]) -> Tuple[str, str]: ...
def build_hash_tables_part(
    dataset: str, part: int, parts: int, options: Dict[str, Any], run: Dict[str, Any]
) -> Tuple[str, str]: ...
def finish_hash_tables(dataset: str, options: Dict[str, Any], run: Dict[str, Any]) -> Tuple[str, str]: ...
def city_defaults() -> Dict[str, Any]: ...
def optimal_tile_size(
    input: Optional[CityInput],
    bounds: _Box,
    edge_pieces_per_km2: float,
    memory_fraction: float,
    memory_limit: int,
    threads: int,
    parameters: Dict[str, Any],
) -> float: ...
def needs_tiles(
    input: CityInput, tile_size: float, memory_fraction: float, memory_limit: int, parameters: Dict[str, Any]
) -> bool: ...
def generate_city(folder: str, buildings: int, seed: int, hostile: bool, cell: float, run: Dict[str, Any]) -> str: ...
def save_mesh(
    path: str,
    vertices: _Doubles,
    faces: _Faces,
    markers: Optional[_Markers],
    buildings: Optional[int],
    run: Dict[str, Any],
) -> None: ...
def load_mesh(path: str) -> Tuple[_Doubles, _Faces, Optional[_Markers], Optional[int]]: ...
def check(
    vertices: _Doubles,
    faces: _Faces,
    markers: Optional[_Markers],
    buildings: Optional[int],
    run: Dict[str, Any],
) -> Tuple[str, str]: ...
def preview_mesh(
    path: str,
    vertices: _Doubles,
    faces: _Faces,
    markers: Optional[_Markers],
    buildings: Optional[int],
    width: int,
    from_above: bool,
    run: Dict[str, Any],
) -> None: ...
def build_hash_tables(dataset: str, options: Dict[str, Any], run: Dict[str, Any]) -> Tuple[str, str]: ...
def import_files(files: List[str], folder: str, options: Dict[str, Any], run: Dict[str, Any]) -> Tuple[str, str]: ...
def import_table(
    name: str, columns: List[Tuple[str, Any]], folder: str, options: Dict[str, Any], run: Dict[str, Any]
) -> Tuple[str, str]: ...
def generate_trajectories(
    folder: str,
    trajectories: int,
    shards: int,
    interval: int,
    seed: int,
    half_edge: float,
    gaps: float,
    run: Dict[str, Any],
) -> None: ...
def preview_step(dataset: str, step: int, path: str, width: int, run: Dict[str, Any]) -> int: ...
