"""Open data sets, which are asked for who is near whom."""

from __future__ import annotations

import json
import os
import weakref
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._arguments import (
    Array,
    Count,
    Large,
    PathLike,
    Step,
    Threads,
    array,
    checked,
    refusal,
    refuse,
    several,
    whole,
    whole_numbers,
)
from ._errors import NotFoundError
from ._results import Neighbours, QueryResult

#: One time step, or the first and the last of several, or a range of them.
Steps = Union[int, Tuple[int, int], range]

#: A periodic volume: its extent along x, y, z, 0 where it is not periodic, or that and its least corner. False for
#: space that is not periodic, None for what the data set says.
Periodic = Any

_STEP = whole(-(2**31), 2**31 - 1)

#: A sample of a time step.
STEP_SAMPLE = np.dtype([("id", "<u8"), ("position", "<f4", (3,))])


def steps_of(steps: Steps) -> Tuple[int, int]:
    """Return the first and the last of some time steps."""
    if isinstance(steps, range):
        if steps.step != 1 or len(steps) == 0:
            raise refuse("steps", steps, "a range without gaps that is not empty")
        return _STEP("steps", steps[0]), _STEP("steps", steps[-1])
    if isinstance(steps, (tuple, list)):
        if len(steps) != 2:
            raise refuse("steps", steps, "one time step, the first and the last, or a range")
        return _STEP("steps", steps[0]), _STEP("steps", steps[1])
    step: int = _STEP("steps", steps)
    return step, step


def _points(points: Any) -> Any:
    """Return one point as a tuple, or many as an array."""
    if isinstance(points, tuple) and len(points) == 3 and not hasattr(points[0], "__len__"):
        return points if all(type(one) is float for one in points) else several(3)("centre", points)
    accepted = "three numbers for one point, an array of shape (n, 3) for many"
    try:
        found = np.asarray(points)
    except ValueError:
        raise refuse("centre", points, accepted) from None
    if found.shape == (3,) and found.dtype.kind in "iuf":
        return tuple(map(float, found))
    if found.ndim != 2:
        raise refusal("centre", f"is of shape {found.shape} and type {found.dtype}", accepted)
    return array("centre", found, 3)


def space_of(periodic: Periodic) -> Optional[Tuple[Sequence[float], Sequence[float]]]:
    """Return the extent and the least corner of a periodic volume; None where the data set says it."""
    if periodic is None:
        return None
    if periodic is False:
        return (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    accepted = "an extent of three numbers, or that and the least corner, or False"
    if isinstance(periodic, (str, bytes, dict)) or not hasattr(periodic, "__iter__"):
        raise refuse("periodic", periodic, accepted)
    parts = list(periodic)
    if len(parts) == 3:
        return several(3)("periodic", parts), (0.0, 0.0, 0.0)
    if len(parts) == 2:
        return several(3)("periodic", parts[0]), several(3)("periodic", parts[1])
    raise refuse("periodic", periodic, accepted)


class Dataset:
    """A data set opened for queries.

    Files are mapped when they are first needed. Any number of threads may ask at once; queries run without Python's
    lock. Points, positions and radii are in the data set's own coordinates, from which an import may have taken
    `coordinate_origin`.

    Parameters
    ----------
    path : path
        The folder of the data set.
    cell_size : float, optional
        Which tables are used; the only ones by default.
    tables_folder : path, optional
        The folder below which the tables are; the data set's own by default.
    build_missing : bool
        Whether to build tables when a query needs some that are missing.
    threads : int, optional
        Threads for many points at once and for builds; one per processor by default.
    memory_limit : int, optional
        The most memory that builds may take, in bytes.
    cache_limit : int
        The most bytes of positions to keep for time steps that are asked again.

    Examples
    --------
    >>> dataset = groma.Dataset(walks)
    >>> found = dataset.query_radius(17, (0, 0, 0), 300)
    >>> found.to_numpy()[["id", "distance"]][:1]                                       # doctest: +ELLIPSIS
    array([(..., ...)], dtype=...)
    >>> for id, samples in found[0]:
    ...     assert (samples["distance"] <= 300).all()
    """

    @checked()
    def __init__(
        self,
        path: PathLike,
        *,
        cell_size: Optional[float] = None,
        tables_folder: Optional[PathLike] = None,
        build_missing: bool = False,
        threads: Optional[Threads] = None,
        memory_limit: Optional[Large] = None,
        cache_limit: Large = 64 << 20,
    ) -> None:
        folder = None if tables_folder is None else os.fspath(tables_folder)
        self._options = (os.fspath(path), folder, build_missing, threads or 0, memory_limit or 0, cache_limit)
        self._cell_size = cell_size
        self._space: Optional[Tuple[Any, Any]] = None
        self._open()

    def _open(self) -> None:
        self._dataset = _groma.Dataset(*self._options)
        if self._space is not None:
            self._dataset.set_periodic(self._space)
        _OPEN.add(self)

    def __getstate__(self) -> Dict[str, Any]:
        # Another process opens it for itself.
        return {"_options": self._options, "_cell_size": self._cell_size, "_space": self._space}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    @property
    def path(self) -> Path:
        """The folder of the data set."""
        return Path(self._dataset.path)

    @property
    def steps(self) -> Optional[Tuple[int, int]]:
        """The first and the last time step with samples."""
        return self._dataset.steps

    @property
    def cell_size(self) -> float:
        """The edge of the cells of the tables that queries use."""
        if self._cell_size is None:
            sizes = self.cell_sizes()
            if len(sizes) != 1:
                there = ", ".join(f"{size:g}" for size in sizes) or "none: build_hash_tables makes some"
                raise refusal("cell_size", "is missing", f"one of the tables there are ({there})")
            self._cell_size = sizes[0]
        return self._cell_size

    def cell_sizes(self) -> List[float]:
        """Return the cell sizes for which there are tables, ascending."""
        return self._dataset.cell_sizes()

    @checked()
    def table_steps(self, cell_size: Optional[float] = None) -> List[int]:
        """Return the time steps that have a table, ascending."""
        return self._dataset.table_steps(self._cell(cell_size))

    @property
    def coordinate_origin(self) -> Optional[List[float]]:
        """The origin that was subtracted from all positions when the data set was made; None without one."""
        return self._dataset.coordinate_origin

    @property
    def periodic(self) -> Periodic:
        """The extent and the least corner of the volume that repeats itself; None where space is not periodic.

        May be set for all later queries, whatever the data set says.
        """
        return self._dataset.periodic()

    @periodic.setter
    def periodic(self, periodic: Periodic) -> None:
        self._space = space_of(False if periodic is None else periodic)
        self._dataset.set_periodic(self._space)

    def memory(self) -> Dict[str, int]:
        """Return what is open and mapped at the moment, and the bytes of kept positions."""
        memory: Dict[str, int] = json.loads(self._dataset.memory())
        return memory

    def unload(self) -> None:
        """Close all tables; they are opened again when they are needed."""
        self._dataset.unload()

    def _cell(self, cell_size: Optional[float]) -> float:
        return self.cell_size if cell_size is None else cell_size

    @checked()
    def query_radius(
        self,
        steps: Steps,
        centre: Any,
        radius: float,
        *,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
        unwrapped: bool = False,
    ) -> QueryResult:
        """Find the trajectories within a radius of a point, or of each of many, at any of some time steps.

        Parameters
        ----------
        steps : int, tuple of two ints, or range
            The time step, or the first and the last of several.
        centre : array_like of shape (3,) or (n, 3)
            The query point, or many, which are asked in parallel: query n of the answer is that of point n.
        radius : float
            How far from it.
        cell_size : float, optional
            Which tables are used; the data set's by default.
        periodic : optional
            The extent (x, y, z) of a volume that repeats itself, or that and its least corner; False where space is
            not periodic; by default what the data set says.
        unwrapped : bool
            Whether positions are those of the images that were found, near the query point.

        Returns
        -------
        QueryResult
            Each trajectory with its samples within the radius.
        """
        return QueryResult(
            self._dataset.within(
                self._cell(cell_size),
                steps_of(steps),
                _points(centre),
                None,
                radius,
                space_of(periodic),
                unwrapped,
            )
        )

    @checked()
    def query_dual_radius(
        self,
        steps: Steps,
        centre: Any,
        inner_radius: float,
        outer_radius: float,
        *,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
        unwrapped: bool = False,
    ) -> QueryResult:
        """Find the trajectories within two radii at once.

        Query 2n of the answer has the inner radius of point n, query 2n + 1 the outer one, which includes it. Otherwise
        as `query_radius`.
        """
        return QueryResult(
            self._dataset.within(
                self._cell(cell_size),
                steps_of(steps),
                _points(centre),
                inner_radius,
                outer_radius,
                space_of(periodic),
                unwrapped,
            )
        )

    @checked()
    def query_nearest(
        self,
        step: Step,
        centre: Any,
        count: Count,
        *,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
        unwrapped: bool = False,
    ) -> QueryResult:
        """Find the ``count`` trajectories that are nearest to a point, or to each of many, the nearest first.

        Of two at the same distance the lower id comes first. Otherwise as `query_radius`.
        """
        return QueryResult(
            self._dataset.nearest(
                self._cell(cell_size),
                step,
                _points(centre),
                count,
                space_of(periodic),
                unwrapped,
            )
        )

    @checked()
    def query_trajectory(
        self,
        steps: Steps,
        ids: Union[int, Sequence[int]],
        radius: float,
        *,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
        unwrapped: bool = False,
    ) -> QueryResult:
        """Find the trajectories that come within a radius of a moving one, or of each of several.

        Each is returned with all its samples from its first entry to its last exit; in between, where the moving one
        has no position, the distance is infinite.

        Raises
        ------
        NotFoundError
            When a trajectory has no sample at the time steps.
        """
        numbers = whole_numbers("ids", ids, whole(0, 2**64 - 1))
        return QueryResult(
            self._dataset.around_trajectories(
                self._cell(cell_size), steps_of(steps), numbers, radius, space_of(periodic), unwrapped
            )
        )

    @checked()
    def query_path(
        self,
        steps: Sequence[int],
        positions: Any,
        radius: float,
        *,
        leave_out: Optional[Large] = None,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
        unwrapped: bool = False,
    ) -> QueryResult:
        """Find the trajectories that come within a radius of a path: a position at each of some time steps, in order.

        ``leave_out`` names a trajectory that the answer leaves out. Otherwise as `query_trajectory`.
        """
        return QueryResult(
            self._dataset.around_path(
                self._cell(cell_size),
                np.array(whole_numbers("steps", steps, _STEP), dtype=np.int32),
                array("positions", positions, 3),
                radius,
                leave_out,
                space_of(periodic),
                unwrapped,
            )
        )

    @checked()
    def neighbours(
        self,
        step: Step,
        radius: float,
        *,
        both_ways: bool = False,
        cell_size: Optional[float] = None,
        periodic: Periodic = None,
    ) -> Neighbours:
        """Find all pairs of samples of a time step that are within a radius of each other, in parallel.

        Parameters
        ----------
        step : int
            The time step.
        radius : float
            The largest distance of a pair.
        both_ways : bool
            Whether each pair comes twice, as (i, j) and as (j, i); otherwise once, with i < j.
        cell_size, periodic
            As for `query_radius`.

        Examples
        --------
        >>> near = groma.Dataset(walks).neighbours(17, 100)
        >>> bool((near.i < near.j).all())
        True
        """
        return Neighbours(self._dataset.neighbours(self._cell(cell_size), step, radius, both_ways, space_of(periodic)))

    @checked()
    def samples_at(self, step: Step) -> Array:
        """Return all samples of a time step as an array of `STEP_SAMPLE`: id and position. Tables are not needed."""
        ids, positions = self._dataset.samples_at(step)
        samples = np.empty(len(ids), dtype=STEP_SAMPLE)
        samples["id"], samples["position"] = ids, positions
        return samples

    @checked(first_step="steps", last_step="steps")
    def positions(self, id: Large, steps: Optional[Steps] = None) -> Array:
        """Return the positions of a trajectory at each time step, NaN where it has no sample.

        Raises
        ------
        NotFoundError
            When the trajectory has no sample at any of the time steps.
        """
        first, last = steps_of(steps) if steps is not None else self.steps or (0, -1)
        positions = self._dataset.positions(id, first, last)
        if np.isnan(positions).all():
            raise NotFoundError(f"{self.path}: no sample of trajectory {id} at the time steps {first} to {last}")
        return positions

    def __repr__(self) -> str:
        return f"<groma.Dataset: time steps {self.steps} in {self.path}>"


#: The data sets that this process has open.
_OPEN: weakref.WeakSet[Dataset] = weakref.WeakSet()


class _ToOpen:
    """In place of a data set that was open when its process was forked, and whose threads have stayed there: opens it
    when it is used."""

    def __init__(self, dataset: Dataset) -> None:
        self._of = weakref.ref(dataset)

    def __getattr__(self, name: str) -> Any:
        dataset = self._of()
        assert dataset is not None, "it asks for the attribute"
        dataset._open()
        return getattr(dataset._dataset, name)


def _leave_behind() -> None:
    for dataset in list(_OPEN):
        dataset._dataset = _ToOpen(dataset)  # type: ignore[assignment]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_behind)
