"""The index by letters misses no name that is near, and visits few that are not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bench.places import edited
from finder.placefile import PlaceFile
from finder.placeletters import LetterIndex, as_bits, letter_rows, numbers
from finder.places import default_gazetteer_path
from finder.placetypos import most_edits
from finder.settings import bundled_data

SOME = st.text(alphabet="abc ", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def file() -> PlaceFile:
    return PlaceFile(default_gazetteer_path(bundled_data()))


def index_of(names: list[str]) -> LetterIndex:
    row_bytes = -(-len(names) // 8)
    rows: dict[tuple[int, str, int], list[int]] = {}
    for number, name in enumerate(names):
        for row in letter_rows(name):
            rows.setdefault(row, []).append(number)
    lengths = [[n for n, name in enumerate(names) if len(name) == length] for length in range(20)]
    return LetterIndex(
        bytes(byte for part, letter, count in rows for byte in (part, ord(letter), count)),
        memoryview(b"".join(as_bits(held, row_bytes) for held in rows.values())),
        memoryview(b"".join(as_bits(held, row_bytes) for held in lengths)),
        row_bytes,
    )


@given(st.lists(SOME, min_size=1, max_size=20, unique=True), SOME, st.integers(min_value=0, max_value=3))
def test_no_name_within_the_edits_is_missed(names: list[str], typed: str, most: int) -> None:
    found = index_of(names).near(typed, 2 ** len(names) - 1, most)
    near = {number for number, name in enumerate(names) if OSA.distance(typed, name) <= most}
    assert near <= set(found)


def test_every_name_of_the_gazetteer_that_is_near_a_slip_is_found(file: PlaceFile) -> None:
    rng, index, names = random.Random(8), file.letter_index(), file.keys(range(file.key_count))
    within = file.names_of_state("NC")
    visited = 0
    for _ in range(150):
        typed = edited(names[rng.choice(numbers(within))], rng)
        most = most_edits(len(typed), within_state=True)
        found = index.near(typed, within, most)
        near = process.extract(typed, names, scorer=OSA.distance, score_cutoff=most, limit=None)
        assert {number for _, _, number in near if within >> number & 1} <= set(found), typed
        visited += len(found)
    assert visited / 150 < 0.05 * len(numbers(within))


def test_names_are_numbered_by_their_bits() -> None:
    assert numbers(0) == []
    assert numbers(int.from_bytes(as_bits([0, 7, 8, 30], 4), "little")) == [0, 7, 8, 30]


def test_a_length_that_no_name_has_is_near_nothing(file: PlaceFile) -> None:
    everywhere = file.large_names()
    assert file.letter_index().near("x" * 190, everywhere, 3) == []
