"""The pages: home, search, where the data comes from, privacy. The clinic's own page is in clinicpage.py."""

from typing import Any, cast

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from finder.errors import EngineError
from finder.model import Place
from finder.search.abroad import ONLY_US
from finder.search.find import Answer
from finder.search.numbers import NUMBER
from finder.search.placing import NOT_FOUND, SHARED
from finder.search.query import FacetCount, Query, Results
from finder.search.request import read_request
from finder.search.understand import Understanding
from finder.web import headers, results, words
from finder.web.links import Links
from finder.web.map import ResultsMap, results_map, tile_privacy_note, us_map
from finder.web.render import Cards, Filters, joined
from finder.web.services import Services
from finder.web.ways import WAYS

blueprint = Blueprint("pages", __name__)


_LETTERS = "ABC"
"""What the cards of the telehealth section are marked with, as they are not in the numbered list."""
_LIKELY_SHARE = 0.05
"""A place of the same name with fewer people than this share is not asked about."""


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


@blueprint.get("/")
def home() -> Response:
    """One box, and what there is to choose from. Stands even while the index does not."""
    page = render_template(
        "home.html", everything=_everything(), is_home=True, us_map=us_map(services()), ways=WAYS
    )
    return _public(make_response(page))


@blueprint.get("/search")
def search() -> AnyResponse | str:
    """The clinics that a search finds, or a page that asks which place is meant."""
    understanding = services().understand(read_request(request.args))
    query = understanding.query
    if query is not None and query.place is not None and query.place.kind == "point":
        return redirect(_address(understanding, _in_the_nearest_town(query, query.place)))
    answer = services().find(understanding)
    if answer is None:
        return _ask_page(understanding)
    if answer.results.query.page > results.page_count(answer.results.query, answer.results.total):
        return redirect(services().links.search(answer.results.query.changed(page=1)))
    return _results_page(understanding, answer)


def _address(understanding: Understanding, query: Query) -> str:
    """The page of a query that may still look further when nobody chose the radius."""
    links = services().links
    return links.search_that_may_widen(query) if understanding.radius_is_default else links.search(query)


def _in_the_nearest_town(query: Query, spot: Place) -> Query:
    """A position becomes the name of its town at once: no link of ours holds a coordinate."""
    return query.changed(place=services().gazetteer.nearest(spot.point), page=query.page)


def _results_page(understanding: Understanding, answer: Answer) -> str:
    found, links = answer.results, services().links
    query = found.query
    page_links = results.page_links(query, found.total, links)
    last = results.page_count(query, found.total)
    return render_template(
        "results.html",
        answer=answer,
        box=box_text(understanding),
        check_clinics=[hit.clinic for hit in (*found.hits, *answer.nearest)],
        chips=results.chips(query, links),
        clear_url=links.search(query.changed(facets={}, without={}, include_unstated=False)),
        crisis=understanding.crisis,
        did_you_mean=[
            (place, _address(understanding, with_place(query, place, services().settings.radius_miles)))
            for place in (*_namesakes(understanding, query), *understanding.near_misses)
        ],
        do_not_say=results.do_not_say(answer, links),
        heading=words.heading(query, found.total),
        map=_map(answer),
        in_use=results.choices(query),
        is_at_home="at_home_telehealth" in query.facets.get("modality", ()),
        kept=links.kept(query),
        named=services().named(understanding),
        next_url=links.search(query.changed(page=query.page + 1)) if query.page < last else "",
        notes=_notes(understanding),
        page_links=page_links,
        pages=last,
        previous_url=links.search(query.changed(page=query.page - 1)) if query.page > 1 else "",
        promoted=results.promoted(answer, links),
        query=query,
        unmatched=words.unmatched(answer.unmatched_words),
        ways_out=results.ways_out(answer, links),
        widened=words.widened(query, answer.widened_from_miles),
        **lists(answer, cards(), links),
        **form(query, found.counts, filters()),
    )


def lists(answer: Answer, shelf: Cards, links: Links) -> dict[str, Any]:
    """The cards of the page as HTML: the list, the nearest when it is empty, telehealth."""
    found = answer.results
    query, version = found.query, found.version
    first = 1 + (query.page - 1) * query.size
    rows = [shelf.html(str(first + at), hit, query, version) for at, hit in enumerate(found.hits)]
    nearest = [shelf.html(str(1 + at), hit, query, version) for at, hit in enumerate(answer.nearest)]
    page: dict[str, Any] = {"cards": joined(rows), "first": first, "nearest": joined(nearest)}
    if answer.telehealth is not None:
        apart = zip(_LETTERS, answer.telehealth.hits, strict=False)
        page["telehealth"] = {
            "cards": joined(shelf.html(letter, hit, query, version) for letter, hit in apart),
            "heading": words.telehealth_heading(query),
            "more": results.WayOutLink(
                f"All that treat at home: {words.clinics(answer.telehealth.total)}",
                links.search(answer.telehealth.query),
            ),
        }
    return page


def form(query: Query, counts: dict[str, FacetCount], parts: Filters) -> dict[str, Any]:
    """The filter form's groups as HTML, and its two sets of radio buttons."""
    groups = results.groups(query, counts)
    return {
        "groups": joined(parts.group(group) for group in groups if group.is_open),
        "radius_options": joined(map(parts.radio, results.radius_options(query))),
        "sort_options": joined(map(parts.radio, results.sort_options(query))),
        "shut_groups": joined(parts.group(group) for group in groups if not group.is_open),
    }


def _map(answer: Answer) -> ResultsMap | None:
    query, hits = answer.results.query, answer.results.hits or answer.nearest
    first = 1 + (query.page - 1) * query.size if answer.results.hits else 1
    return results_map(query, list(enumerate(hits, start=first)), services())


def cards() -> Cards:
    """The cards kept by the running application."""
    kept = current_app.extensions
    if "cards" not in kept:
        kept["cards"] = Cards(current_app.jinja_env, services().state_name)
    return cast(Cards, kept["cards"])


def filters() -> Filters:
    """The parts of the filter form kept by the running application."""
    kept = current_app.extensions
    if "filters" not in kept:
        kept["filters"] = Filters(current_app.jinja_env)
    return cast(Filters, kept["filters"])


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
    notes = [note.text for note in understanding.notes]
    rest = understanding.understood.changed(place=None)
    return render_template(
        "ask.html",
        box=box_text(understanding),
        crisis=understanding.crisis,
        did_you_mean=[
            (place, _address(understanding, with_place(rest, place, services().settings.radius_miles)))
            for place in understanding.near_misses
        ],
        named=services().named(understanding),
        is_unknown=NOT_FOUND in notes,
        is_shared=SHARED in notes,
        number=next((note.text for note in understanding.notes if note.step == NUMBER), ""),
        abroad=next((note for note in notes if note.startswith(ONLY_US)), ""),
        kept=[
            (name, value)
            for name, value in services().links.params(rest)
            if name != "radius" or not understanding.radius_is_default
        ],
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


@blueprint.get("/about-data")
def about_data() -> Response:
    """Where the data comes from, what the grades mean, how listing works."""
    return _public(make_response(render_template("about_data.html", everything=_everything())))


@blueprint.get("/privacy")
def privacy() -> Response:
    """What is kept about a visitor: nothing. Foreign map pictures, if set up, are named."""
    note = tile_privacy_note(services().settings)
    return _public(make_response(render_template("privacy.html", tile_note=note)))


def _public(response: Response) -> Response:
    response.headers["Cache-Control"] = headers.PUBLIC
    return response


def _everything() -> Results | None:
    """Counts over all clinics; None while the engine cannot say."""
    try:
        return services().engine.search(Query(size=1))
    except EngineError:
        return None
