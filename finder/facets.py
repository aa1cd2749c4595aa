"""THE TABLE: what can be said about a clinic and what a visitor can ask for.

The rows stand in `facets.toml` beside this file; ingest, engines, forms, API and widget loop
over them. Adding a value is adding a row there: no code changes.
"""

import tomllib
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from finder.errors import DataError

ANY: Final = "any"
"""In a query, this code stands for every offer of its facet ("nature=any")."""


class Row(BaseModel):
    """Immutable; a misspelled key in the table is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(Row):
    """One thing a clinic can say within a facet."""

    code: str
    label: str
    short: str = ""
    """The label where space is short (tags, filters); the label itself when empty."""
    means: str
    """A one-line definition for visitors."""
    source: str
    """Where the definition comes from."""
    words: tuple[str, ...] = ()
    """What people type for it, folded on use."""
    offer: bool = True
    """False: kept as a claim and shown, but never counted or filtered as an offer (decor, spa)."""

    @property
    def tag(self) -> str:
        """The short label, or the label."""
        return self.short or self.label


class Facet(Row):
    """One question about a clinic, with all its answers."""

    code: str
    label: str
    question: str
    unstated: str
    """What the page says when nothing is known."""
    any_words: tuple[str, ...] = ()
    """What people type when any value will do ("nature")."""
    details: tuple[str, ...] = ()
    """Extra words a claim of this facet may carry (strength of an exclusion, role of staff)."""
    values: tuple[Value, ...]

    @cached_property
    def by_code(self) -> MappingProxyType[str, Value]:
        """Every value by its code, those that are not offers too."""
        return MappingProxyType({value.code: value for value in self.values})

    @cached_property
    def offers(self) -> tuple[str, ...]:
        """The codes that can be filtered and counted, in table order."""
        return tuple(value.code for value in self.values if value.offer)


def load(text: str, file: str = "facets.toml") -> MappingProxyType[str, Facet]:
    """The facets of a table, in table order; DataError names the row that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(file, str(error)) from error
    facets: dict[str, Facet] = {}
    for code, table in raw.items():
        rows = [{"code": key, **row} for key, row in table.pop("values", {}).items()]
        try:
            facets[code] = Facet.model_validate({**table, "code": code, "values": rows})
        except (ValidationError, TypeError) as error:
            raise DataError(file, f"[{code}] {error}") from error
    return MappingProxyType(facets)


FACETS: Final = load(files("finder").joinpath("facets.toml").read_text(encoding="utf-8"))
"""Every facet by its code, in the order of the page."""


def value(facet: str, code: str) -> Value:
    """The row of one value; KeyError when the table does not have it."""
    return FACETS[facet].by_code[code]
