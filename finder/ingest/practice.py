"""Several pages of one practice -> what the practice says, page by page, with every contradiction kept."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from finder.facets import FACETS
from finder.ingest.extract import extract_page
from finder.ingest.phrases import Phrases
from finder.ingest.statements import Extraction, PageText, Statement
from finder.model import Claim, Listing, Price, Provenance, verdicts

MAX_QUOTE_CHARS: Final = 600
"""A quote cites a page, it does not copy it: one sentence or list item, which fits on a phone. What is
longer was no sentence (a page without punctuation); a cut could lose the very words, so it is left out.
"""


class Page(NamedTuple):
    """A page of a practice as it was read."""

    url: str
    text: PageText


class Practice(NamedTuple):
    """What the pages of one practice say."""

    claims: tuple[Claim, ...]
    prices: tuple[Price, ...]
    min_age: int | None
    """In years; None when no page states it or two differ."""
    notes: tuple[str, ...]
    """What a person should know, each with its page."""


class Dispute(NamedTuple):
    """One thing on which the claims of a practice contradict each other."""

    facet: str
    value: str
    claims: tuple[Claim, ...]


def claims_of_pages(
    pages: Sequence[Page], provenance: Provenance, phrases: Phrases | None = None
) -> tuple[Claim, ...]:
    """The confirmed claims of a practice, each with a verbatim quote and the address of its page;
    `provenance` tells source, ref, kind and day. What several pages say alike is said once, by the first
    of them; a yes and a no on two pages are both kept.
    """
    return read_practice(pages, provenance, phrases).claims


def read_practice(pages: Sequence[Page], provenance: Provenance, phrases: Phrases | None = None) -> Practice:
    """The same with prices, minimum age and notes."""
    claims: dict[tuple[object, ...], Claim] = {}
    prices: dict[tuple[float, str], Price] = {}
    notes: list[str] = []
    ages: set[int] = set()
    for page in pages:
        found = extract_page(page.text, phrases)
        said_by = provenance.model_copy(update={"url": page.url})
        notes += (f"{page.url}: {note}" for note in dict.fromkeys((*page.text.notes, *found.notes)))
        for statement in found.statements:
            if len(statement.quote) > MAX_QUOTE_CHARS:
                name = f"{statement.facet}={statement.value}"
                notes.append(f"{page.url}: {name} left out, its quote is over {MAX_QUOTE_CHARS} characters")
            else:
                claim = _claim(statement, said_by)
                claims.setdefault(_key(claim), claim)
        for one in found.prices:
            price = Price(amount_usd=one.amount_usd, what=one.what, provenance=said_by)
            prices.setdefault((one.amount_usd, one.what), price)
        ages.update(_ages(found))
    if len(ages) > 1:
        notes.append(
            f"its pages state several minimum ages ({', '.join(map(str, sorted(ages)))}): none is taken"
        )
    age = ages.pop() if len(ages) == 1 else None
    return Practice(tuple(claims.values()), tuple(prices.values()), age, tuple(dict.fromkeys(notes)))


def disputes(claims: Sequence[Claim]) -> tuple[Dispute, ...]:
    """What the claims about one clinic disagree on, in the order of the table, with all claims about it."""
    return tuple(
        Dispute(facet, code, tuple(c for c in claims if (c.facet, c.value) == (facet, code)))
        for facet in FACETS
        for code, says in verdicts(claims, facet).items()
        if says is None
    )


def with_pages(listing: Listing, practice: Practice) -> Listing:
    """The listing with what its pages say added; what a listing states itself stays."""
    known = {_key(claim) for claim in listing.claims if claim.grade == "confirmed"}
    new = (claim for claim in practice.claims if _key(claim) not in known)
    age = practice.min_age if listing.min_age is None else listing.min_age
    return listing.model_copy(
        update={
            "claims": (*listing.claims, *new),
            "prices": tuple(dict.fromkeys((*listing.prices, *practice.prices))),
            "min_age": age,
        }
    )


def _claim(statement: Statement, provenance: Provenance) -> Claim:
    return Claim(
        facet=statement.facet,
        value=statement.value,
        says=statement.says,
        grade="confirmed",
        quote=statement.quote,
        detail=statement.detail,
        states=statement.states,
        provenance=provenance,
    )


def _key(claim: Claim) -> tuple[object, ...]:
    return claim.facet, claim.value, claim.says, claim.detail, claim.states


def _ages(found: Extraction) -> Iterable[int]:
    age = found.facts.min_age
    return [int(age.value)] if age is not None and age.value.isdigit() else []
