"""Opening hours in English, read exactly or not at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from finder.hours import Day, Hours, Span, as_osm

MAX_HOURS_CHARS: Final = 300
"""Nobody states hours in more; longer text is shown, not read."""
BY_APPOINTMENT: Final = "by appointment only"

_NOON, _MIDNIGHT, _HALF_DAY = 12 * 60, 24 * 60, 12 * 60
_DAY_WORDS: Final = {
    "monday": 0, "mondays": 0, "mon": 0, "tuesday": 1, "tuesdays": 1, "tue": 1, "tues": 1,
    "wednesday": 2, "wednesdays": 2, "wed": 2, "weds": 2, "thursday": 3, "thursdays": 3, "thu": 3,
    "thur": 3, "thurs": 3, "friday": 4, "fridays": 4, "fri": 4, "saturday": 5, "saturdays": 5, "sat": 5,
    "sunday": 6, "sundays": 6, "sun": 6,
}  # fmt: skip
_GROUPS: Final = {
    "weekdays": (0, 1, 2, 3, 4),
    "m-f": (0, 1, 2, 3, 4),
    "weekends": (5, 6),
    "daily": tuple(range(7)),
    "every day": tuple(range(7)),
    "seven days a week": tuple(range(7)),
    "7 days a week": tuple(range(7)),
}
_LABELS: Final = {
    "by appointment only": BY_APPOINTMENT,
    "by appointment": BY_APPOINTMENT,
    "appointment only": BY_APPOINTMENT,
    "(by appointment only)": BY_APPOINTMENT,
    "(by appointment)": BY_APPOINTMENT,
    "telehealth only": "telehealth only",
    "(telehealth only)": "telehealth only",
    "(telehealth)": "telehealth only",
    "(phone)": "phone only",
    "(phone only)": "phone only",
    "phone only": "phone only",
}
"""Words that turn hours into something else than an open door."""


def _any(words: dict[str, object]) -> str:
    """A pattern of these phrases, whole and the longest first."""
    ordered = sorted(map(re.escape, words), key=len, reverse=True)
    return "|".join(rf"(?<!\w){word}(?!\w)" for word in ordered)


_TOKEN: Final = re.compile(
    rf"(?P<label>{_any(dict(_LABELS))})|(?P<group>{_any(dict(_GROUPS))})"
    rf"|(?P<day>(?:{_any(dict(_DAY_WORDS))})\.?)"
    r"|(?P<whole>24 hours(?!\w))"
    r"|(?P<time>(?:(?<!\w)(?:noon|midnight)|(?<![\w:])\d{1,2}(?::\d{2})?(?: ?[ap]m)?)(?![\w:]))"
    r"|(?P<dash>[-–—]|(?<!\w)(?:to|through|thru|until)(?!\w))"
    r"|(?P<comma>,|&|(?<!\w)and(?!\w))|(?P<stop>[;\n|])|(?P<colon>:)"
    r"|(?P<closed>(?<!\w)closed(?!\w))|(?P<noise>(?<!\w)(?:open|from)(?!\w)|[ \t]+)|(?P<other>.)"
)
_MERIDIEM: Final = re.compile(r"(?<=[\d ])([ap])\.? ?m\b\.?")
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?(?: ?([ap])m)?")


def read_hours(text: str) -> Hours | None:
    """The week that a text states; None when any of its words is not understood exactly. Never raises.

    "9-5" is not read (morning or evening is a guess); "5:30-6:30 PM" is: one PM covers both ends.
    """
    if len(text) > MAX_HOURS_CHARS:
        return None
    try:
        rules = _Reader(list(_tokens(text.lower()))).rules()
        week = tuple(_day(day, rules) for day in range(7))
    except _Unclear:
        return None
    return Hours(osm=as_osm(week), week=week) if any(day.is_stated for day in week) else None


class _Unclear(Exception):
    """Something is not understood; the text is shown as it is."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass
class _Rule:
    days: tuple[int, ...]
    times: list[tuple[int, int]] = field(default_factory=list)
    label: str = ""
    is_closed: bool = False


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(_MERIDIEM.sub(r"\1m", text)):
        if match.lastgroup == "other":
            raise _Unclear
        if match.lastgroup != "noise":
            yield _Token(match.lastgroup or "", match.group().rstrip("."))
    yield _Token("end", "")


class _Reader:
    """Reads rules from tokens, left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def rules(self) -> list[_Rule]:
        """All rules; separated by semicolons or by commas before days."""
        rules = [self._rule()]
        while self._peek() in {"stop", "comma"}:
            self._next()
            if self._peek() != "end":
                rules.append(self._rule())
        self._want("end")
        if any(not rule.days for rule in rules) and len(rules) > 1:
            raise _Unclear
        return [rule if rule.days else _Rule(tuple(range(7)), label=rule.label) for rule in rules]

    def _rule(self) -> _Rule:
        """ "Mon-Fri: 9am-5pm", "9am-5pm Mon-Fri", "Sat closed", "telehealth only Mon 5-6 PM", or a
        label alone.
        """
        label = self._label()
        if label and self._peek() == "end":
            return _Rule((), label=label)
        if self._peek() in {"time", "whole"}:
            times, days = self._times(), self._days()
            return _Rule(days, times, label or self._label())
        days = self._days()
        if self._peek() in {"colon", "comma"}:
            self._next()
        if self._peek() == "closed" and not label:
            self._next()
            return _Rule(days, is_closed=True)
        label = label or self._label()
        if self._peek() not in {"time", "whole"}:
            if not label:
                raise _Unclear
            return _Rule(days, label=label)
        return _Rule(days, self._times(), label or self._label())

    def _label(self) -> str:
        return _LABELS[self._next().text] if self._peek() == "label" else ""

    def _days(self) -> tuple[int, ...]:
        days = self._day_or_run()
        while self._peek() == "comma" and self._peek(1) in {"day", "group"}:
            self._next()
            days += self._day_or_run()
        if len(set(days)) != len(days):
            raise _Unclear
        return tuple(sorted(days))

    def _day_or_run(self) -> list[int]:
        if self._peek() == "group":
            return list(_GROUPS[self._next().text])
        first = _DAY_WORDS[self._want("day").text]
        if self._peek() != "dash":
            return [first]
        self._next()
        last = _DAY_WORDS[self._want("day").text]
        return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]

    def _times(self) -> list[tuple[int, int]]:
        times = [self._span()]
        while self._peek() == "comma" and self._peek(1) in {"time", "whole"}:
            self._next()
            times.append(self._span())
        return times

    def _span(self) -> tuple[int, int]:
        if self._peek() == "whole":
            self._next()
            return (0, _MIDNIGHT)
        start = self._want("time").text
        self._want("dash")
        return _span(start, self._want("time").text)

    def _peek(self, ahead: int = 0) -> str:
        at = min(self._at + ahead, len(self._tokens) - 1)
        return self._tokens[at].kind

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _want(self, kind: str) -> _Token:
        if self._peek() != kind:
            raise _Unclear
        return self._next()


def _span(start: str, end: str) -> tuple[int, int]:
    """The minutes of "8:00 am" to "5 pm"; a meridiem may stand once, for both ends."""
    (first, first_half), (last, last_half) = _minutes(start), _minutes(end)
    if not last_half and not (_is_24_hour(start) and _is_24_hour(end)):
        raise _Unclear
    if last_half and not first_half:
        first = _in_half(first, last_half, start)
    if end == "midnight" or (last == 0 and last_half):
        last = _MIDNIGHT
    if not first < last:
        raise _Unclear
    return first, last


def _in_half(minutes: int, half: str, text: str) -> int:
    """A bare hour in the half of the day that the other end names."""
    if _is_24_hour(text) or not 60 <= minutes < _NOON + 60:
        raise _Unclear
    return minutes % _NOON + (_HALF_DAY if half == "p" else 0)


def _is_24_hour(text: str) -> bool:
    """True for "08:00" and "17:30": hours of two digits with minutes."""
    return bool(re.fullmatch(r"\d{2}:\d{2}", text))


def _minutes(text: str) -> tuple[int, str]:
    """Minutes after midnight and the half of the day it names ("a", "p" or none)."""
    if text in {"noon", "midnight"}:
        return (_NOON, "p") if text == "noon" else (0, "a")
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise _Unclear
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3] or ""
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        raise _Unclear
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute, half


def _day(day: int, rules: list[_Rule]) -> Day:
    """What the rules state for one day; unclear when they contradict each other."""
    mine = [rule for rule in rules if day in rule.days]
    spans = sorted(
        (Span(start=start, end=end, label=rule.label) for rule in mine for start, end in rule.times),
        key=lambda span: (span.start, span.end),
    )
    words = [rule for rule in mine if not rule.times]
    if words and len(mine) > 1:
        raise _Unclear
    if any(after.start < before.end for before, after in pairwise(spans)):
        raise _Unclear
    if words:
        return Day(is_closed=words[0].is_closed, label=words[0].label)
    return Day(spans=tuple(spans))
