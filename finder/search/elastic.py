"""The SearchEngine over Elasticsearch: the one place that knows its client.

What is asked and how answers are read is in `finder/search/cluster/`; here are connections, time limits
and errors. A wrong or partial answer is an error, never a smaller number.
"""

import os
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from finder.errors import EngineDown, EngineError, EngineRefused, NoIndex, SettingsError
from finder.geo import Box
from finder.model import Clinic
from finder.search.budget import QUESTION_SECONDS, question, seconds_left
from finder.search.cluster import asking, builds, health, squares, suggesting
from finder.search.cluster.address import Address
from finder.search.cluster.breaker import Breaker
from finder.search.cluster.builds import Build
from finder.search.cluster.deadline import timely
from finder.search.cluster.documents import DEEPEST_ZOOM
from finder.search.cluster.rebuild import Rebuild
from finder.search.cluster.transport import Json, refusal, whole
from finder.search.query import Grid, Query, Results, Suggested
from finder.settings import Access

try:
    import elastic_transport
    import elasticsearch
except ImportError:
    raise SettingsError(
        "FINDER_ENGINE", "an https address needs the Elasticsearch client: pip install 'elasticsearch>=9,<10'"
    ) from None

T = TypeVar("T")

FIRST_TRY_SECONDS: Final = 0.7
"""Then another node is asked, with what is left of QUESTION_SECONDS. One node alone gets a second."""
ONLY_NODE_SECONDS: Final = 1.0
SHORTEST_SECONDS: Final = 0.05
WORK_SECONDS: Final = 60.0
"""One step of a rebuild; nobody waits for it."""
FRESH_SECONDS: Final = 1.0
"""How long the build behind the alias is taken to be the same."""
DEAD_NODE_SECONDS: Final = 3.0
CONNECTIONS: Final = 32
_SEARCH: Final = "allow_partial_search_results=false&preference=_local"
_LINES: Final = {"accept": "application/json", "content-type": "application/x-ndjson"}
_JSON: Final = {"accept": "application/json", "content-type": "application/json"}


class ElasticEngine:
    """Reads and rebuilds the index behind one alias. Cheap to create; safe between threads and forks."""

    def __init__(self, url: str, access: Access) -> None:
        """The engine of an address; nothing is asked before the first call."""
        self._address = Address.read(url)
        self._shards = access.shards
        self._client = _Client(self._address.hosts, access)
        self._breaker = Breaker()
        self._known: tuple[float, Build] | None = None

    def rebuild(self, clinics: Iterable[Clinic]) -> int:
        """Replace the whole index; how many clinics it holds. DataError for two with one id."""
        return self._changed(lambda work: work.whole(clinics))

    def update(self, clinics: Iterable[Clinic], since: str) -> int:
        """Bring the build that answers up to these clinics; how many of them had changed. Misuse when
        `since` is neither its version nor a day that it is as new as.
        """
        return self._changed(lambda work: work.changes(clinics, since))

    def rollback(self) -> str:
        """Let the build before this one answer again; its version. EngineError when there is none."""
        return self._changed(lambda work: work.rollback().version)

    def search(self, query: Query) -> Results:
        """One page of the clinics that satisfy the query, in the order that Query documents."""
        return self._with_build(lambda ask, build: asking.search(ask, query, build.version))

    def count(self, query: Query) -> int:
        """`search(query).total`, without order, counts and records."""
        return self._with_build(lambda ask, _: asking.counts(ask, [query])[0])

    def counts(self, queries: Sequence[Query]) -> tuple[int, ...]:
        """The total of each query, all in one request."""
        return self._with_build(lambda ask, _: asking.counts(ask, queries))

    def grid(self, query: Query, window: Box, besides: Iterable[str], zoom: int) -> Grid:
        """What the query finds in a window of the map, by squares."""
        frame = squares.Frame(window, tuple(besides), min(zoom, DEEPEST_ZOOM))
        return self._with_build(lambda ask, _: squares.grid(ask, query, frame))

    def suggest(self, typed: str, limit: int) -> tuple[Suggested, ...]:
        """Clinics whose name somebody may be typing."""
        return self._with_build(lambda ask, _: suggesting.suggest(ask, typed, limit))

    def get(self, clinic_id: str) -> Clinic:
        """The clinic with this present or former id; ClinicNotFound otherwise."""
        return self._with_build(lambda ask, _: asking.get(ask, clinic_id))

    def export(self, query: Query | None = None) -> Iterator[Clinic]:
        """Every clinic, or every clinic of a query, by id, at one point in time."""
        build = builds.live(self._client, self._address.alias)
        with health.point_in_time(self._client, build.index) as ask:
            yield from asking.export(ask, query)

    def version(self) -> str:
        """The build that answers now: a hash of its content."""
        with question():
            return self._build().version

    def check(self) -> str:
        """Server, index, build, size and shards, after a real search; EngineError when one of them is
        not sound.
        """
        with question():
            self._known = None
            build = self._build()
            found = self.search(Query(size=1))
            if found.total != build.clinics:
                raise EngineError(
                    f"{build.index} finds {found.total} clinics and was published with {build.clinics}; "
                    'run "finder index"'
                )
            return health.line(_Hasty(self), build)

    def _changed(self, change: Callable[[Rebuild], T]) -> T:
        try:
            return change(Rebuild(self._client, self._address.alias, self._shards))
        finally:
            self._known = None

    def _with_build(self, hold: Callable[[asking.Ask, Build], T]) -> T:
        """One conversation, all of it with one build; once more when that was deleted meanwhile."""
        with question():
            build = self._build()
            try:
                return hold(lambda bodies: self._ask(build, bodies), build)
            except EngineRefused as refused:
                if refused.kind != "index_not_found_exception":
                    raise
            self._known = None
            build = self._build()
            return hold(lambda bodies: self._ask(build, bodies), build)

    def _build(self) -> Build:
        known = self._known
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        asked_at = time.monotonic()
        try:
            build = builds.live(_Hasty(self), self._address.alias)
        except NoIndex:
            self._known = None
            raise NoIndex(f"{self._address.hosts[0]}/{self._address.alias}") from None
        self._known = (asked_at, build)
        return build

    def _ask(self, build: Build, bodies: Sequence[Json]) -> Sequence[Json]:
        if len(bodies) == 1:
            return [self.perform("POST", f"/{build.index}/_search?{_SEARCH}", bodies[0], check=whole)]
        head = {"index": build.index, "allow_partial_search_results": False, "preference": "_local"}
        lines = [line for body in bodies for line in (head, body)]
        answers: list[Json] = self.perform("POST", "/_msearch", lines, check=whole)["responses"]
        return answers

    def perform(
        self, method: str, path: str, body: Json = None, *, check: Callable[[Json], Json] = lambda it: it
    ) -> Json:
        """One call within the time of the question, and one more to another node when that fails.
        `check` raises EngineDown for an answer that is not whole.
        """
        if seconds_left() < SHORTEST_SECONDS:
            raise EngineDown("Elasticsearch was too slow for all that was asked of it")
        if not self._breaker.lets_ask():
            raise EngineDown("Elasticsearch did not answer lately; it is asked again in a moment")
        first = FIRST_TRY_SECONDS if len(self._address.hosts) > 1 else ONLY_NODE_SECONDS
        try:
            try:
                answer = check(self._client.within(min(first, seconds_left()), method, path, body))
            except EngineDown:
                left = min(QUESTION_SECONDS - first, seconds_left())
                if left < SHORTEST_SECONDS:
                    raise
                answer = check(self._client.within(left, method, path, body))
        except EngineDown:
            self._breaker.failed()
            raise
        except EngineRefused:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return answer


class _Hasty:
    """The Transport for what a visitor waits for."""

    def __init__(self, engine: ElasticEngine) -> None:
        self._engine = engine

    def perform(self, method: str, path: str, body: Json = None) -> Json:
        return self._engine.perform(method, path, body)


class _Client:
    """The Transport for work that takes its time; opened at its first use in each process."""

    def __init__(self, hosts: tuple[str, ...], access: Access) -> None:
        if access.ca is not None:
            _check_ca(access.ca)
        self._hosts = hosts
        self._access = access
        self._opening = threading.Lock()
        self._opened: tuple[int, elasticsearch.Elasticsearch] | None = None

    def perform(self, method: str, path: str, body: Json = None) -> Json:
        return self.within(WORK_SECONDS, method, path, body)

    def within(self, seconds: float, method: str, path: str, body: Json) -> Json:
        """The JSON of the answer. EngineRefused when the server says no, EngineDown when it says nothing
        in time or nothing that can be read, EngineError when it cannot be trusted.
        """
        client = self._open()
        headers = _LINES if isinstance(body, list) else _JSON
        try:
            answer = client.transport.perform_request(
                method,
                path,
                body=body,
                headers={**headers, **self._authorization()},
                max_retries=0,
                request_timeout=seconds,
            )
        except elastic_transport.TlsError as error:
            raise EngineError(
                "the certificate of Elasticsearch is not trusted; check FINDER_ELASTIC_CA"
            ) from error
        except elastic_transport.ConnectionTimeout as error:
            raise EngineDown("Elasticsearch did not answer in time") from error
        except (elastic_transport.TransportError, OSError, ValueError) as error:
            raise EngineDown("Elasticsearch does not answer, or with something unreadable") from error
        if not 200 <= answer.meta.status < 300 and not _is_missing_document(answer):
            raise refusal(answer.meta.status, answer.body)
        return answer.body

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"ApiKey {self._access.api_key}"} if self._access.api_key else {}

    def _open(self) -> elasticsearch.Elasticsearch:
        with self._opening:
            opened = self._opened
            if opened is None or opened[0] != os.getpid():
                opened = self._opened = (os.getpid(), self._connect())
            return opened[1]

    def _connect(self) -> elasticsearch.Elasticsearch:
        trust: dict[str, Any] = {}
        if self._access.ca is not None and self._hosts[0].startswith("https"):
            trust["ca_certs"] = str(self._access.ca)
        return elasticsearch.Elasticsearch(
            list(self._hosts),
            node_class=_Node,
            max_dead_node_backoff=DEAD_NODE_SECONDS,
            connections_per_node=CONNECTIONS,
            **trust,
        )


class _Node(elastic_transport.Urllib3HttpNode):
    def __init__(self, config: elastic_transport.NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = timely(self.pool.ConnectionCls)


def _check_ca(file: Path) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        raise SettingsError("FINDER_ELASTIC_CA", "there is no such file of certificates") from None


def _is_missing_document(answer: elastic_transport.TransportApiResponse) -> bool:
    """A 404 that is the whole answer to a question about one document."""
    return answer.meta.status == 404 and isinstance(answer.body, dict) and "found" in answer.body
