"""Ask the engine; look further around a spot where few clinics are; on a short answer, add counted
ways out. Never a dead end.
"""

from typing import Final

from finder.search.engine import SearchEngine
from finder.search.query import MAX_DEPTH, Hit, Noun, Query, Region, Results
from finder.search.ways_out import AT_HOME, LADDER_MILES, SHORT, WayOut, ways_out

__all__ = ["Answer", "Telehealth", "WayOut", "find"]

NEAREST: Final = 3
TELEHEALTH: Final = 3
_FARTHEST_MILES: Final = 500.0


class Telehealth(Noun):
    """Clinics elsewhere that treat at home in the place's state: a section of its own."""

    hits: tuple[Hit, ...]
    """One to three, each via "telehealth", none of them in the list or among the nearest."""
    total: int
    """How many clinics `query` finds: all that treat at home here, those of the list too."""
    query: Query
    """The same question for treatment at home instead of the chosen treatments."""


class Answer(Noun):
    """What a page, the API and the command line show for one query."""

    results: Results
    """Its query carries the radius that was used."""
    unmatched_words: tuple[str, ...] = ()
    """Words that no clinic has: the results are those of the query without them."""
    widened_from_miles: float | None = None
    """The default radius, when it found too few and a wider one was used."""
    ways_out: tuple[WayOut, ...] = ()
    nearest: tuple[Hit, ...] = ()
    """When nothing was found near a spot: the three nearest clinics that satisfy the rest."""
    telehealth: Telehealth | None = None
    """None when telehealth was asked for, and when no clinic elsewhere serves the state."""


def find(engine: SearchEngine, query: Query, *, widen: bool = False, drop_unmatched: bool = False) -> Answer:
    """The answer to a query, with ways out. EngineError when the engine cannot answer.

    With `widen`, fewer than three clinics around a spot make the circle grow: to the first of 50,
    100 and 200 miles that holds three, else to the smallest that holds the most. Ask for it only
    when nobody chose the radius. With `drop_unmatched`, words that no clinic has are left out when a
    place or a choice remains to search by.
    """
    used = _widened(engine, query) if widen else query
    results = engine.search(used)
    has_more = query.place is not None or bool(query.facets)
    unmatched = query.words if drop_unmatched and results.total == 0 and has_more else ()
    if unmatched:
        wordless = query.without_words()
        used = _widened(engine, wordless) if widen else wordless
        results = engine.search(used)
    nearest = _nearest(engine, used) if results.total == 0 else ()
    telehealth = _telehealth(engine, results, {hit.clinic.id for hit in nearest})
    return Answer(
        results=results,
        unmatched_words=unmatched,
        widened_from_miles=None if used.radius_miles == query.radius_miles else query.radius_miles,
        ways_out=ways_out(engine, used, results.total, telehealth_is_shown=telehealth is not None),
        nearest=nearest,
        telehealth=telehealth,
    )


def _widened(engine: SearchEngine, query: Query) -> Query:
    """The query with the radius that finds enough; a query without a circle around a spot as it is."""
    place, radius = query.place, query.radius_miles
    if place is None or place.is_area or radius is None or query.box is not None or query.state_level_only:
        return query
    best, most = query, engine.count(query)
    for wider in LADDER_MILES:
        if most >= SHORT:
            break
        if wider > radius:
            circle = query.changed(radius_miles=wider, page=query.page)
            count = engine.count(circle)
            if count > most:
                best, most = circle, count
    return best


def _nearest(engine: SearchEngine, query: Query) -> tuple[Hit, ...]:
    """The nearest clinics that have one of the words and state what is asked for; none from a whole
    state or a map box.
    """
    if query.origin is None or query.box is not None:
        return ()
    wide = query.changed(radius_miles=_FARTHEST_MILES, include_unstated=False, sort="nearest", size=NEAREST)
    return tuple(hit for hit in engine.search(wide).hits if hit.distance_miles is not None)


def _telehealth(engine: SearchEngine, results: Results, shown: set[str]) -> Telehealth | None:
    query = results.query
    if query.place is None or not query.place.states or query.serves or query.state_level_only:
        return None
    at_home = query.changed(facets={**query.facets, **AT_HOME}, include_unstated=False)
    total = engine.count(at_home)
    inside = _at_home_inside(engine, results) if total else 0
    if total <= inside:
        return None
    # Sorted by distance they stand after all that lie inside the area and have a place of their own.
    before = inside
    if isinstance(query.area, Region) and not query.area.counties:
        before -= engine.count(at_home.changed(state_level_only=True))
    size = TELEHEALTH + NEAREST
    first = min(before // size + 1, MAX_DEPTH // size - 1)
    ordered = at_home.changed(sort="nearest", size=size)
    listed = [hit for page in (first, first + 1) for hit in engine.search(ordered.changed(page=page)).hits]
    hits = [hit for hit in listed if hit.via == "telehealth" and hit.clinic.id not in shown]
    return Telehealth(hits=tuple(hits[:TELEHEALTH]), total=total, query=at_home) if hits else None


def _at_home_inside(engine: SearchEngine, results: Results) -> int:
    """How many clinics in the area itself treat at home and satisfy the other choices."""
    query = results.query
    if query.include_unstated:
        results = engine.search(query.changed(include_unstated=False, size=1))
    return sum(results.counts[facet].offers[code] for facet, codes in AT_HOME.items() for code in codes)
