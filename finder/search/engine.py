"""The SearchEngine protocol and open_engine(url). Engines are loaded only when their URL is used."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from finder.errors import SettingsError
from finder.geo import Box
from finder.model import Clinic
from finder.search.query import Grid, Query, Results, Suggested
from finder.settings import Access


class SearchEngine(Protocol):
    """What web, find() and the command line ask of an engine. Every method may raise EngineError."""

    def rebuild(self, clinics: Iterable[Clinic]) -> int:
        """Replace the whole index and say how many clinics it holds (called by `finder index`).

        Readers see the old index or the new one, never half; killed at any moment, the old one
        stays. Two clinics with one id raise DataError and change nothing.
        """
        ...

    def search(self, query: Query) -> Results:
        """One page of the clinics that satisfy the query, in the order that Query documents."""
        ...

    def count(self, query: Query) -> int:
        """`search(query).total`, cheaper; called for ways out."""
        ...

    def grid(self, query: Query, window: Box, besides: Iterable[str], zoom: int) -> Grid:
        """The clinics with a point that `search(query)` finds in the window of the live map, on all its
        pages, counted by squares; without those found by telehealth and those whose ids are `besides`.

        Filled squares of `zoom`, or of the nearest coarser zoom at which they are at most MAX_CELLS.
        """
        ...

    def get(self, clinic_id: str) -> Clinic:
        """The clinic with this id, or the one that formerly had it (then its `id` differs; of
        several, the one with the smallest id); ClinicNotFound otherwise.
        """
        ...

    def suggest(self, typed: str, limit: int) -> tuple[Suggested, ...]:
        """At most `limit` clinics (1 to 100) whose name somebody may be typing; () for no letter or digit.

        `starts.typed_start(typed)` is held against each of `starts.name_starts(clinic.name)`, to the
        character (a cut may end in a space; spaces are characters like others):

        - "prefix": the start of the name begins with it.
        - "edit", only when fewer than `limit` clinics are "prefix", and only for SHORTEST_EDITED or
          more characters: it begins so after one edit (a character put in, left out, replaced, or
          two neighbors swapped) that leaves the first character as it is. In other words: some
          beginning of the start has the same first character and an optimal string alignment
          distance of 1. (As starts are cut too, a text of 24 characters is not lengthened.)

        A clinic is named once, by its best match. Order: "prefix" before "edit"; those matched at
        the first word of the name before those at a later word; then folded name; then id. Nothing
        else of a clinic can move it.
        """
        ...

    def check(self) -> str:
        """One line on health and size, after verifying what can be verified and running a real
        search; EngineError when a search would not be answered.
        """
        ...

    def version(self) -> str:
        """The build that answers now: a hash of its content, equal for equal clinics."""
        ...


def open_engine(url: str, access: Access | None = None) -> SearchEngine:
    """The engine of `embedded:FOLDER` or `https://host:9200,other:9200/index`.

    Opening touches nothing: a missing index is reported by the first call that needs it.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "embedded" and rest:
        from finder.search.embedded import EmbeddedEngine  # noqa: PLC0415  (numpy only when used)

        return EmbeddedEngine(Path(rest))
    if scheme in {"http", "https"}:
        from finder.search.elastic import ElasticEngine  # noqa: PLC0415  (its client is no part of the default)

        return ElasticEngine(url, access or Access())
    raise SettingsError("FINDER_ENGINE", "use embedded:FOLDER or https://host:9200/index")
