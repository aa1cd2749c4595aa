"""A zoom's shapes cut into tiles: halves of halves, so that a shape is looked at only where it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from finder.mercator import TILE_PX
from tools.basemap.draw import PAD_PX, Tile
from tools.basemap.geometry import Box, Line, bounds, cut_line, cut_polygon
from tools.basemap.layers import Shapes


@dataclass(frozen=True)
class Piece:
    """A part of a shape."""

    layer: str
    is_ring: bool
    line: Line
    box: Box


@dataclass(frozen=True)
class Area:
    """Columns and rows of tiles; the ends are not in it."""

    zoom: int
    west: int
    north: int
    east: int
    south: int

    def halves(self) -> tuple[int, int, "Area", "Area"]:
        """Axis and place of the cut, and both sides."""
        if self.east - self.west >= self.south - self.north:
            middle = (self.west + self.east) // 2
            low = Area(self.zoom, self.west, self.north, middle, self.south)
            return 0, middle, low, Area(self.zoom, middle, self.north, self.east, self.south)
        middle = (self.north + self.south) // 2
        low = Area(self.zoom, self.west, self.north, self.east, middle)
        return 1, middle, low, Area(self.zoom, self.west, middle, self.east, self.south)


def pieces(shapes: Shapes) -> list[Piece]:
    """Every ring and line of a zoom."""
    rings = [
        Piece(layer, True, ring, bounds(ring)) for layer, rings in shapes.rings.items() for ring in rings
    ]
    lines = [
        Piece(layer, False, line, bounds(line)) for layer, lines in shapes.lines.items() for line in lines
    ]
    return rings + lines


class Wanted:
    """Which tiles to draw, as sums over the squares of one zoom: any in this area?"""

    def __init__(self, zoom: int, tiles: set[tuple[int, int]]) -> None:
        self._side = side = 1 << zoom
        self._zoom = zoom
        self._sums = sums = [[0] * (side + 1)]
        rows: dict[int, list[int]] = {}
        for column, row in tiles:
            rows.setdefault(row, []).append(column)
        for row in range(side):
            line, total, here = [0], 0, set(rows.get(row, ()))
            for column in range(side):
                total += column in here
                line.append(sums[-1][column + 1] + total)
            sums.append(line)

    def any_in(self, area: Area) -> bool:
        """True when some wanted tile lies in an area of the same zoom or a finer one."""
        shift = area.zoom - self._zoom
        west, north = area.west >> shift, area.north >> shift
        east, south = (area.east - 1 >> shift) + 1, (area.south - 1 >> shift) + 1
        sums = self._sums
        return sums[south][east] - sums[north][east] - sums[south][west] + sums[north][west] > 0


def cut(area: Area, parts: list[Piece], wanted: Wanted | None) -> Iterator[Tile]:
    """The tiles of an area on which anything is drawn, or that are wanted."""
    if not parts or (wanted is not None and not wanted.any_in(area)):
        return
    if area.east - area.west == 1 and area.south - area.north == 1:
        tile = Tile(area.zoom, area.west, area.north)
        for piece in parts:
            (tile.rings if piece.is_ring else tile.lines)[piece.layer].append(piece.line)
        yield tile
        return
    axis, middle, low, high = area.halves()
    at = middle * TILE_PX
    yield from cut(low, list(_side(parts, axis, at + PAD_PX, True)), wanted)
    yield from cut(high, list(_side(parts, axis, at - PAD_PX, False)), wanted)


def _side(parts: list[Piece], axis: int, at: float, keep_low: bool) -> Iterator[Piece]:
    for piece in parts:
        low, high = piece.box[axis], piece.box[axis + 2]
        if (high <= at) if keep_low else (low >= at):
            yield piece
        elif (low < at) if keep_low else (high > at):
            if piece.is_ring:
                line = cut_polygon(piece.line, axis, at, keep_low)
                if len(line) > 2:
                    yield Piece(piece.layer, True, line, bounds(line))
            else:
                for line in cut_line(piece.line, axis, at, keep_low):
                    yield Piece(piece.layer, False, line, bounds(line))


def whole_world(zoom: int) -> Area:
    """Every tile of a zoom."""
    side = 1 << zoom
    return Area(zoom, 0, 0, side, side)
