"""The reference engine: the docstring of Query, word for word, in plain loops over clinics."""

from collections.abc import Iterable

from finder.errors import ClinicNotFound, DataError
from finder.facets import FACETS
from finder.geo import Box, miles
from finder.model import Clinic
from finder.search.query import Area, Circle, FacetCount, Hit, Query, Results, Via
from finder.search.words import listing_key, word_weights


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
        group = {"telehealth": 1, "state": 2}.get(hit.via, 0)
        return (len(hit.unstated), matched if query.sort == "match" else (), group, last)


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

    def get(self, clinic_id: str) -> Clinic:
        clinics = [row.clinic for row in self.rows]
        for clinic in clinics:
            if clinic.id == clinic_id:
                return clinic
        for clinic in clinics:
            if clinic_id in clinic.former_ids:
                return clinic
        raise ClinicNotFound("no clinic has this id")

    def check(self) -> str:
        return f"{len(self.rows)} clinics"

    def version(self) -> str:
        return "brute force"
