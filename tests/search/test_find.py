"""find(): wider circles, telehealth beside the list, and true counted ways out. Never a dead end."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.geo import Box
from finder.model import Address, Clinic
from finder.search.engine import SearchEngine, open_engine
from finder.search.find import Answer, WayOut, find
from finder.search.query import Query
from finder.search.ways_out import LADDER_MILES, SHORT
from tests.factories import make_claim, make_clinic, make_location, make_place, state_only
from tests.search.brute_force import BruteForce
from tests.search.random_search import random_clinic, random_query

ASHEVILLE = make_place()
NORTH_CAROLINA = make_place(kind="state", id="state:NC", name="North Carolina", label="North Carolina")
BUNCOMBE = make_place(kind="county", counties=("37021",))
KAP = {"modality": ("kap",)}
ONE_DEGREE_MILES = 69.09


def near(radius_miles: float = 25.0, **changes) -> Query:
    return Query(place=ASHEVILLE, radius_miles=radius_miles, **changes)


def north(id: str, miles: float, **changes) -> Clinic:
    """A clinic so many miles north of Asheville."""
    location = make_location(35.6009 + miles / ONE_DEGREE_MILES, -82.554)
    return make_clinic(id, location=location, **changes)


def kinds(answer: Answer) -> list[str]:
    return [way.kind for way in answer.ways_out]


def only(answer: Answer, kind: str) -> WayOut:
    [way] = [way for way in answer.ways_out if way.kind == kind]
    return way


def check_telehealth(engine: SearchEngine, answer: Answer) -> None:
    """The section holds clinics that the list and the nearest do not, and its link finds them all."""
    section, now = answer.telehealth, answer.results.query
    if section is None:
        return
    assert not now.serves
    assert "telehealth" not in kinds(answer)
    assert section.total == engine.search(section.query).total
    assert 1 <= len(section.hits) <= 3
    shown = {hit.clinic.id for hit in section.hits}
    listed = everything(engine, now) | {hit.clinic.id for hit in answer.nearest}
    assert shown <= everything(engine, section.query)
    assert not shown & listed
    for hit in section.hits:
        assert (hit.via, hit.distance_miles) == ("telehealth", None)
        assert hit.clinic.telehealth_states & set(now.place.states)


def everything(engine: SearchEngine, query: Query) -> set[str]:
    """The ids of every page."""
    total = engine.count(query)
    pages = (engine.search(query.changed(size=100, page=page)) for page in range(1, total // 100 + 2))
    return {hit.clinic.id for page in pages for hit in page.hits}


def check_widening(engine: SearchEngine, query: Query, answer: Answer) -> None:
    """The circle grew only where few were found, no further than needed, and only in its radius."""
    used, plain = answer.results.query, engine.count(query)
    assert used.changed(radius_miles=query.radius_miles, page=query.page) == query
    if answer.widened_from_miles is None:
        assert used == query
        return
    assert answer.widened_from_miles == query.radius_miles < used.radius_miles
    assert plain < SHORT
    assert answer.results.total > plain
    between = [miles for miles in LADDER_MILES if query.radius_miles < miles < used.radius_miles]
    assert all(engine.count(query.changed(radius_miles=miles)) < SHORT for miles in between)


def check_ways(engine: SearchEngine, answer: Answer) -> None:
    """What holds for every answer."""
    total, now = answer.results.total, answer.results.query
    check_telehealth(engine, answer)
    for way in answer.ways_out:
        linked = engine.search(way.query)
        assert way.count == linked.total > 0
        assert way.query != now
        assert way.query.page == 1
        if way.more is not None:
            assert way.more == way.count - total
            everything = now.changed(size=100), way.query.changed(size=100)
            present, then = ({hit.clinic.id for hit in engine.search(q).hits} for q in everything)
            assert way.count > 100 or present <= then
        if way.kind not in ("state_level", "telehealth", "first_page"):
            assert way.count > total
    if total < SHORT and total < engine.count(Query()):
        assert answer.ways_out
    if not answer.results.hits and total:
        assert "first_page" in kinds(answer)
    assert total == 0 or not answer.nearest


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_every_way_out_is_true_and_no_short_answer_is_a_dead_end(random: Random) -> None:
    engine = BruteForce([random_clinic(random, number) for number in range(random.randrange(12))])
    for _ in range(4):
        query, widen = random_query(random), random.random() < 0.5
        answer = find(engine, query, widen=widen)
        check_ways(engine, answer)
        check_widening(engine, query, answer)
        assert widen or answer.widened_from_miles is None


@pytest.mark.slow
def test_every_way_out_is_true_over_five_hundred_clinics(tmp_path: Path) -> None:
    random = Random(99)
    engine = open_engine(f"embedded:{tmp_path / 'index'}")
    engine.rebuild(random_clinic(random, number) for number in range(500))
    for _ in range(400):
        query = random_query(random)
        answer = find(engine, query, widen=True)
        check_ways(engine, answer)
        check_widening(engine, query, answer)


def test_a_long_answer_stands_alone() -> None:
    engine = BruteForce([north(f"c{n}", n) for n in range(3)])
    answer = find(engine, near())
    assert answer.results.total == 3
    assert (answer.ways_out, answer.nearest) == ((), ())


def test_the_first_two_wider_circles_that_find_more() -> None:
    engine = BruteForce([north("a", 10), north("b", 40), north("c", 90), north("d", 150)])
    ways = [way for way in find(engine, near()).ways_out if way.kind == "wider"]
    assert [(way.text, way.count, way.more) for way in ways] == [
        ("Within 50 miles", 2, 1),
        ("Within 100 miles", 3, 2),
    ]


def test_a_circle_that_adds_nothing_is_skipped() -> None:
    engine = BruteForce([north("a", 10), north("c", 90), north("d", 150)])
    ways = [way.text for way in find(engine, near()).ways_out]
    assert ways == ["Within 100 miles", "Within 200 miles"]


def test_the_whole_state_when_no_circle_helps_and_the_country_when_no_state_does() -> None:
    far = {"location": make_location(36.0, -75.7, county="37055")}
    engine = BruteForce([make_clinic("coast", address=Address(city="Nags Head", state="NC"), **far)])
    way = only(find(engine, near(50)), "whole_state")
    assert (way.text, way.count, way.more) == ("Anywhere in North Carolina", 1, None)
    assert (way.query.place.id, way.query.place.kind) == ("state:NC", "state")
    elsewhere = make_clinic(
        "denver", address=Address(city="Denver", state="CO"), location=make_location(39.7, -105.0)
    )
    for query in (near(), Query(place=NORTH_CAROLINA), near(box=Box(south=0, west=0, north=1, east=1))):
        way = only(find(BruteForce([elsewhere]), query), "everywhere")
        assert (way.text, way.count) == ("Anywhere in the United States", 1)


def test_each_filter_can_be_dropped_and_all_of_them_together() -> None:
    walk = [("nature", "nat_walk_talk")]
    engine = BruteForce([north("kap", 1), north("walk", 1, claims=walk), north("walk-2", 2, claims=walk)])
    answer = find(engine, near(facets={**KAP, "nature": ("nat_walk_talk",)}))
    drops = [(way.text, way.count) for way in answer.ways_out if way.kind == "drop_facet"]
    assert drops == [("Without “KAP”", 2), ("Without “Walk-and-talk sessions”", 1)]
    engine = BruteForce([north("iv", 1, claims=[("modality", "iv_infusion"), ("nature", "nat_animal")])])
    answer = find(engine, near(facets={**KAP, "nature": ("nat_walk_talk",)}))
    assert only(answer, "drop_facets").query.facets == {}


def test_filters_are_named_by_choice_or_by_facet() -> None:
    engine = BruteForce([north("none", 1, claims=[])])
    texts = [
        only(find(engine, near(facets={"modality": codes})), "drop_facet").text
        for codes in (("kap",), ("kap", "iv_infusion"), ("kap", "iv_infusion", "im_injection"))
    ]
    assert texts == ["Without “KAP”", "Without “KAP or IV infusion”", "Without “Treatment”"]


def test_words_can_be_dropped() -> None:
    engine = BruteForce([north("a", 1)])
    way = only(find(engine, near(words=("ocean", "view"), sort="match")), "drop_words")
    assert (way.text, way.count, way.more) == ("Without “ocean view”", 1, 1)
    assert (way.query.words, way.query.sort) == ((), "nearest")


def test_those_that_do_not_say_are_offered_on_long_answers_too() -> None:
    engine = BruteForce(
        [*(north(f"kap-{n}", n) for n in range(5)), *(north(f"silent-{n}", n, claims=[]) for n in range(2))]
    )
    answer = find(engine, near(facets=KAP))
    assert kinds(answer) == ["include_unstated"]
    way = only(answer, "include_unstated")
    assert (way.count, way.more) == (7, 2)
    assert find(engine, way.query).ways_out == ()


def test_clinics_whose_town_is_not_stated_are_offered_near_a_place_of_their_state() -> None:
    engine = BruteForce(
        [
            *(north(f"c{n}", n) for n in range(5)),
            *(make_clinic(f"s{n}", location=state_only()) for n in range(4)),
        ]
    )
    for query in (near(), Query(place=BUNCOMBE), near(box=Box(south=35, west=-83, north=37, east=-82))):
        way = only(find(engine, query), "state_level")
        assert (way.text, way.count) == ("Somewhere in North Carolina, town not stated", 4)
    assert "state_level" not in kinds(find(engine, Query(place=NORTH_CAROLINA)))
    assert "state_level" not in kinds(find(engine, way.query))


def test_telehealth_serving_the_state_keeps_the_other_choices_when_it_can() -> None:
    def remote(id: str, *more: tuple[str, str]) -> Clinic:
        claim = make_claim("modality", "at_home_telehealth", states=("NC",))
        colorado = {"address": Address(state="CO"), "location": state_only()}
        return make_clinic(id, claims=[claim, *more], **colorado)

    medicare = {"payment": ("medicare",)}
    engine = BruteForce([*(north(f"c{n}", n) for n in range(5)), remote("a"), remote("b")])
    way = only(find(engine, near(facets=medicare)), "telehealth")
    assert way.text == "At-home treatment by telehealth in North Carolina"
    assert (way.count, set(way.query.facets)) == (2, {"modality"})
    engine.rebuild([remote("a"), remote("b", ("payment", "medicare"))])
    way = only(find(engine, near(words=("zzz",), facets=medicare)), "telehealth")
    assert (way.count, way.query.words, set(way.query.facets)) == (2, (), {"modality"})
    answer = find(engine, near(facets=medicare))
    assert "telehealth" not in kinds(answer), "the section shows it"
    assert (answer.telehealth.total, set(answer.telehealth.query.facets)) == (1, {"modality", "payment"})
    asked = find(engine, answer.telehealth.query)
    assert ("telehealth" in kinds(asked), asked.telehealth) == (False, None)


def test_dropping_the_choice_of_telehealth_does_not_claim_to_keep_its_clinics() -> None:
    claim = make_claim("modality", "at_home_telehealth", states=("NC",))
    remote = make_clinic("remote", claims=[claim], location=state_only(), address=Address(state="CO"))
    engine = BruteForce([remote, north("a", 1), north("b", 1), north("c", 1)])
    way = only(find(engine, near(facets={"modality": ("at_home_telehealth",)})), "drop_facet")
    assert (way.count, way.more) == (3, None)


def test_the_three_nearest_are_shown_when_nothing_is_near() -> None:
    kap = [north(f"kap-{miles}", miles) for miles in (400, 100, 200, 300)]
    engine = BruteForce(
        [*kap, north("iv", 60, claims=[("modality", "iv_infusion")]), north("silent", 55, claims=[])]
    )
    answer = find(engine, near(facets=KAP))
    assert [hit.clinic.id for hit in answer.nearest] == ["kap-100", "kap-200", "kap-300"]
    assert [round(hit.distance_miles) for hit in answer.nearest] == [100, 200, 300]
    assert find(engine, near(200, facets=KAP)).nearest == ()
    assert find(engine, Query(place=NORTH_CAROLINA, words=("zzz",))).nearest == ()


def test_when_nothing_else_helps_everything_in_the_state_then_everything() -> None:
    in_state = make_clinic("s", location=state_only())
    query = near(words=("zzz",), facets={"payment": ("medicare",), "staff": ("crna",)})
    answer = find(BruteForce([in_state]), query.changed(state_level_only=False, include_unstated=False))
    assert only(answer, "whole_state").text == "All clinics in North Carolina"
    abroad = make_clinic("s", location=state_only(), address=Address(state="CO"))
    way = only(find(BruteForce([abroad]), query), "all")
    assert (way.text, way.count) == ("All clinics", 1)
    assert find(BruteForce([]), query).ways_out == ()


def test_a_page_past_the_end_leads_back() -> None:
    engine = BruteForce([north(f"c{n}", n) for n in range(5)])
    way = only(find(engine, near(page=9)), "first_page")
    assert (way.count, way.query.page) == (5, 1)


def test_a_place_outside_every_state_offers_no_state() -> None:
    nowhere = make_place(0.0, 0.0, kind="point", state="", states=())
    answer = find(
        BruteForce([make_clinic("s", location=state_only())]), Query(place=nowhere, radius_miles=50)
    )
    assert kinds(answer) == ["everywhere"]


# Wider circles


def test_a_default_radius_grows_to_the_first_circle_with_three() -> None:
    engine = BruteForce([north("a", 10), north("b", 60), north("c", 90), north("d", 150)])
    answer = find(engine, near(50), widen=True)
    assert (answer.results.query.radius_miles, answer.widened_from_miles) == (100, 50)
    assert [hit.clinic.id for hit in answer.results.hits] == ["a", "b", "c"]
    small = find(engine, near(25), widen=True)
    assert (small.results.query.radius_miles, small.widened_from_miles) == (100, 25)


def test_where_three_are_nowhere_the_smallest_circle_with_the_most_is_used() -> None:
    engine = BruteForce([north("a", 10), north("b", 90), north("far", 300)])
    answer = find(engine, near(50), widen=True)
    assert (answer.results.query.radius_miles, answer.results.total) == (100, 2)
    alone = find(BruteForce([north("a", 10), north("far", 300)]), near(50), widen=True)
    assert (alone.results.query.radius_miles, alone.widened_from_miles) == (50, None)
    nothing = find(BruteForce([north("far", 300)]), near(50), widen=True)
    assert (nothing.widened_from_miles, nothing.results.total) == (None, 0)
    assert [hit.clinic.id for hit in nothing.nearest] == ["far"]


def test_three_are_enough_and_a_chosen_radius_never_grows() -> None:
    engine = BruteForce([north(f"c{n}", n) for n in range(3)] + [north("far", 90)])
    assert find(engine, near(50), widen=True).widened_from_miles is None
    few = BruteForce([north("a", 10), north("b", 90)])
    chosen = find(few, near(50))
    assert (chosen.widened_from_miles, chosen.results.total) == (None, 1)
    assert find(few, near(200), widen=True).widened_from_miles is None


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(place=NORTH_CAROLINA),
        Query(place=BUNCOMBE),
        near(box=Box(south=35, west=-83, north=36, east=-82)),
        near(state_level_only=True),
    ],
)
def test_only_a_circle_around_a_spot_grows(query: Query) -> None:
    engine = BruteForce([north("a", 10), north("b", 90)])
    answer = find(engine, query, widen=True)
    assert (answer.results.query, answer.widened_from_miles) == (query, None)


def test_a_wider_circle_keeps_filters_order_and_page() -> None:
    kap = [north(f"kap-{n}", 60 + n) for n in range(4)]
    engine = BruteForce(
        [*kap, *(north(f"iv-{n}", n, claims=[("modality", "iv_infusion")]) for n in range(9))]
    )
    query = near(50, facets=KAP, sort="price", size=2, page=2)
    answer = find(engine, query, widen=True)
    assert [hit.clinic.id for hit in answer.results.hits] == ["kap-2", "kap-3"]
    assert answer.results.query == query.changed(radius_miles=100, page=2)


# Telehealth beside the list


def remote(id: str, *claims: tuple[str, str], **changes) -> Clinic:
    """A clinic of Colorado that treats at home in North Carolina."""
    at_home = make_claim("modality", "at_home_telehealth", states=("NC",))
    fields = {
        "address": Address(city="Denver", state="CO"),
        "location": make_location(39.7, -105.0, county="08031"),
    }
    return make_clinic(id, claims=[at_home, *claims], **{**fields, **changes})


def test_telehealth_that_serves_the_state_is_a_section_of_at_most_three() -> None:
    engine = BruteForce([*(north(f"c{n}", n) for n in range(5)), *(remote(f"r{n}") for n in range(5))])
    for query in (near(facets=KAP), Query(place=NORTH_CAROLINA), Query(place=BUNCOMBE), near(page=9)):
        answer = find(engine, query)
        assert [hit.clinic.id for hit in answer.telehealth.hits] == ["r0", "r1", "r2"]
        assert answer.telehealth.total == 5
        assert answer.telehealth.query.page == 1


def test_the_section_leaves_out_what_the_list_and_the_nearest_show() -> None:
    local = [
        remote(f"local-{n:02}", location=make_location(), address=Address(state="NC")) for n in range(20)
    ]
    in_state = [remote(f"in-state-{n}", location=state_only(), address=Address(state="NC")) for n in range(4)]
    engine = BruteForce([*local, *in_state, remote("far")])
    answer = find(engine, Query(place=NORTH_CAROLINA))
    assert ([hit.clinic.id for hit in answer.telehealth.hits], answer.telehealth.total) == (["far"], 25)
    beside_a_town = [hit.clinic.id for hit in find(engine, near()).telehealth.hits]
    assert beside_a_town == [clinic.id for clinic in in_state[:3]], "none of the twenty in town"
    only_local = find(BruteForce(local), near())
    assert only_local.telehealth is None
    assert only(only_local, "telehealth").count == 20
    beyond = {"location": make_location(36.6, -82.554), "address": Address(state="NC")}
    nearest = find(BruteForce([remote("beyond", **beyond)]), near())
    assert [hit.clinic.id for hit in nearest.nearest] == ["beyond"]
    assert nearest.telehealth is None
    assert "telehealth" in kinds(nearest)


def test_the_section_matches_the_other_choices_and_needs_a_state_and_no_wish_for_telehealth() -> None:
    medicare = {"payment": ("medicare",)}
    engine = BruteForce([north("a", 1), remote("plain"), remote("medicare", ("payment", "medicare"))])
    section = find(engine, near(facets={**KAP, **medicare}, include_unstated=True)).telehealth
    assert [hit.clinic.id for hit in section.hits] == ["medicare"]
    nowhere = make_place(0.0, 0.0, kind="point", state="", states=())
    for query in (
        Query(),
        Query(place=nowhere, radius_miles=50),
        near(state_level_only=True),
        near(facets={"setting": ("telehealth",)}),
    ):
        assert find(engine, query).telehealth is None


def test_the_section_is_sorted_like_no_list_it_could_be_bought_into() -> None:
    engine = BruteForce([north("a", 1, name="River"), *(remote(f"r{n}", name="River") for n in range(4))])
    for sort in ("nearest", "match", "recent", "price"):
        section = find(engine, near(words=("river",), sort=sort)).telehealth
        assert [hit.clinic.id for hit in section.hits] == ["r0", "r1", "r2"]
        assert section.query.sort == sort


def test_the_place_without_filters_and_words_comes_before_everything() -> None:
    """In a remote place the way out must not be the whole country."""
    alaska = make_place(
        61, -150, kind="state", id="state:AK", name="Alaska", label="Alaska", state="AK", states=("AK",)
    )
    there = north("there", 5, address=Address(city="Nome", state="AK"))
    engine = BruteForce([there, *(north(f"far-{n}", n) for n in range(4))])
    answer = find(
        engine, Query(place=alaska, words=("ocean",), facets={"modality": ("iv_infusion",)}, sort="match")
    )
    way = only(answer, "all_here")
    assert (way.text, way.count) == ("All clinics in Alaska", 1)
    assert "all" not in kinds(answer)
    near_town = find(engine, near(5, words=("ocean",), facets={"modality": ("iv_infusion",)}))
    assert only(near_town, "all_here").text == "All clinics near Asheville, NC"
