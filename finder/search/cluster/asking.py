"""The conversations behind a search: mostly one request, a few more where centimeters or ties decide."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from finder.errors import ClinicNotFound, EngineError
from finder.model import Clinic
from finder.search.cluster import bodies
from finder.search.cluster.answers import (
    clinic_of,
    hit_of,
    hits_of,
    is_in_doubt,
    outside_of,
    total_of,
)
from finder.search.cluster.counts import counts_of
from finder.search.cluster.pages import List, page_of
from finder.search.cluster.scope import Body, Scope
from finder.search.cluster.transport import whole
from finder.search.query import Circle, Query, Results

T = TypeVar("T")
Ask = Callable[[Sequence[Body]], Sequence[Body]]
"""Sends search bodies, all to one index; their answers, in order. Raises EngineError."""

MARGINS: Final = (2, 64, 1_000, 9_000)
"""How many clinics are read beyond the page, until those that tie with its edge are all there."""


def search(ask: Ask, query: Query, version: str) -> Results:
    """One page of the clinics that satisfy the query, with its counts."""
    return reading(lambda: _search(ask, query, version))


def counts(ask: Ask, queries: Sequence[Query]) -> tuple[int, ...]:
    """The total of each query, all in one request."""
    return reading(lambda: _counts(ask, queries))


def get(ask: Ask, clinic_id: str) -> Clinic:
    """The clinic with this id, or the one that formerly had it; ClinicNotFound otherwise."""
    if not clinic_id.isascii():
        raise ClinicNotFound("no clinic has this id")
    found = reading(lambda: [clinic_of(hit) for hit in hits_of(asked(ask, [bodies.get_body(clinic_id)])[0])])
    if not found:
        raise ClinicNotFound("no clinic has this id")
    return found[0]


def export(ask: Ask, query: Query | None = None) -> Iterator[Clinic]:
    """Every clinic, or every clinic of a query, by id. `ask` must read one point in time throughout."""
    after = None
    scope = settled(ask, Query() if query is None else query)
    while hits := hits_of(asked(ask, [bodies.export_body(scope, after)])[0]):
        for hit in hits:
            yield clinic_of(hit)
        after = hits[-1]["_id"]


def asked(ask: Ask, searches: Sequence[Body]) -> list[Body]:
    """The answers, each of them whole; EngineError otherwise."""
    answers = ask(searches)
    if len(answers) != len(searches):
        raise EngineError("Elasticsearch left a search without an answer")
    return [whole(answer) for answer in answers]


def settled(ask: Ask, query: Query) -> Scope:
    """The query with those known that stand on the edge of its circle."""
    if not isinstance(query.area, Circle):
        return Scope(query)
    return Scope(query, outside_of(query.area, asked(ask, [bodies.edge_body(query.area)])[0]))


def _search(ask: Ask, query: Query, version: str) -> Results:
    scope, margins = Scope(query), iter(MARGINS)
    margin, records = next(margins), True
    while True:
        wanted = List(query, margin, records)
        head = [bodies.tally_body(scope)] if len(wanted.parts) > 1 else []
        answers = asked(ask, [*head, *wanted.bodies(scope)])
        if scope.outsiders is None and is_in_doubt(answers[0]):
            scope = settled(ask, query)
            continue
        margin = next(margins, 0)
        rows = page_of(wanted, answers[len(head) :], is_last_try=not margin)
        if rows is not None:
            break
        records = False
    found = {row.id: row.hit for row in rows}
    if rows and not wanted.with_records:
        [answer] = asked(ask, [bodies.records_body(scope, list(found))])
        found = {hit["_id"]: hit for hit in hits_of(answer)}
    return Results.model_construct(
        query=query,
        hits=tuple(hit_of(query, row, found[row.id]) for row in rows),
        total=total_of(answers[0]),
        counts=counts_of(scope, answers[0]["aggregations"]),
        version=version,
    )


def _counts(ask: Ask, queries: Sequence[Query]) -> tuple[int, ...]:
    scopes = [Scope(query) for query in queries]
    answers = asked(ask, [bodies.count_body(scope) for scope in scopes]) if scopes else []
    totals = []
    for query, answer in zip(queries, answers, strict=True):
        known = answer
        if is_in_doubt(answer):
            [known] = asked(ask, [bodies.count_body(settled(ask, query))])
        totals.append(total_of(known))
    return tuple(totals)


def reading(read: Callable[[], T]) -> T:
    """What was read; an answer without the expected parts is an EngineError."""
    try:
        return read()
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise EngineError("Elasticsearch gave an answer that cannot be read") from error
