"""ZIPs, cities, towns and neighborhoods: places that are the middle of a circle."""

import math
import tomllib
from collections import defaultdict
from pathlib import Path

from finder.geo import Point
from finder.placefile import CANONICAL, CURATED
from finder.placenames import in_us_box, place_key
from finder.text import fold
from tools.places.rows import Grid, Row, apart, middle
from tools.places.sources import CensusZip, City, state_fips

FAR_MILES = 25 / 1.609344
"""Past this the two ZIP sources contradict each other and the named city decides."""
NO_AREA_ZIP_MILES = 2.0
PEOPLE_PER_SQUARE_MILE = 2_500
"""Of a US town of medium density: turns people into a radius."""
SECTION_PEOPLE = 60_000
NEIGHBORHOOD_WEIGHT = 20_000
WITHIN_SHARE = 0.3
"""A place whose ZIP bears the name of a larger city weighs this much of its people."""


def section_ids(path: Path, cities: list[City]) -> set[int]:
    """The GeoNames ids that the table calls sections of cities; one that GeoNames no longer has, or has
    under another name, is an error.
    """
    named = {city.id: f"{city.name}, {city.state}" for city in cities}
    table = {
        int(key): name for key, name in tomllib.loads(path.read_text(encoding="utf-8"))["sections"].items()
    }
    if wrong := [f"{key} = {name}" for key, name in table.items() if named.get(key) != name]:
        raise SystemExit(f"{path.name}: GeoNames knows these by no such name: {'; '.join(wrong)}")
    return set(table)


def city_rows(cities: list[City], county_of: dict[int, tuple[str, str]], sections: set[int]) -> list[Row]:
    """Cities and sections of cities, without their ZIPs and aliases."""
    fips, rows = state_fips(), []
    for city in cities:
        state, code = county_of.get(city.id, ("", ""))
        # GeoNames uses the planning regions of Connecticut; all else here uses its eight counties.
        county = fips[state] + code if state == city.state and state != "CT" and code else ""
        section = city.id in sections
        people = city.population
        rows.append(
            Row(
                run="section" if section else "city",
                ref=city.id,
                name=city.name,
                state=city.state,
                lat=city.lat,
                lng=city.lng,
                population=people,
                radius_miles=reach(people),
                county=county,
                weight=min(people, SECTION_PEOPLE) * 0.5 if section else max(people, 100),
            )
        )
    return rows


def reach(people: float) -> float:
    """Radius in miles of a town of so many people."""
    return min(8.0, max(1.0, math.sqrt(people / PEOPLE_PER_SQUARE_MILE / math.pi)))


def zip_rows(
    census: list[CensusZip], geonames: dict[str, tuple[float, float]], cities: list[Row]
) -> list[Row]:
    """Every ZIP. Its point is by GeoNames (where people live) when it stands within the area that the
    Census measured, else by the Census; where they are far apart, whichever is nearer to the named city.
    """
    by_name = _by_name(cities)
    rows = []
    known = {row.code for row in census}
    for entry in census:
        here = geonames.get(entry.code, (entry.lat, entry.lng))
        other = (entry.lat, entry.lng)
        doubt, county = apart(here, other), entry.county
        if doubt > FAR_MILES and (city := _closest(by_name, entry, here, other)):
            if apart(city.point, other) < apart(city.point, here):
                here = other
            else:
                county = city.county or county
        elif doubt > math.sqrt(entry.land_square_miles) + 1 and entry.land_square_miles:
            here = other  # GeoNames stands outside the area that the Census measured
        here = _on_us_ground(here, other, _closest(by_name, entry, here, other))
        area = math.sqrt(entry.land_square_miles / math.pi) if entry.land_square_miles else NO_AREA_ZIP_MILES
        row = Row(
            "zip", int(entry.code), tidy_name(entry.city), entry.state, *here,
            population=entry.population, radius_miles=max(area, min(doubt, FAR_MILES) / 2, 0.5),
            county=county,
        )  # fmt: skip
        rows.append(row)
    rows += _geonames_only(geonames, known, rows)
    return sorted(rows, key=lambda row: row.ref)


def _on_us_ground(
    here: tuple[float, float], other: tuple[float, float], city: Row | None
) -> tuple[float, float]:
    """The first of the two points, or the named city's, that is not out at sea or abroad."""
    points = [here, other] + ([city.point] if city else [])
    return next((point for point in points if in_us_box(Point(lat=point[0], lng=point[1]))), here)


def _closest(
    by_name: dict[tuple[str, str], list[Row]], entry: CensusZip, *points: tuple[float, float]
) -> Row | None:
    named = by_name.get((joined(entry.city), entry.state), [])
    return min(named, key=lambda row: min(apart(row.point, p) for p in points), default=None)


def _geonames_only(geonames: dict[str, tuple[float, float]], known: set[str], rows: list[Row]) -> list[Row]:
    """ZIPs that only GeoNames has: the town of the nearest ZIP of the same three digits."""
    areas = defaultdict(list)
    for row in rows:
        areas[row.ref // 100].append(row)
    extra = []
    for code, point in geonames.items():
        neighbors = areas.get(int(code) // 100)
        if code in known or not neighbors:
            continue
        near = min(neighbors, key=lambda row: (apart(row.point, point), row.ref))
        here = _on_us_ground(point, near.point, None)
        extra.append(
            Row("zip", int(code), near.name, near.state, *here, 0, NO_AREA_ZIP_MILES, county=near.county)
        )
    return extra


def joined(name: str) -> str:
    """The key without spaces: "Mc Lean" and "McLean" are one name."""
    return place_key(name).replace(" ", "")


def _by_name(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[joined(row.name), row.state].append(row)
    return found


def tidy_name(name: str) -> str:
    """A ZIP's town as people write it ("St Thomas" stays; doubled spaces go)."""
    return " ".join(
        word.lower() if word in {"Of", "The", "And"} and i else word for i, word in enumerate(name.split())
    )


def town_rows(zips: list[Row], cities: list[Row], other_names: dict[int, list[str]]) -> list[Row]:
    """Towns that only ZIPs name. Cities that ZIPs name get the reach of those ZIPs and their spelling."""
    by_name = _by_name([row for row in cities if row.run == "city"])
    for row in cities:
        for other in other_names.get(row.ref, ()):
            key = (joined(other), row.state)
            if key not in by_name and fold(other) and row.population >= 1000:
                by_name[key] = [row]
    groups = defaultdict(list)
    for row in zips:
        groups[joined(row.name), row.state].append(row)
    towns = []
    for key, members in sorted(groups.items()):
        spot = _middle(members)
        city = min(by_name.get(key, []), key=lambda row: apart(row.point, spot), default=None)
        if city is not None and apart(city.point, spot) < 60:
            _spread(city, members)
            _put_first(city, by_name[key])
            continue
        if not members[0].name:
            continue
        people = sum(row.population for row in members)
        town = Row(
            "town", members[0].ref, members[0].name, members[0].state, *spot, people, reach(people),
            county=members[0].county, weight=max(people * 0.5, 80),
        )  # fmt: skip
        _spread(town, members)
        towns.append(town)
    return towns


def _put_first(city: Row, same_name: list[Row]) -> None:
    """Of places of one name in a state, the one that the post office means comes first."""
    for other in same_name:
        if other is not city and other.weight < 4 * city.weight:
            other.weight = min(other.weight, 0.9 * city.weight)


def _middle(rows: list[Row]) -> tuple[float, float]:
    return middle((row.lat, row.lng, row.population + 1) for row in rows)


def _spread(city: Row, members: list[Row]) -> None:
    city.posted = True
    city.call(place_key(members[0].name), city.weight, CANONICAL)
    distances = sorted(apart(city.point, row.point) for row in members)
    city.radius_miles = min(25.0, max(city.radius_miles, distances[int(0.8 * (len(distances) - 1))]))


def settle(spots: list[Row], zips: list[Row], cities: list[Row]) -> None:
    """Counties for spots without one; less weight for places that stand inside a larger city."""
    grid, fips = Grid(), state_fips()
    for row in zips:
        grid.add(row)
    by_name = _by_name([row for row in cities if row.run == "city"])
    for row in spots:
        near = grid.near(row.point)
        if not row.county or row.county[:2] != fips[row.state]:
            same_state = (z for z in near if z.county and z.county[:2] == fips[row.state])
            row.county = next((z.county for z in same_state), "")
        if row.run == "city" and not row.posted and near:
            for host in by_name.get((joined(near[0].name), near[0].state), ()):
                if host.population > 5 * row.population and apart(host.point, row.point) < host.radius_miles:
                    row.weight *= WITHIN_SHARE


def neighborhood_rows(path: Path, cities: list[Row], zips: list[Row]) -> list[Row]:
    """The curated neighborhoods; an unknown city, or a point away from its ZIP, is an error."""
    by_name, by_zip = _by_name(cities), {row.ref: row for row in zips}
    rows = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["neighborhood"]:
        state, (lat, lng), radius = entry["state"], entry["point"], entry.get("radius_miles", 1.0)
        slug = fold(f"{entry['name']} {entry['city']} {state}").replace(" ", "-")
        home = by_zip[int(entry["zip"])]
        if (joined(entry["city"]), state) not in by_name:
            raise SystemExit(f"{path.name}: {slug}: there is no city {entry['city']}, {state}")
        if home.state != state or apart(home.point, (lat, lng)) > max(4.0, radius):
            raise SystemExit(f"{path.name}: {slug}: the point is not in {entry['zip']}")
        weight = entry.get("weight", NEIGHBORHOOD_WEIGHT)
        known = [
            row for row in by_name.get((joined(entry["name"]), state), ()) if apart(row.point, (lat, lng)) < 3
        ]
        if known:
            _make_section(known, entry, weight)
            continue
        row = Row(
            "neighborhood", slug, entry["name"], state, lat, lng, 0, radius,
            within=entry["city"], weight=weight,
        )  # fmt: skip
        for other in entry.get("also", ()):
            row.call(place_key(other), row.weight, CURATED)
        rows.append(row)
    return rows


def _make_section(known: list[Row], entry: dict, weight: float) -> None:
    """GeoNames has this neighborhood: it gets the curated city and names, and its twins go last."""
    row = max(known, key=lambda row: row.population)
    row.run, row.within = "section", entry["city"]
    row.weight = max(weight, min(row.population, SECTION_PEOPLE) * 0.5)
    for twin in known:
        twin.weight = row.weight if twin is row else min(twin.weight, 100)
    for other in entry.get("also", ()):
        row.call(place_key(other), row.weight, CURATED)
