"""What a result card shows of a clinic: tags, short facts, contact and source. Plain values for templates."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from finder.facets import FACETS
from finder.model import Claim, Clinic, Price, Provenance, Remark
from finder.search.query import Hit, Query
from finder.web import words

_MOST_REMARKS = 3
_MOST_PRICES = 2


@dataclass(frozen=True)
class Tag:
    """One thing said about a clinic. `look`: confirmed, reported, denied or unstated; the text
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
class SourceLink:
    """Where something was read; `url` is empty when the source has no web address."""

    text: str
    url: str


@dataclass(frozen=True)
class Card:
    """One clinic of a results page."""

    number: int
    clinic: Clinic
    place_line: str
    status: str
    distance: str
    distance_reason: str
    why: str
    tags: tuple[Tag, ...]
    lines: tuple[Line, ...]
    unstated: str
    """What is not stated of what a card would show, in one sentence; empty when all is."""
    notes: tuple[str, ...]
    source: SourceLink
    more_sources: int


def standing(clinic: Clinic, facet: str) -> dict[str, Claim]:
    """For each value that `clinic.said(facet)` knows: the claim that carries it, in table order."""
    said = clinic.said(facet)
    return {
        code: max(
            (
                claim
                for claim in clinic.claims
                if (claim.facet, claim.value, claim.says) == (facet, code, said[code])
            ),
            key=lambda claim: (claim.grade == "confirmed", claim.provenance.seen),
        )
        for code in FACETS[facet].by_code
        if code in said
    }


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
    modality = [tag(claim) for claim in standing(clinic, "modality").values()]
    table = FACETS["nature"].by_code
    nature = [tag(claim) for claim in standing(clinic, "nature").values() if table[claim.value].offer]
    return (*(modality or [Tag("Treatment not stated", "unstated")]), *nature)


def price(amount: Price) -> str:
    """ "$750 per session"."""
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


def card(number: int, hit: Hit, query: Query, state_name: Callable[[str], str]) -> Card:
    """The card of one hit; `state_name` gives "Colorado" for "CO"."""
    clinic = hit.clinic
    name = state_name(clinic.address.state)
    distance, reason = words.distance(hit, query.place)
    return Card(
        number=number,
        clinic=clinic,
        place_line=words.place_line(clinic, name),
        status=words.STATUS_WORDS.get(clinic.status, ""),
        distance=distance,
        distance_reason=reason,
        why=words.why(hit, name),
        tags=tags(clinic),
        lines=tuple(_lines(clinic)),
        unstated=_unstated(clinic),
        notes=tuple(_notes(hit)),
        source=source_link(main_source(clinic)),
        more_sources=len({(s.source, s.ref) for s in clinic.sources}) - 1,
    )


def _questions(clinic: Clinic) -> dict[str, tuple[str, list[str]]]:
    """What a card answers: the label, and all that is known, by what it is called when it is not."""
    support = "KAP here means" if "kap" in clinic.offers("modality") else FACETS["support"].label
    screening = [*_facts(clinic, "screening"), *_remarks(clinic, "screening")]
    return {
        "who is in the room": (support, _facts(clinic, "support")),
        "what they ask first": (FACETS["screening"].label, screening),
        "nature": ("Nature", [*_notes_of(clinic, "nature"), *_remarks(clinic, "nature")]),
        "price": ("Price", [*map(price, clinic.prices[:_MOST_PRICES]), *_remarks(clinic, "price")]),
    }


def _lines(clinic: Clinic) -> Iterator[Line]:
    for label, facts in _questions(clinic).values():
        if facts:
            yield Line(label, " · ".join(unique(map(_capital, facts))))
    if serves := sorted(clinic.telehealth_states):
        yield Line("Telehealth in", ", ".join(serves))


def _unstated(clinic: Clinic) -> str:
    names = [name for name, (_, facts) in _questions(clinic).items() if not facts]
    return f"{_capital(', '.join(names))}. Ask the clinic." if names else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _facts(clinic: Clinic, facet: str) -> list[str]:
    table = FACETS[facet].by_code
    return [
        table[code].label if claim.says == "yes" else f"{table[code].label}: they say no"
        for code, claim in standing(clinic, facet).items()
    ]


def _notes_of(clinic: Clinic, facet: str) -> list[str]:
    """What is said in more words than the tag has: our note, or the label."""
    labels = dict(zip(standing(clinic, facet), _facts(clinic, facet), strict=True))
    return [claim.note or labels[code] for code, claim in standing(clinic, facet).items()]


def _remarks(clinic: Clinic, topic: str) -> list[str]:
    """Remarks on this topic, but not those that became facts of another one."""
    here = {claim.note for claim in clinic.claims if claim.facet == topic}
    elsewhere = {claim.note for claim in clinic.claims if claim.facet != topic} - here
    texts = (remark.text for remark in clinic.remarks if remark.topic == topic)
    return unique(text for text in texts if text not in elsewhere)[:_MOST_REMARKS]


def unique(texts: Iterable[str]) -> list[str]:
    """The texts, each once, in order."""
    return list(dict.fromkeys(texts))


def _notes(hit: Hit) -> Iterator[str]:
    for facet in hit.unstated:
        yield f"{FACETS[facet].label}: not stated"
    if hit.matched_words:
        yield f"Matches: {', '.join(hit.matched_words)}"


def remarks_by_topic(remarks: Iterable[Remark]) -> dict[str, list[Remark]]:
    """The remarks in order, grouped by their topic."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(remark.topic, []).append(remark)
    return groups
