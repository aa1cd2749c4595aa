"""What a result card shows of a clinic: tags, short facts, contact and source. Plain values for templates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from finder.facets import FACETS
from finder.model import Claim, Clinic, Price, Provenance, Remark
from finder.web import words
from finder.web.reasons import standing

__all__ = [
    "Answer",
    "Facts",
    "Line",
    "SourceLink",
    "Tag",
    "brief_source_link",
    "capital",
    "facts",
    "kap_strip",
    "main_source",
    "price",
    "remarks_by_topic",
    "source_link",
    "standing",
    "tag",
    "tags",
    "unique",
]

_MOST_REMARKS = 3
_MOST_PRICES = 2
_MOST_FACTS = 8

ASK = "Ask them"
"""What stands in a strip where nothing is stated."""

_STRIP = (
    ("In the room", {"therapist_present": "Therapist", "medical_staff_present": "Medical staff"}),
    ("Before", {"prep_sessions": "Preparation"}),
    ("After", {"integration_sessions": "Integration"}),
    ("In the price", {"therapy_included": "Therapy too"}),
)
"""The four questions of "what KAP means here": each with the codes of `support` that answer it."""


@dataclass(frozen=True)
class Tag:
    """One thing said about a clinic. `look`: confirmed, reported, denied, disputed or unstated; the text
    says it too, so color alone carries nothing.
    """

    text: str
    look: str
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One thing about a clinic that is known."""

    label: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One cell of the strip "what KAP means here"; not known: the text says to ask."""

    label: str
    text: str
    is_known: bool


@dataclass(frozen=True)
class SourceLink:
    """Where something was read; `url` is empty when the source has no web address."""

    text: str
    url: str


@dataclass(frozen=True)
class Facts:
    """What a card shows whatever was searched for; the same for a whole build."""

    clinic: Clinic
    place_line: str
    status: str
    tags: tuple[Tag, ...]
    strip: tuple[Answer, ...]
    """What KAP means here; empty where no KAP is offered."""
    strip_note: str
    lines: tuple[Line, ...]
    unstated: str
    """What is not stated of what a card would show, in one sentence; empty when all is."""
    source: SourceLink
    more_sources: int
    website: SourceLink | None
    read: str
    """How fresh it is: "Facts last read Nov 22, 2026"; the day that the newest come first by."""

    @property
    def strip_is_blank(self) -> bool:
        """True when nothing of the strip is known: one sentence says so."""
        return not any(answer.is_known for answer in self.strip)


def tag(claim: Claim) -> Tag:
    """How a claim looks in a row of tags."""
    value = FACETS[claim.facet].by_code[claim.value]
    if claim.says == "no":
        return Tag(f"{value.tag}: they say no", "denied", value.means)
    if claim.grade == "confirmed":
        return Tag(value.tag, "confirmed", value.means)
    return Tag(f"{value.tag} (listed)", "reported", value.means)


def tags(clinic: Clinic) -> tuple[Tag, ...]:
    """Treatments and nature offers, or a tag that says the treatment is not stated."""
    modality = [*_tags(clinic, "modality")]
    return (*(modality or [Tag("Treatment not stated", "unstated")]), *_tags(clinic, "nature"))


def _tags(clinic: Clinic, facet: str) -> Iterator[Tag]:
    said, disputed = standing(clinic, facet), clinic.disputed(facet)
    for code, value in FACETS[facet].by_code.items():
        if code in said and (value.offer or facet == "modality"):
            yield tag(said[code])
        elif code in disputed and value.offer:
            yield Tag(f"{value.tag}: {words.disagree(clinic, facet, code)}", "disputed", value.means)


def price(amount: Price) -> str:
    """ "$750 per session"; words that name a sum themselves stand alone."""
    if "$" in amount.what:
        return amount.what
    return f"${words.number(amount.amount_usd)} {amount.what}".strip()


def source_link(provenance: Provenance) -> SourceLink:
    """A source as a link, when it has an address that may be one."""
    return SourceLink(words.source(provenance), words.safe_url(provenance.url))


def brief_source_link(provenance: Provenance) -> SourceLink:
    """The same, short, to stand beside one fact."""
    return SourceLink(words.brief_source(provenance), words.safe_url(provenance.url))


def main_source(clinic: Clinic) -> Provenance:
    """The source to name first: the clinic's own page if there is one, the newest of them."""
    return max(clinic.sources, key=lambda source: (source.kind == "clinic_page", source.seen))


def facts(clinic: Clinic, state_name: str) -> Facts:
    """What a card shows of a clinic whatever was searched for; `state_name` is that of its state."""
    host = words.host(clinic.website)
    return Facts(
        clinic=clinic,
        place_line=words.place_line(clinic, state_name),
        status=words.STATUS_WORDS.get(clinic.status, ""),
        tags=tags(clinic),
        strip=kap_strip(clinic),
        strip_note="Also in groups." if _offers_groups(clinic) else "",
        lines=tuple(_lines(clinic)),
        unstated=_unstated(clinic),
        source=source_link(main_source(clinic)),
        more_sources=len({(s.source, s.ref) for s in clinic.sources}) - 1,
        website=SourceLink(host, words.safe_url(clinic.website)) if host else None,
        read=capital(words.last_read(clinic)),
    )


def kap_strip(clinic: Clinic) -> tuple[Answer, ...]:
    """Who is in the room, what comes before and after, what the price includes; where nothing is
    stated it says to ask. Empty for a clinic that offers no KAP.
    """
    if "kap" not in clinic.offers("modality"):
        return ()
    return tuple(_answer(label, codes, clinic) for label, codes in _STRIP)


def _answer(label: str, codes: Mapping[str, str], clinic: Clinic) -> Answer:
    said, disputed = clinic.said("support"), clinic.disputed("support")
    known = {code: text for code, text in codes.items() if code in said}
    yes = [text for code, text in known.items() if said[code] == "yes"]
    if yes:
        return Answer(label, " and ".join([yes[0], *(text.lower() for text in yes[1:])]), True)
    if known:
        return Answer(label, f"{next(iter(known.values()))}: they say no", True)
    for code, text in codes.items():
        if code in disputed:
            return Answer(label, f"{text}: {words.disagree(clinic, 'support', code)}", True)
    return Answer(label, ASK, False)


def _offers_groups(clinic: Clinic) -> bool:
    return "group_sessions" in clinic.offers("support")


def _questions(clinic: Clinic) -> dict[str, tuple[str, list[str]]]:
    """What a card answers: the label, and all that is known, by what it is called when it is not."""
    screening = unique([*_facts(clinic, "screening"), *_remarks(clinic, "screening")])[:_MOST_FACTS]
    found = {
        "what they ask first": (FACETS["screening"].label, screening),
        "nature": ("Nature", [*_notes_of(clinic, "nature"), *_remarks(clinic, "nature")]),
        "price": ("Price", [*map(price, clinic.prices[:_MOST_PRICES]), *_remarks(clinic, "price")]),
    }
    if "kap" in clinic.offers("modality"):
        return found
    return {"who is in the room": (FACETS["support"].label, _facts(clinic, "support")), **found}


def _lines(clinic: Clinic) -> Iterator[Line]:
    for label, known in _questions(clinic).values():
        if known:
            yield Line(label, " · ".join(unique(map(capital, known))))
    if serves := sorted(clinic.telehealth_states):
        yield Line("Telehealth in", ", ".join(serves))


def _unstated(clinic: Clinic) -> str:
    names = [name for name, (_, known) in _questions(clinic).items() if not known]
    return f"{capital(', '.join(names))}. Ask the clinic." if names else ""


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def _facts(clinic: Clinic, facet: str) -> list[str]:
    return [text for text, _ in _facts_with_notes(clinic, facet)]


def _facts_with_notes(clinic: Clinic, facet: str) -> Iterator[tuple[str, str]]:
    """The short text of each value that is spoken of, and our note on it."""
    said, disputed = standing(clinic, facet), clinic.disputed(facet)
    for code, value in FACETS[facet].by_code.items():
        if code in said:
            yield value.tag if said[code].says == "yes" else f"{value.tag}: they say no", said[code].note
        elif code in disputed:
            yield f"{value.tag}: {words.disagree(clinic, facet, code)}", ""


def _notes_of(clinic: Clinic, facet: str) -> list[str]:
    """What is said in more words than the tag has: our note, or the label."""
    return [note or text for text, note in _facts_with_notes(clinic, facet)]


def _remarks(clinic: Clinic, topic: str) -> list[str]:
    """Remarks on this topic that did not become claims, which have their own words."""
    claimed = {claim.note for claim in clinic.claims}
    texts = (remark.text for remark in clinic.remarks if remark.topic == topic)
    return unique(text for text in texts if text not in claimed)[:_MOST_REMARKS]


def unique(texts: Iterable[str]) -> list[str]:
    """The texts, each once, in order."""
    return list(dict.fromkeys(texts))


def remarks_by_topic(remarks: Iterable[Remark]) -> dict[str, list[Remark]]:
    """The remarks in order, grouped by their topic."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(remark.topic, []).append(remark)
    return groups
