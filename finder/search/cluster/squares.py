"""What a query finds in a window of the live map, by squares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from finder.geo import Box, Point
from finder.model import Clinic
from finder.search.cluster.answers import clinic_of, hits_of
from finder.search.cluster.asking import Ask, asked, reading, settled
from finder.search.cluster.documents import spot
from finder.search.cluster.scope import Body, Scope, in_box
from finder.search.query import MAX_AT_A_POINT, MAX_CELLS, Cell, Grid, Query

_SPAN: Final = {
    "lat": {"stats": {"field": "lat"}},
    "lng": {"stats": {"field": "lng"}},
}


@dataclass(frozen=True)
class Frame:
    """What part of the map is asked for, and how finely."""

    window: Box
    besides: tuple[str, ...]
    """Ids that are left out."""
    zoom: int
    """At most DEEPEST_ZOOM."""


def grid(ask: Ask, query: Query, frame: Frame) -> Grid:
    """The found clinics with a point in the window, by filled squares of the zoom or a coarser one."""
    return reading(lambda: _grid(ask, query, frame))


def _grid(ask: Ask, query: Query, frame: Frame) -> Grid:
    found = _found(settled(ask, query), frame)
    zoom = frame.zoom
    [answer] = asked(ask, [_squares_body(found, [zoom], _SPAN)])
    squares = _buckets(answer, zoom)
    if len(squares) > MAX_CELLS:
        [answer] = asked(ask, [_squares_body(found, range(zoom), {})])
        zoom = max(level for level in range(zoom) if len(_buckets(answer, level)) <= MAX_CELLS)
        [answer] = asked(ask, [_squares_body(found, [zoom], _SPAN)])
        squares = _buckets(answer, zoom)
    squares.sort(key=lambda bucket: [int(number) for number in bucket["key"].split("/")])
    named = _named(ask, found, [_spot(square) for square in squares if _is_one_point(square)])
    return Grid(zoom=zoom, cells=tuple(_cell(square, named) for square in squares))


def _found(scope: Scope, frame: Frame) -> Body:
    """The query of the clinics that lie in the area itself and in the window."""
    filters = [*scope.inside(), *scope.besides_area(), *scope.passes(), in_box(frame.window)]
    besides = {"must_not": [{"terms": {"id": list(frame.besides)}}]} if frame.besides else {}
    return {"bool": {"filter": filters, **besides}}


def _squares_body(found: Body, zooms: Iterable[int], within: Body) -> Body:
    return {
        "query": found,
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            str(zoom): {
                "geotile_grid": {"field": "square", "precision": zoom, "size": MAX_CELLS + 1},
                **({"aggs": within} if within else {}),
            }
            for zoom in zooms
        },
    }


def _buckets(answer: Body, zoom: int) -> list[Body]:
    buckets: list[Body] = answer["aggregations"][str(zoom)]["buckets"]
    return buckets


def _is_one_point(square: Body) -> bool:
    return all(square[axis]["min"] == square[axis]["max"] for axis in _SPAN)


def _spot(square: Body) -> tuple[str, int]:
    return spot(square["lat"]["min"], square["lng"]["min"]), square["doc_count"]


def _named(ask: Ask, found: Body, spots: Sequence[tuple[str, int]]) -> dict[str, tuple[Clinic, ...]]:
    """The clinics of each point by id: the few of most points in one search, each crowd in its own."""
    few = [name for name, count in spots if count <= MAX_AT_A_POINT]
    searches = [_named_body(found, few, len(few) * MAX_AT_A_POINT)] if few else []
    searches += [
        _named_body(found, [name], MAX_AT_A_POINT) for name, count in spots if count > MAX_AT_A_POINT
    ]
    named: dict[str, list[Clinic]] = {}
    for answer in asked(ask, searches) if searches else []:
        for clinic in map(clinic_of, hits_of(answer)):
            point = clinic.location.point
            if point is not None:
                named.setdefault(spot(point.lat, point.lng), []).append(clinic)
    return {name: tuple(clinics) for name, clinics in named.items()}


def _named_body(found: Body, spots: Sequence[str], size: int) -> Body:
    return {
        "query": {"bool": {"filter": [found, {"terms": {"spot": list(spots)}}]}},
        "sort": [{"id": {"order": "asc"}}],
        "size": size,
        "track_total_hits": False,
    }


def _cell(square: Body, named: dict[str, tuple[Clinic, ...]]) -> Cell:
    count = square["doc_count"]
    if not _is_one_point(square):
        return Cell(count=count, middle=Point(lat=square["lat"]["avg"], lng=square["lng"]["avg"]))
    clinics = named[_spot(square)[0]]
    middle = Point(lat=square["lat"]["min"], lng=square["lng"]["min"])
    return Cell(count=count, middle=middle, clinics=clinics)
