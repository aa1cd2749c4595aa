"""Asking somebody's server: politely, within limits, and never this network. The server is a real one."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from finder.errors import FinderError, Misuse
from finder.ingest.fetch import Fetcher, FetchFailed, Limits
from finder.ingest.publicnet import NotPublic, connected, is_public

PAGE = b"<p>We offer IV ketamine infusions."
QUICK = Limits(seconds=2.0, wait_seconds=1.0, pause_seconds=0.0, page_bytes=5_000)
ROBOTS = b"User-agent: *\nDisallow: /private\n\nUser-agent: ClinicFinder\nDisallow: /own\nDisallow: /*.pdf$\n"


REDIRECTS = {"/loop": "/loop", "/odd": "/my\x1b page", "/nowhere": "http://[::1"}


class Site(ThreadingHTTPServer):
    """A web site of a clinic; `robots` is its robots.txt, or a status."""

    daemon_threads = True
    robots: bytes | int = 404

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["User-Agent"]))
        if self.path == "/robots.txt":
            robots = self.server.robots
            kind = "application/octet-stream"
            self.answer(robots, b"") if isinstance(robots, int) else self.answer(200, robots, kind)
        elif self.path.startswith("/to/"):
            self.answer(302, b"", Location=self.path.removeprefix("/to/"))
        elif self.path in REDIRECTS:
            self.answer(301, b"", Location=REDIRECTS[self.path])
        elif self.path == "/pdf":
            self.answer(200, PAGE, "application/pdf")
        elif self.path == "/big":
            self.answer(200, b"x" * 100_000)
        elif self.path == "/bomb":
            self.answer(200, gzip.compress(b"x" * 10_000_000), **{"Content-Encoding": "gzip"})
        elif self.path == "/drip":
            self.drip()
        elif self.path == "/slow-head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(50):
                self.wfile.write(b"X: y\r\n")
                self.wfile.flush()
                time.sleep(0.1)
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "99")
            self.end_headers()
            self.wfile.write(b"x")
        else:
            self.answer(404 if self.path == "/gone" else 200, PAGE)

    def answer(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8", **more: str) -> None:
        self.send_response(status)
        for name, text in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(50):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(contact="care@finder.example", allow_loopback=True, limits=QUICK)


def test_a_page_comes_with_its_type_and_we_say_who_we_are(site: Site, fetcher: Fetcher) -> None:
    page = fetcher.get(f"{site.url}/faq")
    assert page == (f"{site.url}/faq", "text/html; charset=utf-8", PAGE)
    assert [path for path, _ in site.seen] == ["/robots.txt", "/faq"]
    assert {agent.split("/")[0] for _, agent in site.seen} == {"ClinicFinder"}
    assert all("care@finder.example" in agent for _, agent in site.seen)


def test_a_redirect_to_an_odd_address_is_quoted(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site.url}/odd").url == f"{site.url}/my%1B%20page"


def test_redirects_are_followed_to_where_the_page_is(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site.url}/to//faq").url == f"{site.url}/faq"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/gone", "its server answers 404"),
        ("/loop", "more than 5 redirects"),
        ("/pdf", "it is no page of text but application/pdf"),
        ("/to/ftp://x/", "is no address that begins with http:// or https://"),
        ("/to/http://u:p@x/", "carries a user name or password"),
        ("/to/http://x:99999/", "is no web address"),
        ("/to/http://[x/", "holds characters that no web address has"),
        ("/nowhere", "it cannot be reached"),
        ("/cut", "it cannot be reached"),
    ],
)
def test_what_cannot_be_read_says_why(site: Site, fetcher: Fetcher, path: str, problem: str) -> None:
    with pytest.raises(FetchFailed, match=problem) as caught:
        fetcher.get(site.url + path)
    assert not isinstance(caught.value, Misuse)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/drip", "/slow-head"])
def test_a_server_that_drips_is_given_up(site: Site, fetcher: Fetcher, path: str) -> None:
    with pytest.raises(FetchFailed, match=r"takes too long|cannot be reached"):
        fetcher.get(site.url + path)


@pytest.mark.parametrize("path", ["/big", "/bomb"])
def test_no_more_is_read_than_the_limit(site: Site, fetcher: Fetcher, path: str) -> None:
    assert fetcher.get(site.url + path).body == b"x" * 5_000


def test_robots_are_asked_once_and_obeyed(site: Site, fetcher: Fetcher) -> None:
    site.robots = ROBOTS
    fetcher.limits = QUICK._replace(pause_seconds=0.3)
    fetcher.get(f"{site.url}/private")
    start = time.monotonic()
    fetcher.get(f"{site.url}/faq")
    assert time.monotonic() - start >= 0.25
    with pytest.raises(FetchFailed, match=r"its robots\.txt asks not to read it"):
        fetcher.get(f"{site.url}/own")
    with pytest.raises(FetchFailed, match=r"robots\.txt asks not"):
        fetcher.get(f"{site.url}/to//own")
    with pytest.raises(FetchFailed, match=r"robots\.txt asks not"):
        fetcher.get(f"{site.url}/prices.pdf")
    assert [path for path, _ in site.seen].count("/robots.txt") == 1
    assert "/own" not in dict(site.seen)


def test_robots_that_cannot_be_read_forbid(site: Site, fetcher: Fetcher) -> None:
    site.robots = 503
    with pytest.raises(FetchFailed, match=r"its robots\.txt cannot be read \(its server answers 503\)"):
        fetcher.get(f"{site.url}/faq")
    assert [path for path, _ in site.seen] == ["/robots.txt"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])
def test_this_machine_is_not_asked(site: Site, host: str) -> None:
    with pytest.raises(FetchFailed):
        Fetcher(limits=QUICK).get(f"http://{host}:{site.server_port}/faq")
    assert site.seen == []


def test_a_secure_address_of_this_machine_is_not_asked_either(site: Site) -> None:
    with pytest.raises(FetchFailed, match=r"127\.0\.0\.1 is no public address"):
        Fetcher(limits=QUICK).get(f"https://127.0.0.1:{site.server_port}/faq")


def test_a_name_that_means_something_else_the_second_time_is_cut_off(site: Site) -> None:
    sock = socket.create_connection(("127.0.0.1", site.server_port))
    with pytest.raises(NotPublic):
        connected(lambda: sock, "93.184.216.34", allow_loopback=False)
    assert sock.fileno() == -1


def test_a_redirect_into_a_private_network_is_not_followed(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchFailed):
        fetcher.get(f"{site.url}/to/http://169.254.169.254/latest")


def test_a_closed_port_is_one_sentence(fetcher: Fetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with pytest.raises(FinderError, match="cannot be reached"):
        fetcher.get(url)


@pytest.mark.parametrize(
    "url",
    ["", "x.example", "file:///x", "ftp://x", "http://", "http://u@x", "http://x/ y", f"http://{2000 * 'a'}"],
)
def test_what_is_no_web_address_is_misuse(url: str) -> None:
    with pytest.raises(Misuse):
        Fetcher().get(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::10.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
