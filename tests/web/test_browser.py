"""The pages in a real Chromium, on the real data, with every host but this one out of reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from finder.settings import Settings
from finder.web import create_app
from tests.browsing import Visit, chromium, needs_chromium, visitor
from tests.web.serving import serving

PAGES = [
    "/",
    "/search?q=kap+near+asheville",
    "/search?q=ketamine+therapy+near+me",
    "/search?q=colorado",
    "/search?q=kap+nature+boise",
    "/search?q=i+want+to+kill+myself",
    "/search?q=at+home+ketamine+texas",
    "/clinic/asheville-integrative-psychiatry-asheville-nc",
    "/about-data",
    "/privacy",
    "/nothing",
]

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def site(real_build: Path) -> Iterator[str]:
    with serving(create_app(Settings(build=real_build))) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    with visitor(browser, site, viewport={"width": 1280, "height": 900}) as visit:
        yield visit


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Visit]:
    with visitor(browser, site, viewport={"width": 360, "height": 740}, java_script_enabled=False) as visit:
        yield visit


def test_kap_near_asheville(visit: Visit) -> None:
    page = visit.open("/search?q=kap+near+asheville")
    assert page.locator("h1").inner_text().endswith("within 50 miles of Asheville, NC")
    card = next(card for card in visit.cards() if "Asheville Integrative Psychiatry" in card)
    assert "KAP" in card
    assert "Nature connection" in card
    assert "in town street not stated" in card
    assert "Read on its own site, " in card
    source = page.locator("ol.results > li", has_text="Asheville Integrative Psychiatry").locator(".from a")
    assert (source.get_attribute("href") or "").startswith("https://www.ashevilleintegrativepsychiatry.com/")


def test_near_me_asks_for_a_place(visit: Visit) -> None:
    page = visit.open("/search?q=ketamine+therapy+near+me")
    assert page.locator("h1").inner_text() == "Where should we look?"
    page.get_by_label("City, ZIP code or state").fill("Denver, CO")
    page.get_by_role("button", name="Search").click()
    assert page.locator("h1").inner_text().endswith("within 50 miles of Denver, CO")
    assert len(visit.cards()) >= 3


@pytest.mark.parametrize(
    ("query", "place", "tag"),
    [
        ("iv+ketamine+denver", "Denver, CO", "IV infusion"),
        ("spravato+60614", "60614", "Spravato"),
        ("kap+near+asheville", "Asheville, NC", "KAP"),
    ],
)
def test_every_clinic_offers_what_was_asked(visit: Visit, query: str, place: str, tag: str) -> None:
    page = visit.open(f"/search?q={query}")
    assert place in page.locator("h1").inner_text()
    cards = visit.cards()
    assert cards
    assert all(tag in card for card in cards)


def test_a_zip_alone_lists_what_is_near(visit: Visit) -> None:
    page = visit.open("/search?q=28801")
    assert "28801" in page.locator("h1").inner_text()
    assert any("Asheville Integrative Psychiatry" in card for card in visit.cards())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nobody_else_and_leaves_nothing(visit: Visit, path: str) -> None:
    page = visit.open(path)
    assert visit.outside == []
    assert [text for text in visit.complaints if "404" not in text] == []
    assert visit.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(visit: Visit, path: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 740})
    page = visit.open(path)
    for details in page.locator("details").all():
        details.evaluate("part => { part.open = true }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_whole_journey_without_javascript(phone: Visit) -> None:
    page = phone.open("/")
    page.get_by_label("City, ZIP or clinic").fill("asheville")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_label("City, ZIP or clinic").input_value() == "asheville"
    everything = len(phone.cards())
    assert not page.locator("#filters").is_visible()
    page.get_by_role("link", name="Filters").click()
    page.get_by_role("checkbox", name="KAP").check()
    page.get_by_role("radio", name="25 miles").check()
    page.get_by_role("button", name="Apply filters").first.click()
    assert page.locator("h1").inner_text().endswith("within 25 miles of Asheville, NC")
    assert 0 < len(phone.cards()) < everything
    page.get_by_role("link", name="Asheville Integrative Psychiatry", exact=True).click()
    assert page.locator("h1").inner_text() == "Asheville Integrative Psychiatry"
    page.go_back()
    page.get_by_role("link", name="Remove KAP").click()
    assert len(phone.cards()) == everything
    assert phone.outside == []


def test_what_matters_most_is_large_enough_for_a_thumb(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.open("/search?q=kap+near+asheville")
    for selector in (".call", ".find button", ".find input", ".to-filters a", ".filters button"):
        if selector == ".filters button":
            page.goto(f"{page.url}#filters")
        for part in page.locator(selector).all():
            box = part.bounding_box()
            assert box
            assert box["height"] >= 44, selector
    small = page.evaluate(
        """[...document.querySelectorAll('nav a, .chips a, .pages a, .option, .crisis a, .clinic h2 a')]
            .filter(part => part.offsetParent && part.getBoundingClientRect().height < 24)
            .map(part => part.textContent)"""
    )
    assert small == []


def test_every_stop_of_the_keyboard_is_visible_and_named(visit: Visit) -> None:
    page = visit.open("/search?q=kap+near+asheville")
    stops = 0
    while stops < 200:
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const part = document.activeElement, style = getComputedStyle(part);
                return part === document.body ? null : [
                    part.innerText || part.labels?.[0]?.innerText || part.value || '',
                    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]; }"""
        )
        if stop is None:
            break
        stops += 1
        assert stop[0].strip()
        assert stop[1], stop[0]
    assert stops > 20


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_both_schemes_are_drawn(browser: Browser, site: str, scheme: str) -> None:
    with visitor(browser, site, color_scheme=scheme) as visit:
        color = visit.open("/").evaluate("getComputedStyle(document.body).backgroundColor")
    assert color == ("rgb(15, 23, 21)" if scheme == "dark" else "rgb(244, 246, 243)")


def test_in_print_the_list_stands_alone(visit: Visit) -> None:
    page = visit.open("/search?q=kap+near+asheville")
    page.emulate_media(media="print")
    assert page.locator("ol.results > li").first.is_visible()
    assert not page.locator("#filters").is_visible()
    assert not page.locator("header form").is_visible()
    assert page.locator(".crisis").is_visible()


def test_text_from_a_source_never_becomes_markup(visit: Visit) -> None:
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", dismiss)
    visit.open("/search?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&near=Asheville")
    assert dialogs == []
    assert visit.outside == []
