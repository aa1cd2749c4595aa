"""Counts that are asked for together."""

from collections.abc import Sequence

from finder.search.counting import count_with
from finder.search.query import Query
from finder.search.ways_out import ways_out
from tests.factories import make_clinic, make_place
from tests.search.brute_force import BruteForce


class FarAway(BruteForce):
    """Counts many queries in one request, and keeps how often it was asked."""

    def __init__(self) -> None:
        super().__init__([make_clinic("a"), make_clinic("b", claims=[])])
        self.requests = 0

    def counts(self, queries: Sequence[Query]) -> tuple[int, ...]:
        self.requests += 1
        return tuple(super(FarAway, self).count(query) for query in queries)

    def count(self, query: Query) -> int:
        self.requests += 1
        return super().count(query)


KAP = Query(facets={"modality": ("kap",)})


def test_what_is_foreseen_is_counted_in_one_request() -> None:
    engine = FarAway()
    count = count_with(engine, [KAP, Query(), KAP])
    assert (count(KAP), count(Query()), engine.requests) == (1, 2, 1)


def test_what_was_not_foreseen_is_counted_when_asked() -> None:
    engine = FarAway()
    count = count_with(engine, [])
    assert (count(KAP), engine.requests) == (1, 2)


def test_an_engine_that_counts_one_by_one_is_asked_only_what_is_needed() -> None:
    asked: list[Query] = []

    class Near(BruteForce):
        def count(self, query: Query) -> int:
            asked.append(query)
            return super().count(query)

    assert count_with(Near([make_clinic()]), [KAP, Query()])(KAP) == 1
    assert asked == [KAP]


def test_all_ways_out_of_a_short_answer_take_one_request() -> None:
    engine = FarAway()
    query = Query(place=make_place(20, -100), radius_miles=5, words=("x",), facets=KAP.facets)
    assert ways_out(engine, query, 0)
    assert engine.requests == 1
