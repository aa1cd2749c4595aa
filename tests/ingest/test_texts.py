"""The texts of our own are well-formed, and the extractor reads them as well as it did."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from finder.facets import FACETS
from finder.ingest.extract import NOT_LABELED
from tools import extraction_score
from tools.extraction_score import Judged, judge, judge_all, rates, read

TEXTS = Path(__file__).parent / "texts"
FILES = ("dev", "dev2", "blind", "blind2")
LABELS = {
    "modalities": "modality",
    "modalities_mentioned_not_offered": "modality",
    "conditions": "condition",
    "screening": "screening",
    "exclusions": "exclusion",
}
PREFIXES = {"blind2": "b2"}
IN_WORDS = {21: "twenty-one"}
SAID_OF_PAYING = {"accepts", "superbill", "does_not_accept", "unknown"}

# Guards against regressions: precision and recall a little under what was measured. The aims are higher.
# Four texts of blind.jsonl with nature on offer are too few for a bar.
BARS = {
    "dev": {
        "modality": (0.97, 0.97),
        "condition": (0.93, 0.93),
        "screening": (0.95, 0.90),
        "exclusion": (0.95, 0.93),
        "nature": (0.95, 0.80),
        "price": (0.95, 0.93),
    },
    "dev2": {
        "modality": (0.97, 0.97),
        "condition": (0.95, 0.92),
        "screening": (0.95, 0.92),
        "exclusion": (0.95, 0.95),
        "nature": (0.95, 0.95),
        "price": (0.95, 0.95),
    },
    "blind": {
        "modality": (0.76, 0.79),
        "condition": (0.94, 0.92),
        "screening": (0.78, 0.78),
        "exclusion": (0.92, 0.57),
        "price": (0.76, 0.95),
    },
    "blind2": {
        "modality": (0.97, 0.96),
        "condition": (0.97, 0.95),
        "screening": (0.90, 0.82),
        "exclusion": (0.95, 0.93),
        "nature": (0.95, 0.80),
        "price": (0.95, 0.95),
    },
}


def cases() -> list[Any]:
    found = [
        pytest.param(name, case, id=case["id"]) for name in FILES for case in read(TEXTS / f"{name}.jsonl")
    ]
    return found


@pytest.fixture(scope="module")
def judged() -> dict[str, list[Judged]]:
    return {name: judge_all(read(TEXTS / f"{name}.jsonl")) for name in FILES}


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_text_is_labelled_with_codes_of_the_table(name: str, case: dict[str, Any]) -> None:
    labels = case["labels"]
    assert case["id"].startswith(f"{PREFIXES.get(name, name)}-")
    assert all(case.get("traps", ["none named"]))
    for field, facet in LABELS.items():
        assert set(labels[field]) <= set(FACETS[facet].by_code) - NOT_LABELED
        assert len(set(labels[field])) == len(labels[field])
    assert labels["insurance"] in SAID_OF_PAYING
    assert isinstance(labels["nature_immersion"], bool)


@pytest.mark.parametrize(("name", "case"), cases())
def test_the_labels_of_a_text_agree_with_each_other(name: str, case: dict[str, Any]) -> None:
    labels = case["labels"]
    assert not set(labels["modalities"]) & set(labels["modalities_mentioned_not_offered"])
    if "treatment_resistant_depression" in labels["conditions"]:
        assert "depression" in labels["conditions"]
    if labels["min_age"] is not None:
        assert "age_minimum" in labels["screening"]
        age = labels["min_age"]
        assert str(age) in case["text"] or IN_WORDS.get(age, "?") in case["text"]
    written = case["text"].replace(",", "")
    for amount in labels["prices_usd"]:
        assert f"${amount}" in written


def test_there_are_enough_texts_and_no_two_are_alike() -> None:
    everything = [case for name in FILES for case in read(TEXTS / f"{name}.jsonl")]
    assert len(everything) >= 60
    assert not [one for one, times in Counter(case["id"] for case in everything).items() if times > 1]
    openings = Counter(case["text"][:60] for case in everything)
    assert openings.most_common(1)[0][1] == 1
    assert all(50 <= len(case["text"].split()) <= 250 for case in everything)


def test_every_trap_that_a_plain_word_search_falls_into_is_there() -> None:
    everything = [case for name in FILES for case in read(TEXTS / f"{name}.jsonl")]
    named = sum(len(case["labels"]["modalities_mentioned_not_offered"]) for case in everything)
    offered = sum(len(case["labels"]["modalities"]) for case in everything)
    assert named >= offered / 2
    assert any(case.get("language") == "es" for case in everything)


@pytest.mark.parametrize("name", FILES)
def test_what_is_read_from_the_texts_stays_as_good_as_it_was(
    name: str, judged: dict[str, list[Judged]]
) -> None:
    found = {facet: rates(judged[name], facet) for facet in BARS[name]}
    short = {
        facet: (round(found[facet].precision, 3), round(found[facet].recall, 3), bar)
        for facet, bar in BARS[name].items()
        if found[facet].precision < bar[0] or found[facet].recall < bar[1]
    }
    assert not short


def test_the_two_sprays_are_never_swapped(judged: dict[str, list[Judged]]) -> None:
    assert [one.id for name in FILES for one in judged[name] if one.swapped] == []


def test_every_quote_stands_in_its_text(judged: dict[str, list[Judged]]) -> None:
    assert [one.id for name in FILES for one in judged[name] if one.verbatim != one.quotes] == []


def test_instructions_in_a_text_change_nothing() -> None:
    case = next(case for case in read(TEXTS / "blind.jsonl") if case["id"] == "blind-026")
    offered = judge_all([case])[0].got["modality"]
    assert not offered & set(case["labels"]["modalities_mentioned_not_offered"])


CASE = {
    "id": "one",
    "text": "We give Spravato. No lozenges. $100.",
    "labels": {
        "modalities": ["esketamine_nasal"],
        "modalities_mentioned_not_offered": ["oral_sublingual"],
        "conditions": [],
        "nature_immersion": False,
        "screening": ["ekg"],
        "exclusions": [],
        "prices_usd": [100],
        "insurance": "unknown",
        "min_age": None,
    },
}


def answer(*modalities: str, prices: tuple[float, ...] = ()) -> dict[str, Any]:
    claims = [
        {"facet": "modality", "value": code, "says": "yes", "quote": "We give Spravato."}
        for code in modalities
    ]
    return {"claims": claims, "prices_usd": prices, "insurance": "unknown", "min_age": None}


def test_the_score_counts_what_is_missed_and_what_is_too_much() -> None:
    found = judge(CASE, answer("esketamine_nasal", "oral_sublingual", prices=(100.0,)))
    assert rates([found], "modality")[:2] == (0.5, 1.0)
    assert rates([found], "modality", "oral_sublingual")[:2] == (0.0, 1.0)
    assert rates([found], "screening")[:2] == (1.0, 0.0)
    assert rates([found], "price")[:2] == (1.0, 1.0)
    assert (found.false_offers, found.swapped, found.verbatim) == (1, False, 2)


def test_the_score_sees_a_swap_of_the_two_sprays() -> None:
    assert judge(CASE, answer("intranasal_ketamine")).swapped
    assert not judge(CASE, answer("esketamine_nasal", "intranasal_ketamine")).swapped


def test_silence_on_another_language_is_no_miss() -> None:
    assert rates([judge({**CASE, "language": "es"}, answer())], "modality").recall == 1.0
    wrong = judge({**CASE, "language": "es"}, answer("kap"))
    assert rates([wrong], "modality").precision == 0.0


def test_the_score_prints_a_table_misses_and_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "few.jsonl"
    lines = [json.dumps({**CASE, "id": str(number)}) for number in range(4)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["extraction_score", str(file), str(file), "--misses", "--cross", "3"])
    extraction_score.main()
    shown = capsys.readouterr().out
    assert "modality" in shown and "few.jsonl" in shown
    assert "miss 0" in shown
    assert "3 random halves of 8 texts" in shown
