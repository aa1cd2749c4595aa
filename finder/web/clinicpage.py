"""The page of one clinic: `/clinic/<id>`. What it shows of the clinic is read in clinic.py."""

from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, current_app, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from finder.freshness import Freshness, freshness
from finder.model import Clinic, Place
from finder.search.query import Hit, Query
from finder.text import tokens
from finder.web import clinic as views
from finder.web import clock, headers, words
from finder.web.address import absolute
from finder.web.cards import Tag, main_source, source_link, tags
from finder.web.linkeddata import clinic_data
from finder.web.links import clinic_path
from finder.web.opening import week
from finder.web.services import Services

blueprint = Blueprint("clinic", __name__)

NEARBY: Final = 3
_NEARBY_MILES: Final = (50.0, 500.0)
"""Where to look for other clinics: near first, then as far as a search reaches."""
_MOST_SIBLINGS: Final = 6
_DESCRIPTION_CHARS: Final = 155


@dataclass(frozen=True)
class Neighbor:
    """Another clinic with its distance from this one."""

    clinic: Clinic
    place_line: str
    distance: str
    tags: tuple[Tag, ...]


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


@blueprint.get("/clinic/<clinic_id>")
def clinic(clinic_id: str) -> AnyResponse:
    """All that is said about one clinic; a former id leads to the present one."""
    found = services().engine.get(clinic_id)
    if found.id != clinic_id:
        return redirect(clinic_path(found.id), code=301)
    today, state_name = clock.today(), services().state_name(found.address.state)
    page_url = absolute(clinic_path(found.id))
    place_line = words.place_line(found, state_name)
    page = render_template(
        "clinic.html",
        also_said=views.also_said(found, today),
        clinic=found,
        contacts=views.contacts(found, today),
        description=description(found, place_line),
        directions=views.directions(found),
        doubt=views.place_doubt(found, state_name),
        is_at_home="at_home_telehealth" in found.offers("modality"),
        kap_means=views.kap_means(found),
        linked_data=clinic_data(found, page_url),
        nearby=nearby(found),
        page_url=page_url,
        place_line=place_line,
        prices=views.prices(found, today),
        questions=views.QUESTIONS,
        sections=views.sections(found, today),
        siblings=siblings(found),
        sources=[(source, source_link(source)) for source in found.sources],
        state_name=state_name,
        status=words.STATUS_WORDS.get(found.status, ""),
        status_age=_status_age(found),
        tags=tags(found),
        website=words.safe_url(found.website),
        week=week(found, clock.now()),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = headers.PUBLIC
    return response


def description(clinic: Clinic, place_line: str) -> str:
    """One sentence for search engines and link previews: where it is and what it offers."""
    offers = [tag.text for tag in tags(clinic) if tag.look in {"confirmed", "reported"}]
    what = ", ".join(text.removesuffix(" (listed)") for text in offers)
    said = f"{clinic.name}, {place_line}: {what or 'treatment not stated'}."
    full = f"{said} Every fact with its source and date. Unknown is never shown as “no”."
    return full if len(full) <= _DESCRIPTION_CHARS else said[:_DESCRIPTION_CHARS]


def nearby(clinic: Clinic) -> list[Neighbor]:
    """The three nearest other clinics; [] when of this one no more than the state is known."""
    point = clinic.location.point
    if point is None:
        return []
    here = Place(
        id=f"point:{point.lat},{point.lng}",
        name=clinic.name,
        label=words.place_line(clinic, clinic.address.state),
        kind="point",
        state=clinic.address.state,
        states=(clinic.address.state,),
        point=point,
        radius_miles=clinic.location.radius_miles,
    )
    hits: list[Hit] = []
    for radius in _NEARBY_MILES:
        query = Query(place=here, radius_miles=radius, size=NEARBY + 1)
        found = services().engine.search(query).hits
        hits = [hit for hit in found if hit.clinic.id != clinic.id and hit.distance_miles is not None]
        if len(hits) >= NEARBY:
            break
    return [_neighbor(hit, here) for hit in hits[:NEARBY]]


def _neighbor(hit: Hit, here: Place) -> Neighbor:
    """The doubt about where this clinic stands adds to that about the other one."""
    location = hit.clinic.location
    both = location.model_copy(update={"radius_miles": location.radius_miles + here.radius_miles})
    doubtful = hit.model_copy(update={"clinic": hit.clinic.model_copy(update={"location": both})})
    line = words.place_line(hit.clinic, services().state_name(hit.clinic.address.state))
    distance, _ = words.distance(doubtful, here)
    return Neighbor(
        hit.clinic, line, "in the same town" if distance == "in town" else distance, tags(hit.clinic)
    )


def siblings(clinic: Clinic) -> list[Neighbor]:
    """Other places that give the very same web site as theirs."""
    host, name = words.host(clinic.website), tuple(tokens(clinic.name))
    if not host or not name:
        return []
    found = services().engine.search(Query(words=name, sort="match", size=50)).hits
    return [
        Neighbor(other, words.place_line(other, services().state_name(other.address.state)), "", ())
        for other in (hit.clinic for hit in found)
        if other.id != clinic.id and words.host(other.website) == host
    ][:_MOST_SIBLINGS]


def _status_age(clinic: Clinic) -> Freshness | None:
    who = clinic.provenance.get("status", main_source(clinic))
    return freshness("status", who.seen, who.kind, clock.today())
