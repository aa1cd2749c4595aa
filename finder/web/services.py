"""What answers a search, opened once: settings, places, lexicon, engine."""

from dataclasses import dataclass

from finder.places import Gazetteer, default_gazetteer_path
from finder.search.engine import SearchEngine, open_engine
from finder.search.find import Answer, find
from finder.search.lexicon import Lexicon
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
        return cls(
            settings=settings,
            gazetteer=Gazetteer.open(default_gazetteer_path(settings.data)),
            lexicon=Lexicon.open(settings.data),
            engine=engine or open_engine(settings.engine_url),
        )

    def understand(self, request: Request) -> Understanding:
        """What a request asks for."""
        return understand(request, self.gazetteer, self.lexicon, self.settings)

    def find(self, understanding: Understanding) -> Answer | None:
        """The answer of the engine; None when a place must be asked for first. A radius that nobody
        chose grows where few clinics are; a chosen one never does.
        """
        if understanding.query is None:
            return None
        return find(self.engine, understanding.query, widen=understanding.radius_is_default)

    @property
    def links(self) -> Links:
        """Queries as addresses."""
        return Links(self.settings, self.gazetteer)

    def state_name(self, code: str) -> str:
        """ "Colorado" for "CO"; the code itself when the gazetteer does not know it."""
        place = self.gazetteer.state(code)
        return code if place is None else place.name
