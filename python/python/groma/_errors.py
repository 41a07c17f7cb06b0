"""The exceptions of groma.

Each has the message of the library, which names the file or the parameter, the value seen and what would be accepted,
and is also one of Python's own kinds, so that ``except ValueError`` and ``except OSError`` work as usual.
"""

from __future__ import annotations

from typing import Optional


class GromaError(Exception):
    """The base of all exceptions of groma."""

    def __str__(self) -> str:
        # Python's own kinds would write what else they know in place of the message.
        return str(self.args[0]) if self.args else ""


class CancelledError(GromaError):
    """The work was cancelled, because the function for its progress returned False."""


class InvalidArgumentError(GromaError, ValueError):
    """A parameter is out of its range, or of another kind; ``parameter`` is its name, where there is one."""

    parameter: Optional[str] = None


class NotFoundError(GromaError, FileNotFoundError):
    """A file, a folder, a tile or a time step does not exist."""


class TileNotFoundError(NotFoundError, KeyError):
    """A store has no tile of this number."""


class InputOutputError(GromaError, OSError):
    """The operating system refused to read or write; ``errno`` and ``filename`` say what."""


class BadFormatError(GromaError, ValueError):
    """A file is not what its name or header says."""


class UnsupportedError(GromaError, ValueError):
    """A file or a request is valid, but this version cannot handle it."""


class OutOfMemoryError(GromaError, MemoryError):
    """The memory limit does not suffice, or the system has no memory left."""


class BusyError(GromaError, OSError):
    """Another process or job holds what this one needs, or has not made it yet."""


class InternalError(GromaError, RuntimeError):
    """A defect of groma; please report it."""
