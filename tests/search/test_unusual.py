"""What is no search: numbers, addresses, other scripts, query languages, places abroad, travel time."""

from pathlib import Path

import pytest

from finder.search.embedded import EmbeddedEngine
from tests.factories import make_clinic
from tests.search.understanding import label, notes, understood


@pytest.mark.parametrize(
    "typed",
    [
        "828-555-0142",
        "(828) 555-0142",
        "8285550142",
        "+1 828 555 0142",
        "1-828-555-0142",
        "828.555.0142",
        "828 5550142",
    ],
)
def test_a_phone_number_is_one_word_that_stands_in_the_clinic(typed: str) -> None:
    found = understood(f"{typed}")
    assert found.understood.words == ("8285550142",)
    assert "828-555-0142" in notes(found)


def test_a_clinic_is_found_by_its_phone_number(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([make_clinic("one", phone="8285550142"), make_clinic("two", phone="8285550143")])
    query = understood("call (828) 555-0142").query
    assert query is not None
    assert [hit.clinic.id for hit in engine.search(query).hits] == ["one"]


@pytest.mark.parametrize("typed", ["28801 28802", "28801-1234", "123 456 7890", "35.6, -82.55"])
def test_other_numbers_are_no_phone_numbers(typed: str) -> None:
    assert "phone" not in notes(understood(typed))


@pytest.mark.parametrize("typed", ["🙂", "кетамин москва", "someone@example.com", "!!!", "氯胺酮 東京"])
def test_a_search_without_a_readable_word_is_answered_by_a_question(typed: str) -> None:
    found = understood(typed)
    assert (found.asks, found.query) == ("place", None)
    assert "Type a city, a ZIP code or a treatment" in notes(found)


def test_what_cannot_be_read_beside_what_can_is_left_aside_with_a_note() -> None:
    assert "Latin letters" in notes(understood("кетамин denver"))
    found = understood("someone@example.com denver kap")
    assert label(found) == "Denver, CO"
    assert not found.understood.words
    assert "e-mail" in notes(found)
    assert understood("💊 denver").query == understood("denver").query
    assert understood("🙂", near="Denver, CO").asks == ""
    assert understood("🙂", facets={"modality": ("kap",)}).asks == ""


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE clinics; --", "select * from clinics where 1=1", "a && b", "[* TO *]"]
)
def test_query_languages_are_words_and_nothing_more(typed: str) -> None:
    assert "mean nothing here" in notes(understood(typed))


def test_the_name_of_a_field_is_no_word_to_look_for() -> None:
    found = understood("title:kap city:denver~2")
    assert (label(found), found.understood.words) == ("Denver, CO", ())
    assert found.understood.facets == {"modality": ("kap",)}


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("123 Main St, Asheville, NC 28801", "Asheville, NC 28801"),
        ("1600 pennsylvania ave nw washington dc", "Washington, DC"),
        ("16 n main st suite 4 greenville sc", "Greenville, SC"),
        ("kap near 500 w 5th ave, denver", "Denver, CO"),
    ],
)
def test_of_a_street_address_the_city_or_zip_is_used_with_a_note(typed: str, place: str) -> None:
    found = understood(typed)
    assert label(found) == place
    assert not found.understood.words
    assert "Street addresses are not looked up" in notes(found)


@pytest.mark.parametrize(
    "typed", ["30 minute drive denver", "5 clinics st louis", "2 ketamine infusions denver"]
)
def test_a_number_before_other_words_is_no_street_address(typed: str) -> None:
    assert "Street" not in notes(understood(typed))


@pytest.mark.parametrize(
    "typed",
    ["ketamine toronto", "london", "mexico city", "vancouver bc", "kap in montreal", "london england"],
)
def test_a_place_abroad_is_said_to_be_abroad_and_none_is_guessed(typed: str) -> None:
    found = understood(typed)
    assert (found.asks, found.query) == ("place", None)
    assert "Only clinics in the United States" in notes(found)
    assert found.near_misses
    assert not found.understood.words


def test_a_place_abroad_in_the_place_box_is_said_to_be_abroad() -> None:
    found = understood("kap", near="ketamine toronto")
    assert found.asks == "place"
    assert "Only clinics in the United States" in notes(found)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("london ky", "London, KY"),
        ("new london ct kap", "New London, CT"),
        ("kap jersey city", "Jersey City, NJ"),
        ("ontario california", "Ontario, CA"),
        ("flying from london to denver", "Denver, CO"),
        ("kap van nuys", "Van Nuys, CA"),
    ],
)
def test_a_namesake_in_the_united_states_that_is_said_to_be_there_is_found(typed: str, place: str) -> None:
    assert label(understood(typed)) == place


@pytest.mark.parametrize(
    "typed",
    [
        "kap 30 minutes away from boston",
        "under an hour from boston",
        "boston within 45 mins drive",
        "2 hours from boston",
    ],
)
def test_travel_time_is_a_note_and_no_radius(typed: str) -> None:
    found = understood(typed)
    assert label(found) == "Boston, MA"
    assert found.radius_is_default
    assert not found.understood.words
    assert "Travel time" in notes(found)


@pytest.mark.parametrize(
    "typed", ["open 24 hours boston", "60 minute session boston", "within 24 hours boston"]
)
def test_other_times_are_no_travel_time(typed: str) -> None:
    assert "Travel time" not in notes(understood(typed))


@pytest.mark.parametrize("typed", ["north of boston", "outside boston", "kap just outside of boston"])
def test_a_side_of_a_place_is_all_around_it_with_a_note(typed: str) -> None:
    found = understood(typed)
    assert label(found) == "Boston, MA"
    assert not found.understood.words
    assert "in every direction" in notes(found)
