"""Tiles of the base map by their address, and whose tiles the map shows."""

import gzip
import logging
from typing import Final, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from finder.settings import Settings, bundled_data
from finder.web import headers
from finder.web.tilefile import FILE, FOLDER, TileFile, open_tiles

log: Final = logging.getLogger("finder.web")

blueprint = Blueprint("tiles", __name__)

OWN_ATTRIBUTION: Final = "Map: U.S. Census Bureau, Natural Earth, GeoNames (CC BY 4.0)"


@blueprint.record_once
def _open(state: BlueprintSetupState) -> None:
    settings = state.app.extensions["services"].settings
    state.app.extensions["tiles"] = tile_file(settings)
    if settings.map_tile_url:
        state.app.after_request(_allow_foreign_tiles)
        log.warning(
            "FINDER_MAP_TILE_URL is set: the live map asks %s for tiles, so that host sees the address of "
            "each visitor who opens a map, and which area they look at",
            tile_origin(settings),
        )


def _allow_foreign_tiles(response: Response) -> Response:
    """Runs after headers.py: the content policy lets pictures come from the tiles' host."""
    policy = response.headers.get("Content-Security-Policy", "")
    origin = tile_origin(current_app.extensions["services"].settings)
    response.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", f"img-src 'self' {origin}")
    return response


def tile_file(settings: Settings) -> TileFile:
    """The base map of the data folder, else the one that travels with the product; DataError when it
    is missing or damaged.
    """
    own = settings.data / FOLDER / FILE
    return open_tiles(own if own.exists() else bundled_data() / FOLDER / FILE)


def tiles() -> TileFile:
    """The base map of the running application."""
    return cast(TileFile, current_app.extensions["tiles"])


def tile_url(zoom: int | str, column: int | str, row: int | str) -> str:
    """The address of one of our tiles; it never changes what it shows."""
    return f"/tiles/{tiles().version}/{zoom}/{column}/{row}.svg"


def live_tile_url(settings: Settings) -> str:
    """The address pattern that the live map fills in: ours, or the operator's."""
    return settings.map_tile_url or tile_url("{z}", "{x}", "{y}")


def tile_origin(settings: Settings) -> str:
    """The origin of foreign tiles, "https://tiles.example"; empty for our own."""
    if not settings.map_tile_url:
        return ""
    parts = urlsplit(settings.map_tile_url)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def tile_privacy_note(settings: Settings) -> str:
    """What the privacy page must say about foreign tiles; empty for our own."""
    if not settings.map_tile_url:
        return ""
    return (
        "One exception: when you open the live map, its pictures come from "
        f"{tile_origin(settings)}. That site then sees your internet address and which area you look at. "
        "The list and the small map without moving parts ask nobody else."
    )


@blueprint.get("/tiles/<version>/<int:zoom>/<int:column>/<int:row>.svg")
def tile(version: str, zoom: int, column: int, row: int) -> AnyResponse:
    """One square of the base map, straight from the file; an address of an earlier map leads to the
    present one.
    """
    content = tiles().tile(zoom, column, row)
    if content is None:
        abort(404)
    if version != tiles().version:
        return redirect(tile_url(zoom, column, row))
    is_zipped = request.accept_encodings["gzip"] > 0
    response = Response(content if is_zipped else gzip.decompress(content), mimetype="image/svg+xml")
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = headers.FOREVER
    return response
