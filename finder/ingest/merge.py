"""Several Listings of one place -> what we believe: for each field the best teller, for facts all of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from finder.facets import FACETS
from finder.model import Claim, Clinic, Listing, Location, Price, Provenance, Remark
from finder.text import fold

_KIND_RANK: Final = {
    "correction": 0,
    "clinic_page": 1,
    "registry": 2,
    "directory": 3,
    "news": 4,
    "sponsored": 5,
}
"""Whom to believe first about name, address and contact."""

_PRECISION_RANK: Final = {
    name: rank
    for rank, name in enumerate(
        ("rooftop", "parcel", "interpolated", "interpolated_fuzzy", "street", "zip9", "zip", "city", "state")
    )
}
_FACET_ORDER: Final = {
    (facet.code, value.code): (row, column)
    for row, facet in enumerate(FACETS.values())
    for column, value in enumerate(facet.values)
}

Rank = tuple[Any, ...]
Merge = tuple[Listing, ...]
Said = TypeVar("Said", Remark, Price)


def listing_order(listing: Listing) -> tuple[str, ...]:
    """A total order over listings that no order of input rows changes."""
    said = listing.provenance
    return (said.source, said.ref, said.url, said.seen.isoformat(), listing.model_dump_json())


def ref(provenance: Provenance) -> str:
    """The key of a listing in decisions and in the previous build: "source|ref"."""
    return f"{provenance.source}|{provenance.ref}"


def merged(listings: Iterable[Listing], clinic_id: str, reasons: Sequence[str] = ()) -> Clinic:
    """One clinic out of listings of one place; the order of the listings changes nothing.

    Name, phone, website, hours: the clinic's own page over news, newer over older. Address and
    location: the more precise first. Status: the newest. Claims, remarks, prices: all, each once.
    """
    group = tuple(sorted(listings, key=listing_order))
    fields: dict[str, Any] = {}
    said: dict[str, Provenance] = {}
    for field, rank, empty in _FIELDS:
        tellers = [listing for listing in group if getattr(listing, field) not in empty]
        if tellers:
            best = min(tellers, key=rank)
            fields[field] = getattr(best, field)
            said[field] = best.provenance
    name_words = fold(fields["name"])
    names = {fold(listing.name): listing.name for listing in reversed(group)}
    return Clinic(
        id=clinic_id,
        other_names=tuple(sorted(name for words, name in names.items() if words != name_words)),
        claims=tuple(sorted({claim for listing in group for claim in listing.claims}, key=_claim_order)),
        remarks=_each_once(group, lambda listing: listing.remarks, lambda one: (one.topic, fold(one.text))),
        prices=_each_once(
            group, lambda listing: listing.prices, lambda one: (one.amount_usd, fold(one.what))
        ),
        provenance=said,
        sources=tuple(sorted({listing.provenance for listing in group}, key=_provenance_order)),
        merge_reasons=tuple(sorted(set(reasons))),
        **{"location": _NOWHERE, **fields},
    )


def _by_teller(listing: Listing) -> Rank:
    said = listing.provenance
    return (_KIND_RANK[said.kind], -said.seen.toordinal(), *listing_order(listing))


def _by_address(listing: Listing) -> Rank:
    address = listing.address
    known = (address.street, address.postal_code, address.city)
    return (tuple(not part for part in known), *_by_teller(listing))


def _by_precision(listing: Listing) -> Rank:
    location = listing.location or _NOWHERE
    return (_PRECISION_RANK[location.precision], location.radius_miles, *_by_address(listing))


def _by_date(listing: Listing) -> Rank:
    said = listing.provenance
    return (said.kind != "correction", -said.seen.toordinal(), *_by_teller(listing))


_NOWHERE: Final = Location(point=None, precision="state", radius_miles=0, method="state")

_FIELDS: Final[tuple[tuple[str, Callable[[Listing], Rank], tuple[object, ...]], ...]] = (
    ("name", _by_teller, ()),
    ("address", _by_address, ()),
    ("location", _by_precision, (None,)),
    ("phone", _by_teller, ("",)),
    ("website", _by_teller, ("",)),
    ("hours", _by_teller, ("",)),
    ("status", _by_date, ("unknown",)),
    ("min_age", _by_teller, (None,)),
)
"""Field, order of its tellers (best first), and what counts as not said."""


def _claim_order(claim: Claim) -> Rank:
    return (
        *_FACET_ORDER[claim.facet, claim.value],
        *_provenance_order(claim.provenance),
        claim.model_dump_json(),
    )


def _provenance_order(provenance: Provenance) -> Rank:
    return (ref(provenance), provenance.model_dump_json())


def _each_once(
    group: Merge, said: Callable[[Listing], tuple[Said, ...]], what: Callable[[Said], Rank]
) -> tuple[Said, ...]:
    best: dict[Rank, Said] = {}
    for listing in sorted(group, key=_by_teller):
        for one in said(listing):
            best.setdefault(what(one), one)
    return tuple(best[key] for key in sorted(best))
