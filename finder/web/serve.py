"""gunicorn, set up so that no request line, query or address of a visitor is written anywhere."""

import socket
from typing import Any

from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.sync import SyncWorker

from finder.settings import Settings
from finder.web import create_app

MAX_REQUEST_LINE_BYTES = 8190
_CRISIS = "In crisis, or thinking of suicide? Call or text 988. In danger now: call 911."


class QuietWorker(SyncWorker):  # type: ignore[misc]  # gunicorn has no types
    """A sync worker that answers broken requests in our words.

    gunicorn's own handler writes the request line into its log and into the page it sends; here
    neither may hold what somebody searched for.
    """

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Send a short plain page for a request that never reached the application."""
        status, reason, text = _error_of(exc)
        if status == 500:
            self.log.error("a request failed before the application: %s", type(exc).__name__)
        try:
            util.write_error(client, status, reason, f"{text} {_CRISIS}")
        except OSError:
            self.log.debug("the visitor was gone before the error page")


def _error_of(exc: BaseException) -> tuple[int, str, str]:
    if isinstance(exc, LimitRequestLine):
        return 414, "URI Too Long", "That search is too long. Please use fewer words."
    if isinstance(exc, LimitRequestHeaders):
        return 431, "Request Header Fields Too Large", "The request headers are too large."
    if isinstance(exc, ParseException):
        return 400, "Bad Request", "The request could not be read."
    return 500, "Internal Server Error", "Something went wrong on our side. Please try again."


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings)


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until stopped, with sync workers (put a proxy in front for slow connections).

    No access log, no control socket; the application is loaded once and shared by the workers.
    """
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _Server(
        settings,
        {
            "bind": address,
            "workers": workers,
            "worker_class": "finder.web.serve.QuietWorker",
            "preload_app": True,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
            "limit_request_line": MAX_REQUEST_LINE_BYTES,
            "timeout": 30,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
        },
    ).run()
