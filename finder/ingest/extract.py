"""Text -> what it says about a clinic. Short notes in our own words become reported claims; whole
pages become statements that each quote their sentence (the steps stand in extraction/steps.py).
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from finder.ingest.extraction.mentions import find_mentions
from finder.ingest.extraction.patterns import texts_of
from finder.ingest.extraction.rules import exclusions, is_borne_out, standing, strength_of
from finder.ingest.extraction.segment import Sentence
from finder.ingest.extraction.steps import read_page
from finder.ingest.phrases import Phrase, Phrases, bundled_phrases
from finder.ingest.prices import amounts_usd, minimum_age
from finder.ingest.statements import Extraction, PageText
from finder.model import Claim, Price, Provenance

TOPIC_FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "screening": ("screening", "exclusion", "support", "safety", "staff", "payment"),
    "payment": ("payment",),
    "price": ("payment", "support"),
    "nature": ("nature",),
    "telehealth": (),
    "other": ("screening", "exclusion", "support", "safety", "staff", "payment"),
}
"""Which facets a note on a topic can speak of."""

LABELED_FACETS: Final = ("modality", "condition", "nature", "screening", "exclusion")
NOT_LABELED: Final = frozenset({"fasting_required", "pregnancy_test", "rems_enrollment", "sitter_required"})
"""The documented lines of `finder extract --jsonl` hold the facets and codes that the evaluation's
labels use: these four screening codes were added to the table later, so they are not on its lines.
"""

MAX_CHARS: Final = 300_000
"""Of one text, as of a page (pagetext.py): so much is read within a second, whatever it holds."""

NOTED: Final[Mapping[str, Phrase]] = {
    "noted_consultation": Phrase("screening", "consultation_required"),
    "noted_failure": Phrase("screening", "prior_treatment_failure", negative=True),
    "noted_retreat": Phrase("nature", "nat_retreat"),
}
"""Contexts that say a value in a note of ours only: on a page "consultation" may be no more than an offer."""


def claims_from_note(
    topic: str, text: str, provenance: Provenance, phrases: Phrases | None = None
) -> tuple[Claim, ...]:
    """Reported claims (note = the text) that a short note in our own words supports; nothing that
    it does not say. Each facet and value at most once; contradictions are left out.
    """
    phrases = phrases or bundled_phrases()
    facets = TOPIC_FACETS.get(topic, ())
    found: dict[tuple[str, str], list[Phrase]] = {}
    for row in _note_rows(text, phrases):
        for one in _in_note(facets, row):
            found.setdefault((one.facet, one.value), []).append(one)
    return tuple(
        Claim(
            facet=facet,
            value=value,
            says=ones[0].says,
            detail=next((one.detail for one in ones if one.detail != "unclear"), ones[0].detail),
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
    stated = any(
        one.value == "age_minimum"
        for row in _note_rows(text, phrases or bundled_phrases())
        for one in _in_note(("screening",), row)
    )
    return minimum_age(text) if stated else None


def extract(text: str) -> Extraction:
    """What a text as clinics write it says, each statement with its sentence. Never raises."""
    return extract_page(PageText(text, ()))


def extract_page(page: PageText, phrases: Phrases | None = None, traced: bool = False) -> Extraction:
    """The same of a page with its blocks, with a trace of each step when asked for. Of a longer text
    the first MAX_CHARS characters are read, and a note says so.
    """
    if len(page.text) > MAX_CHARS:
        blocks = tuple(
            block._replace(end=min(block.end, MAX_CHARS)) for block in page.blocks if block.start < MAX_CHARS
        )
        note = f"cut at {MAX_CHARS:,} characters"
        page = PageText(page.text[:MAX_CHARS], blocks, (*page.notes, note))
    return read_page(page, phrases or bundled_phrases(), traced)


def extract_line(obj: Mapping[str, Any]) -> dict[str, Any]:
    """One line of `finder extract --jsonl`: {"id", "text"} in; claims, prices, insurance, age out.
    TypeError when the text is none; `read_chars` and a line on stderr tell of a text that was cut.
    """
    text = obj.get("text")
    if text is not None and not isinstance(text, str):
        raise TypeError("text")
    found = extract(text or "")
    shown = [one for one in found.statements if one.facet in LABELED_FACETS and one.value not in NOT_LABELED]
    age = found.facts.min_age
    answer: dict[str, Any] = {
        "id": obj.get("id"),
        "claims": [
            {"facet": one.facet, "value": one.value, "says": one.says, "quote": one.quote} for one in shown
        ],
        "prices_usd": list(dict.fromkeys(one.amount_usd for one in found.prices)),
        "insurance": found.insurance,
        "min_age": int(age.value) if age else None,
    }
    if len(text or "") > MAX_CHARS:
        answer["read_chars"] = MAX_CHARS
        sys.stderr.write(f"{obj.get('id')}: only the first {MAX_CHARS:,} characters were read\n")
    return answer


def _note_rows(text: str, phrases: Phrases) -> Iterable[Sentence]:
    for part in text.split(";"):
        row = Sentence(part, 0, texts_of(part), "paragraph", after_gap=False)
        find_mentions(row, phrases)
        yield row


def _in_note(facets: Sequence[str], row: Sentence) -> Iterable[Phrase]:
    for facet in facets:
        if facet == "exclusion":
            for _, phrase in exclusions(row, is_cued=True):
                yield phrase._replace(detail=strength_of(row.names))
        elif not (row.names & {"advice", "conditional"} and facet == "screening"):
            noted = [(span, NOTED[name]) for span, name in row.cues if name in NOTED]
            found = [one for one in (*row.mentions, *noted) if one[1].facet == facet]
            found = [one for one in found if is_borne_out(row, one[1])]
            yield from standing(found, row)
