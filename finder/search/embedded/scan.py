"""A query over one snapshot: sets of bits for what is found, arrays for the order."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from finder.facets import FACETS
from finder.geo import Box, box_around
from finder.search.embedded.bits import Bits, Docs, any_of, count, counts, docs_of, everything, pack, unpack
from finder.search.embedded.columns import OFFERS
from finder.search.embedded.distance import Floats, miles_to
from finder.search.embedded.snapshot import Snapshot
from finder.search.query import Circle, FacetCount, Query, Region, Via

_ROWS: Final = {pair: row for row, pair in enumerate(OFFERS)}
_ROWS_OF: Final = {
    code: slice(_ROWS[code, facet.offers[0]], _ROWS[code, facet.offers[-1]] + 1)
    for code, facet in FACETS.items()
}
_STATED_ROWS: Final = {code: row for row, code in enumerate(FACETS)}
_HALF_A_THOUSANDTH: Final = 0.001
"""Rounding may put a clinic on the circle that stands this little outside (in miles, generously)."""

PLACED, TELEHEALTH, STATE_ONLY = 0, 1, 2
"""The groups of the order."""


@dataclass(frozen=True, eq=False)
class Found:
    """What satisfies a query, condition by condition."""

    inside: Bits
    """In the area itself (or there is none)."""
    candidates: Bits
    """In the area or via telehealth, with a word, and nothing left out: everything but the facets."""
    passes: dict[str, Bits]
    """For each chosen facet, the clinics that it lets through."""
    words_matched: npt.NDArray[np.int64]
    weight_matched: npt.NDArray[np.int64]

    def all_but(self, facet: str = "") -> Bits:
        """What satisfies everything, or everything but one facet's choices."""
        left = self.candidates
        for code, passing in self.passes.items():
            if code != facet:
                left = left & passing
        return left


def find(snapshot: Snapshot, query: Query) -> Found:
    """Evaluate every condition of the query."""
    inside = _inside(snapshot, query)
    candidates = inside | any_of(snapshot.columns.serves[_state_rows(snapshot, query.serves)])
    if query.state_level_only:
        candidates = candidates & snapshot.columns.state_level[0]
    for facet, codes in query.without.items():
        candidates = candidates & ~_offering(snapshot, facet, codes)
    words, weight = _match_words(snapshot, query)
    if query.words:
        candidates = candidates & pack(words > 0)
    passes = {facet: _passing(snapshot, query, facet) for facet in query.facets}
    return Found(inside, candidates, passes, words, weight)


def facet_counts(snapshot: Snapshot, found: Found) -> dict[str, FacetCount]:
    """The counts of every facet, each over what satisfies everything but its own choices."""
    result: dict[str, FacetCount] = {}
    whole = found.all_but()
    for code, facet in FACETS.items():
        over = found.all_but(code) if code in found.passes else whole
        offered = counts(snapshot.columns.offers[_ROWS_OF[code]] & over)
        stated = count(snapshot.columns.stated[_STATED_ROWS[code]] & over)
        result[code] = FacetCount.model_construct(
            offers=dict(zip(facet.offers, offered, strict=True)), not_stated=count(over) - stated
        )
    return result


@dataclass(frozen=True, eq=False)
class Ordered:
    """The found clinics in the order that Query documents."""

    docs: Docs
    group: npt.NDArray[np.int8]
    miles: Floats
    """NaN where there is no distance."""


def ordered(snapshot: Snapshot, query: Query, found: Found) -> Ordered:
    """Put all that was found into order."""
    columns, size = snapshot.columns, snapshot.size
    docs = docs_of(found.all_but(), size)
    group = np.zeros(len(docs), dtype=np.int8)
    group[unpack(columns.state_level[0], size)[docs]] = STATE_ONLY
    group[~unpack(found.inside, size)[docs]] = TELEHEALTH
    miles = np.full(len(docs), np.nan)
    placed = group == PLACED
    if query.origin is not None:
        miles[placed] = miles_to(query.origin, columns.lat[docs[placed]], columns.lng[docs[placed]])
    by_distance = ~np.isnan(miles)
    keys: list[npt.NDArray[Any]] = [
        np.where(by_distance, columns.id_rank[docs], columns.listing_rank[docs]),
        np.where(by_distance, miles, 0.0),
        group,
    ]
    if query.sort == "match" and query.words:
        keys += [-found.weight_matched[docs], -found.words_matched[docs]]
    elif query.sort == "recent":
        keys.append(-columns.checked[docs])
    elif query.sort == "price":
        keys.append(columns.price[docs])
    if query.include_unstated and query.facets:
        silent = [~unpack(columns.stated[_STATED_ROWS[facet]], size)[docs] for facet in query.facets]
        keys.append(np.sum(silent, axis=0))
    order = np.lexsort(keys)
    return Ordered(docs[order], group[order], miles[order])


def via(query: Query, group: int) -> Via:
    """Why a clinic of this group was found."""
    if group != PLACED:
        return "telehealth" if group == TELEHEALTH else "state"
    if query.area is None:
        return "everywhere"
    return "distance" if query.origin is not None and isinstance(query.area, Circle | Box) else "area"


def unstated(snapshot: Snapshot, query: Query, doc: int) -> tuple[str, ...]:
    """The chosen facets about which a clinic states nothing."""
    word, bit = divmod(doc, 64)
    return tuple(
        facet
        for facet in query.facets
        if not int(snapshot.columns.stated[_STATED_ROWS[facet], word]) >> bit & 1
    )


def _inside(snapshot: Snapshot, query: Query) -> Bits:
    columns, area = snapshot.columns, query.area
    if area is None:
        return everything(snapshot.size)
    if isinstance(area, Region):
        if area.counties:
            return pack(np.isin(columns.county, [int(county) for county in area.counties]))
        return any_of(columns.in_state[_state_rows(snapshot, area.states)])
    if isinstance(area, Box):
        return pack(in_box(snapshot, area))
    near = np.flatnonzero(in_box(snapshot, box_around(area.center, area.radius_miles + _HALF_A_THOUSANDTH)))
    mask = np.zeros(snapshot.size, dtype=np.bool_)
    mask[near] = miles_to(area.center, columns.lat[near], columns.lng[near]) <= area.radius_miles
    return pack(mask)


def in_box(snapshot: Snapshot, box: Box) -> npt.NDArray[np.bool_]:
    """Which clinics stand in a box; its edges count, and it may cross the 180th meridian."""
    lat, lng = snapshot.columns.lat, snapshot.columns.lng
    between: npt.NDArray[np.bool_] = (lat >= box.south) & (lat <= box.north)
    if box.west <= box.east:
        return between & (lng >= box.west) & (lng <= box.east)
    return between & ((lng >= box.west) | (lng <= box.east))


def _state_rows(snapshot: Snapshot, states: tuple[str, ...]) -> list[int]:
    known = snapshot.manifest.states
    return [known.index(state) for state in states if state in known]


def _match_words(snapshot: Snapshot, query: Query) -> tuple[Any, Any]:
    words = np.zeros(snapshot.size, dtype=np.int64)
    weight = np.zeros(snapshot.size, dtype=np.int64)
    for word in query.words:
        docs, weights = snapshot.word(word)
        words[docs] += 1
        weight[docs] += weights
    return words, weight


def _passing(snapshot: Snapshot, query: Query, facet: str) -> Bits:
    columns = snapshot.columns
    passing = _offering(snapshot, facet, query.facets[facet])
    if query.include_unstated:
        passing = passing | ~columns.stated[_STATED_ROWS[facet]]
    return passing


def _offering(snapshot: Snapshot, facet: str, codes: tuple[str, ...]) -> Bits:
    """The clinics that offer any of these codes."""
    return any_of(snapshot.columns.offers[[_ROWS[facet, code] for code in codes]])
