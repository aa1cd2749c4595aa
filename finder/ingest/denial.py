"""Which words of a sentence are denied: by a "no" before them, or by "not accepted" after them."""

from collections.abc import Callable, Sequence, Set
from typing import Final

from finder.ingest.phrases import Phrase, Phrases, Span, Word

_REACH: Final = 4
"""A negation denies what begins within so many words after it; each item of a list counts anew."""
_GOES_ON: Final = frozenset(["to", "for", "by"])
"""After "not required" and the like these go on denying: "not required to fast"."""
_NAMES: Final = ("negation", "no_negation", "denial", "settled")


def denied_in(phrases: Phrases, words: Sequence[Word]) -> Callable[[Span, Phrase], bool]:
    """Tells of each match in the words whether its clause denies it. Of a way of giving ketamine,
    only what stands before it does: infusions "not covered" are given all the same. Of an exclusion,
    only what stands after it does: "not with psychosis" excludes.
    """
    starts: dict[str, dict[int, int]] = {name: {} for name in _NAMES}
    for span, cue in phrases.contexts.find(words):
        if cue.value in starts:
            starts[cue.value][span.start] = span.end
    settled = {at for at in starts["settled"] if at + 1 == len(words) or words[at + 1].text not in _GOES_ON}
    denials = {at for at in starts["denial"] if at not in settled} | _bare_denials(words)
    negations = {at: end for at, end in starts["negation"].items() if at not in starts["no_negation"]}
    before = _before(words, negations, settled)
    after = _after(words, denials, settled)
    count = [0]
    for at in range(len(words)):
        count.append(count[-1] + (at in negations))

    def denied(span: Span, phrase: Phrase) -> bool:
        if phrase.facet == "exclusion":
            return after[span.end - 1]
        within = not phrase.negative and count[span.end] > count[span.start]
        return before[span.start] or within or (after[span.end - 1] and phrase.facet != "modality")

    return denied


def _before(words: Sequence[Word], negations: dict[int, int], settled: Set[int]) -> list[bool]:
    """Whether what begins at each word is denied by a negation before it, which governs a list to
    its end: "no Aetna, Cigna or Humana".
    """
    denied = [False] * len(words)
    governs_from = -1
    for at, word in enumerate(words):
        if at and words[at - 1].clause != word.clause:
            # "Not accepted: Aetna" denies what follows the colon.
            listed = words[at - 1].part == word.part and governs_from == at - 2 and at - 1 in settled
            governs_from = at - 1 if listed else -1
        if governs_from >= 0:
            denied[at] = at - governs_from <= _REACH or word.item
            governs_from = at - 1 if word.item else governs_from if denied[at] else -1
        heads_a_list = governs_from == at - 1 and at + 1 < len(words) and not words[at + 1].item
        if at in settled and not heads_a_list:
            governs_from = -1
        if at in negations:
            governs_from = negations[at] - 1
    return denied


def _bare_denials(words: Sequence[Word]) -> set[int]:
    """A "no" that is a clause of its own, and a "not" that ends one: "sliding scale: no"."""
    found = set()
    for at, word in enumerate(words):
        alone = at > 0 and words[at - 1].clause != word.clause
        if (at + 1 == len(words) or _ends_clause(words, at)) and (
            word.text == "not" or (alone and word.text in ("no", "none", "never"))
        ):
            found.add(at)
    return found


def _ends_clause(words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].clause != words[at].clause


def _after(words: Sequence[Word], denials: Set[int], settled: Set[int]) -> list[bool]:
    """Whether what ends at each word is denied by words after it: "Aetna and Cigna not accepted"."""
    denied = [False] * len(words)
    ahead = False
    for at in range(len(words) - 2, -1, -1):
        after = at + 1
        ahead = after in denials or (ahead and after not in settled)
        if words[at].clause != words[after].clause:
            # "Aetna: not accepted" and "Aetna (out of network)" deny what they follow at once.
            ahead = after in denials
        denied[at] = ahead
    return denied
