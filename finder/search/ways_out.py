"""Ways out of an answer: other queries that find clinics, each counted before it is offered."""

from collections.abc import Callable, Iterator
from typing import Final

from finder.facets import FACETS, value
from finder.model import Place
from finder.placenames import STATES
from finder.search.counting import Count, count_with
from finder.search.engine import SearchEngine
from finder.search.query import Circle, Noun, Query, Region

SHORT: Final = 3
"""An answer with fewer clinics than this gets every way out that leads to more."""

LADDER_MILES: Final = (25.0, 50.0, 100.0, 200.0)
_WIDER_STEPS: Final = 2
_AROUND_MILES: Final = 50.0

AT_HOME: Final = {"modality": ("at_home_telehealth",)}
"""The choice that finds telehealth."""


class WayOut(Noun):
    """Another query that finds clinics, with how many; every one is a link."""

    kind: str
    """include_unstated, wider, whole_state, everywhere, drop_facet, drop_exclusion, drop_facets,
    drop_words, state_level, telehealth, all_here, all, first_page."""
    text: str
    """"Within 100 miles", without the count."""
    count: int
    """How many clinics the linked query finds: its total."""
    more: int | None = None
    """How many of them are not found now, where the linked query finds all that this one does."""
    query: Query


class Offer(Noun):
    """A way out before it is counted."""

    kind: str
    text: str
    query: Query
    keeps_all: bool = False
    """The query finds everything that the present one finds."""


def ways_out(
    engine: SearchEngine, query: Query, total: int, *, telehealth_is_shown: bool = False
) -> tuple[WayOut, ...]:
    """The ways out of a query that found `total` clinics. Every one leads to clinics; those that
    loosen the question are offered only on a short answer and only when they find more. A short
    answer has at least one, unless it holds every clinic there is. Telehealth that the answer shows
    itself is not offered again.
    """
    found = _first_page(query, total)
    rules = [rule for rule in _INFORMATION if not (telehealth_is_shown and rule is _telehealth)]
    foreseen = (*rules, *(_LOOSER if total < SHORT else ()))
    count = count_with(engine, (offer.query for rule in foreseen for offer in rule(query)))
    found += [way for rule in rules if (way := _first(count, rule(query), total)) is not None]
    if total < SHORT:
        found += _around(count, query, total)
        found += _counted(count, _without_one_facet(query), total)
        found += _counted(count, _without_one_exclusion(query), total)
        if not any(way.kind in {"drop_facet", "drop_exclusion"} for way in found):
            found += _counted(count, _without_facets(query), total)
        found += _counted(count, _without_words(query), total)
        if not any(way.query.place == query.place for way in found):
            found += _counted(count, _all_here(query), total)
        if not found:
            last = _first(count, _last_resorts(query), total)
            found += [last] if last is not None else []
    return tuple(found)


def _counted(count: Count, offers: Iterator[Offer], total: int) -> Iterator[WayOut]:
    """The offers that are worth a link: what keeps the question shows clinics, the rest shows more."""
    for offer in offers:
        found = count(offer.query)
        if found > (0 if offer.kind in _OTHER_CLINICS else total):
            more = found - total if offer.keeps_all else None
            yield WayOut(kind=offer.kind, text=offer.text, count=found, more=more, query=offer.query)


def _first(count: Count, offers: Iterator[Offer], total: int) -> WayOut | None:
    return next(_counted(count, offers, total), None)


def _first_page(query: Query, total: int) -> list[WayOut]:
    if total == 0 or (query.page - 1) * query.size < total:
        return []
    return [WayOut(kind="first_page", text="The first page", count=total, more=0, query=query.changed())]


def _unstated(query: Query) -> Iterator[Offer]:
    if query.facets and not query.include_unstated:
        looser = query.changed(include_unstated=True)
        yield Offer(kind="include_unstated", text="With those that do not say", query=looser, keeps_all=True)


def _state_level(query: Query) -> Iterator[Offer]:
    """Clinics of the place's state whose town is not stated; an area of whole states has them."""
    if query.place is None or query.state_level_only or _takes_whole_states(query):
        return
    where = _names(query.place)
    if where:
        only = _without_box(query, state_level_only=True)
        yield Offer(kind="state_level", text=f"Somewhere in {where}, town not stated", query=only)


def _telehealth(query: Query) -> Iterator[Offer]:
    """Telehealth serving the place's state: with the other choices, else without them."""
    if query.place is None or query.serves or not query.place.states:
        return
    text = f"At-home treatment by telehealth in {_names(query.place)}"
    plain = _without_box(query, state_level_only=False).changed(include_unstated=False)
    for facets in ({**query.facets, **AT_HOME}, AT_HOME):
        yield Offer(kind="telehealth", text=text, query=plain.changed(facets=facets))
    wordless = plain.without_words().changed(facets=AT_HOME)
    yield Offer(kind="telehealth", text=text, query=wordless)


_INFORMATION: Final[tuple[Callable[[Query], Iterator[Offer]], ...]] = (_unstated, _state_level, _telehealth)
"""Worth knowing on a long answer too; of each rule the first offer that leads somewhere."""
_OTHER_CLINICS: Final = frozenset({"state_level", "telehealth"})
"""These show other clinics than the present answer, so they need not show more of them."""


def _around(count: Count, query: Query, total: int) -> list[WayOut]:
    """Looking further: two wider circles, else the whole state, else the whole country."""
    wider: list[WayOut] = []
    for way in _counted(count, _wider(query), total):
        if len(wider) < _WIDER_STEPS and (not wider or way.count > wider[-1].count):
            wider.append(way)
    if wider:
        return wider
    further = _first(count, _further(query), total)
    return [further] if further is not None else []


def _wider(query: Query) -> Iterator[Offer]:
    place = query.place
    if place is None or (query.radius_miles is None and place.is_area and not place.counties):
        return
    present = query.radius_miles or place.radius_miles
    for radius in LADDER_MILES:
        if radius > present:
            circle = query.changed(radius_miles=radius, box=None, state_level_only=False)
            keeps_all = isinstance(query.area, Circle)
            yield Offer(kind="wider", text=f"Within {radius:.0f} miles", query=circle, keeps_all=keeps_all)


def _further(query: Query) -> Iterator[Offer]:
    state = _state_of(query.place)
    if state is not None:
        whole = query.changed(place=state, radius_miles=None, box=None, state_level_only=False)
        yield Offer(kind="whole_state", text=f"Anywhere in {state.name}", query=whole)
    if query.area is not None or query.state_level_only:
        nowhere = query.changed(place=None, radius_miles=None, box=None, state_level_only=False)
        yield Offer(kind="everywhere", text="Anywhere in the United States", query=nowhere, keeps_all=True)


def _without_one_facet(query: Query) -> Iterator[Offer]:
    for facet, codes in query.facets.items():
        looser = query.with_facet(facet, ())
        keeps_all = looser.serves == query.serves
        text = f"Without “{_chosen(facet, codes)}”"
        yield Offer(kind="drop_facet", text=text, query=looser, keeps_all=keeps_all)


def _without_one_exclusion(query: Query) -> Iterator[Offer]:
    for facet, codes in query.without.items():
        text = f"“{_chosen(facet, codes)}” not left out"
        yield Offer(kind="drop_exclusion", text=text, query=query.with_exclusion(facet, ()), keeps_all=True)


def _without_facets(query: Query) -> Iterator[Offer]:
    if len(query.facets) + len(query.without) > 1:
        looser = query.changed(facets={}, without={})
        keeps_all = looser.serves == query.serves
        yield Offer(kind="drop_facets", text="Without any filters", query=looser, keeps_all=keeps_all)


def _without_words(query: Query) -> Iterator[Offer]:
    if query.words:
        text = f"Without “{' '.join(query.words)}”"
        looser = query.without_words()
        yield Offer(kind="drop_words", text=text, query=looser, keeps_all=True)


def _all_here(query: Query) -> Iterator[Offer]:
    """The place without filters and words: better than leading away from it."""
    place = query.place
    if place is None:
        return
    radius = None if place.is_area else query.radius_miles or _AROUND_MILES
    here = Query(place=place, radius_miles=radius, size=query.size)
    yield Offer(kind="all_here", text=f"All clinics {_in_or_near(place)}", query=here)


def _in_or_near(place: Place) -> str:
    return f"in {place.label}" if place.is_area else f"near {place.label}"


def _last_resorts(query: Query) -> Iterator[Offer]:
    state = _state_of(query.place)
    if state is not None:
        yield Offer(kind="whole_state", text=f"All clinics in {state.name}", query=Query(place=state))
    everything = Query(size=query.size)
    yield Offer(kind="all", text="All clinics", query=everything, keeps_all=True)


_LOOSER: Final[tuple[Callable[[Query], Iterator[Offer]], ...]] = (
    _wider,
    _further,
    _without_one_facet,
    _without_one_exclusion,
    _without_facets,
    _without_words,
    _all_here,
    _last_resorts,
)
"""What may be offered on a short answer."""


def _takes_whole_states(query: Query) -> bool:
    return isinstance(query.area, Region) and not query.area.counties


def _without_box(query: Query, state_level_only: bool) -> Query:
    """The same question around the place instead of in the box."""
    place, radius = query.place, query.radius_miles
    if place is not None and not place.is_area:
        radius = radius or _AROUND_MILES
    return query.changed(box=None, radius_miles=radius, state_level_only=state_level_only)


def _names(place: Place) -> str:
    """ "Ohio or Kentucky"; empty when it lies in no state."""
    return " or ".join(_name(state) for state in place.states)


def _name(state: str) -> str:
    return STATES[state][0] if state in STATES else state


def _state_of(place: Place | None) -> Place | None:
    """The state that a place is in, as a place; None for a state itself."""
    if place is None or place.kind == "state" or not place.state:
        return None
    return Place(
        id=f"state:{place.state}",
        name=_name(place.state),
        label=_name(place.state),
        kind="state",
        state=place.state,
        states=(place.state,),
        point=place.point,
    )


def _chosen(facet: str, codes: tuple[str, ...]) -> str:
    if len(codes) > 2:
        return FACETS[facet].label
    return " or ".join(value(facet, code).tag for code in codes)
