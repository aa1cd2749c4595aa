"""What the words of a sentence name: facet values, and cues for what the sentence does with them."""

from typing import Final

from finder.ingest.extraction.patterns import Span, may_turn
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import CONTEXT, Phrase, Phrases

_NESTED: Final = frozenset(("condition", "modality", "exclusion", "staff"))
"""Facets in which a longer phrase swallows a shorter one; one visit can be several kinds of screening."""


def find_mentions(sentence: Sentence, phrases: Phrases) -> None:
    """Fills in mentions and cues. A phrase counts within one thought, and not where its section's
    `unless` stands in the same sentence; inside a longer phrase of its facet it says nothing apart.
    """
    found = phrases.find(sentence.texts)
    if not found:
        return
    sentence.cues = [(span, phrase.value) for span, phrase in found if phrase.facet == CONTEXT]
    if sentence.cues:
        sentence.names = frozenset([name for _, name in sentence.cues])
    if len(sentence.cues) == len(found):
        return
    taken_back: dict[int, bool] = {}
    kept: list[tuple[Span, Phrase]] = []
    for match in found:
        span, phrase = match
        if phrase.facet == CONTEXT or not _in_one_thought(sentence, span):
            continue
        group = phrase.group
        if group is not None:
            back = taken_back.get(id(group))
            if back is None:
                back = taken_back[id(group)] = group.unless.stands_in(sentence.texts)
            if back:
                continue
        kept.append(match)
    sentence.mentions = _outermost(kept, phrases) if len(kept) > 1 else kept


def _in_one_thought(sentence: Sentence, span: Span) -> bool:
    if span.end - span.start == 1 or not may_turn(sentence.quote, sentence.texts, span):
        return True
    return sentence.words[span.start].part == sentence.words[span.end - 1].part


def _outermost(found: list[tuple[Span, Phrase]], phrases: Phrases) -> list[tuple[Span, Phrase]]:
    """Without those inside a longer one of another value: "regional pain syndrome" is no "pain
    syndrome". What the longer one brings stays.
    """
    widest = [
        (span, phrase)
        for span, phrase in found
        if span.end - span.start > 1 and phrase.is_gapless and phrase.facet in _NESTED
    ]
    if not widest:
        return found
    return [
        (span, phrase)
        for span, phrase in found
        if not any(
            wide.facet == phrase.facet
            and wide.value != phrase.value
            and outer.start <= span.start
            and span.end <= outer.end
            and outer.end - outer.start > span.end - span.start
            and phrase.value not in phrases.brings.get((wide.facet, wide.value), ())
            for outer, wide in widest
        )
    ]
