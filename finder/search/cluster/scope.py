"""A query's conditions as filters."""

from dataclasses import dataclass
from typing import Any, Final

from finder.geo import EARTH_RADIUS_MILES, Box, Point
from finder.search.cluster.documents import LONGEST_WORD, offer_term, silence_term
from finder.search.query import FIELD_WEIGHTS, Area, Circle, Query, Region
from finder.text import fold

Body = dict[str, Any]

METERS_PER_MILE: Final = 6_371_008.7714 / EARTH_RADIUS_MILES
"""Elasticsearch's earth is a little larger than the one of `geo.miles`: its meters, for our miles."""
SLACK_MILES: Final = 2e-5
"""How far its distance may be from ours: 3 cm. It keeps points in steps of 5 to 9 mm; 1.02 cm was the most
seen over 120,000 distances."""
FAR_MILES: Final = 11_000.0
FAR_SLACK_MILES: Final = 0.002
"""Near the other side of the globe the arc sine magnifies rounding."""

NOTHING: Final[Body] = {"match_none": {}}


def slack(miles: float) -> float:
    """How far Elasticsearch may be off at this distance, in miles."""
    return SLACK_MILES if miles < FAR_MILES else FAR_SLACK_MILES


@dataclass(frozen=True)
class Scope:
    """What a query takes, as filters. No clinic is found by a word that reached a query language: words
    are compared as whole terms.
    """

    query: Query
    outsiders: tuple[str, ...] | None = None
    """Clinics that stand within SLACK_MILES of the circle's edge, but outside; None before that is known."""

    def inside(self) -> list[Body]:
        """The area itself. Of a circle, it may take clinics up to SLACK_MILES outside; see `outsiders`."""
        area = self.query.area
        if area is None:
            return []
        taken = [_in_area(area)]
        if self.outsiders:
            taken.append({"bool": {"must_not": [{"terms": {"id": list(self.outsiders)}}]}})
        return taken

    def outside(self) -> list[Body]:
        """Found by telehealth, not in the area."""
        return [self._served(), {"bool": {"must_not": [_all(self.inside())]}}]

    def candidates(self) -> list[Body]:
        """Everything but the facets: the area or telehealth, a word, nothing that is left out."""
        where = self.inside()
        if self.query.serves:
            where = [_any([_all(where), self._served()])]
        return [*where, *self.besides_area()]

    def besides_area(self) -> list[Body]:
        """What every candidate satisfies, wherever it is."""
        query = self.query
        filters: list[Body] = []
        if query.state_level_only:
            filters.append({"term": {"state_level": 1}})
        unwanted = [offer_term(facet, code) for facet, codes in query.without.items() for code in codes]
        if unwanted:
            filters.append({"bool": {"must_not": [{"terms": {"facets": unwanted}}]}})
        if query.words:
            filters.append(self.any_word())
        return filters

    def any_word(self) -> Body:
        """One of the words, in any field; each hit names the words that it matched."""
        words = findable(self.query.words)
        named = [{"bool": {"should": _in_fields(word), "_name": word}} for word in words]
        return _any(named) if words else NOTHING

    def passes(self, but: str = "") -> list[Body]:
        """The chosen facets, or all but one of them."""
        return [self._passes(facet) for facet in self.query.facets if facet != but]

    def _passes(self, facet: str) -> Body:
        terms = [offer_term(facet, code) for code in self.query.facets[facet]]
        if self.query.include_unstated:
            terms.append(silence_term(facet))
        return {"terms": {"facets": terms}}

    def _served(self) -> Body:
        return {"terms": {"serves": list(self.query.serves)}}


def findable(words: tuple[str, ...]) -> list[str]:
    """The words that a clinic can have; a text that does not fold to itself is in none."""
    return [word for word in words if word and len(word) <= LONGEST_WORD and word == fold(word).strip()]


def _in_fields(word: str) -> list[Body]:
    return [{"term": {f"words.{field}": word}} for field in FIELD_WEIGHTS]


def edge_miles(circle: Circle) -> float:
    """How far out a clinic is in the circle: the radius, and what `geo.miles` rounds down to it."""
    thousandths = int(circle.radius_miles * 1000) + 1
    while thousandths / 1000 > circle.radius_miles:
        thousandths -= 1
    return (thousandths + 0.5) / 1000


def at_edge(circle: Circle) -> list[Body]:
    """The clinics of which Elasticsearch cannot say whether they are in the circle."""
    edge = edge_miles(circle)
    inner = _within(circle.center, edge - SLACK_MILES)
    return [_within(circle.center, edge + SLACK_MILES), {"bool": {"must_not": [inner]}}]


def in_box(box: Box) -> Body:
    """The clinics in a box; its edges count to the last bit, and it may cross the 180th meridian."""
    lat = {"range": {"lat": {"gte": box.south, "lte": box.north}}}
    if box.west <= box.east:
        return _all([lat, {"range": {"lng": {"gte": box.west, "lte": box.east}}}])
    east = {"range": {"lng": {"gte": box.west}}}
    return _all([lat, _any([east, {"range": {"lng": {"lte": box.east}}}])])


def _in_area(area: Area) -> Body:
    if isinstance(area, Circle):
        return _within(area.center, edge_miles(area) + SLACK_MILES)
    if isinstance(area, Region):
        field, codes = ("county", area.counties) if area.counties else ("state", area.states)
        return {"terms": {field: list(codes)}}
    return in_box(area)


def _within(center: Point, miles: float) -> Body:
    meters = f"{miles * METERS_PER_MILE:.5f}m"
    return {"geo_distance": {"distance": meters, "point": {"lat": center.lat, "lon": center.lng}}}


def _all(filters: list[Body]) -> Body:
    return filters[0] if len(filters) == 1 else {"bool": {"filter": filters}}


def _any(filters: list[Body]) -> Body:
    return filters[0] if len(filters) == 1 else {"bool": {"should": filters, "minimum_should_match": 1}}
