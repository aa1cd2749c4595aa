import pytest
from flask.testing import FlaskClient

from finder.web.headers import PAGE_PERMISSIONS, SECURITY
from tests.web.test_pages import EVERY_PAGE

EVERYTHING = [
    *EVERY_PAGE,
    "/api/v1/clinics?q=kap+asheville",
    "/api/v1/clinics?page=x",
    "/api/v1/clinics/nobody",
    "/api/v1/facets",
    "/health",
    "/static/site.css",
    "/static/nothing",
    "/search?lat=35.6&lng=-82.5",
]


@pytest.mark.parametrize("url", EVERYTHING)
def test_every_answer_has_the_security_headers_and_no_cookie(client: FlaskClient, url: str) -> None:
    with client.get(url) as answer:
        is_page = answer.mimetype == "text/html"
        for name, value in (SECURITY | ({"Permissions-Policy": PAGE_PERMISSIONS} if is_page else {})).items():
            assert answer.headers[name] == value
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cross-Origin-Resource-Policy"]
        assert answer.headers["Cache-Control"]


def test_the_content_policy_allows_only_our_own_files() -> None:
    policy = SECURITY["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_searches_are_not_stored_and_plain_pages_are(client: FlaskClient) -> None:
    assert client.get("/search?q=kap+asheville").headers["Cache-Control"] == "no-store"
    assert client.get("/search?q=kap+near+me").headers["Cache-Control"] == "no-store"
    assert client.get("/search?page=x").headers["Cache-Control"] == "no-store"
    for url in ("/", "/about-data", "/privacy"):
        assert client.get(url).headers["Cache-Control"].startswith("public")
    assert client.get("/clinic/nobody").headers["Cache-Control"] == "no-store"


def test_an_api_search_stays_with_the_caller(client: FlaskClient) -> None:
    assert client.get("/api/v1/clinics?q=kap+asheville").headers["Cache-Control"] == "private, no-cache"


def test_any_site_may_read_the_api_and_no_site_the_pages(client: FlaskClient) -> None:
    for url in ("/api/v1/clinics?q=kap+asheville", "/api/v1/facets", "/api/v1/clinics?page=x"):
        assert client.get(url).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/search?q=kap").headers
    assert "Access-Control-Allow-Credentials" not in client.get("/api/v1/facets").headers
    assert "Access-Control-Allow-Origin" not in client.post("/api/v1/clinics").headers


def test_static_files_have_their_content_in_the_address(client: FlaskClient) -> None:
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "v=" in address
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["ETag"]
    with client.get("/static/site.css") as plain:
        assert plain.headers["Cache-Control"] == "public, max-age=300"
