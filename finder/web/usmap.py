"""The map of the country for the home page: each state a link with its number of clinics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from finder.errors import EngineError
from finder.model import Place
from finder.placenames import STATES
from finder.search.query import Query
from finder.web.directory import LEAST
from finder.web.landing_links import place_path
from finder.web.services import Services

WIDTH: Final = 1060
HEIGHT: Final = 600
_SIDE_X: Final = 962
_SIDE: Final = ("VT", "NH", "MA", "RI", "CT", "NJ", "DE", "MD", "DC")
"""States too small for a number: theirs stands in a column beside the coast, north to south."""
_SIDE_TOP: Final = 140
_SIDE_STEP: Final = 51
_MOST_KEPT: Final = 4
_SHADES: Final = (0, 1, 4, 10, 25)
"""From how many clinics a state takes the next shade."""


@dataclass(frozen=True)
class Side:
    """The box beside the coast for a small state."""

    x: int
    y: int
    lead: str
    """Path from the state to its box."""


@dataclass(frozen=True)
class State:
    """One state as the map shows it."""

    code: str
    name: str
    count: int
    url: str
    path: str
    """Its outline; empty for those that stand only in the list."""
    x: float
    y: float
    shade: int
    side: Side | None

    @property
    def label(self) -> str:
        """ "North Carolina: 12 clinics", or "CT 15: Connecticut, 15 clinics": it holds the text that
        is seen, which people who steer by voice say.
        """
        clinics = f"{self.count:,} {'clinic' if self.count == 1 else 'clinics'}"
        return f"{self.text}: {self.name}, {clinics}" if self.side else f"{self.name}: {clinics}"

    @property
    def text(self) -> str:
        """What stands on it: "12", or "CT 15" in a box."""
        return f"{self.code} {self.count:,}" if self.side else f"{self.count:,}"


@dataclass(frozen=True)
class UsMap:
    """What `_us_map.html` shows."""

    states: tuple[State, ...]
    """By name; territories too when they have a clinic."""
    width: int = WIDTH
    height: int = HEIGHT


_kept: Final[dict[str, Mapping[str, int]]] = {}
"""The counts of the last builds, by version: equal versions have equal counts."""


def state_counts(services: Services) -> Mapping[str, int]:
    """Clinics in each state and territory; counted once for each build. EngineError as for a search."""
    version = services.engine.version()
    if version not in _kept:
        places = [place for place in map(services.gazetteer.state, STATES) if place is not None]
        counts = {place.state: services.engine.count(Query(place=place)) for place in places}
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[version] = counts
    return _kept[version]


def us_map(services: Services, shapes: Mapping[str, Any]) -> UsMap | None:
    """The map with the counts of the present build; None while the engine cannot say."""
    try:
        counts = state_counts(services)
    except EngineError:
        return None
    states = [_state(code, count, services, shapes.get(code)) for code, count in counts.items()]
    shown = (state for state in states if state.path or state.count)
    return UsMap(tuple(sorted(shown, key=lambda state: state.name)))


def _state(code: str, count: int, services: Services, shape: Mapping[str, Any] | None) -> State:
    place = services.gazetteer.state(code)
    side = None
    x, y = (0.0, 0.0) if shape is None else shape["at"]
    if code in _SIDE and shape is not None:
        top = _SIDE_TOP + _SIDE_STEP * _SIDE.index(code)
        side = Side(_SIDE_X, top, f"M{x} {y}L{_SIDE_X} {top + 23}")
        x, y = _SIDE_X + 48, top + 23
    return State(
        code=code,
        name=services.state_name(code),
        count=count,
        url=_url(place, count, services),
        path="" if shape is None else shape["path"],
        x=x,
        y=y,
        shade=sum(count >= least for least in _SHADES) - 1,
        side=side,
    )


def _url(place: Place | None, count: int, services: Services) -> str:
    """The page about the state, where there are enough clinics for one; else the search."""
    if place is not None and count >= LEAST:
        return place_path(place)
    return services.links.search(Query(place=place))
