"""Errors as honest pages, or as application/problem+json under /api. Nothing that was sent is repeated,
but for the search box while the engine is down.
"""

import json
import logging
import traceback
from typing import Any, Final

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from finder.errors import BadQuery, ClinicNotFound, EngineError, FinderError
from finder.facets import FACETS
from finder.search import budget
from finder.search.request import read_request
from finder.web import headers, pages

log: Final = logging.getLogger("finder.web")

MAX_QUERY_STRING_BYTES: Final = 128 * 1024
_DIRECTORY_SECONDS: Final = 20.0

TEXTS: Final[dict[int, tuple[str, str]]] = {
    400: ("This search cannot be read", "Something in the address of this page is not right."),
    404: ("Page not found", "There is no page at this address. A clinic may have been removed."),
    405: ("This page cannot be used that way", "Please use the search box instead."),
    413: ("Too much was sent", "Please use fewer words."),
    414: ("This search is too long", "Please use fewer words."),
    500: (
        "Something went wrong on our side",
        "Please try again in a moment. What you searched for was not recorded.",
    ),
    503: (
        "Search is not available right now",
        "We cannot look up clinics at the moment. Please try again in a few minutes.",
    ),
}
"""Heading and sentence by status; other statuses of the same class use 400 and 500."""


def install(app: Flask) -> None:
    """Answer every error of the app in our words."""
    app.register_error_handler(BadQuery, _bad_query)
    app.register_error_handler(ClinicNotFound, lambda _: respond(404))
    app.register_error_handler(EngineError, _engine_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)
    app.before_request(_begin)
    app.before_request(_refuse_long_addresses)
    app.after_request(_never_keep_the_fallbacks_answer)
    app.teardown_request(lambda _: budget.end())


def _begin() -> None:
    """Everything a request asks of the engine is one question; directories of all clinics take longer."""
    is_long = request.blueprint in {"landing", "sitemaps"}
    budget.begin(_DIRECTORY_SECONDS if is_long else budget.QUESTION_SECONDS)


def _never_keep_the_fallbacks_answer(response: Response) -> Response:
    if budget.current().answered_by == "fallback":
        response.headers["Cache-Control"] = headers.NO_STORE
        response.headers.pop("ETag", None)
    return response


def _refuse_long_addresses() -> Response | None:
    return respond(414) if len(request.query_string) > MAX_QUERY_STRING_BYTES else None


def _bad_query(error: BadQuery) -> Response:
    return respond(400, [{"field": error.field, "detail": error.problem}])


def _engine_error(error: EngineError) -> Response:
    log.error("the engine did not answer: %s", type(error).__name__)
    response = respond(503, **_asked_again())
    response.headers["Retry-After"] = "30"
    return response


def _asked_again() -> dict[str, Any]:
    """What the search page needs to keep what was asked, and to put help first when it tells of a crisis."""
    if request.path != "/search":
        return {}
    try:
        understanding = pages.services().understand(read_request(request.args))
    except FinderError:
        return {}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name in FACETS]
    return {"box": pages.box_text(understanding), "box_kept": kept, "crisis": understanding.crisis}


def _http_error(error: HTTPException) -> Response:
    response = respond(error.code or 500)
    if error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET, HEAD")
    return response


def _bug(error: Exception) -> Response:
    """Where it happened goes to the log, without messages and values: these could hold a search."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-6:]))
    log.error("bug: %s at %s", type(error).__name__, where)
    return respond(500)


def respond(status: int, errors: list[dict[str, str]] | None = None, **page: Any) -> Response:
    """The page of an error, with what else it shows; under /api its problem document (RFC 9457)."""
    title, text = TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    if request.path.startswith("/api/") or request.path == "/health":
        problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": text}
        if errors:
            problem["errors"] = errors
        response = Response(json.dumps(problem) + "\n", content_type="application/problem+json")
    else:
        response = make_response(
            render_template("error.html", title=title, text=text, errors=errors or [], status=status, **page)
        )
    response.status_code = status
    return response
