"""The map's arithmetic: Web Mercator as fractions of the world, tiles, and miles as pixels."""

import math
from typing import Final

from finder.geo import EARTH_RADIUS_MILES, Point

TILE_PX: Final = 512
MAX_LATITUDE: Final = 85.0511287798

_CIRCUMFERENCE_MILES: Final = 2 * math.pi * EARTH_RADIUS_MILES


def x_of(lng: float) -> float:
    """How far east of the 180th meridian, as a fraction of the world's width; not wrapped."""
    return (lng + 180) / 360


def y_of(lat: float) -> float:
    """How far south of the map's top edge, as a fraction of its height."""
    sine = math.sin(math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, lat))))
    return 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def lat_of(y: float) -> float:
    """The latitude of a height on the map."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def nearest_turn(lng: float, middle: float) -> float:
    """The same meridian within half a turn of another: 179 near -179 is -181."""
    return middle + (lng - middle + 180) % 360 - 180


def miles_per_world(lat: float) -> float:
    """The width of the world in miles along a parallel: miles x pixels / this = pixels."""
    return _CIRCUMFERENCE_MILES * max(0.01, math.cos(math.radians(lat)))


def square_of(point: Point, zoom: int) -> tuple[int, int]:
    """The column and row of the map square (2 to the power of `zoom` each way) that holds a point."""
    side = 1 << zoom
    column = min(side - 1, max(0, int(x_of(point.lng) * side)))
    return column, min(side - 1, max(0, int(y_of(point.lat) * side)))
