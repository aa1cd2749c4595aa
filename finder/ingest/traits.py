"""What tells two records of a clinic apart: name, street, town, phone and site in comparable form."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import tldextract

from finder.model import Listing
from finder.text import fold

_LEGAL_WORDS: Final = frozenset({
    "the", "inc", "llc", "pllc", "pc", "plc", "llp", "pa", "corp", "corporation", "company", "co", "ltd",
})  # fmt: skip
_STREET_TYPES: Final = frozenset({
    "st", "street", "ave", "av", "avenue", "blvd", "blv", "boulevard", "rd", "road", "dr", "drive", "ln",
    "lane", "ct", "court", "pl", "place", "pkwy", "parkway", "hwy", "highway", "way", "ter", "terrace",
    "cir", "circle", "sq", "square", "trl", "trail", "plz", "plaza", "expy", "expressway", "fwy",
    "freeway", "aly", "alley", "loop", "pike", "row", "run", "pass", "cv", "cove",
})  # fmt: skip
_DIRECTIONS: Final = {
    "n": "n", "no": "n", "north": "n", "s": "s", "so": "s", "south": "s", "e": "e", "east": "e",
    "w": "w", "west": "w", "ne": "ne", "northeast": "ne", "nw": "nw", "northwest": "nw",
    "se": "se", "southeast": "se", "sw": "sw", "southwest": "sw",
}  # fmt: skip
_NUMBER_WORDS: Final = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th", "eleventh": "11th",
    "twelfth": "12th",
}  # fmt: skip
_TOWN_WORDS: Final = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_BUILDING_WORDS: Final = frozenset({
    "bldg", "building", "floor", "fl", "level",
})  # fmt: skip
_NOT_OWN_SITES: Final = frozenset({
    "facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "tiktok.com", "youtube.com",
    "pinterest.com", "linktr.ee", "google.com", "goo.gl", "business.site", "g.page", "yelp.com",
    "healthgrades.com", "zocdoc.com", "psychologytoday.com", "webmd.com", "vitals.com", "yellowpages.com",
    "mapquest.com", "bit.ly", "medium.com", "wix.com", "wixsite.com", "squarespace.com", "weebly.com",
    "wordpress.com", "blogspot.com", "godaddysites.com", "webflow.io", "carrd.co", "simplepractice.com",
})  # fmt: skip
"""Domains that many practices share: a page there says nothing about who is who."""

_UNIT = re.compile(r"(?:\b(?:suite|ste|unit|apt|apartment|room|rm)\b[ .#]*|#\s*)([0-9a-z][0-9a-z-]{0,9})")
_FLOOR = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th) fl(?:oor)?\b")
_HOUSE = re.compile(r"(?!\d+(?:st|nd|rd|th)$)[nsew]?\d{1,6}(?:[nsew]\d{1,6}|[a-z])?")
_PO_BOX = re.compile(r"\bp\.? ?o\.? ?box\b")
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th)?")
_DIGITS = re.compile(r"\d+")
_MAX_ADDRESS_CHARS: Final = 300

_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class Street(NamedTuple):
    """A street address in comparable form; "" for what is not there."""

    house: str = ""
    words: str = ""
    """The words of the street without direction and type: "wheelers farm"."""
    direction: str = ""
    unit: str = ""


class Traits(NamedTuple):
    """One record in comparable form; "" where the record does not say."""

    name: str
    """Folded words of the name without legal forms: "keta medical center oradell"."""
    street: Street
    city: str
    state: str
    postal_code: str
    phone: str
    site: str
    """The registered domain of its own website."""

    @property
    def place_known(self) -> bool:
        """True when more than the state is known."""
        return bool(self.city or self.postal_code or self.street.house)


def traits_of_listing(listing: Listing) -> Traits:
    """A listing in comparable form."""
    address = listing.address
    street = street_key(address.street)
    return Traits(
        name=name_key(listing.name),
        street=street._replace(unit=unit_key(address.unit) or street.unit),
        city=town_key(address.city),
        state=address.state,
        postal_code=address.postal_code,
        phone=phone_key(listing.phone),
        site=site_key(listing.website),
    )


def traits_of_record(record: Mapping[str, object]) -> Traits:
    """A flat record ({"name", "address", "city", "postal_code", "phone"}) in comparable form."""

    def field(name: str) -> str:
        value = record.get(name)
        return "" if value is None else str(value)

    return Traits(
        name=name_key(field("name")),
        street=street_key(field("address")),
        city=town_key(field("city")),
        state=field("state").strip().upper()[:2],
        postal_code=field("postal_code").strip()[:5],
        phone=phone_key(field("phone")),
        site=site_key(field("website")),
    )


def name_key(name: str) -> str:
    """The folded name without legal forms: "The Mood Center, LLC" gives "mood center"."""
    words = fold(name).split()
    kept = [word for word in words if word not in _LEGAL_WORDS]
    return " ".join(kept or words)


def town_key(city: str) -> str:
    """The folded town with its abbreviations written out: "St. Paul" gives "saint paul"."""
    return " ".join(_TOWN_WORDS.get(word, word) for word in fold(city).split())


def phone_key(phone: str) -> str:
    """Ten digits (seven when that is all there is) of the first number in the text; else ""."""
    digits = "".join(_DIGITS.findall(phone[:60]))
    if digits.startswith("1") and len(digits) >= 11:
        digits = digits[1:]
    if len(digits) >= 10:
        return digits[:10]
    return digits if len(digits) == 7 else ""


def site_key(website: str) -> str:
    """The registered domain, "" for none and for sites that many practices share."""
    parts = _suffixes(website)
    if not parts.domain or not parts.suffix:
        return ""
    domain = f"{parts.domain}.{parts.suffix}".lower()
    return "" if domain in _NOT_OWN_SITES else domain


def unit_key(unit: str) -> str:
    """The suite as it is compared: "Suite B-38" gives "b38"."""
    text = unit.lower()[:_MAX_ADDRESS_CHARS]
    found = _UNIT.search(text) or _FLOOR.search(text)
    return fold(found.group(1) if found else text).replace(" ", "")


def street_key(address: str) -> Street:
    """A street address in comparable form; a post-office box is no street."""
    text = address.lower()[:_MAX_ADDRESS_CHARS]
    found = _UNIT.search(text) or _FLOOR.search(text)
    unit = fold(found.group(1)).replace(" ", "") if found else ""
    if found:
        text = text[: found.start()] if found.start() > 0 else text[found.end() :]
    words = fold(text.replace("-", " ")).split()
    start = next((i for i, word in enumerate(words) if _HOUSE.fullmatch(word)), None)
    if start is None or _PO_BOX.search(text):
        return Street(unit=unit)
    rest = words[start + 1 :]
    direction = next((_DIRECTIONS[word] for word in rest[:2] if word in _DIRECTIONS), "")
    return Street(words[start], _street_words(rest), direction, unit)


def _street_words(words: list[str]) -> str:
    """The words up to the street's type; a street named "North" or "Avenue" keeps its name."""
    kept: list[str] = []
    for word in words:
        if (word in _STREET_TYPES and kept) or word in _BUILDING_WORDS:
            break
        if word in _DIRECTIONS:
            continue
        number = _ORDINAL.fullmatch(_NUMBER_WORDS.get(word, word))
        kept.append(number.group(1) if number else word)
    if kept and kept[0] in _STREET_TYPES and words[0] in _DIRECTIONS:
        return _DIRECTIONS[words[0]]
    return " ".join(kept[:4]) or " ".join(words[:1])
