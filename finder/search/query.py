"""Query, Hit, FacetCount, Results: frozen and checked. The contract of both engines is here."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from finder.facets import FACETS
from finder.geo import Box, Point
from finder.model import Clinic, Place

Sort = Literal["nearest", "match", "recent", "price"]
Via = Literal["distance", "area", "telehealth", "state", "everywhere"]

MAX_PAGE_SIZE = 100
MAX_DEPTH = 10_000
"""page x size stays within this (the limit of Elasticsearch's from + size)."""
MAX_WORDS = 20
MAX_CELLS = 400
MAX_AT_A_POINT = 20

FIELD_WEIGHTS: dict[str, int] = {"name": 8, "city": 4, "facts": 2, "text": 1}
"""What a free word is worth by the best field it stands in; fixed, so a visitor can follow it."""


class Noun(BaseModel):
    """Immutable and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Circle(Noun):
    """Clinics with a point within `radius_miles` (edge included, by `geo.miles`) of the center."""

    center: Point
    radius_miles: float


class Region(Noun):
    """Clinics whose location is in one of these counties, or, when there are none, whose address is
    in one of these states (those known by state only too).
    """

    states: tuple[str, ...]
    counties: tuple[str, ...] = ()


Area = Circle | Region | Box


class Query(Noun):
    """What is asked, complete: two engines given the same Query give the same Results.

    A clinic is found when all of these hold (invariants are tests):

    - facets: for every facet with choices, `clinic.offers(facet)` holds one of them (OR within,
      AND across). With `include_unstated`, a clinic that `states_something` about that facet in
      no way passes too.
    - without: for every facet of `without`, `clinic.offers(facet)` holds none of its codes. A clinic
      that is not known to offer them is found. It is no choice: it holds for every count, too.
    - words: when there are any, at least one is among the clinic's words (`search/words.py`).
    - area: it lies in `area`, or there is none; or it serves one of the states of `serves` by
      telehealth (then, outside the area, a hit via "telehealth", without a distance).
    - state_level_only: its location's precision is "state", and with a place its state is one of
      `place.states`, however small the radius (`area`, `origin` and `serves` see to that).

    A clinic known by state only (no point) lies in no circle, box or county: it is found by a region
    of whole states, by a query without an area, by state_level_only and by telehealth.

    Order (a tuple, smallest first): number of chosen facets it does not state; then for sort
    "match" words matched and the sum of their field weights, most first, for sort "recent" the day
    it was last checked (`words.last_checked`), newest first, for sort "price" what it publishes for
    one session (`price.session_price_usd`), lowest first, those that publish none last; then group
    (0 with a place of its own, 1 via telehealth, 2 known by state only); then in group 0 the
    distance when there is an `origin`, everywhere else folded city and folded name; then id.
    Nothing else of a clinic can move it, and nothing that was read in a sponsored article.

    Counts of a facet are over the clinics that satisfy everything but that facet's own choices;
    `serves` stays what the whole query says, so choosing telehealth does not change the area that
    the counts beside it are taken over.
    """

    words: tuple[str, ...] = ()
    """Folded free words, each once."""
    facets: dict[str, tuple[str, ...]] = {}
    """Chosen offer codes by facet, in table order; facets without a choice are absent."""
    without: dict[str, tuple[str, ...]] = {}
    """Offer codes by facet that are not wanted, in table order; a code chosen as well finds nothing."""
    include_unstated: bool = False
    place: Place | None = None
    radius_miles: Annotated[float, Field(ge=1, le=500, allow_inf_nan=False)] | None = None
    """None: an area is taken as it is, a spot gets the default radius from the caller."""
    box: Box | None = None
    state_level_only: bool = False
    """Only clinics of which no more than the state is known."""
    sort: Sort = "nearest"
    page: Annotated[int, Field(ge=1)] = 1
    size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 20

    @field_validator("words")
    @classmethod
    def _each_word_once(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words))[:MAX_WORDS]

    @field_validator("facets", "without")
    @classmethod
    def _in_table_order(cls, facets: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = [code for code in facets if code not in FACETS]
        if unknown:
            raise ValueError(f"there is no facet {unknown[0]!r}")
        for code, chosen in facets.items():
            wrong = set(chosen) - set(FACETS[code].offers)
            if wrong:
                raise ValueError(f"{code} has no offer {min(wrong)!r}")
        return {
            code: tuple(offer for offer in facet.offers if offer in facets[code])
            for code, facet in FACETS.items()
            if facets.get(code)
        }

    @model_validator(mode="after")
    def _has_a_shape(self) -> Self:
        if self.page * self.size > MAX_DEPTH:
            raise ValueError(f"page: there are no more than {MAX_DEPTH} results to page through")
        if self.place is not None and not self.place.is_area and self.radius_miles is None and not self.box:
            raise ValueError("a spot needs a radius")
        return self

    @property
    def area(self) -> Area | None:
        """Where to look: a box wins, then a named radius around the place, then the area itself.
        `state_level_only` looks in the place's states.
        """
        if self.state_level_only and self.place is not None:
            return Region(states=self.place.states)
        if self.box is not None:
            return self.box
        if self.place is None:
            return None
        if self.radius_miles is not None:
            return Circle(center=self.place.point, radius_miles=self.radius_miles)
        return Region(states=self.place.states, counties=self.place.counties)

    @property
    def origin(self) -> Point | None:
        """Where distances are measured from; None for a whole state, for no place, and for clinics
        that have no point.
        """
        if self.place is None or self.state_level_only:
            return None
        if self.place.kind == "state" and self.radius_miles is None:
            return None
        return self.place.point

    @property
    def serves(self) -> tuple[str, ...]:
        """The states in which telehealth is asked for; () when it is not, or nowhere in particular."""
        if self.state_level_only or self.place is None:
            return ()
        asked = "at_home_telehealth" in self.facets.get("modality", ()) or bool(
            {"telehealth", "home"} & set(self.facets.get("setting", ()))
        )
        return self.place.states if asked else ()

    def with_facet(self, facet: str, codes: Iterable[str]) -> "Query":
        """The same query from page 1 with other choices for one facet ([] removes it)."""
        return self.changed(facets={**self.facets, facet: tuple(codes)})

    def with_exclusion(self, facet: str, codes: Iterable[str]) -> "Query":
        """The same query from page 1 leaving out other codes of one facet ([] leaves out none)."""
        return self.changed(without={**self.without, facet: tuple(codes)})

    def without_words(self) -> "Query":
        """The same query from page 1 without its free words, and not sorted by them."""
        return self.changed(words=(), sort="nearest" if self.sort == "match" else self.sort)

    def changed(self, **fields: object) -> "Query":
        """The same query with other fields, checked again, from page 1 unless a page is given."""
        return Query.model_validate({**dict(self), "page": 1, **fields})


class FacetCount(Noun):
    """Over the clinics that match everything but this facet's own choices."""

    offers: dict[str, int]
    """Clinics that offer each code; all offer codes of the facet, zeros too, in table order."""
    not_stated: int
    """Clinics that state nothing about this facet."""


class Hit(Noun):
    """One clinic of the page."""

    clinic: Clinic
    distance_miles: float | None
    """`geo.miles` from `query.origin`; None via telehealth and state, and without an origin."""
    via: Via
    """Why it was found: "distance" (circle, or box with an origin), "area" (region, or box without
    an origin), "everywhere" (no area was asked for), "telehealth" (outside the area, serves the
    state), "state" (known by state only, in one of the states or without an area)."""
    unstated: tuple[str, ...] = ()
    """Chosen facets that it states nothing about, in table order."""
    matched_words: tuple[str, ...] = ()
    """Words of the query that are among the clinic's, in the query's order."""


class Results(Noun):
    """One page of the answer, with everything that is counted over all of it."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    counts: dict[str, FacetCount]
    version: str
    """The build that answered; equal input gives an equal version."""


class Cell(Noun):
    """One square of the map with clinics in it."""

    count: int
    middle: Point
    """Where they stand on average."""
    clinics: tuple[Clinic, ...] = ()
    """The clinics, by id, when all stand at one point: one alone, or those known by the same town. No
    more than MAX_AT_A_POINT of them; () when they stand apart."""


class Grid(Noun):
    """What a query finds in a window of the map, as squares."""

    zoom: int
    """The squares are those of this zoom: 2 to its power each way (`mercator.square_of`)."""
    cells: tuple[Cell, ...]
    """At most MAX_CELLS, by column and then row."""


class Suggested(Noun):
    """A clinic offered while somebody types its name."""

    id: str
    name: str
    city: str
    state: str
    kind: Literal["prefix", "edit"]
    """Whether its name starts as it was typed, or so after one edit."""
