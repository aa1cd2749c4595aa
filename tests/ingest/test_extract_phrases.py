"""The phrase file and its little language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import DataError
from finder.ingest.denial import denied_in
from finder.ingest.phrases import (
    anywhere,
    bundled_phrases,
    compile_pattern,
    match_at,
    phrases_in,
    read_phrases,
    words_of,
)
from finder.ingest.sentences import MAX_SENTENCE_CHARS, sentences


def holds(pattern, text):
    return anywhere([compile_pattern(pattern)], words_of(text))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ride home", "A RIDE-HOME, please", True),
        ("ride|drive home", "drive home", True),
        ("schizophreni*", "schizophrenic", True),
        ("no ~ referral", "no kind of doctor referral", True),
        ("no ~ referral", "no one two three four referral", False),
        ("no ~~ referral", "no one two three four referral", True),
        ("fit the? first", "fit first", True),
        ("fit the? first", "fit the first", True),
        ("fit the? first", "fit a first", False),
        ("dont treat", "We don’t treat", True),
        ("ride home", "ride", False),
    ],
)
def test_a_pattern_finds_its_words(pattern, text, found):
    assert holds(pattern, text) is found


@pytest.mark.parametrize(
    "pattern", ["", "~ a", "a ~", "the? ride", "a ~ b ~ c ~ d", "Ride", "ab*", "a||b", "é"]
)
def test_what_cannot_be_a_pattern_is_refused(pattern):
    with pytest.raises(ValueError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[screening", "extract.toml"),
        ("[wishes.ride]\nyes=['a']", "there is no facet 'wishes'"),
        ("[screening.ride]\nyes=['a']", "there is no value screening.ride"),
        ("[screening.ekg]\nyess=['a']", "only yes, no, unless and detail"),
        ("[screening.ekg]\nyes=['EKG']", "screening.ekg: 'EKG' is not folded"),
        ("[context]\noffer=['~']", "offer"),
    ],
)
def test_a_broken_file_names_its_entry(text, problem):
    with pytest.raises(DataError, match=problem):
        read_phrases(text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"extract\.toml"):
        phrases_in(tmp_path)


def test_details_of_the_file_are_details_of_the_table():
    table = bundled_phrases()
    assert {"modality", "condition", "nature", "screening", "exclusion"} <= set(table.facets)


def test_clauses_end_at_but_and_at_brackets():
    assert [word.clause for word in words_of("no therapy, but infusions (iv)")] == [0, 0, 1, 1, 2]


def test_a_negation_reaches_within_its_clause_only():
    table = read_phrases("[context]\nnegation=['no']\n[screening.ekg]\nyes=['ekg']")
    for text, denied in [("no baseline ekg", True), ("no: ekg", False), ("no a b c d ekg", False)]:
        words = words_of(text)
        [match] = table.standing("screening", words)
        assert denied_in(table, words)(*match) is denied


def quotes(text):
    return [row.quote for row in sentences(text, bundled_phrases())]


def test_sentences_end_at_points_questions_and_lines():
    assert quotes("Ask Dr. Lee, e.g. by phone. Now?\n 1. Rest: it helps\n\n• Eat!") == [
        "Ask Dr. Lee, e.g. by phone.",
        "Now?",
        "1. Rest: it helps",
        "• Eat!",
    ]


def test_an_answer_knows_its_question_until_an_empty_line():
    rows = list(sentences("Ride home? Yes. Always.\n\nCall us.", bundled_phrases()))
    assert [(bool(row.asked), row.opens, row.after_gap) for row in rows] == [
        (False, True, False),
        (True, True, False),
        (True, False, False),
        (False, True, True),
    ]


@given(st.text(alphabet="ab .?!\n-•'", max_size=3 * MAX_SENTENCE_CHARS))
def test_sentences_are_spans_of_the_text_and_never_long(text):
    start = 0
    for quote in quotes(text):
        assert len(quote) <= MAX_SENTENCE_CHARS
        start = text.index(quote, start) + len(quote)


def test_a_very_long_word_is_cut():
    assert [len(quote) for quote in quotes("a" * (MAX_SENTENCE_CHARS + 5))] == [MAX_SENTENCE_CHARS, 5]


def test_a_pattern_may_end_at_the_last_word():
    pattern = compile_pattern("home")
    assert match_at(pattern, words_of("ride home"), 1) == 2
    assert match_at(pattern, words_of("ride home"), 2) is None
