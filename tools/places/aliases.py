"""Other names: which of GeoNames' alternate names people in the United States would type."""

import tomllib
from collections import defaultdict
from pathlib import Path

from finder.placefile import ALIAS, CANONICAL, CURATED
from finder.placenames import STATE_WORDS, place_key
from tools.places.rows import Row

ALIAS_SHARE = 0.1
LARGE_PEOPLE = 100_000
CODE_PEOPLE = 400_000
OWNED_SHARE = 0.05
_TWO_WAYS = {"port": "pt", "point": "pt"}
_GENERIC = {"city", "town", "village", "township", "borough"}
_COMMON = {
    *(
        "city",
        "east",
        "fort",
        "grand",
        "lake",
        "mount",
        "new",
        "north",
        "park",
        "saint",
        "san",
        "santa",
        "south",
    ),
    *(
        "valley",
        "village",
        "west",
        "beach",
        "hills",
        "heights",
        "springs",
        "falls",
        "river",
        "grove",
        "point",
    ),
}


def name_all(rows: list[Row], other_names: dict[int, list[str]], curated: Path) -> int:
    """Gives every spot its own name, its aliases and the curated ones; how many aliases were kept."""
    for row in rows:
        key = place_key(row.name)
        row.call(key, row.weight, CANONICAL)
        for word, short in _TWO_WAYS.items():
            if word in key.split() and word != short:
                row.call(" ".join(short if w == word else w for w in key.split()), row.weight, CANONICAL)
    owned: dict[str, float] = defaultdict(float)
    owned_in: set[tuple[str, str]] = set()
    for row in rows:
        for key in row.names:
            owned[key] = max(owned[key], row.population)
            owned_in.add((key, row.state))
    kept = 0
    for row in rows:
        if row.run not in {"city", "section"}:
            continue
        for other in other_names.get(row.ref, ()):
            key = place_key(other)
            if (key, row.state) in owned_in or owned.get(key, 0) >= OWNED_SHARE * row.population:
                continue
            if wanted(row, other, key):
                row.call(key, row.weight * ALIAS_SHARE, ALIAS)
                kept += 1
    _curate(rows, curated)
    return kept


def wanted(row: Row, other: str, key: str) -> bool:
    """True for short forms of the name ("varina"), long ones ("boise city") and letter codes of large
    cities ("slc"). The rest of GeoNames' names are transliterations, other languages and history.
    """
    if not other.isascii() or not key or key in row.names or key in STATE_WORDS or other.islower():
        return False
    words, own = set(key.split()), set(place_key(row.name).split())
    large = row.population >= LARGE_PEOPLE
    if len(words) == 1 and words.isdisjoint(own):
        return other.isupper() and row.population >= CODE_PEOPLE and key[0] == place_key(row.name)[0]
    if words < own:
        return len(key) >= 4 and words.isdisjoint(_COMMON)
    extra = words - own
    return own < words and len(extra) == 1 and (large or extra <= _GENERIC)


def _curate(rows: list[Row], path: Path) -> None:
    by_name = defaultdict(list)
    for row in rows:
        if row.run in {"city", "town", "section"}:
            for key, (_, name_class) in row.names.items():
                if name_class == CANONICAL:
                    by_name[key, row.state].append(row)
    for alias, entry in tomllib.loads(path.read_text(encoding="utf-8"))["alias"].items():
        found = by_name.get((place_key(entry["city"]), entry["state"]))
        if not found:
            raise SystemExit(f"{path.name}: {alias}: there is no {entry['city']}, {entry['state']}")
        row = max(found, key=lambda row: row.weight)
        row.call(place_key(alias), row.weight, CURATED)
