"""The reference engine: the docstring of Query, word for word, in plain loops over clinics.

It shares with the engines it judges what a clinic says of itself and where a query looks:
`Clinic.offers`, `states_something`, `telehealth_states`, `word_weights`, `listing_key`, `last_checked`,
`session_price_usd`, `Query.area`, `origin` and `serves`. A mistake in one of these is a mistake in both;
test_expectations.py holds what they must give, written by hand.
"""

from collections.abc import Iterable
from math import inf

from rapidfuzz.distance import OSA

from finder.errors import ClinicNotFound, DataError
from finder.facets import FACETS
from finder.geo import Box, Point, miles
from finder.mercator import square_of
from finder.model import Clinic
from finder.search.price import session_price_usd
from finder.search.query import (
    MAX_AT_A_POINT,
    MAX_CELLS,
    Area,
    Cell,
    Circle,
    FacetCount,
    Grid,
    Hit,
    Query,
    Results,
    Suggested,
    Via,
)
from finder.search.starts import SHORTEST_EDITED, name_starts, typed_start
from finder.search.words import last_checked, listing_key, word_weights
from finder.text import fold


class Row:
    """A clinic with what is read from it again and again."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.point, self.serves = clinic, clinic.location.point, clinic.telehealth_states
        self.offers = {facet: clinic.offers(facet) for facet in FACETS}
        self.stated = {facet for facet in FACETS if clinic.states_something(facet)}
        self.weights = word_weights(clinic)

    def lies_in(self, area: Area | None) -> bool:
        if area is None:
            return True
        if isinstance(area, Circle):
            return self.point is not None and miles(area.center, self.point) <= area.radius_miles
        if isinstance(area, Box):
            return self.point is not None and area.contains(self.point)
        if area.counties:
            return self.clinic.location.county in area.counties
        return self.clinic.address.state in area.states

    def is_candidate(self, query: Query) -> bool:
        """Satisfies everything but the facets."""
        if query.state_level_only and self.clinic.location.precision != "state":
            return False
        if query.words and not any(word in self.weights for word in query.words):
            return False
        if any(code in self.offers[facet] for facet, codes in query.without.items() for code in codes):
            return False
        return self.lies_in(query.area) or bool(self.serves.intersection(query.serves))

    def fails(self, query: Query) -> set[str]:
        """The facets whose choices it does not satisfy."""
        return {
            facet
            for facet, chosen in query.facets.items()
            if self.offers[facet].isdisjoint(chosen)
            and not (query.include_unstated and facet not in self.stated)
        }

    def hit(self, query: Query) -> Hit:
        via: Via = "distance" if query.origin and isinstance(query.area, Circle | Box) else "area"
        if not self.lies_in(query.area):
            via = "telehealth"
        elif self.point is None:
            via = "state"
        elif query.area is None:
            via = "everywhere"
        near = query.origin is not None and self.point is not None and via != "telehealth"
        return Hit(
            clinic=self.clinic,
            distance_miles=miles(query.origin, self.point) if near else None,
            via=via,
            unstated=tuple(facet for facet in query.facets if facet not in self.stated),
            matched_words=tuple(word for word in query.words if word in self.weights),
        )

    def order(self, query: Query) -> tuple[object, ...]:
        hit = self.hit(query)
        matched = (-len(hit.matched_words), -sum(self.weights[word] for word in hit.matched_words))
        last = listing_key(self.clinic)
        if hit.distance_miles is not None:
            last = (hit.distance_miles, self.clinic.id)
        price = session_price_usd(self.clinic)
        first: dict[str, tuple[float, ...]] = {
            "match": matched,
            "recent": (-last_checked(self.clinic).toordinal(),),
            "price": (inf if price is None else price,),
        }
        group = {"telehealth": 1, "state": 2}.get(hit.via, 0)
        return (len(hit.unstated), first.get(query.sort, ()), group, last)


def cell(clinics: list[Clinic]) -> Cell:
    points = [clinic.location.point for clinic in clinics]
    middle = Point(
        lat=sum(point.lat for point in points) / len(points),
        lng=sum(point.lng for point in points) / len(points),
    )
    together = len(set(points)) == 1
    named = sorted(clinics, key=lambda clinic: clinic.id)[:MAX_AT_A_POINT] if together else []
    return Cell(count=len(clinics), middle=points[0] if together else middle, clinics=tuple(named))


def match(text: str, start: str) -> list[int]:
    """[0] when the start begins with the text, [1] when it does after one edit, [] otherwise."""
    if start.startswith(text):
        return [0]
    if len(text) < SHORTEST_EDITED or text[0] != start[0]:
        return []
    near = (OSA.distance(text[1:], start[1:end]) == 1 for end in range(1, len(start) + 1))
    return [1] if any(near) else []


class BruteForce:
    """A SearchEngine of lists and loops."""

    def __init__(self, clinics: Iterable[Clinic] = ()) -> None:
        self.rebuild(clinics)

    def rebuild(self, clinics: Iterable[Clinic]) -> int:
        rows = sorted(map(Row, clinics), key=lambda row: row.clinic.id)
        if len({row.clinic.id for row in rows}) < len(rows):
            raise DataError("clinics", "two clinics have one id")
        self.rows = rows
        return len(rows)

    def search(self, query: Query) -> Results:
        candidates = [(row, row.fails(query)) for row in self.rows if row.is_candidate(query)]
        found = sorted((row for row, fails in candidates if not fails), key=lambda row: row.order(query))
        counts = {}
        for code, facet in FACETS.items():
            over = [row for row, fails in candidates if fails <= {code}]
            offers = {offer: sum(offer in row.offers[code] for row in over) for offer in facet.offers}
            counts[code] = FacetCount(offers=offers, not_stated=sum(code not in row.stated for row in over))
        page = found[(query.page - 1) * query.size : query.page * query.size]
        hits = tuple(row.hit(query) for row in page)
        return Results(query=query, hits=hits, total=len(found), counts=counts, version=self.version())

    def count(self, query: Query) -> int:
        return sum(row.is_candidate(query) and not row.fails(query) for row in self.rows)

    def grid(self, query: Query, window: Box, besides: Iterable[str], zoom: int) -> Grid:
        skipped = set(besides)
        placed = [
            row.clinic
            for row in self.rows
            if row.point is not None
            and row.is_candidate(query)
            and row.lies_in(query.area)
            and not row.fails(query)
            and window.contains(row.point)
            and row.clinic.id not in skipped
        ]
        while True:
            squares: dict[tuple[int, int], list[Clinic]] = {}
            for clinic in placed:
                squares.setdefault(square_of(clinic.location.point, zoom), []).append(clinic)
            if len(squares) <= MAX_CELLS:
                break
            zoom -= 1
        cells = tuple(cell(clinics) for _, clinics in sorted(squares.items()))
        return Grid(zoom=zoom, cells=cells)

    def get(self, clinic_id: str) -> Clinic:
        clinics = [row.clinic for row in self.rows]
        for clinic in clinics:
            if clinic.id == clinic_id:
                return clinic
        for clinic in clinics:
            if clinic_id in clinic.former_ids:
                return clinic
        raise ClinicNotFound("no clinic has this id")

    def suggest(self, typed: str, limit: int) -> tuple[Suggested, ...]:
        text = typed_start(typed)
        if not text:
            return ()
        found = []
        for clinic in (row.clinic for row in self.rows):
            starts = enumerate(name_starts(clinic.name))
            ways = [(kind, at > 0) for at, start in starts for kind in match(text, start)]
            if ways:
                found.append((min(ways), fold(clinic.name), clinic.id, clinic))
        hits = sorted(found, key=lambda hit: hit[:3])[:limit]
        return tuple(
            Suggested(
                id=clinic.id,
                name=clinic.name,
                city=clinic.address.city,
                state=clinic.address.state,
                kind=("prefix", "edit")[kind],
            )
            for (kind, _), _, _, clinic in hits
        )

    def check(self) -> str:
        return f"{len(self.rows)} clinics"

    def version(self) -> str:
        return "brute force"
