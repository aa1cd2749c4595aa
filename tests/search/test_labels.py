"""What the box suggests reads back as that very place, after any words about treatment."""

import random

import pytest

from finder.model import Place
from tests.search.understanding import explainer, label, understood

LEADS = (
    "",
    "iv",
    "kap near",
    "ketamine clinics in",
    "spravato medicaid",
    "no referral",
    "im shots",
    "terapia cerca de",
    "within 25 miles of",
    "nature retreat",
    "in person kap",
)
KINDS = ("zip", "city", "neighborhood", "county", "metro", "region", "state")


def suggested(count: int) -> list[Place]:
    """Suggestions for random beginnings of two to nine letters or digits of true names."""
    rng = random.Random(7)
    gazetteer = explainer().gazetteer
    starts = [f"{rng.randrange(100, 1000)}" for _ in range(count // 8)]
    for first in "abcdefghijklmnoprstuvwyz":
        for place in gazetteer.suggest(first + rng.choice("aeiouhlr"), 40):
            starts += [place.name[: rng.randrange(2, 10)] for _ in range(2)]
    rng.shuffle(starts)
    places = {place.id: place for start in starts[:count] for place in gazetteer.suggest(start)}
    return list(places.values())


@pytest.mark.slow
def test_every_suggestion_reads_back_as_that_place_after_any_leading_words() -> None:
    rng = random.Random(11)
    places = suggested(600)
    assert {place.kind for place in places} >= {*KINDS} - {"neighborhood"}
    for place in places:
        for lead in rng.sample(LEADS, 3):
            found = understood(f"{lead} {place.label}".strip()).understood
            assert found.place is not None, (lead, place.label)
            same = found.place.label == place.label or found.place.counties == place.counties
            assert same, (lead, place.label, found.place.label)
            assert found.words == (), (lead, place.label)


@pytest.mark.parametrize(
    "text",
    [
        "Denver Tech Center, Denver, CO",
        "Old City, Philadelphia, PA",
        "Waikīkī, Honolulu, HI",
        "Lone Star, Lamar County, TX",
        "Fountain Square, Indianapolis, IN",
        "Queen Anne, MD 21681",
        "Bend area, OR",
        "West Texas",
        "Texas Gulf Coast",
        "Nature Coast",
        "Laurel Highlands",
        "Quad Cities",
        "American Samoa",
        "New York State",
        "Washington State",
        "Newport News (city), VA",
    ],
)
@pytest.mark.parametrize("lead", ["iv", "ketamine clinics in", "terapia cerca de"])
def test_a_label_is_that_place_after_other_words(lead: str, text: str) -> None:
    found = understood(f"{lead} {text}")
    assert label(found) == text
    assert found.understood.words == ()


def test_a_label_may_be_followed_by_other_words() -> None:
    assert label(understood("Old City, Philadelphia, PA kap medicaid")) == "Old City, Philadelphia, PA"


def test_a_preposition_after_a_comma_is_no_state_of_a_label() -> None:
    assert label(understood("denver, in network")) == "Denver, CO"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ketamine mayo clinic", "Rochester, MN"),
        ("near johns hopkins", "Baltimore, MD"),
        ("mayo md", "Mayo, MD"),
    ],
)
def test_universities_and_hospitals_are_read_as_their_town(typed: str, expected: str) -> None:
    assert label(understood(typed)) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "i cant do this anymore please help denver",
        "my dr told me to try ketamine in denver",
        "nothing has helped my wife, we live in denver",
        "necesito ayuda, vivo en denver",
    ],
)
def test_what_people_say_around_it_is_not_looked_for(typed: str) -> None:
    found = understood(typed)
    assert (label(found), found.understood.words) == ("Denver, CO", ())


def test_near_me_in_short_is_not_maine() -> None:
    assert understood("ketamine nr me").asks == "place"
