"""Counties, metro areas, curated regions and states: places that hold others."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from finder.placefile import CANONICAL, CURATED, PART
from finder.placenames import STATES, place_key
from tools.places.rows import STATE_WEIGHT, Row, apart, middle
from tools.places.sources import CensusZip

BARE_COUNTY_SHARE = 0.01
COUNTY_SHARE = 0.2
METRO_SHARE = {"metro": 0.05, "csa": 0.02}
REGION_SHARE = 0.2
MINOR_PEOPLE = 50
_ENDINGS = (
    " County", " Parish", " Borough", " Census Area", " Municipality", " City and Borough", " city",
    " Municipio", " Municipality", " Island", " District",
)  # fmt: skip


@dataclass
class Ground:
    """What areas are made of."""

    zips: list[Row]
    counties: dict[str, tuple[str, str]]
    """FIPS -> name, state."""

    def __post_init__(self) -> None:
        self.zips_of = defaultdict(list)
        for row in self.zips:
            self.zips_of[row.county].append(row)

    def area(self, row: Row, counties: list[str]) -> Row:
        """The row with its counties, states, people, middle and reach."""
        members = [z for fips in counties for z in self.zips_of.get(fips, ())]
        people: dict[str, int] = defaultdict(int)
        for fips in counties:
            people[self.counties[fips][1]] += 1 + sum(z.population for z in self.zips_of.get(fips, ()))
        if not members:
            raise SystemExit(f"{row.run} {row.ref} has no ZIP")
        row.lat, row.lng = middle((z.lat, z.lng, z.population + 1) for z in members)
        row.radius_miles = max(apart(row.point, z.point) + min(z.radius_miles, 10) for z in members)
        row.population = sum(z.population for z in members)
        row.states = tuple(sorted(people, key=lambda state: (-people[state], state)))
        row.state = row.states[0]
        row.counties = tuple(sorted(counties))
        return row


def county_rows(ground: Ground) -> list[Row]:
    """Every county that has a ZIP."""
    rows = []
    for fips, (name, state) in ground.counties.items():
        if not ground.zips_of.get(fips):
            continue
        title = name.removesuffix(" city") + " (city)" if name.endswith(" city") else name
        row = ground.area(Row("county", int(fips), title, state, 0, 0, 0, 0), [fips])
        base = next((name.removesuffix(end) for end in _ENDINGS if name.endswith(end)), name)
        people = max(row.population, MINOR_PEOPLE)
        row.call(place_key(name), people * COUNTY_SHARE, CANONICAL)
        row.call(place_key(base + " County"), people * COUNTY_SHARE, CANONICAL)
        row.call(place_key(base), people * BARE_COUNTY_SHARE, PART)
        rows.append(row)
    return rows


def metro_rows(census: list[CensusZip], ground: Ground, hand: dict) -> list[Row]:
    """CBSAs and CSAs of the ZIPs' counties; Connecticut's, which the source lacks, by hand."""
    found: dict[tuple[str, str], tuple[str, set[str]]] = {}
    for row in census:
        for run, code, title in (("metro", row.cbsa, row.cbsa_name), ("csa", row.csa, row.csa_name)):
            if code and row.county:
                found.setdefault((run, code), (title, set()))[1].add(row.county)
    for code, entry in hand.items():
        found["metro", code] = (entry["title"], set(entry["counties"]))
    rows = []
    for (run, code), (title, counties) in sorted(found.items()):
        name, _, _ = title.rpartition(", ")
        row = ground.area(Row(run, int(code), f"{name} area", "", 0, 0, 0, 0), sorted(counties))
        weight = max(row.population, MINOR_PEOPLE) * METRO_SHARE[run]
        parts = name.replace("/", "-").replace("--", "-").split("-")
        for count in range(1, len(parts) + 1):
            key = place_key(" ".join(parts[:count]))
            # A city's own name stays the city's: alone it needs a word that says "area".
            for text in ([key] if count > 1 else []) + [f"{key} area", f"{key} metro", f"{key} metro area"]:
                row.call(text, weight, PART)
            row.call(f"{key} metropolitan area", weight, PART)
            row.call(f"greater {key}", weight, PART)
        rows.append(row)
    return rows


def state_rows(ground: Ground) -> list[Row]:
    """The states, the District and the territories."""
    rows = []
    for number, (code, (name, *_)) in enumerate(STATES.items()):
        counties = [fips for fips, (_, state) in ground.counties.items() if state == code]
        row = ground.area(Row("state", number, name, code, 0, 0, 0, 0), counties)
        row.states, row.counties, row.state = (code,), (), code
        row.call(place_key(name), STATE_WEIGHT, CANONICAL)
        for other in STATES[code][1:]:
            if len(other.replace(" ", "")) > 4:
                row.call(place_key(other), STATE_WEIGHT, CURATED)
        rows.append(row)
    return rows


def region_rows(path: Path, ground: Ground, metros: list[Row]) -> list[Row]:
    """The curated regions; a county, state or metro code that does not exist is an error."""
    by_name = {
        f"{state} {_base(name)}": fips
        for fips, (name, state) in sorted(ground.counties.items(), reverse=True)
    }
    by_code = {str(row.ref): row.counties for row in metros}
    rows = []
    for slug, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        counties = {by_code[code][i] for code in entry.get("metros", ()) for i in range(len(by_code[code]))}
        for line in entry.get("counties", ()):
            state, _, names = line.partition(" ")
            for name in names.split(", "):
                fips = by_name.get(f"{state} {name}") or by_name.get(f"{state} {name} city")
                if fips is None:
                    raise SystemExit(f"{path.name}: [{slug}] there is no county {name}, {state}")
                counties.add(fips)
        whole = entry.get("states", [])
        members = counties | {fips for fips, (_, state) in ground.counties.items() if state in whole}
        members = {fips for fips in members if ground.zips_of.get(fips)}
        row = ground.area(Row("region", slug, entry["name"], "", 0, 0, 0, 0), sorted(members))
        if whole:
            if counties:
                raise SystemExit(f"{path.name}: [{slug}] has both states and counties")
            row.counties = ()
        row.weight = max(row.population * REGION_SHARE, entry.get("weight", 0))
        row.call(place_key(entry["name"]), row.weight, CANONICAL)
        for other in entry.get("also", ()):
            row.call(place_key(other), row.weight, CURATED)
        rows.append(row)
    return rows


def _base(name: str) -> str:
    return next((name.removesuffix(end) for end in _ENDINGS[:6] if name.endswith(end)), name)
