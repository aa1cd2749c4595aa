"""Polite, guarded HTTP: the only place where the product asks somebody else's server for a page.

Only http and https, only public addresses (checked on the socket itself, so that no name can change its
mind), only text, within limits of size, time and redirects, and only where robots.txt allows it.
Proxies of the environment are not used: they would hide which address is asked.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from finder import __version__
from finder.errors import IngestError, Misuse
from finder.ingest.pagetext import MAX_BYTES
from finder.ingest.publicnet import NotPublic, public_pools

AGENT: Final = "ClinicFinder"
"""The name that robots.txt may speak to."""
MAX_REDIRECTS: Final = 5
MAX_ROBOTS_BYTES: Final = 500_000
"""What RFC 9309 asks a crawler to read at least."""
PAGE_TYPES: Final = ("text/html", "application/xhtml+xml", "text/plain")
_MAX_URL_CHARS: Final = 2_000
_LONGEST_PAUSE_SECONDS: Final = 30.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class FetchFailed(IngestError):
    """A page could not be read, or must not be."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.url = url
        self.problem = problem


class Fetched(NamedTuple):
    """A page as its server sent it."""

    url: str
    """Where it was found in the end, after redirects."""
    content_type: str
    body: bytes
    """At most one byte more than is read of a page."""


class Limits(NamedTuple):
    """How long and how much."""

    seconds: float = 30.0
    """For one page with its redirects, robots.txt apart."""
    wait_seconds: float = 10.0
    """For the next bytes."""
    pause_seconds: float = 1.0
    """Between two requests to one host; a longer Crawl-delay of its robots.txt counts, up to 30 s."""
    page_bytes: int = MAX_BYTES + 1


@dataclass
class Fetcher:
    """Reads pages, one at a time."""

    contact: str = ""
    """Whom a site owner can write to; named in the User-Agent."""
    allow_loopback: bool = False
    """For tests only: also this very machine."""
    limits: Limits = field(default_factory=Limits)
    _robots: dict[str, Protego] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    def get(self, url: str) -> Fetched:
        """The page at an address. Misuse for an address that is none; FetchFailed when its server, its
        robots.txt or our limits say no.
        """
        _origin(url)
        return self._follow(url, self._allowed, self.limits.page_bytes)

    def _follow(self, url: str, may: Callable[[str], None], most_bytes: int) -> Fetched:
        start, asked = time.monotonic(), url
        for _ in range(MAX_REDIRECTS + 1):
            may(url)
            left = self.limits.seconds - (time.monotonic() - start)
            status, location, page = self._ask(url, max(left, 0.1), most_bytes)
            if status in _REDIRECTS and location:
                url = str(requests.utils.requote_uri(urljoin(url, location)))
                _origin(url, FetchFailed)
            elif status >= 400:
                raise FetchFailed(url, f"its server answers {status}")
            else:
                return page
        raise FetchFailed(asked, f"more than {MAX_REDIRECTS} redirects")

    def _allowed(self, url: str) -> None:
        """Asks the robots.txt of its host, once; FetchFailed when it says no."""
        origin = _origin(url, FetchFailed)
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        robots = self._robots[origin]
        if not robots.can_fetch(url, AGENT):
            raise FetchFailed(url, "its robots.txt asks not to read it")
        delay = max(self.limits.pause_seconds, float(robots.crawl_delay(AGENT) or 0))
        since = time.monotonic() - self._asked.get(origin, -_LONGEST_PAUSE_SECONDS)
        time.sleep(max(0.0, min(delay, _LONGEST_PAUSE_SECONDS) - since))
        self._asked[origin] = time.monotonic()

    def _read_robots(self, origin: str) -> Protego:
        """No robots.txt (4xx) allows all; one that cannot be read forbids all, as RFC 9309 has it."""
        try:
            page = self._follow(f"{origin}/robots.txt", lambda _: None, MAX_ROBOTS_BYTES)
        except FetchFailed as error:
            if not error.problem.startswith("its server answers 4"):
                raise FetchFailed(origin, f"its robots.txt cannot be read ({error.problem})") from None
            return Protego.parse("")
        return Protego.parse(page.body.decode("utf-8", "replace"))

    def _ask(self, url: str, seconds: float, most_bytes: int) -> tuple[int, str, Fetched]:
        """One request in a thread of its own: a server that sends a byte now and then holds up no one."""
        answers: list[tuple[int, str, Fetched]] = []
        problems: list[Exception] = []

        def run() -> None:
            try:
                answers.append(self._request(url, time.monotonic() + seconds, most_bytes))
            except Exception as error:  # handed on to the thread that waits
                problems.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(seconds + 1)
        if problems:
            raise problems[0]
        if not answers:
            _too_slow(url)
        return answers[0]

    def _request(self, url: str, deadline: float, most_bytes: int) -> tuple[int, str, Fetched]:
        headers = {
            "User-Agent": self._user_agent(),
            "Accept": ", ".join(PAGE_TYPES),
            "Accept-Encoding": "gzip",
        }
        wait = min(self.limits.wait_seconds, max(deadline - time.monotonic(), 0.1))
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, _PublicOnly(self.allow_loopback))
            try:
                with session.get(
                    url, headers=headers, timeout=wait, allow_redirects=False, stream=True
                ) as got:
                    kind = got.headers.get("Content-Type", "")
                    location = got.headers.get("Location", "")
                    page = Fetched(url, kind, b"")
                    if got.status_code >= 300:
                        return got.status_code, location, page
                    if not _is_text(url, kind):
                        raise FetchFailed(url, f"it is no page of text but {kind[:80]}")
                    return (
                        got.status_code,
                        location,
                        page._replace(body=_body(got, url, deadline, most_bytes)),
                    )
            except NotPublic as error:
                raise FetchFailed(url, str(error)) from None
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                raise FetchFailed(url, f"it cannot be reached ({type(error).__name__})") from error

    def _user_agent(self) -> str:
        reason = "reads clinics' own pages for a public directory"
        return f"{AGENT}/{__version__} ({reason}{'; ' if self.contact else ''}{self.contact})"


def _body(got: requests.Response, url: str, deadline: float, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = most_bytes
    while left > 0:
        part = got.raw.read1(min(left, 65_536), decode_content=True)
        if not part:
            break
        parts.append(part)
        left -= len(part)
        if time.monotonic() > deadline:
            _too_slow(url)
    return b"".join(parts)[:most_bytes]


def _is_text(url: str, kind: str) -> bool:
    """A robots.txt counts whatever its server calls it."""
    return not kind or kind.strip().lower().startswith(PAGE_TYPES) or urlsplit(url).path == "/robots.txt"


def _too_slow(url: str) -> NoReturn:
    raise FetchFailed(url, "its server takes too long")


def _origin(url: str, error: Callable[[str, str], Exception] | None = None) -> str:
    """ "https://host:port" of an address that we may ask; Misuse (or the given error) for any other."""
    problem = ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        problem = "is no web address"
    else:
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            problem = "is no address that begins with http:// or https://"
        elif parts.username is not None or parts.password is not None:
            problem = "carries a user name or password"
        elif not url.isprintable() or " " in url or "%" in parts.hostname:
            problem = "holds characters that no web address has"
        elif len(url) > _MAX_URL_CHARS:
            problem = f"is longer than {_MAX_URL_CHARS} characters"
        else:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"
    raise Misuse(f"{url[:200]} {problem}") if error is None else error(url[:200], problem)


class _PublicOnly(HTTPAdapter):
    """Connects to public addresses only."""

    def __init__(self, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """A pool whose connections look at their other end before they send anything."""
        self.poolmanager = public_pools(self._allow_loopback)
