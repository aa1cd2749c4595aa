"""What search engines and browsers ask for: sitemaps, robots.txt, OpenSearch."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from flask import Blueprint, Response, current_app, render_template
from werkzeug.exceptions import NotFound

from finder.web import headers
from finder.web import landing_links as links
from finder.web.address import absolute
from finder.web.directory import TREATMENTS, Directory, Listed
from finder.web.landing import directory
from finder.web.links import clinic_path

blueprint = Blueprint("sitemaps", __name__)

MOST_ADDRESSES: Final = 50_000
"""In one file, by the sitemap protocol."""

ROBOTS: Final = """User-agent: *
Disallow: /search
Disallow: /api/
Disallow: /tiles/
Disallow: /widget/

Sitemap: {sitemap}
"""

_Row = tuple[str, date]
"""A path, and when the facts behind it were last read."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Searches are for people: every one is another address for the same clinics."""
    return _public(ROBOTS.format(sitemap=absolute("/sitemap.xml")), "text/plain")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The list of sitemaps: clinics in files of at most 50,000, and the pages about places."""
    now = directory()
    found = [("/sitemap-places.xml", _newest(now.listed))] if now.listed else []
    for number, part in enumerate(_parts(now), 1):
        found.append((f"/sitemap-clinics-{number}.xml", _newest(part)))
    return _xml("sitemap_index.xml", found)


@blueprint.get("/sitemap-clinics-<int:number>.xml")
def clinics(number: int) -> Response:
    """One file of clinics, dated by when a source was last read."""
    parts = _parts(directory())
    if not 1 <= number <= len(parts):
        raise NotFound
    return _xml("sitemap.xml", [(clinic_path(one.id), one.seen) for one in parts[number - 1]])


@blueprint.get("/sitemap-places.xml")
def places() -> Response:
    """Home, and every page about a state, a town, or a treatment in a state."""
    return _xml("sitemap.xml", list(_places(directory())))


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser searches here from its address bar."""
    return _public(
        render_template("opensearch.xml", absolute=absolute), "application/opensearchdescription+xml"
    )


def _parts(now: Directory) -> list[tuple[Listed, ...]]:
    most = current_app.config.get("MOST_ADDRESSES", MOST_ADDRESSES)
    return [now.listed[start : start + most] for start in range(0, len(now.listed), most)]


def _places(now: Directory) -> Iterator[_Row]:
    if not now.listed:
        return
    newest = _newest(now.listed)
    yield "/", newest
    yield f"/{links.ROOT}/", newest
    for state in now.states.values():
        seen = _newest(state.listed)
        yield links.state_path(state), seen
        for town in state.towns.values():
            yield links.town_path(state, town), _newest(town.listed)
    for row in TREATMENTS:
        states = [state for state in now.states.values() if row.path in state.treatments]
        if states:
            yield f"/{row.path}/", max(_newest(state.listed) for state in states)
        for state in states:
            yield links.treatment_path(row, state), _newest(state.listed)


def _newest(listed: Iterable[Listed]) -> date:
    return max(one.seen for one in listed)


def _xml(template: str, rows: list[_Row]) -> Response:
    entries = [(absolute(path), seen.isoformat()) for path, seen in rows]
    return _public(render_template(template, entries=entries), "application/xml")


def _public(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Cache-Control"] = headers.PUBLIC
    return response
