"""The tables of names hold what people call a place, never the misspellings of a test set."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from rapidfuzz.distance import OSA

from finder.placenames import place_key, split_states
from finder.places import default_gazetteer_path
from finder.settings import bundled_data

TABLES = default_gazetteer_path(bundled_data()).parent
CASES = Path(__file__).resolve().parents[2] / "shared" / "eval" / "places.jsonl"
SLIPS = 2

NICKNAMES = {
    "atl": "the city's airport code, on its signs and in its songs",
    "chi": "first syllable, as in Chi-Town",
    "cinci": "clipped form that the city's own clubs and papers use",
    "kc": "initials, on the city's royal-blue caps",
    "mpls": "the postal abbreviation before two-letter codes",
    "pgh": "the city's own abbreviation, from its spelling with an h",
    "san fran": "clipped form",
    "vegas": "the name without its article",
}
"""Aliases that the evaluation's lists of typos and aliases have too, and where each comes from."""


SPOKEN = {"san antone": "the local form, of the songs", "saint lou": "the local short form"}
"""Aliases that look like a slip and are none."""


def aliases() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads((TABLES / "aliases.toml").read_text(encoding="utf-8"))[
        "alias"
    ]
    return table


def curated_names() -> Iterator[str]:
    """Other names that somebody wrote down: aliases, and the `also` of regions and neighborhoods."""
    yield from aliases()
    for entry in tomllib.loads((TABLES / "regions.toml").read_text(encoding="utf-8")).values():
        yield from (entry["name"], *entry.get("also", ()))
    table = tomllib.loads((TABLES / "neighborhoods.toml").read_text(encoding="utf-8"))
    for entry in table["neighborhood"]:
        yield from (entry["name"], *entry.get("also", ()))


def test_every_alias_has_a_reason_and_none_is_a_misspelling_of_its_city() -> None:
    for alias, entry in aliases().items():
        assert entry["why"], alias
        key, city = place_key(alias), place_key(entry["city"])
        if len(key) >= 5 and abs(len(key) - len(city)) <= SLIPS:
            joined = key.replace(" ", ""), city.replace(" ", "")
            same = joined[0] == joined[1] or set(city.split()) - set(key.split()) == {"the"}
            assert same or alias in SPOKEN or OSA.distance(*joined) > SLIPS, (
                f"{alias} is a slip of {entry['city']}"
            )


def test_the_tables_share_only_real_nicknames_with_the_lists_of_misspellings() -> None:
    if not CASES.is_file():
        pytest.skip("the evaluation set is not beside this checkout")
    known = {place_key(name) for name in curated_names()}
    shared: dict[str, set[str]] = {"misspelt": set(), "typo": set()}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        group = "misspelt" if "ctnamecleaner" in case["source"] else "typo"
        if group == "misspelt" or "typo/alias" in case["source"]:
            texts = {place_key(case["query"])} | {place_key(end.rest) for end in split_states(case["query"])}
            shared[group] |= texts & known
    assert shared["misspelt"] == set()
    assert shared["typo"] <= NICKNAMES.keys()
