"""Texts as sources write them, made one way: text, phone, website, address. Pure functions.

Each gives an empty result for what it cannot read and never raises; running one on its own result
changes nothing.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import phonenumbers
import usaddress
from ftfy import fix_text
from scourgify import normalize_address_record
from scourgify.exceptions import AddressNormalizationError
from url_normalize import url_normalize

from finder.text import clean, fold

US_REGIONS: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
MAX_URL_CHARS: Final = 2_000
MAX_ADDRESS_CHARS: Final = 300
_TRACKING: Final = re.compile(r"^(utm_.*|gclid|gbraid|wbraid|fbclid|msclkid|mc_[ce]id|_ga|_gl|igshid|yclid)$")
_HOST: Final = re.compile(r"^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$")
_VANITY: Final = re.compile(r"(?:\+?1[-. ]*)?\(?[2-9]\d{2}\)?[-. ]*[0-9A-Za-z][0-9A-Za-z-. ]{6,20}")
_CITY_STATE_ZIP: Final = re.compile(
    r"^(?P<street>.*?)[\s,]*(?:,|^)\s*(?P<city>[^,\d]+?)[\s,]+"
    r"(?P<state>[A-Za-z]{2}|[A-Za-z][A-Za-z. ]{3,20}?)[\s,]*(?P<zip>\d{5}(?:-\d{4})?)?$"
)
_UNIT_LABELS: Final = frozenset(
    {"OccupancyType", "OccupancyIdentifier", "SubaddressType", "SubaddressIdentifier"}
)


class Phone(NamedTuple):
    """Ten digits, and what else stood there: an extension, a second number."""

    digits: str
    rest: str = ""


class Parts(NamedTuple):
    """A one-line address cut up; what it does not say is empty."""

    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    """As written."""
    postal_code: str = ""


def mended(text: str) -> str:
    """The text in one clean line, wrongly decoded characters ("Bodyâ€™s") repaired."""
    text = text.replace("\0", " ")
    for _ in range(3):
        better = clean(fix_text(text, unescape_html=True))
        if better == text:
            break
        text = better
    return text


def us_phone(text: str) -> Phone:
    """The first US or territory number in a text; empty digits when there is none."""
    found = [
        match.number
        for match in phonenumbers.PhoneNumberMatcher(text[:200], "US")
        if phonenumbers.region_code_for_number(match.number) in US_REGIONS
    ]
    if not found:
        return Phone(_vanity_digits(text[:200]))
    first = found[0]
    rest = [f"ext. {first.extension}"] if first.extension else []
    rest += [ten for number in found[1:] if (ten := _ten(number)) != _ten(first)]
    return Phone(_ten(first), ", ".join(rest))


def _ten(number: phonenumbers.PhoneNumber) -> str:
    return f"{number.national_number:010d}"


def _vanity_digits(text: str) -> str:
    """ "1-800-KETAMINE" is dialed by its first ten digits."""
    if not _VANITY.fullmatch(text.strip()) or not re.search(r"\d", text):
        return ""
    digits = re.sub(r"\D", "", phonenumbers.convert_alpha_characters_in_number(text.upper()))
    ten = digits.removeprefix("1")[:10]
    if len(ten) < 10 or not re.search("[A-Za-z]", text):
        return ""
    number = phonenumbers.parse(ten, "US")
    return ten if phonenumbers.region_code_for_number(number) in US_REGIONS else ""


def web_url(text: str) -> str:
    """An http or https address without fragment and tracking parameters; "" when it is none."""
    text = text.strip()
    if not text or len(text) > MAX_URL_CHARS or re.search(r"[\s<>\"\\^`{|}]", text):
        return ""
    if re.match(r"^[a-z][a-z0-9+.-]*:(?!\d+(/|$))", text, re.I) and not re.match(r"^https?://", text, re.I):
        return ""
    try:
        url = url_normalize(text)
        parts = urlsplit(url or "")
        host, port = parts.hostname or "", parts.port
    except (ValueError, UnicodeError, IndexError, AttributeError):
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.match(host) or "@" in parts.netloc:
        return ""
    query = "&".join(
        pair for pair in parts.query.split("&") if not _TRACKING.match(pair.partition("=")[0].lower())
    )
    netloc = (
        host if port is None or (parts.scheme, port) in {("http", 80), ("https", 443)} else f"{host}:{port}"
    )
    path = "" if parts.path == "/" and not query else parts.path
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def zip_code(text: str) -> str:
    """Five digits of "28801", "28801-1234", "288011234" or "2116" (a lost zero); "" otherwise."""
    digits = re.fullmatch(r"(\d{5})(?:-?\d{4})?", text.strip()) or re.fullmatch(r"(\d{3,4})", text.strip())
    return digits[1].zfill(5) if digits else ""


def split_unit(street: str) -> tuple[str, str]:
    """ "8 Lyman St., Suite 2" as ("8 Lyman St.", "Suite 2"), in the words of the source."""
    parsed = usaddress.parse(street[:MAX_ADDRESS_CHARS])
    labels = [label in _UNIT_LABELS for _, label in parsed]
    first = labels.index(True) if True in labels else 0
    if first == 0 or not all(labels[first:]) or len(street) > MAX_ADDRESS_CHARS:
        return street, ""
    line = " ".join(token for token, _ in parsed[:first]).strip(" ,;")
    unit = " ".join(token for token, _ in parsed[first:]).strip(" ,;")
    return line, re.sub(r"^# ", "#", unit)


def parse_address(text: str) -> Parts:
    """A whole address on one line, cut up; all of it in `street` when it cannot be read."""
    text = text.removesuffix(", United States").removesuffix(", USA")[:MAX_ADDRESS_CHARS]
    try:
        tagged, _ = usaddress.tag(text)
    except usaddress.RepeatedLabelError:
        tagged = {}
    state, city = tagged.get("StateName", "").strip(" ,"), tagged.get("PlaceName", "").strip(" ,")
    if state and city and city in text[: text.rindex(state)]:
        line = text[: text.rindex(city, 0, text.rindex(state))].strip(" ,;")
        return Parts(*split_unit(line), city, state, zip_code(tagged.get("ZipCode", "")))
    match = _CITY_STATE_ZIP.match(text)
    if match is None:
        return Parts(street=text)
    street, unit = split_unit(match["street"].strip(" ,;"))
    return Parts(street, unit, match["city"].strip(), match["state"].strip(), zip_code(match["zip"] or ""))


def usps_street(street: str, unit: str = "") -> str:
    """The street in postal form ("8 LYMAN ST STE 2"): a key, not for show. Folded text when the
    postal rules cannot read it (PO boxes, highways).
    """
    record = {
        "address_line_1": street,
        "address_line_2": unit,
        "city": "X",
        "state": "NC",
        "postal_code": "28801",
    }
    try:
        usps = normalize_address_record(record)
    except (AddressNormalizationError, ValueError, KeyError, IndexError, AttributeError, TypeError):
        return fold(f"{street} {unit}").upper()
    return " ".join(filter(None, (usps.get("address_line_1"), usps.get("address_line_2")))).upper()
