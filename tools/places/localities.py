"""Localities that people give as their town and that the source packages lack."""

import tomllib
from pathlib import Path

from finder.placefile import CURATED
from finder.placenames import place_key
from finder.text import fold
from tools.places.rows import Row, apart
from tools.places.spots import joined

LEAST_MILES = 4.0
WEIGHT = 500
"""Ranks a locality behind every town of size that bears its name."""


def locality_rows(path: Path, zips: list[Row]) -> list[Row]:
    """The curated localities; a point away from its ZIP, or a name that the ZIPs have, is an error."""
    by_zip = {row.ref: row for row in zips}
    known = {(joined(row.name), row.state) for row in zips}
    rows = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["locality"]:
        name, state, (lat, lng) = entry["name"], entry["state"], entry["point"]
        slug = fold(f"{name} {state}").replace(" ", "-")
        home = by_zip[int(entry["zip"])]
        if (joined(name), state) in known:
            raise SystemExit(f"{path.name}: {slug}: the ZIPs have this name; drop the row")
        if home.state != state or apart(home.point, (lat, lng)) > max(LEAST_MILES, home.radius_miles):
            raise SystemExit(f"{path.name}: {slug}: the point is not in {entry['zip']}")
        row = Row("neighborhood", slug, name, state, lat, lng, 0, entry["radius_miles"], weight=WEIGHT)
        for other in entry.get("also", ()):
            row.call(place_key(other), row.weight, CURATED)
        rows.append(row)
    return rows
