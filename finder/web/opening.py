"""Opening hours in words: the week as a table, and what it says about this moment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from finder.freshness import freshness
from finder.hours import Day, Hours, Opening, Span, opening
from finder.hoursreading import read_hours
from finder.model import Clinic
from finder.zones import zone_of

DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOT_STATED: Final = "Not stated"


@dataclass(frozen=True)
class Row:
    """Days with the same hours: "Monday to Friday", ("8:00 AM–5:00 PM",)."""

    days: str
    texts: tuple[str, ...]
    is_stated: bool


@dataclass(frozen=True)
class Week:
    """The stated hours of a clinic. Without rows, its text could not be read exactly and stands alone."""

    text: str
    rows: tuple[Row, ...]
    now: str
    """ "Open now by its stated hours, until 5:00 PM."; empty when the time at the clinic is not known or
    nothing is read."""
    there: str
    """The clock of the clinic: "It is Monday, 10:00 AM there", or empty."""
    is_open: bool


def week(clinic: Clinic, moment: datetime) -> Week | None:
    """The clinic's week at a moment; None when no hours are stated. Hours read too long ago say nothing
    about now.
    """
    if not clinic.hours:
        return None
    hours = read_hours(clinic.hours)
    if hours is None:
        return Week(clinic.hours, (), "", "", False)
    zone = None if _is_stale(clinic, moment) else zone_of(clinic.address, clinic.location)
    said = None if zone is None else opening(hours, moment, zone)
    return Week(
        clinic.hours,
        tuple(_rows(hours)),
        "" if said is None else _now(said),
        "" if said is None else f"It is {said.there:%A}, {_time(said.there)} there.",
        said is not None and said.state == "open",
    )


def _is_stale(clinic: Clinic, moment: datetime) -> bool:
    who = clinic.provenance.get("hours")
    if who is None:
        return False
    return freshness("hours", who.seen, who.kind, moment.astimezone(UTC).date()).band == "stale"


def schema_hours(text: str) -> list[str]:
    """Hours as schema.org writes them ("Mo-Fr 08:00-17:00"), without labelled ones; [] when not read."""
    hours = read_hours(text)
    if hours is None:
        return []
    rules = [rule.split(" ") for rule in hours.osm.replace(", ", "; ").split("; ")]
    open_rules = [rule for rule in rules if len(rule) == 2 and rule[1] != "closed"]
    return [f"{days} {span}" for days, spans in open_rules for span in spans.split(",")]


def _rows(hours: Hours) -> list[Row]:
    rows = []
    for day, run in groupby(range(7), key=lambda number: hours.week[number]):
        numbers = list(run)
        first, last = DAY_NAMES[numbers[0]], DAY_NAMES[numbers[-1]]
        joined = {1: first, 2: f"{first}, {last}", 7: "Every day"}.get(len(numbers), f"{first} to {last}")
        rows.append(Row(joined, _texts(day), day.is_stated))
    return rows


def _texts(day: Day) -> tuple[str, ...]:
    if day.is_closed:
        return ("Closed",)
    if day.label:
        return (day.label.capitalize(),)
    return tuple(map(_span, day.spans)) or (NOT_STATED,)


def _span(span: Span) -> str:
    times = f"{clock(span.start)}–{clock(span.end)}"
    return f"{times}, {span.label}" if span.label else times


def clock(minutes: int) -> str:
    """Minutes after midnight as Americans write them: "8:00 AM", "noon", "midnight"."""
    if minutes in {0, 720, 1440}:
        return "noon" if minutes == 720 else "midnight"
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"


def _now(said: Opening) -> str:
    if said.state == "holiday":
        return "Today is a public holiday. Call first."
    if said.state == "open":
        until = "" if said.until is None else f", until {_time(said.until)}"
        return f"Open now by its stated hours{until}."
    word = f"{said.label.capitalize()} at this hour" if said.label else "Outside its stated hours now"
    if said.opens is None:
        return f"{word}."
    day = "today" if said.opens.date() == said.there.date() else f"{said.opens:%A}"
    return f"{word}. Opens {day}, {_time(said.opens)}."


def _time(moment: datetime) -> str:
    return clock(moment.hour * 60 + moment.minute)
