import json
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finder.facets import FACETS
from finder.search.query import Query
from finder.search.request import Request
from finder.search.understand import Understanding
from finder.web.document import document, search_document, to_json
from finder.web.services import Services
from tests.factories import make_place

GOLDEN = Path(__file__).parent.parent / "golden"
UPDATE = "FINDER_TEST_UPDATE_GOLDEN" in os.environ
ASHEVILLE = {"place": make_place(), "radius_miles": 50}
NORTH_CAROLINA = make_place(
    id="state:NC", name="North Carolina", label="North Carolina", kind="state", radius_miles=280
)
GOLDEN_QUERIES = {
    "kap-near-asheville": Query(facets={"modality": ("kap",)}, **ASHEVILLE),
    "kap-in-north-carolina": Query(facets={"modality": ("kap",)}, place=NORTH_CAROLINA),
    "at-home-asheville": Query(facets={"modality": ("at_home_telehealth",)}, **ASHEVILLE),
    "words-unstated-page-2": Query(
        words=("clinic", "crowd"),
        facets={"nature": ("nat_retreat",)},
        include_unstated=True,
        sort="match",
        page=2,
        size=3,
    ),
    "near-me": None,
}
SEARCHES = [
    {"q": ["kap near asheville"]},
    {"q": ["kap north carolina"]},
    {"q": ["ketamine therapy near me"]},
    {"near": ["60614"], "modality": ["esketamine_nasal"], "page": ["2"], "size": ["5"]},
]


@pytest.mark.parametrize("name", GOLDEN_QUERIES)
def test_the_documents_are_those_on_file(services: Services, name: str) -> None:
    """FINDER_TEST_UPDATE_GOLDEN=1 writes them anew."""
    query = GOLDEN_QUERIES[name]
    understanding = Understanding(
        request=Request(), query=query, understood=query or Query(), asks="" if query else "place"
    )
    content = document(understanding, services.find(understanding), services)
    if content["meta"]["version"]:
        content["meta"]["version"] = "of the build"
    written, file = to_json(content) + "\n", GOLDEN / f"{name}.json"
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("params", SEARCHES)
def test_the_api_sends_the_very_document_that_the_command_line_prints(
    client: FlaskClient, services: Services, params: dict[str, list[str]]
) -> None:
    answer = client.get("/api/v1/clinics", query_string=params)
    assert answer.text == to_json(search_document(params, services)) + "\n"
    assert answer.mimetype == "application/json"


def test_meta_says_what_was_searched_for(client: FlaskClient) -> None:
    meta = client.get("/api/v1/clinics?q=kap+near+asheville").json["meta"]
    assert meta["total"] == 2
    assert meta["place"]["label"] == "Asheville, NC"
    assert (meta["radius_miles"], meta["sort"], meta["page"], meta["pages"]) == (50, "nearest", 1, 1)
    assert meta["chosen"] == {"modality": ["kap"]}
    assert meta["order"] == "Sorted by distance. Clinics cannot pay to be listed higher."
    assert meta["attribution"].startswith("Place data © GeoNames")
    assert meta["version"]


def test_items_carry_distance_claims_and_sources(client: FlaskClient) -> None:
    first, second = client.get("/api/v1/clinics?q=kap+near+asheville").json["items"]
    assert list(first)[:3] == ["id", "name", "distance_miles"]
    assert (first["distance_miles"], first["distance_text"]) == (0.004, "in town (street not stated)")
    assert second["distance_text"] == "about 10–16 mi (from ZIP code)"
    claim = first["claims"]["modality"][0]
    assert (claim["value"], claim["says"], claim["grade"]) == ("kap", "yes", "confirmed")
    assert claim["quote"]
    assert claim["source"]["url"] == "https://woods.example/kap"
    assert list(first["claims"]) == list(FACETS)
    assert first["claims"]["payment"] == []


def test_facets_are_counted_with_those_that_do_not_state(client: FlaskClient) -> None:
    facets = client.get("/api/v1/clinics?q=kap+near+asheville").json["facets"]
    assert facets["modality"]["kap"] == 2
    assert facets["modality"]["iv_infusion"] == 1
    assert facets["nature"]["not_stated"] == 0
    assert facets["payment"]["not_stated"] == 2


def test_telehealth_and_state_level_clinics_have_no_distance(client: FlaskClient) -> None:
    items = client.get("/api/v1/clinics?q=at+home+ketamine+asheville").json["items"]
    assert [(item["via"], item["distance_miles"]) for item in items] == [("telehealth", None)]
    last = client.get("/api/v1/clinics?q=kap+north+carolina").json["items"][-1]
    assert (last["via"], last["location"]["lat"], last["distance_miles"]) == ("state", None, None)


def test_links_lead_through_all_pages(client: FlaskClient) -> None:
    url, ids = "/api/v1/clinics?near=60614&modality=esketamine_nasal&size=10", []
    while url:
        answer = client.get(url)
        ids += [item["id"] for item in answer.json["items"]]
        last, url = answer.json, answer.json["links"]["next"]
        assert ('rel="next"' in answer.headers["Link"]) == bool(url)
    assert len(ids) == len(set(ids)) == 47
    assert client.get(last["links"]["self"]).json == last
    assert client.get(last["links"]["prev"]).json["meta"]["page"] == 4


def test_ways_out_of_the_api_keep_their_promise(client: FlaskClient) -> None:
    ways = client.get("/api/v1/clinics?q=kap+boise").json["ways_out"]
    assert ways
    for way in ways:
        assert client.get(way["url"]).json["meta"]["total"] == way["count"]


def test_without_a_place_the_api_asks(client: FlaskClient) -> None:
    answer = client.get("/api/v1/clinics?q=kap+near+me").json
    assert answer["meta"]["asks"] == "place"
    assert answer["items"] == []


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/clinics?q=kap+near+asheville")
    again = client.get(
        "/api/v1/clinics?q=kap+near+asheville", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get("/api/v1/clinics?q=kap+asheville&radius=20")
    assert other.headers["ETag"] != first.headers["ETag"]


def test_one_clinic(client: FlaskClient) -> None:
    answer = client.get("/api/v1/clinics/woods-psychiatry-asheville-nc")
    assert answer.json["item"]["name"] == "Woods Psychiatry"
    assert (
        client.get(
            "/api/v1/clinics/woods-psychiatry-asheville-nc", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )


def test_a_former_id_redirects(client: FlaskClient) -> None:
    answer = client.get("/api/v1/clinics/old-woods-asheville-nc")
    assert (answer.status_code, answer.location) == (301, "/api/v1/clinics/woods-psychiatry-asheville-nc")


def test_places_resolve_and_suggest(client: FlaskClient) -> None:
    answer = client.get("/api/v1/places?q=asheville").json
    assert answer["place"]["label"] == "Asheville, NC"
    assert "Asheville, NC" in [place["label"] for place in answer["suggestions"]]
    assert client.get("/api/v1/places?q=28801").json["place"]["kind"] == "zip"
    assert client.get("/api/v1/places?q=qqqqzz").json["place"] is None


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=" + "a" * 101])
def test_places_want_a_name(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/places" + query)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "q"


def test_the_facet_table(client: FlaskClient) -> None:
    facets = client.get("/api/v1/facets").json["facets"]
    assert [facet["code"] for facet in facets] == list(FACETS)
    assert facets[0]["values"][0]["code"] == "kap"
    assert "words" not in facets[0]["values"][0]


def test_health(client: FlaskClient, no_index: FlaskClient) -> None:
    assert client.get("/health").json["status"] == "ok"
    sick = no_index.get("/health")
    assert sick.status_code == 503
    assert sick.json == {"status": "unavailable", "reason": "NoIndex"}


def test_the_document_is_json_without_nan(client: FlaskClient) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(client.get("/api/v1/clinics").text, parse_constant=refuse)
