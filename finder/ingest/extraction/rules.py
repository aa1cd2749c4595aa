"""What stands in a sentence, facet by facet, once scope and neighbours are known."""

from collections.abc import Iterable, Sequence
from typing import Final

from finder.ingest.extraction.denial import denied_in
from finder.ingest.extraction.patterns import Span
from finder.ingest.extraction.scope import muted_in
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import Phrase, Phrases
from finder.ingest.prices import minimum_age
from finder.ingest.statements import Statement

_IF: Final = frozenset({
    "if", "when", "should", "anyone", "anybody", "people", "patients", "those", "having", "with",
    "for", "because", "someone", "any", "active", "current", "history", "uncontrolled", "untreated",
})  # fmt: skip
"""A thought that begins so goes with the one after it."""
_EXCLUDED: Final = frozenset(("excluded", "declined"))
"""Contexts that say of whom their thought names that they are not treated."""
_AFTERTHOUGHT: Final = frozenset(("while", "unless", "since", "because"))
"""A thought that begins so goes with the one before it: "no infusion while on street drugs"."""
_VERBS_OF_QUESTIONS: Final = frozenset({
    "is", "are", "does", "do", "did", "will", "would", "can", "could", "should", "may", "what", "how",
    "why", "when", "who", "which", "where", "was", "has",
})  # fmt: skip
"""A question that begins otherwise ("Hearing voices?") is answered "no" by who treats nobody with it."""
ASKS_TO_COME: Final = frozenset({
    ("can", "i"), ("may", "i"), ("could", "i"), ("do", "you"), ("will", "you"), ("would", "you"),
})  # fmt: skip
_NO: Final = frozenset(("no", "not", "nope", "sorry", "unfortunately"))
_DENIES: Final = _NO | {"wont", "dont", "doesnt"}
_SOON: Final = 4
_IN_PART: Final = frozenset(("all", "always", "every", "usually", "often", "may", "might", "depends", "but"))
"""An answer with these is no plain "no"."""
_SAYS_NO_MORE: Final = frozenset(
    ["myself", "here", "itself", "ourselves", "at", "or", "directly", "therapy", "treatment", "services"]
)
"""After "we do not offer ketamine", these leave it at that; "lozenges" would not."""
_EDITORIAL: Final = 2
"""So many sentences of a magazine make one, unless somebody offers something."""
_SURVEY: Final = 3
"""A text that names so many routes and offers none describes what there is."""
_ROUTES: Final = frozenset(
    ["iv_infusion", "im_injection", "oral_sublingual", "intranasal_unspecified", "sc_injection"]
)
_AGES: Final = frozenset(map(str, range(12, 26)))
Match = tuple[Span, Phrase]

_NOT_ASKED: Final = frozenset(("screening", "payment", "support", "safety", "setting"))
"""A question says nothing of these."""
_SAID_NO: Final = frozenset(("screening", "payment", "setting"))
"""Facets of which "no" is worth a claim."""


def facet_statements(rows: Sequence[Sentence], phrases: Phrases) -> Iterable[Statement]:
    """What each sentence says of every facet but modality."""
    for row in rows:
        if row.excludes:
            yield from _exclusions(row)
        yield from _plain(row, phrases)
        yield from _minimum_age(row)
        yield from _answered_no(row)
        yield from _excluded_by_no(row)
        yield from _insured(row)


def standing(mentions: Sequence[Match], row: Sentence) -> Iterable[Phrase]:
    """The phrases of one facet that nothing in the sentence denies; "no" wins over "yes"."""
    if not mentions:
        return
    denied = denied_in(row)
    refused = {phrase.value for _, phrase in mentions if phrase.says == "no"}
    for span, phrase in mentions:
        if phrase.says == "no":
            if phrase.negative or not denied(span, phrase._replace(negative=True)):
                yield phrase
        elif phrase.value not in refused and not denied(span, phrase):
            yield phrase


def exclusions(row: Sentence, is_cued: bool) -> Iterable[Match]:
    """Who is excluded: each thought of the sentence must say so itself (unless a heading did: then
    `is_cued` is False), and none that permits ("is no problem") excludes.
    """
    mentions = _of("exclusion", row)
    if not mentions:
        return
    denied = denied_in(row)
    by_part: dict[int, set[str]] = {}
    for span, name in row.cues:
        by_part.setdefault(row.words[span.start].part, set()).add(name)
    for span, phrase in mentions:
        part = row.words[span.start].part
        cues = by_part.get(part, set())
        first = _first_word(row, part)
        if first in _IF:
            # "If you have glaucoma, we cannot treat you": the next thought says what follows from it.
            cues = cues | by_part.get(part + 1, set())
        if first in _AFTERTHOUGHT:
            cues = cues | by_part.get(part - 1, set())
        if "permitted" not in cues and (cues & _EXCLUDED or not is_cued) and not denied(span, phrase):
            yield span, phrase


def _first_word(row: Sentence, part: int) -> str:
    return next((word.text for word in row.words if word.part == part), "")


def strength_of(names: frozenset[str]) -> str:
    """absolute, relative or clearance, by the words around an exclusion."""
    if "clearance" in names:
        return "clearance"
    return "relative" if "relative" in names else "absolute"


def _of(facet: str, row: Sentence) -> list[Match]:
    return [match for match in row.mentions if match[1].facet == facet]


def _exclusions(row: Sentence) -> Iterable[Statement]:
    names = row.names | (row.under.names if row.under else frozenset())
    if "elsewhere" in row.names or (row.excludes == "list" and "risk" in row.names):
        return
    for _, phrase in exclusions(row, is_cued=row.excludes == "own"):
        rule = "exclusion: said here" if row.excludes == "own" else "exclusion: list under a lead"
        yield _statement(row, phrase, rule, strength_of(names))
    if row.excludes == "own" and row.opens and row.asked is not None and "permitted" not in row.names:
        for _, phrase in _of("exclusion", row.asked):
            yield _statement(row, phrase, "exclusion: answered", strength_of(row.names))


def _plain(row: Sentence, phrases: Phrases) -> Iterable[Statement]:
    """Modality and exclusion have rules of their own."""
    facets = dict.fromkeys(phrase.facet for _, phrase in row.mentions)
    muted = muted_in(row, phrases.contexts) if facets else None
    for facet in facets:
        if muted is None or facet in ("modality", "exclusion") or not _may_speak(facet, row):
            continue
        heard = [match for match in _of(facet, row) if not muted(*match) and is_borne_out(row, match[1])]
        if facet == "condition" and row.excludes:
            heard = _not_excluded(row, heard)
        for phrase in standing(heard, row):
            if phrase.says == "yes" or facet in _SAID_NO:
                yield _statement(row, phrase, f"{facet}: said", phrase.detail)


def _not_excluded(row: Sentence, conditions: list[Match]) -> list[Match]:
    """Of the conditions in a sentence about who is not treated, those in a thought of their own."""
    cued = {row.words[span.start].part for span, name in row.cues if name in _EXCLUDED}
    return [
        match for match in conditions if row.words[match[0].start].part not in cued and "treats" in row.names
    ]


def is_borne_out(row: Sentence, phrase: Phrase) -> bool:
    """A weak phrase counts beside certain words of its sentence, its question or its heading."""
    if not phrase.weak or phrase.group is None:
        return True
    around = (row, row.asked, row.under)
    return any(phrase.group.beside.stands_in(one.texts) for one in around if one is not None)


def _minimum_age(row: Sentence) -> Iterable[Statement]:
    """An age from which people are treated, in digits: "18+"."""
    speaks = not row.question and "elsewhere" not in row.names
    if speaks and not _AGES.isdisjoint(row.texts) and minimum_age(row.quote) is not None:
        yield _statement(row, Phrase("screening", "age_minimum"), "screening: age in years", "")


def _may_speak(facet: str, row: Sentence) -> bool:
    if row.question and facet in _NOT_ASKED:
        return False
    if not row.excludes:
        return True
    if row.excludes == "own":
        return facet in ("screening", "payment", "staff", "condition")
    return facet in ("screening", "payment") and not row.item


def _answered_no(row: Sentence) -> Iterable[Statement]:
    """ "Do I need a referral? No." """
    if row.asked is None or not row.opens:
        return
    begins = row.texts[:2]
    if "no" not in begins or "but" in begins:
        return
    for phrase in standing(_of("screening", row.asked), row.asked):
        if phrase.value == "referral_required" and phrase.says == "yes":
            yield _statement(row, phrase._replace(says="no"), "screening: answered no", "")


def _insured(row: Sentence) -> Iterable[Statement]:
    """ "Will my insurance pay? Honestly, no." """
    if row.asked is None or not row.opens or "asks_for_insurance" not in row.asked.names:
        return
    begins = set(row.texts[:_SOON])
    if "yes" in begins or (_DENIES & begins and not _IN_PART & set(row.texts)):
        phrase = Phrase("payment", "accepts", "yes" if "yes" in begins else "no")
        yield _statement(row, phrase, "payment: answered", "")


def _excluded_by_no(row: Sentence) -> Iterable[Statement]:
    """ "Hearing voices? No." and "Can I come while pregnant? No." exclude; "Is glaucoma bad? No." not."""
    if row.asked is None or not row.opens or row.excludes or row.words[0].text not in _NO:
        return
    asks = tuple(word.text for word in row.asked.words[:2])
    comes = asks[0] not in _VERBS_OF_QUESTIONS or asks in ASKS_TO_COME
    if comes and not {"risk", "excluded", "permitted"} & (row.asked.names | row.names):
        for _, phrase in _of("exclusion", row.asked):
            yield _statement(row, phrase, "exclusion: answered no", strength_of(row.names))


def _statement(row: Sentence, phrase: Phrase, rule: str, detail: str) -> Statement:
    return Statement(phrase.facet, phrase.value, phrase.says, row.quote, row.start, rule, detail)


def speaks_for_a_practice(rows: Sequence[Sentence]) -> bool:
    """False for a general article with no provider behind it: it offers nothing."""
    names = frozenset[str]().union(*(row.names for row in rows))
    if "no_provider" in names:
        return False
    if "practice" in names or "offer" in names:
        return True
    editorial = sum("article" in row.names for row in rows)
    if "speaker" in names:
        return editorial < _EDITORIAL
    named = {phrase.value for row in rows for _, phrase in row.mentions if phrase.facet == "modality"}
    return editorial == 0 and len(named & _ROUTES) < _SURVEY


def gives_no_ketamine(rows: Sequence[Sentence]) -> bool:
    """True when the practice says that it has none: in so many words, or by a "no" to the question."""
    for row in rows:
        asked = row.asked is not None and "asks_for_ketamine" in row.asked.names
        if asked and row.texts[0] in _NO and (row.opens or _is_alone(row)):
            return True
        if any(name == "no_ketamine" and _ends_clause(row, span) for span, name in row.cues):
            return True
    return False


def _is_alone(row: Sentence) -> bool:
    """Its first word is a clause of its own: "No, we do not"."""
    return len(row.words) == 1 or row.words[1].item or row.words[1].clause != row.words[0].clause


def _ends_clause(row: Sentence, span: Span) -> bool:
    at = span.end
    words = row.words
    ends = at == len(words) or words[at].clause != words[at - 1].clause or words[at].item
    return ends or words[at].text in _SAYS_NO_MORE
