"""Reports of finished work."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional


class Report:
    """The figures of finished work, as attributes; printed, the summary of the command line.

    Attributes
    ----------
    warnings : list of dict
        What the user should know, each with ``kind`` and ``message``.
    """

    warnings: List[Dict[str, str]]

    def __init__(self, figures: str, text: str) -> None:
        self._figures: Dict[str, Any] = json.loads(figures)
        self._text = text

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            # Copies look for such names before there are figures.
            raise AttributeError(name)
        if name not in self._figures:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; it has {', '.join(self._figures)}")
        return self._figures[name]

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self._figures]

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._text.splitlines()[0] if self._text else 'empty'}>"

    def to_dict(self) -> Dict[str, Any]:
        """Return all figures as a dictionary of its own."""
        copy: Dict[str, Any] = json.loads(json.dumps(self._figures))
        return copy


class HashTablesReport(Report):
    """The figures of a build of hash tables."""

    dataset: str
    folder: str
    cell_size: float
    first_step: int
    last_step: int
    steps: int
    tables: int
    tables_written: int
    empty_steps: int
    samples: int
    cells: int
    bytes_written: int
    shards: int
    shards_skipped: List[Dict[str, str]]
    threads: int
    seconds: float
    peak_buffer_bytes: int


class ImportReport(Report):
    """The figures of an import of trajectories."""

    format: str
    columns: List[Dict[str, Optional[str]]]
    samples: int
    rows_without_position: int
    duplicate_rows: int
    trajectories: int
    numbered_ids: Optional[int]
    interval: int
    shards: int
    first_step: int
    last_step: int
    coordinate_origin: Optional[List[float]]


class CityReport(Report):
    """The figures of a build of a city."""

    store: str
    buildings: int
    bounds: List[float]
    area: float
    tiles: int
    built: int
    kept: int
    missing: int
    failed: List[Dict[str, str]]
    vertices: int
    seconds: float
    threads: int
    peak_buffer_bytes: int

    @property
    def is_complete(self) -> bool:
        """Whether the store has all tiles."""
        return not self.failed and self.missing == 0


class CityPlan(Report):
    """What the plan of a city has found."""

    store: str
    buildings: int
    tiles: int
    tiles_done: int
    largest_tile_bytes: int
    seconds: float


class CityPart(Report):
    """What a part of the build of a city has done."""

    store: str
    tiles: int
    built: int
    kept: int
    failed: List[Dict[str, str]]
    is_worth_repeating: bool
    triangles: int
    seconds: float


class HashTablesPlan(Report):
    """What the plan of hash tables has found."""

    dataset: str
    folder: str
    shards: int
    shards_done: int
    steps: int
    seconds: float


class HashTablesPart(Report):
    """What a part of a build of hash tables has done."""

    folder: str
    shards: int
    shards_built: int
    tables_written: int
    seconds: float


class MergeReport(Report):
    """The figures of a merge."""

    tiles: int
    missing_tiles: int
    vertices: int
    triangles: int
    welded: int
    duplicates_removed: int
    collapsed_removed: int


class CheckReport(Report):
    """The findings of a check: whether a mesh is sound, and whether it is plausible for a city."""

    sound: bool
    plausible: bool
    covers_domain: bool
    triangles: int
    vertices: int
    verdict: str
