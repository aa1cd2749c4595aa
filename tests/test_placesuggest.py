"""Places offered while a name is typed, held against plain loops over every name."""

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from finder.placefile import PlaceFile, Posting
from finder.placenames import place_key
from finder.places import Gazetteer, default_gazetteer_path
from finder.placesuggest import SHORTEST_EDITED, Offer, PlaceStarts
from finder.settings import bundled_data

LIMIT = 8


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.open(default_gazetteer_path(bundled_data()))


@cache
def every_name() -> list[tuple[str, list[Posting]]]:
    file = PlaceFile(default_gazetteer_path(bundled_data()))
    return [(file.key(number), list(file.postings(number))) for number in range(file.key_count)]


def reference(typed: str, state: str = "") -> list[Offer]:
    """The best match of each place over all its names, in plain loops; `typed` without abbreviations."""
    best: dict[int, tuple[int, int, int]] = {}
    file = gazetteer()._file
    for name, posts in every_name():
        kind = match(typed, name)
        if kind is None:
            continue
        for post in posts:
            if not state or file.states[file.state[post.place]] == state:
                way = (kind, -post.weight, post.place)
                best[post.place] = min(way, best.get(post.place, way))
    return [Offer(place, ("prefix", "edit")[kind]) for kind, _, place in sorted(best.values())][:LIMIT]


def match(typed: str, name: str) -> int | None:
    if name.startswith(typed):
        return 0
    if len(typed) < SHORTEST_EDITED or typed[0] != name[0]:
        return None
    lengths = range(len(typed) - 1, len(typed) + 2)
    return 1 if any(OSA.distance(typed[1:], name[1:length]) == 1 for length in lengths) else None


def labels(typed: str, limit: int = LIMIT) -> list[str]:
    return [place.label for place in gazetteer().suggest(typed, limit)]


def typed_names() -> Iterator[str]:
    for word in ("asheville", "san fran", "new yrok", "garden cit", "los anglees", "winston salem", "b"):
        yield from (word[:length] for length in range(1, len(word) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("typed", sorted({typed.strip() for typed in typed_names()}))
def test_beginnings_agree_with_the_reference(typed: str) -> None:
    assert PlaceStarts(gazetteer()._file).offers(typed, LIMIT) == reference(typed)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_slips_agree_with_the_reference(data: st.DataObject) -> None:
    name, _ = data.draw(st.sampled_from(every_name()))
    start = name[: data.draw(st.integers(1, 14))]
    at = data.draw(st.integers(1, len(start)))
    other = data.draw(st.sampled_from(["", "a", "x", " ", "9", start[at - 1]]))
    slip = start[:at] + other + start[at + data.draw(st.integers(0, 1)) :]
    typed = " ".join(slip.split())
    assume(typed and not typed.isdigit() and place_key(typed) == typed)  # the reference spells nothing out
    assert gazetteer()._starts.offers(typed, LIMIT) == reference(typed)


def test_those_that_start_so_come_first_and_the_larger_before_the_smaller() -> None:
    found = gazetteer().suggested("ashevi")
    assert (found[0][0].label, found[0][1]) == ("Asheville, NC", "prefix")
    assert [match for _, match in found] == sorted((match for _, match in found), reverse=True)
    portland = [label for label in labels("portland,", 20) if label.startswith("Portland, ")]
    assert portland[:2] == ["Portland, OR", "Portland, ME"]


def test_a_spelled_out_word_is_found_by_its_short_form_too() -> None:
    assert labels("st lou")[0] == labels("saint lou")[0] == "St. Louis, MO"
    assert "Mount Vernon, NY" in labels("mt vern")


@pytest.mark.parametrize("typed", ["asjev", "ahsev", "asev", "ashhev", "aseville"])
def test_one_slip_is_forgiven(typed: str) -> None:
    assert "Asheville, NC" in labels(typed)
    assert {match for place, match in gazetteer().suggested(typed) if place.name == "Asheville"} == {"edit"}


def test_the_first_letter_and_three_letters_are_taken_as_typed() -> None:
    assert "Asheville, NC" not in labels("psheville")
    assert [match for _, match in gazetteer().suggested("zqx")] == []
    assert {match for _, match in gazetteer().suggested("den")} == {"prefix"}


def test_a_state_behind_a_comma_keeps_its_own() -> None:
    assert {place.state for place in gazetteer().suggest("springf, missou")} == {"MO"}
    file = gazetteer()._file
    assert PlaceStarts(file).offers("san, tx", LIMIT) == reference("san", "TX")


def test_each_place_is_offered_once() -> None:
    for typed in ("new york", "n", "la", "san", "washington"):
        ids = [place.id for place in gazetteer().suggest(typed, 50)]
        assert len(ids) == len(set(ids)) > 5


@pytest.mark.parametrize("typed", ["", " ", ",", "…", "東京", ", nc", "123456"])
def test_nothing_to_begin_with_offers_nothing(typed: str) -> None:
    assert labels(typed) == []
