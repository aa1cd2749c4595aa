"""Amounts in dollars and ages in years, as texts state them."""

import re
from typing import Final

_AMOUNT = re.compile(r"\$ ?(\d[\d,]{0,11}(?:\.\d\d)?)(?![\d,]*\d)")
_RANGE_END = re.compile(
    r" ?(?:-|–|—|to|or) ?(\d[\d,]{0,11}(?:\.\d\d)?)(?![\d,%-]*\d)(?! ?(?:week|day|month|min|hour))"
)
_DOLLARS = re.compile(r"(?<![\d,$.])(\d[\d,]{0,11}(?:\.\d\d)?) dollars\b")
_LARGE = re.compile(r" ?(?:million|billion|thousand|trillion|[kmb]\b)", re.IGNORECASE)
_MAX_USD: Final = 1_000_000

_AGES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![$.,\d-])\b(\d\d)(?: years?(?: of age| old)?)? ?(?:,? and|or) older\b",
        r"\b(?:age|aged|ages|adults|people|patients|clients) (?:from |of |at least |over )?(\d\d)"
        r"(?: years?(?: of age| old)?)?(?: ?\+| ?(?:,? and|or) (?:over|up|above)\b)",
        r"\b(?:age|aged|ages) (?:from |of |at least |over )?(\d\d)\b(?! ?(?:-|–|to|%))",
        r"\b(?:at least|over|be|minimum) (\d\d) years? (?:old|of age)\b",
        r"\bmust be (?:at least |over )?(\d\d)(?= ?(?:$|[.;,!)]|to (?:be|get|receive|start|take)\b))",
        r"\bminimum age (?:is |of )?(\d\d)\b",
        r"(?<![$.,\d-])\b(1[68]|21) ?\+(?= ?(?:$|[.;,!)]|only\b|or\b|and\b|for\b|to be\b))",
    )
)
_AGE_RANGE = re.compile(r"\bages? \d\d ?(?:-|–|to) ?\d\d\b", re.IGNORECASE)
_YOUNGEST: Final = 5
_OLDEST: Final = 65


def amounts_usd(text: str) -> tuple[float, ...]:
    """The amounts in dollars, in order, each once; both ends of "$300 to $400" and "$300-400"."""
    found: list[tuple[int, str]] = []
    for match in _AMOUNT.finditer(text):
        if _LARGE.match(text, match.end()):
            continue
        found.append((match.start(), match.group(1)))
        other = _RANGE_END.match(text, match.end())
        if (
            other
            and not _LARGE.match(text, other.end())
            and _number(other.group(1)) >= _number(match.group(1))
        ):
            found.append((other.start(), other.group(1)))
    found += ((match.start(), match.group(1)) for match in _DOLLARS.finditer(text))
    amounts = (_number(digits) for _, digits in sorted(found))
    return tuple(dict.fromkeys(amount for amount in amounts if 0 < amount <= _MAX_USD))


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def minimum_age(text: str) -> int | None:
    """The age in years from which people are treated; None when none is stated or several are."""
    if _AGE_RANGE.search(text):
        return None
    ages = {int(match.group(1)) for pattern in _AGES for match in pattern.finditer(text)}
    ages = {age for age in ages if _YOUNGEST <= age <= _OLDEST}
    return ages.pop() if len(ages) == 1 else None
