"""A proxy before a real Elasticsearch that spoils the answers a healthy server cannot be made to give."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.elastic_server import TRUSTING


@dataclass
class Answer:
    """What goes back."""

    status: int
    body: bytes
    mime: str = "application/json"
    declared: int | None = None
    """The length that the header says, when that is not the length of the body."""


Fault = Callable[[str, Answer], Answer]
"""Takes the path and the server's answer; gives what goes back."""


@dataclass
class Proxy:
    """Its address, and what it does to answers now."""

    target: str
    url: str = ""
    authorization: str = ""
    """Sent on in place of what the engine sent."""
    fault: Fault | None = None
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def spoiling(self, fault: Fault) -> Iterator[None]:
        """Within the block, answers go through this."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def answer(self, method: str, path: str, body: bytes, mime: str) -> Answer:
        self.asked.append(f"{method} {path}")
        headers = {"Content-Type": mime}
        if self.authorization:
            headers["Authorization"] = self.authorization
        asked = urllib.request.Request(self.target + path, body or None, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60, context=TRUSTING) as answer:
                return self._spoiled(path, Answer(answer.status, answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return self._spoiled(path, Answer(error.code, error.read()))

    def _spoiled(self, path: str, answer: Answer) -> Answer:
        fault = self.fault
        return answer if fault is None else fault(path, answer)


@contextmanager
def proxy_of(target: str, authorization: str = "") -> Iterator[Proxy]:
    """A proxy on loopback, as long as the block."""
    proxy = Proxy(target, authorization=authorization)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            mime = self.headers.get("Content-Type") or "application/json"
            try:
                answer = proxy.answer(self.command, self.path, body, mime)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.mime)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                length = len(answer.body) if answer.declared is None else answer.declared
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = answer.declared is not None
            except OSError:
                self.close_connection = True  # the engine did not wait for the end

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815  (the server's names)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.fault = None
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, kind: str = "") -> Fault:
    """Every answer is this error of Elasticsearch's."""
    cause = {"type": kind, "reason": "xyzzyplugh"}
    body = json.dumps({"error": {"root_cause": [cause], **cause}, "status": code}).encode()
    return lambda path, answer: Answer(code, body)


def html_502(path: str, answer: Answer) -> Answer:
    return Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")


def html_200(path: str, answer: Answer) -> Answer:
    return Answer(200, b"<html>Welcome to the hotel's network</html>", "text/html")


def truncated(path: str, answer: Answer) -> Answer:
    return Answer(answer.status, answer.body[: len(answer.body) // 2], declared=len(answer.body))


def cut_json(path: str, answer: Answer) -> Answer:
    return Answer(answer.status, answer.body[: len(answer.body) // 2])


def empty_object(path: str, answer: Answer) -> Answer:
    return Answer(200, b"{}")


def hangs(path: str, answer: Answer) -> Answer:
    time.sleep(4)
    return answer


def changed(change: Callable[[dict[str, Any]], None], where: str = "search") -> Fault:
    """The answers to searches, each changed in place."""

    def fault(path: str, answer: Answer) -> Answer:
        if where not in path or answer.status != 200:
            return answer
        said = json.loads(answer.body)
        for part in said.get("responses", [said]):
            change(part)
        return Answer(answer.status, json.dumps(said).encode())

    return fault


def _lacks_a_shard(part: dict[str, Any]) -> None:
    part["_shards"] = {"total": 3, "successful": 2, "skipped": 0, "failed": 1}
    part["hits"]["total"] = {"value": 1, "relation": "eq"}


def _lost_a_shard_silently(part: dict[str, Any]) -> None:
    part["_shards"] = {"total": 3, "successful": 2, "skipped": 0, "failed": 0}


PARTIAL = changed(_lacks_a_shard)
SILENTLY_PARTIAL = changed(_lost_a_shard_silently)
TIMED_OUT = changed(lambda part: part.update(timed_out=True))
NO_SHARDS = changed(lambda part: part.update(_shards={"total": 0, "successful": 0, "failed": 0}))
