"""The request bodies of lists, counts and single clinics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from finder.search.cluster.counts import counting
from finder.search.cluster.scope import METERS_PER_MILE, SLACK_MILES, Body, Scope, at_edge, edge_miles
from finder.search.cluster.sorting import Part, scoring, sorting
from finder.search.query import Circle, Query

EDGE: Final = "edge"
"""The aggregation of clinics that stand on the circle's edge, to a few centimeters."""
MOST_AT_EDGE: Final = 10_000
EXPORTED_AT_ONCE: Final = 1_000
_POINT: Final = ["lat", "lng"]


@dataclass(frozen=True)
class Window:
    """Which stretch of a list is read."""

    start: int
    size: int
    records: bool = True
    """False: points and sort values only."""


def list_body(scope: Scope, part: Part, window: Window) -> Body:
    """A stretch of one part of the list."""
    filters = [*(scope.outside() if part == "outside" else scope.inside()), *scope.besides_area()]
    return {
        "query": _query(scope, [*filters, *scope.passes()]),
        **_stretch(scope.query, part, window),
        "track_total_hits": False,
    }


def page_body(scope: Scope, window: Window) -> Body:
    """A stretch of a list that has one part only, with the total and all counts."""
    passes = scope.passes()
    return {
        "query": _query(scope, scope.candidates()),
        **({"post_filter": {"bool": {"filter": passes}}} if passes else {}),
        **_stretch(scope.query, "inside", window),
        "track_total_hits": True,
        "aggs": {**counting(scope), **_edge(scope)},
    }


def tally_body(scope: Scope) -> Body:
    """The total and all counts, without the list."""
    passes = scope.passes()
    return {
        "query": {"bool": {"filter": scope.candidates()}},
        **({"post_filter": {"bool": {"filter": passes}}} if passes else {}),
        "size": 0,
        "track_total_hits": True,
        "aggs": {**counting(scope), **_edge(scope)},
    }


def count_body(scope: Scope) -> Body:
    """The total alone."""
    return {
        "query": {"bool": {"filter": [*scope.candidates(), *scope.passes()]}},
        "size": 0,
        "track_total_hits": True,
        **({"aggs": edge} if (edge := _edge(scope)) else {}),
    }


def records_body(scope: Scope, ids: Sequence[str]) -> Body:
    """These clinics, in any order, with the words that each of them matched."""
    words = {"should": [scope.any_word()]} if scope.query.words else {}
    return {
        "query": {"bool": {"filter": [{"terms": {"id": list(ids)}}], **words}},
        "size": len(ids),
        "track_total_hits": False,
    }


def edge_body(circle: Circle) -> Body:
    """The points of the clinics on the edge of a circle."""
    return {
        "query": {"bool": {"filter": at_edge(circle)}},
        "size": MOST_AT_EDGE,
        "_source": False,
        "docvalue_fields": _POINT,
        "track_total_hits": False,
    }


def get_body(clinic_id: str) -> Body:
    """The clinic that has this id, else the one with the smallest id that had it."""
    present = {"constant_score": {"filter": {"term": {"id": clinic_id}}, "boost": 2}}
    former = {"constant_score": {"filter": {"term": {"former_ids": clinic_id}}, "boost": 1}}
    return {
        "query": {"dis_max": {"queries": [present, former]}},
        "sort": [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}],
        "size": 1,
        "track_total_hits": False,
    }


def export_body(scope: Scope, after: str | None, size: int = EXPORTED_AT_ONCE) -> Body:
    """The next clinics by id, of all that the query finds. (The caller adds its point in time.)"""
    return {
        "query": {"bool": {"filter": [*scope.candidates(), *scope.passes()]}},
        "sort": [{"id": {"order": "asc"}}],
        "size": size,
        "track_total_hits": False,
        **({"search_after": [after]} if after is not None else {}),
    }


def _stretch(query: Query, part: Part, window: Window) -> Body:
    return {
        "sort": sorting(query, part),
        "from": window.start,
        "size": window.size,
        **({} if window.records else {"_source": False, "docvalue_fields": _POINT}),
    }


def _query(scope: Scope, filters: list[Body]) -> Body:
    """Some clause must filter: a query of nothing but scores would find only what scores."""
    scores = scoring(scope.query)
    return {"bool": {"filter": filters or [{"match_all": {}}], **({"should": scores} if scores else {})}}


def _edge(scope: Scope) -> Body:
    area = scope.query.area
    if not isinstance(area, Circle) or scope.outsiders is not None:
        return {}
    edge = edge_miles(area)
    ring = {
        "from": (edge - SLACK_MILES) * METERS_PER_MILE,
        "to": (edge + SLACK_MILES) * METERS_PER_MILE,
    }
    origin = {"lat": area.center.lat, "lon": area.center.lng}
    return {EDGE: {"geo_distance": {"field": "point", "origin": origin, "unit": "m", "ranges": [ring]}}}
