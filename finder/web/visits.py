"""Numbers of visits and packages that a clinic states itself, read from its notes."""

import re
from dataclasses import dataclass
from typing import Final

from finder.model import Clinic, Price

Span = tuple[int, int]
"""From and to; both the same for one number."""

_ONE_TO_TWELVE: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_WORDS: Final = {word: number for number, word in enumerate(_ONE_TO_TWELVE, start=1)}
_MOST: Final = 24
_N: Final = rf"(\d{{1,2}}|{'|'.join(_WORDS)})"
_RANGE: Final = rf"\b{_N}(?: ?(?:-|–|to|or) ?{_N})?"
_NOT_RATE: Final = r"(?! (?:a|per|each|every) (?:day|week|month)|,? (?:weekly|monthly)| (?:failed|tried))"
_KIND: Final = r"(?:(?:iv|im|intravenous|low-dose|ketamine|spravato|esketamine|kap|dosing|medicine) ){0,3}"
_COURSES: Final = tuple(
    re.compile(pattern + _NOT_RATE, re.IGNORECASE)
    for pattern in (
        rf"{_RANGE} {_KIND}(?:infusions|injections)\b",
        rf"{_RANGE} (?:ketamine|spravato|esketamine|kap|dosing|medicine) (?:treatments|sessions|doses)\b",
        rf"\b(?:series|course|package) of {_RANGE}",
        rf"\bfor {_RANGE} {_KIND}(?:treatments|sessions)\b",
        rf"{_RANGE} (?:over|within) {_N}(?: ?(?:-|–|to|or) ?{_N})? weeks\b",
    )
)
_PREPARATION: Final = re.compile(
    rf"{_RANGE} (?:prep|preparation|preparatory) (?:sessions?|visits?|meetings?|appointments?)\b",
    re.IGNORECASE,
)
_PACKAGE: Final = re.compile(
    rf"\bfor {_N} {_KIND}(?:treatments|sessions|infusions|injections)\b", re.IGNORECASE
)
_TOPICS: Final = frozenset({"price", "screening", "payment", "other"})


@dataclass(frozen=True)
class Stated:
    """A number that the clinic states, and the words it stands in."""

    span: Span
    text: str


@dataclass(frozen=True)
class Package:
    """A published amount for several sessions."""

    sessions: int
    price: Price


def stated_courses(clinic: Clinic) -> list[Stated]:
    """Every number of doses in its notes: "six over two to three weeks", "3-6 infusions"."""
    return [found for text in _notes(clinic) if (found := _read(text, *_COURSES)) is not None]


def stated_preparation(clinic: Clinic) -> Stated | None:
    """The preparation sessions that it states: "four to five preparation sessions"."""
    return next((found for text in _notes(clinic) if (found := _read(text, _PREPARATION))), None)


def packages(clinic: Clinic) -> list[Package]:
    """Amounts that it publishes for several sessions together: "$2,000 for five sessions"."""
    found = ((price, _PACKAGE.search(price.what)) for price in clinic.prices)
    return [Package(_number(match.group(1)), price) for price, match in found if match is not None]


def _notes(clinic: Clinic) -> list[str]:
    """What it says of prices, of what comes first, and of the course; each text once."""
    texts = (
        *(price.what for price in clinic.prices),
        *(remark.text for remark in clinic.remarks if remark.topic in _TOPICS),
        *(claim.quote or claim.note for claim in clinic.claims if claim.facet in {"modality", "support"}),
    )
    return [text for text in dict.fromkeys(texts) if text]


def _read(text: str, *patterns: re.Pattern[str]) -> Stated | None:
    for pattern in patterns:
        match = pattern.search(text)
        if match is None:
            continue
        low = _number(match.group(1))
        high = _number(match.group(2)) if match.group(2) else low
        if 1 <= low <= high <= _MOST:
            return Stated((low, high), text)
    return None


def _number(text: str) -> int:
    return _WORDS.get(text.lower()) or int(text)
