"""What is kept of the clinics on their way into an index, to ask about them afterwards."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from statistics import median_low
from typing import Any, Final

from finder.facets import FACETS
from finder.geo import Box, Point
from finder.model import Clinic
from finder.search.cluster.documents import offer_term, silence_term
from finder.search.query import FacetCount

EVERYWHERE: Final = Box(south=-90.0, west=-180.0, north=90.0, east=180.0)
NOWHERE: Final = Box(south=90.0, west=0.0, north=-90.0, east=0.0)
_SIDES: Final = (("south", "north", "lat"), ("west", "east", "lng"))


class Sample:
    """At most so many clinics: every one that was seen or, of more, every one in a part of the map."""

    def __init__(self, most: int) -> None:
        """Nothing seen yet."""
        self.clinics: list[Clinic] = []
        self.box: Box | None = None
        """The part of the map; None while these are all. NOWHERE when too many share one point."""
        self._most = most

    def see(self, clinic: Clinic) -> None:
        """Keep it, if it stands in the box, which is made smaller when that is one too many."""
        if self.box is not None and not _is_in(clinic, self.box):
            return
        self.clinics.append(clinic)
        if self.box is None and len(self.clinics) > self._most:
            self._keep(EVERYWHERE)
        while self.box is not None and len(self.clinics) > self._most:
            self._keep(_half(self.box, self.clinics))

    def _keep(self, box: Box) -> None:
        self.box = box
        self.clinics = [clinic for clinic in self.clinics if _is_in(clinic, box)]


class Tally:
    """What is counted over all clinics, however many."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.total = 0
        self._terms: Counter[str] = Counter()

    def add(self, document: Mapping[str, Any]) -> None:
        """One more clinic, by its document."""
        self.total += 1
        self._terms.update(document["facets"])

    def counts(self) -> dict[str, FacetCount]:
        """What a search that takes all of them must count."""
        return {
            code: FacetCount(
                offers={offer: self._terms[offer_term(code, offer)] for offer in facet.offers},
                not_stated=self._terms[silence_term(code)],
            )
            for code, facet in FACETS.items()
        }


def _half(box: Box, clinics: list[Clinic]) -> Box:
    """Of the two parts of the box with about half of its clinics each, cut across its longer side, the
    one with more points: a crowd at one point cannot be cut.
    """
    points = {point for clinic in clinics if (point := clinic.location.point) is not None}
    low, high, axis = max(_SIDES, key=lambda side: _extent(points, side[2]))
    values = sorted(getattr(clinic.location.point, axis) for clinic in clinics)
    if values[0] == values[-1]:
        return NOWHERE
    below, above = _middle(values)
    lower, upper = box.model_copy(update={high: below}), box.model_copy(update={low: above})
    return max(lower, upper, key=lambda part: sum(map(part.contains, points)))


def _extent(points: set[Point], axis: str) -> float:
    values: list[float] = [getattr(point, axis) for point in points]
    return max(values) - min(values)


def _middle(values: list[float]) -> tuple[float, float]:
    """Two neighbors among the values, about half of all on each side."""
    distinct = sorted(set(values))
    at = min(bisect_right(distinct, median_low(values)), len(distinct) - 1)
    return distinct[at - 1], distinct[at]


def _is_in(clinic: Clinic, box: Box) -> bool:
    point = clinic.location.point
    return point is not None and box.contains(point)
