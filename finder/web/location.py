""" "Use my location": a position comes by POST, becomes the nearest town, and stands in no address."""

from typing import Final, cast
from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from finder.errors import BadQuery
from finder.geo import Point, miles
from finder.model import Place
from finder.search.request import read_request
from finder.web.services import Services

blueprint = Blueprint("location", __name__)

FARTHEST_MILES: Final = 100.0
"""Someone farther than this from every town we know is not in the United States."""


@blueprint.post("/location")
def from_here() -> Response:
    """The same search around the nearest town (303 to an address with its name). Both coordinates are
    rounded here again; only forms of this very site are answered.
    """
    if not _is_from_this_site():
        return _say(403, "This did not come from our own page. Name a town or ZIP code instead.")
    try:
        asked = read_request(request.form).model_copy(
            update={"near": "", "box": None, "town_unstated": False}
        )
    except BadQuery:
        return _say(400, "We could not read your location. Name a town or ZIP code instead.")
    if asked.lat is None or asked.lng is None:
        return _say(400, "Your location did not arrive. Name a town or ZIP code instead.")
    services = cast(Services, current_app.extensions["services"])
    town = _nearest_town(services, Point(lat=asked.lat, lng=asked.lng))
    if town is None:
        return _say(200, "You seem to be outside the United States. Name a town or ZIP code there.")
    meaning = services.understand(asked)
    radius = meaning.understood.radius_miles or services.settings.radius_miles
    query = meaning.understood.changed(place=town, radius_miles=radius, box=None)
    links = services.links
    address = links.search_that_may_widen(query) if meaning.radius_is_default else links.search(query)
    return redirect(address, code=303)


def _nearest_town(services: Services, here: Point) -> Place | None:
    town = services.gazetteer.nearest(here)
    return town if miles(town.point, here) <= FARTHEST_MILES else None


def _is_from_this_site() -> bool:
    """By Sec-Fetch-Site, which every current browser sends; by Origin where it is missing."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _say(status: int, text: str) -> Response:
    return make_response(render_template("location.html", text=text), status)
