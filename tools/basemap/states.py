"""The outlines of the states for the map of the country on the home page: Albers, few points."""

from typing import Any

from finder.placenames import STATES
from tools.basemap.geometry import Line, area, simplified
from tools.basemap.layers import middle_of
from tools.basemap.topology import Topology, decode_flat, rings_of

TOLERANCE_PX = 1.1
LEAST_AREA_PX = 14.0
SHIFTED = {"FL": (22, 24), "LA": (-6, -4)}
"""Where the number of an odd shape stands better, in pixels from its roomiest place."""


def state_shapes(document: dict[str, Any]) -> dict[str, Any]:
    """By state code: path, and place of the number, in a picture of 975 by 610 moved to the corner."""
    topology = decode_flat(document)
    arcs = [simplified(arc, TOLERANCE_PX) for arc in topology.arcs]
    codes = {names[0]: code for code, names in STATES.items()}
    return {
        codes[name]: _shape(topology, state, arcs, codes[name])
        for state in topology.objects["states"]
        if (name := str(state["properties"]["name"])) in codes
    }


def _shape(topology: Topology, state: dict[str, Any], arcs: list[Line], code: str) -> dict[str, Any]:
    rings = [topology.ring(ring, arcs) for ring in rings_of(state)]
    largest = max(rings, key=area)
    kept = [ring for ring in rings if ring is largest or area(ring) >= LEAST_AREA_PX]
    x, y = middle_of([topology.ring(ring) for ring in rings_of(state)])
    dx, dy = SHIFTED.get(code, (0, 0))
    return {"path": "".join(map(_path, kept)), "at": [round(x + dx), round(y + dy)]}


def _path(ring: Line) -> str:
    points = list(dict.fromkeys((round(x), round(y)) for x, y in ring))
    (x, y), steps = points[0], []
    for there in points[1:]:
        steps.append(f"{there[0] - x} {there[1] - y}".replace(" -", "-"))
        x, y = there
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z"
