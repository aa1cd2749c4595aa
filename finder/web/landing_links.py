"""Links between the pages about places, each with how many clinics it has, and the facts they open with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from finder.facets import FACETS
from finder.geo import miles
from finder.model import Place
from finder.search.query import Results
from finder.web import words
from finder.web.directory import TREATMENTS, Directory, Listed, State, Town, Treatment, slug

ROOT: Final = "ketamine-therapy"
_NEIGHBORS: Final = 6
_NEAR_TOWN_MILES: Final = 150.0


@dataclass(frozen=True)
class PageLink:
    """Another page about a place; `note` says how many clinics, or how far."""

    text: str
    path: str
    note: str = ""


def picture_path(page_path: str) -> str:
    """Where the picture of a state's or town's page stands: "/share/ketamine-therapy/colorado.png"."""
    return f"/share{page_path.rstrip('/')}.png"


def state_path(state: State) -> str:
    """The page of a state."""
    return place_path(state.place)


def place_path(place: Place) -> str:
    """The page of the state that this place is, if it has one."""
    return f"/{ROOT}/{slug(place.name)}/"


def town_path(state: State, town: Town) -> str:
    """The page of a town."""
    return f"/{ROOT}/{state.slug}/{town.slug}/"


def treatment_path(treatment: Treatment, state: State) -> str:
    """The page of a treatment in a state."""
    return f"/{treatment.path}/{state.slug}/"


def facts(results: Results, listed: Iterable[Listed], where: str) -> Iterator[str]:
    """How many there are, how many say what they ask first, and published prices; blanks stay blanks."""
    total, silent = results.total, results.counts["screening"].not_stated
    yield f"{words.clinics(total)} listed{where}."
    if silent < total:
        yield f"{total - silent} of {total} say what they ask before the first dose; the others do not say."
    prices = [one.session_price_usd for one in listed if one.session_price_usd is not None]
    if len(prices) > 1:
        low, high = (f"${words.number(price)}" for price in (min(prices), max(prices)))
        spread = low if low == high else f"{low} to {high}"
        yield f"{len(prices)} publish a price for one session: {spread}."


def treatment_links(state: State, results: Results) -> Iterator[PageLink]:
    """Every treatment that is offered here with its count; those with a page as links."""
    offered = results.counts["modality"].offers
    for row in TREATMENTS:
        count = state.treatments.get(row.path, offered[row.code])
        if count:
            path = f"/{row.path}/{state.slug}/" if row.path in state.treatments else ""
            yield PageLink(name(row), path, words.clinics(count))


def treatment_counts(results: Results) -> Iterator[PageLink]:
    """Every treatment that is offered with its count, without links."""
    offered = results.counts["modality"].offers
    for row in TREATMENTS:
        if offered[row.code]:
            yield PageLink(name(row), "", words.clinics(offered[row.code]))


def name(treatment: Treatment) -> str:
    """The short label of a treatment."""
    return FACETS["modality"].by_code[treatment.code].tag


def all_states() -> PageLink:
    """The page of the country."""
    return PageLink("All states", f"/{ROOT}/")


def state_link(state: State) -> PageLink:
    """A state and how many clinics it has."""
    return PageLink(state.place.name, state_path(state), words.clinics(len(state.listed)))


def town_link(state: State, town: Town) -> PageLink:
    """A town and how many clinics it has."""
    return PageLink(town.place.name, town_path(state, town), words.clinics(len(town.listed)))


def treatment_link(treatment: Treatment, state: State) -> PageLink:
    """A state and how many of its clinics offer this treatment."""
    count = state.treatments[treatment.path]
    return PageLink(state.place.name, treatment_path(treatment, state), words.clinics(count))


def nearest_states(now: Directory, state: State) -> list[State]:
    """Other states with a page, the nearest (middle to middle) first."""
    others = [other for other in now.states.values() if other != state]
    others.sort(key=lambda other: miles(other.place.point, state.place.point))
    return others[:_NEIGHBORS]


def nearest_towns(now: Directory, town: Town) -> Iterator[PageLink]:
    """Other towns with a page that can be reached in a day, the nearest first."""
    rows = [
        (miles(other.place.point, town.place.point), town_path(state, other), other)
        for state in now.states.values()
        for other in state.towns.values()
        if other != town
    ]
    for distance, path, other in sorted(rows, key=lambda row: row[:2])[:_NEIGHBORS]:
        if distance <= _NEAR_TOWN_MILES:
            yield PageLink(other.place.label, path, f"{round(distance)} miles")
