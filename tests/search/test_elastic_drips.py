"""A server that answers byte by byte holds nobody longer than one that does not answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from finder.errors import EngineDown
from finder.search import budget
from finder.search.cluster.deadline import TimelyResponse
from finder.search.elastic import ElasticEngine
from finder.search.query import Query
from finder.settings import Access

SOON_SECONDS = 3.0
"""The bar is 1.5 s; the machine that runs the tests may be busy."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n"


@contextmanager
def dripping(at_once: bytes, slowly: bytes) -> Iterator[str]:
    """The host of a server that sends the first part at once and of the second a byte each 20 ms."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(at_once)
            for number in range(len(slowly)):
                if over.wait(0.02):
                    return
                connection.sendall(slowly[number : number + 1])

    def listen() -> None:
        while not over.is_set():
            with suppress(OSError):
                serve(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at_once", "slowly"), [(b"", HEAD * 9), (HEAD, b" " * 2000)], ids=["the head drips", "the body drips"]
)
@pytest.mark.parametrize("nodes", [1, 2])
def test_an_answer_that_drips_is_down_in_time(at_once: bytes, slowly: bytes, nodes: int) -> None:
    with dripping(at_once, slowly) as one, dripping(at_once, slowly) as other:
        engine = ElasticEngine(f"http://{','.join([one, other][:nodes])}/clinics", Access())
        start = time.monotonic()
        with pytest.raises(EngineDown):
            engine.search(Query())
        assert time.monotonic() - start < SOON_SECONDS


def test_a_question_whose_time_is_over_asks_nothing_more() -> None:
    engine = ElasticEngine("http://127.0.0.1:1/clinics", Access())
    with budget.question(0.0), pytest.raises(EngineDown, match="too slow"):
        engine.search(Query())


def test_who_has_no_time_limit_waits() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        response = TimelyResponse(ours)
        response.begin()
        assert response.read() == b"{}"
        response.close()
