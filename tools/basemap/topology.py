"""TopoJSON read as arcs on the map: points as fractions of the world (east, south)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from finder.mercator import x_of, y_of

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Topology:
    """Arcs that shapes share, and the shapes as numbers of arcs (a negative number: backwards)."""

    arcs: list[Line]
    objects: dict[str, list[dict[str, Any]]]

    def ring(self, numbers: Iterable[int], arcs: list[Line] | None = None) -> Line:
        """The closed line that these arcs make, from these arcs or simplified ones."""
        source = self.arcs if arcs is None else arcs
        points: Line = []
        for number in numbers:
            part = source[number] if number >= 0 else source[~number][::-1]
            points += part[1:] if points else part
        return points


def decode(document: dict[str, Any]) -> Topology:
    """The topology of a quantized TopoJSON document in degrees."""
    flat = decode_flat(document)
    arcs = [[(x_of(lng), y_of(lat)) for lng, lat in arc] for arc in flat.arcs]
    return Topology(arcs, flat.objects)


def decode_flat(document: dict[str, Any]) -> Topology:
    """The topology of a quantized document whose points are taken as they are."""
    (scale_x, scale_y), (move_x, move_y) = document["transform"]["scale"], document["transform"]["translate"]
    arcs = []
    for arc in document["arcs"]:
        column = row = 0
        line: Line = []
        for dx, dy in arc:
            column, row = column + dx, row + dy
            line.append((column * scale_x + move_x, row * scale_y + move_y))
        arcs.append(line)
    objects = {name: shape.get("geometries", [shape]) for name, shape in document["objects"].items()}
    return Topology(arcs, objects)


def rings_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The rings of a polygon or of many."""
    if geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def lines_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The lines of a line or of many."""
    if geometry["type"] == "LineString":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiLineString":
        yield from geometry["arcs"]


def arc_numbers(geometry: dict[str, Any]) -> set[int]:
    """The arcs of a shape, each as it is forwards."""
    return {number if number >= 0 else ~number for ring in rings_of(geometry) for number in ring}
