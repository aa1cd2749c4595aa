"""Names on the map: the same at every tile's edge, the larger places first, none over another."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from finder.mercator import TILE_PX, x_of, y_of
from finder.placefile import PlaceFile
from tools.basemap.geometry import Box
from tools.basemap.layers import Ground, middle_of
from tools.basemap.topology import rings_of

ABBREVIATIONS_TO_ZOOM = 3
STATES_TO_ZOOM = 6
COUNTIES_FROM_ZOOM = 8
LEAST_PEOPLE = {3: 450_000, 4: 200_000, 5: 90_000, 6: 35_000, 7: 12_000, 8: 4_000, 9: 1_200, 10: 0}
"""From which size a town is named, by zoom."""
FIRST_OF_ALL = {3: 1_500_000}
"""Cities so large that they are named before their states."""
SPACE_PX = {3: 16, 4: 13, 5: 11, 6: 9, 7: 8, 8: 8, 9: 8, 10: 8}
"""How much is left free around a town's name."""
Fixed = tuple[str, float, float, int, int]

WATER: tuple[Fixed, ...] = (
    ("Lake Superior", 47.65, -88.0, 5, 7),
    ("Lake Michigan", 43.6, -87.05, 5, 7),
    ("Lake Huron", 44.6, -82.4, 5, 7),
    ("Lake Erie", 42.15, -81.2, 6, 8),
    ("Lake Ontario", 43.65, -77.75, 6, 8),
    ("Great Salt Lake", 41.15, -112.55, 8, 10),
)
COUNTRIES: tuple[Fixed, ...] = (
    ("CANADA", 54.5, -101.0, 2, 4),
    ("CANADA", 50.6, -86.5, 4, 5),
    ("MEXICO", 25.6, -104.4, 2, 5),
)
"""Text, place, and the zooms that show it."""
SHORT = {"Commonwealth of the Northern Mariana Islands": "Northern Mariana Islands"}

_NARROW = frozenset("fijlrtI.,'’ -()")
_WIDE = frozenset("mwMWOQGD@")


@dataclass(frozen=True)
class Label:
    """A name with its place in pixels of the zoom."""

    text: str
    style: str
    """A row of draw.STYLES."""
    x: float
    y: float
    anchor: str
    """"start", "end" or "middle", as SVG has them."""
    box: Box
    dot: tuple[float, float] | None = None


def width_px(text: str, size: float, spacing: float = 0.0) -> float:
    """About how wide a text is, rather too much than too little."""
    ems = sum(
        0.34 if char in _NARROW else 0.86 if char in _WIDE else 0.7 if char.isupper() else 0.58
        for char in text
    )
    return ems * size + spacing * len(text)


class Sheet:
    """One zoom's map of the whole country, filled name by name."""

    def __init__(self) -> None:
        self.labels: list[Label] = []
        self._taken: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, label: Label, space: float) -> bool:
        """Puts the label there unless something else stands within its space."""
        west, north, east, south = label.box
        box = (west - space, north - space / 2, east + space, south + space / 2)
        cells = list(_cells(box))
        for cell in cells:
            for other in self._taken[cell]:
                if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]:
                    return False
        for cell in cells:
            self._taken[cell].append(label.box)
        self.labels.append(label)
        return True


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // 128), int(box[2] // 128) + 1):
        for row in range(int(box[1] // 128), int(box[3] // 128) + 1):
            yield column, row


@dataclass(frozen=True)
class Names:
    """Everything that has a name, in fractions of the world."""

    states: list[tuple[str, str, float, float]]
    """Code, name, place."""
    counties: list[tuple[str, float, float]]
    towns: list[tuple[int, str, float, float]]
    """People, name, place; the largest first."""
    spots: list[tuple[float, float]]
    """The point of every place there is."""


def read_names(ground: Ground, places: Path) -> Names:
    """The names of the gazetteer; states and counties stand in the middle of their shapes."""
    file = PlaceFile(places)
    county_names = {file.ref[n]: file.place(n).name for n in file.run("county")}
    codes = {file.place(n).name: file.states[file.state[n]] for n in file.run("state")}
    topology = ground.states
    states = []
    for state in topology.objects["states"]:
        name = str(state["properties"]["name"])
        code = codes.get(name) or codes.get(name.replace("United States ", "U.S. "), "")
        states.append((code, SHORT.get(name, name), *middle_of([topology.ring(r) for r in rings_of(state)])))
    counties = [
        (name, *middle_of([topology.ring(ring) for ring in rings_of(county)]))
        for county in topology.objects["counties"]
        if (name := county_names.get(int(county["id"])))
    ]
    towns = [
        (file.population[n], file.place(n).name, x_of(file.lng[n] / 1e5), y_of(file.lat[n] / 1e5))
        for run in ("city", "town")
        for n in file.run(run)
    ]
    spots = [(x_of(lng / 1e5), y_of(lat / 1e5)) for lat, lng in zip(file.lat, file.lng, strict=True)]
    towns.sort(key=lambda town: (-town[0], town[1:]))
    return Names(sorted(states), sorted(counties), towns, spots)


def place_labels(names: Names, zoom: int) -> list[Label]:
    """Every name that is shown at a zoom."""
    scale = TILE_PX * (1 << zoom)
    sheet = Sheet()
    _add_fixed(sheet, COUNTRIES, "country", zoom)
    _add_states(sheet, names, zoom)
    _add_fixed(sheet, WATER, "water", zoom)
    for people, name, x, y in names.towns:
        if LEAST_PEOPLE.get(zoom, people + 1) <= people < FIRST_OF_ALL.get(zoom, people + 1):
            _add_town(sheet, name, town_style(people, zoom), (x * scale, y * scale), SPACE_PX[zoom])
    if zoom >= COUNTIES_FROM_ZOOM:
        for name, x, y in names.counties:
            sheet.add(_centered(name, "county", x * scale, y * scale), 10)
    return sheet.labels


def _add_fixed(sheet: Sheet, rows: Iterable[Fixed], style: str, zoom: int) -> None:
    scale = TILE_PX * (1 << zoom)
    for text, lat, lng, first, last in rows:
        if first <= zoom <= last:
            sheet.add(_centered(text, style, x_of(lng) * scale, y_of(lat) * scale), 0)


def _add_states(sheet: Sheet, names: Names, zoom: int) -> None:
    scale = TILE_PX * (1 << zoom)
    if zoom <= ABBREVIATIONS_TO_ZOOM:
        for people, name, x, y in names.towns:
            if people >= FIRST_OF_ALL.get(zoom, people + 1):
                _add_town(sheet, name, town_style(people, zoom), (x * scale, y * scale), SPACE_PX[zoom])
        for code, _, x, y in names.states:
            sheet.add(_centered(code, "abbreviation", x * scale, y * scale), 1)
    elif zoom <= STATES_TO_ZOOM:
        for _, name, x, y in names.states:
            sheet.add(_centered(name.upper(), "state", x * scale, y * scale), 0)


SIZES = {
    "country": (13, 3.0),
    "abbreviation": (11, 0.5),
    "state": (11.5, 1.8),
    "water": (11.5, 0.4),
    "county": (11, 0.3),
    "city": (14.5, 0.0),
    "town": (13, 0.0),
    "village": (11.5, 0.0),
}
"""Text size and letter spacing in pixels."""


def town_style(people: int, zoom: int) -> str:
    """How large a town is written."""
    city = {3: 2_000_000, 4: 900_000, 5: 450_000, 6: 250_000, 7: 150_000}.get(zoom, 90_000)
    town = {3: 700_000, 4: 400_000, 5: 200_000, 6: 90_000, 7: 40_000, 8: 20_000}.get(zoom, 8_000)
    return "city" if people >= city else "town" if people >= town else "village"


def _centered(text: str, style: str, x: float, y: float) -> Label:
    size, spacing = SIZES[style]
    half = width_px(text, size, spacing) / 2
    return Label(
        text, style, x, y + size * 0.36, "middle", (x - half, y - size * 0.6, x + half, y + size * 0.6)
    )


def _add_town(sheet: Sheet, name: str, style: str, dot: tuple[float, float], space: float) -> None:
    size, spacing = SIZES[style]
    width, (x, y), gap = width_px(name, size, spacing), dot, 5.0
    down = size * 0.36
    for label in (
        Label(
            name,
            style,
            x + gap,
            y + down,
            "start",
            (x - 3, y - size * 0.6, x + gap + width, y + size * 0.6),
            dot,
        ),
        Label(
            name,
            style,
            x - gap,
            y + down,
            "end",
            (x - gap - width, y - size * 0.6, x + 3, y + size * 0.6),
            dot,
        ),
        Label(name, style, x, y - 6, "middle", (x - width / 2, y - 6 - size, x + width / 2, y + 3), dot),
        Label(
            name,
            style,
            x,
            y + 6 + size * 0.8,
            "middle",
            (x - width / 2, y - 3, x + width / 2, y + 8 + size),
            dot,
        ),
    ):
        if sheet.add(label, space):
            return


def by_tile(labels: Iterable[Label]) -> dict[tuple[int, int], list[Label]]:
    """The labels of each tile that they touch, in the order given."""
    tiles: dict[tuple[int, int], list[Label]] = defaultdict(list)
    for label in labels:
        west, north, east, south = label.box
        for column in range(int((west - 4) // TILE_PX), int((east + 4) // TILE_PX) + 1):
            for row in range(int((north - 4) // TILE_PX), int((south + 4) // TILE_PX) + 1):
                tiles[column, row].append(label)
    return tiles
