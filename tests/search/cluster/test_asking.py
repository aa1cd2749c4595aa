"""The conversations, against answers written by hand: what is asked next, and what is refused."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from finder.errors import ClinicNotFound, EngineError
from finder.geo import Box, Point, miles
from finder.search.cluster import asking, squares, suggesting
from finder.search.cluster.documents import document
from finder.search.cluster.pages import List, page_of
from finder.search.cluster.scope import METERS_PER_MILE
from finder.search.cluster.squares import Frame
from finder.search.query import Query
from tests.factories import make_clinic, make_location, make_place, state_only

NEAR = Query(place=make_place(), radius_miles=50, size=2)
CENTER = make_place().point
EVERYWHERE = Box(south=-90, west=-180, north=90, east=180)


class Server:
    """Gives the prepared answers, one for each search, and keeps what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers: Iterator[Any] = iter(answers)
        self.asked: list[Any] = []

    def __call__(self, bodies: Sequence[Any]) -> list[Any]:
        self.asked.append(list(bodies))
        return [next(self.answers) for _ in bodies]


def answer(*hits: Any, total: int = 0, edge: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "timed_out": False,
        "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": total or len(hits), "relation": "eq"}, "hits": list(hits)},
        "aggregations": {"others": {"buckets": []}, "edge": {"buckets": [{"doc_count": edge}]}},
        **changes,
    }


def hit(id: str, lat: float | None = 35.6009, lng: float = -82.554, off_miles: float = 0.0) -> dict[str, Any]:
    location = state_only() if lat is None else make_location(lat, lng)
    clinic = make_clinic(id, location=location)
    fields = document(clinic)
    there = "Infinity" if lat is None else miles(CENTER, Point(lat=lat, lng=lng)) + off_miles
    return {
        "_id": id,
        "_source": {"record": fields["record"], "facets": fields["facets"], "lat": lat, "lng": lng},
        "sort": [there if lat is None else there * METERS_PER_MILE, fields["tie"]],
    }


def found(server: Server, query: Query = NEAR) -> list[str]:
    return [hit.clinic.id for hit in asking.search(server, query, "v1").hits]


def test_one_request_is_enough_when_nothing_is_in_doubt() -> None:
    server = Server(answer(hit("a"), hit("b", 35.7), hit("c", 35.8), hit("d", 35.9), total=9))
    results = asking.search(server, NEAR, "v1")
    assert [hit.clinic.id for hit in results.hits] == ["a", "b"]
    assert (results.total, results.version, len(server.asked)) == (9, "v1", 1)


def test_equal_distances_go_by_id_though_elasticsearch_sees_centimeters() -> None:
    assert found(Server(answer(hit("b", 35.7), hit("a", 35.7, off_miles=0.00001)))) == ["a", "b"]


def test_ties_over_the_edge_of_what_was_read_are_read_to_their_end() -> None:
    tie = [hit(id, 35.7) for id in "zyxw"]
    whole = [*tie, hit("a", 35.7), hit("v", 35.8)]
    records = answer(hit("a", 35.7), hit("w", 35.7))
    server = Server(answer(*tie), answer(*whole), records)
    assert found(server) == ["a", "w"]
    assert [body["size"] for [body] in server.asked] == [4, 66, 2]
    assert server.asked[1][0]["_source"] is False


def test_ties_before_the_page_are_read_from_their_beginning() -> None:
    query = NEAR.changed(page=4)
    tie = [hit(id, 35.7) for id in "nmlkji"]
    first = hit("p", 35.6)
    server = Server(
        answer(*tie), answer(first, *[hit(id, 35.7) for id in "utsrqponmlkji"]), answer(hit("n"), hit("o"))
    )
    assert found(server, query) == ["n", "o"]
    assert [(body["from"], body["size"]) for [body] in server.asked[:2]] == [(4, 6), (0, 72)]


def test_ties_without_end_are_cut_as_they_came_with_every_distance_right() -> None:
    """More clinics at one distance than are ever read: only their order among themselves is open."""
    wanted = List(NEAR, margin=9_000, records=False)
    there = [hit(f"c-{number:05}", 35.7) for number in range(wanted.window.size, 0, -1)]
    page = page_of(wanted, [answer(*there)], is_last_try=True)
    assert page is not None
    assert {row.distance_miles for row in page} == {miles(CENTER, Point(lat=35.7, lng=-82.554))}
    assert page_of(wanted, [answer(*there)], is_last_try=False) is None


def test_a_page_that_ends_the_list_needs_nothing_beyond_it() -> None:
    server = Server(answer(hit("b"), hit("a"), hit("c")))
    assert found(server) == ["a", "b"]
    assert len(server.asked) == 1


def test_clinics_without_a_point_stand_behind_in_the_order_of_their_listing() -> None:
    server = Server(answer(hit("a"), hit("b", None), hit("c", None), hit("d", None)))
    assert found(server) == ["a", "b"]


def test_a_clinic_on_the_edge_is_measured_and_left_out_when_it_is_outside() -> None:
    out = {"_id": "out", "fields": {"lat": [36.4], "lng": [-82.554]}}
    just_in = {"_id": "in", "fields": {"lat": [35.7], "lng": [-82.554]}}
    server = Server(answer(hit("a"), edge=2), answer(out, just_in), answer(hit("a")))
    assert found(server) == ["a"]
    assert {"terms": {"id": ["out"]}} in server.asked[2][0]["query"]["bool"]["filter"][1]["bool"]["must_not"]
    assert "edge" not in server.asked[2][0]["aggs"]
    assert asking.counts(Server(answer(edge=1), answer(out), answer(total=7)), [NEAR]) == (7,)


def test_counts_are_asked_together_and_none_are_not_asked_at_all() -> None:
    server = Server(answer(total=3), answer(total=5))
    assert asking.counts(server, [NEAR, NEAR.changed(radius_miles=100)]) == (3, 5)
    assert len(server.asked) == 1
    assert asking.counts(Server(), []) == ()


def test_telehealth_is_a_second_list_in_the_same_request() -> None:
    query = NEAR.changed(facets={"modality": ("at_home_telehealth",)})
    tally = answer(total=3)
    tally["aggregations"]["modality"] = {"buckets": []}
    far = hit("far", 20.0)
    far["sort"] = ["asheville\texample clinic\tfar"]
    server = Server(tally, answer(hit("near")), answer(far))
    results = asking.search(server, query, "v1")
    assert [(hit.clinic.id, hit.via, hit.distance_miles) for hit in results.hits] == [
        ("near", "distance", 0.0),
        ("far", "telehealth", None),
    ]
    assert [len(bodies) for bodies in server.asked] == [3]


def test_an_export_goes_on_after_the_last_id_until_nothing_comes() -> None:
    server = Server(answer(hit("a"), hit("b")), answer(hit("c")), answer())
    assert [clinic.id for clinic in asking.export(server)] == ["a", "b", "c"]
    assert [body.get("search_after") for [body] in server.asked] == [None, ["b"], ["c"]]


def test_an_id_that_nobody_has_is_not_found() -> None:
    with pytest.raises(ClinicNotFound):
        asking.get(Server(answer()), "nobody")
    with pytest.raises(ClinicNotFound):
        asking.get(Server(), "\ud800")
    assert asking.get(Server(answer(hit("a"))), "a").id == "a"


PARTIAL = {
    "error": {"error": {"type": "search_phase_execution_exception"}, "status": 503},
    "timed out": {"timed_out": True},
    "ended early": {"terminated_early": True},
    "a shard failed": {"_shards": {"total": 3, "successful": 2, "failed": 1}},
    "a shard is missing": {"_shards": {"total": 3, "successful": 2, "failed": 0}},
    "no shards": {"_shards": None},
    "no hits": {"hits": None},
    "no total": {"hits": {"hits": []}},
    "a lower bound": {"hits": {"total": {"value": 10_000, "relation": "gte"}, "hits": []}},
    "no counts": {"aggregations": {}},
    "counts of another shape": {"aggregations": {"others": {"buckets": [3]}}},
    "a hit without sort values": {"hits": {"total": {"value": 1, "relation": "eq"}, "hits": [{"_id": "a"}]}},
    "a record that is none": {
        "hits": {
            "total": {"value": 1, "relation": "eq"},
            "hits": [{**hit("a"), "_source": {"record": "{}"}}],
        }
    },
}


@pytest.mark.parametrize("damage", PARTIAL)
def test_half_an_answer_is_an_error_and_never_a_smaller_number(damage: str) -> None:
    with pytest.raises(EngineError):
        asking.search(Server(answer(hit("a"), **PARTIAL[damage])), NEAR, "v1")


@pytest.mark.parametrize("broken", [None, [], "x", 3, {}])
def test_what_is_no_answer_is_an_error(broken: Any) -> None:
    with pytest.raises(EngineError):
        asking.search(Server(broken), NEAR, "v1")


def test_a_search_without_an_answer_is_an_error() -> None:
    with pytest.raises(EngineError):
        asking.counts(lambda bodies: [], [NEAR])


def square(key: str, count: int, lat: float, lng: float) -> dict[str, Any]:
    def one(value: float) -> dict[str, float]:
        return {"min": value, "max": value, "avg": value}

    return {"key": key, "doc_count": count, "lat": one(lat), "lng": one(lng)}


def test_squares_without_what_stands_in_them_are_an_error() -> None:
    with pytest.raises(EngineError):
        squares.grid(Server(answer()), Query(), Frame(EVERYWHERE, (), 4))
    counted = answer(aggregations={"4": {"buckets": [square("4/3/4", 1, 35.6009, -82.554)]}})
    with pytest.raises(EngineError):
        squares.grid(Server(counted, answer()), Query(), Frame(EVERYWHERE, (), 4))
    grid = squares.grid(Server(counted, answer(hit("a"))), Query(), Frame(EVERYWHERE, (), 4))
    assert [clinic.id for clinic in grid.cells[0].clinics] == ["a"]


def test_a_text_without_a_letter_is_not_asked_for() -> None:
    assert suggesting.suggest(Server(), " - ", 8) == ()
    with pytest.raises(EngineError):
        suggesting.suggest(Server(answer({"_source": {}})), "asp", 8)
