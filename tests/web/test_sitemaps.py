"""Sitemaps, robots.txt, OpenSearch and canonical links."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from finder.errors import SettingsError
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from tests.web.conftest import Visitor

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client: FlaskClient, path: str) -> dict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/xml"
    entries = ElementTree.fromstring(answer.text)
    return {
        entry.findtext("s:loc", "", NAMES).removeprefix("http://localhost"): entry.findtext(
            "s:lastmod", "", NAMES
        )
        for entry in entries
    }


def test_the_index_names_every_sitemap(client: FlaskClient) -> None:
    index = locations(client, "/sitemap.xml")
    assert list(index) == ["/sitemap-places.xml", "/sitemap-clinics-1.xml"]
    assert set(index.values()) == {"2026-11-22"}


def test_every_clinic_stands_in_it_with_the_day_it_was_last_read(client: FlaskClient) -> None:
    clinics = locations(client, "/sitemap-clinics-1.xml")
    assert len(clinics) == 52
    assert clinics["/clinic/woods-psychiatry-asheville-nc"] == "2026-11-22"
    for path in list(clinics)[:5]:
        assert client.get(path).status_code == 200


def test_every_page_about_a_place_stands_in_it_and_is_there(client: FlaskClient) -> None:
    places = locations(client, "/sitemap-places.xml")
    assert "/ketamine-therapy/illinois/chicago/" in places
    assert "/spravato/illinois/" in places
    assert "/ketamine-therapy/colorado/" not in places
    for path in places:
        assert client.get(path).status_code == 200, path


def test_pages_of_a_sitemap_are_those_that_pages_link_to(visit: Visitor, client: FlaskClient) -> None:
    places = set(locations(client, "/sitemap-places.xml"))
    linked, todo = set(), {"/ketamine-therapy/"}
    while todo:
        path = todo.pop()
        linked.add(path)
        for link in visit.open(path).select("main a[href$='/']"):
            if link["href"] not in linked:
                todo.add(str(link["href"]))
    assert linked | {"/"} == places


def test_long_lists_are_split(settings: Settings) -> None:
    app = create_app(settings)
    app.config["MOST_ADDRESSES"] = 20
    client = app.test_client()
    assert len(locations(client, "/sitemap.xml")) == 4
    parts = [set(locations(client, f"/sitemap-clinics-{n}.xml")) for n in (1, 2, 3)]
    assert [len(part) for part in parts] == [20, 20, 12]
    assert len(set.union(*parts)) == 52
    assert client.get("/sitemap-clinics-4.xml").status_code == 404
    assert client.get("/sitemap-clinics-0.xml").status_code == 404


def test_robots_keep_out_of_searches(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /search", "Disallow: /api/", "Disallow: /tiles/", "Disallow: /widget/"} <= set(lines)
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_a_browser_can_search_from_its_address_bar(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    found = ElementTree.fromstring(answer.text)
    url = found.find("o:Url", space)
    assert url is not None
    assert url.get("template") == "http://localhost/search?q={searchTerms}"
    assert len(found.findtext("o:ShortName", "", space)) <= 16
    assert 'rel="search"' in client.get("/").text


def test_addresses_stand_under_the_sites_own_when_it_is_set(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"site_url": "https://clinics.example"}))
    client = app.test_client()
    assert "<loc>https://clinics.example/sitemap-places.xml</loc>" in client.get("/sitemap.xml").text
    page = client.get("/", headers={"Host": "elsewhere.example"}).text
    assert '<link rel="canonical" href="https://clinics.example/">' in page


@pytest.mark.parametrize("host", ["a b.example", 'x"><script>', "user@host", "x.example/path", "exa_mple"])
def test_a_host_that_is_no_host_name_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/sitemap.xml", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text


def test_a_wrong_address_of_the_site_is_an_error() -> None:
    for wrong in ("clinics.example", "https://clinics.example/", "ftp://x", "https://x/y?z"):
        with pytest.raises(SettingsError):
            Settings.read({"FINDER_SITE_URL": wrong})
    assert Settings.read({"FINDER_SITE_URL": "https://clinics.example:8443"}).site_url


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/search?q=kap+denver&sort=recent&page=1", "/search?near=Denver%2C+CO"),
        ("/search?modality=kap&near=north+carolina&include_unstated=1", "/search?near=North+Carolina"),
        ("/search?near=asheville&radius=25&exclusion=any", "/search?near=Asheville%2C+NC"),
    ],
)
def test_a_results_page_names_the_search_without_filters(visit: Visitor, asked: str, canonical: str) -> None:
    page = visit.open(asked)
    assert page.find("link", rel="canonical")["href"] == f"http://localhost{canonical}"
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_filter_links_are_not_followed(visit: Visitor) -> None:
    page = visit.open("/search?q=kap+asheville")
    inside = page.select("main a[href^='/search']")
    assert inside
    assert [link["href"] for link in inside if "nofollow" not in (link.get("rel") or [])] == []


def test_a_clinic_names_its_present_address(visit: Visitor, client: FlaskClient) -> None:
    page = visit.open("/clinic/woods-psychiatry-asheville-nc")
    assert (
        page.find("link", rel="canonical")["href"] == "http://localhost/clinic/woods-psychiatry-asheville-nc"
    )
    assert client.get("/clinic/old-woods-asheville-nc").status_code == 301


def test_an_error_page_has_no_canonical_address(visit: Visitor) -> None:
    for path in ("/nothing", "/clinic/nobody", "/search?page=x"):
        status = 400 if "=" in path else 404
        assert visit.open(path, status).find("link", rel="canonical") is None


def test_without_an_index_sitemaps_say_so(no_index: FlaskClient) -> None:
    assert no_index.get("/sitemap.xml").status_code == 503
    assert no_index.get("/robots.txt").status_code == 200


def test_an_empty_index_has_an_empty_sitemap(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([])
    client = create_app(settings).test_client()
    assert locations(client, "/sitemap.xml") == {}
    assert locations(client, "/sitemap-places.xml") == {}
    assert re.search("No clinics", client.get("/ketamine-therapy/").text)
