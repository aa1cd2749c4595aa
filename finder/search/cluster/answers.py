"""What comes back: refused when it is not whole, else read."""

from functools import lru_cache
from typing import Final

from pydantic import ValidationError

from finder.errors import EngineError
from finder.geo import Box, miles
from finder.model import Clinic
from finder.search.cluster.bodies import EDGE
from finder.search.cluster.documents import silence_term
from finder.search.cluster.scope import Body
from finder.search.cluster.sorting import Row, point_of
from finder.search.query import Circle, Hit, Query, Via

KEPT_CLINICS: Final = 1024


def total_of(answer: Body) -> int:
    """How many clinics the whole list has; a lower bound is refused."""
    total = answer["hits"]["total"]
    if total["relation"] != "eq":
        raise EngineError("Elasticsearch did not count to the end")
    return int(total["value"])


def hits_of(answer: Body) -> list[Body]:
    """The hits as they came."""
    hits: list[Body] = answer["hits"]["hits"]
    return hits


def is_in_doubt(answer: Body) -> bool:
    """True when clinics stand so near the circle's edge that their exact points must be looked at."""
    ring = answer.get("aggregations", {}).get(EDGE)
    return ring is not None and ring["buckets"][0]["doc_count"] > 0


def outside_of(circle: Circle, answer: Body) -> tuple[str, ...]:
    """The clinics of the edge that are not in the circle."""
    return tuple(
        hit["_id"] for hit in hits_of(answer) if miles(circle.center, point_of(hit)) > circle.radius_miles
    )


def clinic_of(hit: Body) -> Clinic:
    """The clinic of a hit; EngineError when its record cannot be read."""
    try:
        return _parsed(hit["_source"]["record"])
    except ValidationError as error:
        raise EngineError("Elasticsearch holds a record that cannot be read") from error


@lru_cache(maxsize=KEPT_CLINICS)
def _parsed(record: str) -> Clinic:
    return Clinic.model_validate_json(record)


def hit_of(query: Query, row: Row, found: Body) -> Hit:
    """A row as a Hit; `found` holds its record and the words it matched."""
    facets = set(found["_source"].get("facets", ()))
    matched = set(found.get("matched_queries", ()))
    return Hit.model_construct(
        clinic=clinic_of(found),
        distance_miles=row.distance_miles,
        via=_via(query, row.group),
        unstated=tuple(facet for facet in query.facets if silence_term(facet) in facets),
        matched_words=tuple(word for word in query.words if word in matched),
    )


def _via(query: Query, group: int) -> Via:
    if group:
        return "telehealth" if group == 1 else "state"
    if query.area is None:
        return "everywhere"
    return "distance" if query.origin is not None and isinstance(query.area, Circle | Box) else "area"
