"""Prices, ZIP codes without their zero, years, area codes, points elsewhere, places that are not wanted."""

import pytest

from tests.search.understanding import label, notes, understood


@pytest.mark.parametrize(
    "typed",
    [
        "under $500 ketamine dallas",
        "ketamine under 500 dollars dallas",
        "$1,200 ketamine dallas",
        "500$ dallas",
        "less than 400 per session dallas",
        "ketamina por menos de 300 dólares dallas",
        "dallas, budget of $800 or less",
    ],
)
def test_a_price_is_a_note_and_no_word(typed: str) -> None:
    found = understood(typed)
    assert label(found) == "Dallas, TX"
    assert found.understood.words == ()
    assert "Prices are no filter" in notes(found)


@pytest.mark.parametrize(
    "typed", ["within 50 miles of dallas", "dallas 3 sessions per month", "dallas 75201"]
)
def test_other_numbers_are_no_price(typed: str) -> None:
    assert "Prices" not in notes(understood(typed))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2138 cambridge ma", "Cambridge, MA 02138"),
        ("iv ketamine 8540 princeton", "Princeton, NJ 08540"),
        ("kap massachusetts 1060", "Northampton, MA 01060"),
    ],
)
def test_a_zip_code_without_its_zero_is_completed_beside_its_town_or_state(typed: str, expected: str) -> None:
    found = understood(typed)
    assert label(found) == expected
    assert found.understood.words == ()
    assert "five digits" in notes(found)


@pytest.mark.parametrize("typed", ["2138", "ketamine 2138"])
def test_four_digits_alone_are_asked_about(typed: str) -> None:
    found = understood(typed)
    assert found.asks == "place"
    assert [place.label for place in found.near_misses] == ["Cambridge, MA 02138"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("denver 1600", ("1600",)),
        ("2138 denver", ("2138",)),
        ("ketamine 1500", ("1500",)),
    ],
)
def test_four_digits_elsewhere_stay_a_word(typed: str, words: tuple[str, ...]) -> None:
    assert understood(typed).understood.words == words


@pytest.mark.parametrize("typed", ["best ketamine denver 2024", "2026 kap denver"])
def test_a_year_is_not_looked_for(typed: str) -> None:
    found = understood(typed).understood
    assert (found.words, found.place and found.place.name) == ((), "Denver")


@pytest.mark.parametrize(
    "typed", ["757", "(303)", "area code 512", "757 area code ketamine", "ketamine near 404"]
)
def test_an_area_code_is_asked_about(typed: str) -> None:
    found = understood(typed)
    assert found.asks == "place"
    assert "area code" in notes(found)


def test_an_area_code_beside_a_place_is_left_aside() -> None:
    found = understood("area code 757 norfolk va")
    assert (label(found), found.understood.words) == ("Norfolk, VA", ())


@pytest.mark.parametrize(("typed", "word"), [("865 wellness", "865"), ("ketamine 865 knoxville", "865")])
def test_three_digits_in_a_name_stay_a_word(typed: str, word: str) -> None:
    assert understood(typed).understood.words == (word,)


@pytest.mark.parametrize("typed", ["-33.86, 151.2", "ketamine 51.50, -0.12"])
def test_coordinates_elsewhere_are_said_to_be_elsewhere(typed: str) -> None:
    found = understood(typed)
    assert found.asks == "place"
    assert "Only clinics in the United States" in notes(found)


@pytest.mark.parametrize(
    "typed", ["ketamine not in california", "kap, not near denver", "ketamina no en miami"]
)
def test_a_place_that_is_not_wanted_is_never_read_as_the_place(typed: str) -> None:
    found = understood(typed)
    assert (found.understood.place, found.understood.words) == (None, ())
    assert "cannot be left out" in notes(found)


def test_the_place_that_is_wanted_counts_beside_one_that_is_not() -> None:
    assert label(understood("kap not in denver but boulder")) == "Boulder, CO"


@pytest.mark.parametrize("typed", ["no referral in denver", "kap not infusion in denver"])
def test_what_is_said_against_a_filter_leaves_the_place(typed: str) -> None:
    assert label(understood(typed)) == "Denver, CO"


def test_a_dose_is_not_looked_for() -> None:
    found = understood("ketamine 100 mg troche denver").understood
    assert (found.words, found.facets) == ((), {"modality": ("oral_sublingual",)})


@pytest.mark.parametrize("typed", ["ketamine 988", "call 911"])
def test_numbers_of_help_are_a_crisis_and_no_area_code(typed: str) -> None:
    found = understood(typed)
    assert (found.crisis, found.asks) == (True, "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ketamine in la for ptsd", "Los Angeles, CA"),
        ("ketamine in oh for ptsd", "Ohio"),
        ("interested in sc injections tampa", "Tampa, FL"),
    ],
)
def test_a_code_after_in_is_a_place_before_other_words(typed: str, expected: str) -> None:
    assert label(understood(typed)) == expected
