"""How work is run, and how it shows its progress."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Optional

from ._arguments import refuse
from ._groma import Progress

#: What the parameter ``progress`` takes: True for a line on the terminal, False for nothing, a function that gets a
#: `Progress` and may return False to cancel, or a bar of tqdm or a class of such bars.
ProgressArgument = Any


class _Line:
    """A line on the terminal, once the work takes longer than a moment."""

    FROM_SECONDS = 0.5
    WIDTH = 79

    def __init__(self) -> None:
        self.is_shown = False

    def __call__(self, progress: Progress) -> None:
        if progress.finished:
            if self.is_shown:
                print("\r" + " " * self.WIDTH, end="\r", file=sys.stderr, flush=True)
            return
        if progress.seconds < self.FROM_SECONDS:
            return
        self.is_shown = True
        rest = "" if progress.eta_seconds is None else f", {progress.eta_seconds:.0f} s to go"
        text = f"{progress.phase} {100 * progress.fraction:3.0f} %, {progress.seconds:.0f} s{rest}"
        print("\r" + text[: self.WIDTH].ljust(self.WIDTH), end="", file=sys.stderr, flush=True)


class _Bar:
    """A bar of tqdm, or one of the same methods, that counts in per cent."""

    def __init__(self, bar: Any, is_own: bool) -> None:
        self.bar = bar
        self.is_own = is_own
        self.done = 0

    def __call__(self, progress: Progress) -> None:
        if hasattr(self.bar, "set_description") and progress.phase:
            self.bar.set_description(progress.phase)
        percent = 100 if progress.finished else int(100 * progress.fraction)
        if percent > self.done:
            self.bar.update(percent - self.done)
            self.done = percent
        if progress.finished and self.is_own:
            self.bar.close()


def watch(progress: ProgressArgument) -> Optional[Callable[[Progress], Any]]:
    """Make the function that a job calls for its progress out of what a user gives."""
    if progress is True:
        return _Line() if sys.stderr is not None and sys.stderr.isatty() else None
    if progress is False or progress is None:
        return None
    is_bar = hasattr(progress, "update") and hasattr(progress, "close")
    if isinstance(progress, type) and is_bar:
        return _Bar(progress(total=100, unit="%"), is_own=True)
    if is_bar:
        progress.total = 100
        return _Bar(progress, is_own=False)
    if callable(progress):
        own: Callable[[Progress], Any] = progress
        return own
    raise refuse("progress", progress, "True, False, a function, or a bar of tqdm")


def run(
    progress: ProgressArgument = True, threads: Optional[int] = None, memory_limit: Optional[int] = None
) -> Dict[str, Any]:
    """Say how work is run: ``threads`` None is one per processor, ``memory_limit`` None the library's default."""
    return {"threads": threads or 0, "memory_limit": memory_limit or 0, "progress": watch(progress)}
