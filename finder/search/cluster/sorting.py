"""The order that Query documents, as sort clauses and constant scores; and the same order in Python."""

from dataclasses import dataclass
from math import inf
from typing import Any, Final, Literal

from finder.geo import Point, miles
from finder.search.cluster.documents import offer_term
from finder.search.cluster.scope import METERS_PER_MILE, Body, findable, slack
from finder.search.query import FIELD_WEIGHTS, Query

Part = Literal["inside", "outside"]
"""What lies in the area, and what is found by telehealth only: two lists, merged here."""

_NOWHERE: Final = "Infinity"
"""What Elasticsearch sorts a clinic by that has no point, or no price."""
_PER_WORD: Final = 256
"""A word counts more than all field weights together: MAX_WORDS times the highest weight is 160."""
_PER_STATED: Final = 256 * 32
"""A stated facet counts more than all words together. The sum stays under 2 to the power of 24, where a
score (a 32-bit float) still holds every whole number."""


_LEADING: Final[dict[str, Body]] = {
    "_score": {"order": "desc"},
    "day": {"order": "desc"},
    "price": {"order": "asc", "missing": "_last"},
}
_FIELDS: Final = {"recent": "day", "price": "price"}
"""The field of the sorts that have one."""


def scoring(query: Query) -> list[Body]:
    """Clauses whose scores add up to what comes first: stated facets, words matched, their weights."""
    clauses: list[Body] = []
    if query.include_unstated:
        for facet, codes in query.facets.items():
            terms = {"terms": {"facets": [offer_term(facet, code) for code in codes]}}
            clauses.append(_constant(terms, _PER_STATED))
    if query.sort == "match":
        clauses += [
            _constant({"term": {f"words.{field}": word}}, _PER_WORD + weight)
            for word in findable(query.words)
            for field, weight in FIELD_WEIGHTS.items()
        ]
    return clauses


def _constant(filtering: Body, boost: int) -> Body:
    return {"constant_score": {"filter": filtering, "boost": boost}}


def sorting(query: Query, part: Part) -> list[Body]:
    """The sort clauses of one part."""
    clauses: list[Body] = [{name: _LEADING[name]} for name in _leading(query)]
    if part == "outside":
        return [*clauses, {"listing": {"order": "asc"}}]
    if query.origin is None:
        return [*clauses, {"state_level": {"order": "asc"}}, {"listing": {"order": "asc"}}]
    return [*clauses, _by_distance(query.origin), {"tie": {"order": "asc"}}]


def _by_distance(origin: Point) -> Body:
    point = {"lat": origin.lat, "lon": origin.lng}
    return {"_geo_distance": {"point": point, "unit": "m", "order": "asc", "distance_type": "arc"}}


@dataclass(frozen=True)
class Row:
    """A hit with its exact place in the order."""

    id: str
    group: int
    """0 with a place of its own, 1 via telehealth, 2 known by state only."""
    distance_miles: float | None
    first: tuple[float, ...]
    """What comes before the group: score, day, price."""
    last: str
    hit: Body
    asked_miles: float | None
    """The distance by which Elasticsearch ordered; None where its order is exact."""

    @property
    def key(self) -> tuple[object, ...]:
        """Its place in the order, smallest first."""
        return (*self.near, self.last)

    @property
    def near(self) -> tuple[object, ...]:
        """Its place but for the tie."""
        return (self.first, self.group, self.distance_miles or 0.0)

    def no_nearer(self) -> tuple[object, ...]:
        """The lowest `near` of what Elasticsearch orders after it."""
        asked = self.asked_miles or 0.0
        return (self.first, self.group, round(asked - slack(asked), 3))

    def no_farther(self) -> tuple[object, ...]:
        """The highest `near` of what Elasticsearch orders before it."""
        asked = self.asked_miles or 0.0
        return (self.first, self.group, round(asked + slack(asked), 3))


def row_of(query: Query, part: Part, hit: Body) -> Row:
    """The row of a hit, its distance computed by `geo.miles` from the exact point."""
    values = list(hit["sort"])
    first = tuple(_comparable(name, values.pop(0)) for name in _leading(query))
    group, distance, asked = 1, None, None
    if part == "inside" and query.origin is None:
        group = 2 * int(values[0])
    elif part == "inside":
        group = 2 if values[0] == _NOWHERE else 0
    if group == 0 and query.origin is not None:
        distance = miles(query.origin, point_of(hit))
        asked = float(values[0]) / METERS_PER_MILE
    return Row(hit["_id"], group, distance, first, values[-1], hit, asked)


def point_of(hit: Body) -> Point:
    """The exact point of a hit: beside its record, or with the values of a hit without one."""
    if "_source" in hit:
        return Point(lat=hit["_source"]["lat"], lng=hit["_source"]["lng"])
    return Point(lat=hit["fields"]["lat"][0], lng=hit["fields"]["lng"][0])


def _leading(query: Query) -> list[str]:
    """What comes before the group."""
    names = ["_score"] if scoring(query) else []
    field = _FIELDS.get(query.sort)
    return [*names, field] if field is not None else names


def _comparable(name: str, value: Any) -> float:
    if name == "price":
        return inf if value is None or value == _NOWHERE else float(value)
    return -float(value)
