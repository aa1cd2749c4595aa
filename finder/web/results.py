"""What a results page shows around its cards: chips, filters, radius, sort, pages, ways out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from finder.facets import ANY, FACETS, Facet
from finder.search.find import Answer
from finder.search.query import FacetCount, Query, Sort
from finder.web import words
from finder.web.links import Links

RADII = (10.0, 25.0, 50.0, 100.0, 200.0)
_OPEN_FACETS = ("modality", "support", "nature", "screening")
_PROMOTED = ("kap", "iv_infusion", "esketamine_nasal", "at_home_telehealth")
_SORTS: dict[Sort, str] = {
    "nearest": "Distance",
    "match": "Matching words",
    "recent": "Recently checked",
    "price": "Price per session",
}
_LAST_PAGE_SHOWN = 2
"""How many pages are shown on either side of the current one."""


@dataclass(frozen=True)
class Chip:
    """One thing that was understood; the link takes it back."""

    text: str
    url: str


class Option(NamedTuple):
    """One checkbox or radio button."""

    name: str
    value: str
    text: str
    chosen: bool
    clinics: int | None = None
    """How many clinics it finds."""
    title: str = ""


@dataclass(frozen=True)
class Group:
    """The options of one facet, and how many clinics state nothing about it."""

    code: str
    label: str
    options: tuple[Option, ...]
    not_stated: int
    is_open: bool


@dataclass(frozen=True)
class PageLink:
    """One numbered page; without a number it is a gap."""

    number: int | None
    url: str = ""
    is_here: bool = False
    is_far: bool = False
    """Left out on a narrow screen: neither an end nor beside the current page."""


@dataclass(frozen=True)
class WayOutLink:
    """Another search and how many clinics it finds."""

    text: str
    url: str


@dataclass(frozen=True)
class Promoted:
    """A treatment as a link above the list, with the number of clinics that the link finds."""

    text: str
    url: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True)
class More:
    """Clinics that do not say, as one sentence with a link that adds them."""

    count: int
    url: str


def chips(query: Query, links: Links) -> list[Chip]:
    """What was understood of the search, each with the search that leaves it out."""
    found: list[Chip] = []
    for code, chosen in query.facets.items():
        facet = FACETS[code]
        if _is_any(code, chosen):
            found.append(Chip(f"{facet.label}: any", links.search(query.with_facet(code, ()))))
            continue
        found.extend(
            Chip(
                facet.by_code[value].tag,
                links.search(query.with_facet(code, [other for other in chosen if other != value])),
            )
            for value in chosen
        )
    found.extend(_exclusion_chips(query, links))
    if query.words:
        without = query.without_words()
        found.append(Chip(f"Words: {' '.join(query.words)}", links.search(without)))
    found.extend(_place_chips(query, links))
    if query.include_unstated:
        found.append(Chip("Not stated shown too", links.search(query.changed(include_unstated=False))))
    return found


def _exclusion_chips(query: Query, links: Links) -> Iterator[Chip]:
    for code, left_out in query.without.items():
        facet = FACETS[code]
        if _is_any(code, left_out):
            yield Chip(f"Not: {facet.label}", links.search(query.with_exclusion(code, ())))
            continue
        for value in left_out:
            others = [other for other in left_out if other != value]
            yield Chip(f"Not: {facet.by_code[value].tag}", links.search(query.with_exclusion(code, others)))


def _place_chips(query: Query, links: Links) -> Iterator[Chip]:
    if query.box is not None:
        radius = None if query.place is None or query.place.is_area else query.radius_miles or RADII[2]
        yield Chip("Map area", links.search(query.changed(box=None, radius_miles=radius)))
    if query.place is not None:
        near = "In" if query.place.is_area and query.radius_miles is None else "Near"
        nowhere = query.changed(place=None, radius_miles=None, state_level_only=False)
        yield Chip(f"{near} {query.place.label}", links.search(nowhere))
    if query.state_level_only:
        yield Chip("Town not stated", links.search(query.changed(state_level_only=False)))


def choices(query: Query) -> int:
    """How many boxes of the filter form are ticked."""
    ticked = sum(1 if _is_any(code, chosen) else len(chosen) for code, chosen in query.facets.items())
    return ticked + query.include_unstated


def _is_any(code: str, chosen: tuple[str, ...]) -> bool:
    return set(chosen) == set(FACETS[code].offers)


def groups(query: Query, counts: dict[str, FacetCount]) -> list[Group]:
    """The filters that can change the list: facets for which any clinic states something."""
    found = (_group(FACETS[code], query.facets.get(code, ()), count) for code, count in counts.items())
    return [group for group in found if group.options]


def _group(facet: Facet, chosen: tuple[str, ...], count: FacetCount) -> Group:
    takes_any = _is_any(facet.code, chosen)
    options = [
        Option(
            name=facet.code,
            value=code,
            text=facet.by_code[code].tag,
            chosen=code in chosen and not takes_any,
            clinics=number,
            title=facet.by_code[code].means,
        )
        for code, number in count.offers.items()
        if number or (code in chosen and not takes_any)
    ]
    if facet.any_words and (options or takes_any):
        options.insert(0, Option(facet.code, ANY, "Any of these", takes_any))
    is_open = facet.code in _OPEN_FACETS or bool(chosen)
    return Group(facet.code, facet.label, tuple(options), count.not_stated, is_open)


def radius_options(query: Query) -> list[Option]:
    """How far to look; empty when there is no place to look around."""
    place = query.place
    if place is None or place.kind == "state":
        return []
    options = [
        Option("radius", words.number(miles), f"{words.number(miles)} miles", query.radius_miles == miles)
        for miles in sorted({*RADII, *([query.radius_miles] if query.radius_miles else [])})
    ]
    if place.is_area:
        options.insert(0, Option("radius", "", f"All of {place.label}", query.radius_miles is None))
    return options


def sort_options(query: Query) -> list[Option]:
    """The orders there are; by matching words only when there are words."""
    labels = _SORTS if query.origin is not None else {**_SORTS, "nearest": "City"}
    return [
        Option("sort", sort, label, query.sort == sort)
        for sort, label in labels.items()
        if query.words or sort != "match"
    ]


def promoted(answer: Answer, links: Links) -> list[Promoted]:
    """All treatments, then those asked for most, each alone. The count is what the link finds; None
    where that is not counted.
    """
    query, counts = answer.results.query, answer.results.counts.get("modality")
    if counts is None:
        return []
    chosen = query.facets.get("modality", ())
    every = query.with_facet("modality", ())
    total = None if chosen else answer.results.total
    found = [Promoted("All", links.search(every), total, not chosen)]
    for code in _PROMOTED:
        only = query.with_facet("modality", (code,))
        if chosen == (code,):
            count = answer.results.total
        elif query.include_unstated:
            count = None
        elif code == "at_home_telehealth" and query.place is not None:
            count = _afar(answer, only)
        else:
            count = counts.offers[code]
        if count != 0 or chosen == (code,):
            text = FACETS["modality"].by_code[code].tag
            found.append(Promoted(text, links.search(only), count, chosen == (code,)))
    return found


def _afar(answer: Answer, query: Query) -> int | None:
    """How many clinics treat at home there, if the answer has counted it."""
    counted = [(way.query, way.count) for way in answer.ways_out]
    if answer.telehealth is not None:
        counted.append((answer.telehealth.query, answer.telehealth.total))
    return next((count for other, count in counted if other == query), None)


def do_not_say(answer: Answer, links: Links) -> More | None:
    """How many clinics more there are that do not state what was chosen, with the link to them."""
    for way in answer.ways_out:
        if way.kind == "include_unstated" and way.more:
            return More(way.more, links.search(way.query))
    return None


def page_count(query: Query, total: int) -> int:
    """How many pages the whole answer has, at least one."""
    return max(1, -(-total // query.size))


def page_links(query: Query, total: int, links: Links) -> list[PageLink]:
    """Numbered pages with gaps; empty when all fits on one."""
    last = page_count(query, total)
    if last == 1:
        return []
    here = query.page
    shown = sorted({1, last, *range(max(1, here - _LAST_PAGE_SHOWN), min(last, here + _LAST_PAGE_SHOWN) + 1)})
    found: list[PageLink] = []
    for number in shown:
        if found and found[-1].number is not None and number > found[-1].number + 1:
            found.append(PageLink(None))
        is_far = number not in {1, last} and abs(number - here) > 1
        found.append(PageLink(number, links.search(query.changed(page=number)), number == here, is_far))
    return found


def ways_out(answer: Answer, links: Links) -> list[WayOutLink]:
    """The counted ways out as links: "Within 100 miles: 9 clinics (7 more)"."""
    found = []
    for way in answer.ways_out:
        more = f" ({way.more:,} more)" if way.more and answer.results.total else ""
        found.append(WayOutLink(f"{way.text}: {words.clinics(way.count)}{more}", links.search(way.query)))
    return found
