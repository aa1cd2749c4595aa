"""Searches as people type them: in a hurry, on a phone, in Spanish, by nickname."""

import pytest

from finder.search.phrases import Phrases
from tests.search.understanding import label, notes, understood


def label_of(typed: str) -> str:
    return label(understood(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketaminedenver", "Denver, CO"),
        ("ketamineclinicdenver", "Denver, CO"),
        ("denverketamineclinic", "Denver, CO"),
        ("spravatonyc", "New York City, NY"),
        ("bcbs in north jersey", "North Jersey"),
        ("ketamine jersey", "New Jersey"),
        ("ues kap", "Upper East Side, New York City, NY"),
        ("nyc upper west side", "Upper West Side, New York City, NY"),
        ("upper west side nyc", "Upper West Side, New York City, NY"),
        ("ketamine smokies", "Great Smoky Mountains"),
        ("kap in the driftless", "Driftless Area"),
        ("ketamina en nueva york", "New York City, NY"),
        ("ketamina carolina del norte", "North Carolina"),
        ("ketamine in wash dc", "Washington, DC"),
        ("near jfk airport", "Jamaica, NY"),
        ("ketamine pittsburg pa", "Pittsburgh, PA"),
        ("Georgetown, Cass County, IN", "Georgetown, Cass County, IN"),
    ],
)
def test_a_place_as_people_say_it(typed: str, meant: str) -> None:
    assert label_of(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketamine minnesotta", "Minnesota"),
        ("ketamine noth carolina", "North Carolina"),
        ("ketamine west virgina", "West Virginia"),
        ("ketamine virgina", "Virginia"),
        ("ketamine reno navada", "Reno, NV"),
        ("ketamine asheville north carlina", "Asheville, NC"),
        ("ketamine virgina beach", "Virginia Beach, VA"),
        ("ketamine colorodo springs", "Colorado Springs, CO"),
        ("washingon dc ketamine", "Washington, DC"),
    ],
)
def test_a_misspelled_state_is_a_state_unless_it_begins_a_town(typed: str, meant: str) -> None:
    assert label_of(typed) == meant


def test_a_misspelled_state_says_what_it_was_read_from() -> None:
    assert "Place: Minnesota, read from “minnesotta”" in notes(understood("ketamine minnesotta"))


@pytest.mark.parametrize(
    ("typed", "word"),
    [("dr jordan", "jordan"), ("stella center", "stella"), ("stella center chicago", "stella")],
)
def test_a_person_or_an_institution_is_no_small_town(typed: str, word: str) -> None:
    found = understood(typed)
    assert found.understood.words == (word,)
    assert found.understood.place is None or found.understood.place.name == "Chicago"


def test_a_title_before_a_large_city_is_a_doctor_there() -> None:
    assert label_of("dr austin") == "Austin, TX"


def test_an_institution_after_near_is_asked_about() -> None:
    assert understood("near stella university").asks == "place"


@pytest.mark.parametrize("typed", ["forest", "zoom", "drinking"])
def test_a_lone_word_with_two_readings_is_looked_for_as_it_stands(typed: str) -> None:
    found = understood(typed).understood
    assert (found.facets, found.place, found.words) == ({}, None, (typed,))


@pytest.mark.parametrize(
    ("typed", "facet"),
    [
        ("kap in the forest", "nature"),
        ("forest retreat", "nature"),
        ("ketamine over zoom", "modality"),
        ("ketamine to quit drinking", "condition"),
    ],
)
def test_beside_what_decides_it_is_a_filter(typed: str, facet: str) -> None:
    assert facet in understood(typed).understood.facets


def test_a_word_with_two_readings_stays_in_the_name_of_a_place_and_in_a_longer_phrase() -> None:
    assert label_of("ketamine forest grove oregon") == "Forest Grove, OR"
    bathing = understood("forest bathing ketamine").understood
    assert bathing.facets == {"nature": ("nat_forest_bathing",)}


def test_no_needles_is_an_exclusion_and_needles_a_town() -> None:
    found = understood("no needles ketamine").understood
    assert found.without == {"modality": ("iv_infusion", "im_injection", "sc_injection")}
    assert label_of("ketamine needles ca") == "Needles, CA"


@pytest.mark.parametrize(
    "typed",
    ["24 hours ketamine dallas", "24/7 dallas", "open saturday dallas", "spanish speaking kap dallas"],
)
def test_what_is_no_filter_leaves_a_note_and_no_word(typed: str) -> None:
    found = understood(typed)
    assert found.understood.words == ()
    assert label_of(typed) == "Dallas, TX"
    assert "Opening hours" in notes(found) or "Languages" in notes(found)


def test_a_day_in_the_name_of_a_town_and_a_weekend_retreat_stay() -> None:
    assert label_of("friday harbor wa") == "Friday Harbor, WA"
    assert understood("weekend retreat colorado").understood.facets == {"nature": ("nat_retreat",)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("123 Broadway, New York", "New York City, NY"),
        ("123 broadway new york", "New York City, NY"),
        ("200 park, denver", "Denver, CO"),
    ],
)
def test_a_street_without_its_ending(typed: str, meant: str) -> None:
    found = understood(typed)
    assert label_of(typed) == meant
    assert found.understood.words == ()
    assert any(note.step == "address" for note in found.notes)


@pytest.mark.parametrize("typed", ["500 Denver, CO", "29 palms, ca", "2 sessions, denver", "200 xyzzy, qqq"])
def test_a_number_before_a_comma_is_no_house_unless_a_street_and_a_town_follow(typed: str) -> None:
    assert all(note.step != "address" for note in understood(typed).notes)


@pytest.mark.parametrize(
    ("typed", "note"),
    [("Paris", "Paris, France"), ("rome", "Rome, Italy"), ("mexico", "Mexico, the country")],
)
def test_a_famous_namesake_abroad_is_mentioned(typed: str, note: str) -> None:
    found = understood(typed)
    assert found.understood.place is not None
    assert note in notes(found)
    assert "France" not in notes(understood("paris tx"))


def test_a_country_between_known_words_is_abroad() -> None:
    assert understood("ketamine costa rica retreat").asks == "place"


def test_a_name_that_regions_share_is_asked_about() -> None:
    found = understood("the valley")
    assert found.asks == "place"
    assert len(found.near_misses) == 3
    assert "More than one place" in notes(found)


def test_kilometers_become_miles() -> None:
    assert understood("within 100 km of denver").understood.radius_miles == 62
    assert understood("ketamina a menos de 20 millas de miami").understood.radius_miles == 20


@pytest.mark.parametrize(
    ("typed", "said"),
    [("ketamne boise", "“ketamne” is read as ketamine"), ("infsion boise", "“infsion” is read as infusion")],
)
def test_one_slip_in_a_word_of_the_trade(typed: str, said: str) -> None:
    found = understood(typed)
    assert said in notes(found)
    assert found.understood.words == ()


@pytest.mark.parametrize("typed", ["arketamine", "ketamineab", "clintwood", "rketamine"])
def test_other_drugs_and_names_are_no_slips(typed: str) -> None:
    assert "is read as" not in notes(understood(typed))


def test_downtown_alone_is_no_town() -> None:
    assert understood("downtown").understood.place is None


def test_a_short_phrase_at_the_end_is_as_long_as_it_is() -> None:
    phrases = Phrases({("first",): 1, ("first", "visit"): 2})
    assert phrases.at(["work", "first"], 1) == (1, 1)
    assert phrases.words() == {"first", "visit"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("LA ketamine", "Los Angeles, CA"),
        ("OR ketamine clinics", "Oregon"),
        ("LA KETAMINE", ""),
        ("IN person ketamine", ""),
        ("OK google ketamine", ""),
        ("HI ketamine in reno", "Reno, NV"),
    ],
)
def test_a_code_in_capitals_opens_a_search(typed: str, meant: str) -> None:
    assert label_of(typed) == meant


def test_a_surname_that_is_a_town_is_a_person_after_a_title() -> None:
    assert understood("dr taylor ketamine").understood.words == ("taylor",)
