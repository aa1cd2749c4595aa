"""A sorted list of strings in one blob: looked up by bisection, never loaded."""

from collections.abc import Iterable
from mmap import mmap

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]


def joined(parts: Iterable[bytes]) -> tuple[bytes, Offsets]:
    """The parts end to end, and where each begins (and the last ends)."""
    parts = list(parts)
    offsets = np.zeros(len(parts) + 1, dtype="<i8")
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return b"".join(parts), offsets


def part(blob: bytes | mmap, offsets: Offsets, number: int) -> bytes:
    """The part with this number."""
    return blob[int(offsets[number]) : int(offsets[number + 1])]


def position(blob: bytes | mmap, offsets: Offsets, string: str) -> int | None:
    """Where the string stands in the sorted list; None when it is absent."""
    wanted = string.encode("utf-8", "replace")
    low, high = 0, len(offsets) - 1
    while low < high:
        middle = (low + high) // 2
        if part(blob, offsets, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    found = low < len(offsets) - 1 and part(blob, offsets, low) == wanted
    return low if found else None
