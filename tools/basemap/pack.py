"""The one file of all tiles, as finder/web/tilefile.py reads it."""

import hashlib
import zlib
from array import array
from collections.abc import Iterator, Mapping

from finder.web.tilefile import HEADER, LAND_ZOOM, MAGIC, RANGE, SECTIONS, tile_number

ALIGN = 8


def pack(
    tiles: Mapping[tuple[int, int, int], bytes],
    plain: tuple[bytes, bytes],
    land: set[tuple[int, int]],
    shapes: bytes,
) -> bytes:
    """The file of these tiles; `plain` are open sea and land abroad, blobs 0 and 1. Equal input gives
    equal bytes.
    """
    numbers: dict[bytes, int] = {blob: number for number, blob in enumerate(plain)}
    keys, blob_of = array("I"), array("I")
    for zoom, column, row in sorted(tiles, key=lambda key: tile_number(*key)):
        blob = tiles[zoom, column, row]
        keys.append(tile_number(zoom, column, row))
        blob_of.append(numbers.setdefault(blob, len(numbers)))
    starts = array("I", [0])
    for blob in numbers:
        starts.append(starts[-1] + len(blob))
    contents = {
        "keys": keys.tobytes(),
        "blob_of": blob_of.tobytes(),
        "blob_start": starts.tobytes(),
        "land": _bits(land),
        "shapes": shapes,
        "blobs": b"".join(numbers),
    }
    return _file(contents)


def _bits(land: set[tuple[int, int]]) -> bytes:
    bits = bytearray(1 << 2 * LAND_ZOOM - 3)
    for column, row in land:
        at = (row << LAND_ZOOM) + column
        bits[at >> 3] |= 1 << (at & 7)
    return bytes(bits)


def _file(contents: Mapping[str, bytes]) -> bytes:
    ranges, body = [], []
    at = start = HEADER.size + RANGE.size * len(SECTIONS)
    for name in SECTIONS:
        gap = -at % ALIGN
        ranges.append(RANGE.pack(at + gap, len(contents[name])))
        body += [b"\0" * gap, contents[name]]
        at += gap + len(contents[name])
    rest = b"".join(ranges) + b"".join(body)
    assert len(rest) + HEADER.size == at >= start
    version = hashlib.sha256(rest).hexdigest()[:12].encode()
    return HEADER.pack(MAGIC, version, at, zlib.crc32(rest)) + rest


def around(tiles: set[tuple[int, int]], zoom: int) -> Iterator[tuple[int, int]]:
    """The tiles and their neighbors."""
    side = 1 << zoom
    for column, row in tiles:
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                if 0 <= row + j < side:
                    yield (column + i) % side, row + j
