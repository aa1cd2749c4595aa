"""Where a real server could differ: centimeters, ties, shards, the other side of the globe."""

import json
import urllib.request
from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt
from random import Random

import pytest

from finder.geo import Box, Point
from finder.model import Clinic
from finder.search.cluster.scope import FAR_SLACK_MILES, SLACK_MILES
from finder.search.elastic import ElasticEngine
from finder.search.find import find
from finder.search.query import Query
from finder.settings import Access
from tests.elastic_server import ask
from tests.factories import make_place
from tests.search.brute_force import BruteForce
from tests.search.random_search import random_clinic, random_query
from tests.search.test_contract import at, from_point

pytestmark = [pytest.mark.slow, pytest.mark.elastic]

EVERYWHERE = Box(south=-90, west=-180, north=90, east=180)
ELASTIC_RADIUS_METERS = 6_371_008.7714
METERS_PER_MILE = 1609.344


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def engine(request: pytest.FixtureRequest, elastic_url: str) -> Iterator[ElasticEngine]:
    alias = f"test-cluster-{request.param}"
    yield ElasticEngine(f"{elastic_url}/{alias}", Access(shards=request.param))
    for row in ask(elastic_url, f"/_cat/indices/{alias}*?format=json&h=index"):
        ask(elastic_url, f"/{row['index']}", method="DELETE")


@pytest.fixture(scope="module")
def many() -> list[Clinic]:
    random = Random(2026)
    return [random_clinic(random, number) for number in range(500)]


def crowded(random: Random, middle: Point, radius_miles: float) -> list[Clinic]:
    """Clinics on the very edge of a circle, and crowds within steps of a meter."""
    clinics = []
    for number in range(80):
        away = random.choice(
            (
                radius_miles + 0.0005 + random.uniform(-3e-5, 3e-5),
                radius_miles + random.uniform(-0.003, 0.003),
                random.choice((3.0, 3.001, 0.002)) + random.uniform(-0.002, 0.002),
                random.uniform(0, radius_miles),
                7.0,
            )
        )
        point = from_point(middle.lat, middle.lng, max(0.0, away), random.choice((0.0, 1.0, 2.0, 4.0)))
        clinics.append(at(f"c-{random.randrange(10**6)}-{number}", *point))
    return clinics


@pytest.mark.parametrize(
    ("lat", "lng"), [(35.6, -82.55), (0.0, 0.0), (51.9, 179.9999), (89.9999, 10.0), (-45.0, -170.0)]
)
def test_centimeters_at_the_edge_and_meters_between_clinics_change_nothing(
    engine: ElasticEngine, lat: float, lng: float
) -> None:
    random = Random(f"{lat} {lng}")
    radius = random.choice((1.0, 25.0, 500.0, random.uniform(8, 500)))
    place, other_side = make_place(lat, lng), make_place(-lat, lng - 180 if lng > 0 else lng + 180)
    clinics = crowded(random, place.point, radius)
    engine.rebuild(clinics)
    reference = BruteForce(clinics)
    near = Query(place=place, radius_miles=radius)
    far = Query(place=other_side, radius_miles=1, box=EVERYWHERE)
    for query in (near, far, near.changed(facets={"modality": ("kap",)}, include_unstated=True)):
        for size in (1, 3, 7, 20):
            for page in (1, 2, 5):
                asked = query.changed(size=size, page=page)
                ours, theirs = engine.search(asked), reference.search(asked)
                assert ours.hits == theirs.hits
                assert (ours.total, ours.counts) == (theirs.total, theirs.counts)
        assert engine.count(query) == reference.count(query)
    assert len({hit.distance_miles for hit in engine.search(near.changed(size=100)).hits}) > 1


def test_shards_change_nothing(engine: ElasticEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    reference, random = BruteForce(many), Random(21)
    for _ in range(400):
        query = random_query(random)
        ours, theirs = engine.search(query), reference.search(query)
        assert (ours.hits, ours.total, ours.counts) == (theirs.hits, theirs.total, theirs.counts)


def test_answers_with_their_ways_out_agree(engine: ElasticEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    reference, random = BruteForce(many), Random(22)
    for _ in range(150):
        query, widen = random_query(random), random.random() < 0.5
        ours, theirs = find(engine, query, widen=widen), find(reference, query, widen=widen)
        for part in ("ways_out", "nearest", "telehealth", "widened_from_miles"):
            assert getattr(ours, part) == getattr(theirs, part)


def test_an_export_holds_what_the_query_finds_by_id(engine: ElasticEngine, many: list[Clinic]) -> None:
    engine.rebuild(many)
    reference, random = BruteForce(many), Random(23)
    assert list(engine.export()) == sorted(many, key=lambda clinic: clinic.id)
    for _ in range(20):
        query = random_query(random).changed(size=100)
        pages = range(1, reference.count(query) // 100 + 2)
        expected = {
            hit.clinic.id for page in pages for hit in reference.search(query.changed(page=page)).hits
        }
        assert [clinic.id for clinic in engine.export(query)] == sorted(expected)


def test_its_distance_is_within_the_slack_of_ours(elastic_url: str) -> None:
    random, url = Random(24), f"{elastic_url}/test-slack"
    points = [(random.uniform(-90, 90), random.uniform(-180, 180)) for _ in range(3000)]
    origins = [(random.uniform(24, 49), random.uniform(-125, -66)) for _ in range(4)]
    points += [(-lat + random.uniform(-1, 1) * 1e-3, lng + 180) for lat, lng in origins for _ in range(50)]
    ask(url, "", {"mappings": {"properties": {"point": {"type": "geo_point"}}}}, method="PUT")
    try:
        _put(url, [(number, {"point": {"lat": lat, "lon": lng}}) for number, (lat, lng) in enumerate(points)])
        worst = {False: 0.0, True: 0.0}
        for lat, lng in origins:
            sort = [{"_geo_distance": {"point": {"lat": lat, "lon": lng}, "unit": "m"}}]
            found = ask(url, "/_search", {"size": 5000, "sort": sort, "_source": False})["hits"]["hits"]
            assert len(found) == len(points)
            for hit in found:
                exact = _meters((lat, lng), points[int(hit["_id"])])
                is_far = exact > 11_000 * METERS_PER_MILE
                worst[is_far] = max(worst[is_far], abs(hit["sort"][0] - exact) / METERS_PER_MILE)
        assert worst[False] < SLACK_MILES / 2
        assert worst[True] < FAR_SLACK_MILES / 2
    finally:
        ask(url, "", method="DELETE")


def _put(url: str, rows: list[tuple[int, object]]) -> None:
    lines = [line for number, row in rows for line in ({"index": {"_id": str(number)}}, row)]
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(f"{url}/_bulk?refresh=true", data, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.loads(answer.read())["errors"] is False


def _meters(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat, other_lat = radians(one[0]), radians(other[0])
    h = sin((other_lat - lat) / 2) ** 2
    h += cos(lat) * cos(other_lat) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * ELASTIC_RADIUS_METERS * asin(sqrt(min(1.0, h)))
