"""Answers of queries."""

from __future__ import annotations

from typing import Any, Iterator, Tuple

import numpy as np

from . import _groma

#: A sample in an answer: its distance, infinite where a moving query point has no position; its position; its step.
SAMPLE = np.dtype([("distance", "<f8"), ("position", "<f4", (3,)), ("time_step", "<i4")])

#: A row of `QueryResult.to_numpy`.
ROW = np.dtype(
    [("query", "<i8"), ("id", "<u8"), ("time_step", "<i4"), ("distance", "<f8")] + [(axis, "<f4") for axis in "xyz"]
)

#: A row of `Neighbours.to_numpy`.
PAIR = np.dtype([("i", "<u4"), ("j", "<u4"), ("id_i", "<u8"), ("id_j", "<u8"), ("distance", "<f8")])


class _Frame:
    """What can become a structured array, and so a data frame and a table of Arrow."""

    def to_numpy(self) -> np.ndarray:
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``."""
        import pandas

        rows = self.to_numpy()
        return pandas.DataFrame({name: rows[name] for name in rows.dtype.names})

    def to_arrow(self) -> Any:
        """Return the rows as a ``pyarrow.Table``."""
        import pyarrow

        rows = self.to_numpy()
        return pyarrow.table({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names})

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

    def __init__(self, answer: _groma.Answer) -> None:
        self._answer = answer

    @property
    def ids(self) -> np.ndarray:
        return self._answer.ids

    @property
    def samples(self) -> np.ndarray:
        return self._answer.samples.view(SAMPLE)

    @property
    def query_offsets(self) -> np.ndarray:
        return self._answer.query_offsets

    @property
    def sample_offsets(self) -> np.ndarray:
        return self._answer.sample_offsets

    @property
    def images(self) -> np.ndarray:
        return self._answer.images[:, :3]

    def __len__(self) -> int:
        """Return the number of queries."""
        return len(self._answer)

    def __getitem__(self, query: int) -> Iterator[Tuple[int, np.ndarray]]:
        """Return the trajectories of a query, each as its id and its samples."""
        count = len(self)
        if not -count <= query < count:
            raise IndexError(f"query {query} of {count}")
        first, last = map(int, self.query_offsets[query % count : query % count + 2])
        ids, samples, ends = self.ids, self.samples, self.sample_offsets
        return ((int(ids[n]), samples[int(ends[n]) : int(ends[n + 1])]) for n in range(first, last))

    def to_numpy(self) -> np.ndarray:
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

    def __init__(self, found: _groma.Neighbours) -> None:
        self._found = found

    @property
    def ids(self) -> np.ndarray:
        return self._found.ids

    @property
    def positions(self) -> np.ndarray:
        return self._found.positions

    @property
    def i(self) -> np.ndarray:
        return self._found.first

    @property
    def j(self) -> np.ndarray:
        return self._found.second

    @property
    def distances(self) -> np.ndarray:
        return self._found.distances

    @property
    def images(self) -> np.ndarray:
        return self._found.images[:, :3]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self._found)

    def to_numpy(self) -> np.ndarray:
        """Return a structured array with a row for each pair: i, j, id_i, id_j, distance."""
        pairs = np.empty(len(self), dtype=PAIR)
        pairs["i"], pairs["j"], pairs["distance"] = self.i, self.j, self.distances
        pairs["id_i"], pairs["id_j"] = self.ids[self.i], self.ids[self.j]
        return pairs

    def __repr__(self) -> str:
        return f"<groma.Neighbours: {len(self):,} pairs of {len(self.ids):,} samples>"
