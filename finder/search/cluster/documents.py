"""A clinic as a document: everything a query can ask, precomputed by the definitions all engines share."""

from typing import Any, Final

from finder.facets import FACETS
from finder.geo import Point
from finder.mercator import lat_of, square_of
from finder.model import Clinic
from finder.search.price import session_price_usd
from finder.search.query import FIELD_WEIGHTS
from finder.search.starts import name_starts
from finder.search.words import last_checked, listing_key, word_weights
from finder.text import fold

DEEPEST_ZOOM: Final = 24
"""Squares of the map are kept this finely: 2 meters."""
LONGEST_WORD: Final = 8_000
LONGEST_KEY: Final = 16_000
"""In characters; a keyword of Elasticsearch holds 32,766 bytes. What is longer is not found or cut."""
_BETWEEN: Final = "\t"
"""Sorts before every character of a folded text, so joined keys sort like tuples."""
_FIELD_OF: Final = {weight: field for field, weight in FIELD_WEIGHTS.items()}


def document(clinic: Clinic) -> dict[str, Any]:
    """The document of one clinic. Its `_id` is the clinic's id; `record` is the clinic, as JSON."""
    fields = {
        "id": clinic.id,
        "former_ids": list(clinic.former_ids),
        **_place(clinic),
        "state_level": int(clinic.location.point is None),
        "state": clinic.address.state,
        "serves": sorted(clinic.telehealth_states),
        "facets": _facets(clinic),
        "words": _words(clinic),
        "day": last_checked(clinic).toordinal(),
        "price": session_price_usd(clinic),
        **_keys(clinic),
        "starts": _starts(clinic.name),
        "record": clinic.model_dump_json(),
    }
    return {name: value for name, value in fields.items() if value is not None and value != []}


def offer_term(facet: str, code: str) -> str:
    """What stands in `facets` for a clinic that offers this code."""
    return f"{facet}={code}"


def silence_term(facet: str) -> str:
    """What stands in `facets` for a clinic that states nothing about this facet."""
    return f"{facet}="


def spot(lat: float, lng: float) -> str:
    """What all clinics at exactly one point share."""
    return f"{lat + 0.0!r},{lng + 0.0!r}"


def _place(clinic: Clinic) -> dict[str, Any]:
    point = clinic.location.point
    if point is None:
        return {"county": clinic.location.county or None}
    return {
        "point": {"lat": point.lat, "lon": point.lng},
        "lat": point.lat,
        "lng": point.lng,
        "square": _middle_of_square(point),
        "spot": spot(point.lat, point.lng),
        "county": clinic.location.county or None,
    }


def _middle_of_square(point: Point) -> dict[str, float]:
    """The middle of its smallest square: Elasticsearch keeps points to a centimeter, which would move a
    point on the edge of two squares into the other one.
    """
    column, row = square_of(point, DEEPEST_ZOOM)
    side = 1 << DEEPEST_ZOOM
    return {"lat": lat_of((row + 0.5) / side), "lon": (column + 0.5) / side * 360 - 180}


def _facets(clinic: Clinic) -> list[str]:
    claimed = {claim.facet for claim in clinic.claims}
    terms = []
    for facet in FACETS:
        if facet in claimed:
            terms += [offer_term(facet, code) for code in sorted(clinic.offers(facet))]
        if facet not in claimed or not clinic.states_something(facet):
            terms.append(silence_term(facet))
    return terms


def _words(clinic: Clinic) -> dict[str, list[str]]:
    """Each word in the best field it stands in, and in no other."""
    fields: dict[str, list[str]] = {field: [] for field in FIELD_WEIGHTS}
    for word, weight in sorted(word_weights(clinic).items()):
        if len(word) <= LONGEST_WORD:
            fields[_FIELD_OF[weight]].append(word)
    return fields


def _keys(clinic: Clinic) -> dict[str, str]:
    """`listing`: order without a distance; `tie`: order among equal distances, which of clinics without
    a point is that of the listing.
    """
    city, name, _ = listing_key(clinic)
    listing = _BETWEEN.join((city[:LONGEST_WORD], name[:LONGEST_WORD], clinic.id))
    return {
        "listing": listing,
        "tie": listing if clinic.location.point is None else clinic.id,
        "name_key": _BETWEEN.join((fold(clinic.name)[:LONGEST_KEY], clinic.id)),
    }


def _starts(name: str) -> dict[str, list[str]]:
    """Every beginning of what can be typed of the name: from its first word, and from a later one."""
    starts = name_starts(name)
    return {"first": _beginnings(starts[:1]), "later": _beginnings(starts[1:])}


def _beginnings(starts: tuple[str, ...]) -> list[str]:
    return sorted({start[:end] for start in starts for end in range(1, len(start) + 1)})
