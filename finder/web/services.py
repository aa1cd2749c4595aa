"""What answers a search, opened once: settings, places, lexicon, engine."""

from dataclasses import dataclass

from finder.places import Gazetteer, default_gazetteer_path
from finder.search.budget import current
from finder.search.engine import SearchEngine, open_engine
from finder.search.fallback import FallbackEngine, together
from finder.search.find import Answer, find
from finder.search.lexicon import Lexicon
from finder.search.named import clinics_named
from finder.search.query import Suggested
from finder.search.request import Request
from finder.search.understand import Understanding, understand
from finder.settings import Settings
from finder.web.links import Links


@dataclass(frozen=True)
class Services:
    """Shared by all requests of a process; the command line uses the same."""

    settings: Settings
    gazetteer: Gazetteer
    lexicon: Lexicon
    engine: SearchEngine

    @classmethod
    def open(cls, settings: Settings, engine: SearchEngine | None = None) -> "Services":
        """Services as the settings say; DataError when places or lexicon are missing or damaged.

        A missing index is no error here: the first search reports it.
        """
        opened = engine or open_engine(settings.engine_url, settings.access)
        return cls(
            settings=settings,
            gazetteer=Gazetteer.open(default_gazetteer_path(settings.data)),
            lexicon=Lexicon.open(settings.data),
            engine=FallbackEngine.open(opened, settings.fallback) if settings.fallback else opened,
        )

    def understand(self, request: Request) -> Understanding:
        """What a request asks for."""
        return understand(request, self.gazetteer, self.lexicon, self.settings)

    def find(self, understanding: Understanding) -> Answer | None:
        """The answer of the engine; None when a place must be asked for first. A radius that nobody
        chose grows where few clinics are; a chosen one never does. Words that no clinic has are left
        out, but for quoted ones.
        """
        query = understanding.query
        if query is None:
            return None
        is_quoted = '"' in understanding.request.q
        return together(
            self.engine,
            lambda engine: find(
                engine, query, widen=understanding.radius_is_default, drop_unmatched=not is_quoted
            ),
        )

    def named(self, understanding: Understanding) -> tuple[Suggested, ...]:
        """The clinics whose name was typed, at most three."""
        typed = understanding.request.q
        return together(self.engine, lambda engine: clinics_named(engine, self.lexicon, typed))

    def outage(self) -> str:
        """What visitors should know when the fallback answered what is being asked; else ""."""
        if current().answered_by != "fallback" or not isinstance(self.engine, FallbackEngine):
            return ""
        day = self.engine.built()
        return (
            "Our main search is not available right now. This comes from our copy of "
            f"{day:%B} {day.day}, {day.year}; changes made since then are missing."
        )

    @property
    def links(self) -> Links:
        """Queries as addresses."""
        return Links(self.settings, self.gazetteer)

    def state_name(self, code: str) -> str:
        """ "Colorado" for "CO"; the code itself when the gazetteer does not know it."""
        place = self.gazetteer.state(code)
        return code if place is None else place.name
