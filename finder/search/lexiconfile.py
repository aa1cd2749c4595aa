"""The form of data/lexicon.toml: what a row and a list may hold."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asks(Strict):
    """Phrases that ask for facet values; the code "any" stands for every offer."""

    words: tuple[str, ...] = Field(min_length=1)
    facet: str
    codes: tuple[str, ...] = Field(min_length=1)
    beside: tuple[str, ...] = ()
    otherwise: Literal["filler", "words"] = "filler"


class Aside(Strict):
    """Phrases that are understood and filter nothing, with the reason."""

    words: tuple[str, ...] = Field(min_length=1)
    note: str


class Radius(Strict):
    units: tuple[str, ...]
    kilometers: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


class Travel(Strict):
    units: dict[str, int]
    times: tuple[str, ...]
    after: tuple[str, ...]


class Price(Strict):
    before: tuple[str, ...]
    marks: tuple[str, ...]
    after: tuple[str, ...]


class Words(Strict):
    filler: tuple[str, ...]
    never_in_names: tuple[str, ...]
    also_in_names: tuple[str, ...]
    near_me: tuple[str, ...]
    before_place: tuple[str, ...]
    must_be_place: tuple[str, ...]
    around_place: tuple[str, ...]
    parts_of_places: tuple[str, ...]
    careful_codes: tuple[str, ...]
    never_first: tuple[str, ...]
    never_last: tuple[str, ...]
    never_after: tuple[str, ...]
    ordinary: tuple[str, ...]
    directions: tuple[str, ...]
    area_codes: tuple[str, ...]
    led_codes: tuple[str, ...]
    street_endings: tuple[str, ...]
    street_directions: tuple[str, ...]
    street_units: tuple[str, ...]
    negations: tuple[str, ...]
    between_negation: tuple[str, ...]
    continues_negation: tuple[str, ...]
    left_out: tuple[str, ...]
    titles: tuple[str, ...]
    institutions: tuple[str, ...]
    joined: tuple[str, ...]
    peeled: tuple[str, ...]
    street_names: tuple[str, ...]
    measures: tuple[str, ...]
    negated_after: tuple[str, ...]
    crisis: tuple[str, ...]


class File(Strict):
    spelling: dict[str, tuple[str, ...]]
    phrases: tuple[Asks, ...]
    weak: tuple[Asks, ...]
    asides: tuple[Aside, ...]
    absorbed: dict[str, dict[str, tuple[str, ...]]]
    namesakes_abroad: dict[str, str]
    radius: Radius
    travel: Travel
    price: Price
    words: Words
    says: dict[str, Any] = {}
    """This and `context` tell how clinics say things: ingest reads them."""
    context: dict[str, Any] = {}
