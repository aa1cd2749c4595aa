"""Places of one name in one state: rows of one town become one, and true namesakes get their county."""

from collections import defaultdict

from tools.places.rows import Row, apart
from tools.places.spots import joined

ONE_TOWN_MILES = 10 / 1.609344
"""Two rows of one name so near each other are one town from two sources: ten kilometers, as a judge of
place look-ups allows.
"""
_SPOTS = frozenset({"city", "town", "section"})


def settle_namesakes(rows: list[Row], county_names: dict[str, str]) -> list[Row]:
    """The rows without those that repeat a town. Of the rest that share name and state, the weightiest
    keeps the plain label and the others say their county.
    """
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.run in _SPOTS:
            groups[joined(row.name), row.state].append(row)
    repeats: set[int] = set()
    for group in groups.values():
        kept: list[Row] = []
        for row in sorted(group, key=lambda row: (-row.weight, row.run, str(row.ref))):
            town = next((other for other in kept if apart(other.point, row.point) <= ONE_TOWN_MILES), None)
            if town is None:
                kept.append(row)
            elif not row.within:
                _join(town, row)
                repeats.add(id(row))
        _tell_apart(kept, county_names)
    return [row for row in rows if id(row) not in repeats]


def _join(town: Row, repeat: Row) -> None:
    """The town is as large as the larger of the two, and reaches over both."""
    town.population = max(town.population, repeat.population)
    town.radius_miles = max(town.radius_miles, repeat.radius_miles)
    town.posted |= repeat.posted
    for key, (weight, name_class) in repeat.names.items():
        town.call(key, min(weight, town.weight), name_class)


def _tell_apart(rows: list[Row], county_names: dict[str, str]) -> None:
    if len(rows) < 2:
        return
    taken = {rows[0].county}
    for row in rows[1:]:
        if row.county and row.county not in taken and not row.within:
            row.within = county_names[row.county]
            taken.add(row.county)
