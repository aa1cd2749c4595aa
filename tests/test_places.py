"""The gazetteer that travels with the product: what a text names, and what it does not."""

import json
import math
import threading
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo import Point, miles
from finder.model import Place
from finder.placefile import RUNS
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import bundled_data

PATH = default_gazetteer_path(bundled_data())


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(PATH)


def label(gazetteer: Gazetteer, text: str) -> str | None:
    place = gazetteer.resolve(text).place
    return None if place is None else place.label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28801", "Asheville, NC 28801"),
        ("28801-1234", "Asheville, NC 28801"),
        ("zip 28801", "Asheville, NC 28801"),
        ("Asheville, NC 28801", "Asheville, NC 28801"),
        ("Asheville 28801 NC", "Asheville, NC 28801"),
        ("Asheville", "Asheville, NC"),
        ("asheville nc", "Asheville, NC"),
        ("  ASHEVILLE ,  n.c. ", "Asheville, NC"),
        ("Asheville, North Carolina, USA", "Asheville, NC"),
        ("City of Asheville", "Asheville, NC"),
        ("12 Main St, Asheville, NC", "Asheville, NC"),
        ("Asheville, Buncombe County, NC", "Asheville, NC"),
        ("Asheville, NC 00000", "Asheville, NC"),
        ("Billings, MT", "Billings, MT"),
        ("Mt. Airy, NC", "Mount Airy, NC"),
        ("Ft Worth TX", "Fort Worth, TX"),
        ("St Louis", "St. Louis, MO"),
        ("N Charleston SC", "North Charleston, SC"),
        ("Coeur d'Alene", "Coeur d'Alene, ID"),
        ("Pt Pleasant NJ", "Point Pleasant, NJ"),
        ("Mayaguez PR", "Mayagüez, PR"),
        ("New York", "New York City, NY"),
        ("New York, New York", "New York City, NY"),
        ("Washington", "Washington, DC"),
        ("Washington, D.C.", "Washington, DC"),
        ("washington state", "Washington State"),
        ("W. Va.", "West Virginia"),
        ("NC", "North Carolina"),
        ("Wyoming", "Wyoming"),
        ("Guam", "Guam"),
        ("Hollywood", "Hollywood, FL"),
        ("Alhambra", "Alhambra, CA"),
        ("Buncombe County", "Buncombe County, NC"),
        ("buncombe", "Buncombe County, NC"),
        ("orange co nc", "Orange County, NC"),
        ("Orleans Parish", "Orleans Parish, LA"),
        ("montgomery tx", "Montgomery, TX"),
        ("Raleigh-Durham", "Raleigh-Durham-Cary area, NC"),
        ("WNC", "Western North Carolina"),
        ("DFW", "Dallas-Fort Worth"),
        ("kc", "Kansas City, MO"),
        ("Astoria, Queens", "Astoria, NY"),
        ("Mission, San Francisco", "Mission District, San Francisco, CA"),
        ("capitol hill seattle", "Capitol Hill, Seattle, WA"),
        ("An Unknown Quarter, Asheville", "Asheville, NC"),
        ("saltlakecityut", "Salt Lake City, UT"),
        ("paris", "Paris, TX"),
    ],
)
def test_a_text_names_this_place(gazetteer: Gazetteer, text: str, expected: str) -> None:
    assert label(gazetteer, text) == expected
    assert gazetteer.resolve(text).how != "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ashevile", "Asheville, NC"),
        ("Philadelpia", "Philadelphia, PA"),
        ("huston", "Houston, TX"),
        ("springfeild il", "Springfield, IL"),
        ("new yrok", "New York City, NY"),
        ("pensylvania", "Pennsylvania"),
        ("Dallas, Texass", "Dallas, TX"),
        ("portland orgon", "Portland, OR"),
        ("upper hendersonville nc", "Hendersonville, NC"),
    ],
)
def test_a_misspelled_name_is_understood_and_called_a_typo(
    gazetteer: Gazetteer, text: str, expected: str
) -> None:
    assert label(gazetteer, text) == expected
    assert gazetteer.resolve(text).how == "typo"


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "?!", "near me", "ketamine therapy", "depression", "asdfghjkl", "🙂", "qzx", "99999",
        "00000", "8285550142", "x" * 10_000, "a b " * 3_000, "0.0, 0.0", "48.85, 2.35", "95.0, -82.5", "35.6",
        "London UK", "Paris, France", "Toronto, Canada", "Toronto, Ontario", "Vancouver BC",
        "Kingston, Jamaica", "Toronto, Foo", "Canada",
    ],
)  # fmt: skip
def test_what_is_no_place_in_the_united_states_names_none(gazetteer: Gazetteer, text: str) -> None:
    resolution = gazetteer.resolve(text)
    assert resolution.place is None
    assert resolution.how == "none"


def test_a_large_foreign_city_offers_its_american_namesakes(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Toronto")
    assert resolution.place is None
    assert "Toronto, OH" in [place.label for place in resolution.near_misses]


def test_a_zip_without_its_leading_zero_is_offered(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("2139")
    assert resolution.place is None
    assert [place.name for place in resolution.near_misses] == ["02139"]
    assert not gazetteer.resolve("000").near_misses


def test_a_name_that_regions_share_is_asked_about(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("tri cities")
    assert resolution.place is None
    assert len([place for place in resolution.near_misses if place.kind == "region"]) >= 2


def test_places_of_one_name_come_as_alternatives_the_larger_first(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Portland")
    assert resolution.place is not None
    assert resolution.place.label == "Portland, OR"
    assert resolution.alternatives[0].label == "Portland, ME"


def test_a_tiny_place_is_offered_when_a_larger_one_is_taken(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("huston")
    assert "Huston, ID" in [place.label for place in resolution.near_misses]
    assert label(gazetteer, "huston id") == "Huston, ID"


def test_a_zip_of_another_state_gives_way_to_the_named_town(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Denver, CO 28801")
    assert resolution.place is not None
    assert resolution.place.label == "Denver, CO"
    assert resolution.alternatives[-1].name == "28801"
    assert label(gazetteer, "qqqqqq xxxxx, CO 28801") == "Asheville, NC 28801"


def test_coordinates_are_kept_to_two_decimals(gazetteer: Gazetteer) -> None:
    place = gazetteer.resolve("35.59512, -82.55149").place
    assert place is not None
    assert (place.kind, place.point) == ("point", Point(lat=35.6, lng=-82.55))
    assert (place.state, place.counties) == ("NC", ("37021",))
    assert place.label == "35.60, -82.55 (near Asheville, NC)"


def test_every_zip_is_the_place_of_its_digits(gazetteer: Gazetteer) -> None:
    manifest = json.loads((PATH.parent / "manifest.json").read_text(encoding="utf-8"))
    found = [code for code in map("{:05d}".format, range(100_000)) if gazetteer.zip(code)]
    assert len(found) == manifest["counts"]["zip"] > 41_000
    for code in found[::41]:
        place = gazetteer.resolve(code).place
        assert place is not None
        assert (place.name, place.kind, place.id) == (code, "zip", f"zip:{code}")


def test_a_zip_is_five_digits(gazetteer: Gazetteer) -> None:
    assert gazetteer.zip("2880") is None
    assert gazetteer.zip("２８８０１") is None
    assert gazetteer.zip("abcde") is None


def test_exact_finds_names_and_aliases_and_nothing_else(gazetteer: Gazetteer) -> None:
    assert gazetteer.exact("Springfield")[0].label == "Springfield, MO"
    assert gazetteer.exact("springfield", "IL")[0].label == "Springfield, IL"
    assert gazetteer.exact("Philly")[0].name == "Philadelphia"
    assert gazetteer.exact("the bronx")[0].label == "The Bronx, NY"
    assert gazetteer.exact("the asheville")[0].label == "Asheville, NC"
    assert gazetteer.exact("dfw", "TX")[0].kind == "region"
    assert gazetteer.exact("28801", "NC")[0].kind == "zip"
    assert gazetteer.exact("28801", "SC") == ()
    assert gazetteer.exact("ashevile") == ()
    assert gazetteer.exact("") == ()


def test_a_state_is_found_by_code_name_and_abbreviation(gazetteer: Gazetteer) -> None:
    for text in ("NC", "nc", "N.C.", "North Carolina", "n. carolina"):
        place = gazetteer.state(text)
        assert place is not None
        assert (place.id, place.states, place.counties) == ("state:NC", ("NC",), ())
    assert gazetteer.state("Carolina") is None


def test_an_area_knows_its_counties_and_states(gazetteer: Gazetteer) -> None:
    wnc = gazetteer.exact("wnc")[0]
    assert wnc.is_area
    assert len(wnc.counties) == 23
    assert "37021" in wnc.counties
    new_england = gazetteer.exact("New England")[0]
    assert set(new_england.states) == {"CT", "ME", "MA", "NH", "RI", "VT"}
    assert new_england.counties == ()
    twin_cities = gazetteer.exact("twin cities")[0]
    assert twin_cities.states == ("MN", "WI")
    assert gazetteer.exact("Hartford County", "CT")[0].counties == ("09003",)


def test_connecticut_has_its_eight_counties_everywhere(gazetteer: Gazetteer) -> None:
    codes = {f"090{number:02d}" for number in range(1, 16, 2)}
    for name in ("Hartford", "New Haven", "Stamford", "06510", "Danbury", "Storrs"):
        place = gazetteer.exact(name, "CT")[0]
        assert len(place.counties) == 1
        assert set(place.counties) <= codes


def test_a_spot_has_a_county_and_a_radius(gazetteer: Gazetteer) -> None:
    for text in ("Asheville", "28801", "Buckhead", "00501", "Anchorage", "San Juan PR", "Pago Pago"):
        place = gazetteer.resolve(text).place
        assert place is not None
        assert len(place.counties) == 1
        assert 0 < place.radius_miles <= 30


def test_every_row_is_a_valid_place_and_is_found_by_its_id(gazetteer: Gazetteer) -> None:
    file = gazetteer._file
    for prefix, kind in RUNS:
        run = file.run(prefix)
        for number in islice(run, 0, None, max(1, len(run) // 20)):
            place = file.place(number)
            assert Place.model_validate(place.model_dump()) == place
            assert place.kind == kind
            assert gazetteer.get(place.id) == place
    assert gazetteer.get("city:1") is None
    assert gazetteer.get("planet:mars") is None


def test_suggestions_start_with_the_prefix_the_largest_first(gazetteer: Gazetteer) -> None:
    labels = [place.label for place in gazetteer.suggest("ashev")]
    assert labels[0] == "Asheville, NC"
    assert gazetteer.suggest("los an")[0].label == "Los Angeles, CA"
    assert gazetteer.suggest("st lou")[0].label == "St. Louis, MO"
    assert len(gazetteer.suggest("s", limit=5)) == 5
    assert gazetteer.suggest("") == ()


def test_suggestions_complete_zips_and_states(gazetteer: Gazetteer) -> None:
    assert [place.name for place in gazetteer.suggest("2880", limit=2)] == ["28801", "28802"]
    assert gazetteer.suggest("288011") == ()
    springfields = gazetteer.suggest("springf, i")
    assert springfields[0].label == "Springfield, IL"
    assert {place.state for place in springfields} <= {"IL", "IN", "IA", "ID"}


def test_suggestions_forgive_one_slip(gazetteer: Gazetteer) -> None:
    assert "Asheville, NC" in [place.label for place in gazetteer.suggest("asjev")]
    assert "Philadelphia, PA" in [place.label for place in gazetteer.suggest("phliad")]


@settings(max_examples=15, deadline=None)
@given(st.floats(-80, 80), st.floats(-180, 180))
def test_nearest_is_the_nearest_of_all_cities(lat: float, lng: float) -> None:
    gazetteer = Gazetteer.open(PATH)
    file, point = gazetteer._file, Point(lat=lat, lng=lng)
    found = gazetteer.nearest(point)

    def rough(number: int) -> float:
        east = math.radians(file.lng[number] / 1e5 - lng)
        a, b = math.radians(lat), math.radians(file.lat[number] / 1e5)
        return -(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(east))

    best = min((*file.run("city"), *file.run("town")), key=rough)
    assert miles(point, found.point) <= miles(point, file.place(best).point) + 0.01


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    gazetteer = Gazetteer.open(PATH)
    resolution = gazetteer.resolve(text)
    assert (resolution.place is None) == (resolution.how == "none")
    gazetteer.exact(text, "NC")
    gazetteer.suggest(text)
    gazetteer.state(text)
    gazetteer.zip(text)


def test_threads_share_a_gazetteer(gazetteer: Gazetteer) -> None:
    fresh, answers = Gazetteer.open(PATH), []

    def ask() -> None:
        answers.append([label(fresh, text) for text in ("ashevile", "bostin ma", "28801", "Toronto")])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["Asheville, NC", "Boston, MA", "Asheville, NC 28801", None]] * 8


def test_the_default_path_is_in_the_data_folder() -> None:
    assert default_gazetteer_path(Path("data")) == Path("data/places/places.bin")
