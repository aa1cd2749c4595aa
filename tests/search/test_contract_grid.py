"""What every engine must do for the live map: the clinics of a query in a window, by squares."""

from pathlib import Path
from random import Random

import pytest

from finder.geo import Box, Point
from finder.mercator import square_of
from finder.model import Address, Clinic
from finder.search.engine import SearchEngine
from finder.search.query import MAX_AT_A_POINT, MAX_CELLS, Grid, Query
from tests.factories import make_claim, make_clinic, make_location, make_place, state_only
from tests.search.brute_force import BruteForce
from tests.search.engines import COMPARED, EVERY, empty
from tests.search.random_search import random_box, random_clinic, random_query

EVERYWHERE = Box(south=-90, west=-180, north=90, east=180)
DEEPEST = 24


@pytest.fixture(params=EVERY)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    return empty(request, tmp_path)


def ids(grid: Grid) -> list[str]:
    return sorted(clinic.id for cell in grid.cells for clinic in cell.clinics)


def at(id: str, lat: float, lng: float, **changes: object) -> Clinic:
    return make_clinic(id, location=make_location(lat, lng), **changes)


def same(ours: Grid, theirs: Grid) -> None:
    assert ours.zoom == theirs.zoom
    assert [cell.count for cell in ours.cells] == [cell.count for cell in theirs.cells]
    assert [cell.clinics for cell in ours.cells] == [cell.clinics for cell in theirs.cells]
    for mine, other in zip(ours.cells, theirs.cells, strict=True):
        assert mine.middle.lat == pytest.approx(other.middle.lat, abs=1e-9)
        assert mine.middle.lng == pytest.approx(other.middle.lng, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPARED)
def test_every_engine_agrees_with_the_reference(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    random = Random(11)
    clinics = [random_clinic(random, number) for number in range(300)]
    engine, reference = empty(request, tmp_path, name), BruteForce(clinics)
    engine.rebuild(clinics)
    for _ in range(300):
        query = random_query(random)
        window = random.choice((EVERYWHERE, random_box(random)))
        besides = [hit.clinic.id for hit in reference.search(query).hits]
        zoom = random.randrange(DEEPEST + 1)
        same(engine.grid(query, window, besides, zoom), reference.grid(query, window, besides, zoom))


@pytest.mark.slow
def test_page_and_squares_together_are_all_that_is_found(engine: SearchEngine) -> None:
    random = Random(5)
    engine.rebuild([random_clinic(random, number) for number in range(200)])
    for _ in range(150):
        query = random_query(random).changed(size=100)
        hits = engine.search(query).hits
        placed = [h.clinic.id for h in hits if h.clinic.location.point and h.via != "telehealth"]
        if len(hits) < engine.count(query):
            continue
        grid = engine.grid(query, EVERYWHERE, (), DEEPEST)
        assert sum(cell.count for cell in grid.cells) == len(placed)
        assert set(ids(grid)) <= set(placed)
        assert engine.grid(query, EVERYWHERE, placed, DEEPEST).cells == ()


def test_clinics_at_one_point_are_named_and_those_apart_are_counted(engine: SearchEngine) -> None:
    engine.rebuild(
        [at("a", 35.6, -82.55), at("b", 35.6, -82.55), at("c", 40.0, -105.0), at("d", 40.01, -105.0)]
    )
    far, near = (engine.grid(Query(), EVERYWHERE, (), zoom) for zoom in (3, 16))
    assert [(cell.count, len(cell.clinics)) for cell in far.cells] == [(2, 0), (2, 2)]
    assert ids(near) == ["a", "b", "c", "d"]
    assert far.cells[0].middle.lat == pytest.approx(40.005)


def test_a_town_names_no_more_than_a_list_holds(engine: SearchEngine) -> None:
    engine.rebuild([at(f"c-{n:02}", 35.6, -82.55) for n in range(MAX_AT_A_POINT + 5)])
    (cell,) = engine.grid(Query(), EVERYWHERE, (), 20).cells
    assert cell.count == MAX_AT_A_POINT + 5
    assert [clinic.id for clinic in cell.clinics] == [f"c-{n:02}" for n in range(MAX_AT_A_POINT)]


def test_no_telehealth_and_no_state_level_clinic_is_on_the_map(engine: SearchEngine) -> None:
    at_home = make_claim("modality", "at_home_telehealth", states=("NC",))
    engine.rebuild(
        [
            at("here", 35.6, -82.55, claims=[at_home]),
            at("denver", 39.74, -104.99, claims=[at_home], address=Address(city="Denver", state="CO")),
            make_clinic("somewhere", address=Address(state="NC"), location=state_only(), claims=[at_home]),
        ]
    )
    query = Query(place=make_place(), radius_miles=50, facets={"modality": ("at_home_telehealth",)})
    assert {hit.clinic.id for hit in engine.search(query).hits} >= {"here", "denver"}
    assert ids(engine.grid(query, EVERYWHERE, (), 8)) == ["here"]


def test_too_many_squares_become_larger_ones(engine: SearchEngine) -> None:
    engine.rebuild([at(f"c-{n}", 30 + n // 30 * 0.4, -110 + n % 30 * 0.7) for n in range(MAX_CELLS + 60)])
    grid = engine.grid(Query(), EVERYWHERE, (), 22)
    assert grid.zoom < 22
    assert 1 < len(grid.cells) <= MAX_CELLS
    assert sum(cell.count for cell in grid.cells) == MAX_CELLS + 60


def test_a_window_over_the_180th_meridian(engine: SearchEngine) -> None:
    engine.rebuild([at("attu", 52.8, 173.1), at("adak", 51.9, -176.7), at("denver", 39.7, -105.0)])
    window = Box(south=50, west=170, north=60, east=-170)
    assert ids(engine.grid(Query(), window, (), 8)) == ["adak", "attu"]


def test_a_window_without_clinics_is_empty(engine: SearchEngine) -> None:
    engine.rebuild([at("denver", 39.7, -105.0)])
    assert engine.grid(Query(), Box(south=0, west=0, north=1, east=1), (), 8).cells == ()
    engine.rebuild([])
    assert engine.grid(Query(), EVERYWHERE, ("nobody",), 8).cells == ()


def test_squares_are_numbered_from_the_north_west() -> None:
    assert square_of(Point(lat=85, lng=-180), 3) == (0, 0)
    assert square_of(Point(lat=-90, lng=180), 3) == (7, 7)
    assert square_of(Point(lat=0.0, lng=0.0), 3) == (4, 4)
