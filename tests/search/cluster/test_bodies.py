"""What is asked of Elasticsearch, to the letter. FINDER_TEST_UPDATE_GOLDEN=1 writes the files anew."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from finder.facets import FACETS
from finder.geo import Box, miles
from finder.search.cluster import bodies, mapping, sorting
from finder.search.cluster.bodies import Window
from finder.search.cluster.scope import Scope, edge_miles, findable, in_box
from finder.search.cluster.suggesting import suggest_body
from finder.search.query import FIELD_WEIGHTS, MAX_DEPTH, MAX_PAGE_SIZE, MAX_WORDS, Circle, Query
from tests.factories import make_place

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "FINDER_TEST_UPDATE_GOLDEN" in os.environ
KAP = {"modality": ("kap",)}
NEAR = Query(place=make_place(), radius_miles=50)
STATE = Query(place=make_place(35.5, -79.0, id="state:NC", kind="state", state="NC", states=("NC",)))
PAGE = Window(0, 22)
BODIES: dict[str, dict[str, Any]] = {
    "near": bodies.page_body(Scope(NEAR), PAGE),
    "near-page-3-kap-outdoors-cheapest": bodies.page_body(
        Scope(NEAR.changed(facets={**KAP, "nature": ("nat_walk_talk", "nat_retreat")}, sort="price")),
        Window(38, 24, records=False),
    ),
    "near-with-those-that-do-not-say-without-iv": bodies.page_body(
        Scope(NEAR.changed(facets=KAP, include_unstated=True, without={"modality": ("iv_infusion",)})), PAGE
    ),
    "words-by-match": bodies.page_body(
        Scope(NEAR.changed(words=("river", "name:x", "clinic"), sort="match")), PAGE
    ),
    "state-most-recent": bodies.page_body(Scope(STATE.changed(sort="recent")), PAGE),
    "county": bodies.page_body(Scope(Query(place=make_place(kind="county", counties=("37021",)))), PAGE),
    "box-over-the-date-line": bodies.page_body(
        Scope(Query(box=Box(south=50, west=179, north=53, east=-179))), PAGE
    ),
    "everywhere": bodies.page_body(Scope(Query()), PAGE),
    "town-not-stated": bodies.page_body(Scope(NEAR.changed(state_level_only=True)), PAGE),
    "telehealth-in-the-area": bodies.list_body(
        Scope(NEAR.changed(facets={"modality": ("at_home_telehealth",)})), "inside", PAGE
    ),
    "telehealth-elsewhere": bodies.list_body(
        Scope(NEAR.changed(facets={"modality": ("at_home_telehealth",)}), ("just-outside",)), "outside", PAGE
    ),
    "telehealth-counts": bodies.tally_body(Scope(NEAR.changed(facets={"modality": ("at_home_telehealth",)}))),
    "count": bodies.count_body(Scope(NEAR.changed(facets=KAP))),
    "edge-of-a-circle": bodies.edge_body(NEAR.area),
    "records": bodies.records_body(Scope(NEAR.changed(words=("river",))), ["a", "b"]),
    "get": bodies.get_body("example-clinic"),
    "export": bodies.export_body(Scope(Query(facets=KAP)), "example-clinic"),
    "suggest": suggest_body("aspen c", 8),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_as_it_was_reviewed(name: str) -> None:
    written = json.dumps(_shortened(BODIES[name]), indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if UPDATE:
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


def _shortened(body: Any) -> Any:
    """Without the rows of the facet table, so that a new row changes no golden file."""
    if isinstance(body, dict):
        if body.get("field") == "facets":
            return {**body, "size": "all", **({"include": "of the facet"} if "include" in body else {})}
        return {key: _shortened(part) for key, part in body.items()}
    return [_shortened(part) for part in body] if isinstance(body, list) else body


def _clauses(body: Any) -> set[str]:
    if isinstance(body, dict):
        return set(body) | {name for part in body.values() for name in _clauses(part)}
    return {name for part in body for name in _clauses(part)} if isinstance(body, list) else set()


def test_nothing_is_asked_that_the_server_core_lacks_and_no_query_language() -> None:
    asked = {name for body in BODIES.values() for name in _clauses(body)}
    for never in ("script", "script_score", "query_string", "simple_query_string", "rank_feature", "regexp"):
        assert never not in asked


def test_every_count_has_room_for_every_term_of_the_table() -> None:
    terms = sum(len(facet.offers) + 1 for facet in FACETS.values())
    body = bodies.page_body(Scope(Query()), PAGE)
    assert body["aggs"]["others"]["terms"]["size"] == terms


def test_the_sum_of_all_scores_is_a_whole_number_that_a_float_holds() -> None:
    facets = {code: facet.offers for code, facet in FACETS.items()}
    words = tuple(f"w{number}" for number in range(MAX_WORDS))
    clauses = sorting.scoring(Query(words=words, facets=facets, include_unstated=True, sort="match"))
    boosts = [clause["constant_score"]["boost"] for clause in clauses]
    assert sum(boosts) < 1 << 24
    weights = MAX_WORDS * max(FIELD_WEIGHTS.values())
    assert weights < 256 <= min(boosts)
    assert 256 * MAX_WORDS + weights < boosts[0], "one facet stated outweighs all words"


def test_a_request_never_reads_deeper_than_the_index_lets_it() -> None:
    assert mapping.settings()["max_result_window"] >= MAX_DEPTH + MAX_PAGE_SIZE + 2 * 9_000


def test_a_radius_takes_what_its_distance_rounds_down_to() -> None:
    circle = Circle(center=make_place().point, radius_miles=50.0004)
    assert edge_miles(circle) == pytest.approx(50.0005)
    assert edge_miles(circle.model_copy(update={"radius_miles": 1.0})) == pytest.approx(1.0005)
    assert miles(circle.center, circle.center) == 0


@pytest.mark.parametrize("word", ["name:x", "*", "", "\ud800", "A", "a" * 9000, "x" * 4 + "\x00"])
def test_a_text_that_is_no_word_of_ours_is_not_asked_for(word: str) -> None:
    assert findable((word, "kap")) == ["kap"]


def test_a_box_is_compared_to_the_last_bit() -> None:
    box = in_box(Box(south=0.1 + 0.2, west=-1, north=1, east=1))
    assert box["bool"]["filter"][0]["range"]["lat"]["gte"] == 0.1 + 0.2


def test_the_version_follows_the_mapping_and_no_field_is_taken_unseen() -> None:
    assert mapping.mapping()["dynamic"] == "strict"
    assert mapping.mapping()["_meta"]["version"] == mapping.version()
    assert len(mapping.version()) == 16
