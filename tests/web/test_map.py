"""The maps agree with the list, keep to what is known, and show it to everybody."""

import json
import math
from collections.abc import Iterator
from random import Random

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from finder.geo import Box, Point, miles
from finder.model import Clinic
from finder.search.embedded import EmbeddedEngine
from finder.search.query import Hit, Query
from finder.settings import Settings
from finder.web import create_app
from finder.web.directory import LEAST
from finder.web.map import results_map, us_map
from finder.web.mapdata import Group, Window, map_document, merged
from finder.web.services import Services
from finder.web.svgmap import MAX_TAB_STOPS, PIN_RADIUS_PX, RESULTS, Drawing, drawing, free_spot
from tests.factories import make_clinic, make_location, make_place, state_only
from tests.search.random_search import random_box, random_clinic, random_query

WORLD = "bbox=-180,-90,180,90"
EVERYWHERE = Window(Box(south=-90, west=-180, north=90, east=180), 22)


def hit(id: str, lat: float, lng: float, precision: str = "street", **changes: object) -> Hit:
    radius = {"street": 0.1, "zip": 3.0, "city": 6.0}[precision]
    where = make_location(lat, lng, precision=precision, radius_miles=radius)
    fields = {"clinic": make_clinic(id, location=where), "distance_miles": 1.0, "via": "distance"}
    return Hit.model_validate({**fields, **changes})


def near_asheville(**changes: object) -> Query:
    return Query(place=make_place(), radius_miles=50, **changes)  # type: ignore[arg-type]


def drawn(hits: list[Hit], query: Query | None = None) -> Drawing | None:
    return drawing(
        query or near_asheville(), list(enumerate(hits, 1)), RESULTS, lambda n, one: f"{n}: {one.clinic.name}"
    )


def must(picture: Drawing | None) -> Drawing:
    assert picture is not None
    return picture


# The picture


def test_every_clinic_with_a_place_has_a_pin_with_its_number() -> None:
    picture = must(drawn([hit("a", 35.6, -82.5), hit("b", 35.7, -82.3), hit("c", 35.4, -82.6)]))
    assert [(pin.number, pin.clinic_id) for pin in picture.pins] == [(1, "a"), (2, "b"), (3, "c")]
    assert picture.unplaced == 0


def test_telehealth_and_state_level_clinics_have_no_pin() -> None:
    nowhere = Hit(clinic=make_clinic("s", location=state_only()), distance_miles=None, via="state")
    at_home = hit("t", 39.7, -105.0, via="telehealth", distance_miles=None)
    picture = must(drawn([nowhere, hit("a", 35.6, -82.5), at_home]))
    assert [(pin.number, pin.clinic_id) for pin in picture.pins] == [(2, "a")]
    assert picture.unplaced == 2
    assert drawn([nowhere, at_home]) is None
    assert drawn([]) is None


@given(
    st.lists(st.tuples(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6)), min_size=1, max_size=20),
)
def test_no_pin_hides_another_and_all_stand_within_the_narrowest_frame(
    spots: list[tuple[float, float]],
) -> None:
    picture = must(drawn([hit(f"c{n}", 35.6 + a, -82.5 + b) for n, (a, b) in enumerate(spots)]))
    for at, pin in enumerate(picture.pins):
        assert abs(pin.x) <= RESULTS.fit_width / 2 - PIN_RADIUS_PX
        assert abs(pin.y) <= RESULTS.fit_height / 2 - PIN_RADIUS_PX
        for other in picture.pins[:at]:
            assert math.hypot(pin.x - other.x, pin.y - other.y) >= 2 * PIN_RADIUS_PX


def test_clinics_at_one_point_are_spread_and_tied_to_it() -> None:
    picture = must(drawn([hit(f"c{n}", 35.6, -82.5, "city") for n in range(20)]))
    assert len({(pin.x, pin.y) for pin in picture.pins}) == 20
    assert len({(pin.from_x, pin.from_y) for pin in picture.pins}) == 1
    assert [pin.moved for pin in picture.pins] == [False] + [True] * 19
    assert len(picture.areas) == 1


def test_where_there_is_no_room_left_pins_share_a_spot() -> None:
    taken = [(x * 10.0, y * 10.0) for x in range(-14, 15) for y in range(-15, 16)]
    assert free_spot((0.0, 0.0), taken, RESULTS) == (0.0, 0.0)


def test_a_clinic_known_by_town_is_an_area_of_its_size() -> None:
    picture = must(
        drawn([hit("a", 35.6, -82.5, "city"), hit("b", 35.9, -82.5), hit("c", 35.3, -82.5, "zip")])
    )
    assert [pin.is_coarse for pin in picture.pins] == [True, False, True]
    town, code = picture.areas
    assert town.radius / code.radius == pytest.approx(2, rel=0.02)
    per_mile = math.dist(*[(p.from_x, p.from_y) for p in picture.pins[:2]]) / miles(
        Point(lat=35.6, lng=-82.5), Point(lat=35.9, lng=-82.5)
    )
    assert town.radius == pytest.approx(6 * per_mile, rel=0.02)
    assert picture.has_areas


def test_rings_stand_at_their_distance_around_the_place_searched() -> None:
    picture = must(drawn([hit("a", 35.9, -82.9), hit("b", 35.3, -82.1)]))
    assert [ring.text for ring in picture.rings] == ["10 mi", "25 mi"]
    assert (picture.rings[0].x, picture.rings[0].y) == picture.origin
    assert picture.rings[1].radius / picture.rings[0].radius == pytest.approx(2.5, rel=0.01)


def test_a_state_has_no_rings_and_no_mark() -> None:
    state = make_place(id="state:NC", kind="state", name="North Carolina", label="North Carolina")
    picture = must(drawn([hit("a", 35.6, -82.5), hit("b", 35.9, -78.8)], Query(place=state)))
    assert picture.rings == ()
    assert picture.origin is None


def test_the_scale_is_a_round_number_of_miles() -> None:
    for spread in (0.001, 0.3, 3.0, 15.0):
        picture = must(drawn([hit("a", 39 - spread, -100), hit("b", 39 + spread, -100)], Query()))
        assert 20 < picture.scale.px <= 84
        assert str(picture.scale.miles).rstrip("0") in {"1", "2", "5"}


def test_clinics_on_both_sides_of_the_180th_meridian_are_neighbors() -> None:
    picture = must(drawn([hit("attu", 52.8, 173.1), hit("adak", 51.9, -176.7)], Query()))
    assert picture.pins[0].x < picture.pins[1].x
    assert picture.frame.world_px > 5_000
    side = 1 << picture.frame.zoom
    assert all(0 <= tile.column < side and 0 <= tile.row < side for tile in picture.tiles)


def test_tiles_cover_the_widest_frame() -> None:
    picture = must(drawn([hit("a", 35.6, -82.5), hit("b", 35.7, -82.3)]))
    assert min(tile.x for tile in picture.tiles) <= -RESULTS.full_width / 2
    assert max(tile.x + tile.px for tile in picture.tiles) >= RESULTS.full_width / 2
    assert min(tile.y for tile in picture.tiles) <= -RESULTS.full_height / 2
    assert max(tile.y + tile.px for tile in picture.tiles) >= RESULTS.full_height / 2
    assert len(picture.tiles) <= 12


def test_few_pins_are_stops_of_the_keyboard() -> None:
    picture = must(drawn([hit(f"c{n}", 35.6 + n / 90, -82.5) for n in range(60)]))
    assert sum(pin.takes_focus for pin in picture.pins) == MAX_TAB_STOPS == 25


# On the page


def the_map(client: FlaskClient, url: str) -> Tag:
    found = BeautifulSoup(client.get(url).text, "html.parser").find("clinic-map")
    assert isinstance(found, Tag)
    return found


def test_the_results_page_has_a_pin_for_each_card_with_a_place(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/search?q=asheville").text, "html.parser")
    pins = page.select("clinic-map svg a")
    assert len(pins) == 3
    for pin in pins:
        card = page.find(id=str(pin["href"]).removeprefix("#"))
        assert isinstance(card, Tag)
        name = str(pin["aria-label"]).partition(": ")[2].partition(",")[0]
        assert name in card.get_text()
        circle = pin.find("circle")
        assert isinstance(circle, Tag)
        assert float(str(circle["r"])) >= 12


def test_every_tile_of_the_picture_can_be_had(client: FlaskClient) -> None:
    for image in the_map(client, "/search?q=asheville").select("image"):
        answer = client.get(str(image["href"]))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_without_a_place_on_the_map_there_is_none(client: FlaskClient) -> None:
    assert (
        "<clinic-map" not in client.get("/search?q=asheville&exclusion=pregnancy&modality=iv_infusion").text
    )


def test_makers_of_the_map_are_named(client: FlaskClient) -> None:
    text = the_map(client, "/search?q=asheville").get_text(" ")
    for maker in ("Census", "Natural Earth", "GeoNames"):
        assert maker in text


def test_the_live_map_asks_for_the_search_of_the_list(client: FlaskClient) -> None:
    element = the_map(client, "/search?q=kap+asheville&radius=25")
    assert "modality=kap" in str(element["data-query"])
    assert "radius=25" in str(element["data-query"])
    south, west, north, east = map(float, str(element["data-view"]).split(","))
    assert south < 35.6 < north
    assert west < -82.55 < east


def test_foreign_tiles_are_for_the_live_map_only(settings: Settings) -> None:
    url = "https://tiles.example/{z}/{x}/{y}.png"
    foreign = settings.model_copy(update={"map_tile_url": url, "map_tile_attribution": "© Tile Makers"})
    element = the_map(create_app(foreign).test_client(), "/search?q=asheville")
    assert element["data-tiles"] == url
    assert element["data-attribution"] == "© Tile Makers"
    assert all(str(image["href"]).startswith("/tiles/") for image in element.select("image"))


# The country


def test_the_map_of_the_country_counts_every_clinic_once(app: Flask, services: Services) -> None:
    with app.app_context():
        country = us_map(services)
    assert country is not None
    assert sum(state.count for state in country.states) == services.engine.count(Query())
    shown = {state.code: state for state in country.states}
    assert len(shown) == 51
    assert shown["IL"].count == 47
    assert shown["IL"].label == "Illinois: 47 clinics"
    assert all(state.path.startswith("M") for state in country.states)
    assert {state.code for state in country.states if state.side} >= {"RI", "DE", "DC"}
    assert shown["RI"].label == f"RI {shown['RI'].count}: Rhode Island, {shown['RI'].count} clinics"
    assert all(state.text in state.label for state in country.states)


def test_a_state_of_the_country_leads_to_its_clinics(
    app: Flask, client: FlaskClient, services: Services
) -> None:
    with app.app_context():
        country = us_map(services)
    assert country is not None
    for state in country.states:
        assert state.url.startswith("/ketamine-therapy/" if state.count >= LEAST else "/search?"), state.name
        page = client.get(state.url)
        assert page.status_code == 200
        count = "No clinics" if not state.count else f"{state.count} clinic"
        assert count in page.text, state.name


def test_without_an_index_there_is_no_map_of_the_country(tmp_path: object) -> None:
    app = create_app(Settings(build=tmp_path))  # type: ignore[arg-type]
    with app.app_context():
        assert us_map(app.extensions["services"]) is None
    assert app.test_client().get("/").status_code == 200


# The live map's data


def features(client: FlaskClient, query: str) -> dict[str, object]:
    answer = client.get(f"/api/v1/map?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/geo+json"
    content: dict[str, object] = json.loads(answer.text)
    return content


def ids(content: dict[str, object]) -> list[str]:
    return sorted(one["id"] for feature in content["features"] for one in feature["properties"]["clinics"])  # type: ignore[attr-defined]


def test_the_page_of_the_list_is_numbered_and_the_rest_is_in_groups(client: FlaskClient) -> None:
    content = features(client, f"q=chicago&page=2&{WORLD}&z=4")
    shown = [feature["properties"] for feature in content["features"]]  # type: ignore[attr-defined]
    assert [one["number"] for one in shown if one["number"]] == list(range(21, 41))
    others = [one for one in shown if not one["number"]]
    assert sum(one["count"] for one in others) == 27
    assert content["meta"]["count"] == 47  # type: ignore[index]
    assert all(one["label"] for one in shown)


def test_the_map_keeps_the_filters_of_the_list(client: FlaskClient) -> None:
    listed = client.get("/api/v1/clinics?q=kap+near+asheville").get_json()
    placed = sorted(item["id"] for item in listed["items"] if item["location"]["lat"] is not None)
    assert ids(features(client, f"q=kap+near+asheville&{WORLD}&z=15")) == placed


def test_only_what_is_in_the_window_is_shown(client: FlaskClient) -> None:
    assert ids(features(client, "q=asheville&bbox=-82.4,35.5,-82.2,35.7&z=12")) == [
        "blue-ridge-retreat-black-mountain-nc"
    ]
    assert features(client, "q=asheville&bbox=10,10,11,11&z=12")["features"] == []


def test_near_me_without_a_place_shows_nothing(client: FlaskClient) -> None:
    content = features(client, f"q=near+me&{WORLD}&z=4")
    assert content["features"] == []
    assert content["meta"]["asks"] == "place"  # type: ignore[index]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("z=4", "bbox"),
        ("bbox=1,2,3&z=4", "bbox"),
        ("bbox=a,b,c,d&z=4", "bbox"),
        ("bbox=-181,0,0,1&z=4", "bbox"),
        ("bbox=0,5,1,4&z=4", "bbox"),
        ("bbox=0,-91,1,4&z=4", "bbox"),
        ("bbox=nan,0,1,4&z=4", "bbox"),
        (WORLD, "z"),
        (f"{WORLD}&z=23", "z"),
        (f"{WORLD}&z=-1", "z"),
        (f"{WORLD}&z=4.5", "z"),
        (f"{WORLD}&z=4&radius=0", "radius"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, sent: str, field: str) -> None:
    answer = client.get(f"/api/v1/map?{sent}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_the_map_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get(f"/api/v1/map?q=asheville&{WORLD}&z=4")
    again = client.get(
        f"/api/v1/map?q=asheville&{WORLD}&z=4", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_groups_that_touch_become_one() -> None:
    one = Group(100, 100, 35.0, -82.0, 3, ())
    two = Group(120, 110, 36.0, -82.0, 1, (make_clinic("a"),))
    far = Group(300, 100, 39.0, -90.0, 1, (make_clinic("b"),))
    groups = merged([far, two, one])
    assert [(group.count, len(group.clinics)) for group in groups] == [(4, 0), (1, 1)]
    assert groups[0].lat == pytest.approx(35.25)
    (both,) = merged([two, Group(121, 110, 36.0, -82.0, 2, (make_clinic("b"), make_clinic("c")))])
    assert (both.count, len(both.clinics)) == (3, 3)


def all_pages(engine: EmbeddedEngine, query: Query) -> Iterator[Hit]:
    for page in range(1, 100):
        results = engine.search(query.changed(page=page, size=100))
        yield from results.hits
        if page * 100 >= results.total:
            return


@pytest.mark.slow
def test_map_and_list_hold_the_same_clinics_for_200_random_searches(
    services: Services, tmp_path: object
) -> None:
    random = Random(200)
    clinics: list[Clinic] = [random_clinic(random, number) for number in range(150)]
    engine = EmbeddedEngine(tmp_path / "index")  # type: ignore[operator]
    engine.rebuild(clinics)
    ours = Services(
        settings=services.settings, gazetteer=services.gazetteer, lexicon=services.lexicon, engine=engine
    )
    for _ in range(200):
        query = random_query(random).changed(page=1, size=random.choice((1, 3, 20)))
        box = random.choice((EVERYWHERE.box, random_box(random)))
        content = map_document(query, Window(box, 22), ours)
        listed = {
            hit.clinic.id
            for hit in all_pages(engine, query)
            if hit.via != "telehealth"
            and hit.clinic.location.point is not None
            and box.contains(hit.clinic.location.point)
        }
        assert content["meta"]["count"] == len(listed)
        assert sum(feature["properties"]["count"] for feature in content["features"]) == len(listed)
        named = {one["id"] for feature in content["features"] for one in feature["properties"]["clinics"]}
        assert named <= listed
        whole = all(f["properties"]["count"] == len(f["properties"]["clinics"]) for f in content["features"])
        assert named == listed or not whole


@pytest.mark.slow
def test_picture_and_list_hold_the_same_clinics_on_real_searches(services: Services) -> None:
    random = Random(3)
    for _ in range(60):
        query = random_query(random)
        results = services.engine.search(query)
        numbered = list(enumerate(results.hits, 1))
        with create_app(services.settings).app_context():
            found = results_map(query, numbered, services)
        placed = {n for n, one in numbered if one.clinic.location.point and one.via != "telehealth"}
        assert ({pin.number for pin in found.drawing.pins} if found else set()) == placed
