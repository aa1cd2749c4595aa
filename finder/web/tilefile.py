"""The base map: one read-only file of gzip-compressed SVG tiles, read in place through mmap.

A header is followed by the sections of `SECTIONS`: sorted tile numbers, the blob of each, where blobs
start, and a coarse picture of land and sea for all that was not drawn. `tools/basemap` writes it.
"""

import gzip
import json
import mmap
import struct
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from finder.errors import DataError

MAGIC: Final = b"USTILES1"
HEADER: Final = struct.Struct("<8s12sII")
"""Magic, the version that stands in addresses, size of the file, crc32 of all that follows."""
RANGE: Final = struct.Struct("<II")
"""Offset and length in bytes of one section, in the order of SECTIONS, right after the header."""
SECTIONS: Final[dict[str, Literal["I", "B"]]] = {
    "keys": "I",  # tile numbers, ascending
    "blob_of": "I",  # for each key the number of its blob
    "blob_start": "I",  # offsets in blobs, and the end
    "land": "B",  # one bit for each square of LAND_ZOOM: 1 is land
    "shapes": "B",  # gzip-compressed JSON: outlines of the states for the map of the country
    "blobs": "B",
}
MIN_ZOOM: Final = 2
MAX_ZOOM: Final = 10
LAND_ZOOM: Final = 8
SEA: Final = 0
LAND: Final = 1
"""The blobs of squares on which there is nothing: open sea, and land abroad."""
FOLDER: Final = "basemap"
FILE: Final = "basemap.bin"


def tile_number(zoom: int, column: int, row: int) -> int:
    """One number for a tile: 4 bits of zoom, 14 each of column and row."""
    return zoom << 28 | column << 14 | row


class TileFile:
    """The sections of an open file; shared by threads and forks."""

    def __init__(self, path: Path) -> None:
        """Opens and checks the file; DataError when it is missing, cut short or altered."""
        self._file = str(path)
        data = self._check(path)
        whole = memoryview(data)
        views = {}
        for number, (name, code) in enumerate(SECTIONS.items()):
            start, length = RANGE.unpack_from(data, HEADER.size + number * RANGE.size)
            if start + length > len(data):
                raise DataError(self._file, f"section {name} ends after the file; build it with make basemap")
            views[name] = whole[start : start + length].cast(code)
        self.version: Final[str] = HEADER.unpack_from(data)[1].decode("ascii")
        self.keys, self._blob_of = views["keys"], views["blob_of"]
        self._blob_start, self._blobs = views["blob_start"], views["blobs"]
        self._land, self._shapes = views["land"], views["shapes"]

    def _check(self, path: Path) -> mmap.mmap:
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DataError(self._file, f"cannot be opened ({error}); build it with make basemap") from error
        if len(data) < HEADER.size + RANGE.size * len(SECTIONS):
            raise DataError(self._file, "is cut short; build it with make basemap")
        magic, _, size, checksum = HEADER.unpack_from(data)
        if magic != MAGIC:
            raise DataError(self._file, "is not a base map; build it with make basemap")
        if size != len(data) or zlib.crc32(memoryview(data)[HEADER.size :]) != checksum:
            raise DataError(self._file, "is damaged: size or checksum differ; build it with make basemap")
        return data

    def has(self, zoom: int, column: int, row: int) -> bool:
        """True when this tile was drawn for itself."""
        return self._position(zoom, column, row) is not None

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The gzip-compressed SVG of a tile, open sea and land abroad too; None outside the world or
        the zooms that there are.
        """
        side = 1 << zoom
        if not MIN_ZOOM <= zoom <= MAX_ZOOM or not (0 <= column < side and 0 <= row < side):
            return None
        at = self._position(zoom, column, row)
        blob = self._blob_of[at] if at is not None else self._plain(zoom, column, row)
        return bytes(self._blobs[self._blob_start[blob] : self._blob_start[blob + 1]])

    def _position(self, zoom: int, column: int, row: int) -> int | None:
        number = tile_number(zoom, column, row)
        at = bisect_left(self.keys, number)
        return at if at < len(self.keys) and self.keys[at] == number else None

    def _plain(self, zoom: int, column: int, row: int) -> int:
        """Sea or land, as at the middle of the tile."""
        if zoom <= LAND_ZOOM:
            shift = LAND_ZOOM - zoom
            column, row = (2 * column + 1 << shift) >> 1, (2 * row + 1 << shift) >> 1
        else:
            column, row = column >> zoom - LAND_ZOOM, row >> zoom - LAND_ZOOM
        at = (row << LAND_ZOOM) + column
        return LAND if self._land[at >> 3] >> (at & 7) & 1 else SEA

    @cached_property
    def shapes(self) -> Mapping[str, Any]:
        """The outlines for the map of the country, as `tools/basemap/states.py` wrote them."""
        shapes: Mapping[str, Any] = json.loads(gzip.decompress(bytes(self._shapes)))
        return shapes


@lru_cache(4)
def open_tiles(path: Path) -> TileFile:
    """The base map of a file, opened once per process; DataError as for TileFile."""
    return TileFile(path)
