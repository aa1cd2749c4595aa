"""Where clinics are, by state and town, and which of these have a page of their own. One walk per build."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

from finder.geo import Box
from finder.model import Clinic, Place
from finder.places import Gazetteer
from finder.search.engine import SearchEngine
from finder.search.price import session_price_usd
from finder.search.query import MAX_DEPTH, MAX_PAGE_SIZE, Query
from finder.text import fold

LEAST: Final = 3
"""Fewer clinics than this make no page: it would say too little."""

_WORLD: Final = Box(south=-90, west=-180, north=90, east=180)
_SMALLEST_DEGREES: Final = 0.001


@dataclass(frozen=True)
class Treatment:
    """A way of giving ketamine that has pages by state."""

    path: str
    code: str
    """Of the facet "modality"."""
    name: str
    """In a heading before "in Colorado"."""


TREATMENTS: Final = (
    Treatment("kap", "kap", "Ketamine-assisted psychotherapy (KAP)"),
    Treatment("iv-ketamine", "iv_infusion", "IV ketamine infusion"),
    Treatment("spravato", "esketamine_nasal", "Spravato (esketamine)"),
    Treatment("im-ketamine", "im_injection", "Ketamine injection (IM)"),
    Treatment("ketamine-lozenges", "oral_sublingual", "Ketamine lozenges and tablets"),
    Treatment("ketamine-nasal-spray", "intranasal_ketamine", "Compounded ketamine nasal spray"),
    Treatment("at-home-ketamine", "at_home_telehealth", "At-home ketamine by telehealth"),
)


@dataclass(frozen=True)
class Listed:
    """What the directory keeps of a clinic."""

    id: str
    seen: date
    state: str
    town: str
    """Id of its town in the gazetteer; empty when no town is stated or known."""
    session_price_usd: float | None


@dataclass(frozen=True)
class Town:
    """A town with a page of its own."""

    place: Place
    slug: str
    listed: tuple[Listed, ...]


@dataclass(frozen=True)
class State:
    """A state with a page of its own."""

    place: Place
    slug: str
    listed: tuple[Listed, ...]
    towns: Mapping[str, Town]
    """By slug, most clinics first."""
    treatments: Mapping[str, int]
    """Path of each treatment with a page here -> how many clinics, telehealth by state served."""


@dataclass(frozen=True)
class Directory:
    """All clinics of one build, and the pages about places."""

    version: str
    listed: tuple[Listed, ...]
    """In the order of their ids."""
    states: Mapping[str, State]
    """By slug, in the order of their names."""


class Directories:
    """The directory of the build that answers now, made when it is first asked for."""

    def __init__(self, engine: SearchEngine, gazetteer: Gazetteer) -> None:
        self._engine = engine
        self._gazetteer = gazetteer
        self._lock = Lock()
        self._made: Directory | None = None

    def now(self) -> Directory:
        """The directory of the present build; EngineError when the engine cannot say."""
        version = self._engine.version()
        with self._lock:
            if self._made is None or self._made.version != version:
                self._made = make_directory(self._engine, self._gazetteer, version)
            return self._made


def make_directory(engine: SearchEngine, gazetteer: Gazetteer, version: str) -> Directory:
    """The directory of everything the engine holds."""
    towns: dict[tuple[str, str], Place | None] = {}

    def town_of(clinic: Clinic) -> Place | None:
        key = (clinic.address.city, clinic.address.state)
        if key not in towns:
            towns[key] = _town_named(gazetteer, *key)
        return towns[key]

    found: dict[str, Listed] = {}
    places: dict[str, Place] = {}
    for clinic in every_clinic(engine):
        town = town_of(clinic)
        if town is not None:
            places[town.id] = town
        found[clinic.id] = Listed(
            clinic.id, clinic.seen, clinic.address.state, town.id if town else "", session_price_usd(clinic)
        )
    listed = tuple(found[key] for key in sorted(found))
    states = [
        _state(engine, place, members, places)
        for code, members in _grouped((one.state, one) for one in listed).items()
        if len(members) >= LEAST and (place := gazetteer.state(code)) is not None
    ]
    states.sort(key=lambda state: state.place.name)
    return Directory(version, listed, {state.slug: state for state in states})


def slug(name: str) -> str:
    """ "north-carolina" for "North Carolina"."""
    return fold(name).replace(" ", "-")


def treatment_query(treatment: Treatment, place: Place) -> Query:
    """Who offers this treatment in a state."""
    return Query(place=place, facets={"modality": (treatment.code,)})


def every_clinic(engine: SearchEngine, most: int = MAX_DEPTH) -> Iterator[Clinic]:
    """Every clinic that the engine holds, some perhaps twice. Where a search can page through `most` clinics
    only, the map is searched part by part.
    """
    whole = Query(size=MAX_PAGE_SIZE)
    if engine.count(whole) <= most:
        yield from _pages(engine, whole)
        return
    yield from _pages(engine, whole.changed(state_level_only=True))
    for part in _parts(engine, _WORLD, most):
        yield from _pages(engine, part)


def _pages(engine: SearchEngine, query: Query) -> Iterator[Clinic]:
    pages = min(-(-engine.count(query) // query.size), MAX_DEPTH // query.size)
    for page in range(1, pages + 1):
        for hit in engine.search(query.changed(page=page)).hits:
            yield hit.clinic


def _parts(engine: SearchEngine, box: Box, most: int) -> Iterator[Query]:
    query = Query(box=box, size=MAX_PAGE_SIZE)
    if engine.count(query) <= most or box.north - box.south < _SMALLEST_DEGREES:
        yield query
        return
    lat, lng = (box.south + box.north) / 2, (box.west + box.east) / 2
    for south, north in ((box.south, lat), (lat, box.north)):
        for west, east in ((box.west, lng), (lng, box.east)):
            yield from _parts(engine, Box(south=south, west=west, north=north, east=east), most)


def _town_named(gazetteer: Gazetteer, city: str, state: str) -> Place | None:
    places = gazetteer.exact(city, state) if city else ()
    return next((place for place in places if place.kind in {"city", "neighborhood"}), None)


def _grouped(pairs: Iterable[tuple[str, Listed]]) -> dict[str, tuple[Listed, ...]]:
    groups: dict[str, list[Listed]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return {key: tuple(members) for key, members in groups.items()}


def _state(
    engine: SearchEngine, place: Place, listed: tuple[Listed, ...], places: Mapping[str, Place]
) -> State:
    groups = _grouped((one.town, one) for one in listed if one.town)
    large = [(places[town], members) for town, members in groups.items() if len(members) >= LEAST]
    large.sort(key=lambda row: (-len(row[1]), row[0].name, row[0].id))
    towns: dict[str, Town] = {}
    for town, members in large:
        towns.setdefault(slug(town.name), Town(town, slug(town.name), members))
    counts = {row.path: engine.count(treatment_query(row, place)) for row in TREATMENTS}
    pages = {path: count for path, count in counts.items() if count >= LEAST}
    return State(place, slug(place.name), listed, towns, pages)
