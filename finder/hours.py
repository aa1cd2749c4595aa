"""A week of opening hours, its OSM opening_hours string, and whether a clinic is open at a moment."""

from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from finder.model import Fact

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LOOK_AHEAD: Final = timedelta(days=8)


class Span(Fact):
    """From `start` to `end`, in minutes after midnight; `label` is empty for an open door."""

    start: int
    end: int
    label: str = ""


class Day(Fact):
    """What is stated for one day of the week: nothing at all, closed, a word, or spans."""

    spans: tuple[Span, ...] = ()
    is_closed: bool = False
    label: str = ""

    @property
    def is_stated(self) -> bool:
        """False when the hours say nothing about this day: that is not "closed"."""
        return bool(self.spans or self.is_closed or self.label)


class Hours(Fact):
    """A week of hours as a clinic states it."""

    osm: str
    """The OSM opening_hours string; labelled spans have the state `unknown`."""
    week: tuple[Day, ...]
    """Monday first."""


def as_osm(week: tuple[Day, ...]) -> str:
    """The week as OSM writes it: days of equal hours together, what is labelled added at the end."""
    plain: dict[str, list[int]] = {}
    labelled: dict[str, list[int]] = {}
    for number, day in enumerate(week):
        times = ",".join(_osm_span(span) for span in day.spans if not span.label)
        if times or day.is_closed:
            plain.setdefault(times or "closed", []).append(number)
        if day.label:
            labelled.setdefault(f'00:00-24:00 unknown "{day.label}"', []).append(number)
        for span in day.spans:
            if span.label:
                labelled.setdefault(f'{_osm_span(span)} unknown "{span.label}"', []).append(number)
    head = "; ".join(f"{_osm_days(days)} {what}" for what, days in plain.items())
    return ", ".join(filter(None, [head, *(f"{_osm_days(days)} {what}" for what, days in labelled.items())]))


def _osm_span(span: Span) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (span.start, span.end))


def _osm_days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


class Opening(Fact):
    """What the stated hours say about a moment."""

    state: Literal["open", "outside", "labelled", "holiday"]
    """`outside` is no "closed": the hours only do not name this moment. `labelled`: only `label` then.
    `holiday`: a public holiday of the United States, for which the hours say nothing."""
    there: datetime
    """The moment on the clinic's clock."""
    label: str = ""
    until: datetime | None = None
    """When it closes, for `open`."""
    opens: datetime | None = None
    """When it opens next within eight days, for `outside` and `labelled`."""


def opening(hours: Hours, moment: datetime, zone: ZoneInfo) -> Opening:
    """What these hours, kept in this time zone, say about a moment (with its own zone)."""
    there = moment.astimezone(zone)
    week = OpeningHours(
        hours.osm, timezone=zone, auto_country=False, auto_timezone=False, max_interval_days=366
    )
    holidays = OpeningHours("PH", timezone=zone, country="US", auto_country=False, auto_timezone=False)
    if holidays.is_open(there):
        return Opening(state="holiday", there=there)
    state, label = week.state(there)
    if state == State.OPEN:
        return Opening(state="open", there=there, until=week.next_change(there))
    coming = week.intervals(there, there + LOOK_AHEAD)
    opens = next(
        (start for start, _, then, _ in coming if then == State.OPEN and not holidays.is_open(start)), None
    )
    return Opening(
        state="labelled" if state == State.UNKNOWN else "outside", there=there, label=label, opens=opens
    )
