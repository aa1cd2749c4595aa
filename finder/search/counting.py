"""Counts that are asked for together, where an engine answers many in one request."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from finder.search.engine import SearchEngine
from finder.search.query import Query

Count = Callable[[Query], int]


@runtime_checkable
class CountsTogether(Protocol):
    """An engine on the other side of a network."""

    def counts(self, queries: Sequence[Query]) -> tuple[int, ...]:
        """The total of each query, in one request."""
        ...


def count_with(engine: SearchEngine, foreseen: Iterable[Query]) -> Count:
    """How to count queries: those foreseen all at once if the engine does that, else each when asked."""
    if not isinstance(engine, CountsTogether):
        return engine.count
    queries = {query.model_dump_json(): query for query in foreseen}
    known = dict(zip(queries, engine.counts(tuple(queries.values())), strict=True))

    def count(query: Query) -> int:
        total = known.get(query.model_dump_json())
        return engine.count(query) if total is None else total

    return count
