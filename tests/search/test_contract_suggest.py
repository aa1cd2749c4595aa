"""What every engine must do while the name of a clinic is typed."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.model import Address, Clinic
from finder.search.engine import SearchEngine
from finder.search.starts import MAX_START_CHARS, name_starts, typed_start
from tests.factories import make_clinic
from tests.search.brute_force import BruteForce
from tests.search.engines import COMPARED, EVERY, empty

LETTERS = "ab z9"
"""Few, so that starts, slips and ties are common."""


@pytest.fixture(scope="module", params=EVERY)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return empty(request, tmp_path_factory.mktemp("suggest"))


@pytest.fixture(scope="module", params=COMPARED)
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return empty(request, tmp_path_factory.mktemp("compared"))


def named(*names: str) -> list[Clinic]:
    return [make_clinic(f"clinic-{number}", name=name) for number, name in enumerate(names)]


def offered(engine: SearchEngine, typed: str, limit: int = 8) -> list[tuple[str, str]]:
    return [(found.name, found.kind) for found in engine.suggest(typed, limit)]


def prefixes(*names: str) -> list[tuple[str, str]]:
    return [(name, "prefix") for name in names]


def edits(*names: str) -> list[tuple[str, str]]:
    return [(name, "edit") for name in names]


def random_text(random: Random, longest: int) -> str:
    return "".join(random.choices(LETTERS, k=random.randrange(1, longest)))


def slipped(text: str, random: Random) -> str:
    """The text with one letter after the first dropped, put in, replaced or swapped."""
    at = random.randrange(1, max(2, len(text)))
    head, letter, tail = text[:at], text[at : at + 1], text[at + 1 :]
    other = random.choice(LETTERS)
    return random.choice(
        (head + tail, head + other + tail, head + other + letter + tail, head + tail[:1] + letter + tail[1:])
    )


# Agreement with the reference


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_small_worlds_agree_with_the_reference(compared: SearchEngine, random: Random) -> None:
    names = [
        "a" + random_text(random, longest=random.choice((4, 12, 40))) for _ in range(random.randrange(1, 12))
    ]
    clinics = named(*names, *random.choices(names, k=len(names) // 3))
    compared.rebuild(clinics)
    reference = BruteForce(clinics)
    for _ in range(10):
        start = random.choice(names)[: random.randrange(1, 30)]
        typed = random.choice((start, slipped(start, random), random_text(random, longest=30)))
        limit = random.choice((1, 2, 6, 100))
        assert compared.suggest(typed, limit) == reference.suggest(typed, limit), typed


@pytest.mark.slow
def test_every_real_clinic_agrees_typed_right_and_with_a_slip(
    compared: SearchEngine, real_build: Path
) -> None:
    lines = (real_build / "clinics.jsonl").read_text(encoding="utf-8").splitlines()
    clinics = [Clinic.model_validate_json(line) for line in lines]
    compared.rebuild(clinics)
    reference, random = BruteForce(clinics), Random(5)
    for _ in range(300):
        name = random.choice(name_starts(random.choice(clinics).name))
        start = name[: random.randrange(1, 20)]
        for typed in (start, slipped(start, random)):
            assert compared.suggest(typed, 6) == reference.suggest(typed, 6), typed


# One by one


def test_what_is_shown_is_the_name_as_it_is_written_and_the_town(engine: SearchEngine) -> None:
    clinic = make_clinic("cafe-hagatna-gu", name="Café “Blue”", address=Address(city="Hagåtña", state="GU"))
    engine.rebuild([clinic])
    [found] = engine.suggest("cafe b", 8)
    shown = (found.id, found.name, found.city, found.state, found.kind)
    assert shown == ("cafe-hagatna-gu", "Café “Blue”", "Hagåtña", "GU", "prefix")


def test_the_start_of_the_name_comes_before_the_start_of_a_later_word(engine: SearchEngine) -> None:
    engine.rebuild(named("Zeta Blue", "Blue Sky", "Alpha Blue", "Navy-Blue Hill", "Bluebird"))
    hits = prefixes("Blue Sky", "Bluebird", "Alpha Blue", "Navy-Blue Hill", "Zeta Blue")
    assert offered(engine, "blue") == hits
    assert offered(engine, "blue", 3) == hits[:3]


def test_a_clinic_is_named_once(engine: SearchEngine) -> None:
    engine.rebuild(named("Blue Blue Blue"))
    assert offered(engine, "blu") == prefixes("Blue Blue Blue")


def test_equal_names_stand_by_id(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic(id, name=name) for id, name in (("b", "BLUE"), ("a", "Blue"), ("c", "Blué"))])
    assert [found.id for found in engine.suggest("blue", 8)] == ["a", "b", "c"]


def test_the_middle_of_a_word_is_no_start(engine: SearchEngine) -> None:
    engine.rebuild(named("Skyblue"))
    assert offered(engine, "blue") == []


@pytest.mark.parametrize(
    "typed", ["asevi", "ashevvi", "asjevi", "ahsevi", "ashevlle", "ashe ville", "ashevillx"]
)
def test_one_slip_after_the_first_letter_is_forgiven(engine: SearchEngine, typed: str) -> None:
    engine.rebuild(named("Asheville Ketamine", "Mind of Asheville"))
    assert offered(engine, typed) == edits("Asheville Ketamine", "Mind of Asheville")


@pytest.mark.parametrize("typed", ["psheville", "sheville", "saheville", "ashvlle", "axxeville", "ash x"])
def test_another_first_letter_and_two_slips_are_not(engine: SearchEngine, typed: str) -> None:
    engine.rebuild(named("Asheville Ketamine"))
    assert offered(engine, typed) == []


def test_three_letters_are_taken_as_they_are_typed(engine: SearchEngine) -> None:
    engine.rebuild(named("Blue"))
    assert offered(engine, "bul") == []
    assert offered(engine, "bule") == edits("Blue")


def test_slips_fill_up_what_is_left_of_the_limit(engine: SearchEngine) -> None:
    engine.rebuild(named("Boise", "Noise Mind", "Noses", "Bold Noise", "Nose"))
    assert offered(engine, "noise") == [*prefixes("Noise Mind", "Bold Noise"), *edits("Nose", "Noses")]
    assert offered(engine, "noise", 3) == [*prefixes("Noise Mind", "Bold Noise"), *edits("Nose")]
    assert offered(engine, "noise", 2) == prefixes("Noise Mind", "Bold Noise")


def test_a_space_too_many_or_too_few_is_a_slip_like_others(engine: SearchEngine) -> None:
    engine.rebuild(named("Blue Sky", "Overland"))
    assert offered(engine, "bluesky") == edits("Blue Sky")
    assert offered(engine, "over land") == edits("Overland")


def test_only_the_first_characters_of_a_long_name_count(engine: SearchEngine) -> None:
    name = "A very long name for a clinic in the hills"
    engine.rebuild(named(name))
    for typed in ("a very long name for a c", "a very long name for a coat on the moon"):
        assert offered(engine, typed) == prefixes(name), typed
    assert offered(engine, "a very long name for a boat") == edits(name)
    assert offered(engine, "a very long name for one clinic") == []


def test_a_text_as_long_as_a_start_is_shortened_or_changed_but_not_lengthened(engine: SearchEngine) -> None:
    whole = "abcdefghijklmnopqrstuvwxyz"
    engine.rebuild(named(whole))
    assert offered(engine, whole[:10] + whole[11:]) == []
    assert offered(engine, whole[:10] + whole[11:24]) == edits(whole)
    assert offered(engine, whole[:10] + "9" + whole[10:]) == edits(whole)
    assert offered(engine, whole[:10] + "9" + whole[11:]) == edits(whole)


def test_case_accents_and_punctuation_do_not_count(engine: SearchEngine) -> None:
    engine.rebuild(named("St. Mary’s Mind & Body"))
    for typed in ("ST MARYS", "st. mary's mind", "Mind and b", "  bódy  "):
        assert offered(engine, typed) == prefixes("St. Mary’s Mind & Body"), typed


@pytest.mark.parametrize("typed", ["", "  ", "!?", "東京", "\x00", "zzzz", "z" * 500, '"]}', "*"])
def test_nothing_to_begin_with_finds_nothing(engine: SearchEngine, typed: str) -> None:
    engine.rebuild(named("Blue Sky", "東京"))
    assert engine.suggest(typed, 8) == ()


def test_an_empty_index_suggests_nothing(engine: SearchEngine) -> None:
    engine.rebuild([])
    assert engine.suggest("blue", 8) == ()


def test_another_name_is_no_start(engine: SearchEngine) -> None:
    engine.rebuild([make_clinic("a", name="Blue", other_names=("Green",))])
    assert offered(engine, "green") == []


def test_many_clinics_of_one_name_are_cut_at_the_limit(engine: SearchEngine) -> None:
    engine.rebuild(named(*["Mind Blue Blue Ketamine"] * 300))
    for typed in ("mind", "blue", "ketamine", "ketamnie", "bule"):
        ids = [found.id for found in engine.suggest(typed, 100)]
        assert ids == sorted(f"clinic-{number}" for number in range(300))[:100], typed


def test_starts_are_cut_and_begin_at_every_word() -> None:
    assert name_starts("Blue Sky (K.A.P.)") == ("blue sky kap", "sky kap", "kap")
    assert name_starts("…") == ()
    assert [len(start) for start in name_starts("x" * 30 + " b")] == [MAX_START_CHARS, 1]
    assert typed_start("  Kétamine, of the Blue Hills & more") == "ketamine of the blue hil"
