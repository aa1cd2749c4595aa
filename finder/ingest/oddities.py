"""Claims that look odd: not wrong by themselves, but worth a look before anybody relies on them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log
from statistics import fmean, pstdev
from typing import Final, NamedTuple

from finder.facets import FACETS, value
from finder.model import Claim, Clinic, Price
from finder.text import fold

SIGMAS: Final = 3.0
_FEWEST_PRICES: Final = 10
"""Of fewer prices of a kind nothing can be said about what is usual."""

_KINDS: Final = (
    ("consultation", re.compile(r"\b(?:consult\w*|evaluation|intake|assessment|screening)\b")),
    ("month", re.compile(r"\b(?:month|monthly|membership)\b")),
    ("course", re.compile(r"\b(?:package|series|course|program|retreat|total|\d+ (?:sessions|infusions))\b")),
    ("session", re.compile(r"\b(?:session|infusion|treatment|injection|visit|dose|each)\b")),
)
"""What a price is for, by its words; the first that fits."""

_THERAPISTS: Final = frozenset({"psychologist", "lcsw", "lmft", "lpc"})
_THERAPIST_WORDS = re.compile(r"\b(?:therapists?|psychotherapists?|counselors?|psychologists?|clinicians?)\b")
_AT_HOME_WORDS = re.compile(r"\b(?:at home|your home|mailed|shipped|delivered|telehealth|telemedicine)\b")
_DENIED = re.compile(r"\b(?:not|never|cannot|no)\b")


class Oddity(NamedTuple):
    """One thing to look at."""

    clinic: str
    rule: str
    says: str


class Survey(NamedTuple):
    """What is usual among all clinics: for each kind of price mean and deviation of its logarithm."""

    prices: Mapping[str, tuple[float, float]]


class Rule(NamedTuple):
    """One way to be odd; `find` says what of a clinic is."""

    code: str
    title: str
    find: Callable[[Clinic, Survey], Iterable[str]]


def oddities(clinics: Sequence[Clinic]) -> tuple[Oddity, ...]:
    """Everything odd about these clinics, rule by rule in the order of the table, then by clinic."""
    survey = _survey(clinics)
    return tuple(
        Oddity(clinic.id, rule.code, says)
        for rule in RULES
        for clinic in clinics
        for says in rule.find(clinic, survey)
    )


def price_kind(price: Price) -> str:
    """ "session", "course", "consultation", "month", or "other"."""
    words = fold(price.what)
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "other")


def _survey(clinics: Iterable[Clinic]) -> Survey:
    amounts: dict[str, list[float]] = {}
    for clinic in clinics:
        for price in clinic.prices:
            if price.amount_usd > 0:
                amounts.setdefault(price_kind(price), []).append(log(price.amount_usd))
    known = {kind: found for kind, found in amounts.items() if len(found) >= _FEWEST_PRICES}
    return Survey({kind: (fmean(found), pstdev(found)) for kind, found in known.items()})


def _disputed(clinic: Clinic, survey: Survey) -> Iterator[str]:
    for facet in FACETS:
        for code in sorted(clinic.disputed(facet)):
            pages = {claim.provenance.page for claim in _about(clinic, facet, code)}
            yield f"{facet} {code}: {', '.join(sorted(pages))}"


def _kap_without_therapist(clinic: Clinic, survey: Survey) -> Iterator[str]:
    """Only of clinics that tell who is there, or that say so themselves: a listing's silence is not odd."""
    if "kap" not in clinic.offers("modality"):
        return
    who = clinic.offers("staff") | (clinic.offers("support") & {"therapist_present", "medical_staff_present"})
    confirmed = any(claim.grade == "confirmed" for claim in _about(clinic, "modality", "kap"))
    roles = {claim.detail for claim in clinic.claims if claim.facet == "staff" and claim.says == "yes"}
    if (who or confirmed) and not who & {"therapist_present", *_THERAPISTS} and "therapist" not in roles:
        texts = [claim.quote + " " + claim.note for claim in clinic.claims]
        texts += [clinic.name, *(remark.text for remark in clinic.remarks)]
        if not any(_THERAPIST_WORDS.search(fold(text)) for text in texts):
            yield f"named: {', '.join(sorted(who)) or 'nobody'}"


def _spravato_at_home(clinic: Clinic, survey: Survey) -> Iterator[str]:
    offers = clinic.offers("modality")
    if "esketamine_nasal" not in offers:
        return
    for claim in _about(clinic, "modality", "esketamine_nasal"):
        words = fold(claim.quote or claim.note)
        if claim.says == "yes" and _AT_HOME_WORDS.search(words) and not _DENIED.search(words):
            yield claim.quote or claim.note
    if offers == {"esketamine_nasal", "at_home_telehealth"}:
        yield "it offers nothing but Spravato and treatment at home"


def _far_off_price(clinic: Clinic, survey: Survey) -> Iterator[str]:
    for price in clinic.prices:
        kind = price_kind(price)
        mean, deviation = survey.prices.get(kind, (0.0, 0.0))
        if deviation and price.amount_usd > 0:
            sigmas = (log(price.amount_usd) - mean) / deviation
            if abs(sigmas) > SIGMAS:
                yield f"${price.amount_usd:,.0f} ({kind}), {sigmas:+.1f} sigma: {price.what}"


def _brand_name_only(clinic: Clinic, survey: Survey) -> Iterator[str]:
    names = [f" {fold(name)} " for name in (clinic.name, *clinic.other_names) if fold(name)]
    for claim in clinic.claims:
        if claim.facet != "modality" or claim.says == "no":
            continue
        said = f" {fold(claim.quote or claim.note)} "
        words = [f" {fold(word)} " for word in value("modality", claim.value).words]
        rest = said
        for name in names:
            rest = rest.replace(name, "  ")
        if any(word in said for word in words) and not any(word in rest for word in words):
            yield f"{claim.value}: {claim.quote or claim.note}"


def _at_home_nowhere(clinic: Clinic, survey: Survey) -> Iterator[str]:
    if "at_home_telehealth" in clinic.offers("modality") and not clinic.telehealth_states:
        yield "the states it serves are not stated"


def _about(clinic: Clinic, facet: str, code: str) -> list[Claim]:
    return [claim for claim in clinic.claims if (claim.facet, claim.value) == (facet, code)]


RULES: Final = (
    Rule("disputed", "Pages or sources disagree", _disputed),
    Rule("kap_without_therapist", "KAP with no therapist anywhere", _kap_without_therapist),
    Rule("spravato_at_home", "Spravato at home, which its REMS forbids", _spravato_at_home),
    Rule("far_off_price", f"A price over {SIGMAS:g} sigma of its kind", _far_off_price),
    Rule("brand_name_only", "A treatment read from the name of the clinic only", _brand_name_only),
    Rule("at_home_nowhere", "Treatment at home without the states served", _at_home_nowhere),
)
"""Add a rule here; its tests want an example and a counter-example."""
