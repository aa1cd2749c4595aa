"""Which clock a clinic goes by, and where nobody can say without more than the town."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from opening_hours import OpeningHours

from finder.clinicfile import read_clinics
from finder.model import Address, Location
from finder.zones import ZONES, zone_of
from tests.factories import make_location, state_only


def zone(state: str, county: str = "", location: Location | None = None) -> str:
    found = zone_of(Address(state=state), location or make_location(county=county))
    return "" if found is None else found.key


def test_a_state_of_one_zone_needs_no_county() -> None:
    assert zone("NC") == "America/New_York"
    assert zone("CO", location=state_only()) == "America/Denver"


@pytest.mark.parametrize(
    ("state", "county", "expected"),
    [
        ("TX", "48201", "America/Chicago"),  # Houston
        ("TX", "48141", "America/Denver"),  # El Paso
        ("TN", "47037", "America/Chicago"),  # Nashville
        ("TN", "47093", "America/New_York"),  # Knoxville
        ("FL", "12086", "America/New_York"),  # Miami
        ("FL", "12033", "America/Chicago"),  # Pensacola
        ("IN", "18089", "America/Chicago"),  # Gary
        ("IN", "18097", "America/New_York"),  # Indianapolis
        ("KY", "21111", "America/New_York"),  # Louisville
        ("KY", "21227", "America/Chicago"),  # Bowling Green
        ("ID", "16055", "America/Los_Angeles"),  # Coeur d'Alene
        ("ID", "16001", "America/Denver"),  # Boise
        ("AZ", "04013", "America/Phoenix"),  # Phoenix, without summer time
        ("HI", "15003", "Pacific/Honolulu"),
    ],
)
def test_both_sides_of_a_zone_border(state: str, county: str, expected: str) -> None:
    assert zone(state, county) == expected


@pytest.mark.parametrize(
    ("state", "county"),
    [("AZ", "04001"), ("NE", "31031"), ("AL", "01113"), ("NV", "32007"), ("TX", "48109"), ("FL", "12045")],
)
def test_a_county_that_keeps_two_clocks_has_no_zone(state: str, county: str) -> None:
    assert zone(state, county) == ""


def test_without_a_county_a_state_of_two_zones_has_none() -> None:
    assert zone("TX", location=state_only()) == ""


def test_every_zone_exists_and_every_state_has_one() -> None:
    assert len(ZONES) == 56
    for table in ZONES.values():
        for name in (table.zone, *table.counties):
            assert ZoneInfo(name).key == name
        listed = [county for counties in table.counties.values() for county in counties]
        assert not set(listed) & set(table.divided)


@pytest.mark.slow
def test_the_table_agrees_with_a_map_of_zones_for_every_real_clinic(real_build: Path) -> None:
    """The library has its own map of time zones; two independent sources, one clock."""
    clinics = [clinic for clinic in read_clinics(real_build) if clinic.location.point is not None]
    assert len(clinics) > 300
    for clinic in clinics:
        ours, point = zone_of(clinic.address, clinic.location), clinic.location.point
        if ours is None or point is None:
            continue
        week = OpeningHours("24/7", coords=(point.lat, point.lng))
        for start, _, _, _ in week.intervals(*_days(ours)):
            assert start.utcoffset() == start.astimezone(ours).utcoffset(), clinic.id


def _days(zone: ZoneInfo) -> tuple[object, object]:
    from datetime import datetime

    return datetime(2026, 7, 1, tzinfo=zone), datetime(2026, 7, 2, tzinfo=zone)
