"""A second engine that answers while the first one does not: a snapshot on this machine's disk.

One question is answered by one of them, never half by each, as their builds may differ.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, TypeVar

from finder.errors import EngineError
from finder.geo import Box
from finder.model import Clinic
from finder.search.budget import current, question
from finder.search.engine import SearchEngine, open_engine
from finder.search.query import Grid, Query, Results, Suggested

log: Final = logging.getLogger("finder.search")
T = TypeVar("T")


class FallbackEngine:
    """A SearchEngine that asks `first`, and `second` where that cannot answer."""

    def __init__(self, first: SearchEngine, second: SearchEngine, folder: Path) -> None:
        """Nothing is asked before the first call. `folder` is where the second one keeps its build."""
        self.first = first
        self.second = second
        self._folder = folder

    @classmethod
    def open(cls, first: SearchEngine, url: str) -> "FallbackEngine":
        """The engine with the fallback of an `embedded:FOLDER`."""
        return cls(first, open_engine(url), Path(url.partition(":")[2]))

    def rebuild(self, clinics: Iterable[Clinic]) -> int:
        """Replace the index of the first engine."""
        return self.first.rebuild(clinics)

    def search(self, query: Query) -> Results:
        """One page of the clinics that satisfy the query."""
        return self.one_call(lambda engine: engine.search(query))

    def count(self, query: Query) -> int:
        """`search(query).total`."""
        return self.one_call(lambda engine: engine.count(query))

    def grid(self, query: Query, window: Box, besides: Iterable[str], zoom: int) -> Grid:
        """What the query finds in a window of the map, by squares."""
        left_out = tuple(besides)
        return self.one_call(lambda engine: engine.grid(query, window, left_out, zoom))

    def suggest(self, typed: str, limit: int) -> tuple[Suggested, ...]:
        """Clinics whose name somebody may be typing."""
        return self.one_call(lambda engine: engine.suggest(typed, limit))

    def get(self, clinic_id: str) -> Clinic:
        """The clinic with this present or former id; ClinicNotFound otherwise."""
        return self.one_call(lambda engine: engine.get(clinic_id))

    def version(self) -> str:
        """The build that answers now."""
        return self.one_call(lambda engine: engine.version())

    def check(self) -> str:
        """How the first engine is; while the second stands in, that it does, and how that is."""
        try:
            return self.first.check()
        except EngineError:
            return (
                f"the engine does not answer; the fallback of {self.built()} stands in: {self.second.check()}"
            )

    def built(self) -> date:
        """The day on which the fallback was put in place; EngineError when there is none."""
        try:
            changed = (self._folder / "CURRENT").stat().st_mtime
        except OSError as error:
            raise EngineError(f"there is no fallback at {self._folder}") from error
        return datetime.fromtimestamp(changed, UTC).date()

    def one_call(self, ask: Callable[[SearchEngine], T]) -> T:
        """One call of a question. When the first engine fails after it answered an earlier call, so does
        this one.
        """
        asked = current()
        if asked.answered_by == "fallback":
            return ask(self.second)
        try:
            answer = ask(self.first)
        except EngineError as error:
            if asked.answered_by == "engine":
                raise
            return self._stand_in(ask, error)
        asked.answered_by = "engine"
        return answer

    def whole_question(self, ask: Callable[[SearchEngine], T]) -> T:
        """Many calls that belong together: all of them to the engine that can answer all of them."""
        if current().answered_by != "fallback":
            try:
                answer = ask(self.first)
            except EngineError as error:
                return self._stand_in(ask, error)
            current().answered_by = "engine"
            return answer
        return ask(self.second)

    def _stand_in(self, ask: Callable[[SearchEngine], T], error: EngineError) -> T:
        log.warning("the engine did not answer (%s): the fallback stands in", type(error).__name__)
        try:
            answer = ask(self.second)
        except EngineError:
            raise error from None
        current().answered_by = "fallback"
        return answer


def together(engine: SearchEngine, ask: Callable[[SearchEngine], T]) -> T:
    """Many calls that belong together, as one question to one engine."""
    with question():
        return engine.whole_question(ask) if isinstance(engine, FallbackEngine) else ask(engine)
