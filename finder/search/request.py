"""What a visitor sent, checked field by field; the same names in pages, API, widget and CLI."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, Protocol, Self, TypeVar, cast, get_args, runtime_checkable

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from finder.errors import BadQuery
from finder.facets import ANY, FACETS, Facet
from finder.geo import Box, Latitude, Longitude
from finder.model import Place
from finder.places import Gazetteer
from finder.search.query import MAX_DEPTH, MAX_PAGE_SIZE, Noun, Query, Sort
from finder.settings import Settings
from finder.text import MAX_QUERY_CHARS, clean

LOCATION_DECIMALS: Final = 2
"""A visitor's own position is kept to about a kilometer, no nearer."""

_T = TypeVar("_T")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,4}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_RADIUS: Final = "use a number of miles from 1 to 500"
_LAT: Final = "use degrees from -90 to 90"
_LNG: Final = "use degrees from -180 to 180"
_BOX: Final = "use south,west,north,east in degrees, south not above north"
_NOT: Final = "use facet:code, such as modality:iv_infusion"
_TOGETHER: Final = "give lat and lng together"


@runtime_checkable
class MultiDict(Protocol):
    """What web frameworks parse a query string into."""

    def lists(self) -> Iterable[tuple[str, Sequence[str]]]:
        """Every name with all its values."""
        ...


class Request(Noun):
    """A search as it was sent, before anything is understood.

    `near` wins over `lat` and `lng`, and these over a place found in `q`. A facet that is present
    here, even with no codes, wins over what `q` says about that facet; `("any",)` stands for every
    offer of the facet. `without` is added to what `q` says
    is not wanted. `q` and `near` are always clean and at most MAX_QUERY_CHARS long.
    """

    q: str = ""
    near: str = ""
    lat: Latitude | None = None
    lng: Longitude | None = None
    radius: Annotated[float, Field(ge=1, le=500, allow_inf_nan=False)] | None = None
    box: Box | None = None
    facets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    without: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    include_unstated: bool = False
    town_unstated: bool = False
    sort: Sort | None = None
    page: Annotated[int, Field(ge=1)] = 1
    size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] | None = None
    _was_cut: bool = PrivateAttr(default=False)

    @property
    def was_cut(self) -> bool:
        """True when `q` or `near` was longer than MAX_QUERY_CHARS."""
        return self._was_cut

    @model_validator(mode="wrap")
    @classmethod
    def _tidy(cls, given: Any, make: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(given, dict):
            return make(given)
        texts = {name: clean(given[name]) for name in ("q", "near") if isinstance(given.get(name), str)}
        was_cut = any(len(text) > MAX_QUERY_CHARS for text in texts.values())
        cut = {name: text[:MAX_QUERY_CHARS].rstrip() for name, text in texts.items()}
        where = {
            name: round(given[name], LOCATION_DECIMALS)
            for name in ("lat", "lng")
            if isinstance(given.get(name), float | int)
        }
        request = make({**given, **cut, **where})
        request._was_cut = was_cut
        return request


def read_request(params: Mapping[str, Sequence[str]] | MultiDict) -> Request:
    """The request that query-string parameters ask for; BadQuery names the first that is wrong.

    Unknown names are ignored; an empty value counts as not given, but an empty facet ("modality=")
    means no choice in that facet. Of a repeated parameter the first value that is not empty counts;
    facets and "not" take all of theirs, repeated or with commas.
    """
    pairs = params.lists() if isinstance(params, MultiDict) else params.items()
    lists = {name: [values] if isinstance(values, str) else list(values) for name, values in pairs}
    given = {name: next((v.strip() for v in values if v.strip()), "") for name, values in lists.items()}

    def one(name: str, read: Callable[[str, str], _T], missing: _T) -> _T:
        return read(name, given[name]) if given.get(name) else missing

    lat, lng = one("lat", _latitude, None), one("lng", _longitude, None)
    if (lat is None) != (lng is None):
        raise BadQuery("lng" if lng is None else "lat", _TOGETHER)
    page, size = one("page", _page, 1), one("size", _size, None)
    if page * (size or 1) > MAX_DEPTH:
        raise BadQuery("page", TOO_DEEP)
    return Request(
        q=given.get("q", ""),
        near=given.get("near", ""),
        lat=lat,
        lng=lng,
        radius=one("radius", _radius, None),
        box=one("box", _box, None),
        facets={code: _codes(facet, lists[code]) for code, facet in FACETS.items() if code in lists},
        without=_exclusions(lists.get("not", ())),
        include_unstated=one("include_unstated", _flag, False),
        town_unstated=one("town", _town, False),
        sort=one("sort", _sort, None),
        page=page,
        size=size,
    )


TOO_DEEP: Final = f"there are no more than {MAX_DEPTH:,} results to page through"


def query_params(
    query: Query, settings: Settings, gazetteer: Gazetteer | None = None
) -> tuple[tuple[str, str], ...]:
    """The parameters that lead to this very query: for links, forms and the API's own URLs.

    In a fixed order. Defaults are left out, but not the radius: one that is not sent may be widened.
    Read back through read_request and understand they give an equal Query: the free words stand in
    `q` in quotation marks (quoted words are taken as they are), the place in `near` (a point in `lat`
    and `lng`), a facet with every offer chosen as "any". `near` is the place's label, or its id where
    the label means another place too; without a gazetteer that cannot be known, and of two places of
    one label the larger is found again.
    """
    pairs: list[tuple[str, str]] = []
    if query.words:
        pairs.append(("q", f'"{" ".join(query.words)}"'))
    if query.place is not None:
        pairs += _place_params(query.place, gazetteer)
    if query.radius_miles is not None:
        pairs.append(("radius", _number(query.radius_miles)))
    if query.box is not None:
        box = query.box
        pairs.append(("box", ",".join(map(_number, (box.south, box.west, box.north, box.east)))))
    for facet, codes in query.facets.items():
        every = codes == FACETS[facet].offers and len(codes) > 1
        pairs += [(facet, ANY)] if every else [(facet, code) for code in codes]
    for facet, codes in query.without.items():
        every = codes == FACETS[facet].offers and len(codes) > 1
        pairs += [("not", f"{facet}:{code}") for code in ((ANY,) if every else codes)]
    if query.include_unstated:
        pairs.append(("include_unstated", "1"))
    if query.state_level_only:
        pairs.append(("town", "unstated"))
    if query.sort != ("match" if query.words else "nearest"):
        pairs.append(("sort", query.sort))
    if query.page != 1:
        pairs.append(("page", str(query.page)))
    if query.size != settings.page_size:
        pairs.append(("size", str(query.size)))
    return tuple(pairs)


def _place_params(place: Place, gazetteer: Gazetteer | None) -> list[tuple[str, str]]:
    if place.kind == "point":
        return [("lat", _number(place.point.lat)), ("lng", _number(place.point.lng))]
    if gazetteer is not None:
        return [("near", _name_that_leads_back(gazetteer, place.id, place.label))]
    if place.kind == "state":
        return [("near", place.id)]
    return [("near", place.name if place.kind == "zip" else place.label)]


@lru_cache(4096)
def _name_that_leads_back(gazetteer: Gazetteer, place_id: str, label: str) -> str:
    found = gazetteer.resolve(label)
    return label if found.place is not None and found.place.id == place_id else place_id


def _number(value: float) -> str:
    return f"{value:.12f}".rstrip("0").rstrip(".")


def _decimal(name: str, text: str, problem: str, low: float, high: float) -> float:
    if not _DECIMAL.fullmatch(text) or not low <= float(text) <= high:
        raise BadQuery(name, problem)
    return float(text)


def _latitude(name: str, text: str) -> float | None:
    return _decimal(name, text, _LAT, -90, 90)


def _longitude(name: str, text: str) -> float | None:
    return _decimal(name, text, _LNG, -180, 180)


def _radius(name: str, text: str) -> float | None:
    return _decimal(name, text, _RADIUS, 1, 500)


def _box(name: str, text: str) -> Box | None:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4:
        raise BadQuery(name, _BOX)
    south, north = (_decimal(name, parts[at], _BOX, -90, 90) for at in (0, 2))
    west, east = (_decimal(name, parts[at], _BOX, -180, 180) for at in (1, 3))
    if south > north:
        raise BadQuery(name, _BOX)
    return Box(south=south, west=west, north=north, east=east)


def _codes(facet: Facet, values: Sequence[str]) -> tuple[str, ...]:
    given = {code.strip().lower() for value in values for code in value.split(",")} - {""}
    if ANY in given:
        return (ANY,)
    if given - set(facet.offers):
        raise BadQuery(facet.code, f"use {ANY} or one or more of {', '.join(facet.offers)}")
    return tuple(code for code in facet.offers if code in given)


def _exclusions(values: Sequence[str]) -> dict[str, tuple[str, ...]]:
    given: dict[str, list[str]] = {}
    for pair in (pair.strip().lower() for value in values for pair in value.split(",")):
        facet, _, code = pair.partition(":")
        if pair and (facet not in FACETS or code not in {ANY, *FACETS[facet].offers}):
            raise BadQuery("not", _NOT)
        if pair:
            given.setdefault(facet, []).append(code)
    return {facet: tuple(codes) for facet, codes in given.items()}


def _page(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_DEPTH:
        raise BadQuery(name, f"use a whole number from 1 to {MAX_DEPTH:,}")
    return int(text)


def _size(name: str, text: str) -> int | None:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise BadQuery(name, f"use a whole number from 1 to {MAX_PAGE_SIZE}")
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise BadQuery(name, "use 1 or 0")
    return text.lower() in _YES


def _town(name: str, text: str) -> bool:
    if text != "unstated":
        raise BadQuery(name, "use unstated, or leave it out")
    return True


def _sort(name: str, text: str) -> Sort | None:
    for sort in get_args(Sort):
        if text == sort:
            return cast(Sort, sort)
    raise BadQuery(name, f"use {', '.join(get_args(Sort))}")
