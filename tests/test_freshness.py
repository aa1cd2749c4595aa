"""How old a fact is, in words, and when its age is a reason to call first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.freshness import HALF_LIVES, age, freshness

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (5, "5 days ago"),
        (21, "3 weeks ago"),
        (61, "2 months ago"),
        (365, "11 months ago"),
        (366, "more than a year ago"),
        (800, "more than 2 years ago"),
    ],
)
def test_an_age_is_said_as_people_say_it(days: int, words: str) -> None:
    assert age(days) == words


def test_a_phone_read_three_weeks_ago_is_fresh() -> None:
    said = freshness("phone", TODAY - timedelta(days=21), "clinic_page", TODAY)
    assert (said.text, said.band) == ("read 3 weeks ago", "fresh")


def test_a_phone_read_more_than_a_year_ago_says_to_call_first() -> None:
    said = freshness("phone", TODAY - timedelta(days=400), "clinic_page", TODAY)
    assert (said.text, said.band) == ("read more than a year ago: call first", "stale")


def test_an_address_of_the_same_age_is_still_good() -> None:
    assert freshness("address", TODAY - timedelta(days=400), "clinic_page", TODAY).band == "fresh"


def test_the_bands_meet_at_half_of_the_half_life_and_at_the_half_life() -> None:
    def band(days: int) -> str:
        return freshness("phone", TODAY - timedelta(days=days), "clinic_page", TODAY).band

    assert [band(days) for days in (90, 91, 180, 181)] == ["fresh", "aging", "aging", "stale"]


def test_a_news_report_read_today_may_be_older() -> None:
    said = freshness("treatment", TODAY, "news", TODAY)
    assert (said.text, said.band) == ("read today, may be older: call first", "aging")


def test_a_day_still_to_come_counts_as_today() -> None:
    assert freshness("phone", TODAY + timedelta(days=3), "clinic_page", TODAY).text == "read today"


def test_phones_age_faster_than_websites_and_these_faster_than_addresses() -> None:
    days = {name: row.days for name, row in HALF_LIVES.items()}
    assert days["phone"] < days["website"] < days["address"]
    assert all(row.reason.endswith(".") for row in HALF_LIVES.values())


@given(st.sampled_from(sorted(HALF_LIVES)), st.integers(0, 5000), st.integers(0, 5000))
def test_facts_never_grow_younger(field: str, one: int, other: int) -> None:
    order = ["fresh", "aging", "stale"]
    sooner, later = sorted((one, other))
    bands = [
        order.index(freshness(field, TODAY - timedelta(days=days), "clinic_page", TODAY).band)
        for days in (sooner, later)
    ]
    assert bands == sorted(bands)
