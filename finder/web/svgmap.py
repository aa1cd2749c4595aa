"""The map of a results page as shapes in pixels around its middle: pure functions, no request.

The picture has no fixed size: everything is placed from the middle of its frame, at true pixels, so a
narrow frame shows less around the clinics and a pin is as large on a phone as on a desk.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from finder.geo import Point
from finder.mercator import TILE_PX, lat_of, miles_per_world, nearest_turn, x_of, y_of
from finder.search.query import Hit, Query

PIN_RADIUS_PX: Final = 13
"""26 pixels across: a target for a thumb, on every screen."""
MAX_TAB_STOPS: Final = 25
RINGS_MILES: Final = (10, 25, 50)
COARSE: Final = frozenset({"zip9", "zip", "city"})
MIN_ZOOM: Final = 2
MAX_ZOOM: Final = 10
_LEAST_SPAN_MILES: Final = 20.0
_LEAST_AREA_SPAN_MILES: Final = 60.0
_LEAST_TILE_SCALE: Final = 0.7
_SCALE_MILES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_SCALE_MOST_PX: Final = 84
_OVERLAP_PX: Final = 0.6
"""So that no seam shows between tiles at broken pixels."""
_SPIRAL: Final = tuple(
    (9.5 * math.sqrt(n) * math.cos(2.4 * n), 9.5 * math.sqrt(n) * math.sin(2.4 * n)) for n in range(1, 400)
)
"""Where a pin may go when its own place is taken, nearest first."""


@dataclass(frozen=True)
class Size:
    """How much room there is, in pixels."""

    fit_width: int
    fit_height: int
    """What the narrowest frame shows: all pins stand within it."""
    full_width: int
    full_height: int
    """What the widest frame shows: tiles cover it."""


RESULTS: Final = Size(280, 300, 640, 420)
SHARE: Final = Size(1000, 470, 1200, 630)


@dataclass(frozen=True)
class Frame:
    """Where the map looks: its middle as fractions of the world, and the world's width in pixels."""

    x: float
    y: float
    lng: float
    world_px: float

    def place(self, point: Point) -> tuple[float, float]:
        """Pixels right of and below the middle."""
        x = x_of(nearest_turn(point.lng, self.lng))
        return (x - self.x) * self.world_px, (y_of(point.lat) - self.y) * self.world_px

    def px_of_miles(self, miles: float, lat: float) -> float:
        """A length on the ground at a latitude, in pixels."""
        return miles / miles_per_world(lat) * self.world_px

    def box(self, size: "Size") -> tuple[float, float, float, float]:
        """What the narrowest frame shows: south, west, north, east; west may be under -180."""
        half_x, half_y = size.fit_width / 2 / self.world_px, size.fit_height / 2 / self.world_px
        south, north = lat_of(self.y + half_y), lat_of(self.y - half_y)
        return south, (self.x - half_x) * 360 - 180, north, (self.x + half_x) * 360 - 180

    @property
    def zoom(self) -> int:
        """The zoom of the tiles to draw."""
        fits = math.floor(math.log2(self.world_px / (TILE_PX * _LEAST_TILE_SCALE)))
        return max(MIN_ZOOM, min(MAX_ZOOM, fits))


@dataclass(frozen=True)
class Tile:
    """One square of the base map."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    px: float


@dataclass(frozen=True)
class Pin:
    """One clinic, with the number that it has in the list."""

    number: int
    clinic_id: str
    label: str
    """What it is called for those who do not see it: "3: Example Clinic, Asheville, NC"."""
    x: float
    y: float
    from_x: float
    from_y: float
    """Its true place; another than x and y when the place was taken."""
    is_coarse: bool
    """Known by ZIP code or town only."""
    takes_focus: bool

    @property
    def moved(self) -> bool:
        """True when it stands beside its true place."""
        return (self.x, self.y) != (self.from_x, self.from_y)


@dataclass(frozen=True)
class Disc:
    """A circle: where a coarse clinic may be, or a ring of distance with its text."""

    x: float
    y: float
    radius: float
    text: str = ""


@dataclass(frozen=True)
class Scale:
    """The bar that shows how long some miles are."""

    miles: int
    px: float


@dataclass(frozen=True)
class Drawing:
    """A whole map, ready for a template."""

    frame: Frame
    tiles: tuple[Tile, ...]
    areas: tuple[Disc, ...]
    rings: tuple[Disc, ...]
    pins: tuple[Pin, ...]
    origin: tuple[float, float] | None
    """Where the visitor searched."""
    scale: Scale
    unplaced: int
    """Clinics of the page that have no place on a map."""

    @property
    def has_areas(self) -> bool:
        """True when some clinic is known by town or ZIP code only."""
        return any(pin.is_coarse for pin in self.pins)


def drawing(
    query: Query, numbered: Sequence[tuple[int, Hit]], size: Size, label: Callable[[int, Hit], str]
) -> Drawing | None:
    """The map of these numbered hits; None when none of them has a place.

    Clinics found by telehealth or known by state only never get a pin.
    """
    placed = [
        (number, hit) for number, hit in numbered if hit.via != "telehealth" and hit.clinic.location.point
    ]
    if not placed:
        return None
    origin = query.origin if query.place is None or not query.place.is_area else None
    frame = _frame(query, origin, [hit for _, hit in placed], size)
    return Drawing(
        frame=frame,
        tiles=tuple(tiles(frame, size)),
        areas=tuple(dict.fromkeys(_area(frame, hit) for _, hit in placed if _is_coarse(hit))),
        rings=() if origin is None else tuple(_rings(frame, origin, size)),
        pins=tuple(_pins(frame, placed, size, label)),
        origin=None if origin is None else _rounded(frame.place(origin)),
        scale=_scale(frame),
        unplaced=len(numbered) - len(placed),
    )


def _is_coarse(hit: Hit) -> bool:
    return hit.clinic.location.precision in COARSE


def _point(hit: Hit) -> Point:
    assert hit.clinic.location.point is not None  # noqa: S101  (drawing() takes only those that have one)
    return hit.clinic.location.point


def _frame(query: Query, origin: Point | None, hits: Sequence[Hit], size: Size) -> Frame:
    """The closest view that shows every pin, and where the visitor searched."""
    points = [_point(hit) for hit in hits] + ([] if origin is None else [origin])
    middle = points[-1].lng
    xs = [x_of(nearest_turn(point.lng, middle)) for point in points]
    ys = [y_of(point.lat) for point in points]
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    is_area = query.place is None or query.place.is_area
    doubt = max((hit.clinic.location.radius_miles for hit in hits if _is_coarse(hit)), default=0.0)
    least = max(_LEAST_AREA_SPAN_MILES if is_area else _LEAST_SPAN_MILES, 2 * doubt)
    least_span = least / miles_per_world(points[-1].lat)
    room = 2 * PIN_RADIUS_PX + 12
    world_px = min(
        (size.fit_width - room) / max(max(xs) - min(xs), least_span),
        (size.fit_height - room) / max(max(ys) - min(ys), least_span),
    )
    return Frame(x=x, y=y, lng=x * 360 - 180, world_px=world_px)


def tiles(frame: Frame, size: Size) -> list[Tile]:
    """The squares that cover the widest frame."""
    zoom = frame.zoom
    side = 1 << zoom
    px = frame.world_px / side
    half_width, half_height = size.full_width / 2 / px, size.full_height / 2 / px
    columns = range(math.floor(frame.x * side - half_width), math.floor(frame.x * side + half_width) + 1)
    rows = range(
        max(0, math.floor(frame.y * side - half_height)),
        min(side - 1, math.floor(frame.y * side + half_height)) + 1,
    )
    return [
        Tile(
            zoom,
            column % side,
            row,
            round((column - frame.x * side) * px, 1),
            round((row - frame.y * side) * px, 1),
            round(px + _OVERLAP_PX, 1),
        )
        for row in rows
        for column in columns
    ]


def _area(frame: Frame, hit: Hit) -> Disc:
    point = _point(hit)
    x, y = _rounded(frame.place(point))
    return Disc(x, y, round(max(8.0, frame.px_of_miles(hit.clinic.location.radius_miles, point.lat)), 1))


def _rings(frame: Frame, origin: Point, size: Size) -> list[Disc]:
    x, y = _rounded(frame.place(origin))
    farthest = math.hypot(size.fit_width, size.fit_height) / 2
    found = []
    for miles in RINGS_MILES:
        radius = frame.px_of_miles(miles, origin.lat)
        if 2.5 * PIN_RADIUS_PX <= radius <= farthest:
            found.append(Disc(x, y, round(radius, 1), f"{miles} mi"))
    return found


def _pins(
    frame: Frame, placed: Sequence[tuple[int, Hit]], size: Size, label: Callable[[int, Hit], str]
) -> list[Pin]:
    """Every clinic at its place, or as near to it as no other pin stands."""
    taken: list[tuple[float, float]] = []
    found = []
    for at, (number, hit) in enumerate(placed):
        true = _rounded(frame.place(_point(hit)))
        spot = free_spot(true, taken, size)
        taken.append(spot)
        found.append(
            Pin(
                number=number,
                clinic_id=hit.clinic.id,
                label=label(number, hit),
                x=spot[0],
                y=spot[1],
                from_x=true[0],
                from_y=true[1],
                is_coarse=_is_coarse(hit),
                takes_focus=at < MAX_TAB_STOPS,
            )
        )
    return found


def free_spot(
    wanted: tuple[float, float], taken: Sequence[tuple[float, float]], size: Size
) -> tuple[float, float]:
    """The wanted spot, or the nearest one of a spiral around it that leaves every pin whole."""
    room = (2 * PIN_RADIUS_PX + 1) ** 2
    half_width, half_height = size.fit_width / 2 - PIN_RADIUS_PX, size.fit_height / 2 - PIN_RADIUS_PX
    for dx, dy in ((0.0, 0.0), *_SPIRAL):
        x, y = round(wanted[0] + dx, 1), round(wanted[1] + dy, 1)
        inside = (abs(x) <= half_width and abs(y) <= half_height) or not (dx or dy)
        if inside and all((x - a) ** 2 + (y - b) ** 2 >= room for a, b in taken):
            return x, y
    return wanted


def _scale(frame: Frame) -> Scale:
    px = {miles: frame.px_of_miles(miles, lat_of(frame.y)) for miles in _SCALE_MILES}
    longest = max((miles for miles in px if px[miles] <= _SCALE_MOST_PX), default=_SCALE_MILES[0])
    return Scale(longest, round(px[longest], 1))


def _rounded(spot: tuple[float, float]) -> tuple[float, float]:
    return round(spot[0], 1), round(spot[1], 1)
