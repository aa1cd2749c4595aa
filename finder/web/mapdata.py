"""What the live map shows, as GeoJSON: the clinics of the list's page with their numbers, and all others
that the same search finds in the window, in groups.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from finder.errors import BadQuery
from finder.geo import Box, Point
from finder.mercator import x_of, y_of
from finder.model import Clinic
from finder.search.query import MAX_AT_A_POINT, Cell, Hit, Query, Results
from finder.web import words
from finder.web.links import clinic_path
from finder.web.services import Services
from finder.web.svgmap import COARSE

MAX_ZOOM: Final = 22
_SQUARES_PER_TILE: Final = 2
"""Squares are a quarter of a 256-pixel tile wide: 64 pixels."""
_TOUCHING_PX: Final = 40
_BBOX: Final = "use west,south,east,north in degrees, south not above north"
_ZOOM: Final = f"use a whole number from 0 to {MAX_ZOOM}"
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{0,15})?")
_WHOLE: Final = re.compile(r"[0-9]{1,2}")

Json = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """The part of the map that a visitor sees."""

    box: Box
    zoom: int
    """The world is 256 pixels wide at 0, twice as wide at each step."""


def read_window(params: Mapping[str, str]) -> Window:
    """The window of `bbox` and `z`; BadQuery names the one that is missing or wrong."""
    parts = [part.strip() for part in params.get("bbox", "").split(",")]
    if len(parts) != 4 or not all(map(_DECIMAL.fullmatch, parts)):
        raise BadQuery("bbox", _BBOX)
    west, south, east, north = map(float, parts)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadQuery("bbox", _BBOX)
    zoom = params.get("z", "").strip()
    if not _WHOLE.fullmatch(zoom) or int(zoom) > MAX_ZOOM:
        raise BadQuery("z", _ZOOM)
    return Window(Box(south=south, west=west, north=north, east=east), int(zoom))


@dataclass(frozen=True)
class Group:
    """Clinics drawn as one mark."""

    x: float
    y: float
    """In pixels of the window's zoom."""
    lat: float
    lng: float
    count: int
    clinics: tuple[Clinic, ...]
    """All of them, or () when they cannot be named; when they stand at one point, as many as a list holds."""


def map_document(query: Query | None, window: Window, services: Services) -> Json:
    """A FeatureCollection; empty when a place must be asked for first. EngineError as for a search."""
    if query is None:
        return _collection([], {"count": 0, "asks": "place", "version": None})
    results = services.engine.search(query)
    numbered = list(_numbered(results, window.box))
    grid = services.engine.grid(
        query,
        window.box,
        [hit.clinic.id for hit in results.hits],
        window.zoom + _SQUARES_PER_TILE,
    )
    groups = merged(_group(cell, window.zoom) for cell in grid.cells)
    features = [_numbered_feature(number, hit, services) for number, hit in numbered]
    features += [_group_feature(group, services) for group in groups]
    count = len(numbered) + sum(cell.count for cell in grid.cells)
    return _collection(features, {"count": count, "asks": "", "version": results.version})


def _collection(features: list[Json], meta: Json) -> Json:
    meta |= {"attribution": words.ATTRIBUTION}
    return {"type": "FeatureCollection", "meta": meta, "features": features}


def _numbered(results: Results, box: Box) -> Iterator[tuple[int, Hit]]:
    first = 1 + (results.query.page - 1) * results.query.size
    for at, hit in enumerate(results.hits):
        point = hit.clinic.location.point
        if point is not None and hit.via != "telehealth" and box.contains(point):
            yield first + at, hit


def _group(cell: Cell, zoom: int) -> Group:
    world_px = 256 * 2.0**zoom
    lat, lng = cell.middle.lat, cell.middle.lng
    return Group(x_of(lng) * world_px, y_of(lat) * world_px, lat, lng, cell.count, cell.clinics)


def merged(groups: Iterable[Group]) -> list[Group]:
    """The groups, those that would touch on the screen made one: the largest takes its neighbors in."""
    result: list[Group] = []
    for group in sorted(groups, key=lambda group: -group.count):
        for at, other in enumerate(result):
            if math.hypot(group.x - other.x, group.y - other.y) < _TOUCHING_PX:
                result[at] = _together(other, group)
                break
        else:
            result.append(group)
    return result


def _together(a: Group, b: Group) -> Group:
    count = a.count + b.count
    named = len(a.clinics) == a.count and len(b.clinics) == b.count and count <= MAX_AT_A_POINT
    return replace(
        a,
        lat=(a.lat * a.count + b.lat * b.count) / count,
        lng=(a.lng * a.count + b.lng * b.count) / count,
        count=count,
        clinics=a.clinics + b.clinics if named else (),
    )


def _numbered_feature(number: int, hit: Hit, services: Services) -> Json:
    clinic = hit.clinic
    assert clinic.location.point is not None  # noqa: S101  (_numbered takes only those that have one)
    label = f"{number}: {clinic.name}, {words.place_line(clinic, services.state_name(clinic.address.state))}"
    return _feature(
        clinic.location.point, {"number": number, "count": 1, "label": label, **_of_one(clinic)}, [clinic]
    )


def _group_feature(group: Group, services: Services) -> Json:
    point = Point(lat=group.lat, lng=group.lng)
    if group.count == 1 and group.clinics:
        clinic = group.clinics[0]
        line = words.place_line(clinic, services.state_name(clinic.address.state))
        label = f"{clinic.name}, {line}, not on this page of the list"
        return _feature(point, {"number": None, "count": 1, "label": label, **_of_one(clinic)}, [clinic])
    label = f"{words.clinics(group.count)}, {'show names' if group.clinics else 'zoom in'}"
    return _feature(point, {"number": None, "count": group.count, "label": label}, group.clinics)


def _of_one(clinic: Clinic) -> Json:
    where = clinic.location
    return {
        "id": clinic.id,
        "name": clinic.name,
        "url": clinic_path(clinic.id),
        "precision": where.precision,
        "is_coarse": where.precision in COARSE,
        "radius_miles": where.radius_miles,
    }


def _feature(point: Point, properties: Json, clinics: Iterable[Clinic]) -> Json:
    named = [{"id": one.id, "name": one.name, "url": clinic_path(one.id)} for one in clinics]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(point.lng, 5), round(point.lat, 5)]},
        "properties": properties | {"clinics": named},
    }
