"""Answers of queries."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Tuple, Type

import numpy as np

from . import _groma
from ._arguments import Array, whole

#: A sample in an answer: its distance, infinite where a moving query point has no position; its position; its step.
SAMPLE = np.dtype([("distance", "<f8"), ("position", "<f4", (3,)), ("time_step", "<i4")])

#: A row of `QueryResult.to_numpy`.
ROW = np.dtype(
    [("query", "<i8"), ("id", "<u8"), ("time_step", "<i4"), ("distance", "<f8")] + [(axis, "<f4") for axis in "xyz"]
)

#: A row of `Neighbours.to_numpy`.
PAIR = np.dtype([("i", "<u4"), ("j", "<u4"), ("id_i", "<u8"), ("id_j", "<u8"), ("distance", "<f8")])


class _Kept:
    """The arrays of an answer that another process has got."""

    def __init__(self, arrays: Dict[str, Array], length: int) -> None:
        for name, array in arrays.items():
            array.setflags(write=False)
            setattr(self, name, array)
        self._length = length

    def __len__(self) -> int:
        return self._length


def _again(kind: Type[_Frame], arrays: Dict[str, Array], length: int) -> _Frame:
    return kind(_Kept(arrays, length))


class _Frame:
    """What can become a structured array, and so a data frame and a table of Arrow."""

    #: The arrays of the library's answer.
    _ARRAYS: Tuple[str, ...] = ()

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __len__(self) -> int:
        return len(self._answer)

    def __reduce__(self) -> Tuple[Any, ...]:
        arrays = {name: np.array(getattr(self._answer, name)) for name in self._ARRAYS}
        return _again, (type(self), arrays, len(self))

    def to_numpy(self) -> Array:
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``."""
        import pandas

        rows = self.to_numpy()
        return pandas.DataFrame({name: rows[name] for name in rows.dtype.names or ()})

    def to_arrow(self) -> Any:
        """Return the rows as a ``pyarrow.Table``."""
        import pyarrow

        rows = self.to_numpy()
        return pyarrow.table({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()})

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_arrow().__arrow_c_stream__(requested_schema)


class QueryResult(_Frame):
    """The answers of one query or of many, as flat arrays that show them without a copy.

    Query ``q`` found the trajectories ``ids[query_offsets[q]:query_offsets[q + 1]]``; trajectory number ``i`` has the
    samples ``samples[sample_offsets[i]:sample_offsets[i + 1]]``. Ids ascend within a query, and time steps within a
    trajectory; among the nearest, distances ascend.

    Attributes
    ----------
    ids : numpy.ndarray of uint64
    samples : numpy.ndarray of `SAMPLE`
    query_offsets, sample_offsets : numpy.ndarray of uint64
    images : numpy.ndarray of int8, shape (n, 3)
        How many extents of a periodic volume each sample is shifted by; without rows where space is not periodic.
    """

    _ARRAYS = ("ids", "query_offsets", "sample_offsets", "samples", "images")
    _answer: _groma.Answer

    @property
    def ids(self) -> Array:
        return self._answer.ids

    @property
    def samples(self) -> Array:
        return self._answer.samples.view(SAMPLE)

    @property
    def query_offsets(self) -> Array:
        return self._answer.query_offsets

    @property
    def sample_offsets(self) -> Array:
        return self._answer.sample_offsets

    @property
    def images(self) -> Array:
        return self._answer.images[:, :3]

    def __len__(self) -> int:
        """Return the number of queries."""
        return super().__len__()

    def __getitem__(self, query: int) -> Iterator[Tuple[int, Array]]:
        """Return the trajectories of a query, each as its id and its samples."""
        count = len(self)
        query = whole(-(2**63), 2**63)("query", query)
        if not -count <= query < count:
            raise IndexError(f"query {query} of {count}")
        first, last = map(int, self.query_offsets[query % count : query % count + 2])
        ids, samples, ends = self.ids, self.samples, self.sample_offsets
        return ((int(ids[n]), samples[int(ends[n]) : int(ends[n + 1])]) for n in range(first, last))

    def to_numpy(self) -> Array:
        """Return a structured array with a row for each sample: query, id, time_step, distance, x, y, z."""
        samples = self.samples
        of_trajectories = np.diff(self.sample_offsets).astype(np.int64)
        of_queries = np.diff(self.query_offsets).astype(np.int64)
        rows = np.empty(len(samples), dtype=ROW)
        rows["query"] = np.repeat(np.repeat(np.arange(len(self)), of_queries), of_trajectories)
        rows["id"] = np.repeat(self.ids, of_trajectories)
        rows["time_step"] = samples["time_step"]
        rows["distance"] = samples["distance"]
        for axis, name in enumerate("xyz"):
            rows[name] = samples["position"][:, axis]
        return rows

    def __repr__(self) -> str:
        return (
            f"<groma.QueryResult: {len(self.samples):,} samples of {len(self.ids):,} trajectories, {len(self)} queries>"
        )


class Neighbours(_Frame):
    """The samples of a time step, and the pairs of them that are near each other.

    Pair ``n`` is that of the samples ``i[n]`` and ``j[n]``, indices into ``ids`` and ``positions``. Pairs ascend by
    ``i``, then by ``j``.

    Attributes
    ----------
    ids : numpy.ndarray of uint64
    positions : numpy.ndarray of float32, shape (n, 3)
    i, j : numpy.ndarray of uint32
    distances : numpy.ndarray of float64
    images : numpy.ndarray of int8, shape (n, 3)
        How many extents of a periodic volume sample ``j`` is shifted by; without rows where space is not periodic.
    """

    _ARRAYS = ("ids", "positions", "first", "second", "distances", "images")
    _answer: _groma.Neighbours

    @property
    def ids(self) -> Array:
        return self._answer.ids

    @property
    def positions(self) -> Array:
        return self._answer.positions

    @property
    def i(self) -> Array:
        return self._answer.first

    @property
    def j(self) -> Array:
        return self._answer.second

    @property
    def distances(self) -> Array:
        return self._answer.distances

    @property
    def images(self) -> Array:
        return self._answer.images[:, :3]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return super().__len__()

    def to_numpy(self) -> Array:
        """Return a structured array with a row for each pair: i, j, id_i, id_j, distance."""
        pairs = np.empty(len(self), dtype=PAIR)
        pairs["i"], pairs["j"], pairs["distance"] = self.i, self.j, self.distances
        pairs["id_i"], pairs["id_j"] = self.ids[self.i], self.ids[self.j]
        return pairs

    def __repr__(self) -> str:
        return f"<groma.Neighbours: {len(self):,} pairs of {len(self.ids):,} samples>"
