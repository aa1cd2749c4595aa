"""Counts and durations in words: "six to eight infusions", "40-60 minutes"."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from finder.ingest.extraction.patterns import Word

_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_JOINS: Final = frozenset(("to", "or", "through", "and"))
_LOOK_AHEAD: Final = 3


class Count(NamedTuple):
    """A number or a range before a unit."""

    low: int
    high: int
    unit: str
    start: int
    """The word it begins at."""

    @property
    def shown(self) -> str:
        """ "6", or "6-8"."""
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


def counts(words: Sequence[Word], units: frozenset[str]) -> Iterator[Count]:
    """Each number or range that stands up to three words before one of the units."""
    at = 0
    while at < len(words):
        low = number(words[at].text)
        if low is None:
            at += 1
            continue
        start, high, after = at, low, at + 1
        second = after + 1 if after < len(words) and words[after].text in _JOINS else after
        if second < len(words) and (upper := number(words[second].text)) is not None and upper > low:
            high, after = upper, second + 1
        ahead = [word.text for word in words[after : after + _LOOK_AHEAD]]
        unit = next((word for word in ahead if word in units), "")
        if unit and not any(number(word) is not None for word in ahead[: ahead.index(unit)]):
            yield Count(low, high, unit, start)
        at = after


def number(word: str) -> int | None:
    """The number a word stands for, up to 999."""
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return int(word)
    return _WORDS.get(word)
