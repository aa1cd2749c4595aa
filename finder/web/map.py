"""Maps for pages: the results map, the map of the country, and the live map's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from finder.search.query import Hit, Query
from finder.search.request import read_request
from finder.web import headers, usmap, words
from finder.web.document import to_json
from finder.web.mapdata import map_document, read_window
from finder.web.services import Services
from finder.web.svgmap import RESULTS, Drawing, drawing
from finder.web.tiles import OWN_ATTRIBUTION, live_tile_url, tile_privacy_note, tile_url, tiles
from finder.web.tiles import blueprint as tiles_blueprint

__all__ = ["blueprint", "results_map", "tile_privacy_note", "us_map"]

blueprint: Final = Blueprint("map", __name__)
blueprint.register_blueprint(tiles_blueprint)


@dataclass(frozen=True)
class TileLink:
    """One tile where it stands in the picture."""

    url: str
    x: float
    y: float
    px: float


@dataclass(frozen=True)
class ResultsMap:
    """What `_map.html` shows."""

    drawing: Drawing
    tiles: tuple[TileLink, ...]
    says: str
    """What the map shows and what it cannot show."""
    view: str
    """South, west, north and east of what the narrowest frame shows."""
    origin_text: str
    """Latitude and longitude of the place searched around; empty for areas."""
    query_string: str
    """The parameters of the list: the live map asks with the very same."""
    tile_pattern: str
    attribution: str
    """Whom to name on the live map besides those under it: the makers of foreign tiles."""
    own_attribution: str = OWN_ATTRIBUTION


def results_map(query: Query, numbered: Sequence[tuple[int, Hit]], services: Services) -> ResultsMap | None:
    """The map of a page's hits with their numbers in the list; None when none has a place."""

    def label(number: int, hit: Hit) -> str:
        line = words.place_line(hit.clinic, services.state_name(hit.clinic.address.state))
        return f"{number}: {hit.clinic.name}, {line}"

    drawn = drawing(query, numbered, RESULTS, label)
    if drawn is None:
        return None
    settings, origin = services.settings, query.origin
    return ResultsMap(
        drawing=drawn,
        tiles=tuple(
            TileLink(tile_url(tile.zoom, tile.column, tile.row), tile.x, tile.y, tile.px)
            for tile in drawn.tiles
        ),
        says=_says(drawn.unplaced),
        view=",".join(f"{degrees:.4f}" for degrees in drawn.frame.box(RESULTS)),
        origin_text="" if drawn.origin is None or origin is None else f"{origin.lat},{origin.lng}",
        query_string=urlencode(services.links.params(query)),
        tile_pattern=live_tile_url(settings),
        attribution=settings.map_tile_attribution if settings.map_tile_url else "",
    )


def _says(unplaced: int) -> str:
    if not unplaced:
        return "The map shows the clinics of this page."
    verb = "has" if unplaced == 1 else "have"
    return f"The map shows the clinics of this page; {unplaced} of them {verb} no place to show."


def us_map(services: Services) -> usmap.UsMap | None:
    """The map of the country with the counts of the present build; None while the engine cannot say."""
    return usmap.us_map(services, tiles().shapes)


@blueprint.get("/api/v1/map")
def map_data() -> AnyResponse:
    """What the search of the list finds in a window of the map, as GeoJSON: numbered, or in groups."""
    services = cast(Services, current_app.extensions["services"])
    window = read_window(request.args)
    understanding = services.understand(read_request(request.args))
    query = understanding.query
    if understanding.radius_is_default and (answer := services.find(understanding)) is not None:
        query = answer.results.query  # the radius may have grown, on the map as in the list
    content = map_document(query, window, services)
    response = Response(to_json(content) + "\n", mimetype="application/geo+json")
    response.headers["Cache-Control"] = headers.REVALIDATE
    response.add_etag()
    return response.make_conditional(request)
