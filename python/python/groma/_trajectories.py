"""Hash tables of trajectories, and data sets from files and from tables in memory."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._arguments import Count, Large, PathLike, Step, Threads, checked, refusal, refuse, several, text
from ._dataset import Periodic, Steps, space_of, steps_of
from ._progress import ProgressArgument, run
from ._report import HashTablesReport, ImportReport


@checked(bounds="box")
def build_hash_tables(
    dataset: PathLike,
    cell_size: float,
    *,
    output: Optional[PathLike] = None,
    margin: float = 1.0,
    box: Optional[Tuple[Sequence[float], Sequence[float]]] = None,
    steps: Optional[Steps] = None,
    batch_size: Count = 3,
    on_bad_shard: Literal["fail", "skip"] = "fail",
    wide_ids: Literal["fail", "truncate"] = "fail",
    resume: bool = False,
    prune_stale: bool = False,
    fsync: bool = False,
    threads: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
) -> HashTablesReport:
    """Build one spatial hash table per time step from the shards of a data set.

    Parameters
    ----------
    dataset : path
        The folder of the data set.
    cell_size : float
        The edge of a cell, in the data's own unit.
    output : path, optional
        The folder under which the tables go; the data set's own by default.
    margin : float
        The margin of the box around the data, on every side.
    box : tuple of two points, optional
        The least and the greatest corner of the box, instead of that of the data.
    steps : int, tuple of two ints, or range, optional
        The time steps to build; all by default.
    batch_size : int
        The number of shards between two records of what is done.
    on_bad_shard : {"fail", "skip"}
        What is done with a shard that cannot be used.
    wide_ids : {"fail", "truncate"}
        What is done with ids over 32 bits.
    resume : bool
        Whether tables of an earlier build of the same data are kept.
    prune_stale : bool
        Whether tables of an earlier, different build are removed.
    fsync : bool
        Whether each batch is synced to the disk.
    threads : int, optional
        Threads; one per processor by default. The tables do not depend on them.
    memory_limit : int, optional
        The most memory the build may take, in bytes; 256 MiB by default.
    progress : bool or callable
        As for `build_city_store`.

    Returns
    -------
    HashTablesReport
        The figures; printed, a summary.

    Examples
    --------
    >>> report = groma.build_hash_tables(walks, 50, output=tmp / "tables")
    >>> report.tables == report.steps
    True
    """
    given = locals()
    how = run(progress, threads, memory_limit)
    return HashTablesReport(*_groma.build_hash_tables(*native_arguments(given), how))


def native_arguments(given: Dict[str, Any]) -> Tuple[str, Dict[str, Any]]:
    """Make the native arguments out of all parameters of `build_hash_tables`: the data set and the options."""
    box, steps, output = given["box"], given["steps"], given["output"]
    if box is not None and (not isinstance(box, (tuple, list, np.ndarray)) or len(box) != 2):
        raise refuse("box", box, "the least and the greatest corner, each of three numbers")
    options = {
        "cell_size": given["cell_size"],
        "output": None if output is None else os.fspath(output),
        "margin": given["margin"],
        "bounds": None if box is None else tuple(several(3)("box", corner) for corner in box),
        "steps": None if steps is None else steps_of(steps),
        "batch_size": given["batch_size"],
        "skip_bad_shards": given["on_bad_shard"] == "skip",
        "truncate_wide_ids": given["wide_ids"] == "truncate",
        "resume": given["resume"],
        "prune_stale": given["prune_stale"],
        "fsync": given["fsync"],
    }
    return os.fspath(given["dataset"]), options


def _column(name: str, values: Any) -> Any:
    """Return a column as an array of a type that the library takes, or as a list of texts."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        if values.dtype.kind not in "iuf":
            raise refusal(f"column {name}", f"is of type {values.dtype} and has masked values", "numbers, or no mask")
        values = np.ma.filled(values.astype(np.float64), np.nan)
    dtype = getattr(values, "dtype", None)
    if getattr(dtype, "kind", "") in "iuf" and hasattr(values, "isna") and values.isna().any():
        values = values.to_numpy(dtype=np.float64, na_value=np.nan)
    elif hasattr(values, "to_numpy"):
        # Times with a zone are those of UTC.
        values = values.to_numpy(dtype="datetime64[ns]") if hasattr(dtype, "tz") else values.to_numpy()
    try:
        array = np.asarray(values)
    except ValueError:
        raise refuse(f"column {name}", values, "one value for each row") from None
    if array.ndim != 1:
        raise refusal(f"column {name}", f"is of shape {array.shape}", "one value for each row")
    kind = array.dtype.kind
    if kind == "f":
        return np.ascontiguousarray(array, dtype=np.float32 if array.dtype.itemsize <= 4 else np.float64)
    if kind in "iu":
        return np.ascontiguousarray(array, dtype=np.int64 if kind == "i" else np.uint64)
    if kind == "m":
        return np.ascontiguousarray(array / np.timedelta64(1, "s"), dtype=np.float64)
    if kind == "M":
        if np.isnat(array).any():
            raise refusal(f"column {name}", "has rows without a time", "a time in each row")
        return "ns", np.ascontiguousarray(array.astype("datetime64[ns]").astype(np.int64))
    if kind not in "OUS":
        raise refusal(f"column {name}", f"is of type {array.dtype}", "numbers, times or texts")
    return ["" if value is None or value != value else str(value) for value in array.tolist()]


def _table(source: Any) -> Optional[List[Tuple[str, Any]]]:
    """Return the columns of a table in memory; None for what is a path or paths."""
    if isinstance(source, np.ndarray) and source.dtype.names is None:
        seen = f"is an array of type {source.dtype}"
        raise refusal("source", seen, "a structured array, or a dict of arrays by name")
    if isinstance(source, np.ndarray):
        columns = {name: source[name] for name in source.dtype.names}
    elif isinstance(source, Mapping):
        columns = dict(source)
    elif hasattr(source, "column_names"):
        columns = {name: source.column(name) for name in source.column_names}
    elif hasattr(source, "columns"):
        columns = {name: source[name] for name in source.columns}
        # An index with a name is a column that was put aside; without one it counts the rows.
        for name in getattr(getattr(source, "index", None), "names", ()):
            if name is not None and name not in columns:
                columns[name] = source.index.get_level_values(name)
    else:
        return None
    return [(str(name), _column(str(name), values)) for name, values in columns.items()]


@checked(table="source", files="source")
def import_trajectories(
    source: Any,
    folder: PathLike,
    *,
    columns: Optional[Mapping[str, str]] = None,
    interval: Optional[Count] = None,
    time_per_step: Optional[float] = None,
    scale: Optional[float] = None,
    origin: Union[None, str, Sequence[float]] = None,
    duplicates: Literal["error", "first", "last"] = "error",
    text_ids: bool = False,
    keep_wide_ids: bool = False,
    coordinate_units: Optional[str] = None,
    periodic: Periodic = None,
    name: str = "",
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
) -> ImportReport:
    """Make a data set from a data frame, arrays or files. Rows may come in any order.

    Parameters
    ----------
    source : data frame, dict of arrays, structured array, path or paths
        A table in memory with a row for each sample, of pandas, polars, pyarrow or numpy; or files: text tables, SUMO's
        floating car data, TrackMate's tracks, JuPedSim's databases.
    folder : path
        The folder of the data set, new or empty.
    columns : dict, optional
        The columns of ``id``, ``frame`` or ``time``, ``x``, ``y`` and ``z`` by name. Others are found by the names that
        tools give them: ``particle``, ``frame``, ``x``, ``y`` of trackpy, for example.
    interval : int, optional
        Time steps in a shard; as many as make shards of 64 MiB by default.
    time_per_step : float, optional
        Seconds from one time step to the next; times become time steps by it.
    scale : float, optional
        The factor of all coordinates.
    origin : "auto" or three numbers, optional
        What is subtracted from all positions before they are stored in single precision; the data set keeps it.
    duplicates : {"error", "first", "last"}
        What becomes of two rows of a trajectory at one time step.
    text_ids : bool
        Whether ids are numbered in order of appearance, as is done anyway where they are no numbers.
    keep_wide_ids : bool
        Whether ids over 32 bits are taken.
    coordinate_units : str, optional
        What coordinates are counted in.
    periodic : optional
        The extent of a volume that repeats itself, or that and its least corner.
    name : str
        The data set's name.
    memory_limit : int, optional
        The most memory to take besides the table, in bytes; 256 MiB by default.
    progress : bool or callable
        As for `build_city_store`.

    Returns
    -------
    ImportReport
        The figures; printed, a summary.

    Examples
    --------
    >>> rows = {"id": [7, 7, 9], "frame": [0, 1, 1], "x": [1.0, 1.5, 3.0], "y": [2.0, 2.0, 2.5]}
    >>> report = groma.import_trajectories(rows, tmp / "rows")
    >>> report.samples, report.trajectories
    (3, 2)
    >>> groma.Dataset(tmp / "rows").positions(7)
    array([[1. , 2. , 0. ],
           [1.5, 2. , 0. ]], dtype=float32)
    """
    if columns is not None and not isinstance(columns, Mapping):
        raise refuse("columns", columns, "a dict of names of columns by id, frame, time, x, y and z")
    chosen = {text("columns", meaning): str(column) for meaning, column in (columns or {}).items()}
    if isinstance(origin, str) and origin != "auto":
        raise refuse("origin", origin, "'auto' or three numbers")
    options: Dict[str, Any] = {
        "columns": chosen,
        "interval": interval,
        "time_per_step": time_per_step,
        "scale": scale,
        "origin": None if origin is None or isinstance(origin, str) else several(3)("origin", origin),
        "auto_origin": origin == "auto",
        "duplicates": duplicates,
        "text_ids": text_ids,
        "keep_wide_ids": keep_wide_ids,
        "coordinate_units": coordinate_units,
        "periodic": None if periodic is None or periodic is False else space_of(periodic),
        "name": name,
    }
    how = run(progress, None, memory_limit)
    table = None if isinstance(source, (str, os.PathLike)) else _table(source)
    if table is not None:
        named = f"the {type(source).__name__}"
        return ImportReport(*_groma.import_table(named, table, os.fspath(folder), options, how))
    files = [source] if isinstance(source, (str, os.PathLike)) else source
    if not isinstance(files, (list, tuple)) or not all(isinstance(file, (str, os.PathLike)) for file in files):
        raise refuse("source", source, "a data frame, a dict of arrays, a structured array, a path or paths")
    return ImportReport(*_groma.import_files([os.fspath(file) for file in files], os.fspath(folder), options, how))


@checked(path="folder")
def generate_trajectories(
    folder: PathLike,
    trajectories: Count,
    *,
    shards: Count = 1,
    interval: Count = 100,
    seed: Large = 1,
    half_edge: float = 1000.0,
    gaps: float = 0.0,
    progress: ProgressArgument = True,
) -> None:
    """Make a data set of random trajectories, to try things out, in a folder that has none.

    Parameters
    ----------
    folder : path
        The folder.
    trajectories : int
        How many; their ids are 1, 2, 3 and so on.
    shards, interval : int
        Shards, and time steps in each.
    seed : int
        Another seed gives another data set of the same kind.
    half_edge : float
        Half the edge of the cube that everything happens in.
    gaps : float
        The share of trajectories with a gap in the middle.
    """
    _groma.generate_trajectories(
        os.fspath(folder), trajectories, shards, interval, seed, half_edge, gaps, run(progress)
    )


@checked(output="path")
def preview_step(
    dataset: PathLike, step: Step, path: PathLike, *, width: Count = 1600, progress: ProgressArgument = True
) -> int:
    """Draw the samples of a time step, seen from above, into a PNG file; return how many there are."""
    return _groma.preview_step(os.fspath(dataset), step, os.fspath(path), width, run(progress))
