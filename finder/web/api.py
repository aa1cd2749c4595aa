"""The JSON API: keyless, read-only, the parameters of the pages. Documents come from document.py."""

import hashlib
from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from finder import __version__
from finder.errors import BadQuery, EngineError
from finder.facets import FACETS
from finder.search.query import Suggested
from finder.search.request import read_request
from finder.search.understand import Understanding
from finder.text import clean
from finder.web import headers, words
from finder.web.document import clinic_document, document, place_document, to_json
from finder.web.links import clinic_path
from finder.web.services import Services
from finder.web.suggest import Suggester

blueprint = Blueprint("api", __name__)

MAX_PLACE_CHARS = 100


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


@blueprint.get("/api/v1/clinics")
def clinics() -> Response:
    """The document of a search; 304 while neither the build nor the meaning of the search changed."""
    understanding = services().understand(read_request(request.args))
    etag = _etag(understanding)
    if etag in request.if_none_match:
        response = Response(status=304)
    else:
        content = document(understanding, services().find(understanding), services())
        response = _json(content)
        _add_link_header(response, content["links"])
    response.set_etag(etag)
    response.headers["Cache-Control"] = headers.REVALIDATE
    return response


def _etag(understanding: Understanding) -> str:
    parts = (services().engine.version(), __version__, understanding.model_dump_json())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _add_link_header(response: Response, links: dict[str, str | None]) -> None:
    rels = [f'<{url}>; rel="{rel}"' for rel, url in links.items() if url and rel != "self"]
    if rels:
        response.headers["Link"] = ", ".join(rels)


@blueprint.get("/api/v1/clinics/<clinic_id>")
def clinic(clinic_id: str) -> AnyResponse:
    """One clinic; a former id redirects to the present one."""
    found = services().engine.get(clinic_id)
    if found.id != clinic_id:
        return redirect(f"/api/v1/clinics/{found.id}", code=301)
    content = clinic_document(found)
    meta = {"version": services().engine.version(), "attribution": words.ATTRIBUTION}
    return _public({"meta": meta, "item": content})


@blueprint.get("/api/v1/places")
def places() -> AnyResponse:
    """What a place name means, other places of that name, near misses; and, while somebody types, places
    for the end of the text (`meta.completes`) and clinics whose name begins like the whole text.
    """
    text = clean(request.args.get("q", ""))
    if not text:
        raise BadQuery("q", "give the name or ZIP code of a place, or the name of a clinic")
    if len(text) > MAX_PLACE_CHARS:
        raise BadQuery("q", f"use at most {MAX_PLACE_CHARS} characters")
    meaning = services().gazetteer.resolve(text)
    offered = Suggester(services().gazetteer, services().lexicon, services().engine).suggest(text)
    response = _json(
        {
            "meta": {"how": meaning.how, "completes": offered.completes, "attribution": words.ATTRIBUTION},
            "place": None if meaning.place is None else place_document(meaning.place),
            "alternatives": [place_document(place) for place in meaning.alternatives],
            "near_misses": [place_document(place) for place in meaning.near_misses],
            "suggestions": [{**place_document(place), "match": match} for place, match in offered.places],
            "clinics": [_suggested_clinic(clinic) for clinic in offered.clinics],
        }
    )
    response.headers["Cache-Control"] = headers.REVALIDATE
    return response


def _suggested_clinic(clinic: Suggested) -> dict[str, Any]:
    return {**clinic.model_dump(exclude={"kind"}), "url": clinic_path(clinic.id), "match": clinic.kind}


@blueprint.get("/api/v1/facets")
def facets() -> AnyResponse:
    """The facet table: what can be said about a clinic and asked for."""
    rows = [
        {
            **facet.model_dump(include={"code", "label", "question", "unstated", "details"}),
            "values": [
                row.model_dump(include={"code", "label", "short", "means", "source", "offer"})
                for row in facet.values
            ],
        }
        for facet in FACETS.values()
    ]
    return _public({"facets": rows})


@blueprint.get("/health")
def health() -> Response:
    """200 while searches are answered, else 503. Says no more than anyone may know."""
    try:
        says = services().engine.check()
        return _json({"status": "ok", "engine": says, "version": services().engine.version()})
    except EngineError as error:
        response = _json({"status": "unavailable", "reason": type(error).__name__})
        response.status_code = 503
        return response


def _json(content: dict[str, Any]) -> Response:
    return Response(to_json(content) + "\n", mimetype="application/json")


def _public(content: dict[str, Any]) -> AnyResponse:
    response = _json(content)
    response.headers["Cache-Control"] = headers.PUBLIC
    response.add_etag()
    return response.make_conditional(request)
