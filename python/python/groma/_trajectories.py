"""Hash tables of trajectories, and data sets from files and from tables in memory."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._dataset import Periodic, Steps, _space, _steps
from ._errors import InvalidArgumentError
from ._mesh import PathLike
from ._progress import ProgressArgument, run
from ._report import HashTablesReport, ImportReport


def _one_of(name: str, value: str, accepted: Sequence[str]) -> int:
    if value not in accepted:
        raise InvalidArgumentError(f"{name} is {value!r}; accepted: {', '.join(map(repr, accepted))}")
    return accepted.index(value)


def build_hash_tables(
    dataset: PathLike,
    cell_size: float,
    *,
    output: Optional[PathLike] = None,
    margin: float = 1.0,
    box: Optional[Tuple[Sequence[float], Sequence[float]]] = None,
    steps: Optional[Steps] = None,
    batch_size: int = 3,
    on_bad_shard: str = "fail",
    wide_ids: str = "fail",
    resume: bool = False,
    prune_stale: bool = False,
    fsync: bool = False,
    threads: Optional[int] = None,
    memory_limit: Optional[int] = None,
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
    corners = None if box is None else tuple(tuple(float(c) for c in corner) for corner in box)
    options = {
        "cell_size": cell_size,
        "output": None if output is None else os.fspath(output),
        "margin": margin,
        "bounds": corners,
        "steps": None if steps is None else _steps(steps),
        "batch_size": batch_size,
        "skip_bad_shards": bool(_one_of("on_bad_shard", on_bad_shard, ("fail", "skip"))),
        "truncate_wide_ids": bool(_one_of("wide_ids", wide_ids, ("fail", "truncate"))),
        "resume": resume,
        "prune_stale": prune_stale,
        "fsync": fsync,
    }
    how = run(progress, threads, memory_limit)
    return HashTablesReport(*_groma.build_hash_tables(os.fspath(dataset), options, how))


def _column(values: Any) -> Any:
    """Return a column as an array of a type that the library takes, or as a list of texts."""
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        if kind not in "iuf":
            raise InvalidArgumentError(f"a column of type {values.dtype} has masked values; accepted: none, or numbers")
        values = values.astype(np.float64).filled(np.nan)
    elif kind in "iuf" and hasattr(values, "isna") and values.isna().any():
        values = values.to_numpy(dtype=np.float64, na_value=np.nan)
    array = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    if array.ndim != 1:
        raise InvalidArgumentError(f"a column is of shape {array.shape}; accepted: one value for each row")
    kind = array.dtype.kind
    if kind == "f":
        return np.ascontiguousarray(array, dtype=np.float32 if array.dtype.itemsize <= 4 else np.float64)
    if kind in "iu":
        return np.ascontiguousarray(array, dtype=np.int64 if kind == "i" else np.uint64)
    if kind == "M":
        return "ns", np.ascontiguousarray(array.astype("datetime64[ns]").astype(np.int64))
    return ["" if value is None or value != value else str(value) for value in array.tolist()]


def _table(source: Any) -> Optional[List[Tuple[str, Any]]]:
    """Return the columns of a table in memory; None for what is a path or paths."""
    if isinstance(source, Mapping):
        return [(str(name), _column(values)) for name, values in source.items()]
    if isinstance(source, np.ndarray):
        if source.dtype.names is None:
            seen = f"an array of type {source.dtype}"
            raise InvalidArgumentError(f"source is {seen}; accepted: a structured array, or a dict of arrays by name")
        return [(name, _column(source[name])) for name in source.dtype.names]
    if hasattr(source, "columns"):
        return [(str(name), _column(source[name])) for name in source.columns]
    return None


def import_trajectories(
    source: Any,
    folder: PathLike,
    *,
    columns: Optional[Mapping[str, str]] = None,
    interval: Optional[int] = None,
    time_per_step: Optional[float] = None,
    scale: Optional[float] = None,
    origin: Union[None, str, Sequence[float]] = None,
    duplicates: str = "error",
    text_ids: bool = False,
    keep_wide_ids: bool = False,
    coordinate_units: Optional[str] = None,
    periodic: Periodic = None,
    name: str = "",
    memory_limit: Optional[int] = None,
    progress: ProgressArgument = True,
) -> ImportReport:
    """Make a data set from a data frame, arrays or files. Rows may come in any order.

    Parameters
    ----------
    source : data frame, dict of arrays, structured array, path or paths
        A table in memory with a row for each sample, of pandas, polars or numpy; or files: text tables, SUMO's
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
    options: Dict[str, Any] = {
        "columns": {str(meaning): str(column) for meaning, column in (columns or {}).items()},
        "interval": interval,
        "time_per_step": time_per_step,
        "scale": scale,
        "origin": None if origin is None or isinstance(origin, str) else [float(c) for c in origin],
        "auto_origin": isinstance(origin, str) and _one_of("origin", origin, ("auto",)) == 0,
        "duplicates": duplicates,
        "text_ids": text_ids,
        "keep_wide_ids": keep_wide_ids,
        "coordinate_units": coordinate_units,
        "periodic": None if periodic is None or periodic is False else _space(periodic),
        "name": name,
    }
    how = run(progress, None, memory_limit)
    table = None if isinstance(source, (str, os.PathLike)) else _table(source)
    if table is not None:
        named = f"the {type(source).__name__}"
        return ImportReport(*_groma.import_table(named, table, os.fspath(folder), options, how))
    files = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    return ImportReport(*_groma.import_files([os.fspath(file) for file in files], os.fspath(folder), options, how))


def generate_trajectories(
    folder: PathLike,
    trajectories: int,
    *,
    shards: int = 1,
    interval: int = 100,
    seed: int = 1,
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


def preview_step(
    dataset: PathLike, step: int, path: PathLike, *, width: int = 1600, progress: ProgressArgument = True
) -> int:
    """Draw the samples of a time step, seen from above, into a PNG file; return how many there are."""
    return _groma.preview_step(os.fspath(dataset), int(step), os.fspath(path), width, run(progress))
