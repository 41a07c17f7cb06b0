"""groma: spatial hash tables of trajectories and tiled meshes of cities, from data too big for memory.

Cities: `build_city_mesh` makes a mesh, `build_city_store` tiles on the disk, which `MeshStore` reads.
Trajectories: `import_trajectories` makes a data set, `build_hash_tables` its tables, and `Dataset` answers queries.

Either is built in parts, too, by any number of processes: `plan_city_store`, `plan_hash_tables`, `groma.dask`.

All work is done without Python's lock and is cancelled by Ctrl-C; messages go to the logger ``groma``.
"""

from ._city import (
    build_city_mesh,
    build_city_mesh_tiled,
    build_city_store,
    build_city_surface_mesh,
    calculate_optimal_tile_size,
    generate_city,
    should_use_tiling,
)
from ._city_input import City, GeometryType, load_city
from ._dataset import STEP_SAMPLE, Dataset
from ._errors import (
    BadFormatError,
    BusyError,
    CancelledError,
    GromaError,
    InputOutputError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OutOfMemoryError,
    TileNotFoundError,
    UnsupportedError,
)
from ._groma import VERSION as __version__
from ._groma import Progress
from ._mapped import MemoryMappedMeshArray
from ._mesh import NO_MARKER, Mesh, merge_meshes
from ._parts import (
    build_city_store_part,
    build_hash_tables_part,
    finish_city_store,
    finish_hash_tables,
    plan_city_store,
    plan_hash_tables,
)
from ._report import (
    CheckReport,
    CityPart,
    CityPlan,
    CityReport,
    HashTablesPart,
    HashTablesPlan,
    HashTablesReport,
    ImportReport,
    MergeReport,
    Report,
)
from ._results import SAMPLE, Neighbours, QueryResult
from ._store import MeshStore, SharedMeshStore, TileMetadata
from ._trajectories import build_hash_tables, generate_trajectories, import_trajectories, preview_step

__all__ = [
    "NO_MARKER",
    "SAMPLE",
    "STEP_SAMPLE",
    "BadFormatError",
    "BusyError",
    "CancelledError",
    "CheckReport",
    "City",
    "CityPart",
    "CityPlan",
    "CityReport",
    "Dataset",
    "GeometryType",
    "GromaError",
    "HashTablesPart",
    "HashTablesPlan",
    "HashTablesReport",
    "ImportReport",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "MemoryMappedMeshArray",
    "MergeReport",
    "Mesh",
    "MeshStore",
    "Neighbours",
    "NotFoundError",
    "OutOfMemoryError",
    "Progress",
    "QueryResult",
    "Report",
    "SharedMeshStore",
    "TileMetadata",
    "TileNotFoundError",
    "UnsupportedError",
    "__version__",
    "build_city_mesh",
    "build_city_mesh_tiled",
    "build_city_store",
    "build_city_store_part",
    "build_city_surface_mesh",
    "build_hash_tables",
    "build_hash_tables_part",
    "calculate_optimal_tile_size",
    "finish_city_store",
    "finish_hash_tables",
    "generate_city",
    "generate_trajectories",
    "import_trajectories",
    "load_city",
    "merge_meshes",
    "plan_city_store",
    "plan_hash_tables",
    "preview_step",
    "should_use_tiling",
]
