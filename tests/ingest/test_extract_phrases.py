"""The phrases of data/lexicon.toml and their little language."""

import re
from pathlib import Path

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from finder import facets
from finder.errors import DataError
from finder.ingest import extraction, prices
from finder.ingest.extract import extract, extract_page
from finder.ingest.extraction import patterns
from finder.ingest.extraction.denial import denied_in
from finder.ingest.extraction.mentions import find_mentions
from finder.ingest.extraction.patternindex import Index
from finder.ingest.extraction.patterns import compile_pattern, texts_of, words_of
from finder.ingest.extraction.segment import MAX_SENTENCE_CHARS, Sentence, sentences
from finder.ingest.phrases import CONTEXT, Sample, bundled_phrases, phrases_in, read_phrases
from finder.ingest.statements import Block, PageText
from finder.settings import bundled_data

CLAIMED_AS = {"intranasal_unspecified": "intranasal_ketamine"}
"""A nasal spray of no named drug, on a page without Spravato, is ketamine's."""


def holds(pattern, text, spelling=None):
    return Index([(compile_pattern(pattern, spelling), True)]).stands_in(texts_of(text))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ride home", "A RIDE-HOME, please", True),
        ("ride|drive home", "drive home", True),
        ("schizophreni*", "schizophrenic", True),
        ("no schizophreni*", "no schizophrenic", True),
        ("no ~ schizophreni*", "no such schizophrenic", True),
        ("no ~ referral", "no kind of doctor referral", True),
        ("no ~ referral", "no one two three four referral", False),
        ("no ~~ referral", "no one two three four referral", True),
        ("no ~ the? referral", "no such the referral", True),
        ("fit the? first", "fit first", True),
        ("fit the? first", "fit the first", True),
        ("fit the? first", "fit a first", False),
        ("fit first the?", "fit first", True),
        ("dont treat", "We don’t treat", True),
        ("ride home", "ride", False),
        ("a b c", "a b", False),
        ("ketamine", "keta\u200bmine", True),
        ("im", "I'm here", False),
        ("i am", "I’m here", True),
        ("we will", "we'll", True),
    ],
)
def test_a_pattern_finds_its_words(pattern, text, found):
    assert holds(pattern, text) is found


def test_a_listed_misspelling_counts():
    assert holds("ketamine spray", "ketamin spray", {"ketamine": ["ketamin"]})
    assert not holds("ketamine spray", "ketamin spray")


@pytest.mark.parametrize(
    "pattern", ["", "~ a", "a ~", "the? ride", "a ~ b ~ c ~ d", "a ~ ~~ b", "Ride", "ab*", "a||b", "é"]
)
def test_what_cannot_be_a_pattern_is_refused(pattern):
    with pytest.raises(ValueError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[says", "lexicon.toml"),
        ("[says.wishes.ride]\nyes=['a']", "there is no value wishes.ride"),
        ("[says.screening.ride]\nyes=['a']", "there is no value screening.ride"),
        ("[says.screening.ekg]\nyess=['a']", "says.screening.ekg.yess"),
        ("[says.screening.ekg]\nyes=['EKG']", "says.screening.ekg: 'EKG' is not folded"),
        ("[says.screening.ekg]\ndetail='loud'", "'loud' is not in the facet table"),
        ("[says.screening.ekg]\nbrings=['moon']", "'moon' is not in the facet table"),
        ("[context.offer]\nwords=['~']", "context.offer"),
        ("[context.offer]\nwords=['a']\nmutes=['moon']", "there is no facet 'moon'"),
        ("[context.offer]\nwords=['a']\nreach='far'", "reach is sentence, thought or after"),
    ],
)
def test_a_broken_file_names_its_entry(text, problem):
    with pytest.raises(DataError, match=problem):
        read_phrases(text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"lexicon\.toml"):
        phrases_in(tmp_path)


@pytest.mark.parametrize("sample", bundled_phrases().samples, ids=lambda sample: sample.section)
def test_the_example_of_a_section_says_it_and_the_counter_does_not(sample: Sample) -> None:
    assert sample.example and sample.counter
    assert says_it(sample.section, sample.example)
    assert not says_it(sample.section, sample.counter)


def says_it(section, text):
    if section.startswith(f"{CONTEXT}."):
        name = section.removeprefix(f"{CONTEXT}.")
        found = bundled_phrases().find(texts_of(text))
        return any((phrase.facet, phrase.value) == (CONTEXT, name) for _, phrase in found)
    _, facet, value = section.split(".")
    claimed = (facet, CLAIMED_AS.get(value, value), "yes")
    return claimed in {(one.facet, one.value, one.says) for one in extract(text).statements}


def test_a_new_value_and_a_new_phrase_need_only_the_two_tables(tmp_path: Path) -> None:
    table = (Path(facets.__file__).parent / "facets.toml").read_text()
    row = '[condition.values.jet_lag]\nlabel="Jet lag"\nmeans="m"\nsource="s"\nwords=["jet lag"]\n\n'
    grown = facets.load(table.replace("[payment]\n", f"{row}[payment]\n", 1))
    lexicon = (bundled_data() / "lexicon.toml").read_text()
    phrase = '\n[says.condition.jet_lag]\nyes = ["desfase horario", "lost hours"]\n'
    page = PageText("We treat jet lag.\n\nWe help with lost hours.\n\nTratamos el desfase horario.", ())

    def quoted(text):
        found = extract_page(page, read_phrases(text, facets=grown)).statements
        return [one.quote for one in found if one.value == "jet_lag"]

    assert quoted(lexicon) == ["We treat jet lag."], "the words of the facet table are enough"
    page = PageText(page.text.replace("We treat jet lag.\n\n", ""), ())
    assert quoted(lexicon) == []
    assert quoted(lexicon + phrase) == ["We help with lost hours."]
    page = PageText(page.text.replace("We help with lost hours.\n\n", ""), ())
    assert quoted(lexicon + phrase) == ["Tratamos el desfase horario."]


def regexes():
    folder = Path(extraction.__file__).parent
    names = [f"finder.ingest.extraction.{file.stem}" for file in sorted(folder.glob("[a-z]*.py"))]
    modules = [prices, patterns, *(__import__(name, fromlist=["x"]) for name in names)]
    for module in modules:
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, re.Pattern):
                    yield one.pattern


@pytest.mark.parametrize("pattern", sorted(set(regexes())))
def test_every_regular_expression_is_one_that_runs_in_linear_time(pattern):
    assert re2.compile(pattern)


def test_clauses_end_at_but_and_at_brackets():
    assert [word.clause for word in words_of("no therapy, but infusions (iv)")] == [0, 0, 1, 1, 2]


@pytest.mark.parametrize(
    ("text", "denied"), [("no baseline ekg", True), ("no: ekg", False), ("no a b c d ekg", False)]
)
def test_a_negation_reaches_within_its_clause_only(text, denied):
    table = read_phrases("[context.negation]\nwords=['no']\n[says.screening.ekg]\nyes=['ekg']\nshared=false")
    row = Sentence(text, 0, texts_of(text), "paragraph", after_gap=False)
    find_mentions(row, table)
    [match] = row.mentions
    assert denied_in(row)(*match) is denied


def quotes(text):
    return [row.quote for row in sentences(PageText(text, ()))]


def test_sentences_end_at_points_questions_and_lines():
    assert quotes("Ask Dr. Lee, e.g. by phone. Now?\n 1. Rest: it helps\n\n• Eat!") == [
        "Ask Dr. Lee, e.g. by phone.",
        "Now?",
        "1. Rest: it helps",
        "• Eat!",
    ]


def test_the_blocks_of_a_page_are_the_ends_of_its_sentences():
    page = PageText("Who we treat adults", (Block(0, 12, "heading"), Block(13, 19, "item")))
    assert [(row.quote, row.start, row.kind) for row in sentences(page)] == [
        ("Who we treat", 0, "heading"),
        ("adults", 13, "item"),
    ]


@given(st.text(alphabet="ab .?!\n-•'", max_size=3 * MAX_SENTENCE_CHARS))
def test_sentences_are_spans_of_the_text_and_never_long(text):
    start = 0
    for row in sentences(PageText(text, ())):
        assert len(row.quote) <= MAX_SENTENCE_CHARS
        assert row.start >= start
        assert text[row.start :].startswith(row.quote)
        start = row.start + len(row.quote)


def test_a_very_long_word_is_cut():
    assert [len(quote) for quote in quotes("a" * (MAX_SENTENCE_CHARS + 5))] == [MAX_SENTENCE_CHARS, 5]
