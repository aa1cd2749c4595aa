"""The picture that others show when somebody shares a landing page: 1200 by 630, the place with its
clinics. Only landing pages have one, so there are only so many to draw.
"""

import gzip
from functools import lru_cache
from html import escape
from typing import Final

import resvg_py
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from finder.search.query import Query, Results
from finder.web import headers, words
from finder.web.landing import TOWN_RADIUS_MILES, directory, services
from finder.web.landing_links import ROOT
from finder.web.services import Services
from finder.web.svgmap import SHARE, Drawing, Pin, drawing
from finder.web.tiles import OWN_ATTRIBUTION, tiles

blueprint: Final = Blueprint("share", __name__)

MOST_PINS: Final = 60
WIDTH: Final = SHARE.full_width
HEIGHT: Final = SHARE.full_height
_BAND: Final = 118
"""Height of the strip with the words."""
_FONT: Final = "DejaVu Sans"
"""resvg's fallback; a machine without it takes any font it has, and without fonts leaves out the words."""
_KEPT: Final = 128


@blueprint.get(f"/share/{ROOT}/<state_slug>.png")
def of_state(state_slug: str) -> Response:
    """The picture of a state that has a landing page; 404 for others."""
    states = {state.slug: state for state in directory().states.values()}
    if state_slug not in states:
        raise NotFound
    return _picture(Query(place=states[state_slug].place, size=MOST_PINS))


@blueprint.get(f"/share/{ROOT}/<state_slug>/<town_slug>.png")
def of_town(state_slug: str, town_slug: str) -> Response:
    """The picture of a town that has a landing page; 404 for others."""
    places = {
        (state.slug, town.slug): town.place
        for state in directory().states.values()
        for town in state.towns.values()
    }
    place = places.get((state_slug, town_slug))
    if place is None:
        raise NotFound
    return _picture(Query(place=place, radius_miles=TOWN_RADIUS_MILES, size=MOST_PINS))


def _picture(query: Query) -> Response:
    svg = share_svg(services().engine.search(query), services())
    if not svg:
        raise NotFound
    response = Response(_png(svg), mimetype="image/png")
    response.headers["Cache-Control"] = headers.PUBLIC
    return response


@lru_cache(_KEPT)
def _png(svg: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_family=_FONT, sans_serif_family=_FONT))


def share_svg(results: Results, services: Services) -> str:
    """The picture as one SVG that needs no other file; empty when no clinic has a place."""
    drawn = drawing(
        results.query, list(enumerate(results.hits, 1)), SHARE, lambda number, hit: hit.clinic.name
    )
    if drawn is None:
        return ""
    title = escape(words.heading(results.query, results.total))
    site = escape(services.settings.site_name)
    top = HEIGHT - _BAND
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<g transform="translate({WIDTH / 2} {top / 2})">{_ground(drawn)}{_marks(drawn)}</g>'
        f'<path fill="#0f3d3a" d="M0 {top}h{WIDTH}v{_BAND}H0z"/>'
        f'<g fill="#fff" font-family="sans-serif"><text x="40" y="{top + 54}" font-size="38" '
        f'font-weight="700">{title}</text><text x="40" y="{top + 94}" font-size="23">{site}</text>'
        f'<text x="{WIDTH - 40}" y="{top + 94}" font-size="16" text-anchor="end">'
        f"{escape(OWN_ATTRIBUTION)}</text></g></svg>"
    )


def _ground(drawn: Drawing) -> str:
    file = tiles()
    pictures = []
    for tile in drawn.tiles:
        content = gzip.decompress(file.tile(tile.zoom, tile.column, tile.row) or b"").decode()
        inner = content[content.index(">") + 1 : content.rindex("</svg>")]
        pictures.append(
            f'<svg x="{tile.x}" y="{tile.y}" width="{tile.px}" height="{tile.px}" '
            f'viewBox="0 0 1024 1024">{inner}</svg>'
        )
    return "".join(pictures)


def _marks(drawn: Drawing) -> str:
    areas = "".join(f'<circle cx="{a.x}" cy="{a.y}" r="{a.radius}"/>' for a in drawn.areas)
    rings = "".join(f'<circle cx="{r.x}" cy="{r.y}" r="{r.radius}"/>' for r in drawn.rings)
    leads = "".join(f"M{p.from_x} {p.from_y}L{p.x} {p.y}" for p in drawn.pins if p.moved)
    return (
        f'<g fill="#1d5c57" fill-opacity=".1">{areas}</g>'
        f'<g fill="none" stroke="#4d5b57" stroke-opacity=".5">{rings}</g>'
        f'<path stroke="#0f3d3a" d="{leads}"/>'
        f'<g font-family="sans-serif" font-weight="700" font-size="13" text-anchor="middle">'
        f"{''.join(map(_pin, drawn.pins))}</g>"
    )


def _pin(pin: Pin) -> str:
    fill, ink, dash = (
        ("#fff", "#0f3d3a", ' stroke-dasharray="4 2.5"') if pin.is_coarse else ("#0f3d3a", "#fff", "")
    )
    edge = "#0f3d3a" if pin.is_coarse else "#fff"
    return (
        f'<circle cx="{pin.x}" cy="{pin.y}" r="13" fill="{fill}" stroke="{edge}" stroke-width="2"{dash}/>'
        f'<text x="{pin.x}" y="{pin.y + 4.5}" fill="{ink}">{pin.number}</text>'
    )
