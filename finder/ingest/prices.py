"""Amounts in dollars and ages in years, as texts state them. Every pattern is one that RE2 takes:
what may not stand around a number is looked at afterwards.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_NUMBER: Final = r"(\d[\d,]{0,11}(?:\.\d\d)?)"
_AMOUNT = re.compile(rf"\$ ?{_NUMBER}")
_RANGE_END = re.compile(rf" ?(?:-|–|—|to|or) ?{_NUMBER}")
_DOLLARS = re.compile(rf"{_NUMBER} (?:dollars|usd)\b", re.IGNORECASE)
_LARGE = re.compile(r" ?(?:million|billion|thousand|trillion|[kmb]\b)", re.IGNORECASE)
_OTHER_UNIT = re.compile(r" ?(?:week|day|month|min|hour|%)")
_MAX_USD: Final = 1_000_000

_AGED: Final = r"(?: years?(?: of age| old)?)?"
_AND_OVER: Final = r"(?: ?\+| ?(?:,? and|or) (?:over|up|above|older)\b)"
_FROM: Final = r"(?:from |of |at least |over )?"
_STOP: Final = r"(?:$|[.;,!?)]|to (?:be|get|receive|start|take)\b)"
_AGES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:^|[^$.,\d-])\b(?P<age>\d\d){_AGED} ?(?:,? and|or) older\b",
        rf"\b(?:age|aged|ages|adults|people|patients|clients) {_FROM}(?P<age>\d\d){_AGED}{_AND_OVER}",
        rf"\b(?:age|aged|ages) {_FROM}(?P<age>\d\d)\b(?P<not>(?: ?(?:-|–|to|%))?)",
        r"\b(?:at least|over|be|minimum) (?P<age>\d\d) years? (?:old|of age)\b",
        rf"\b(?:are|is|aged?|you're) at least (?P<age>\d\d) ?{_STOP}",
        rf"\b(?:under|younger than) (?:the age of )?(?P<age>\d\d) ?{_STOP}",
        rf"\bmust be (?:at least |over )?(?P<age>\d\d) ?{_STOP}",
        r"\bminimum age (?:is |of )?(?P<age>\d\d)\b",
        r"(?:^|[^$.,\d-])\b(?P<age>1[68]|21) ?\+ ?(?:$|[.;,!)]|only\b|or\b|and\b|for\b|to be\b)",
    )
)
_AGE_RANGE = re.compile(r"\bages? \d\d ?(?:-|–|to) ?\d\d\b", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d\d")
"""Every age has two; looking for them is quicker."""
_YOUNGEST: Final = 5
_OLDEST: Final = 65


class Amount(NamedTuple):
    """An amount and where its digits stand."""

    usd: float
    start: int
    end: int


def amounts_in(text: str) -> Iterator[Amount]:
    """Every amount in dollars with its place, in order; both ends of "$300 to $400" and "$300-400"."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(text):
        if not _ends_here(text, match.end()) or _LARGE.match(text, match.end()):
            continue
        first = Amount(_number(match.group(1)), *match.span(1))
        found.append(first)
        other = _RANGE_END.match(text, match.end())
        if other and _is_range_end(text, other.end()) and _number(other.group(1)) >= first.usd:
            found.append(Amount(_number(other.group(1)), *other.span(1)))
    for match in _DOLLARS.finditer(text):
        if match.start() == 0 or text[match.start() - 1] not in "0123456789,$.":
            found.append(Amount(_number(match.group(1)), *match.span(1)))
    return (one for one in sorted(found, key=lambda one: one.start) if 0 < one.usd <= _MAX_USD)


def amounts_usd(text: str) -> tuple[float, ...]:
    """The amounts in dollars, in order, each once."""
    return tuple(dict.fromkeys(one.usd for one in amounts_in(text)))


def minimum_age(text: str) -> int | None:
    """The age in years from which people are treated; None when none is stated or several are."""
    if not _TWO_DIGITS.search(text) or _AGE_RANGE.search(text):
        return None
    ages = {
        int(match["age"])
        for pattern in _AGES
        for match in pattern.finditer(text)
        if not match.groupdict().get("not")
    }
    ages = {age for age in ages if _YOUNGEST <= age <= _OLDEST}
    return ages.pop() if len(ages) == 1 else None


def _ends_here(text: str, end: int) -> bool:
    """No further digits belong to the number."""
    rest = text[end : end + 12].lstrip(",")
    return not rest[:1].isdigit()


def _is_range_end(text: str, end: int) -> bool:
    ends = _ends_here(text, end) and not text[end : end + 2].lstrip("-%")[:1].isdigit()
    return ends and not _LARGE.match(text, end) and not _OTHER_UNIT.match(text, end)


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))
