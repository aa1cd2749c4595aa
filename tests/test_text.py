"""fold() and tokens(): the one analysis of text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.text import clean, fold, tokens

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("Kétamine-Assisted (K.A.P.)", "ketamine assisted kap"),
        ("St. Mary's", "st marys"),
        ("R&D", "r and d"),
        ("  Ünïcode\tSPACE ", "unicode space"),
        ("ﬁne", "fine"),
        ("...", ""),
        ("Straße", "strasse"),
        ("日本", ""),
    ],
)
def test_text_folds_to_plain_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(anything)
def test_folding_is_plain_and_idempotent(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert re.fullmatch(r"(?:[0-9a-z]+(?: [0-9a-z]+)*)?", folded)
    assert tokens(text) == folded.split()


@given(anything)
def test_cleaning_is_idempotent_and_leaves_no_control_character(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert not re.search(r"[\x00-\x1f\x7f]", cleaned)
    cleaned.encode("utf-8")


def test_cleaning_keeps_letters_and_case() -> None:
    assert clean("Dr.\u200b  Müller\x00\n") == "Dr. Müller"
