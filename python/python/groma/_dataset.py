"""Open data sets, which are asked for who is near whom."""

from __future__ import annotations

import json
import operator
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._errors import InvalidArgumentError
from ._mesh import PathLike
from ._results import Neighbours, QueryResult

#: One time step, or the first and the last of several, or a range of them.
Steps = Union[int, Tuple[int, int], range]

#: A periodic volume: its extent along x, y, z, 0 where it is not periodic, or that and its least corner. False for
#: space that is not periodic, None for what the data set says.
Periodic = Any

#: A sample of a time step.
STEP_SAMPLE = np.dtype([("id", "<u8"), ("position", "<f4", (3,))])


def _steps(steps: Steps) -> Tuple[int, int]:
    if isinstance(steps, range):
        if steps.step != 1 or len(steps) == 0:
            raise InvalidArgumentError(f"steps are {steps}; accepted: a range without gaps that is not empty")
        return steps[0], steps[-1]
    if isinstance(steps, (tuple, list)):
        if len(steps) != 2:
            raise InvalidArgumentError(f"steps are {steps!r}; accepted: one time step, the first and the last, a range")
        return _whole(steps[0], "steps"), _whole(steps[1], "steps")
    step = _whole(steps, "steps")
    return step, step


def _whole(number: Any, name: str) -> int:
    """Return a number that is whole; others would mean another one without a word."""
    try:
        return operator.index(number)
    except TypeError:
        raise InvalidArgumentError(f"{name} is {number!r}; accepted: whole numbers") from None


def _points(points: Any, name: str) -> Any:
    """Return one point as a tuple, or many as an array."""
    if isinstance(points, tuple) and len(points) == 3 and not hasattr(points[0], "__len__"):
        return points
    array = np.ascontiguousarray(points, dtype=np.float64)
    if array.shape == (3,):
        return tuple(array.tolist())
    if array.ndim != 2 or array.shape[1] != 3:
        raise InvalidArgumentError(f"{name} is of shape {array.shape}; accepted: (3,) for one point, (n, 3) for many")
    return array


def _space(periodic: Periodic) -> Optional[Tuple[Sequence[float], Sequence[float]]]:
    if periodic is None:
        return None
    if periodic is False:
        return (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    numbers = np.asarray(periodic, dtype=np.float64)
    if numbers.shape == (3,):
        return tuple(numbers.tolist()), (0.0, 0.0, 0.0)
    if numbers.shape == (2, 3):
        return tuple(numbers[0].tolist()), tuple(numbers[1].tolist())
    raise InvalidArgumentError(f"periodic is {periodic!r}; accepted: an extent of three numbers, or that and a corner")


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

    def __init__(
        self,
        path: PathLike,
        *,
        cell_size: Optional[float] = None,
        tables_folder: Optional[PathLike] = None,
        build_missing: bool = False,
        threads: Optional[int] = None,
        memory_limit: Optional[int] = None,
        cache_limit: int = 64 << 20,
    ) -> None:
        folder = None if tables_folder is None else os.fspath(tables_folder)
        self._dataset = _groma.Dataset(
            os.fspath(path), folder, build_missing, threads or 0, memory_limit or 0, cache_limit
        )
        self._cell_size = cell_size

    @property
    def path(self) -> Path:
        """The folder of the data set."""
        return Path(self._dataset.path)

    @property
    def steps(self) -> Optional[Tuple[int, int]]:
        """The first and the last time step."""
        return self._dataset.steps

    @property
    def cell_size(self) -> float:
        """The edge of the cells of the tables that queries use."""
        if self._cell_size is None:
            sizes = self.cell_sizes()
            if len(sizes) != 1:
                there = ", ".join(f"{size:g}" for size in sizes) or "none: build_hash_tables makes some"
                raise InvalidArgumentError(f"cell_size is missing; accepted: one of the tables there are ({there})")
            self._cell_size = sizes[0]
        return self._cell_size

    def cell_sizes(self) -> List[float]:
        """Return the cell sizes for which there are tables, ascending."""
        return self._dataset.cell_sizes()

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
        self._dataset.set_periodic(None if periodic is None or periodic is False else _space(periodic))

    def memory(self) -> Dict[str, int]:
        """Return what is open and mapped at the moment, and the bytes of kept positions."""
        return json.loads(self._dataset.memory())

    def unload(self) -> None:
        """Close all tables; they are opened again when they are needed."""
        self._dataset.unload()

    def _cell(self, cell_size: Optional[float]) -> float:
        return self.cell_size if cell_size is None else cell_size

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
                _steps(steps),
                _points(centre, "centre"),
                None,
                radius,
                _space(periodic),
                unwrapped,
            )
        )

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
                _steps(steps),
                _points(centre, "centre"),
                inner_radius,
                outer_radius,
                _space(periodic),
                unwrapped,
            )
        )

    def query_nearest(
        self,
        step: int,
        centre: Any,
        count: int,
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
                _whole(step, "step"),
                _points(centre, "centre"),
                count,
                _space(periodic),
                unwrapped,
            )
        )

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
        numbers = [_whole(number, "ids") for number in np.atleast_1d(np.asarray(ids))]
        return QueryResult(
            self._dataset.around_trajectories(
                self._cell(cell_size), _steps(steps), numbers, radius, _space(periodic), unwrapped
            )
        )

    def query_path(
        self,
        steps: Sequence[int],
        positions: Any,
        radius: float,
        *,
        leave_out: Optional[int] = None,
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
                np.ascontiguousarray(steps, dtype=np.int32).reshape(-1),
                np.ascontiguousarray(positions, dtype=np.float64).reshape(-1, 3),
                radius,
                leave_out,
                _space(periodic),
                unwrapped,
            )
        )

    def neighbours(
        self,
        step: int,
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
        return Neighbours(
            self._dataset.neighbours(self._cell(cell_size), _whole(step, "step"), radius, both_ways, _space(periodic))
        )

    def samples_at(self, step: int) -> np.ndarray:
        """Return all samples of a time step as an array of `STEP_SAMPLE`: id and position. Tables are not needed."""
        ids, positions = self._dataset.samples_at(_whole(step, "step"))
        samples = np.empty(len(ids), dtype=STEP_SAMPLE)
        samples["id"], samples["position"] = ids, positions
        return samples

    def positions(self, id: int, steps: Optional[Steps] = None) -> np.ndarray:
        """Return the positions of a trajectory at each time step, NaN where it has no sample."""
        first, last = _steps(steps) if steps is not None else self.steps or (0, -1)
        return self._dataset.positions(_whole(id, "id"), first, last)

    def __repr__(self) -> str:
        return f"<groma.Dataset: time steps {self.steps} in {self.path}>"
