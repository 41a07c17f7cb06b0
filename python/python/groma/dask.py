"""Builds on a cluster of Dask: the plan, the parts and the end as tasks of a ``distributed.Client``.

The workers must see the inputs and the output under the same paths, as on a file system that they share. A worker that
dies takes nothing along: its part runs again elsewhere, and the files are those of a build in one piece.

>>> from distributed import Client                                        # doctest: +SKIP
>>> groma.dask.build_city(Client("scheduler:8786"), "houses.gpkg", "tiles", terrain="dem.tif")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
import os
from typing import Any, Callable, Iterable, Optional, TypeVar

from . import _parts
from ._arguments import PathLike, refuse
from ._errors import GromaError
from ._report import CityPart, CityReport, HashTablesPart, HashTablesReport

#: Parts for each thread of the cluster: as many that one that takes long does not keep all others waiting.
PARTS_PER_THREAD = 4

#: What ``progress`` may be: a function that gets how many parts are done and how many there are.
Watch = Optional[Callable[[int, int], Any]]

R = TypeVar("R")


def build_city(
    client: Any,
    city: Any,
    store: PathLike,
    *,
    terrain: Any = None,
    parts: Optional[int] = None,
    retries: int = 3,
    progress: Watch = None,
    **options: Any,
) -> CityReport:
    """Build the tiles of a city on a cluster.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    city, store, terrain
        As for `groma.build_city_store`.
    parts : int, optional
        The number of parts; by default four for each thread of the cluster.
    retries : int
        How often a part that failed for a reason that may pass is tried again.
    progress : callable, optional
        A function that gets the parts done and the number of parts, after each part.
    **options
        Further options of `groma.build_city_store`; ``memory_limit`` holds for each task, and each part is made on one
        thread.

    Returns
    -------
    CityReport
        That of the whole build.
    """
    limit = {"memory_limit": options.pop("memory_limit", None)}
    city, store, inputs = _absolute(city), _absolute(store), _absolute({"terrain": terrain, **limit, **options})
    _once(client, _parts.plan_city_store, city, store, n_workers=1, progress=False, **inputs)
    count = _count(client, parts)

    def make(part: int) -> CityPart:
        made = _parts.build_city_store_part(store, part, count, n_workers=1, progress=False, **limit)
        if made.failed and made.is_worth_repeating:
            raise GromaError(f"{made}: {made.failed[0]['cause']}")
        return made

    _all(client, make, range(1, count + 1), retries, progress)
    return _once(client, _parts.finish_city_store, store, n_workers=1, progress=False, **limit)


def build_hash_tables(
    client: Any,
    dataset: PathLike,
    cell_size: float,
    *,
    parts: Optional[int] = None,
    retries: int = 3,
    progress: Watch = None,
    **options: Any,
) -> HashTablesReport:
    """Build the hash tables of a data set on a cluster.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    dataset, cell_size
        As for `groma.build_hash_tables`.
    parts, retries, progress
        As for `build_city`.
    **options
        Further options of `groma.build_hash_tables`; ``memory_limit`` holds for each task, and each part is built on
        one thread.

    Returns
    -------
    HashTablesReport
        That of the whole build.
    """
    dataset, how = _absolute(dataset), _absolute({"threads": 1, "progress": False, **options})
    _once(client, _parts.plan_hash_tables, dataset, cell_size, **how)
    count = _count(client, parts)

    def make(part: int) -> HashTablesPart:
        return _parts.build_hash_tables_part(dataset, cell_size, part, count, **how)

    _all(client, make, range(1, count + 1), retries, progress)
    return _once(client, _parts.finish_hash_tables, dataset, cell_size, **how)


def _absolute(value: Any) -> Any:
    """Make paths absolute: workers have folders of their own. Texts that are no paths stay."""
    if isinstance(value, dict):
        paths = {"terrain", "domain", "temp_dir", "output"}
        return {name: _absolute(one) if name in paths else one for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_absolute(one) for one in value]
    return os.path.abspath(value) if isinstance(value, (str, os.PathLike)) else value


def _count(client: Any, parts: Optional[int]) -> int:
    if parts is None:
        threads: int = sum(client.ncores().values())
        return PARTS_PER_THREAD * max(1, threads)
    if isinstance(parts, bool) or not isinstance(parts, int) or parts < 1:
        raise refuse("parts", parts, "a whole number of 1 or more")
    return parts


def _once(client: Any, function: Callable[..., R], *arguments: Any, **named: Any) -> R:
    # Not pure: what it does is on the disk, and must be done again when it is asked for again.
    result: R = client.submit(lambda: function(*arguments, **named), pure=False).result()
    return result


def _all(client: Any, function: Callable[[int], Any], parts: Iterable[int], retries: int, progress: Watch) -> None:
    distributed: Any = importlib.import_module("distributed")
    futures = client.map(function, list(parts), pure=False, retries=retries)
    for done, future in enumerate(distributed.as_completed(futures), 1):
        future.result()
        if progress is not None:
            progress(done, len(futures))
