"""Sets of clinics as bits: clinic number n is bit n % 64 of word n // 64."""

from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]
"""One set (1-D), or one set per row (2-D). Little-endian on disk and in memory."""
Docs = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def pack(mask: npt.NDArray[Any]) -> Bits:
    """The sets of a boolean array whose last axis runs over the clinics."""
    packed = np.packbits(mask, axis=-1, bitorder="little")
    missing = -packed.shape[-1] % 8
    padding = [(0, 0)] * (packed.ndim - 1) + [(0, missing)]
    return np.ascontiguousarray(np.pad(packed, padding)).view("<u8")


def unpack(bits: Bits, size: int) -> Mask:
    """The boolean array of one set over `size` clinics."""
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def everything(size: int) -> Bits:
    """The set of all of `size` clinics."""
    return pack(np.ones(size, dtype=np.bool_))


def docs_of(bits: Bits, size: int) -> Docs:
    """The clinic numbers of one set, ascending."""
    return np.flatnonzero(unpack(bits, size))


def any_of(rows: Bits) -> Bits:
    """The union of the sets in the rows; empty without rows."""
    union: Bits = np.bitwise_or.reduce(rows, axis=0)
    return union


def count(bits: Bits) -> int:
    """How many clinics one set holds."""
    return int(np.bitwise_count(bits).sum())


def counts(rows: Bits) -> list[int]:
    """How many clinics each row's set holds."""
    return [int(total) for total in np.bitwise_count(rows).sum(axis=-1, dtype=np.int64)]
