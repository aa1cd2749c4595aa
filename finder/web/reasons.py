"""Why a clinic is in a list: the place, the words, the offers, never a payment."""

from collections.abc import Iterator, Mapping

from finder.facets import FACETS
from finder.model import Claim, Clinic
from finder.search.query import Hit, Query
from finder.web import words


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


def of_the_search(hit: Hit, query: Query, distance: tuple[str, str], why: str) -> list[str]:
    """Why a hit is in the list, as far as the search decides it: place, words, what is not stated."""
    found = [words.distance_reason(distance, query) if distance[0] else words.place_reason(hit, query, why)]
    if hit.matched_words:
        found.append(f"Matches: {', '.join(hit.matched_words)}.")
    found += [f"{FACETS[facet].label}: {_unstated(hit.clinic, facet, query)}." for facet in hit.unstated]
    return found


def _unstated(clinic: Clinic, facet: str, query: Query) -> str:
    disputed = clinic.disputed(facet).intersection(query.facets.get(facet, ()))
    return words.disagree(clinic, facet, min(disputed)) if disputed else "not stated"


def of_offers(clinic: Clinic) -> dict[str, dict[str, str]]:
    """For each offer of each facet, the sentence for it: "Treatment: KAP, as listed."."""
    found: dict[str, dict[str, str]] = {}
    for code, facet in FACETS.items():
        offers = clinic.offers(code)
        if offers:
            found[code] = {
                value: f"{facet.label}: {facet.by_code[value].tag}, {_said_by(claim)}."
                for value, claim in standing(clinic, code).items()
                if value in offers
            }
    return found


def matched(query: Query, offered: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """The chosen values that a clinic offers, in the order of the table."""
    for facet, codes in query.facets.items():
        mine = offered.get(facet)
        if mine:
            for code in codes:
                if code in mine:
                    yield facet, code


def _said_by(claim: Claim) -> str:
    return "in its own words" if claim.grade == "confirmed" else "as listed"
