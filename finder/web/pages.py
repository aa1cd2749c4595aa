"""The pages: home, search, clinic, where the data comes from, privacy."""

from typing import cast

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from finder.errors import EngineError
from finder.model import Place
from finder.search.find import Answer
from finder.search.placing import NOT_FOUND
from finder.search.query import Query, Results
from finder.search.request import read_request
from finder.search.understand import Understanding
from finder.web import clinic as clinic_views
from finder.web import headers, results, words
from finder.web.cards import card, main_source, source_link, tags
from finder.web.links import clinic_path
from finder.web.services import Services

blueprint = Blueprint("pages", __name__)

WAYS = (
    (
        "kap",
        "KAP",
        "Ketamine with a therapist in the room or tightly around the dose, with preparation and integration.",
    ),
    (
        "iv_infusion",
        "IV infusion",
        "A drip over about 40 to 60 minutes with medical staff. Often little or no therapy.",
    ),
    (
        "esketamine_nasal",
        "Spravato",
        "Esketamine nasal spray, FDA-approved for two depression uses, watched for at least two hours.",
    ),
    (
        "at_home_telehealth",
        "At home",
        "Ketamine sent to you, with video visits. More risk: no one is on site. Rules may change after 2026.",
    ),
)
"""Code, heading and short description of the four ways on the home page."""

_LIKELY_SHARE = 0.05
"""A place of the same name with fewer people than this share is not asked about."""


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


@blueprint.get("/")
def home() -> Response:
    """One box, and what there is to choose from. Stands even while the index does not."""
    page = make_response(render_template("home.html", ways=WAYS, everything=_everything(), is_home=True))
    return _public(page)


@blueprint.get("/search")
def search() -> AnyResponse | str:
    """The clinics that a search finds, or a page that asks which place is meant."""
    understanding = services().understand(read_request(request.args))
    query = understanding.query
    if query is not None and query.place is not None and query.place.kind == "point":
        return redirect(services().links.search(_in_the_nearest_town(query, query.place)))
    answer = services().find(understanding)
    if answer is None:
        return _ask_page(understanding)
    if answer.results.query.page > results.page_count(answer.results.query, answer.results.total):
        return redirect(services().links.search(answer.results.query.changed(page=1)))
    return _results_page(understanding, answer)


def _in_the_nearest_town(query: Query, spot: Place) -> Query:
    """A position becomes the name of its town at once: no link of ours holds a coordinate."""
    return query.changed(place=services().gazetteer.nearest(spot.point), page=query.page)


def _results_page(understanding: Understanding, answer: Answer) -> str:
    found, links, state_name = answer.results, services().links, services().state_name
    query = found.query
    first = 1 + (query.page - 1) * query.size
    return render_template(
        "results.html",
        answer=answer,
        box=box_text(understanding),
        cards=[card(first + at, hit, query, state_name) for at, hit in enumerate(found.hits)],
        chips=results.chips(query, links),
        clear_url=links.search(query.changed(facets={}, include_unstated=False)),
        crisis=understanding.crisis,
        did_you_mean=[
            (place, links.search(with_place(query, place, services().settings.radius_miles)))
            for place in (*_namesakes(understanding, query), *understanding.near_misses)
        ],
        groups=results.groups(query, found.counts),
        heading=words.heading(query, found.total),
        is_at_home="at_home_telehealth" in query.facets.get("modality", ()),
        kept=links.kept(query),
        nearest=[card(1 + at, hit, query, state_name) for at, hit in enumerate(answer.nearest)],
        notes=_notes(understanding),
        page_links=results.page_links(query, found.total, links),
        query=query,
        radius_options=results.radius_options(query),
        sort_options=results.sort_options(query),
        ways_out=results.ways_out(answer, links),
    )


def _namesakes(understanding: Understanding, query: Query) -> list[Place]:
    """Other places of the name that somebody may well have meant: not the county around a town, not a
    village when a great city was found.
    """
    found = query.place
    if found is None:
        return []
    return [
        other
        for other in understanding.alternatives
        if other.population >= found.population * _LIKELY_SHARE
        and not (other.kind == "county" and other.state == found.state)
    ]


def _notes(understanding: Understanding) -> list[str]:
    """How typed words were read. A search by links alone needs no words about it; a crisis has its own
    panel, namesakes have their links, and the heading has the place.
    """
    if not (understanding.request.q or understanding.request.was_cut):
        return []
    place = understanding.understood.place
    said = f"Place: {place.label}" if place else ""
    return [
        note.text
        for note in understanding.notes
        if note.step != "crisis" and note.text != said and not note.text.startswith("Also of that name")
    ]


def _ask_page(understanding: Understanding) -> str:
    is_unknown = any(note.text == NOT_FOUND for note in understanding.notes)
    rest = understanding.understood.changed(place=None)
    return render_template(
        "ask.html",
        box=box_text(understanding),
        crisis=understanding.crisis,
        did_you_mean=[
            (place, services().links.search(with_place(rest, place, services().settings.radius_miles)))
            for place in understanding.near_misses
        ],
        is_unknown=is_unknown,
        kept=services().links.params(rest),
    )


def box_text(understanding: Understanding) -> str:
    """What stands in the box again: the words as typed, and the place when it was sent apart."""
    asked, place = understanding.request, understanding.understood.place
    typed = asked.q.strip('"')
    if not asked.near:
        return typed
    near = asked.near if place is None else place.label
    return f"{typed} near {near}" if typed else near


def with_place(query: Query, place: Place, radius_miles: float) -> Query:
    """The same search elsewhere: an area as it is, a spot with the radius there was or the default."""
    radius = None if place.is_area else query.radius_miles or radius_miles
    return query.changed(place=place, radius_miles=radius, box=None)


@blueprint.get("/clinic/<clinic_id>")
def clinic(clinic_id: str) -> AnyResponse:
    """All that is said about one clinic; a former id leads to the present one."""
    found = services().engine.get(clinic_id)
    if found.id != clinic_id:
        return redirect(clinic_path(found.id), code=301)
    state_name = services().state_name(found.address.state)
    page = render_template(
        "clinic.html",
        also_said=clinic_views.also_said(found),
        clinic=found,
        contacts=clinic_views.contacts(found),
        doubt=clinic_views.place_doubt(found, state_name),
        is_at_home="at_home_telehealth" in found.offers("modality"),
        main_source=source_link(main_source(found)),
        place_line=words.place_line(found, state_name),
        prices=clinic_views.prices(found),
        questions=clinic_views.QUESTIONS,
        sections=clinic_views.sections(found),
        sources=[(source, source_link(source)) for source in found.sources],
        status=words.STATUS_WORDS.get(found.status, ""),
        tags=tags(found),
    )
    return _public(make_response(page))


@blueprint.get("/about-data")
def about_data() -> Response:
    """Where the data comes from, what the grades mean, how listing works."""
    return _public(make_response(render_template("about_data.html", everything=_everything())))


@blueprint.get("/privacy")
def privacy() -> Response:
    """What is kept about a visitor: nothing."""
    return _public(make_response(render_template("privacy.html")))


def _public(response: Response) -> Response:
    response.headers["Cache-Control"] = headers.PUBLIC
    return response


def _everything() -> Results | None:
    """Counts over all clinics; None while the engine cannot say."""
    try:
        return services().engine.search(Query(size=1))
    except EngineError:
        return None
