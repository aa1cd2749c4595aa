import logging

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.errors import EngineDown
from finder.facets import FACETS
from finder.web import create_app
from tests.web.conftest import text

WRONG = {
    "page=-1": "page",
    "page=0": "page",
    "page=99999999999999999999": "page",
    "size=1000": "size",
    "radius=abc": "radius",
    "radius=nan": "radius",
    "radius=1e9": "radius",
    "lat=35": "lng",
    "lng=-82": "lat",
    "lat=91&lng=0": "lat",
    "lat=0&lng=181": "lng",
    "modality=bogus": "modality",
    "nature=nat_decor": "nature",
    "sort=paid": "sort",
    "box=1,2,3": "box",
    "include_unstated=maybe": "include_unstated",
}


@pytest.mark.parametrize(("query", "field"), WRONG.items())
def test_a_wrong_parameter_is_named_and_never_repeated(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/search?q=xyzzyplugh&{query}")
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert text(page.select_one("main strong")) == field
    assert page.select_one("main form input[name=q]")
    sent = query.rpartition("=")[2]
    assert "xyzzyplugh" not in answer.text
    assert sent not in text(page.main) or len(sent) < 4


@pytest.mark.parametrize(("query", "field"), WRONG.items())
def test_the_api_names_it_in_a_problem_document(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/api/v1/clinics?q=xyzzyplugh&{query}")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert answer.json["errors"][0]["detail"]
    assert "xyzzyplugh" not in answer.text


def test_unknown_pages_and_clinics_are_404(client: FlaskClient) -> None:
    for url in ("/xyzzyplugh", "/clinic/xyzzyplugh", "/clinic/..%2f..%2fetc", "/clinic/" + "a" * 3000):
        answer = client.get(url)
        assert answer.status_code == 404
        assert "Page not found" in answer.text
        assert "xyzzyplugh" not in answer.text
    for url in ("/api/v1/xyzzyplugh", "/api/v1/clinics/xyzzyplugh"):
        answer = client.get(url)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
        assert "xyzzyplugh" not in answer.text


def test_doubled_slashes_lead_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/clinic//woods-psychiatry-asheville-nc")
    assert answer.status_code == 308
    assert client.get("/search/?q=kap+asheville").status_code == 200


def test_other_methods_are_refused(client: FlaskClient) -> None:
    for url in ("/search", "/api/v1/clinics"):
        answer = client.post(url, data={"q": "xyzzyplugh"})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert "xyzzyplugh" not in answer.text
    assert client.options("/api/v1/clinics").status_code == 200
    assert client.head("/search?q=kap+asheville").status_code == 200


def test_an_endless_address_is_refused(client: FlaskClient) -> None:
    assert client.get("/search?q=" + "a" * 200_000).status_code == 414
    assert client.get("/api/v1/clinics?q=" + "a" * 200_000).json["status"] == 414


def test_without_an_index_search_says_so_and_the_rest_stands(no_index: FlaskClient) -> None:
    for url in ("/search?q=xyzzyplugh+asheville", "/clinic/a", "/api/v1/clinics?q=xyzzyplugh"):
        answer = no_index.get(url)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert ("xyzzyplugh" in answer.text) == url.startswith("/search")  # it stays in the search box
        assert "build" not in answer.text
    assert "call</a> or" in no_index.get("/search?q=asheville").text
    for url in ("/", "/about-data", "/privacy"):
        assert no_index.get(url).status_code == 200


class BrokenEngine:
    """An engine whose server is gone, or that has a bug."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> object:
        def fail(*args: object) -> object:
            raise self.error

        return fail


def broken(app: Flask, error: Exception) -> FlaskClient:
    made = create_app(app.extensions["services"].settings, BrokenEngine(error))  # type: ignore[arg-type]
    return made.test_client()


def test_an_engine_that_is_down_is_503(app: Flask) -> None:
    client = broken(app, EngineDown("http://10.0.0.1:9200 xyzzyplugh"))
    for url in ("/search?q=asheville", "/api/v1/clinics?q=asheville", "/health"):
        answer = client.get(url)
        assert answer.status_code == 503
        assert "10.0.0.1" not in answer.text
    assert client.get("/").status_code == 200


def test_a_bug_is_an_honest_500_and_leaves_no_words_in_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = broken(app, ValueError("xyzzyplugh"))
    with caplog.at_level(logging.DEBUG):
        page, document = (
            client.get("/search?q=xyzzyplugh+asheville"),
            client.get("/api/v1/clinics?q=xyzzyplugh"),
        )
    assert (page.status_code, document.status_code) == (500, 500)
    assert "Something went wrong on our side" in page.text
    assert document.content_type == "application/problem+json"
    for answer in (page, document):
        assert "xyzzyplugh" not in answer.text
        assert "Traceback" not in answer.text
    assert "ValueError" in caplog.text
    assert "xyzzyplugh" not in caplog.text


def test_a_search_leaves_no_trace_in_logs_or_files(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for url in ("/search?q=xyzzyplugh", "/api/v1/clinics?q=xyzzyplugh", "/search?q=xyzzyplugh&page=x"):
            client.get(url)
    assert "xyzzyplugh" not in caplog.text
    build = app.extensions["services"].settings.build
    assert not [file for file in build.rglob("*") if file.is_file() and b"xyzzyplugh" in file.read_bytes()]


def test_ten_thousand_characters_are_cut_and_said(client: FlaskClient) -> None:
    answer = client.get("/search", query_string={"q": "kap asheville " + "lorem " * 1700})
    assert answer.status_code == 200
    assert "Only the first 200 characters" in answer.text


def test_control_characters_do_no_harm(client: FlaskClient) -> None:
    for typed in (
        "kap\x00 near\x1b asheville",
        "\u202ekap asheville",
        "kap\r\nX-Evil: 1",
        "\ud800".encode("utf-8", "surrogatepass"),
    ):
        answer = client.get("/search", query_string={"q": typed})
        assert answer.status_code in {200, 302}
        assert "X-Evil" not in answer.headers
    assert client.get("/search?q=%ff%fe%00").status_code == 200


def test_markup_is_shown_as_text(client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    for url in ("/search", "/api/v1/clinics"):
        answer = client.get(url, query_string={"q": evil, "near": "Asheville"})
        assert answer.status_code == 200
        if "html" in answer.content_type:
            assert not BeautifulSoup(answer.text, "html.parser").select(
                "script:not([src^='/static/']):not([type='application/json']), img, [onerror]"
            )


PARAMS = ["q", "near", "lat", "lng", "radius", "box", "page", "size", "sort", "town", *FACETS]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(PARAMS), st.text(max_size=40)), max_size=5),
    st.sampled_from(["/search", "/api/v1/clinics", "/api/v1/places", "/clinic/x"]),
)
def test_no_input_is_a_server_error(client: FlaskClient, params: list[tuple[str, str]], url: str) -> None:
    pairs = [(name, value.encode("utf-8", "replace")) for name, value in params]
    assert client.get(url, query_string=pairs).status_code < 500
