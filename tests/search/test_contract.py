"""What every engine must do. Nothing here knows how an engine keeps its clinics.

Another engine joins by one row in `engines.py`.
"""

from datetime import date
from math import asin, atan2, cos, degrees, pi, radians, sin
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.errors import ClinicNotFound, DataError, NoIndex
from finder.facets import FACETS
from finder.geo import EARTH_RADIUS_MILES, Box, Point, miles
from finder.model import Address, Clinic, Price, Provenance
from finder.search.engine import SearchEngine
from finder.search.query import FIELD_WEIGHTS, Query, Results
from tests.factories import (
    make_claim,
    make_clinic,
    make_location,
    make_place,
    make_provenance,
    state_only,
)
from tests.search.brute_force import BruteForce
from tests.search.engines import COMPARED, EVERY, empty
from tests.search.random_search import RADII, random_clinic, random_query

ASHEVILLE = make_place()
DENVER = make_place(39.7392, -104.9903, id="city:5419384", name="Denver", state="CO", states=("CO",))
NORTH_CAROLINA = make_place(
    35.5, -79.0, id="state:NC", name="North Carolina", kind="state", state="NC", states=("NC",)
)
BUNCOMBE = make_place(id="county:37021", name="Buncombe County", kind="county", counties=("37021",))
KAP = {"modality": ("kap",)}
AT_HOME = {"modality": ("at_home_telehealth",)}


@pytest.fixture(scope="module", params=EVERY)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return empty(request, tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module", params=COMPARED)
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """An engine to compare with the reference."""
    return empty(request, tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="module")
def many() -> list[Clinic]:
    random = Random(2026)
    return [random_clinic(random, number) for number in range(500)]


def near(place=ASHEVILLE, radius_miles=50.0, **changes) -> Query:
    return Query(place=place, radius_miles=radius_miles, **changes)


def ids(results: Results) -> list[str]:
    return [hit.clinic.id for hit in results.hits]


def at(id: str, lat: float, lng: float, **changes) -> Clinic:
    return make_clinic(id, location=make_location(lat, lng, **changes.pop("where", {})), **changes)


def agree(engine: SearchEngine, reference: BruteForce, query: Query) -> None:
    ours, theirs = engine.search(query), reference.search(query)
    assert ids(ours) == ids(theirs)
    assert ours.hits == theirs.hits
    assert ours.total == theirs.total == engine.count(query)
    assert ours.counts == theirs.counts


# Agreement with the reference


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_small_worlds_agree_with_the_reference(compared: SearchEngine, random: Random) -> None:
    clinics = [random_clinic(random, number) for number in range(random.randrange(9))]
    compared.rebuild(clinics)
    reference = BruteForce(clinics)
    for _ in range(12):
        agree(compared, reference, random_query(random))


@pytest.mark.slow
def test_two_thousand_queries_over_five_hundred_clinics_agree(
    compared: SearchEngine, many: list[Clinic]
) -> None:
    compared.rebuild(many)
    reference, random = BruteForce(many), Random(7)
    for _ in range(2000):
        agree(compared, reference, random_query(random))


@pytest.mark.slow
def test_all_real_clinics_agree(compared: SearchEngine, real_build: Path) -> None:
    lines = (real_build / "clinics.jsonl").read_text(encoding="utf-8").splitlines()
    real_clinics = [Clinic.model_validate_json(line) for line in lines]
    compared.rebuild(real_clinics)
    reference, random = BruteForce(real_clinics), Random(11)
    points = [clinic.location.point for clinic in real_clinics if clinic.location.point is not None]
    for _ in range(300):
        query = random_query(random)
        if query.place is not None:
            moved = query.place.model_copy(update={"point": random.choice(points)})
            query = query.changed(place=moved, page=query.page)
        agree(compared, reference, query)
    assert compared.search(Query()).total == len(real_clinics)


# Facets: OR within, AND across; unknown is never "no"


def test_choices_within_a_facet_are_or_and_facets_are_and(engine: SearchEngine) -> None:
    both = [("modality", "kap"), ("nature", "nat_walk_talk")]
    engine.rebuild(
        [
            make_clinic("both", claims=both),
            make_clinic("iv", claims=[("modality", "iv_infusion")]),
            make_clinic("im", claims=[("modality", "im_injection")]),
        ]
    )
    either = {"modality": ("kap", "iv_infusion")}
    assert set(ids(engine.search(Query(facets=either)))) == {"both", "iv"}
    assert ids(engine.search(Query(facets={**either, "nature": ("nat_walk_talk",)}))) == ["both"]


def test_counts_ignore_their_own_facet_and_respect_the_others(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            make_clinic("kap-walk", claims=[("modality", "kap"), ("nature", "nat_walk_talk")]),
            make_clinic("iv-walk", claims=[("modality", "iv_infusion"), ("nature", "nat_walk_talk")]),
            make_clinic("iv", claims=[("modality", "iv_infusion")]),
            make_clinic("walk", claims=[("nature", "nat_walk_talk")]),
        ]
    )
    counts = engine.search(Query(facets={**KAP, "nature": ("nat_walk_talk",)})).counts
    assert counts["modality"].offers["kap"] == 1
    assert counts["modality"].offers["iv_infusion"] == 1
    assert counts["modality"].not_stated == 1
    assert counts["nature"].offers["nat_walk_talk"] == 1
    assert counts["nature"].not_stated == 0


def test_every_facet_and_every_offer_is_counted_zeros_too(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic()])
    counts = engine.search(Query()).counts
    assert list(counts) == list(FACETS)
    assert all(tuple(counts[code].offers) == facet.offers for code, facet in FACETS.items())


def test_a_clinic_that_says_no_is_neither_offered_nor_unstated(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic(claims=[make_claim("modality", "kap", says="no")])])
    assert engine.search(Query(facets=KAP, include_unstated=True)).total == 0
    counts = engine.search(Query()).counts["modality"]
    assert (counts.offers["kap"], counts.not_stated) == (0, 0)


def test_unknown_is_never_filtered_as_no(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic("silent", claims=[]), make_clinic("kap")])
    assert ids(engine.search(Query(facets=KAP))) == ["kap"]
    results = engine.search(Query(facets=KAP, include_unstated=True))
    assert ids(results) == ["kap", "silent"]
    assert [hit.unstated for hit in results.hits] == [(), ("modality",)]


def test_unstated_clinics_come_last_even_when_nearer(engine: SearchEngine) -> None:
    engine.rebuild([at("here", 35.6009, -82.554, claims=[]), at("there", 35.9, -82.554)])
    assert ids(engine.search(near(facets=KAP, include_unstated=True))) == ["there", "here"]


def test_a_value_that_is_no_offer_states_nothing(engine: SearchEngine) -> None:
    decor = next(value for value in FACETS["nature"].values if not value.offer)
    engine.rebuild([make_clinic(claims=[("nature", decor.code)])])
    counts = engine.search(Query()).counts["nature"]
    assert counts.not_stated == 1
    assert decor.code not in counts.offers


@pytest.mark.parametrize("facet", FACETS)
def test_every_choice_changes_what_is_found(engine: SearchEngine, facet: str) -> None:
    codes = FACETS[facet].offers
    engine.rebuild([make_clinic(f"c{n}", claims=[(facet, code)]) for n, code in enumerate(codes)])
    for n, code in enumerate(codes):
        assert ids(engine.search(Query(facets={facet: (code,)}))) == [f"c{n}"]


# Distance, radius, box


def test_the_radius_includes_its_edge_by_the_one_distance(engine: SearchEngine) -> None:
    clinic = at("edge", 35.9, -82.1)
    engine.rebuild([clinic])
    distance = miles(ASHEVILLE.point, clinic.location.point)
    assert engine.search(near(radius_miles=distance)).hits[0].distance_miles == distance
    assert engine.count(near(radius_miles=distance - 0.001)) == 0


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    circles=st.lists(
        st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(1.01, 499.9), st.floats(0, 2 * pi)),
        min_size=10,
        max_size=10,
    )
)
def test_every_distance_is_the_one_distance_and_no_circle_drops_its_edge(
    engine: SearchEngine, circles: list[tuple[float, float, float, float]]
) -> None:
    clinics = [at(f"there-{number}", *from_point(*circle)) for number, circle in enumerate(circles)]
    engine.rebuild(clinics)
    for clinic, (lat, lng, _, _) in zip(clinics, circles, strict=True):
        middle = make_place(lat, lng)
        distance = miles(middle.point, clinic.location.point)
        assert 1 <= distance <= 500
        hits = engine.search(near(middle, distance)).hits
        assert [hit.distance_miles for hit in hits if hit.clinic.id == clinic.id] == [distance]


def from_point(lat: float, lng: float, away_miles: float, bearing: float) -> tuple[float, float]:
    """The point so many miles away in a direction."""
    arc, north = away_miles / EARTH_RADIUS_MILES, radians(lat)
    up = sin(north) * cos(arc) + cos(north) * sin(arc) * cos(bearing)
    east = atan2(sin(bearing) * sin(arc) * cos(north), cos(arc) - sin(north) * up)
    return degrees(asin(max(-1.0, min(1.0, up)))), (lng + degrees(east) + 180) % 360 - 180


def test_counts_never_fall_when_the_radius_grows_and_nothing_lies_outside(
    engine: SearchEngine, many: list[Clinic]
) -> None:
    engine.rebuild(many)
    random = Random(3)
    for _ in range(10):
        query = random_query(random).changed(box=None, state_level_only=False)
        place = random.choice([clinic.location.point for clinic in many if clinic.location.point])
        query = query.changed(place=make_place(place.lat, place.lng), radius_miles=1, size=100)
        totals = []
        for radius in RADII:
            results = engine.search(query.changed(radius_miles=radius))
            totals.append(results.total)
            distances = [hit.distance_miles for hit in results.hits if hit.via != "telehealth"]
            assert all(distance is not None and distance <= radius for distance in distances)
        assert totals == sorted(totals)


def test_a_clinic_across_the_date_line_is_found(engine: SearchEngine) -> None:
    engine.rebuild([at("attu", 52.0, 179.9), at("adak", 52.0, -179.8), at("guam", 13.4757, 144.7489)])
    aleutians = make_place(52.0, -179.99, state="AK", states=("AK",))
    assert ids(engine.search(near(aleutians, 25))) == ["attu", "adak"]
    assert ids(engine.search(near(make_place(13.5, 144.8, state="GU", states=("GU",)), 25))) == ["guam"]
    across = Box(south=50, west=179, north=53, east=-179)
    assert set(ids(engine.search(Query(box=across)))) == {"attu", "adak"}
    assert engine.search(Query(box=Box(south=50, west=-179, north=53, east=179))).total == 0


def test_near_a_pole_every_longitude_is_near(engine: SearchEngine) -> None:
    engine.rebuild([at("a", 89.99, 0.0), at("b", 89.99, 180.0), at("c", -89.99, 0.0)])
    assert ids(engine.search(near(make_place(90.0, -90.0), 5))) == ["a", "b"]
    assert ids(engine.search(near(make_place(89.999, 90.0), 5))) == ["a", "b"]


def test_zero_zero_is_a_place_like_any_other(engine: SearchEngine) -> None:
    engine.rebuild([at("null-island", 0.0, 0.0), make_clinic("nowhere", location=state_only())])
    results = engine.search(near(make_place(0.0, 0.0), 5))
    assert [(hit.clinic.id, hit.distance_miles) for hit in results.hits] == [("null-island", 0.0)]


def test_a_box_holds_its_edges_and_measures_from_the_place(engine: SearchEngine) -> None:
    engine.rebuild([at("edge", 36.0, -82.0), at("out", 36.1, -82.0)])
    box = Box(south=35.0, west=-83.0, north=36.0, east=-82.0)
    [alone] = engine.search(Query(box=box)).hits
    assert (alone.clinic.id, alone.via, alone.distance_miles) == ("edge", "area", None)
    [hit] = engine.search(near(radius_miles=1, box=box)).hits
    assert hit.via == "distance"
    assert hit.distance_miles == miles(ASHEVILLE.point, Point(lat=36.0, lng=-82.0))


def test_map_list_and_pages_hold_the_same_clinics(engine: SearchEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    box = Box(south=30, west=-110, north=45, east=-80)
    whole = ids(engine.search(Query(box=box, size=100)))
    inside = {c.id for c in many if c.location.point is not None and box.contains(c.location.point)}
    pages = -(-len(inside) // 100)
    listed = [
        id for page in range(1, pages + 1) for id in ids(engine.search(Query(box=box, size=100, page=page)))
    ]
    assert whole == listed[:100]
    assert set(listed) == inside


# Areas


def test_a_state_takes_its_members_listed_by_city_and_name(engine: SearchEngine) -> None:
    address = {city: Address(city=city, state="NC") for city in ("Boone", "asheville", "Ásheville")}
    engine.rebuild(
        [
            at("z", 36.2, -81.7, address=address["Boone"], name="Alpha"),
            at("y", 35.6, -82.5, address=address["asheville"], name="Beta"),
            at("x", 35.6, -82.5, address=address["Ásheville"], name="Alpha"),
            at("tn", 35.96, -83.92, address=Address(city="Knoxville", state="TN")),
        ]
    )
    results = engine.search(Query(place=NORTH_CAROLINA))
    assert ids(results) == ["x", "y", "z"]
    assert {(hit.via, hit.distance_miles) for hit in results.hits} == {("area", None)}


def test_a_county_takes_its_members_by_distance_from_its_middle(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            at("far", 35.7, -82.554),
            at("near", 35.61, -82.554),
            at("elsewhere", 35.6009, -82.554, where={"county": "37089"}),
            at("county-unknown", 35.6009, -82.554, where={"county": ""}),
            make_clinic("state-level", location=state_only()),
        ]
    )
    results = engine.search(Query(place=BUNCOMBE))
    assert ids(results) == ["near", "far"]
    assert all(hit.via == "area" and hit.distance_miles is not None for hit in results.hits)


def test_state_level_clinics_are_found_by_state_listed_last_and_never_have_a_distance(
    engine: SearchEngine,
) -> None:
    engine.rebuild([make_clinic("aaa", location=state_only()), make_clinic("zzz")])
    for query in (Query(place=NORTH_CAROLINA), Query()):
        results = engine.search(query)
        assert ids(results) == ["zzz", "aaa"]
        assert (results.hits[1].via, results.hits[1].distance_miles) == ("state", None)
    everywhere_near = near(NORTH_CAROLINA, 500)
    whole_earth = Query(box=Box(south=-90, west=-180, north=90, east=180))
    assert ids(engine.search(everywhere_near)) == ids(engine.search(whole_earth)) == ["zzz"]


def test_state_level_only_looks_in_the_places_states_whatever_the_radius(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            make_clinic("nc", location=state_only()),
            make_clinic("co", location=state_only(), address=Address(state="CO")),
            make_clinic("asheville"),
        ]
    )
    results = engine.search(near(radius_miles=1, state_level_only=True))
    assert [(hit.clinic.id, hit.via, hit.distance_miles) for hit in results.hits] == [("nc", "state", None)]
    assert ids(engine.search(Query(state_level_only=True))) == ["co", "nc"]
    assert ids(engine.search(near(BUNCOMBE, None, state_level_only=True))) == ["nc"]


# Telehealth


def at_home(id: str, *states: str, **changes) -> Clinic:
    return make_clinic(id, claims=[make_claim("modality", "at_home_telehealth", states=states)], **changes)


def test_telehealth_is_found_by_state_served_and_never_carries_a_distance(engine: SearchEngine) -> None:
    colorado = {"location": make_location(39.7392, -104.9903, county="08031")}
    engine.rebuild(
        [
            at_home("serves-nc", "NC", "CO", **colorado),
            at_home("serves-co", "CO", **colorado),
            at_home("local", "NC"),
            at_home("state-level", "NC", location=state_only()),
        ]
    )
    results = engine.search(near(radius_miles=1, facets=AT_HOME))
    assert [(hit.clinic.id, hit.via) for hit in results.hits] == [
        ("local", "distance"),
        ("serves-nc", "telehealth"),
        ("state-level", "telehealth"),
    ]
    assert [hit.distance_miles for hit in results.hits] == [0.0, None, None]
    assert ids(engine.search(near(facets=AT_HOME))) == ids(results)
    assert ids(engine.search(near())) == ["local"], "nobody asked for telehealth"


def test_telehealth_counts_are_over_the_same_area_as_the_list(engine: SearchEngine) -> None:
    colorado = make_location(39.7392, -104.9903)
    engine.rebuild([at_home("far", "NC", location=colorado), make_clinic("local")])
    counts = engine.search(near(facets=AT_HOME)).counts["modality"].offers
    assert (counts["at_home_telehealth"], counts["kap"]) == (1, 1)


# Words and order


def test_words_are_found_in_every_field_and_weigh_by_the_best(engine: SearchEngine) -> None:
    quote = make_claim("modality", "kap", grade="confirmed", quote="A river in its text.")
    engine.rebuild(
        [
            make_clinic("text", claims=[quote]),
            make_clinic("city", address=Address(city="River Falls", state="NC")),
            make_clinic("other-name", other_names=("River Clinic",)),
            make_clinic("none"),
        ]
    )
    results = engine.search(Query(words=("river",), sort="match"))
    assert ids(results) == ["other-name", "city", "text"]
    assert results.hits[0].matched_words == ("river",)
    assert ids(engine.search(Query(words=("psychotherapy",)))) != [], "labels of offers are words"
    assert list(FIELD_WEIGHTS.values()) == sorted(FIELD_WEIGHTS.values(), reverse=True)


def test_match_order_is_words_then_weight_then_distance_then_id(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            at("one-word-in-name", 35.6009, -82.554, name="River"),
            at("both-far", 35.9, -82.554, name="River Mountain"),
            at("b-both-near", 35.61, -82.554, name="River Mountain"),
            at("a-both-near", 35.61, -82.554, name="Mountain River"),
        ]
    )
    words = near(words=("river", "mountain"), sort="match")
    assert ids(engine.search(words)) == ["a-both-near", "b-both-near", "both-far", "one-word-in-name"]
    assert ids(engine.search(words.changed(sort="nearest")))[0] == "one-word-in-name"


@pytest.mark.parametrize("word", ["*", "name:x", '"', "OR", "\x00", "\ud800", "a" * 5000, "' --", "{}", "é"])
def test_words_never_reach_a_query_language(engine: SearchEngine, word: str) -> None:
    engine.rebuild([make_clinic()])
    assert engine.search(Query(words=(word,), sort="match")).total == 0


def listed(*days_and_kinds: tuple[int, str]) -> tuple[Provenance, ...]:
    """Sources read on these days of November."""
    return tuple(
        make_provenance(ref=f"{day}:{kind}", seen=date(2026, 11, day), kind=kind)
        for day, kind in days_and_kinds
    )


def costs(amount: float, what: str, **source) -> tuple[Price, ...]:
    return (Price(amount_usd=amount, what=what, provenance=make_provenance(**source)),)


def test_recent_puts_the_most_recently_checked_first_then_the_nearest(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            at("old-near", 35.6009, -82.554, sources=listed((3, "clinic_page"))),
            at("new-far", 35.9, -82.554, sources=listed((1, "clinic_page"), (20, "directory"))),
            at("b-new-near", 35.61, -82.554, sources=listed((20, "clinic_page"))),
            at("a-new-near", 35.61, -82.554, sources=listed((20, "registry"))),
            at("advertised", 35.6009, -82.554, sources=listed((2, "clinic_page"), (22, "sponsored"))),
            at("only-advertised", 35.6009, -82.554, sources=listed((22, "sponsored"))),
        ]
    )
    found = ids(engine.search(near(sort="recent")))
    assert found == ["a-new-near", "b-new-near", "new-far", "old-near", "advertised", "only-advertised"]


def test_price_puts_the_lowest_published_session_first_and_the_unpublished_last(
    engine: SearchEngine,
) -> None:
    engine.rebuild(
        [
            at("unpublished", 35.6009, -82.554),
            at("only-consultation", 35.6109, -82.554, prices=costs(25, "$25 consultation")),
            at("dear", 35.6009, -82.554, prices=costs(850, "$850 per session")),
            at("fair", 35.9, -82.554, prices=costs(425, "$425 per infusion") + costs(20, "$20 booking")),
            at("fair-near", 35.61, -82.554, prices=costs(425, "$425 per infusion")),
        ]
    )
    found = ids(engine.search(near(sort="price")))
    assert found == ["fair-near", "fair", "dear", "unpublished", "only-consultation"]
    inside_state = ids(engine.search(Query(place=NORTH_CAROLINA, sort="price")))
    assert set(inside_state[:2]) == {"fair", "fair-near"}
    assert inside_state[2] == "dear"


def test_what_a_chosen_facet_does_not_state_stays_behind_in_every_order(engine: SearchEngine) -> None:
    new, cheap = listed((20, "clinic_page")), costs(100, "$100 per session")
    engine.rebuild([make_clinic("silent", claims=[], sources=new, prices=cheap), make_clinic("kap")])
    for sort in ("nearest", "match", "recent", "price"):
        assert ids(engine.search(near(facets=KAP, include_unstated=True, sort=sort))) == ["kap", "silent"]


def test_no_promotion_can_buy_rank_by_day_or_price(engine: SearchEngine) -> None:
    plain = make_clinic("b", sources=listed((5, "clinic_page")), prices=costs(500, "$500 per session"))
    for prices in (
        costs(400, "$500 per session; $400 promotional price"),
        costs(1, "$1 per session", kind="sponsored"),
        costs(99, "$99 first-time special for one session"),
        costs(1, "$1 per session"),
    ):
        loud = make_clinic(
            "c",
            sources=listed((5, "clinic_page"), (22, "sponsored")),
            prices=prices + costs(500, "$500 per session"),
        )
        engine.rebuild([plain, loud])
        for sort in ("nearest", "match", "recent", "price"):
            assert ids(engine.search(near(sort=sort))) == ["b", "c"]


def test_no_field_of_a_clinic_can_buy_rank(engine: SearchEngine) -> None:
    plain = make_clinic("b", name="Same", claims=[("modality", "kap")])
    loud = {
        "phone": "8285550142",
        "website": "https://best.example",
        "hours": "24/7",
        "status": "open",
        "min_age": 18,
        "sources": listed((22, "clinic_page"), *[(28, "sponsored")] * 9),
        "prices": (Price(amount_usd=1, what="special", provenance=make_provenance()),),
        "claims": [make_claim(seen_by) for seen_by in ("modality",)] * 5 + [("nature", "nat_walk_talk")],
        "merge_reasons": ("sponsored",),
    }
    for query in (
        near(facets=KAP),
        Query(place=NORTH_CAROLINA),
        near(words=("same",), sort="match"),
        near(sort="recent"),
        near(sort="price"),
        Query(),
    ):
        engine.rebuild([plain, make_clinic("c", name="Same", **loud)])
        assert ids(engine.search(query)) == ["b", "c"]
        engine.rebuild([plain, make_clinic("a", name="Same", **loud)])
        assert ids(engine.search(query)) == ["a", "b"]


# Pages


def test_pages_are_disjoint_and_stable_and_sum_to_the_total(engine: SearchEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    random = Random(5)
    for _ in range(10):
        query = random_query(random).changed(size=7)
        total = engine.search(query).total
        pages = [ids(engine.search(query.changed(page=page))) for page in range(1, total // 7 + 3)]
        listed = [id for page in pages for id in page]
        assert len(listed) == len(set(listed)) == total
        assert pages[-1] == []
        assert listed == [
            id
            for page in range(1, total // 100 + 2)
            for id in ids(engine.search(query.changed(size=100, page=page)))
        ]


# Rebuilding, identity, version


def test_the_order_of_the_input_changes_nothing(engine: SearchEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    version, first = engine.version(), engine.search(Query(size=100))
    shuffled = list(many)
    Random(1).shuffle(shuffled)
    engine.rebuild(iter(shuffled))
    assert engine.version() == version == first.version
    assert engine.search(Query(size=100)) == first


def test_two_clinics_with_one_id_change_nothing(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic("kept")])
    with pytest.raises(DataError, match="two clinics"):
        engine.rebuild([make_clinic("twice"), make_clinic("twice")])
    assert ids(engine.search(Query())) == ["kept"]


def test_a_clinic_is_got_by_its_id_and_by_its_former_ids(engine: SearchEngine) -> None:
    engine.rebuild(
        [
            make_clinic("new-name", former_ids=("old-name", "taken", "shared")),
            make_clinic("taken"),
            make_clinic("another", former_ids=("shared",)),
        ]
    )
    assert engine.get("new-name").id == engine.get("old-name").id == "new-name"
    assert engine.get("taken").id == "taken"
    assert engine.get("shared").id == "another"
    for missing in ("nobody", "", "new", "new-name-x", "\x00", "zzz"):
        with pytest.raises(ClinicNotFound):
            engine.get(missing)


def test_a_clinic_comes_back_as_it_went_in(engine: SearchEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    assert engine.get(many[0].id) == many[0]


def test_an_empty_index_answers(engine: SearchEngine) -> None:
    assert engine.rebuild([]) == 0
    results = engine.search(near(words=("x",), facets=KAP))
    assert (results.total, results.hits) == (0, ())
    assert engine.check()
    with pytest.raises(ClinicNotFound):
        engine.get("any")


def test_a_new_build_replaces_the_old_one_at_once(engine: SearchEngine) -> None:
    assert engine.rebuild([make_clinic("a")]) == 1
    assert engine.rebuild([make_clinic("b"), make_clinic("c", claims=[])]) == 2
    assert ids(engine.search(Query())) == ["b", "c"]
    assert engine.check()


@pytest.mark.parametrize("name", COMPARED)
def test_an_engine_without_an_index_says_what_to_run(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    engine = empty(request, tmp_path, name)
    for call in (engine.version, engine.check, lambda: engine.search(Query()), lambda: engine.get("x")):
        with pytest.raises(NoIndex, match="finder index"):
            call()


def test_dates_survive(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic(sources=(make_provenance(seen=date(2020, 2, 29)),))])
    assert engine.get("example-clinic-asheville-nc").seen == date(2020, 2, 29)
