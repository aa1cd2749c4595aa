"""The rows of the gazetteer and what they need: distances, middles, weights."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from finder.geo import Point, miles

STATE_WEIGHT = 500_000
"""More than any city that shares a state's name, but Washington and New York City."""


@dataclass
class Row:
    """One place on its way into the file."""

    run: str
    ref: int | str
    name: str
    state: str
    lat: float
    lng: float
    population: int
    radius_miles: float
    within: str = ""
    county: str = ""
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    weight: float = 0
    posted: bool = False
    """A ZIP bears its name."""
    names: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Folded name -> (weight, name class)."""

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.lat, self.lng

    def call(self, key: str, weight: float, name_class: int) -> None:
        """Adds a name, unless it has it with at least this weight."""
        if key and self.names.get(key, (-1.0, 0))[0] < weight:
            self.names[key] = (weight, name_class)


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Miles between two points."""
    return miles(Point(lat=a[0], lng=a[1]), Point(lat=b[0], lng=b[1]))


def middle(points: Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """The weighted mean of (lat, lng, weight) on the sphere, so the 180th meridian does no harm."""
    x = y = z = 0.0
    for lat, lng, weight in points:
        a, b = math.radians(lat), math.radians(lng)
        x += weight * math.cos(a) * math.cos(b)
        y += weight * math.cos(a) * math.sin(b)
        z += weight * math.sin(a)
    return (
        round(math.degrees(math.atan2(z, math.hypot(x, y))), 5),
        round(math.degrees(math.atan2(y, x)), 5),
    )


class Grid:
    """Points in one-degree cells, to find the nearest one."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, Row]]] = {}

    def add(self, row: Row) -> None:
        """Keeps a row by its point."""
        cell = (math.floor(row.lat), math.floor(row.lng))
        self._cells.setdefault(cell, []).append((row.lat, row.lng, row))

    def near(self, point: tuple[float, float]) -> list[Row]:
        """Rows of the nine cells around a point, or of ever more cells until there is one, nearest first."""
        lat, lng = math.floor(point[0]), math.floor(point[1])
        for ring in (1, 3, 8, 20):
            found = [
                entry
                for i in range(lat - ring, lat + ring + 1)
                for j in range(lng - ring, lng + ring + 1)
                for entry in self._cells.get((i, j), ())
            ]
            if found:
                squeeze = math.cos(math.radians(point[0])) ** 2
                found.sort(
                    key=lambda e: ((e[0] - point[0]) ** 2 + squeeze * (e[1] - point[1]) ** 2, str(e[2].ref))
                )
                return [row for _, _, row in found]
        return []
