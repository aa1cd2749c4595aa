"""Compiles data/places/places.bin and manifest.json: `python -m tools.places.build [FOLDER]`.

Needs the packages of requirements-places.txt. Deterministic: same packages and tables, same bytes.
"""

import hashlib
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

from finder.placefile import RUNS
from finder.placenames import STATE_WORDS, STATES, place_key
from tools.places import sources
from tools.places.aliases import name_all
from tools.places.areas import Ground, county_rows, metro_rows, region_rows, state_rows
from tools.places.localities import locality_rows
from tools.places.namesakes import settle_namesakes
from tools.places.pack import pack
from tools.places.rows import Row
from tools.places.spots import city_rows, neighborhood_rows, section_ids, settle, town_rows, zip_rows

HERE = Path(__file__).resolve().parents[2] / "data" / "places"
FOREIGN_RATIO = 100
FOREIGN_SPARES = 12_000
ATTRIBUTION = (
    "Place data © GeoNames (geonames.org), CC BY 4.0, modified. ZIP, county and metro data derived from "
    "U.S. Census Bureau public-domain products (Gazetteer, ACS 2022, CBSA delineations); not endorsed or "
    "certified by the Census Bureau. ZIP Code is a trademark of the U.S. Postal Service; no affiliation."
)


def spots(tables: Path, world: list[dict]) -> tuple[list[Row], list[Row], list[sources.CensusZip]]:
    """ZIPs; cities, towns and neighborhoods with all their names; the Census rows."""
    named = sources.cities(world)
    others = {city.id: city.other_names for city in named}
    sections = section_ids(tables / "sections.toml", named)
    census = sources.census_zips(set(STATES))
    cities = city_rows(named, sources.county_of_city(), sections)
    zips = zip_rows(census, sources.geonames_zips(), cities)
    settle(zips, [row for row in zips if row.county], cities)
    towns = town_rows(zips, cities, others)
    rows = cities + towns
    rows += neighborhood_rows(tables / "neighborhoods.toml", rows, zips)
    rows += locality_rows(tables / "localities.toml", zips)
    settle(rows, zips, cities)
    rows = settle_namesakes(rows, {fips: name for fips, name, _ in sources.counties()})
    kept = name_all(rows, others, tables / "aliases.toml")
    print(f"{kept} aliases kept", file=sys.stderr)
    return zips, rows, census


def abroad(tables: Path, world: list[dict], rows: list[Row]) -> list[str]:
    """Names that mean a place outside the United States, unless a US place of that name is of size."""
    largest: Counter[str] = Counter()
    for row in rows:
        for key, (weight, _) in row.names.items():
            largest[key] = max(largest[key], int(weight))
    names = {place_key(name) for name in sources.country_names()}
    extra = tomllib.loads((tables / "abroad.toml").read_text(encoding="utf-8"))
    names |= {place_key(name) for name in extra["names"]}
    names -= STATE_WORDS.keys()  # "Georgia" alone, or after a town, is the state
    soft = {place_key(name) for name in extra["soft"]}
    lines = (names - soft) | {f",{name}" for name in soft}
    for name, people in sources.foreign_cities(world).items():
        key = place_key(name)
        if key.isascii() and largest[key] < FOREIGN_SPARES and largest[key] * FOREIGN_RATIO < people:
            lines.add(f"={key}")
    return sorted(lines)


def build(tables: Path) -> tuple[bytes, dict]:
    """The compiled file and its manifest."""
    world = sources.world()
    zips, rows, census = spots(tables, world)
    ground = Ground(zips, {fips: (name, state) for fips, name, state in sources.counties()})
    hand = tomllib.loads((tables / "metros.toml").read_text(encoding="utf-8"))
    metros = metro_rows(census, ground, hand)
    areas = (
        county_rows(ground)
        + metros
        + region_rows(tables / "regions.toml", ground, metros)
        + state_rows(ground)
    )
    everything = zips + rows + areas
    data = pack(everything, abroad(tables, world, rows))
    counts = Counter(row.run for row in everything)
    manifest = {
        "file": "places.bin",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "counts": {prefix: counts[prefix] for prefix, _ in RUNS},
        "names": len({key for row in everything for key in row.names}),
        "packages": sources.packages(),
        "tables": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(tables.glob("*.toml"))
        },
        "attribution": ATTRIBUTION,
    }
    return data, manifest


def _replace(path: Path, content: bytes) -> None:
    """Written beside and renamed: programs that have the old file mapped keep the old file."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def main() -> None:
    """Writes both files into FOLDER, or beside the tables."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    data, manifest = build(HERE)
    target.mkdir(parents=True, exist_ok=True)
    _replace(target / "places.bin", data)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    _replace(target / "manifest.json", text.encode())
    print(json.dumps({key: manifest[key] for key in ("bytes", "counts", "names")}), file=sys.stderr)


if __name__ == "__main__":
    main()
