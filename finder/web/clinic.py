"""What a clinic's own page shows: every claim with who says it, and what nobody states."""

from collections.abc import Iterator
from dataclasses import dataclass

from finder.facets import FACETS, Facet
from finder.model import Claim, Clinic, Provenance, Remark
from finder.web import words
from finder.web.cards import SourceLink, brief_source_link, price, remarks_by_topic, standing

QUESTIONS = (
    "Who will be with me while the medicine works?",
    "What do you need to know or see before the first dose?",
    "What would rule me out, or need clearance from my doctor?",
    "What does the whole course cost, and what does my insurance pay?",
    "How many visits are there, and do I need a ride home?",
    "What happens if I feel worse between visits?",
)

_DETAILS = {
    "absolute": "never",
    "relative": "depends on the case",
    "clearance": "only with clearance",
    "prescribes": "prescribes",
    "doses": "gives the dose",
    "monitors": "monitors",
    "therapist": "works as therapist",
}

_REMARK_FACETS = {"screening": "screening", "payment": "payment", "nature": "nature"}
"""Which facet's section shows the remarks of a topic; the other topics stand under "Also said"."""


@dataclass(frozen=True)
class Said:
    """One source's claim: its grade in words, what it says, and where."""

    grade: str
    is_confirmed: bool
    says: str
    quote: str
    note: str
    source: SourceLink


@dataclass(frozen=True)
class Row:
    """One value of a facet with everything said about it, the weightiest first."""

    label: str
    means: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Note:
    """A remark or price: text and source."""

    text: str
    source: SourceLink


@dataclass(frozen=True)
class Section:
    """One facet: rows, remarks, or the sentence that says nothing is known."""

    code: str
    label: str
    question: str
    unstated: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Contact:
    """One way to reach or find the clinic, and who says so."""

    label: str
    text: str
    url: str
    source: SourceLink | None


def sections(clinic: Clinic) -> list[Section]:
    """Every facet in table order, those about which nothing is known too."""
    noted = {claim.note for claim in clinic.claims}
    remarks = remarks_by_topic(remark for remark in clinic.remarks if remark.text not in noted)
    topics = {facet: topic for topic, facet in _REMARK_FACETS.items()}
    return [
        Section(
            code=facet.code,
            label=facet.label,
            question=facet.question,
            unstated=facet.unstated,
            rows=tuple(_rows(clinic, facet)),
            notes=tuple(_notes(remarks.get(topics.get(facet.code, ""), []))),
        )
        for facet in FACETS.values()
    ]


def _rows(clinic: Clinic, facet: Facet) -> Iterator[Row]:
    for code, best in standing(clinic, facet.code).items():
        others = [c for c in clinic.claims if (c.facet, c.value) == (facet.code, code) and c != best]
        others.sort(key=lambda claim: claim.provenance.seen, reverse=True)
        value = facet.by_code[code]
        yield Row(value.label, value.means, tuple(_said(claim) for claim in (best, *others)))


def _said(claim: Claim) -> Said:
    confirmed = claim.grade == "confirmed"
    says = "" if claim.says == "yes" else "They say: no."
    extra = [_DETAILS.get(claim.detail, ""), f"in {', '.join(claim.states)}" if claim.states else ""]
    return Said(
        grade="Clinic’s own words" if confirmed else "Reported",
        is_confirmed=confirmed,
        says=" ".join(filter(None, [says, "; ".join(filter(None, extra))])),
        quote=claim.quote,
        note=claim.note,
        source=brief_source_link(claim.provenance),
    )


def _notes(remarks: list[Remark]) -> Iterator[Note]:
    for remark in remarks:
        yield Note(remark.text, brief_source_link(remark.provenance))


def also_said(clinic: Clinic) -> list[Note]:
    """Remarks that belong to no facet's section, prices apart."""
    rest = [remark for remark in clinic.remarks if remark.topic not in {*_REMARK_FACETS, "price"}]
    return list(_notes(rest))


def prices(clinic: Clinic) -> list[Note]:
    """Published amounts and what is said about prices."""
    amounts = [Note(price(amount), brief_source_link(amount.provenance)) for amount in clinic.prices]
    return amounts + list(_notes([remark for remark in clinic.remarks if remark.topic == "price"]))


def contacts(clinic: Clinic) -> list[Contact]:
    """Address, phone, website, hours and minimum age with their sources; text is empty when unstated."""
    website = words.safe_url(clinic.website)
    tel = f"tel:+1{clinic.phone}" if clinic.phone else ""
    age = "" if clinic.min_age is None else f"From {clinic.min_age} years"
    rows = (
        ("phone", "Phone", words.phone(clinic.phone), tel),
        ("address", "Address", clinic.address.line() if clinic.address.city else "", ""),
        ("website", "Website", words.host(website), website),
        ("hours", "Hours", clinic.hours, ""),
        ("min_age", "Age", age, ""),
    )
    return [Contact(label, text, url, _who(clinic.provenance.get(name))) for name, label, text, url in rows]


def _who(provenance: Provenance | None) -> SourceLink | None:
    return None if provenance is None else brief_source_link(provenance)


def place_doubt(clinic: Clinic, state_name: str) -> str:
    """How well the place of the clinic is known, in one sentence."""
    if clinic.location.precision == "state":
        return f"Where in {state_name} is not stated."
    if not clinic.address.street:
        return "The street is not stated; distances are measured from the middle of its town or ZIP code."
    if clinic.location.precision in {"zip", "zip9", "city"}:
        return "Distances are measured from the middle of its ZIP code or town."
    return ""
