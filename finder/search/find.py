"""Ask the engine; on a short answer, add counted ways out. Never a dead end."""

from typing import Final

from finder.search.engine import SearchEngine
from finder.search.query import Hit, Noun, Query, Results
from finder.search.ways_out import WayOut, ways_out

__all__ = ["Answer", "WayOut", "find"]

NEAREST: Final = 3
_FARTHEST_MILES: Final = 500.0


class Answer(Noun):
    """What a page, the API and the command line show for one query."""

    results: Results
    ways_out: tuple[WayOut, ...] = ()
    nearest: tuple[Hit, ...] = ()
    """When nothing was found near a spot: the three nearest clinics that satisfy the rest."""


def find(engine: SearchEngine, query: Query) -> Answer:
    """The answer to a query, with ways out. EngineError when the engine cannot answer."""
    results = engine.search(query)
    return Answer(
        results=results,
        ways_out=ways_out(engine, query, results.total),
        nearest=_nearest(engine, query) if results.total == 0 else (),
    )


def _nearest(engine: SearchEngine, query: Query) -> tuple[Hit, ...]:
    """The nearest clinics that have one of the words and state what is asked for; none from a whole
    state or a map box.
    """
    if query.origin is None or query.box is not None:
        return ()
    wide = query.changed(radius_miles=_FARTHEST_MILES, include_unstated=False, sort="nearest", size=NEAREST)
    return tuple(hit for hit in engine.search(wide).hits if hit.distance_miles is not None)
