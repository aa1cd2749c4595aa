"""What data/lexicon.toml knows of how clinics say things: its sections [says.*] and [context.*], and
the words of the facet table, compiled once.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from finder.errors import DataError
from finder.facets import FACETS, Facet
from finder.ingest.extraction.patternindex import Index
from finder.ingest.extraction.patterns import Pattern, Span, compile_pattern
from finder.model import Says
from finder.settings import bundled_data
from finder.text import fold

FILE: Final = "lexicon.toml"
CONTEXT: Final = "context"
"""The facet name of a cue: its value is the name of the context."""
EVERYTHING: Final = "*"
_NEGATIVE: Final = frozenset(
    (
        "no",
        "not",
        "never",
        "without",
        "dont",
        "doesnt",
        "cannot",
        "cant",
        "isnt",
        "arent",
        "nor",
        "wont",
        "sin",
    )
)
_MARKS: Final = "|?~*"


class Phrase(NamedTuple):
    """What a match says."""

    facet: str
    value: str
    says: Says = "yes"
    detail: str = ""
    negative: bool = False
    """The pattern itself holds a "no" or "not"."""
    weak: bool = False
    """It counts only beside one of its group's `beside`."""
    is_gapless: bool = True
    """The pattern has no gap: what stands inside it belongs to it."""
    group: "Group | None" = None


class Group(NamedTuple):
    """What holds for all phrases of a value."""

    unless: Index[bool]
    """Anywhere in the sentence, these take the match back."""
    needs: Index[bool] | None
    """One of these stands somewhere on the page, or nothing is said."""
    beside: Index[bool]
    """One of these stands in the sentence, its question or its heading, or a weak phrase says nothing."""


class Context(NamedTuple):
    """What a cue does to the sentence it stands in."""

    name: str
    mutes: frozenset[str] = frozenset()
    """Facets of which nothing is claimed there."""
    reach: str = "sentence"
    """sentence, thought (its own one), or after (what follows it in its own thought)."""
    is_weak: bool = False
    """It mutes only when the sentence does not say that this practice gives it."""


class Sample(NamedTuple):
    """An example and a counter-example of a section."""

    section: str
    example: str
    counter: str


class Phrases(NamedTuple):
    """The compiled sections."""

    patterns: Index[Phrase]
    contexts: Mapping[str, Context]
    brings: Mapping[tuple[str, str], tuple[str, ...]]
    """Values of the same facet that a value always brings with it."""
    samples: tuple[Sample, ...]

    def find(self, texts: Sequence[str]) -> list[tuple[Span, Phrase]]:
        """Every match in the folded words of a sentence, cues included."""
        return self.patterns.find(texts)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    example: str = ""
    counter: str = ""


class _SaysRow(_Row):
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    detail: str = ""
    roles: dict[str, tuple[str, ...]] = {}
    shared: bool = True
    not_shared: tuple[str, ...] = ()


class _ContextRow(_Row):
    words: tuple[str, ...]
    mutes: tuple[str, ...] = ()
    reach: str = "sentence"
    weak: bool = False


class _Reader(NamedTuple):
    file: str
    facets: Mapping[str, Facet]
    spelling: Mapping[str, Sequence[str]]

    def patterns(self, where: str, rows: Sequence[str]) -> tuple[Pattern, ...]:
        try:
            return tuple(compile_pattern(row, self.spelling) for row in rows)
        except ValueError as error:
            raise DataError(self.file, f"{where}: {error}") from error

    def row(self, where: str, kind: type[_Row], row: object) -> Any:
        try:
            return kind.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            raise DataError(
                self.file, f"{'.'.join((where, *map(str, first['loc'])))}: {first['msg']}"
            ) from error

    def context(self, name: str, row: _ContextRow) -> Context:
        for facet in row.mutes:
            if facet != EVERYTHING and facet not in self.facets:
                raise DataError(self.file, f"context.{name}: there is no facet {facet!r}")
        if row.reach not in ("sentence", "thought", "after"):
            raise DataError(self.file, f"context.{name}: reach is sentence, thought or after")
        mutes = self.facets if EVERYTHING in row.mutes else row.mutes
        return Context(name, frozenset(mutes), row.reach, row.weak)

    def entries(self, facet: str, value: str, row: _SaysRow) -> Iterator[tuple[Pattern, Phrase]]:
        where = f"says.{facet}.{value}"
        table = self.facets[facet]
        wrong = ({row.detail} | set(row.roles)) - {"", *table.details}
        if wrong or not set(row.brings) <= set(table.by_code):
            raise DataError(self.file, f"{where}: {min(wrong | set(row.brings))!r} is not in the facet table")
        group = Group(
            unless=_index(self.patterns(where, row.unless)),
            needs=_index(self.patterns(where, row.needs)) if row.needs else None,
            beside=_index(self.patterns(where, row.beside)),
        )
        said: list[tuple[Says, str, Sequence[str]]] = [("yes", row.detail, row.yes), ("no", "", row.no)]
        said += [("yes", detail, rows) for detail, rows in row.roles.items()]
        if row.shared:
            left_out = {fold(word) for word in row.not_shared}
            words = (fold(word) for word in table.by_code[value].words)
            said.append(("yes", row.detail, [word for word in words if word and word not in left_out]))
        for says, detail, rows in said:
            for pattern in self.patterns(where, rows):
                negative = any(slot.words & _NEGATIVE for slot in pattern.slots)
                yield (
                    pattern,
                    Phrase(facet, value, says, detail, negative, is_gapless=pattern.is_plain, group=group),
                )
        for pattern in self.patterns(where, row.weak):
            negative = any(slot.words & _NEGATIVE for slot in pattern.slots)
            yield pattern, Phrase(facet, value, "yes", row.detail, negative, True, False, group)


def _index(patterns: Sequence[Pattern]) -> Index[bool]:
    return Index((pattern, True) for pattern in patterns)


def read_phrases(text: str, file: str = FILE, facets: Mapping[str, Facet] = FACETS) -> Phrases:
    """The compiled sections of a lexicon; DataError names the entry that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(file, str(error)) from error
    reader = _Reader(file, facets, raw.get("spelling", {}))
    contexts, entries, samples = {}, [], []
    for name, table in raw.get("context", {}).items():
        row: _ContextRow = reader.row(f"context.{name}", _ContextRow, table)
        contexts[name] = reader.context(name, row)
        cue = Phrase(CONTEXT, name)
        entries += [(pattern, cue) for pattern in reader.patterns(f"context.{name}", row.words)]
        samples.append(Sample(f"context.{name}", row.example, row.counter))
    brings = {}
    for facet, value, table in _says(raw.get("says", {}), reader):
        said: _SaysRow = reader.row(f"says.{facet}.{value}", _SaysRow, table)
        entries += reader.entries(facet, value, said)
        brings[facet, value] = said.brings
        if table:
            samples.append(Sample(f"says.{facet}.{value}", said.example, said.counter))
    return Phrases(Index(entries), contexts, brings, tuple(samples))


def _says(raw: Mapping[str, Any], reader: _Reader) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every value of the facet table with its section, which may be missing."""
    for facet, values in raw.items():
        for value in values:
            if facet not in reader.facets or value not in reader.facets[facet].by_code:
                raise DataError(reader.file, f"there is no value {facet}.{value}")
    for facet, table in reader.facets.items():
        for value in table.by_code:
            yield facet, value, raw.get(facet, {}).get(value, {})


@lru_cache(maxsize=4)
def phrases_in(folder: Path) -> Phrases:
    """The phrases of a data folder; DataError when the file is missing or broken."""
    path = folder / FILE
    try:
        return read_phrases(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(str(path), str(error)) from error


def bundled_phrases() -> Phrases:
    """Those that travel with the product."""
    return phrases_in(bundled_data())
