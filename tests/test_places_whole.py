"""Every place answers to its own name, and no text whatever is an error or slow."""

import random
import tomllib
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from time import process_time

import pytest

from bench.places import ALPHABET, edited, random_text
from finder.geo import miles
from finder.model import Place
from finder.placenames import in_us_box, place_key
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import bundled_data

PATH = default_gazetteer_path(bundled_data())
KNOWN_PEOPLE = 500
SAME_TOWN_MILES = 10 / 1.609344
MOST_MS = 20.0


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(PATH)


@pytest.mark.slow
def test_every_zip_names_itself_with_and_without_its_town(gazetteer: Gazetteer) -> None:
    for number in gazetteer._file.run("zip"):
        place = gazetteer._file.place(number)
        assert in_us_box(place.point), place.label
        for text in (place.name, place.label):
            found = gazetteer.resolve(text).place
            assert found is not None, text
            assert found.id == place.id, text


@pytest.fixture(scope="module")
def known(gazetteer: Gazetteer) -> list[Place]:
    """Every city, town and section of a city with over KNOWN_PEOPLE."""
    file = gazetteer._file
    numbers = [number for run in ("city", "town", "section") for number in file.run(run)]
    return [file.place(number) for number in numbers if file.population[number] > KNOWN_PEOPLE]


@pytest.mark.slow
def test_every_place_over_500_people_answers_to_its_name_and_state(
    gazetteer: Gazetteer, known: list[Place]
) -> None:
    """How docs/decisions/0007 reads it: where one place of the state bears the name, that place; where
    several do, one of them, and every other is offered.
    """
    bearers = Counter((place_key(place.name), place.state) for place in known)
    missed = []
    for place in known:
        resolution = gazetteer.resolve(f"{place.name}, {place.state}")
        found = resolution.place
        assert found is not None, place.label
        assert in_us_box(found.point), place.label
        assert place.state in found.states, place.label
        assert place.id in {found.id, *(other.id for other in resolution.alternatives)}, place.label
        if found.id != place.id and bearers[place_key(place.name), place.state] == 1:
            missed.append(place.label)
    assert len(known) > 25_000
    assert len(missed) <= 0.001 * len(known), missed


@pytest.mark.slow
def test_every_place_over_500_people_is_itself_by_the_label_that_the_page_shows(
    gazetteer: Gazetteer, known: list[Place]
) -> None:
    """A namesake's label says its county: "Georgetown, Clark County, IN"."""
    missed = []
    for place in known:
        found = gazetteer.resolve(place.label).place
        if found is None or found.id != place.id:
            missed.append(place.label)
    assert len(missed) <= 0.001 * len(known), missed


@pytest.mark.slow
def test_no_town_stands_there_twice(known: list[Place]) -> None:
    by_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in known:
        by_name[place_key(place.name).replace(" ", ""), place.state].append(place)
    for group in by_name.values():
        for place, other in combinations(group, 2):
            assert miles(place.point, other.point) > SAME_TOWN_MILES, place.label


def test_random_texts_and_edited_names_are_answered_and_soon(gazetteer: Gazetteer) -> None:
    rng = random.Random(11)
    file = gazetteer._file
    names = [file.place(rng.choice(file.run("city"))).label for _ in range(300)]
    texts = [random_text(rng) for _ in range(1_200)] + [edited(name, rng) for name in names]
    took = []
    for text in texts:
        begun = process_time()
        resolution = gazetteer.resolve(text)
        gazetteer.suggest(text)
        took.append(1000 * (process_time() - begun))
        assert (resolution.place is None) == (resolution.how == "none"), repr(text)
        assert resolution.place is None or in_us_box(resolution.place.point), repr(text)
    took.sort()
    assert took[int(0.99 * len(took))] <= 2 * MOST_MS  # look-up and suggestions


def test_the_random_texts_hold_what_breaks_parsers() -> None:
    assert {"²", "\x00", "🙂", ",", "٣"} <= set(ALPHABET)


@pytest.mark.parametrize("text", ["Georgia", "georgia", "ga", "GEORGIA, USA"])
def test_a_state_that_shares_its_name_with_a_country_is_the_state(gazetteer: Gazetteer, text: str) -> None:
    place = gazetteer.resolve(text).place
    assert place is not None
    assert place.id == "state:GA"


def test_a_town_abroad_stays_abroad_though_its_country_is_a_state(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("Tbilisi, Georgia").place is None


def test_a_large_city_one_slip_away_is_offered_beside_its_small_namesake(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("ashville")
    assert resolution.place is not None
    assert resolution.place.label == "Ashville, OH"
    assert "Asheville, NC" in [place.label for place in resolution.near_misses]


def test_a_word_too_many_does_not_vanish(gazetteer: Gazetteer) -> None:
    for text in ("Stella Center", "Boston Lobster", "Denver Infusion Lounge"):
        assert gazetteer.resolve(text).place is None, text


def test_two_rows_of_one_town_are_no_alternatives_to_each_other(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Van Nuys")
    assert resolution.place is not None
    assert resolution.place.label == "Van Nuys, CA"
    assert "Van Nuys, CA" not in [place.label for place in resolution.alternatives]


@pytest.mark.parametrize("digits", ["²", "٣", "①②"])
def test_digits_of_other_scripts_begin_no_zip(gazetteer: Gazetteer, digits: str) -> None:
    assert "zip" not in {place.kind for place in gazetteer.suggest(digits)}


def test_a_curated_locality_is_found_and_says_why(gazetteer: Gazetteer) -> None:
    table = tomllib.loads((PATH.parent / "localities.toml").read_text(encoding="utf-8"))["locality"]
    assert table
    for entry in table:
        assert len(entry["why"].split()) > 5
        place = gazetteer.resolve(f"{entry['name']}, {entry['state']}").place
        assert place is not None
        assert place.label == f"{entry['name']}, {entry['state']}"
        assert len(place.counties) == 1


def test_the_default_file_exists() -> None:
    assert Path(PATH).is_file()
