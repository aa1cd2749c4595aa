"""Looking for many patterns at once finds what looking for each at each word finds."""

from hypothesis import given
from hypothesis import strategies as st

from finder.ingest.extraction.patternindex import Index
from finder.ingest.extraction.patterns import (
    Pattern,
    Slot,
    Span,
    Word,
    compile_pattern,
    may_turn,
    texts_of,
    words_of,
)

WORDS = ("we", "the", "not", "iv", "ketamine", "ketamines", "ketones", "clinic")
ROW = st.lists(st.sampled_from((*WORDS, "x")), max_size=14)
PLAIN = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map("|".join)
WORD = PLAIN | st.sampled_from(("keta*", "ket*|clinic", "ketamine|ket*"))
BETWEEN = WORD | WORD.map("{}?".format) | st.sampled_from(("~", "~~"))


def pattern(parts: tuple[str, list[str], str]) -> str:
    """The parts in a row, without gaps beside gaps and beyond the second."""
    kept = [parts[0]]
    for part in (*parts[1], parts[2]):
        gaps = sum(one.startswith("~") for one in kept)
        if not part.startswith("~") or (gaps < 2 and not kept[-1].startswith("~")):
            kept.append(part)
    return " ".join(kept)


PATTERN = WORD | st.tuples(WORD, st.lists(BETWEEN, max_size=4), WORD).map(pattern)


def ends(slots: tuple[Slot, ...], texts: list[str], start: int) -> list[int]:
    """Every end of a match that begins here, the preferred one first; as plainly as can be."""
    if not slots:
        return [start]
    slot, rest = slots[0], slots[1:]
    if slot.gap:
        begins = range(start, min(start + slot.gap, len(texts) - 1) + 1)
        return [end for begin in begins for end in ends(rest, texts, begin)]
    taken = ends(rest, texts, start + 1) if start < len(texts) and slot.takes(texts[start]) else []
    return taken + (ends(rest, texts, start) if slot.optional else [])


def one_by_one(patterns: list[Pattern], texts: list[str]) -> set[tuple[Span, int]]:
    return {
        (Span(start, found[0]), number)
        for number, one in enumerate(patterns)
        for start in range(len(texts))
        if (found := ends(one.slots, texts, start))
    }


@given(st.lists(PATTERN, max_size=6), ROW)
def test_the_index_finds_what_each_pattern_finds_alone(written: list[str], texts: list[str]) -> None:
    patterns = [compile_pattern(one) for one in written]
    index = Index((one, number) for number, one in enumerate(patterns))
    expected = one_by_one(patterns, texts)
    for _ in range(2):
        found = index.find(texts)
        assert len(found) == len(expected) and set(found) == expected
        assert [span.start for span, _ in found] == sorted(span.start for span, _ in found)
        assert index.stands_in(texts) == bool(expected)


def test_words_that_were_met_are_forgotten_before_they_are_too_many() -> None:
    index = Index([(compile_pattern("keta*"), True)])
    for number in range(60_000):
        assert not index.stands_in([f"x{number}"])
    assert index.stands_in(["ketamine"])


@given(st.text(alphabet="Ab we?but,and’'-é \u200b•_İж", max_size=60))
def test_the_quick_reading_of_words_is_the_thorough_one(sentence: str) -> None:
    words = words_of(sentence)
    assert texts_of(sentence) == [word.text for word in words]
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if not may_turn(sentence, texts_of(sentence), Span(start, end)):
                assert words[start].part == words[end - 1].part


def test_a_word_knows_its_clause_its_thought_and_whether_it_is_an_item() -> None:
    assert words_of("no (iv), we’ll") == (
        Word("no", 0, 0, False),
        Word("iv", 1, 0, False),
        Word("we", 2, 1, True),
        Word("will", 2, 1, False),
    )
