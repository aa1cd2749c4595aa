"""Pages about a state, a town, or a treatment in a state."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finder.model import Address, Clinic, Price
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.directory import TREATMENTS, Directories, every_clinic, make_directory, slug
from finder.web.services import Services
from tests.factories import make_clinic, make_location, make_provenance
from tests.web.conftest import Visitor, text

PAGES = [
    "/ketamine-therapy/",
    "/ketamine-therapy/illinois/",
    "/ketamine-therapy/north-carolina/",
    "/ketamine-therapy/illinois/chicago/",
    "/kap/",
    "/kap/north-carolina/",
    "/spravato/illinois/",
]


def denver(number: int, price: float | None = None, **changes: object) -> Clinic:
    prices = (
        () if price is None else (Price(amount_usd=price, what="per session", provenance=make_provenance()),)
    )
    return make_clinic(
        f"mile-high-{number}-denver-co",
        name=f"Mile High {number}",
        **{
            "address": Address(city="Denver", state="CO"),
            "location": make_location(39.7392, -104.9903, county="08031"),
            "claims": [("modality", "kap"), ("screening", "consultation_required")],
            "prices": prices,
            **changes,
        },
    )


@pytest.fixture
def mile_high(tmp_path: Path) -> Iterator[FlaskClient]:
    """Three clinics in Denver, one in Boulder, one known by state only."""
    settings = Settings(build=tmp_path)
    boulder = make_clinic(
        "flatirons-boulder-co",
        name="Flatirons",
        address=Address(city="Boulder", state="CO"),
        location=make_location(40.015, -105.2705, county="08013"),
        claims=[("modality", "iv_infusion")],
    )
    clinics = [
        denver(1, 400),
        denver(2, 650),
        denver(3, sources=(make_provenance(seen=date(2026, 1, 2)),)),
        boulder,
    ]
    open_engine(settings.engine_url).rebuild(clinics)
    yield create_app(settings).test_client()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_itself_and_nothing_else(visit: Visitor, path: str) -> None:
    page = visit.open(path)
    assert page.find("link", rel="canonical")["href"] == f"http://localhost{path}"
    assert page.find("meta", attrs={"name": "robots"}) is None
    assert page.h1 is not None
    assert page.title is not None
    assert page.h1.get_text() in page.title.get_text()


def test_titles_and_descriptions_are_all_different(visit: Visitor) -> None:
    pages = [visit.open(path) for path in [*PAGES, "/", "/about-data"]]
    titles = [page.title.get_text() for page in pages if page.title]
    assert len(set(titles)) == len(pages)
    descriptions = [page.find("meta", attrs={"name": "description"})["content"] for page in pages[:-2]]
    assert len(set(descriptions)) == len(PAGES)


def test_a_state_page_counts_and_lists_its_clinics(visit: Visitor) -> None:
    page = visit.open("/ketamine-therapy/north-carolina/")
    words = text(page)
    assert "4 clinics listed." in words
    assert "KAP 3 clinics" in words
    assert "1 of 4 say what they ask before the first dose; the others do not say." in words
    assert len(page.select("ol.results > li")) == 4
    assert "Clinics cannot pay to be listed higher." in words


def test_a_count_without_a_page_is_no_link(visit: Visitor) -> None:
    page = visit.open("/ketamine-therapy/north-carolina/")
    assert page.find("a", href="/kap/north-carolina/") is not None
    assert page.find("a", href="/iv-ketamine/north-carolina/") is None
    assert "IV infusion 1 clinic" in text(page)


@pytest.mark.parametrize(
    "path",
    [
        "/ketamine-therapy/colorado/",
        "/ketamine-therapy/nowhere/",
        "/ketamine-therapy/north-carolina/asheville/",
        "/ketamine-therapy/illinois/nowhere/",
        "/iv-ketamine/north-carolina/",
        "/iv-ketamine/",
        "/kap/nowhere/",
        "/walking/illinois/",
    ],
)
def test_fewer_than_three_clinics_make_no_page(visit: Visitor, path: str) -> None:
    visit.open(path, 404)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(visit: Visitor, path: str) -> None:
    hrefs = {link["href"] for link in visit.open(path).select("main a[href^='/']")}
    for href in hrefs:
        visit.open(href)


@pytest.mark.parametrize(
    ("other", "path"),
    [
        ("/ketamine-therapy/IL/", "/ketamine-therapy/illinois/"),
        ("/ketamine-therapy/Illinois/", "/ketamine-therapy/illinois/"),
        ("/kap/nc/", "/kap/north-carolina/"),
        ("/ketamine-therapy/il/chicago/", "/ketamine-therapy/illinois/chicago/"),
        ("/ketamine-therapy/illinois/Chicago/", "/ketamine-therapy/illinois/chicago/"),
    ],
)
def test_another_name_of_a_place_leads_to_its_one_address(client: FlaskClient, other: str, path: str) -> None:
    answer = client.get(other)
    assert (answer.status_code, answer.headers["Location"]) == (301, path)


def test_an_address_without_its_last_slash_leads_on(client: FlaskClient) -> None:
    answer = client.get("/ketamine-therapy/illinois")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/ketamine-therapy/illinois/")


def test_a_town_page_looks_around_the_town(mile_high: FlaskClient) -> None:
    page = Visitor(mile_high).open("/ketamine-therapy/colorado/denver/")
    words = text(page)
    assert "Ketamine clinics in and near Denver, CO" in words
    assert "4 clinics listed within 25 miles, 3 of them in the town itself." in words
    assert "2 publish a price for one session: $400 to $650." in words
    assert page.find("a", href="/ketamine-therapy/colorado/") is not None


def test_towns_within_a_days_drive_are_linked(tmp_path: Path) -> None:
    springs = [
        denver(
            number,
            address=Address(city="Colorado Springs", state="CO"),
            location=make_location(38.8339, -104.8214, county="08041"),
        )
        for number in (4, 5, 6)
    ]
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([denver(1), denver(2), denver(3), *springs])
    page = Visitor(create_app(settings).test_client()).open("/ketamine-therapy/colorado/denver/")
    link = page.find("a", href="/ketamine-therapy/colorado/colorado-springs/")
    assert link is not None
    assert re.search(r"Colorado Springs, CO 6\d miles", text(page))


def test_prices_are_left_out_where_one_clinic_or_none_publishes_them(visit: Visitor) -> None:
    assert "price for one session" not in visit.words("/ketamine-therapy/illinois/")


def test_all_of_a_long_list_is_one_link_away(visit: Visitor) -> None:
    page = visit.open("/spravato/illinois/")
    link = page.find("a", string=re.compile("See all 47"))
    assert link is not None
    assert link["rel"] == ["nofollow"]
    assert "47 clinics in Illinois" in visit.words(str(link["href"]))


def test_a_list_for_machines_holds_no_rating_and_no_price(visit: Visitor) -> None:
    blocks = [
        json.loads(part.get_text())
        for part in visit.open("/kap/north-carolina/").find_all("script", type="application/ld+json")
    ]
    assert [block["@type"] for block in blocks] == ["BreadcrumbList", "ItemList"]
    assert [item["position"] for item in blocks[1]["itemListElement"]] == [1, 2, 3]
    assert all(item["url"].startswith("http://localhost/clinic/") for item in blocks[1]["itemListElement"])
    assert "ating" not in json.dumps(blocks)


def test_a_name_cannot_break_out_of_the_list_for_machines(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    bad = [denver(n, **{}) for n in (1, 2)] + [
        make_clinic(
            "bad-co", name="</script><script>alert(1)</script>", address=Address(city="Denver", state="CO")
        )
    ]
    open_engine(settings.engine_url).rebuild(bad)
    page = create_app(settings).test_client().get("/ketamine-therapy/colorado/").text
    assert "<script>alert" not in page


def test_pages_are_public_and_without_cookies(client: FlaskClient) -> None:
    answer = client.get("/ketamine-therapy/illinois/")
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers


def test_without_an_index_the_page_says_so(no_index: FlaskClient) -> None:
    assert no_index.get("/ketamine-therapy/illinois/").status_code == 503


def test_the_directory_is_made_once_per_build(services: Services) -> None:
    directories = Directories(services.engine, services.gazetteer)
    assert directories.now() is directories.now()


def test_a_new_build_gives_a_new_directory(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    engine = open_engine(settings.engine_url)
    engine.rebuild([denver(n) for n in range(2)])
    client = create_app(settings).test_client()
    assert client.get("/ketamine-therapy/colorado/").status_code == 404
    engine.rebuild([denver(n) for n in range(3)])
    assert client.get("/ketamine-therapy/colorado/").status_code == 200


def test_every_clinic_is_found_however_few_a_search_can_page_through(services: Services) -> None:
    everyone = {clinic.id for clinic in every_clinic(services.engine)}
    assert len(everyone) == 52
    assert {clinic.id for clinic in every_clinic(services.engine, most=3)} == everyone


def test_the_directory_agrees_with_the_engine(services: Services) -> None:
    directory = make_directory(services.engine, services.gazetteer, services.engine.version())
    assert len(directory.listed) == 52
    assert list(directory.states) == ["illinois", "north-carolina"]
    assert list(directory.states["illinois"].towns) == ["chicago"]
    assert directory.states["north-carolina"].treatments == {"kap": 3}


def test_treatments_are_rows_of_the_table() -> None:
    assert len({row.path for row in TREATMENTS}) == len(TREATMENTS)
    assert slug("St. Louis") == "st-louis"
    assert slug("Cañon City") == "canon-city"
