"""The nouns that every room shares: frozen, and a misspelled field is an error.

`RawRecord -> Listing -> Clinic` is a record's way. A fact about treatment is a `Claim`: no claim
means unknown, never "no".
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from finder.facets import FACETS
from finder.geo import Point

StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
CountyFips = Annotated[str, Field(pattern=r"^\d{5}$")]
ZipCode = Annotated[str, Field(pattern=r"^\d{5}$")]
Grade = Literal["confirmed", "reported"]
Says = Literal["yes", "no"]
SourceKind = Literal["clinic_page", "news", "sponsored", "directory", "registry", "correction"]
Status = Literal["unknown", "open", "temporarily_closed", "closed", "moved", "coming_soon"]
Precision = Literal[
    "rooftop", "parcel", "interpolated", "interpolated_fuzzy", "street", "zip9", "zip", "city", "state"
]
PlaceKind = Literal["zip", "city", "neighborhood", "county", "metro", "region", "state", "point"]
Topic = Literal["screening", "payment", "price", "nature", "address", "telehealth", "other"]

OVERRULED_AFTER_DAYS = 365
"""A page no longer speaks against one that was read so much later."""

AREA_KINDS: frozenset[str] = frozenset({"county", "metro", "region", "state"})
"""Places that take the clinics inside them; the other kinds are the middle of a circle."""

STREET_PRECISIONS: frozenset[str] = frozenset(
    {"rooftop", "parcel", "interpolated", "interpolated_fuzzy", "street"}
)


class Fact(BaseModel):
    """The root of the nouns."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Fact):
    """Who says so, where, and when it was seen."""

    source: str
    """A name in sources.toml."""
    ref: str
    """The row or record of that source."""
    url: str = ""
    kind: SourceKind = "clinic_page"
    seen: date

    @property
    def page(self) -> str:
        """What was read: two claims of one page cannot disagree, the newer reading stands."""
        return self.url.partition("#")[0].rstrip("/") or f"{self.source}|{self.ref}"


class Claim(Fact):
    """One thing said about treatment. Grade `confirmed`: the clinic's own words, quoted verbatim;
    `reported`: a source lists it, `note` says it in our words.
    """

    facet: str
    value: str
    says: Says = "yes"
    grade: Grade = "reported"
    quote: str = ""
    note: str = ""
    detail: str = ""
    """One of the facet's `details` (strength of an exclusion, role of staff), or empty."""
    states: tuple[StateCode, ...] = ()
    """For telehealth: the states served."""
    provenance: Provenance

    @model_validator(mode="after")
    def _is_in_the_table(self) -> Self:
        if self.facet not in FACETS or self.value not in FACETS[self.facet].by_code:
            raise ValueError(f"{self.facet}={self.value} is not in the facet table")
        if self.detail and self.detail not in FACETS[self.facet].details:
            raise ValueError(f"{self.detail!r} is no detail of {self.facet}")
        if (self.grade == "confirmed") != bool(self.quote):
            raise ValueError("a confirmed claim carries a quote, a reported one does not")
        return self


class Remark(Fact):
    """What a source says that no facet holds, in our words: shown, never filtered."""

    topic: Topic
    text: str
    provenance: Provenance


class Price(Fact):
    """An amount a clinic or source publishes."""

    amount_usd: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
    what: str
    """What the amount is for, in our words."""
    provenance: Provenance


class Address(Fact):
    """As much as is known; never guessed. Every clinic has a state."""

    street: str = ""
    unit: str = ""
    city: str = ""
    state: StateCode
    postal_code: ZipCode | Literal[""] = ""

    def line(self) -> str:
        """The address on one line, as far as it is known: "8 Lyman St, Westborough, MA 01581"."""
        street = " ".join(filter(None, (self.street, self.unit)))
        return ", ".join(filter(None, (street, self.city, f"{self.state} {self.postal_code}".strip())))


class Location(Fact):
    """A point and how far it can be trusted. Known by state only: no point."""

    point: Point | None
    precision: Precision
    radius_miles: Annotated[float, Field(ge=0, le=1000)]
    """The doubt: the clinic stands within this many miles of the point (0 without a point)."""
    method: Literal["source", "geocoder", "zip", "city", "state"]
    provider: str = ""
    county: CountyFips | Literal[""] = ""

    @model_validator(mode="after")
    def _a_state_has_no_point(self) -> Self:
        if (self.precision == "state") != (self.point is None):
            raise ValueError("a location has a point exactly when more than its state is known")
        return self


class RawRecord(Fact):
    """What a source gave, untouched."""

    source: str
    ref: str
    url: str = ""
    fetched: date
    fields: dict[str, JsonValue]


class Listing(Fact):
    """One clinic site as one source tells it, in our words."""

    provenance: Provenance
    name: str
    address: Address
    location: Location | None = None
    phone: str = ""
    """Ten digits, "8285550142"; empty when not stated."""
    website: str = ""
    hours: str = ""
    status: Status = "unknown"
    min_age: Annotated[int, Field(ge=0, le=120)] | None = None
    claims: tuple[Claim, ...] = ()
    remarks: tuple[Remark, ...] = ()
    prices: tuple[Price, ...] = ()


class Clinic(Fact):
    """What we believe after merging: identity, place, contact, claims, sources."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
    name: str
    other_names: tuple[str, ...] = ()
    address: Address
    location: Location
    phone: str = ""
    website: str = ""
    hours: str = ""
    status: Status = "unknown"
    min_age: int | None = None
    claims: tuple[Claim, ...] = ()
    remarks: tuple[Remark, ...] = ()
    prices: tuple[Price, ...] = ()
    provenance: dict[str, Provenance] = {}
    """For each of name, address, location, phone, website, hours, status, min_age: who said it."""
    sources: tuple[Provenance, ...]
    merge_reasons: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()

    def said(self, facet: str) -> dict[str, Says]:
        """For each value that this facet's claims speak of, what stands: the confirmed over the
        reported, then the newer reading of a page over the older, and a page over one that was read
        more than a year before it. Unknown values are absent, and so are those that are `disputed`.
        """
        return {code: says for code, says in verdicts(self.claims, facet).items() if says is not None}

    def disputed(self, facet: str) -> frozenset[str]:
        """The values on which its pages or sources disagree: of those that count most, one says yes and
        another no. Nothing stands then, neither an offer nor a no.
        """
        return frozenset(code for code, says in verdicts(self.claims, facet).items() if says is None)

    def offers(self, facet: str) -> frozenset[str]:
        """The codes that stand as yes and are offers."""
        table = FACETS[facet].by_code
        said = self.said(facet)
        return frozenset(code for code, says in said.items() if says == "yes" and table[code].offer)

    def states_something(self, facet: str) -> bool:
        """True when any claim about an offer of this facet stands, yes or no."""
        table = FACETS[facet].by_code
        return any(table[code].offer for code in self.said(facet))

    @property
    def telehealth_states(self) -> frozenset[str]:
        """The states served by telehealth, of values that stand as yes: an older yes that a "no" has
        overruled serves nobody.
        """
        serving = [claim for claim in self.claims if claim.says == "yes" and claim.states]
        stands = {facet: self.said(facet) for facet in {claim.facet for claim in serving}}
        return frozenset(
            state
            for claim in serving
            if stands[claim.facet].get(claim.value) == "yes"
            for state in claim.states
        )

    @property
    def seen(self) -> date:
        """When any of its sources was last read."""
        return max(source.seen for source in self.sources)


def verdicts(claims: Iterable[Claim], facet: str) -> dict[str, Says | None]:
    """For each value of a facet that claims about one clinic speak of: what stands, None where they
    contradict each other (see `Clinic.said`).
    """
    by_value: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.facet == facet:
            by_value.setdefault(claim.value, []).append(claim)
    return {code: _verdict(found) for code, found in by_value.items()}


def _verdict(claims: list[Claim]) -> Says | None:
    """What stands of the claims about one value; None when pages that count equally disagree."""
    says: set[Says] = {claim.says for claim in claims}
    if len(says) == 1:
        return says.pop()
    confirmed = [claim for claim in claims if claim.grade == "confirmed"]
    newest: dict[str, Claim] = {}
    for claim in confirmed or claims:
        page, rank = claim.provenance.page, (claim.provenance.seen, claim.says)
        if page not in newest or rank > (newest[page].provenance.seen, newest[page].says):
            newest[page] = claim
    last = max(claim.provenance.seen for claim in newest.values())
    standing = {
        claim.says for claim in newest.values() if (last - claim.provenance.seen).days <= OVERRULED_AFTER_DAYS
    }
    return standing.pop() if len(standing) == 1 else None


class Place(Fact):
    """Where a visitor stands, or the area they named."""

    id: str
    """Stable within a gazetteer build: "zip:28801", "city:4453066", "state:NC"."""
    name: str
    """"Asheville", "28801", "Buncombe County", "Western North Carolina"."""
    label: str
    """"Asheville, NC", for headings."""
    kind: PlaceKind
    state: StateCode | Literal[""] = ""
    """The state it is in (the main one for areas across state lines)."""
    states: tuple[StateCode, ...] = ()
    """All states it touches; for an area of whole states, these are its members."""
    counties: tuple[CountyFips, ...] = ()
    """The counties an area consists of; () for a state or an area of whole states."""
    point: Point
    radius_miles: float = 0.0
    """How far the place reaches from its point (its doubt as a spot)."""
    population: int = 0

    @property
    def is_area(self) -> bool:
        """True for places that take the clinics inside them."""
        return self.kind in AREA_KINDS
