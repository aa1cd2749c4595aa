"""Short texts for people: counts, distances, dates, phones. US English, plain; unknown is never "no"."""

import re
from collections.abc import Sequence
from datetime import date
from math import floor
from urllib.parse import urlsplit

from finder.model import Clinic, Place, Provenance
from finder.search.price import session_price_usd
from finder.search.query import Hit, Query
from finder.search.words import last_checked

NO_PAID_PLACES = "Clinics cannot pay to be listed higher."
NO_PAID_REASON = "Payment plays no part."

ATTRIBUTION = (
    "Place data © GeoNames (geonames.org), CC BY 4.0, modified. ZIP, county and metro data derived from "
    "U.S. Census Bureau public-domain products (Gazetteer, ACS 2022, CBSA delineations); not endorsed or "
    "certified by the Census Bureau. ZIP Code is a trademark of the U.S. Postal Service; no affiliation."
)

SOURCE_WORDS = {
    "clinic_page": "Read on its own site",
    "news": "Read in a news report",
    "sponsored": "Read in a sponsored article",
    "directory": "Listed in a directory",
    "registry": "Listed in a public registry",
    "correction": "Corrected after a report",
}

BRIEF_SOURCE_WORDS = {
    "clinic_page": "its own site",
    "news": "a news report",
    "sponsored": "a sponsored article",
    "directory": "a directory",
    "registry": "a public registry",
    "correction": "a correction",
}

STATUS_WORDS = {
    "temporarily_closed": "Reported as closed for now",
    "closed": "Reported as closed",
    "moved": "Reported to have moved",
    "coming_soon": "Reported as not open yet",
}

PRECISION_WORDS = {
    "rooftop": "from its address",
    "parcel": "from its address",
    "interpolated": "from its address",
    "interpolated_fuzzy": "from its street",
    "street": "from its street",
    "zip9": "from ZIP code",
    "zip": "from ZIP code",
    "city": "street not stated",
    "state": "only its state is stated",
}

_EXACT_MILES = 0.5
"""Doubt up to this is not worth a range."""


def clinics(count: int) -> str:
    """ "No clinics", "1 clinic", "1,204 clinics"."""
    if count == 0:
        return "No clinics"
    return "1 clinic" if count == 1 else f"{count:,} clinics"


def day(when: date) -> str:
    """A date as Americans write it: "Nov 22, 2026"."""
    return f"{when:%b} {when.day}, {when.year}"


def last_read(clinic: Clinic) -> str:
    """ "facts last read Nov 22, 2026"; a sponsored article makes no clinic look newer."""
    checked = last_checked(clinic)
    if checked == date.min:
        return f"named only in a sponsored article, read {day(clinic.seen)}"
    return f"facts last read {day(checked)}"


def phone(digits: str) -> str:
    """Ten digits as "(828) 555-0142"; anything else as it is."""
    if not re.fullmatch(r"\d{10}", digits):
        return digits
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def safe_url(url: str) -> str:
    """The address when it is http or https with a host, else empty: nothing else becomes a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def host(url: str) -> str:
    """ "example.com" of "https://www.example.com/ketamine"; empty for no web address."""
    return urlsplit(url).netloc.removeprefix("www.") if safe_url(url) else ""


def source(provenance: Provenance) -> str:
    """Who said it and when: "Read on its own site, Nov 22, 2026"."""
    return f"{SOURCE_WORDS[provenance.kind]}, {day(provenance.seen)}"


def brief_source(provenance: Provenance) -> str:
    """The same beside a fact: "its own site, Nov 22, 2026"."""
    return f"{BRIEF_SOURCE_WORDS[provenance.kind]}, {day(provenance.seen)}"


def number(value: float) -> str:
    """Miles or dollars without needless zeros: "50", "7.5"."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def distance(hit: Hit, place: Place | None) -> tuple[str, str]:
    """How far a clinic is, with the reason when that is coarse; ("", "") without a distance.

    ("3.2 mi", "from its address"), ("about 12–18 mi", "from ZIP code"), ("in town", "street not
    stated").
    """
    if hit.distance_miles is None:
        return "", ""
    location = hit.clinic.location
    reason = PRECISION_WORDS[location.precision]
    miles, doubt = hit.distance_miles, location.radius_miles
    if doubt <= _EXACT_MILES:
        return ("under 1 mi" if miles < 1 else f"{number(_rounded(miles))} mi"), reason
    if miles < doubt:
        city = hit.clinic.address.city
        in_town = bool(city) and place is not None and place.label.startswith(city)
        return ("in town" if in_town else f"within {floor(miles + doubt) + 1} mi"), reason
    low, high = max(1, round(miles - doubt)), round(miles + doubt)
    return (f"about {low}–{high} mi" if low < high else f"about {high} mi"), reason


def _rounded(miles: float) -> float:
    return round(miles, 1) if miles < 10 else float(round(miles))


def why(hit: Hit, state_name: str) -> str:
    """Why a clinic without a distance is in the list; empty when the distance says it."""
    if hit.via == "telehealth":
        return "Treats at home by telehealth; no distance"
    if hit.clinic.location.precision == "state":
        return f"Where in {state_name} is not stated"
    return ""


def distance_reason(distance: tuple[str, str], query: Query) -> str:
    """The distance as a sentence: "About 12–18 mi from Asheville, NC, measured from ZIP code."."""
    far, reason = distance
    start = f"{far[:1].upper()}{far[1:]}"
    if query.place is None or far == "in town":
        return f"{start}, {reason}."
    return f"{start} from {query.place.label}, measured in a straight line {reason}."


def place_reason(hit: Hit, query: Query, why: str) -> str:
    """Why a clinic without a distance is in the list, as a sentence."""
    if why:
        return f"{why}."
    return (
        f"In {query.place.label}."
        if hit.via == "area" and query.place is not None
        else "No place was asked for."
    )


def where(query: Query) -> str:
    """The area of a search: "within 50 miles of Asheville, NC", "in North Carolina"."""
    if query.box is not None:
        return "in this map area"
    if query.place is None:
        return "in the United States"
    if query.state_level_only:
        return f"somewhere in {query.place.label}"
    if query.radius_miles is not None:
        unit = "mile" if query.radius_miles == 1 else "miles"
        return f"within {number(query.radius_miles)} {unit} of {query.place.label}"
    return f"in {query.place.label}"


def heading(query: Query, total: int) -> str:
    """The search said again with its result: "3 clinics within 50 miles of Asheville, NC"."""
    return f"{clinics(total)} {where(query)}" if total else f"No clinics found {where(query)}"


def order(query: Query, hits: Sequence[Hit] = ()) -> str:
    """How the list is ordered, in one sentence; `hits` are those of this page, in order."""
    tail = ", then by distance" if query.origin is not None else ""
    if query.sort == "match":
        return f"Sorted by how many of your words match{tail}."
    if query.sort == "recent":
        return f"Sorted by when we last checked, newest first{tail}."
    if query.sort == "price" and query.page == 1 and hits and session_price_usd(hits[0].clinic) is None:
        instead = "sorted by distance" if tail else "listed by city"
        return f"None of these publishes a price per session, so they are {instead}."
    if query.sort == "price":
        return (
            f"Sorted by published price per session, lowest first; those that publish none come last{tail}."
        )
    return "Sorted by distance." if query.origin is not None else "Listed by city."


def unmatched(typed: Sequence[str]) -> str:
    """That no clinic has these words, so that they were left out; empty without any."""
    return f"No clinic here has the words “{' '.join(typed)}”, so we left them out." if typed else ""


def widened(query: Query, from_miles: float | None) -> str:
    """That a wider circle was used than the usual one, and why; empty when it was not."""
    if from_miles is None or query.radius_miles is None:
        return ""
    return (
        f"There are few within {number(from_miles)} miles, so we looked within {number(query.radius_miles)}."
    )


def telehealth_heading(query: Query) -> str:
    """The heading of the clinics elsewhere that treat at home: "At home in North Carolina"."""
    where = query.place.label if query.place is not None and query.place.is_area else "your area"
    return f"Treatment at home, by telehealth, in {where}"


def disagree(clinic: Clinic, facet: str, code: str) -> str:
    """That one says yes and another no: its own pages, or whoever else was read."""
    kinds = {claim.provenance.kind for claim in clinic.claims if (claim.facet, claim.value) == (facet, code)}
    return "its pages disagree" if kinds == {"clinic_page"} else "its sources disagree"


def place_line(clinic: Clinic, state_name: str) -> str:
    """ "Asheville, NC", or the name of the state when that is all that is known."""
    address = clinic.address
    return f"{address.city}, {address.state}" if address.city else state_name
