"""Every place answers to its own name, and no text whatever is an error or slow."""

import random
import tomllib
from collections import defaultdict
from pathlib import Path
from time import perf_counter

import pytest

from bench.places import ALPHABET, edited, random_text
from finder.geo import miles
from finder.placenames import in_us_box, place_key
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import bundled_data

PATH = default_gazetteer_path(bundled_data())
KNOWN_PEOPLE = 500
SAME_SPOT_MILES = 5.0
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


@pytest.mark.slow
def test_every_place_over_500_people_is_found_by_name_and_state(gazetteer: Gazetteer) -> None:
    """A name that one place of the state bears is that place; namesakes are all offered."""
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    file = gazetteer._file
    for run in ("city", "town", "section"):
        for number in file.run(run):
            if file.population[number] > KNOWN_PEOPLE:
                place = file.place(number)
                bearers[place_key(place.name), place.state].append(number)
    missed, places = [], 0
    for (_, state), numbers in bearers.items():
        for place in map(file.place, numbers):
            places += 1
            resolution = gazetteer.resolve(f"{place.name}, {state}")
            found = resolution.place
            assert found is not None, place.label
            assert in_us_box(found.point), place.label
            assert state in found.states, place.label
            there = miles(found.point, place.point) <= SAME_SPOT_MILES
            if found.id != place.id and not there and len(numbers) == 1:
                missed.append(place.label)
            assert there or place.id in {found.id, *(other.id for other in resolution.alternatives)}
    assert places > 25_000
    assert len(missed) <= 0.005 * places, missed


def test_random_texts_and_edited_names_are_answered_and_soon(gazetteer: Gazetteer) -> None:
    rng = random.Random(11)
    file = gazetteer._file
    names = [file.place(rng.choice(file.run("city"))).label for _ in range(300)]
    texts = [random_text(rng) for _ in range(1_200)] + [edited(name, rng) for name in names]
    took = []
    for text in texts:
        begun = perf_counter()
        resolution = gazetteer.resolve(text)
        gazetteer.suggest(text)
        took.append(1000 * (perf_counter() - begun))
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
    assert gazetteer.suggest(digits) == ()


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
