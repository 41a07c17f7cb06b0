"""What parameters take. Their annotations say it, and `checked` refuses everything else in the same words.

A refusal is an `InvalidArgumentError` that names the parameter, the value seen and what is accepted. What takes values
of many kinds, such as points, is read in the function itself, by the functions here.
"""

from __future__ import annotations

import functools
import inspect
import numbers
import operator
import os
import typing
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Callable,
    Dict,
    List,
    Literal,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

import numpy as np

from ._errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]
else:
    Array = np.ndarray

#: Reads the value of the parameter of a name.
Reader = Callable[[str, Any], Any]


def refuse(name: str, seen: Any, accepted: str) -> InvalidArgumentError:
    """Make the exception for a value that a parameter does not take."""
    text = f"an array of shape {seen.shape} and type {seen.dtype}" if isinstance(seen, np.ndarray) else repr(seen)
    if len(text) > 80:
        text = f"{text[:60]}... of type {type(seen).__name__}"
    return refusal(name, f"is {text}", accepted)


def refusal(name: str, what: str, accepted: str) -> InvalidArgumentError:
    """Make the exception for a parameter of which something is wrong."""
    error = InvalidArgumentError(f"{name} {what}; accepted: {accepted}")
    error.parameter = name
    return error


def number(name: str, value: Any) -> float:
    """Read a number; True and texts are none."""
    scalar = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
    if isinstance(scalar, numbers.Real) and not isinstance(scalar, bool):
        try:
            return float(scalar)
        except OverflowError:
            pass
    raise refuse(name, value, "a number")


def whole(least: int, most: int) -> Reader:
    """Return what reads whole numbers of a range. Others would mean another one without a word."""

    def read(name: str, value: Any) -> int:
        try:
            found = operator.index(value)
        except TypeError:
            found = least - 1
        if isinstance(value, bool) or not least <= found <= most:
            raise refuse(name, value, f"whole numbers, {least} to {most}")
        return found

    return read


def flag(name: str, value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise refuse(name, value, "True or False")


def text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise refuse(name, value, "a text")


def path(name: str, value: Any) -> str:
    found = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if isinstance(found, str) and found and "\0" not in found:
        return found
    raise refuse(name, value, "a path")


def one_of(accepted: Sequence[str]) -> Reader:
    """Return what reads one of some texts."""

    def read(name: str, value: Any) -> str:
        if isinstance(value, str) and value in accepted:
            return value
        raise refuse(name, value, ", ".join(map(repr, accepted)))

    return read


def several(count: int) -> Reader:
    """Return what reads so many numbers."""

    def read(name: str, value: Any) -> Tuple[float, ...]:
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            raise refuse(name, value, f"{count} numbers")
        found = tuple(value)
        if len(found) != count:
            raise refuse(name, value, f"{count} numbers")
        return tuple(number(name, one) for one in found)

    return read


def area(name: str, value: Any) -> Tuple[float, ...]:
    """Read west, south, east and north."""
    found: Tuple[float, ...] = several(4)(name, value)
    west, south, east, north = found
    if not (west <= east and south <= north):
        raise refuse(name, value, "west, south, east, north, with west up to east and south up to north")
    return found


def array(name: str, value: Any, width: int) -> Array:
    """Read rows of so many numbers; none at all are no rows."""
    accepted = f"numbers in an array of shape (n, {width})"
    try:
        found = np.asarray(value)
    except ValueError:
        raise refuse(name, value, accepted) from None
    if found.size == 0 and found.ndim < 3:
        return np.zeros((0, width))
    if found.ndim != 2 or found.shape[1] != width or found.dtype.kind not in "iuf":
        raise refusal(name, f"is of shape {found.shape} and type {found.dtype}", accepted)
    return np.ascontiguousarray(found, dtype=np.float64)


def whole_numbers(name: str, value: Any, read: Reader) -> List[int]:
    """Read one whole number or a sequence of them."""
    if isinstance(value, np.ndarray) and value.ndim > 1:
        raise refuse(name, value, "whole numbers, one after another")
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__") or getattr(value, "ndim", 1) == 0:
        return [read(name, value)]
    return [read(name, one) for one in value]


def texts(name: str, value: Any) -> List[str]:
    """Read a sequence of texts."""
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        raise refuse(name, value, "a sequence of texts")
    return [text(name, one) for one in value]


PathLike = Annotated[Union[str, os.PathLike[str]], path]
#: A time step.
Step = Annotated[int, whole(-(2**31), 2**31 - 1)]
#: How many of something, or a number by which something is called.
Count = Annotated[int, whole(0, 2**32 - 1)]
#: An id, or a number of bytes.
Large = Annotated[int, whole(0, 2**64 - 1)]
#: How many threads; as many as there are processors where it is None or 0.
Threads = Annotated[int, whole(0, 2**16)]
#: West, south, east, north.
Bounds = Annotated[Tuple[float, float, float, float], area]

_READERS: Dict[Any, Reader] = {float: number, bool: flag, str: text}

F = TypeVar("F", bound=Callable[..., Any])


class _Parameter(NamedTuple):
    #: Its place among those that may be given without a name.
    at: int
    name: str
    reader: Reader
    #: The type whose values need no reading.
    plain: Optional[type]


def _reader(hint: Any) -> Optional[Reader]:
    """Return what reads a parameter with an annotation; None where the function reads it itself."""
    if hint in _READERS:
        return _READERS[hint]
    if hasattr(hint, "__metadata__"):
        return next((reader for reader in hint.__metadata__ if callable(reader)), None)
    if typing.get_origin(hint) is Literal:
        return one_of(typing.get_args(hint))
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    if typing.get_origin(hint) is Union and len(kinds) == 1:
        reader = _reader(kinds[0])
        return None if reader is None else (lambda name, value: None if value is None else reader(name, value))
    return None


def _parameters(function: Callable[..., Any]) -> List[_Parameter]:
    """Return the parameters that are read."""
    hints = typing.get_type_hints(function, include_extras=True)
    code = function.__code__
    found = []
    for at, name in enumerate(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]):
        hint = hints.get(name)
        reader = _reader(hint)
        if reader is not None:
            found.append(_Parameter(at, name, reader, hint if hint in _READERS else None))
    return found


def taken(function: Callable[..., Any], given: Mapping[str, Any]) -> Dict[str, Any]:
    """Read what is handed on to a checked function by name, and add the defaults of what is not given."""
    known = inspect.signature(function).parameters
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise refusal(unknown[0], "is no option here", ", ".join(known))
    readers = {parameter.name: parameter.reader for parameter in _parameters(inspect.unwrap(function))}
    read = {name: readers[name](name, value) if name in readers else value for name, value in given.items()}
    defaults = {name: p.default for name, p in known.items() if p.default is not inspect.Parameter.empty}
    return {**defaults, **read}


def checked(**renamed: str) -> Callable[[F], F]:
    """Have a function refuse values that the annotations of its parameters do not say.

    Parameters
    ----------
    **renamed
        The names that parameters of the library have here.
    """

    def decorate(function: F) -> F:
        parameters: List[_Parameter] = []
        by_name: Dict[str, _Parameter] = {}

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if not parameters:
                parameters.extend(_parameters(function))
                by_name.update({parameter.name: parameter for parameter in parameters})
            given: Any = args
            count = len(args)
            for at, name, reader, plain in parameters:
                if at >= count:
                    break
                if type(args[at]) is not plain:
                    given = [*given]
                    given[at] = reader(name, args[at])
            for name in kwargs:
                if name in by_name:
                    kwargs[name] = by_name[name].reader(name, kwargs[name])
            try:
                return function(*given, **kwargs)
            except InvalidArgumentError as error:
                if error.parameter not in renamed:
                    raise
                name = renamed[error.parameter]
                said = str(error)[len(error.parameter) :].lstrip()
                what, _, accepted = said.partition("; accepted: ")
                raise refusal(name, what, accepted) from None

        return typing.cast(F, wrapper)

    return decorate
