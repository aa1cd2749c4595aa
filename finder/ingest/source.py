"""What the pipeline asks of a source, and the one way to read a row without losing a field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from finder.ingest.geocode import StreetGeocoder
from finder.ingest.normalize import mended
from finder.ingest.phrases import Phrases
from finder.model import Listing, RawRecord
from finder.places import Gazetteer

_TRUE = frozenset({"true", "yes", "y", "1", "t"})
_FALSE = frozenset({"false", "no", "n", "0", "f"})


@dataclass(frozen=True)
class Entry:
    """One row as it was read. `broken` says why it cannot be used; then `raw` holds its text."""

    row: int
    """Where it stands in the file: the number of its (first) line, or its row in a sheet."""
    raw: RawRecord
    broken: str = ""
    problems: tuple[str, ...] = ()
    """What was mended while reading."""


@dataclass(frozen=True)
class Problem:
    """A value that could not be used. The row goes on without it; the report shows it."""

    field: str
    value: str
    problem: str


@dataclass
class Desk:
    """What sources and steps work with: gazetteer, geocoder, phrases, a pad for problems."""

    places: Gazetteer
    geocoder: StreetGeocoder | None = None
    phrases: Phrases | None = None
    """How clinics say things; None: those that travel with the product."""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, field: str, value: object, problem: str) -> None:
        """Note that a value was not used, and why."""
        self.problems.append(Problem(field, str(value)[:200], problem))

    def take_problems(self) -> tuple[Problem, ...]:
        """What was noted since the last call."""
        taken = tuple(self.problems)
        self.problems.clear()
        return taken


class Row:
    """The fields of one record, taken by name; what nobody took is left over and reported."""

    def __init__(self, raw: RawRecord, desk: Desk) -> None:
        self.raw = raw
        self.desk = desk
        self._known: set[str] = set()

    def take(self, name: str) -> JsonValue:
        """The value of a field as it came; None when it is absent or empty."""
        self._known.add(name)
        value = self.raw.fields.get(name)
        empty = value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
        return None if empty else value

    def ignore(self, names: Iterable[str]) -> None:
        """Say that these fields are known and not wanted."""
        self._known.update(names)

    def leftovers(self) -> tuple[str, ...]:
        """The fields with a value that were neither taken nor ignored."""
        unknown = [name for name in self.raw.fields if name not in self._known]
        return tuple(name for name in unknown if self.take(name) is not None)

    def text(self, name: str) -> str:
        """A field as one clean line of text; "" when it is empty."""
        return self._plain(name, self.take(name))

    def texts(self, name: str, separator: str = ";") -> tuple[str, ...]:
        """A field as several texts: a JSON list, or one text cut at the separator."""
        value = self.take(name)
        parts: Iterable[JsonValue] = value.split(separator) if isinstance(value, str) else [value]
        if isinstance(value, list):
            parts = value
        found = (self._plain(name, part) for part in parts)
        return tuple(dict.fromkeys(text for text in found if text))

    def truth(self, name: str) -> bool | None:
        """A field as yes or no; None when it is empty, or is neither (that is a problem)."""
        text = self.text(name).casefold()
        if not text:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        self.desk.problem(name, text, "is neither yes nor no")
        return None

    def number(self, name: str) -> float | None:
        """A field as a number; None when it is empty, or is none (that is a problem)."""
        text = self.text(name)
        if not text:
            return None
        if not re.fullmatch(r"[-+]?\d{1,9}(\.\d{1,20})?", text):
            self.desk.problem(name, text, "is not a number")
            return None
        return float(text)

    def _plain(self, name: str, value: JsonValue) -> str:
        if isinstance(value, dict | list):
            self.desk.problem(name, value, "is a structure where a text is wanted")
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = "" if value is None else str(value)
        if "\0" in text:
            self.desk.problem(name, text, "held a NUL character, which was taken out")
        return mended(text)


class Source(Protocol):
    """Where listings come from. `run` in pipeline.py calls `entries` once, then `listing` per row."""

    name: str
    where: str
    """The file or address it reads, for the report."""
    licence: str
    minimum: int
    """With fewer listings than this the source has failed, and its last good ones are kept."""
    ignored: Mapping[str, str]
    """Fields that are not wanted, each with the reason."""

    def entries(self) -> Iterator[Entry]:
        """Every row, broken ones too. SourceFailed when the source as a whole cannot be read."""

    def listing(self, row: Row) -> Listing:
        """One row in our words. Rejected when it cannot be one clinic."""
