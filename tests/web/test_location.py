""" "Use my location": what the server does with a position."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

OURS = {"Sec-Fetch-Site": "same-origin"}


def asked(client: FlaskClient, headers: dict[str, str] | None = None, **fields: object) -> tuple[str, dict]:
    data = {"lat": "35.60", "lng": "-82.55", **fields}
    answer = client.post("/location", data=data, headers=OURS if headers is None else headers)
    assert answer.status_code == 303, answer.status_code
    parts = urlsplit(answer.headers["Location"])
    return parts.path, parse_qs(parts.query)


def test_a_position_becomes_the_name_of_the_nearest_town(client: FlaskClient) -> None:
    assert asked(client) == ("/search", {"near": ["Asheville, NC"]})


def test_what_was_chosen_is_kept_and_the_old_place_is_not(client: FlaskClient) -> None:
    _, params = asked(
        client, q="kap in denver", near="Boise, ID", modality="esketamine_nasal", nature="any", page="3"
    )
    assert params == {"near": ["Asheville, NC"], "modality": ["esketamine_nasal"], "nature": ["any"]}


def test_a_chosen_radius_is_kept(client: FlaskClient) -> None:
    assert asked(client, radius="25")[1] == {"near": ["Asheville, NC"], "radius": ["25"]}


def test_near_me_is_answered(client: FlaskClient) -> None:
    _, params = asked(client, q="kap near me")
    assert params == {"near": ["Asheville, NC"], "modality": ["kap"]}
    assert client.get("/search", query_string=params).status_code == 200


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lat=st.floats(25, 49), lng=st.floats(-124, -67))
def test_no_coordinate_ever_stands_in_an_address(client: FlaskClient, lat: float, lng: float) -> None:
    answer = client.post("/location", data={"lat": f"{lat:.9f}", "lng": f"{lng:.9f}"}, headers=OURS)
    address = answer.headers.get("Location", "")
    params = parse_qs(urlsplit(address).query)
    assert not {"lat", "lng", "box"} & params.keys()
    assert f"{lat:.2f}" not in answer.text + address
    assert f"{lng:.2f}" not in answer.text + address


def test_the_server_rounds_too(client: FlaskClient) -> None:
    assert asked(client, lat="35.6012345", lng="-82.5543210") == asked(client, lat="35.60", lng="-82.55")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/location", data={"lat": "35.60", "lng": "-82.55"}, headers=headers)
    assert answer.status_code == 403
    assert "Location" not in answer.headers
    assert "City, ZIP or clinic" in answer.text


def test_an_old_browser_is_known_by_its_origin(client: FlaskClient) -> None:
    assert asked(client, headers={"Origin": "http://localhost"})[0] == "/search"


@pytest.mark.parametrize(
    "fields",
    [{}, {"lat": "35"}, {"lat": "x", "lng": "y"}, {"lat": "91", "lng": "0"}, {"lat": "35", "lng": "nan"}],
)
def test_a_broken_position_points_back_to_the_box(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = client.post("/location", data=fields, headers=OURS)
    assert answer.status_code == 400
    assert "Name a town or ZIP code instead." in answer.text
    assert 'name="q"' in answer.text


def test_a_position_outside_the_country_is_not_moved_into_it(client: FlaskClient) -> None:
    answer = client.post("/location", data={"lat": "48.85", "lng": "2.35"}, headers=OURS)
    assert answer.status_code == 200
    assert "outside the United States" in answer.text


def test_the_answer_is_stored_nowhere(client: FlaskClient) -> None:
    answer = client.post("/location", data={"lat": "35.60", "lng": "-82.55"}, headers=OURS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_position_cannot_be_sent_in_the_address(client: FlaskClient) -> None:
    assert client.get("/location?lat=35.60&lng=-82.55").status_code == 405


def test_only_pages_may_ask_where_somebody_is(client: FlaskClient) -> None:
    assert "geolocation=(self)" in client.get("/").headers["Permissions-Policy"]
    assert "geolocation=(self)" in client.get("/search?q=kap+asheville").headers["Permissions-Policy"]
    assert "geolocation=()" in client.get("/api/v1/facets").headers["Permissions-Policy"]
