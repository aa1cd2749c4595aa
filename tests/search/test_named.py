"""A clinic's name that was typed leads to that clinic, and a name that only says what is given does not."""

from pathlib import Path

import pytest

from finder.search.embedded import EmbeddedEngine
from finder.search.engine import SearchEngine
from finder.search.find import find
from finder.search.lexicon import Lexicon
from finder.search.named import MOST, clinics_named
from finder.search.query import Query
from finder.settings import bundled_data
from tests.factories import make_clinic, make_location, make_place

LEXICON = Lexicon.open(bundled_data())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    folder: Path = tmp_path_factory.mktemp("index")
    engine = EmbeddedEngine(folder)
    named = {
        "tranquility": "Tranquility Ketamine",
        "woods": "Woods & River Psychiatry, MD",
        "generic": "Ketamine Clinic",
        "one": "Klarowell",
        **{f"chain-{n}": "Stillwater Minds" for n in range(5)},
    }
    location = make_location().model_copy(update={"city": "Asheville", "state": "NC"})
    engine.rebuild([make_clinic(id, name=name, location=location) for id, name in named.items()])
    return engine


@pytest.mark.parametrize(
    ("typed", "clinic"),
    [
        ("Tranquility Ketamine", "tranquility"),
        ("tranquility ketamine asheville", "tranquility"),
        ("tranquility ketamine in asheville, north carolina", "tranquility"),
        ("Woods and River Psychiatry MD", "woods"),
        ("woods & river psychiatry, md", "woods"),
        ("tranquility ketamine clinic in asheville", "tranquility"),
        ("klarowell", "one"),
        ("klarowell nc", "one"),
    ],
)
def test_a_typed_name_leads_to_its_clinic(engine: SearchEngine, typed: str, clinic: str) -> None:
    assert [one.id for one in clinics_named(engine, LEXICON, typed)] == [clinic]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "🙂",
        "ketamine clinic",
        "ketamine clinic asheville",
        "tranquility",
        "tranquility ketamine denver",
        "tranquility ketamine asheville spa",
        "kap near asheville",
        "klarowell " * 40,
    ],
)
def test_what_is_no_name_or_lies_elsewhere_leads_nowhere(engine: SearchEngine, typed: str) -> None:
    assert clinics_named(engine, LEXICON, typed) == ()


def test_a_chain_gives_no_more_than_a_few(engine: SearchEngine) -> None:
    assert len(clinics_named(engine, LEXICON, "stillwater minds")) == MOST


def test_words_that_no_clinic_has_are_left_out_and_told(engine: SearchEngine) -> None:
    answer = find(
        engine, Query(words=("qwertz",), place=make_place(), radius_miles=50.0), drop_unmatched=True
    )
    assert answer.unmatched_words == ("qwertz",)
    assert answer.results.total == 9
    assert answer.results.query.words == ()


def test_words_that_match_stay_and_words_alone_are_never_dropped(engine: SearchEngine) -> None:
    near = find(
        engine, Query(words=("stillwater",), place=make_place(), radius_miles=50.0), drop_unmatched=True
    )
    assert (near.unmatched_words, near.results.total) == ((), 5)
    alone = find(engine, Query(words=("qwertz",)), drop_unmatched=True)
    assert (alone.unmatched_words, alone.results.total) == ((), 0)
