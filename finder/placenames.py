"""How place names are written: states and their abbreviations, short words, ZIPs, coordinates."""

import re
from types import MappingProxyType
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.geo import Box, Point
from finder.text import fold, tokens

STATES: Final[dict[str, tuple[str, ...]]] = {
    "AL": ("Alabama", "ala"),
    "AK": ("Alaska", "alas"),
    "AZ": ("Arizona", "ariz"),
    "AR": ("Arkansas", "ark"),
    "CA": ("California", "calif", "cal", "cali"),
    "CO": ("Colorado", "colo"),
    "CT": ("Connecticut", "conn"),
    "DE": ("Delaware", "del"),
    "DC": ("District of Columbia", "d c", "district columbia"),
    "FL": ("Florida", "fla"),
    "GA": ("Georgia",),
    "HI": ("Hawaii",),
    "ID": ("Idaho", "ida"),
    "IL": ("Illinois", "ill", "ills"),
    "IN": ("Indiana", "ind"),
    "IA": ("Iowa",),
    "KS": ("Kansas", "kan", "kans"),
    "KY": ("Kentucky",),
    "LA": ("Louisiana", "luisiana"),
    "ME": ("Maine",),
    "MD": ("Maryland",),
    "MA": ("Massachusetts", "mass"),
    "MI": ("Michigan", "mich"),
    "MN": ("Minnesota", "minn"),
    "MS": ("Mississippi", "miss", "misisipi"),
    "MO": ("Missouri", "misuri"),
    "MT": ("Montana", "mont"),
    "NE": ("Nebraska", "neb", "nebr"),
    "NV": ("Nevada", "nev"),
    "NH": ("New Hampshire", "n h", "nuevo hampshire"),
    "NJ": ("New Jersey", "n j", "jersey", "nueva jersey"),
    "NM": ("New Mexico", "n m", "n mex", "nuevo mexico"),
    "NY": ("New York", "n y", "new york state", "ny state"),
    "NC": ("North Carolina", "n c", "n car", "no carolina", "carolina del norte"),
    "ND": ("North Dakota", "n d", "n dak", "no dakota", "dakota del norte"),
    "OH": ("Ohio",),
    "OK": ("Oklahoma", "okla"),
    "OR": ("Oregon", "ore", "oreg"),
    "PA": ("Pennsylvania", "penn", "penna", "pensilvania"),
    "RI": ("Rhode Island", "r i"),
    "SC": ("South Carolina", "s c", "s car", "so carolina", "carolina del sur"),
    "SD": ("South Dakota", "s d", "s dak", "so dakota", "dakota del sur"),
    "TN": ("Tennessee", "tenn"),
    "TX": ("Texas", "tex", "tejas"),
    "UT": ("Utah",),
    "VT": ("Vermont",),
    "VA": ("Virginia", "virg"),
    "WA": ("Washington", "wash", "washington state", "wa state"),
    "WV": ("West Virginia", "w va", "wva", "west va", "w v", "virginia occidental"),
    "WI": ("Wisconsin", "wis", "wisc"),
    "WY": ("Wyoming", "wyo"),
    "AS": ("American Samoa",),
    "GU": ("Guam",),
    "MP": ("Northern Mariana Islands", "cnmi", "northern marianas"),
    "PR": ("Puerto Rico", "p r"),
    "VI": ("U.S. Virgin Islands", "virgin islands", "usvi", "united states virgin islands", "us vi"),
}
"""Each state and territory: its name, then what people write for it (AP and older postal forms, Spanish)."""

_SPELLED_OUT: Final = MappingProxyType(
    {
        "st": "saint",
        "ste": "sainte",
        "mt": "mount",
        "mtn": "mountain",
        "mtns": "mountains",
        "ft": "fort",
        "n": "north",
        "s": "south",
        "e": "east",
        "w": "west",
        "bch": "beach",
        "centre": "center",
        "ctr": "center",
        "fls": "falls",
        "grv": "grove",
        "harbour": "harbor",
        "hbr": "harbor",
        "hls": "hills",
        "hts": "heights",
        "jct": "junction",
        "lk": "lake",
        "pk": "park",
        "spg": "spring",
        "spgs": "springs",
        "twp": "township",
        "vlg": "village",
        "vly": "valley",
    }
)
"""Short words of place names (USPS abbreviations). "Pt" may be Point or Port: the builder adds it."""

_WORDS_TOO: Final = frozenset({"al", "as", "co", "de", "hi", "in", "la", "me", "oh", "ok", "or"})
"""Codes that are words of English or of place names as well."""

US_BOXES: Final = (
    Box(south=24.3, west=-125.1, north=49.5, east=-66.8),
    Box(south=51.0, west=172.0, north=71.6, east=-129.9),
    Box(south=18.7, west=-160.7, north=22.4, east=-154.6),
    Box(south=17.5, west=-68.1, north=18.7, east=-64.4),
    Box(south=13.0, west=144.4, north=20.7, east=146.2),
    Box(south=-14.7, west=-171.2, north=-10.9, east=-168.0),
    Box(south=19.2, west=166.5, north=19.4, east=166.7),
)
"""The states, Alaska, Hawaii, Puerto Rico with the Virgin Islands, the Marianas, American Samoa, Wake."""

_COUNTRY: Final = re.compile(r"[\s,]+(usa|us|u\.s\.a\.?|u\.s\.?|united states( of america)?|america)$", re.I)
_ZIP: Final = re.compile(r"(?<![\w-])(\d{5})(?:[-\s]?\d{4})?$")
_ZIP_INSIDE: Final = re.compile(r"^(.*?)[\s,]+(\d{5})(?:-\d{4})?[\s,]+([^\d,]+)$")
_COORDINATES: Final = re.compile(r"^\(?\s*(-?\d{1,2}\.\d+)°?\s*[,;\s]\s*(-?\d{1,3}\.\d+)°?\s*\)?$")
_ORDINARY: Final = re.compile(r"^(?:the |city of |town of |village of |township of |downtown )+")


class StateEnd(NamedTuple):
    """A text that ends with a state: what stands before it, and the state's code."""

    rest: str
    state: str
    sure: bool
    """It stands after a comma or is no two-letter code that is a word, too."""


def place_key(text: str) -> str:
    """The words of a place name as the gazetteer keys them: "Mt. Airy" gives "mount airy"."""
    return " ".join(_SPELLED_OUT.get(word, word) for word in tokens(text))


def without_article(key: str) -> str:
    """The key without "the", "city of", "downtown" in front."""
    return _ORDINARY.sub("", key)


def _state_words() -> dict[str, str]:
    words = {}
    for code, names in STATES.items():
        for name in (code, *names):
            words[fold(name)] = words[place_key(name)] = code
    return words


STATE_WORDS: Final = MappingProxyType(_state_words())
"""A state's code by what people write for it, folded."""
LONGEST_STATE: Final = max(len(words.split()) for words in STATE_WORDS)
_STATE_NAMES: Final = MappingProxyType(
    {
        letter: tuple(name for name in (fold(names[0]) for names in STATES.values()) if name[0] == letter)
        for letter in "abcdefghijklmnopqrstuvwxyz"
    }
)
"""By their first letter, which people seldom miss."""


def state_code(text: str) -> str:
    """The code of a state written in full, as a code or abbreviated; "" when it is none."""
    folded = fold(text)
    return STATE_WORDS.get(folded) or STATE_WORDS.get(place_key(folded), "")


def misspelt_state(text: str) -> str:
    """The code of the state whose name is one or two slips from the text; "" without one."""
    key = fold(text)
    if len(key) < 5:
        return ""
    most = 1 if len(key) < 8 else 2
    names = _STATE_NAMES.get(key[0], ())
    found = process.extractOne(key, names, scorer=OSA.distance, score_cutoff=most)
    return STATE_WORDS[found[0]] if found else ""


def split_states(text: str) -> list[StateEnd]:
    """Every way to read the end of the text as a state, the longest reading first."""
    before, comma, last = text.rpartition(",")
    if comma and (code := state_code(last)):
        return [StateEnd(before.strip(), code, True)]
    words = fold(text).split()
    ends = []
    for count in range(min(LONGEST_STATE, len(words) - 1), 0, -1):
        if code := state_code(" ".join(words[-count:])):
            sure = not (count == 1 and words[-1] in _WORDS_TOO)
            ends.append(StateEnd(" ".join(words[:-count]), code, sure))
    return ends


def split_zip(text: str) -> tuple[str, str]:
    """The text before a ZIP (or ZIP+4) at its end, and the five digits; ("...", "") without one."""
    found = _ZIP.search(text)
    if found is None:
        return text, ""
    return re.sub(r"(?i)\bzip( ?code)?\s*:?\s*$", "", text[: found.start()]).strip(" ,"), found[1]


def zip_last(text: str) -> str:
    """The text with a ZIP that stands before the state put behind it."""
    found = _ZIP_INSIDE.match(text)
    if found is None or not state_code(found[3]):
        return text
    return f"{found[1]}, {found[3]} {found[2]}"


def without_country(text: str) -> str:
    """The text without "USA" or the like at its end."""
    return _COUNTRY.sub("", text)


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a text that is nothing else: "35.6, -82.55"; None otherwise."""
    found = _COORDINATES.match(text)
    return (float(found[1]), float(found[2])) if found else None


def in_us_box(point: Point) -> bool:
    """True inside one of the boxes around the states and territories."""
    return any(box.contains(point) for box in US_BOXES)
