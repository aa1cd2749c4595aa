"""The shape of a table source in sources.toml: which column of the file holds what."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from finder.facets import FACETS
from finder.model import Says, SourceKind, Topic


class Part(BaseModel):
    """A table of sources.toml: frozen, and a misspelled key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(Part):
    """Which column holds what; columns that the file does not have are left out."""

    name: str
    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    address: str = ""
    """The whole address on one line."""
    phone: str = ""
    website: str = ""
    hours: str = ""
    lat: str = ""
    lng: str = ""
    status: str = ""
    min_age: str = ""
    telehealth_states: str = ""
    source_url: str = ""
    source_kind: str = ""
    read_on: str = ""

    def identity(self) -> tuple[str, ...]:
        """The columns that tell one clinic from another: name, address and contact."""
        told = (self.name, self.street, self.unit, self.city, self.state, self.postal_code, self.address)
        return tuple(filter(None, (*told, self.phone, self.website)))


class Coded(Part):
    """A column of codes of one facet. `codes` translates the words of the file into ours."""

    column: str
    facet: str
    codes: dict[str, str] = {}
    says: Says = "yes"

    @model_validator(mode="after")
    def _is_in_the_table(self) -> "Coded":
        if self.facet not in FACETS:
            raise ValueError(f"{self.facet!r} is no facet")
        unknown = set(self.codes.values()) - set(FACETS[self.facet].by_code)
        if unknown:
            raise ValueError(f"{sorted(unknown)} are no codes of {self.facet}")
        return self


class Noted(Part):
    """A column of notes in our words. `offered` names a yes/no column that the notes hang on:
    yes, the notes are claims; no, they are claims that say no; empty, they are remarks only.
    """

    column: str
    topic: Topic
    offered: str = ""


class Flag(Part):
    """A column with a value that visitors should know of, and the sentence that tells them."""

    column: str
    when: str
    topic: Topic = "other"
    text: str


class TableConfig(Part):
    """One [[source]] of kind "table"."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    kind: Literal["table"]
    file: str
    licence: str
    minimum: Annotated[int, Field(ge=0)]
    fetched: date
    """When the file was made; rows without a date of their own carry this one."""
    source_kind: SourceKind = "directory"
    ref: tuple[str, ...] = ()
    """Columns that name a row for good, through edits of the file; without them, its row number."""
    delimiter: Annotated[str, Field(max_length=1)] = ""
    separator: Annotated[str, Field(min_length=1)] = ";"
    point_precision: Literal["rooftop", "parcel", "interpolated", "interpolated_fuzzy", "street"] = "street"
    columns: Columns
    coded: tuple[Coded, ...] = ()
    notes: tuple[Noted, ...] = ()
    flags: tuple[Flag, ...] = ()
    ignored: dict[str, str] = {}

    def wanted(self) -> set[str]:
        """Every column that the map names."""
        names = {*self.columns.model_dump().values(), *self.ref}
        names |= {coded.column for coded in self.coded} | {flag.column for flag in self.flags}
        names |= {name for note in self.notes for name in (note.column, note.offered)}
        return names - {""}
