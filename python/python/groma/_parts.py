"""Builds in parts: a plan, any number of processes that make a part each, an end.

Parts may run at the same time, in any order, twice, and on different machines that share the folder. They take no
locks. What comes out is what a build in one piece makes. `groma.dask` runs them on a cluster.
"""

from __future__ import annotations

import os
from typing import Any, Optional

from . import _groma
from ._arguments import Count, Large, PathLike, Threads, checked, taken
from ._city import build_city_store
from ._city import native_arguments as city_arguments
from ._progress import ProgressArgument, run
from ._report import CityPart, CityPlan, CityReport, HashTablesPart, HashTablesPlan, HashTablesReport
from ._trajectories import build_hash_tables
from ._trajectories import native_arguments as table_arguments


@checked(threads="n_workers", footprints="city")
def plan_city_store(
    city: Any,
    store: PathLike,
    *,
    terrain: Any = None,
    n_workers: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
    **options: Any,
) -> CityPlan:
    """Plan the build of a city in parts: read and clean the inputs, and leave what the parts need in the store.

    No tile is made; those of an earlier build with the same inputs are kept.

    Parameters
    ----------
    city, store, terrain, n_workers, memory_limit, progress
        As for `build_city_store`.
    **options
        Further options of `build_city_store`.

    Returns
    -------
    CityPlan
        The tiles, and the memory that the largest takes.

    Examples
    --------
    >>> plan = groma.plan_city_store(city_files["footprints"], tmp / "tiles", terrain=city_files["terrain"])
    >>> parts = [groma.build_city_store_part(tmp / "tiles", part, 2) for part in (2, 1)]
    >>> report = groma.finish_city_store(tmp / "tiles")
    >>> sum(part.built for part in parts) == plan.tiles == report.tiles
    True
    """
    given = taken(build_city_store, {"city": city, "store": store, "terrain": terrain, **options})
    how = run(progress, n_workers, memory_limit)
    return CityPlan(*_groma.plan_city(*city_arguments(given), how))


@checked(threads="n_workers")
def build_city_store_part(
    store: PathLike,
    part: Count,
    parts: Count,
    *,
    fsync: bool = False,
    n_workers: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
) -> CityPart:
    """Make the tiles of a part of a planned city that are not there yet. It reads nothing but the store.

    Parameters
    ----------
    store : path
        The folder of the tiles, in which `plan_city_store` planned.
    part, parts : int
        The part, from 1 on, and the number of parts, the same for all.
    fsync : bool
        Whether files are synced to the disk.
    n_workers, memory_limit, progress
        As for `build_city_store`.

    Returns
    -------
    CityPart
        What was made. A tile that cannot be made is in ``failed``, and no exception.
    """
    how = run(progress, n_workers, memory_limit)
    return CityPart(*_groma.build_city_part(os.fspath(store), part, parts, fsync, how))


@checked(threads="n_workers")
def finish_city_store(
    store: PathLike,
    *,
    fsync: bool = False,
    n_workers: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
) -> CityReport:
    """End a build whose parts are done: check that all tiles are there, and that neighbours agree. It may come twice.

    Parameters
    ----------
    store : path
        The folder of the tiles.
    fsync, n_workers, memory_limit, progress
        As for `build_city_store`.

    Returns
    -------
    CityReport
        That of the whole build.

    Raises
    ------
    BusyError
        Where tiles are missing or damaged: the parts that have not ended well must run again.
    NotFoundError
        Where there is no plan, or it cannot be seen yet on a file system that machines share, or where tiles are
        missing that could not be made for a reason that stays.
    """
    how = run(progress, n_workers, memory_limit)
    return CityReport(*_groma.finish_city(os.fspath(store), fsync, how))


@checked(bounds="box")
def plan_hash_tables(
    dataset: PathLike,
    cell_size: float,
    *,
    threads: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
    **options: Any,
) -> HashTablesPlan:
    """Plan a build of hash tables in parts: check the data set, find its box, write down which shards are to be built.

    Parameters
    ----------
    dataset, cell_size, threads, memory_limit, progress
        As for `build_hash_tables`.
    **options
        Further options of `build_hash_tables`; parts and the end take the same.

    Returns
    -------
    HashTablesPlan
        The shards to build.

    Examples
    --------
    >>> how = {"output": tmp / "tables", "margin": 2.0}
    >>> plan = groma.plan_hash_tables(walks, 50, **how)
    >>> parts = [groma.build_hash_tables_part(walks, 50, part, 2, **how) for part in (1, 2)]
    >>> report = groma.finish_hash_tables(walks, 50, **how)
    >>> sum(part.tables_written for part in parts) == report.tables
    True
    """
    given = taken(build_hash_tables, {"dataset": dataset, "cell_size": cell_size, **options})
    how = run(progress, threads, memory_limit)
    return HashTablesPlan(*_groma.plan_hash_tables(*table_arguments(given), how))


@checked(bounds="box")
def build_hash_tables_part(
    dataset: PathLike,
    cell_size: float,
    part: Count,
    parts: Count,
    *,
    threads: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
    **options: Any,
) -> HashTablesPart:
    """Build the tables of a part of what was planned with the same options.

    Parameters
    ----------
    dataset, cell_size, threads, memory_limit, progress
        As for `build_hash_tables`.
    part, parts : int
        The part, from 1 on, and the number of parts, the same for all.
    **options
        Those of the plan.

    Returns
    -------
    HashTablesPart
        What was built.
    """
    given = taken(build_hash_tables, {"dataset": dataset, "cell_size": cell_size, **options})
    how = run(progress, threads, memory_limit)
    folder, native = table_arguments(given)
    return HashTablesPart(*_groma.build_hash_tables_part(folder, part, parts, native, how))


@checked(bounds="box")
def finish_hash_tables(
    dataset: PathLike,
    cell_size: float,
    *,
    threads: Optional[Threads] = None,
    memory_limit: Optional[Large] = None,
    progress: ProgressArgument = True,
    **options: Any,
) -> HashTablesReport:
    """End a build of hash tables in parts: check all tables, and write their index. It may come twice.

    Parameters
    ----------
    dataset, cell_size, threads, memory_limit, progress
        As for `build_hash_tables`.
    **options
        Those of the plan.

    Returns
    -------
    HashTablesReport
        That of the whole build.

    Raises
    ------
    BusyError
        Where tables are missing or damaged: the parts that have not ended well must run again.
    """
    given = taken(build_hash_tables, {"dataset": dataset, "cell_size": cell_size, **options})
    how = run(progress, threads, memory_limit)
    return HashTablesReport(*_groma.finish_hash_tables(*table_arguments(given), how))
