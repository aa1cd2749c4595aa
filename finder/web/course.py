"""What a whole course takes: visits, miles and cost, estimated and labelled. Start at `courses_of`."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finder.errors import DataError
from finder.facets import value
from finder.model import Clinic, Price
from finder.search.price import is_session_price
from finder.search.query import Hit, Query
from finder.settings import bundled_data
from finder.web.visits import Span, Stated, packages, stated_courses, stated_preparation

_EXACT_MILES: Final = 0.5
"""Doubt up to this is not worth a range."""
_WORD: Final = re.compile(r"[a-z]+")
_OTHER_COSTS: Final = re.compile(r"\b(?:consult|intake|evaluation|prep|integration)", re.IGNORECASE)
_ONE_OFF: Final = re.compile(r"\b(?:retreat|drop-in)\b", re.IGNORECASE)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Road(_Row):
    """How much longer roads are than the straight line."""

    factor: Annotated[float, Field(ge=1, le=3)]
    source: str


class Ride(_Row):
    """What holds after a dose on site, whatever the clinic says."""

    general: str
    source: str


class Usual(_Row):
    """The usual course of one treatment."""

    one: str
    many: str
    visits: Span
    span: str
    source: str
    not_counted: str
    words: frozenset[str]
    """A note with one of these words speaks of this treatment."""


class Table(_Row):
    """`data/course.toml`."""

    road: Road
    ride: Ride
    courses: dict[str, Usual]


@dataclass(frozen=True)
class CourseRow:
    """One figure of a course; `note` says how it came about."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Course:
    """One treatment at one clinic, from the first dose to the last of the usual course."""

    modality: str
    line: str
    """For a card: "About 6 trips over 2 to 3 weeks, 530–780 mi in all (estimate); needs a ride home."."""
    rows: tuple[CourseRow, ...]
    """For the clinic's page: visits, miles, ride home, cost."""


@lru_cache(4)
def course_table(file: Path | None = None) -> Table:
    """The table of courses; DataError when it cannot be read."""
    file = file or bundled_data() / "course.toml"
    try:
        return Table.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise DataError(file.name, str(error)) from error


def course_for(hit: Hit, query: Query) -> Course | None:
    """The course of a result: of a treatment that was asked for, else of its first. None for a hit
    by telehealth. Miles only from a spot, never from the middle of an area.
    """
    if hit.via == "telehealth":
        return None
    from_spot = query.place is not None and not query.place.is_area
    found = courses_of(hit.clinic, hit.distance_miles if from_spot else None)
    asked = query.facets.get("modality")
    return next((course for course in found if asked is None or course.modality in asked), None)


def course_of(clinic: Clinic, distance_miles: float | None = None) -> Course | None:
    """The first of `courses_of`; None when it offers no treatment on site whose course is known."""
    return next(iter(courses_of(clinic, distance_miles)), None)


def courses_of(clinic: Clinic, distance_miles: float | None = None) -> list[Course]:
    """The course of each treatment that the clinic offers on site, in the order of the table.

    `distance_miles` is the great circle from where the visitor starts; without it no miles are told.
    """
    table = course_table()
    offered = clinic.offers("modality")
    here = [code for code in table.courses if code in offered]
    return [_course(clinic, code, here, distance_miles) for code in here]


def _course(clinic: Clinic, code: str, here: list[str], distance_miles: float | None) -> Course:
    table, usual = course_table(), course_table().courses[code]
    own = [stated for stated in stated_courses(clinic) if _is_about(stated.text, code, here)]
    doses = _joined(own) if own else usual.visits
    visits, visits_note = _visits(clinic, usual, doses, own, code)
    span = f" {usual.span}" if usual.span and not own and visits == doses else ""
    ride, ride_note = _ride(clinic, table.ride)
    rows = [CourseRow("Visits", f"About {_range(visits)} {_nouns(visits, 'visit')}{span}", visits_note)]
    travel = "" if distance_miles is None else _miles(clinic, distance_miles, visits)
    if distance_miles is not None:
        rows.append(CourseRow("Miles in all", _capital(travel), _how_far(clinic, distance_miles, visits)))
    rows.append(CourseRow("Ride home", _capital(ride), ride_note))
    cost = _cost(clinic, usual, doses, code, here)
    rows.append(cost or CourseRow("Cost", "Price per session not stated. Ask the clinic."))
    which = f"{value('modality', code).tag}: " if len(here) > 1 else ""
    trips = f"about {_range(visits)} {_nouns(visits, 'trip' if travel else 'visit')}{span}"
    far = f", {travel.removeprefix('about ')} in all" if travel else ""
    paid = f" {cost.text}." if cost else ""
    return Course(code, _capital(f"{which}{trips}{far} (estimate); {ride}.{paid}"), tuple(rows))


def _is_about(text: str, code: str, here: list[str]) -> bool:
    """Whether a note speaks of this treatment: by its words, or because there is no other one."""
    courses, words = course_table().courses, set(_WORD.findall(text.lower()))
    named = [other for other in courses if courses[other].words & words]
    return code in named if named else here == [code]


def _joined(stated: list[Stated]) -> Span:
    return min(one.span[0] for one in stated), max(one.span[1] for one in stated)


def _visits(clinic: Clinic, usual: Usual, doses: Span, own: list[Stated], code: str) -> tuple[Span, str]:
    """Visits with the preparation that the clinic states (the lower figure: all of it by video)."""
    note = f"Their own number: “{own[0].text}”." if own else f"Usual: {usual.source}."
    preparation = stated_preparation(clinic) if code == "kap" else None
    if preparation is None:
        return doses, f"{note} {usual.not_counted}"
    most = doses[1] + preparation.span[1]
    return (doses[0], most), f"{note} And “{preparation.text}”, which may be by video."


def _doubt_miles(clinic: Clinic) -> float:
    doubt = clinic.location.radius_miles
    return doubt if doubt > _EXACT_MILES else 0.0


def _miles(clinic: Clinic, distance_miles: float, visits: Span) -> str:
    doubt = _doubt_miles(clinic)
    there_and_back = 2 * course_table().road.factor
    low = _rounded(max(0.0, distance_miles - doubt) * there_and_back * visits[0])
    high = max(1, _rounded((distance_miles + doubt) * there_and_back * visits[1]))
    if low == 0:
        return f"up to about {high:,} mi"
    return f"about {high:,} mi" if low == high else f"about {low:,}–{high:,} mi"


def _how_far(clinic: Clinic, distance_miles: float, visits: Span) -> str:
    road, doubt = course_table().road, _doubt_miles(clinic)
    straight = f"{distance_miles:,.0f} mi" if distance_miles >= 1 else "under 1 mi"
    within = f", give or take {doubt:,.0f} mi," if doubt else ""
    times = f"{_range(visits)} {_nouns(visits, 'visit')}"
    return (
        f"Estimate: {straight}{within} in a straight line × {road.factor} for roads × 2 ways × {times}. "
        f"Road factor: {road.source}."
    )


def _rounded(miles: float) -> int:
    step = 1 if miles < 20 else 5 if miles < 100 else 10 if miles < 1000 else 50
    return round(miles / step) * step


def _ride(clinic: Clinic, ride: Ride) -> tuple[str, str]:
    said = clinic.said("screening").get("escort_home_required")
    if said == "yes":
        return "needs a ride home", f"The clinic asks for it. Also: {ride.general} ({ride.source})."
    return ride.general, f"{_capital(ride.source)}. Ask the clinic what it wants."


def _cost(clinic: Clinic, usual: Usual, doses: Span, code: str, here: list[str]) -> CourseRow | None:
    """Doses × the lowest price that the clinic publishes for one, or its package; None without."""
    note = f"Estimate. {_not_included(clinic)}"
    own = [package for package in packages(clinic) if _is_about(package.price.what, code, here)]
    if own and {package.sessions for package in own} == {doses[0]} == {doses[1]}:
        amounts = sorted({package.price.amount_usd for package in own})
        return CourseRow(
            "Cost", f"{_dollars(amounts)} for {doses[0]} {usual.many}, their published package", note
        )
    each = min(
        (
            price.amount_usd
            for price in clinic.prices
            if is_session_price(price) and _is_one_of_many(price) and _is_about(price.what, code, here)
        ),
        default=None,
    )
    if each is None:
        return None
    amounts = sorted({each * count for count in doses})
    many = usual.one if doses == (1, 1) else usual.many
    text = (
        f"About {_dollars(amounts)} for {_range(doses)} {many} at {_dollars([each])}, their published price"
    )
    return CourseRow("Cost", text, note)


def _is_one_of_many(price: Price) -> bool:
    return _ONE_OFF.search(price.what) is None


def _not_included(clinic: Clinic) -> str:
    extra = [price.what for price in clinic.prices if _OTHER_COSTS.search(price.what)]
    published = f" They publish: {'; '.join(dict.fromkeys(extra))}." if extra else ""
    return f"Not included: consultations, tests, boosters, travel.{published} Ask what insurance pays."


def _dollars(amounts: list[float]) -> str:
    ends = (amounts[0], amounts[-1])[: len(amounts)]
    return " to ".join(f"${amount:,.0f}" if amount == int(amount) else f"${amount:,.2f}" for amount in ends)


def _range(span: Span) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"


def _nouns(span: Span, noun: str) -> str:
    return noun if span == (1, 1) else f"{noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
