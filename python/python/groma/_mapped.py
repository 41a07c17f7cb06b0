"""Arrays in files."""

from __future__ import annotations

import os
from typing import Any, Literal, Optional, Sequence, Tuple, Union

import numpy as np

from . import _groma
from ._arguments import Array, PathLike, checked, refusal, refuse, whole, whole_numbers


class MemoryMappedMeshArray:
    """An array in a file, as large as the disk, used like one of numpy.

    Parameters
    ----------
    filepath : path
        The file. It has 64 bytes of description before the data.
    shape : int or tuple of int, optional
        The shape, of 1 to 4 dimensions. In the modes ``"r"`` and ``"r+"`` it may be left out.
    dtype : numpy.dtype or str
        The type: ``float32``, ``float64``, ``int32``, ``uint32``, ``int64``, ``uint64`` or ``uint8``.
    mode : {"w+", "r+", "r"}
        Whether to create the array, replacing one of that name, or to open one for writing or for reading alone.

    Attributes
    ----------
    array : numpy.ndarray
        The array, without a copy.

    Examples
    --------
    >>> heights = groma.MemoryMappedMeshArray(tmp / "heights", (1000, 3))
    >>> heights[42, 2] = 1.5
    >>> heights.close()
    >>> groma.MemoryMappedMeshArray(tmp / "heights", mode="r")[42, 2]
    np.float64(1.5)
    """

    @checked(path="filepath")
    def __init__(
        self,
        filepath: PathLike,
        shape: Union[int, Sequence[int], None] = None,
        dtype: Any = "float64",
        mode: Literal["w+", "r+", "r"] = "w+",
    ) -> None:
        self.filepath = filepath
        wanted = None if shape is None else tuple(whole_numbers("shape", shape, whole(0, 2**63 - 1)))
        try:
            kind = np.dtype(dtype)
        except (TypeError, ValueError, SyntaxError):
            raise refuse("dtype", dtype, "a type of numpy") from None
        if not kind.isnative:
            raise refuse("dtype", dtype, f"the byte order of this machine: {kind.newbyteorder('=')}")
        if mode == "w+":
            if wanted is None:
                raise refusal("shape", "is missing", "a shape for a new array")
            mapped = _groma.MappedArray.create(os.fspath(filepath), kind.name, list(wanted))
        else:
            mapped = _groma.MappedArray.open(os.fspath(filepath), mode == "r+")
            there = tuple(mapped.shape)
            if wanted not in (None, there) or (wanted is not None and kind.name != mapped.dtype):
                seen = f"is {wanted} of type {kind.name}"
                raise refusal("shape", seen, f"{there} of type {mapped.dtype}, as in the file")
        self._mapped: Optional[_groma.MappedArray] = mapped
        self._array: Optional[Array] = mapped.bytes().view(mapped.dtype).reshape(mapped.shape)

    @property
    def array(self) -> Array:
        """The array itself, without a copy; it stays valid after `close`, which then frees nothing."""
        if self._array is None:
            raise refusal("the array", "is closed", "an open one")
        return self._array

    def __getitem__(self, key: Any) -> Any:
        return self.array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.array[key] = value

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> Array:
        array = self.array if dtype is None else self.array.astype(dtype, copy=False)
        return array.copy() if copy else array

    @property
    def shape(self) -> Tuple[int, ...]:
        """The length in each dimension."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        return self.array.dtype

    def flush(self) -> None:
        """Write all changes to the disk and wait for it."""
        if self._mapped is None:
            raise refusal("the array", "is closed", "an open one")
        self._mapped.flush()

    def close(self) -> None:
        """Let go of the file. What was written is in it. Arrays that were taken out of this one keep it mapped."""
        self._mapped = self._array = None

    def __enter__(self) -> MemoryMappedMeshArray:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
