"""Which words of a sentence are denied: by a "no" before them, or by "not accepted" after them."""

from collections.abc import Callable, Sequence, Set
from typing import Final

from finder.ingest.extraction.patterns import Span, Word
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import Phrase

_REACH: Final = 4
"""A negation denies what begins within so many words after it; each item of a list counts anew."""
_REACH_OF_ROUTES: Final = 2
"""Of a way of giving ketamine, so few: "do not drive after an infusion" refuses no infusion."""
_GOES_ON: Final = frozenset(["to", "for", "by"])
"""After "not required" and the like these go on denying: "not required to fast"."""
_LISTING: Final = frozenset(["no", "without", "neither", "nor", "except", "sin", "ni"])
_ASKING: Final = frozenset({
    "need", "require", "required", "ask", "have", "must", "take", "accept", "offer", "provide",
    "bill", "use", "do",
})  # fmt: skip
_BARE: Final = frozenset(("no", "none", "never"))
_DENIES_ALONE: Final = _BARE | {"not"}
_NAMES: Final = ("negation", "no_negation", "denial", "settled")

Denied = Callable[[Span, Phrase], bool]


def denied_in(sentence: Sentence) -> Denied:
    """Tells of each match in the sentence whether its clause denies it. Of a way of giving ketamine,
    only what stands before it does: infusions "not covered" are given all the same. Of an exclusion,
    only a bare "not" after it does ("mania is not"): "not with psychosis" and "pregnancy is not
    accepted" exclude.
    """
    starts: dict[str, dict[int, int]] = {name: {} for name in _NAMES}
    for span, name in sentence.cues:
        if name in starts:
            starts[name][span.start] = span.end
    if not (starts["negation"] or starts["denial"]) and _DENIES_ALONE.isdisjoint(sentence.texts):
        return _nothing
    words = sentence.words
    settled = {at for at in starts["settled"] if at + 1 == len(words) or words[at + 1].text not in _GOES_ON}
    denials = {at for at in starts["denial"] if at not in settled} | _bare_denials(words)
    negations = {
        at: end
        for at, end in starts["negation"].items()
        if at not in starts["no_negation"] and not _answers(words, at)
    }
    if not negations and not denials:
        return _nothing
    return _judge(words, settled, denials, negations)


def _nothing(span: Span, phrase: Phrase) -> bool:
    return False


def _judge(words: Sequence[Word], settled: Set[int], denials: Set[int], negations: dict[int, int]) -> Denied:
    before = _before(words, negations, settled, _REACH)
    of_lists = {at: end for at, end in negations.items() if _governs_lists(words, at)}
    others = {at: end for at, end in negations.items() if at not in of_lists}
    near = _before(words, others, settled, _REACH, lists=False)
    listed = _before(words, of_lists, settled, _REACH)
    bare = _after(words, _bare_denials(words), settled)
    routes_before = _before(words, negations, settled, _REACH_OF_ROUTES)
    after = _after(words, denials, settled)
    count = [0]
    for at in range(len(words)):
        count.append(count[-1] + (at in negations))

    def denied(span: Span, phrase: Phrase) -> bool:
        if phrase.facet == "exclusion":
            return bare[span.end - 1]
        within = not phrase.negative and count[span.end] > count[span.start]
        if phrase.facet == "modality":
            return routes_before[span.start] or within
        if phrase.facet == "payment":
            return before[span.start] or within or after[span.end - 1]
        return near[span.start] or listed[span.start] or within or after[span.end - 1]

    return denied


def _governs_lists(words: Sequence[Word], at: int) -> bool:
    """ "No a, b or c", "do not need a, b or c"; but "did not respond, as assessed by" denies one thing."""
    ahead = {word.text for word in words[at + 1 : at + _REACH]}
    return words[at].text in _LISTING or bool(ahead & _ASKING)


def _answers(words: Sequence[Word], at: int) -> bool:
    """ "No, infusions are ..." answers and denies nothing after it."""
    is_bare = words[at].text in _BARE and at + 1 < len(words)
    return is_bare and at == 0 and (words[1].item or words[1].clause != words[0].clause)


def _before(
    words: Sequence[Word], negations: dict[int, int], settled: Set[int], reach: int, lists: bool = True
) -> list[bool]:
    """Whether what begins at each word is denied by a negation before it, which governs a list to
    its end (`lists`): "no Aetna, Cigna or Humana".
    """
    denied = [False] * len(words)
    governs_from = -1
    for at, word in enumerate(words):
        if at and words[at - 1].clause != word.clause:
            # "Not accepted: Aetna" denies what follows the colon.
            listed = words[at - 1].part == word.part and governs_from == at - 2 and at - 1 in settled
            governs_from = at - 1 if listed else -1
        if governs_from >= 0:
            denied[at] = at - governs_from <= reach or (lists and word.item)
            goes_on = governs_from if denied[at] else -1
            governs_from = at - 1 if lists and word.item else goes_on
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
        if word.text not in _DENIES_ALONE:
            continue
        alone = at > 0 and words[at - 1].clause != word.clause
        if (at + 1 == len(words) or words[at + 1].clause != word.clause) and (word.text == "not" or alone):
            found.add(at)
    return found


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
