"""What a clinic's own page shows: every claim with who says it, how old it is, and what nobody states."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from finder.facets import FACETS, Facet
from finder.freshness import HALF_LIVES, Freshness, freshness
from finder.model import Claim, Clinic, Provenance, Remark
from finder.web import words
from finder.web.cards import SourceLink, brief_source_link, capital, price, remarks_by_topic, standing

QUESTIONS = (
    "Are you taking new patients, and how long is the wait?",
    "Who will be with me while the medicine works?",
    "What do you need to know or see before the first dose?",
    "What would rule me out, or need clearance from my doctor?",
    "What does the whole course cost, what is included, and what does my insurance pay?",
    "How many visits are there, how long is each, and do I need a ride home?",
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

_FAST_DAYS: Final = 180
_KAP_QUESTIONS: Final = (
    (
        "Who is in the room",
        {
            "therapist_present": "A therapist",
            "medical_staff_present": "Medical staff",
            "group_sessions": "A group",
        },
        "Who is with me during the dose?",
    ),
    ("Preparation", {"prep_sessions": "Before the first dose"}, "Is there a session before the first dose?"),
    ("Integration", {"integration_sessions": "After the dose"}, "Is there therapy after the dose?"),
    ("In the price", {"therapy_included": "The therapy too"}, "Is the therapy part of the price?"),
)
"""What "KAP" leaves open: each with the codes of `support` that answer it in short, and what to ask else."""

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
    age: Freshness


@dataclass(frozen=True)
class Row:
    """One value of a facet with everything said about it, the weightiest first."""

    label: str
    means: str
    said: tuple[Said, ...]
    dispute: str
    """That its pages or sources disagree; empty where they do not."""


@dataclass(frozen=True)
class Note:
    """A remark or price: text and source."""

    text: str
    source: SourceLink
    age: Freshness


@dataclass(frozen=True)
class Meaning:
    """One question about KAP: what is said, or what to ask."""

    label: str
    answers: tuple[tuple[str, bool], ...]
    """Each with True when it is the clinic's own words."""
    ask: str


@dataclass(frozen=True)
class Section:
    """One facet: rows, remarks, or the sentence that says nothing is known."""

    code: str
    label: str
    question: str
    unstated: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    common: Said | None
    """Grade, source and age of its facts, when all have the same: said once."""


@dataclass(frozen=True)
class Contact:
    """One way to reach or find the clinic, who says so, and how old that is."""

    code: str
    label: str
    text: str
    url: str
    source: SourceLink | None
    age: Freshness | None
    changes_fast: bool
    """Its age is worth a word even while it is new."""


def sections(clinic: Clinic, today: date) -> list[Section]:
    """Every facet in table order, those about which nothing is known too."""
    noted = {claim.note for claim in clinic.claims}
    remarks = remarks_by_topic(remark for remark in clinic.remarks if remark.text not in noted)
    return [
        _section(facet, list(_rows(clinic, facet, today)), _notes(_about(facet, remarks), today))
        for facet in FACETS.values()
    ]


def _about(facet: Facet, remarks: dict[str, list[Remark]]) -> list[Remark]:
    return [
        remark
        for topic, code in _REMARK_FACETS.items()
        if code == facet.code
        for remark in remarks.get(topic, [])
    ]


def _section(facet: Facet, rows: list[Row], notes: Iterator[Note]) -> Section:
    facts = [said for row in rows for said in row.said]
    kinds = {(said.grade, said.source, said.age.text) for said in facts}
    return Section(
        code=facet.code,
        label=facet.label,
        question=facet.question,
        unstated=facet.unstated,
        rows=tuple(rows),
        notes=tuple(notes),
        common=facts[0] if len(kinds) == 1 and len(facts) > 1 else None,
    )


def _rows(clinic: Clinic, facet: Facet, today: date) -> Iterator[Row]:
    stands, disputed = standing(clinic, facet.code), clinic.disputed(facet.code)
    for code, value in facet.by_code.items():
        claims = [claim for claim in clinic.claims if (claim.facet, claim.value) == (facet.code, code)]
        claims.sort(key=lambda claim: _rank(claim, stands.get(code)), reverse=True)
        dispute = ""
        if code in disputed:
            dispute = f"{capital(words.disagree(clinic, facet.code, code))}: ask the clinic."
        if claims:
            said = (_said(claim, today, bool(dispute)) for claim in claims)
            yield Row(value.label, value.means, tuple(said), dispute)


def _rank(claim: Claim, best: Claim | None) -> tuple[bool, bool, date]:
    """What stands comes first; where nothing does, the confirmed and the newer."""
    confirmed = best is None and claim.grade == "confirmed"
    return claim == best, confirmed, claim.provenance.seen


def _said(claim: Claim, today: date, is_disputed: bool) -> Said:
    confirmed = claim.grade == "confirmed"
    says = f"They say: {claim.says}." if is_disputed or claim.says == "no" else ""
    extra = [_DETAILS.get(claim.detail, ""), f"in {', '.join(claim.states)}" if claim.states else ""]
    field = "payment" if claim.facet == "payment" else "treatment"
    return Said(
        grade="Clinic’s own words" if confirmed else "Reported",
        is_confirmed=confirmed,
        says=" ".join(filter(None, [says, "; ".join(filter(None, extra))])),
        quote=claim.quote,
        note=claim.note,
        source=brief_source_link(claim.provenance),
        age=_age(field, claim.provenance, today),
    )


def _age(field: str, provenance: Provenance, today: date) -> Freshness:
    return freshness(field, provenance.seen, provenance.kind, today)


def _notes(remarks: list[Remark], today: date) -> Iterator[Note]:
    for remark in remarks:
        field = "payment" if remark.topic in {"payment", "price"} else "treatment"
        yield Note(remark.text, brief_source_link(remark.provenance), _age(field, remark.provenance, today))


def kap_means(clinic: Clinic) -> list[Meaning]:
    """What KAP means at a clinic that offers it; [] at the others."""
    if "kap" not in clinic.offers("modality"):
        return []
    return [Meaning(label, tuple(_short_answers(clinic, codes)), ask) for label, codes, ask in _KAP_QUESTIONS]


def _short_answers(clinic: Clinic, codes: dict[str, str]) -> Iterator[tuple[str, bool]]:
    said, disputed = standing(clinic, "support"), clinic.disputed("support")
    for code, text in codes.items():
        if code in said:
            yield _short_answer(text, said[code])
        elif code in disputed:
            yield f"{text}: {words.disagree(clinic, 'support', code)}", False


def _short_answer(text: str, claim: Claim) -> tuple[str, bool]:
    return text if claim.says == "yes" else f"{text}: they say no", claim.grade == "confirmed"


def also_said(clinic: Clinic, today: date) -> list[Note]:
    """Remarks that belong to no facet's section, prices apart."""
    rest = [remark for remark in clinic.remarks if remark.topic not in {*_REMARK_FACETS, "price"}]
    return list(_notes(rest, today))


def prices(clinic: Clinic, today: date) -> list[Note]:
    """Published amounts and what is said about prices."""
    amounts = {
        price(amount): Note(
            price(amount),
            brief_source_link(amount.provenance),
            _age("price", amount.provenance, today),
        )
        for amount in clinic.prices
    }
    said = [remark for remark in clinic.remarks if remark.topic == "price" and remark.text not in amounts]
    return [*amounts.values(), *_notes(said, today)]


def contacts(clinic: Clinic, today: date) -> list[Contact]:
    """Phone, address, website, hours and minimum age with source and age; text is empty when unstated."""
    website = words.safe_url(clinic.website)
    tel = f"tel:+1{clinic.phone}" if clinic.phone else ""
    min_age = "" if clinic.min_age is None else f"From {clinic.min_age} years"
    rows = (
        ("phone", "Phone", words.phone(clinic.phone), tel),
        ("hours", "Hours", clinic.hours, ""),
        ("address", "Address", clinic.address.line() if clinic.address.city else "", ""),
        ("website", "Website", words.host(website), website),
        ("min_age", "Age", min_age, ""),
    )
    found = []
    for name, label, text, url in rows:
        who = clinic.provenance.get(name)
        source = None if who is None else brief_source_link(who)
        age = None if who is None else _age(name, who, today)
        changes_fast = HALF_LIVES[name].days <= _FAST_DAYS
        found.append(Contact(name, label, text, url, source, age, changes_fast))
    return found


def directions(clinic: Clinic) -> list[tuple[str, str]]:
    """Plain links that open a map of the street address; [] when the street is not stated."""
    if not (clinic.address.street and clinic.address.city):
        return []
    address = quote(f"{clinic.address.street}, {clinic.address.city}, {clinic.address.state}", safe="")
    return [
        ("OpenStreetMap", f"https://www.openstreetmap.org/search?query={address}"),
        ("Map app on this phone", f"geo:0,0?q={address}"),
    ]


def place_doubt(clinic: Clinic, state_name: str) -> str:
    """How well the place of the clinic is known, in one sentence."""
    if clinic.location.precision == "state":
        return f"Where in {state_name} is not stated."
    if not clinic.address.street:
        return "The street is not stated; distances are measured from the middle of its town or ZIP code."
    if clinic.location.precision in {"zip", "zip9", "city"}:
        return "Distances are measured from the middle of its ZIP code or town."
    return ""
