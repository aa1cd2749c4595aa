"""The headers of every answer: a strict content policy, no referrer, no cookies, honest caching."""

from typing import Final

from flask import Flask, Response, request

SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}

PAGE_PERMISSIONS: Final = "geolocation=(self), camera=(), microphone=()"
"""Pages have the search box with its "Use my location" button; nothing else may ask where somebody is."""

NO_STORE: Final = "no-store"
PUBLIC: Final = "public, max-age=300"
REVALIDATE: Final = "private, no-cache"
"""The caller may keep it, asks each time with its ETag; nobody in between keeps it."""
FOREVER: Final = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Put the headers on every response of the app, errors and static files included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.update(SECURITY)
    if response.mimetype == "text/html":
        response.headers["Permissions-Policy"] = PAGE_PERMISSIONS
    is_api = request.path.startswith("/api/")
    if is_api and request.method in {"GET", "HEAD", "OPTIONS"}:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_api else "same-origin"
    if request.endpoint == "static" and response.status_code in {200, 304}:
        response.headers["Cache-Control"] = FOREVER if "v" in request.args else PUBLIC
    elif "Cache-Control" not in response.headers or response.status_code >= 400:
        response.headers["Cache-Control"] = NO_STORE
    return response
