"""docs/understanding.md says what the code does."""

import re
from pathlib import Path

import pytest

from finder.search.request import Request
from finder.search.understand import STEPS, start
from tests.search.understanding import explainer

PAGE = (Path(__file__).parents[2] / "docs/understanding.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(.+) -> (.+)$", PAGE, re.MULTILINE)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize(("typed", "meant"), EXAMPLES)
def test_an_example_means_what_the_page_says(typed: str, meant: str) -> None:
    found = explainer().document(typed)
    pairs = "; ".join(f"{name}={value}" for name, value in found["params"])
    assert meant == ("asks for a place" if found["asks"] else pairs)


def test_every_step_is_on_the_page_in_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [step.__name__ for step in STEPS]


@pytest.mark.parametrize(("name", "typed"), re.findall(r"^\| `(\w+)` \|.*\| `(.+)` \|$", PAGE, re.MULTILINE))
def test_the_example_of_a_step_is_understood_by_that_step(name: str, typed: str) -> None:
    parts = explainer()
    reading = start(Request(q=typed), parts.gazetteer, parts.lexicon, parts.settings)
    for step in STEPS:
        before = (len(reading.notes), [word.taken for word in reading.words])
        step(reading)
        if step.__name__ == name:
            assert (len(reading.notes), [word.taken for word in reading.words]) != before
