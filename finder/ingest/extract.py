"""Text -> what it says about a clinic. Short notes in our own words become reported claims; whole
texts as clinics write them become claims that each quote their sentence.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from finder.ingest.denial import denied_in
from finder.ingest.offers import modality_claims
from finder.ingest.phrases import Phrases, Word, bundled_phrases, words_of
from finder.ingest.prices import amounts_usd, minimum_age
from finder.ingest.sentences import Sentence, sentences
from finder.model import Claim, Price, Provenance, Says

TOPIC_FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "screening": ("screening", "exclusion", "support", "safety", "staff", "payment"),
    "payment": ("payment",),
    "price": ("payment", "support"),
    "nature": ("nature",),
    "telehealth": (),
    "other": ("screening", "exclusion", "support", "safety", "staff", "payment"),
}
"""Which facets a note on a topic can speak of."""

NOT_LABELLED: Final = frozenset({"fasting_required", "pregnancy_test", "rems_enrollment", "sitter_required"})
"""Codes that the evaluation's labels do not know; `finder extract` leaves them out."""

_MAX_CHARS: Final = 2_000_000


class Quoted(NamedTuple):
    """One thing a text says, with its sentence."""

    facet: str
    value: str
    says: Says
    quote: str
    detail: str = ""


class Extraction(NamedTuple):
    """What a whole text says."""

    claims: tuple[Quoted, ...]
    prices_usd: tuple[float, ...]
    insurance: str
    """accepts, superbill, does_not_accept, or unknown."""
    min_age: int | None


class Found(NamedTuple):
    """A phrase that stands, denied by nothing."""

    facet: str
    value: str
    says: Says
    detail: str


def claims_from_note(
    topic: str, text: str, provenance: Provenance, phrases: Phrases | None = None
) -> tuple[Claim, ...]:
    """Reported claims (note = the text) that a short note in our own words supports; nothing that
    it does not say. Each facet and value at most once; contradictions are left out.
    """
    phrases = phrases or bundled_phrases()
    facets = TOPIC_FACETS.get(topic, ())
    found: dict[tuple[str, str], list[Found]] = {}
    for part in text.split(";"):
        words = words_of(part)
        for one in _in_note(phrases, facets, words):
            found.setdefault((one.facet, one.value), []).append(one)
    return tuple(
        Claim(
            facet=facet,
            value=value,
            says=ones[0].says,
            detail=ones[0].detail,
            note=text,
            provenance=provenance,
        )
        for (facet, value), ones in found.items()
        if len({one.says for one in ones}) == 1
    )


def prices_from_note(text: str, provenance: Provenance) -> tuple[Price, ...]:
    """The amounts a note names, each with the note as what it is for."""
    return tuple(Price(amount_usd=amount, what=text, provenance=provenance) for amount in amounts_usd(text))


def min_age_from_note(text: str, phrases: Phrases | None = None) -> int | None:
    """The age in years from which people are treated; None when none is stated or several are, or when
    the note does not support the claim `age_minimum`.
    """
    phrases = phrases or bundled_phrases()
    stated = any(
        one.value == "age_minimum"
        for part in text.split(";")
        for one in _in_note(phrases, ("screening",), words_of(part))
    )
    return minimum_age(text) if stated else None


def extract(text: str) -> Extraction:
    """What a text as clinics write it says, each claim with its sentence. Never raises."""
    phrases = bundled_phrases()
    rows = list(sentences(text[:_MAX_CHARS], phrases))
    claims: dict[tuple[str, str], Quoted] = {}
    if _speaks_for_a_practice(rows):
        for quoted in _quoted(phrases, rows):
            claims.setdefault((quoted.facet, quoted.value), quoted)
    prices = tuple(
        dict.fromkeys(amount for row in rows if "fee" not in row.cues for amount in amounts_usd(row.quote))
    )
    ages = (minimum_age(row.quote) for row in rows if ("screening", "age_minimum") in claims)
    return Extraction(
        claims=tuple(sorted(claims.values())),
        prices_usd=prices,
        insurance=_insurance(phrases, rows),
        min_age=next((age for age in ages if age is not None), None),
    )


def extract_line(obj: Mapping[str, Any]) -> dict[str, Any]:
    """One line of `finder extract --jsonl`: {"id", "text"} in; claims, prices, insurance, age out.
    TypeError when the text is none; `read_chars` and a line on stderr tell of a text that was cut.
    """
    text = obj.get("text")
    if text is not None and not isinstance(text, str):
        raise TypeError("text")
    found = extract(text or "")
    shown = [one for one in found.claims if one.value not in NOT_LABELLED]
    answer: dict[str, Any] = {
        "id": obj.get("id"),
        "claims": [
            {"facet": one.facet, "value": one.value, "says": one.says, "quote": one.quote} for one in shown
        ],
        "prices_usd": list(found.prices_usd),
        "insurance": found.insurance,
        "min_age": found.min_age,
    }
    if len(text or "") > _MAX_CHARS:
        answer["read_chars"] = _MAX_CHARS
        sys.stderr.write(f"{obj.get('id')}: only the first {_MAX_CHARS:,} characters were read\n")
    return answer


def _speaks_for_a_practice(rows: Sequence[Sentence]) -> bool:
    """False for a general article with no provider behind it: it offers nothing."""
    cues = frozenset[str]().union(*(row.cues for row in rows))
    return "practice" in cues or "article" not in cues


def _quoted(phrases: Phrases, rows: Sequence[Sentence]) -> Iterable[Quoted]:
    yield from (Quoted("modality", value, "yes", quote) for value, quote in modality_claims(phrases, rows))
    excluded = False
    for row in rows:
        cue = "excluded" in row.cues
        stays = excluded and not row.question and (row.item or not row.after_gap)
        excluded = cue or (stays and "offer" not in row.cues)
        facets = ("exclusion",) if excluded else ("nature", "condition", "screening")
        for one in _in_sentence(phrases, facets, row):
            yield Quoted(one.facet, one.value, one.says, row.quote, _strength(one, row.cues))
        excluded = excluded and (row.announces or not cue or row.item)


def _in_sentence(phrases: Phrases, facets: Sequence[str], row: Sentence) -> Iterable[Found]:
    """What a sentence says; a question asserts only what it is about."""
    if "elsewhere" in row.cues:
        return
    risky = "risk" in row.cues
    plain_no = (
        bool(row.asked) and row.opens and {"no", "but"} & {word.text for word in row.words[:2]} == {"no"}
    )
    for facet in facets:
        if (row.question and facet == "screening") or (risky and facet in ("condition", "screening")):
            continue
        if facet == "exclusion":
            yield from _exclusions(phrases, row.words, cued="excluded" in row.cues)
            continue
        for one in _standing(phrases, facet, row.words):
            if one.says == "yes" or facet == "screening":
                yield one
    if plain_no:
        for one in _standing(phrases, "screening", row.asked):
            if one.value == "referral_required":
                yield one._replace(says="no")


def _in_note(phrases: Phrases, facets: Sequence[str], words: Sequence[Word]) -> Iterable[Found]:
    cues = phrases.cues(words)
    for facet in facets:
        if facet == "exclusion":
            for one in _exclusions(phrases, words, cued=True):
                yield one._replace(detail=_strength(one, cues))
        elif not (cues & {"advice", "conditional"} and facet == "screening"):
            yield from _standing(phrases, facet, words)


def _exclusions(phrases: Phrases, words: Sequence[Word], cued: bool) -> Iterable[Found]:
    """Who is excluded: each thought of the sentence must say so itself (unless a heading did: `cued`
    is False then), and none that permits ("is no problem") excludes.
    """
    matches = phrases.standing("exclusion", words)
    if not matches:
        return
    by_part, denied = phrases.cues_by_part(words), denied_in(phrases, words)
    for span, phrase in matches:
        cues = by_part.get(words[span.start].part, frozenset())
        if "permitted" not in cues and ("excluded" in cues or not cued) and not denied(span, phrase):
            yield Found("exclusion", phrase.value, "yes", "")


def _strength(one: Found, cues: frozenset[str]) -> str:
    if one.facet != "exclusion":
        return one.detail
    if "clearance" in cues:
        return "clearance"
    return "relative" if "relative" in cues else "absolute"


def _standing(phrases: Phrases, facet: str, words: Sequence[Word]) -> Iterable[Found]:
    """The phrases of a facet that nothing in the sentence denies or takes back."""
    matches = phrases.standing(facet, words)
    if not matches:
        return
    denied = denied_in(phrases, words)
    refused = {phrase.value for _, phrase in matches if phrase.says == "no"}
    for span, phrase in matches:
        if phrase.says == "no":
            if phrase.negative or not denied(span, phrase._replace(negative=True)):
                yield Found(facet, phrase.value, "no", phrase.detail)
        elif phrase.value not in refused and not denied(span, phrase):
            yield Found(facet, phrase.value, "yes", phrase.detail)


def _insurance(phrases: Phrases, rows: Sequence[Sentence]) -> str:
    said: set[tuple[str, str]] = set()
    for row in rows:
        if not row.question:
            said |= {(one.value, one.says) for one in _standing(phrases, "payment", row.words)}
    if ("accepts", "yes") in said:
        return "accepts"
    if ("superbill", "yes") in said:
        return "superbill"
    return "does_not_accept" if ("accepts", "no") in said else "unknown"
