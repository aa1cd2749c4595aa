"""Points, the one distance, circles and boxes. Latitude first, degrees, miles."""

import math
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

EARTH_RADIUS_MILES: Final = 6_371_008.77 / 1609.344
"""IUGG mean radius; the great circle is the only distance in the product."""

KM_PER_MILE: Final = 1.609344

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Point(BaseModel):
    """Where something is, in degrees. (0.0 is a coordinate: test for None, never for truth.)"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lat: Latitude
    lng: Longitude


class Box(BaseModel):
    """A rectangle on the map. `west > east` means that it crosses the 180th meridian."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude

    def contains(self, point: Point) -> bool:
        """True when the point lies inside or on the edge."""
        if not self.south <= point.lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= point.lng <= self.east
        return point.lng >= self.west or point.lng <= self.east


def miles(a: Point, b: Point) -> float:
    """Great-circle (haversine) distance in miles, rounded to a thousandth (1.6 m).

    The rounding is part of the contract: every engine compares and orders by this figure, so
    two ways of computing a sine never swap two clinics.
    """
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat_b - lat_a) / 2
    half_lng = math.radians(b.lng - a.lng) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lng) ** 2
    return round(2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(min(1.0, h))), 3)


def box_around(center: Point, radius_miles: float) -> Box:
    """The smallest latitude-longitude box that holds the circle (a prefilter: it may hold more).

    Circles that touch a pole span all longitudes; circles over the 180th meridian give
    `west > east`.
    """
    reach = math.degrees(radius_miles / EARTH_RADIUS_MILES) + 1e-6
    south, north = max(-90.0, center.lat - reach), min(90.0, center.lat + reach)
    if center.lat - reach <= -90 or center.lat + reach >= 90:
        return Box(south=south, west=-180, north=north, east=180)
    spread = math.sin(math.radians(reach)) / math.cos(math.radians(center.lat))
    half = math.degrees(math.asin(min(1.0, spread))) + 1e-6
    return Box(south=south, west=_wrap(center.lng - half), north=north, east=_wrap(center.lng + half))


def _wrap(lng: float) -> float:
    return (lng + 180) % 360 - 180 if not -180 <= lng <= 180 else lng
