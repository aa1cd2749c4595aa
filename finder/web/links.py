"""Searches as links: the one way from a Query to an address. Defaults are left out."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from finder.places import Gazetteer
from finder.search.query import Query
from finder.search.request import query_params
from finder.settings import Settings

_KEPT_BY_FORM = frozenset({"q", "near", "lat", "lng", "box", "town", "not"})


@dataclass(frozen=True)
class Links:
    """Addresses of pages and of the API for queries, in canonical form."""

    settings: Settings
    gazetteer: Gazetteer

    def params(self, query: Query) -> tuple[tuple[str, str], ...]:
        """The parameters that ask for this very query, in a fixed order."""
        return query_params(query, self.settings, self.gazetteer)

    def search(self, query: Query) -> str:
        """The results page of this query."""
        return address("/search", self.params(query))

    def search_that_may_widen(self, query: Query) -> str:
        """The results page of a query whose radius nobody chose: it may grow where few clinics are."""
        return address("/search", tuple(pair for pair in self.params(query) if pair[0] != "radius"))

    def api(self, query: Query) -> str:
        """The API document of this query."""
        return address("/api/v1/clinics", self.params(query))

    def kept(self, query: Query) -> tuple[tuple[str, str], ...]:
        """Hidden fields of the filter form: the words and the place, which it does not ask."""
        return tuple((name, value) for name, value in self.params(query) if name in _KEPT_BY_FORM)


def address(path: str, params: tuple[tuple[str, str], ...] = ()) -> str:
    """A path with its query string, if there is one."""
    return f"{path}?{urlencode(params)}" if params else path


def clinic_path(clinic_id: str) -> str:
    """The page of a clinic."""
    return f"/clinic/{quote(clinic_id, safe='')}"
