"""English hours are read exactly or not at all; what is read, the OSM library understands alike."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from finder.hours import Opening, opening
from finder.hoursreading import MAX_HOURS_CHARS, read_hours

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("Mon-Fri 8:00 AM-5:00 PM", "Mo-Fr 08:00-17:00"),
        ("Monday-Friday 8 a.m.-5 p.m.", "Mo-Fr 08:00-17:00"),
        ("Mon. - Fri. 9:00 a.m. – 5:00 p.m.", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9:00am-6:30pm", "Mo-Fr 09:00-18:30"),
        (
            "Mon-Thu 8:00 AM-5:30 PM; telehealth only Mon-Thu 5:30-6:30 PM",
            'Mo-Th 08:00-17:30, Mo-Th 17:30-18:30 unknown "telehealth only"',
        ),
        ("Wed-Sun 8:00 AM-5:30 PM (phone)", 'We-Su 08:00-17:30 unknown "phone only"'),
        ("by appointment only", 'Mo-Su 00:00-24:00 unknown "by appointment only"'),
        ("Mon, Wed, Fri 9am-12pm, 1pm-5pm", "Mo,We,Fr 09:00-12:00,13:00-17:00"),
        ("Mon-Fri: 9am to 5pm, Sat 10am-2pm, Sun closed", "Mo-Fr 09:00-17:00; Sa 10:00-14:00; Su closed"),
        ("9am-5pm Mon-Fri, 9am-1pm Sat", "Mo-Fr 09:00-17:00; Sa 09:00-13:00"),
        ("weekdays 9am-noon and 1pm-5pm", "Mo-Fr 09:00-12:00,13:00-17:00"),
        ("M-F 08:00-17:00", "Mo-Fr 08:00-17:00"),
        ("Fri-Mon 10am-4pm", "Mo,Fr-Su 10:00-16:00"),
        ("Tues & Thurs 10am-6pm", "Tu,Th 10:00-18:00"),
        ("daily 9am-midnight", "Mo-Su 09:00-24:00"),
        ("Mon-Fri open 24 hours", "Mo-Fr 00:00-24:00"),
        (
            "Mon-Fri 9am-5pm; Sat by appointment only",
            'Mo-Fr 09:00-17:00, Sa 00:00-24:00 unknown "by appointment only"',
        ),
        ("Mon 12-5pm", "Mo 12:00-17:00"),
        ("Mon-Fri 9am-5pm;", "Mo-Fr 09:00-17:00"),
    ],
)
def test_plain_hours_are_read(text: str, osm: str) -> None:
    hours = read_hours(text)
    assert hours is not None
    assert hours.osm == osm
    OpeningHours(hours.osm)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7 days a week",
        "Mon-Fri",
        "Mon-Fri 9-5",
        "Mon-Fri 8-5 PM",
        "Mon-Fri 10-2 pm",
        "Mon-Fri 5pm-9am",
        "Mon-Fri 9am-5pm EST",
        "Mon-Fri 9am-5pm; Wed 9am-7pm",
        "Mon 9am-5pm; Mon closed",
        "Mon-Fri 9am-5pm; by appointment only",
        "Mon, Mon 9am-5pm",
        "Mon-Fri 9:60am-5pm",
        "Mon-Fri 13pm-5pm",
        "Mon-Fri 25:00-26:00",
        "Mon-Fri 9am",
        "Mon-Fri 9am-",
        "9am-5pm",
        "24/7",
        "call us",
        "closed",
        "Mon-Fri 13-5pm",
        "Mon 9am-5pm" + " " * MAX_HOURS_CHARS,
    ],
)
def test_what_could_mean_two_things_is_not_read(text: str) -> None:
    assert read_hours(text) is None


def test_a_day_that_is_not_named_is_not_called_closed() -> None:
    hours = read_hours("Mon-Fri 9am-5pm, Sat closed")
    assert hours is not None
    saturday, sunday = hours.week[5:]
    assert (saturday.is_closed, saturday.is_stated) == (True, True)
    assert (sunday.is_closed, sunday.is_stated) == (False, False)


WORDS = st.sampled_from(
    [
        "Mon",
        "Tue",
        "wed",
        "Thurs",
        "FRI",
        "sat.",
        "Sunday",
        "-",
        "–",
        "to",
        ",",
        ";",
        ":",
        "and",
        "&",
        "9am",
        "5pm",
        "8:00",
        "AM",
        "17:00",
        "noon",
        "midnight",
        "12",
        "x\n    ",
        "closed",
        "by appointment only",
        "telehealth only",
        "(phone)",
        "weekdays",
        "daily",
        "24 hours",
    ]
)


@given(st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=14).map(" ".join)))
def test_reading_never_raises_and_what_is_read_the_library_accepts(text: str) -> None:
    hours = read_hours(text)
    if hours is not None:
        OpeningHours(hours.osm)
        assert len(hours.week) == 7


TIMES = st.tuples(st.integers(0, 47), st.integers(1, 48)).filter(lambda pair: pair[0] < pair[1])


def spoken(half_hours: int) -> str:
    hour, minute = divmod(half_hours * 30, 60)
    if half_hours in {0, 48}:
        return "midnight"
    return f"{(hour - 1) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"


@given(st.dictionaries(st.integers(0, 6), TIMES, min_size=1), st.integers(0, 7 * 48 - 1))
def test_a_week_read_is_open_exactly_at_the_times_it_says(
    week: dict[int, tuple[int, int]], slot: int
) -> None:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    text = "; ".join(f"{names[day]} {spoken(start)}-{spoken(end)}" for day, (start, end) in week.items())
    hours = read_hours(text)
    assert hours is not None, text
    moment = datetime(2026, 2, 2, tzinfo=UTC) + timedelta(minutes=30 * slot)
    day, half_hour = divmod(slot, 48)
    start, end = week.get(day, (0, 0))
    state, _ = OpeningHours(hours.osm).state(moment.replace(tzinfo=None))
    assert (state == State.OPEN) == (start <= half_hour < end)


def opening_of(text: str, moment: str, zone: ZoneInfo = NEW_YORK) -> Opening:
    hours = read_hours(text)
    assert hours is not None
    return opening(hours, datetime.fromisoformat(moment).replace(tzinfo=UTC), zone)


def test_open_until_it_closes() -> None:
    said = opening_of("Mon-Fri 9am-5pm", "2026-11-23T15:00")
    assert said.state == "open"
    assert said.until is not None
    assert f"{said.until:%H:%M}" == "17:00"


def test_outside_its_hours_it_says_when_it_opens() -> None:
    said = opening_of("Mon-Fri 9am-5pm", "2026-11-21T15:00")
    assert said.state == "outside"
    assert f"{said.opens:%A %H:%M}" == "Monday 09:00"


def test_labelled_hours_are_neither_open_nor_closed() -> None:
    said = opening_of("Mon 9am-5pm; telehealth only Mon 5-6 PM", "2026-11-23T22:30")
    assert (said.state, said.label) == ("labelled", "telehealth only")


def test_a_public_holiday_says_nothing_and_is_no_next_opening() -> None:
    assert opening_of("Mon-Fri 9am-5pm", "2026-11-26T15:00").state == "holiday"
    assert f"{opening_of('Thu-Fri 9am-5pm', '2026-11-25T15:00').opens:%A}" == "Friday"


def test_always_open_has_no_closing_time() -> None:
    assert opening_of("daily 24 hours", "2026-11-23T15:00").until is None


def test_by_appointment_only_never_opens_by_itself() -> None:
    said = opening_of("by appointment only", "2026-11-23T15:00")
    assert (said.state, said.opens) == ("labelled", None)


@pytest.mark.parametrize(
    ("zone", "state"),
    [("America/New_York", "outside"), ("America/Chicago", "open"), ("America/Denver", "open")],
)
def test_the_same_moment_on_both_sides_of_a_zone_border(zone: str, state: str) -> None:
    assert opening_of("Mon-Fri 9am-5pm", "2026-11-23T22:30", ZoneInfo(zone)).state == state


def test_summer_time_moves_the_door_with_the_clock() -> None:
    before, after = "2026-03-06T13:30", "2026-03-09T13:30"
    assert opening_of("Mon-Fri 9am-5pm", before).state == "outside"
    assert opening_of("Mon-Fri 9am-5pm", after).state == "open"
    arizona = ZoneInfo("America/Phoenix")
    assert [opening_of("Mon-Fri 9am-5pm", when, arizona).state for when in (before, after)] == ["outside"] * 2
