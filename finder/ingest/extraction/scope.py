"""What a sentence does with what it names: which facets its cues mute, and where."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from finder.ingest.extraction.patterns import Span
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import Context, Phrase

OFFER = "offer"
_TAKES_BACK = "only_here"
"""A cue inside this one mutes nothing: "you will not find it elsewhere"."""


class _Reach(NamedTuple):
    context: Context
    start: int
    """From this word on."""
    part: int | None
    """Within this thought; None: in the whole sentence."""


def muted_in(sentence: Sentence, contexts: Mapping[str, Context]) -> Callable[[Span, Phrase], str]:
    """Names the context that mutes a match of the sentence; "" when none does."""
    reaches: list[_Reach] = []
    safe = [span for span, name in sentence.cues if name == _TAKES_BACK]
    for span, name in sentence.cues:
        context = contexts[name]
        if not context.mutes or (context.is_weak and offers(sentence)):
            continue
        if any(outer.start <= span.start and span.end <= outer.end for outer in safe):
            continue
        part = None if context.reach == "sentence" else sentence.words[span.start].part
        reaches.append(_Reach(context, span.start if context.reach == "after" else 0, part))

    def muted(span: Span, phrase: Phrase) -> str:
        for context, start, part in reaches:
            in_reach = start <= span.start and (part is None or sentence.words[span.start].part == part)
            if in_reach and phrase.facet in context.mutes:
                return context.name
        return ""

    return muted if reaches else _heard


def offers(sentence: Sentence) -> bool:
    """It says that this practice gives what it names, or stands under such a heading."""
    return OFFER in sentence.names or (sentence.under is not None and "menu" in sentence.under.names)


def _heard(span: Span, phrase: Phrase) -> str:
    return ""
