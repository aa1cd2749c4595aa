"""The gazetteer: "28801", "Asheville, NC", "WNC" -> Place; near misses for typos; suggestions."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from finder.geo import Point, miles
from finder.model import Fact, Place
from finder.placefile import PlaceFile
from finder.placenames import state_code
from finder.placereading import How, PlaceReader
from finder.placesuggest import Match, PlaceStarts
from finder.text import fold

KEPT_PLACES: Final = 2048
"""Places kept ready between look-ups (about 2 MB)."""
DEGREE_MILES: Final = 69.0
TWIN_MILES: Final = 5.0
"""Two rows of one label so near each other are one place to a visitor."""


class Resolution(Fact):
    """What a place name means."""

    place: Place | None
    how: How
    alternatives: tuple[Place, ...] = ()
    """Other places of that very name, best first."""
    near_misses: tuple[Place, ...] = ()
    """Places spelled nearly so, best first (for "typo": the others; for "none": suggestions)."""


def default_gazetteer_path(data: Path) -> Path:
    """The compiled gazetteer within the data folder."""
    return data / "places" / "places.bin"


class Gazetteer:
    """Every US place, read-only; cheap to open, safe to share between threads and forks."""

    def __init__(self, file: PlaceFile) -> None:
        self._file = file
        self._reader = PlaceReader(file)
        self._starts = PlaceStarts(file)
        self._place = lru_cache(KEPT_PLACES)(file.place)

    @classmethod
    def open(cls, path: Path) -> "Gazetteer":
        """The gazetteer of a compiled file; DataError when it is missing or damaged."""
        return cls(PlaceFile(path))

    def __len__(self) -> int:
        """How many names it knows."""
        return self._file.key_count

    def resolve(self, text: str) -> Resolution:
        """The place that a whole text names: "28801", "28801-1234", "Asheville", "asheville nc",
        "Asheville, NC 28801", "Buncombe County", "wnc", "NC", "35.6, -82.55", and misspellings.
        """
        reading = self._reader.read(text)
        if reading.point is not None:
            return Resolution(place=self._spot(reading.point), how="exact")
        places = _labeled_first(self._all(reading.places), text)
        return Resolution.model_construct(
            place=places[0] if places else None,
            how=reading.how,
            alternatives=tuple(other for other in places[1:] if not _is_twin(other, places[0])),
            near_misses=self._all(reading.near),
        )

    def exact(self, name: str, state: str = "") -> tuple[Place, ...]:
        """Places whose name or alias folds to the same words, best first; [] without any.
        `state` (a code) keeps those in that state.
        """
        if len(name) == 5 and name.isascii() and name.isdigit():
            found = self.zip(name)
            return () if found is None or state not in {"", found.state} else (found,)
        return self._all(dict.fromkeys(hit.place for hit in self._reader.exact(name, state)))

    def is_abroad(self, text: str) -> bool:
        """True when a whole text names a place outside the United States and none in it."""
        return self._reader.is_abroad(text)

    def zip(self, code: str) -> Place | None:
        """The place of a five-digit ZIP."""
        if len(code) != 5 or not (code.isascii() and code.isdigit()):
            return None
        number = self._reader.zip(code)
        return None if number is None else self._place(number)

    def state(self, text: str) -> Place | None:
        """A state or territory by code, name or usual abbreviation ("NC", "n. carolina")."""
        code = state_code(text)
        return self._place(self._reader.state(code)) if code else None

    def get(self, place_id: str) -> Place | None:
        """The place with this id, None when there is none."""
        number = self._file.number(place_id)
        return None if number is None else self._place(number)

    def suggest(self, typed: str, limit: int = 8) -> tuple[Place, ...]:
        """Places whose name somebody may be typing: those that start so, then those one edit away."""
        return tuple(place for place, _ in self.suggested(typed, limit))

    def suggested(self, typed: str, limit: int = 8) -> tuple[tuple[Place, Match], ...]:
        """The places of `suggest`, each with how it fits: "prefix" before "edit"."""
        offers = self._starts.offers(typed, limit)
        return tuple((self._place(offer.place), offer.match) for offer in offers)

    def nearest(self, point: Point) -> Place:
        """The city or town nearest to a point (for a label and its county)."""
        lat, lng = self._file.lat, self._file.lng
        north, east = math.radians(point.lat), math.radians(point.lng)
        slim = math.cos(north)

        def apart(number: int) -> float:
            # The haversine, without the arc that `miles` takes of it: enough to compare.
            other = math.radians(lat[number] / 1e5)
            across = math.sin((math.radians(lng[number] / 1e5) - east) / 2)
            along = math.sin((other - north) / 2)
            return along * along + slim * math.cos(other) * across * across

        best = -1
        for ring in (1, 2, 4, 9, 180):
            best = min(self._around(point, ring), key=apart, default=-1)
            narrow = math.cos(math.radians(min(89.0, abs(point.lat) + ring)))
            if best >= 0 and miles(point, self._place(best).point) <= ring * DEGREE_MILES * narrow:
                break
        return self._place(best)

    def _around(self, point: Point, ring: int) -> Iterator[int]:
        """Cities and towns of the one-degree cells within `ring` cells of the point's."""
        row, column = math.floor(point.lat), math.floor(point.lng)
        lat, lng = self._file.lat, self._file.lng

        def cell(number: int) -> tuple[int, int]:
            return lat[number] // 100_000, lng[number] // 100_000

        spans = [(column - ring, column + ring)]
        spans += [(west + turn, east + turn) for west, east in spans for turn in (-360, 360)]
        for run in (self._file.run("city"), self._file.run("town")):
            for i in range(max(-90, row - ring), min(90, row + ring) + 1):
                for west, east in spans:
                    if west > 180 or east < -180:
                        continue
                    first = bisect_left(run, (i, west), key=cell)
                    last = bisect_left(run, (i, east + 1), key=cell)
                    yield from run[first:last]

    def _spot(self, point: Point) -> Place:
        near = self.nearest(point)
        name = f"{point.lat:.2f}, {point.lng:.2f}"
        return Place(
            id=f"point:{point.lat:.2f},{point.lng:.2f}",
            name=name,
            label=f"{name} (near {near.label})",
            kind="point",
            state=near.state,
            states=near.states,
            counties=near.counties,
            point=point,
            radius_miles=0.5,
        )

    def _all(self, numbers: Iterable[int]) -> tuple[Place, ...]:
        return tuple(self._place(number) for number in numbers)


def _labeled_first(places: tuple[Place, ...], text: str) -> tuple[Place, ...]:
    """The places, before them the one that the text is the very label of."""
    said = fold(text) if len(places) > 1 else ""
    for place in places if said and fold(places[0].label) != said else ():
        if fold(place.label) == said:
            return (place, *(other for other in places if other is not place))
    return places


def _is_twin(other: Place, place: Place) -> bool:
    return other.label == place.label and miles(other.point, place.point) <= TWIN_MILES
