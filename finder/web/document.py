"""The JSON document of a search: one pure function, printed by the API and by `finder search --json`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from finder.facets import FACETS
from finder.model import Claim, Clinic, Place, Provenance
from finder.search.budget import question
from finder.search.find import Answer, Telehealth
from finder.search.query import FacetCount, Hit, Query
from finder.search.request import MultiDict, read_request
from finder.search.understand import Understanding
from finder.web import words
from finder.web.cards import tags
from finder.web.links import Links, clinic_path
from finder.web.results import page_count
from finder.web.services import Services

__all__ = ["Services", "clinic_document", "document", "place_document", "search_document", "to_json"]

Json = dict[str, Any]


def search_document(params: Mapping[str, Sequence[str]] | MultiDict, services: Services) -> Json:
    """The document that answers these parameters; BadQuery names one that is wrong."""
    understanding = services.understand(read_request(params))
    with question():
        return document(understanding, services.find(understanding), services)


def to_json(content: Json) -> str:
    """The very text that is sent and printed: two equal documents are equal bytes."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)


def document(understanding: Understanding, answer: Answer | None, services: Services) -> Json:
    """Meta, items, facets, ways out and links of one search; without a query it says what it asks."""
    links, meta = services.links, _asked(understanding, services)
    if answer is None:
        nothing: Json = {"items": [], "facets": {}, "ways_out": [], "nearest": [], "telehealth": None}
        return {"meta": meta, **nothing, "links": {}}
    query, total = answer.results.query, answer.results.total
    meta |= _meta(query, total, answer.results.hits) | {"version": answer.results.version}
    meta["widened_from_miles"] = answer.widened_from_miles
    meta["unmatched_words"] = list(answer.unmatched_words)
    return {
        "meta": meta,
        "items": [item(hit, query.place) for hit in answer.results.hits],
        "facets": {code: _counts(count) for code, count in answer.results.counts.items()},
        "ways_out": [
            {"kind": way.kind, "text": way.text, "count": way.count, "url": links.api(way.query)}
            for way in answer.ways_out
        ],
        "nearest": [item(hit, query.place) for hit in answer.nearest],
        "telehealth": _telehealth(answer.telehealth, query.place, links),
        "links": _links(query, total, links),
    }


def _asked(understanding: Understanding, services: Services) -> Json:
    """Meta of a search before anything is found; a search that asks for a place keeps it so."""
    return {
        "total": 0,
        "place": None,
        "radius_miles": None,
        "widened_from_miles": None,
        "notes": [*filter(None, [services.outage()]), *(note.text for note in understanding.notes)],
        "asks": understanding.asks,
        "crisis": understanding.crisis,
        "alternatives": [place_document(place) for place in understanding.alternatives],
        "named": [
            clinic.model_dump(exclude={"kind"}) | {"url": clinic_path(clinic.id)}
            for clinic in services.named(understanding)
        ],
        "near_misses": [place_document(place) for place in understanding.near_misses],
        "words": [],
        "unmatched_words": [],
        "chosen": {},
        "without": {},
        "sort": None,
        "order": "",
        "page": 1,
        "pages": 1,
        "size": services.settings.page_size,
        "version": None,
        "attribution": words.ATTRIBUTION,
    }


def _meta(query: Query, total: int, hits: Sequence[Hit] = ()) -> Json:
    return {
        "total": total,
        "place": None if query.place is None else place_document(query.place),
        "radius_miles": query.radius_miles,
        "words": list(query.words),
        "chosen": {facet: list(codes) for facet, codes in query.facets.items()},
        "without": {facet: list(codes) for facet, codes in query.without.items()},
        "sort": query.sort,
        "order": f"{words.order(query, hits)} {words.NO_PAID_PLACES}",
        "page": query.page,
        "pages": page_count(query, total),
        "size": query.size,
    }


def _telehealth(section: Telehealth | None, place: Place | None, links: Links) -> Json | None:
    if section is None:
        return None
    items = [item(hit, place) for hit in section.hits]
    return {"total": section.total, "items": items, "url": links.api(section.query)}


def _counts(count: FacetCount) -> dict[str, int]:
    return {**count.offers, "not_stated": count.not_stated}


def _links(query: Query, total: int, links: Links) -> dict[str, str | None]:
    last = page_count(query, total)
    return {
        "self": links.api(query.changed(page=query.page)),
        "next": links.api(query.changed(page=query.page + 1)) if query.page < last else None,
        "prev": links.api(query.changed(page=min(query.page - 1, last))) if query.page > 1 else None,
    }


def item(hit: Hit, place: Place | None) -> Json:
    """One hit: the clinic with its distance and why it was found."""
    distance, reason = words.distance(hit, place)
    clinic = clinic_document(hit.clinic)
    return {
        "id": clinic.pop("id"),
        "name": clinic.pop("name"),
        "distance_miles": hit.distance_miles,
        "distance_text": f"{distance} ({reason})" if distance else "",
        "via": hit.via,
        "unstated": list(hit.unstated),
        "matched_words": list(hit.matched_words),
        **clinic,
    }


def clinic_document(clinic: Clinic) -> Json:
    """All that is believed about a clinic, claim by claim with grade and source. A facet without
    claims is an empty list: unknown, never "no". `disputed`: the codes on which its pages or sources
    disagree; it is not found as offering them.
    """
    location = clinic.location
    return {
        "id": clinic.id,
        "name": clinic.name,
        "other_names": list(clinic.other_names),
        "url": clinic_path(clinic.id),
        "address": {**clinic.address.model_dump(), "line": clinic.address.line()},
        "location": {
            "lat": None if location.point is None else location.point.lat,
            "lng": None if location.point is None else location.point.lng,
            "precision": location.precision,
            "radius_miles": location.radius_miles,
        },
        "phone": clinic.phone,
        "phone_text": words.phone(clinic.phone),
        "website": words.safe_url(clinic.website),
        "hours": clinic.hours,
        "status": clinic.status,
        "min_age": clinic.min_age,
        "offers_text": [tag.text for tag in tags(clinic)],
        "claims": {
            facet: [_claim(claim) for claim in clinic.claims if claim.facet == facet] for facet in FACETS
        },
        "disputed": {facet: sorted(clinic.disputed(facet)) for facet in FACETS if clinic.disputed(facet)},
        "telehealth_states": sorted(clinic.telehealth_states),
        "prices": [
            {"amount_usd": price.amount_usd, "what": price.what, "source": _source(price.provenance)}
            for price in clinic.prices
        ],
        "remarks": [
            {"topic": remark.topic, "text": remark.text, "source": _source(remark.provenance)}
            for remark in clinic.remarks
        ],
        "provenance": {name: _source(who) for name, who in clinic.provenance.items()},
        "sources": [_source(source) for source in clinic.sources],
        "seen": clinic.seen.isoformat(),
    }


def _claim(claim: Claim) -> Json:
    return {
        "value": claim.value,
        "label": FACETS[claim.facet].by_code[claim.value].label,
        "says": claim.says,
        "grade": claim.grade,
        "quote": claim.quote,
        "note": claim.note,
        "detail": claim.detail,
        "states": list(claim.states),
        "source": _source(claim.provenance),
    }


def _source(provenance: Provenance) -> Json:
    return {
        "source": provenance.source,
        "ref": provenance.ref,
        "url": words.safe_url(provenance.url),
        "kind": provenance.kind,
        "seen": provenance.seen.isoformat(),
    }


def place_document(place: Place) -> Json:
    """A place for people and machines."""
    return {
        "id": place.id,
        "name": place.name,
        "label": place.label,
        "kind": place.kind,
        "state": place.state,
        "states": list(place.states),
        "lat": place.point.lat,
        "lng": place.point.lng,
        "radius_miles": place.radius_miles,
        "population": place.population,
    }
