"""What is drawn, as lines and rings in fractions of the world: once from the packages, then per zoom."""

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, pairwise

from finder.mercator import TILE_PX, x_of, y_of
from tools.basemap.geometry import Line, area, bounds, contains, rounded_corners, simplified
from tools.basemap.topology import Topology, arc_numbers, lines_of, rings_of

TOLERANCE_PX = 0.4
COARSE_TOLERANCE_PX = {2: 1.0, 3: 0.8, 4: 0.7}
"""Where one tile holds half a continent, less is enough."""
LEAST_AREA_PX = 3.0
"""Islands and lakes smaller than this are left out at that zoom."""
SMOOTH_FROM_ZOOM = 7
"""The coarse shapes (water, neighbors) are drawn with rounded corners from here on."""
SMOOTH_COAST_FROM_ZOOM = 8
"""So is our own shore; borders between counties keep their corners, many are drawn with a ruler."""
COUNTIES_FROM_ZOOM = 5
RIVERS_FROM_ZOOM = 4
RIVERS_TO_ZOOM = 8
GREAT_LAKES = ((47.7, -87.5), (43.5, -87.0), (44.8, -82.4), (42.2, -81.0), (43.6, -77.8), (42.45, -82.7))
"""A point in each lake that the Census shoreline leaves out; its own edge is the better one."""

RINGS = ("abroad", "great_lakes", "land", "lakes")
LINES = ("seam", "river", "county", "coast", "state", "border")
_CELL = 1 / 4096
"""About six miles: how near to the neighbors' land a shore is a border."""


def tolerance_px(zoom: int) -> float:
    """How far a line may run beside the true one."""
    return COARSE_TOLERANCE_PX.get(zoom, TOLERANCE_PX)


@dataclass
class Shapes:
    """Rings and lines by layer."""

    rings: dict[str, list[Line]] = field(default_factory=lambda: {name: [] for name in RINGS})
    lines: dict[str, list[Line]] = field(default_factory=lambda: {name: [] for name in LINES})


@dataclass(frozen=True)
class Ground:
    """The packages, read."""

    states: Topology
    """Counties, states and the nation by the Census."""
    continent: Topology
    """North America by Natural Earth."""
    far: Topology
    """The world by Natural Earth: Russia, across from Alaska."""

    def shapes(self, zoom: int) -> Shapes:
        """Everything as it is drawn at a zoom, in pixels of that zoom."""
        scale = TILE_PX * (1 << zoom)
        shapes = Shapes()
        self._add_census(shapes, zoom, scale)
        self._add_neighbors(shapes, zoom, scale)
        shapes.rings = {name: [r for r in rings if len(r) > 3] for name, rings in shapes.rings.items()}
        return shapes

    def _add_census(self, shapes: Shapes, zoom: int, scale: float) -> None:
        kinds = self._kinds_of_arcs()
        arcs = [simplified(_scaled(arc, scale), tolerance_px(zoom)) for arc in self.states.arcs]
        if zoom >= SMOOTH_COAST_FROM_ZOOM:
            arcs = [
                rounded_corners(rounded_corners(arc)) if kinds.get(number) == "outline" else arc
                for number, arc in enumerate(arcs)
            ]
        for ring in rings_of(self.states.objects["nation"][0]):
            line = self.states.ring(ring, arcs)
            if area(line) >= LEAST_AREA_PX:
                shapes.rings["land"].append(line)
        for number, arc in enumerate(arcs):
            kind = kinds.get(number)
            if kind == "outline":
                shapes.lines["border"] += _near_cells(arc, self._seam_cells(), scale)
                shapes.lines["coast"].append(arc)
            elif kind == "state" or (kind == "county" and zoom >= COUNTIES_FROM_ZOOM):
                shapes.lines[kind].append(arc)

    def _add_neighbors(self, shapes: Shapes, zoom: int, scale: float) -> None:
        def tidy(line: Line) -> Line:
            line = simplified(_scaled(line, scale), tolerance_px(zoom))
            return rounded_corners(rounded_corners(line)) if zoom >= SMOOTH_FROM_ZOOM else line

        abroad = [
            ring
            for country in self.continent.objects["countries"]
            if country.get("id") not in {"USA", "PRI", "VIR"}
            for ring in map(self.continent.ring, rings_of(country))
        ]
        abroad += [
            turned
            for country in self.far.objects["countries"]
            if country.get("id") == "RUS"
            for ring in map(self.far.ring, rings_of(country))
            for turned in _unwound(ring)
        ]
        shapes.rings["abroad"] = [ring for ring in map(tidy, abroad) if area(ring) >= 2 * LEAST_AREA_PX]
        for lake in self.continent.objects["lakes"]:
            for ring in map(self.continent.ring, rings_of(lake)):
                great = any(contains(ring, x_of(lng), y_of(lat)) for lat, lng in GREAT_LAKES)
                line = tidy(ring)
                if area(line) >= LEAST_AREA_PX * 2:
                    shapes.rings["great_lakes" if great else "lakes"].append(line)
        shapes.lines["seam"] = [_scaled(arc, scale) for arc in self._seam()]
        if RIVERS_FROM_ZOOM <= zoom <= RIVERS_TO_ZOOM:
            for river in self.continent.objects["rivers"]:
                shapes.lines["river"] += [tidy(self.continent.ring(line)) for line in lines_of(river)]

    def _kinds_of_arcs(self) -> dict[int, str]:
        users = Counter(chain.from_iterable(map(arc_numbers, self.states.objects["counties"])))
        state_users = Counter(chain.from_iterable(map(arc_numbers, self.states.objects["states"])))
        return {
            number: "outline" if count == 1 else "state" if state_users[number] == 2 else "county"
            for number, count in users.items()
        }

    def _seam(self) -> list[Line]:
        """The land border as Natural Earth has it: arcs that the United States share with a neighbor."""
        by_id = {country.get("id"): country for country in self.continent.objects["countries"]}
        ours = arc_numbers(by_id["USA"])
        shared = ours & (arc_numbers(by_id["CAN"]) | arc_numbers(by_id["MEX"]))
        return [self.continent.arcs[number] for number in sorted(shared)]

    def _seam_cells(self) -> set[tuple[int, int]]:
        if not _cells:
            for line in self._seam():
                for (ax, ay), (bx, by) in pairwise(line):
                    steps = int(max(abs(bx - ax), abs(by - ay)) / _CELL * 2) + 1
                    for step in range(steps + 1):
                        x, y = ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps
                        column, row = int(x / _CELL), int(y / _CELL)
                        _cells.update((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        return _cells


_cells: set[tuple[int, int]] = set()


def _near_cells(line: Line, cells: set[tuple[int, int]], scale: float) -> list[Line]:
    """The stretches of a line (in pixels) whose points lie in the cells."""
    parts: list[Line] = []
    part: Line = []
    for x, y in line:
        if (int(x / scale / _CELL), int(y / scale / _CELL)) in cells:
            part.append((x, y))
        else:
            if len(part) > 1:
                parts.append(part)
            part = []
    return [*parts, part] if len(part) > 1 else parts


def _unwound(ring: Line) -> list[Line]:
    """A ring over the 180th meridian in one piece, at both edges of the map."""
    turn, before = 0, ring[0][0]
    line: Line = []
    for x, y in ring:
        turn += 1 if x - before < -0.5 else -1 if x - before > 0.5 else 0
        before = x
        line.append((x + turn, y))
    return [[(x + shift, y) for x, y in line] for shift in (-1, 0, 1)]


def _scaled(line: Line, scale: float) -> Line:
    return [(x * scale, y * scale) for x, y in line]


def middle_of(rings: list[Line]) -> tuple[float, float]:
    """A point well inside the largest of these rings, for a label: far from edges, wide sideways."""
    ring = max(rings, key=area)
    west, north, east, south = bounds(ring)
    ring = simplified(ring, (east - west) / 100)
    center_x, center_y = (west + east) / 2, (north + south) / 2
    size = max(east - west, south - north)

    def away(x: float, y: float) -> float:
        """A little better the nearer to the middle, so that rectangles are named there."""
        return -0.25 * math.hypot(x - center_x, y - center_y) - size * 1e-9

    best, place = float("-inf"), (center_x, center_y)
    for row in range(1, 24):
        y = north + (south - north) * row / 24
        crossings = sorted(
            ax + (y - ay) / (by - ay) * (bx - ax)
            for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)
            if (ay > y) != (by > y)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            x = (left + right) / 2
            room = min((right - left) / 2, 2.0 * _clearance(ring, x, y)) + away(x, y)
            if room > best:
                best, place = room, (x, y)
    return place


def _clearance(ring: Line, x: float, y: float) -> float:
    """How far the nearest edge is."""
    best = float("inf")
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
        best = min(best, math.hypot(ax + along * dx - x, ay + along * dy - y))
    return best
