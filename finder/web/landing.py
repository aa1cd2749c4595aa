"""Pages about a state, a town, or a treatment in a state: what is known there, and the clinics themselves."""

from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, Response, current_app, make_response, redirect, render_template
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from finder.facets import FACETS
from finder.search.query import Query, Results
from finder.web import headers, pages, words
from finder.web import landing_links as links
from finder.web.address import absolute
from finder.web.directory import (
    TREATMENTS,
    Directories,
    Directory,
    State,
    Town,
    Treatment,
    slug,
    treatment_query,
)
from finder.web.links import clinic_path
from finder.web.services import Services

blueprint = Blueprint("landing", __name__)

TOWN_RADIUS_MILES: Final = 25.0


@dataclass(frozen=True)
class Landing:
    """What such a page says, apart from its cards."""

    heading: str
    path: str
    crumbs: tuple[links.PageLink, ...]
    facts: tuple[str, ...]
    treatments: tuple[links.PageLink, ...] = ()
    """Without a path: a count that has no page."""
    towns: tuple[links.PageLink, ...] = ()
    towns_label: str = ""
    neighbors: tuple[links.PageLink, ...] = ()
    neighbors_label: str = ""
    picture: str = ""
    """The path of the picture for link previews."""

    @property
    def description(self) -> str:
        """The facts in one paragraph, for search engines."""
        return " ".join((f"{self.heading}.", *self.facts))


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


def directory() -> Directory:
    """The directory of the build that answers now."""
    if "directories" not in current_app.extensions:
        made = Directories(services().engine, services().gazetteer)
        current_app.extensions.setdefault("directories", made)
    return cast(Directories, current_app.extensions["directories"]).now()


@blueprint.get(f"/{links.ROOT}/", strict_slashes=True)
def country() -> Response:
    """All states that have a page, and the treatments with pages by state."""
    now = directory()
    return _page(
        Landing(
            heading="Ketamine clinics by state",
            path=f"/{links.ROOT}/",
            crumbs=(),
            facts=(f"{words.clinics(len(now.listed))} in the United States.",),
            treatments=tuple(
                links.PageLink(links.name(row), f"/{row.path}/")
                for row in TREATMENTS
                if any(row.path in state.treatments for state in now.states.values())
            ),
            towns=tuple(links.state_link(state) for state in now.states.values()),
            towns_label="By state",
        )
    )


@blueprint.get(f"/{links.ROOT}/<state_slug>/", strict_slashes=True)
def in_state(state_slug: str) -> AnyResponse:
    """The clinics of a state."""
    now = directory()
    state = _state(now, state_slug)
    if state.slug != state_slug:
        return redirect(links.state_path(state), code=301)
    query = Query(place=state.place, size=services().settings.page_size)
    results = services().engine.search(query)
    landing = Landing(
        heading=f"Ketamine clinics in {state.place.name}",
        path=links.state_path(state),
        crumbs=(links.all_states(),),
        facts=tuple(links.facts(results, state.listed, "")),
        treatments=tuple(links.treatment_links(state, results)),
        towns=tuple(links.town_link(state, town) for town in state.towns.values()),
        towns_label="By town",
        neighbors=tuple(links.state_link(other) for other in links.nearest_states(now, state)),
        neighbors_label="Nearest other states",
        picture=links.picture_path(links.state_path(state)),
    )
    return _page(landing, results)


@blueprint.get(f"/{links.ROOT}/<state_slug>/<town_slug>/", strict_slashes=True)
def in_town(state_slug: str, town_slug: str) -> AnyResponse:
    """The clinics in and near a town."""
    now = directory()
    state = _state(now, state_slug)
    town = _town(state, town_slug)
    if (state.slug, town.slug) != (state_slug, town_slug):
        return redirect(links.town_path(state, town), code=301)
    query = Query(place=town.place, radius_miles=TOWN_RADIUS_MILES, size=services().settings.page_size)
    results = services().engine.search(query)
    around = f" within {words.number(TOWN_RADIUS_MILES)} miles, {len(town.listed)} of them in the town itself"
    landing = Landing(
        heading=f"Ketamine clinics in and near {town.place.label}",
        path=links.town_path(state, town),
        crumbs=(links.all_states(), links.PageLink(state.place.name, links.state_path(state))),
        facts=tuple(links.facts(results, town.listed, around)),
        treatments=tuple(links.treatment_counts(results)),
        neighbors=tuple(links.nearest_towns(now, town)),
        neighbors_label="Nearest other towns with a page",
        picture=links.picture_path(links.town_path(state, town)),
    )
    return _page(landing, results)


def of_treatment(treatment: Treatment) -> Response:
    """The states with enough clinics for one treatment."""
    now = directory()
    states = [state for state in now.states.values() if treatment.path in state.treatments]
    if not states:
        raise NotFound
    landing = Landing(
        heading=f"{treatment.name} by state",
        path=f"/{treatment.path}/",
        crumbs=(links.all_states(),),
        facts=(FACETS["modality"].by_code[treatment.code].means,),
        towns=tuple(links.treatment_link(treatment, state) for state in states),
        towns_label="By state",
    )
    return _page(landing)


def of_treatment_in_state(treatment: Treatment, state_slug: str) -> AnyResponse:
    """The clinics of a state that offer one treatment."""
    now = directory()
    state = _state(now, state_slug)
    if treatment.path not in state.treatments:
        raise NotFound
    if state.slug != state_slug:
        return redirect(links.treatment_path(treatment, state), code=301)
    query = treatment_query(treatment, state.place).changed(size=services().settings.page_size)
    results = services().engine.search(query)
    others = [other for other in links.nearest_states(now, state) if treatment.path in other.treatments]
    landing = Landing(
        heading=f"{treatment.name} in {state.place.name}",
        path=links.treatment_path(treatment, state),
        crumbs=(links.all_states(), links.PageLink(state.place.name, links.state_path(state))),
        facts=(*links.facts(results, (), ""), FACETS["modality"].by_code[treatment.code].means),
        treatments=tuple(
            link for link in links.treatment_links(state, results) if link.path != treatment.path
        ),
        neighbors=tuple(links.treatment_link(treatment, other) for other in others),
        neighbors_label="The same in the nearest other states",
    )
    return _page(landing, results)


for _row in TREATMENTS:
    blueprint.add_url_rule(
        f"/{_row.path}/", f"all_{_row.code}", of_treatment, defaults={"treatment": _row}, strict_slashes=True
    )
    blueprint.add_url_rule(
        f"/{_row.path}/<state_slug>/",
        f"state_{_row.code}",
        of_treatment_in_state,
        defaults={"treatment": _row},
        strict_slashes=True,
    )


def _state(now: Directory, wanted: str) -> State:
    """The state with this slug, or with a name or code that reads like it; NotFound otherwise."""
    place = services().gazetteer.state(wanted.replace("-", " "))
    found = now.states.get(wanted) or (now.states.get(slug(place.name)) if place else None)
    if found is None:
        raise NotFound
    return found


def _town(state: State, wanted: str) -> Town:
    """The town with this slug, or that goes by this name too; NotFound otherwise."""
    if wanted in state.towns:
        return state.towns[wanted]
    ids = {place.id for place in services().gazetteer.exact(wanted.replace("-", " "), state.place.state)}
    for town in state.towns.values():
        if town.place.id in ids:
            return town
    raise NotFound


def _page(landing: Landing, results: Results | None = None) -> Response:
    page = make_response(
        render_template(
            "landing.html",
            all_url="" if results is None else services().links.search(results.query),
            cards=() if results is None else _cards(results),
            landing=landing,
            results=results,
            structured=_structured(landing, results),
        )
    )
    page.headers["Cache-Control"] = headers.PUBLIC
    return page


def _cards(results: Results) -> list[Markup]:
    shelf = pages.cards()
    return [
        shelf.html(str(number), hit, results.query, results.version)
        for number, hit in enumerate(results.hits, 1)
    ]


def _structured(landing: Landing, results: Results | None) -> list[dict[str, object]]:
    """The page for search engines: the way here, and the clinics as a list of addresses."""
    way = [*landing.crumbs, links.PageLink(landing.heading, landing.path)]
    found: list[dict[str, object]] = [_json_list("BreadcrumbList", [(step.text, step.path) for step in way])]
    if results is not None:
        clinics = [(hit.clinic.name, clinic_path(hit.clinic.id)) for hit in results.hits]
        found.append(_json_list("ItemList", clinics))
    return found


def _json_list(kind: str, rows: list[tuple[str, str]]) -> dict[str, object]:
    where = "item" if kind == "BreadcrumbList" else "url"
    items = [
        {"@type": "ListItem", "position": at, "name": name, where: absolute(path)}
        for at, (name, path) in enumerate(rows, 1)
    ]
    return {"@context": "https://schema.org", "@type": kind, "itemListElement": items}
