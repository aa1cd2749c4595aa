"""The live map in a real Chromium: same clinics, no outside request, no trap for wheel or keyboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from finder.settings import Settings
from finder.web import create_app
from tests.web.serving import serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
DENVER = "/search?q=denver"
MAP_STOPS = """() => ["a[href]", "button", "[tabindex]"]
    .flatMap(kind => [...document.querySelectorAll(`clinic-map ${kind}`)])
    .filter((part, at, all) => all.indexOf(part) === at && part.tabIndex >= 0 && part.checkVisibility())
    .length"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def site(real_build: Path) -> Iterator[str]:
    with serving(create_app(Settings(build=real_build))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A fresh visitor, with all that went outside and all that the browser complained of."""

    context: BrowserContext
    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def live(self) -> Page:
        """The page once the live map shows clinics."""
        self.page.locator("clinic-map").scroll_into_view_if_needed()
        self.page.locator(".map-pin").first.wait_for()
        return self.page


def visitor(browser: Browser, site: str, width: int = 1280, **options: object) -> Visit:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
    visit = Visit(context, context.new_page())
    page = visit.page
    page.on("request", lambda r: visit.loaded.append(r.url))
    page.on("request", lambda r: None if r.url.startswith(site) else visit.outside.append(r.url))
    page.on("console", lambda m: visit.complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
    )
    return visit


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    visit = visitor(browser, site)
    visit.page.goto(site + DENVER)
    yield visit
    assert visit.outside == []
    assert visit.complaints == []
    visit.context.close()


def test_the_live_map_shows_the_numbers_of_the_list(visit: Visit) -> None:
    page = visit.live()
    numbers = {text for text in page.locator(".map-pin").all_inner_texts() if text}
    cards = page.locator("[id^='clinic-']").count()
    assert numbers <= {str(n) for n in range(1, cards + 1)}
    expect(page.locator(".map-says")).to_have_text(re.compile(r"^\d+ clinics in this view$"))
    assert visit.context.cookies() == []


def test_moving_and_zooming_asks_only_our_own_host(visit: Visit) -> None:
    page = visit.live()
    for name in ("Zoom out", "Zoom out", "Zoom in", "Move the map left", "Move the map down"):
        with page.expect_response(re.compile("/api/v1/map")):
            page.get_by_role("button", name=name).click()
        page.wait_for_timeout(300)


def test_every_mark_has_a_name_of_its_own_and_is_large_enough(visit: Visit) -> None:
    page = visit.live()
    for mark in page.locator(".map-pin").all():
        label = mark.get_attribute("aria-label") or ""
        assert re.search(r"[A-Za-z]{3}", label)
        box = mark.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_the_map_has_few_stops_and_a_way_around_it(visit: Visit) -> None:
    page = visit.live()
    assert page.evaluate(MAP_STOPS) <= 26
    skip = page.get_by_role("link", name="Skip the map")
    skip.focus()
    assert skip.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('clinic-map')")


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(visit: Visit) -> None:
    page = visit.live()
    frame = page.locator(".map-live")
    box = frame.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 80)
    before = page.evaluate("scrollY"), page.locator(".leaflet-control-scale-line").inner_text()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") != before[0]
    assert page.locator(".leaflet-control-scale-line").inner_text() == before[1]
    frame.focus()
    there = page.evaluate("scrollY")
    box = frame.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(800)
    assert page.evaluate("scrollY") == there
    assert page.locator(".leaflet-control-scale-line").inner_text() != before[1]


def test_the_keyboard_moves_the_map_and_opens_a_card(visit: Visit) -> None:
    page = visit.live()
    page.locator(".map-live").focus()
    with page.expect_response(re.compile("/api/v1/map")):
        page.keyboard.press("-")
    page.wait_for_timeout(500)
    pin = page.locator(".map-pin").filter(has_text=re.compile("^1$")).first
    pin.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.closest('#clinic-1') !== null")


def test_search_this_area_leads_to_the_list_of_the_area(visit: Visit) -> None:
    page = visit.live()
    search = page.get_by_role("link", name="Search this area")
    assert not search.is_visible()
    with page.expect_response(re.compile("/api/v1/map")):
        page.get_by_role("button", name="Zoom out").click()
    page.wait_for_timeout(500)
    shown = int((page.locator(".map-says").inner_text()).split()[0])
    search.click()
    assert "box=" in page.url
    expect(page.locator("h1")).to_have_text(re.compile(rf"^{shown} clinics in this map area|clinics"))


def test_nothing_of_leaflet_is_loaded_on_a_phone_until_asked(browser: Browser, site: str) -> None:
    visit = visitor(browser, site, width=390)
    page = visit.page
    page.goto(site + DENVER)
    page.locator("clinic-map").scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    assert not [url for url in visit.loaded if "leaflet" in url or "livemap" in url or "/api/v1/map" in url]
    page.get_by_role("button", name="Open map").click()
    page.locator(".map-pin").first.wait_for()
    assert page.evaluate("document.activeElement.classList.contains('map-live')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (visit.outside, visit.complaints) == ([], [])
    visit.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_pins_of_the_picture_are_whole_and_24_pixels_large(browser: Browser, site: str, width: int) -> None:
    visit = visitor(browser, site, width=width, java_script_enabled=False)
    page = visit.page
    page.goto(site + DENVER)
    frame = page.locator(".map-frame").bounding_box()
    assert frame
    pins = page.locator(".map-marks a circle").all()
    assert len(pins) >= 5
    for pin in pins:
        box = pin.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    assert (visit.outside, visit.complaints) == ([], [])
    visit.context.close()


def test_a_map_that_cannot_load_leaves_the_picture(browser: Browser, site: str) -> None:
    visit = visitor(browser, site)
    visit.page.route("**/leaflet.js*", lambda route: route.abort())
    visit.page.goto(site + DENVER)
    visit.page.locator("clinic-map").scroll_into_view_if_needed()
    button = visit.page.get_by_role("button", name="The map did not load. Try again")
    button.wait_for()
    assert visit.page.locator(".map-marks a").first.is_visible()
    visit.context.close()


def test_calm_visitors_see_no_movement(browser: Browser, site: str) -> None:
    visit = visitor(browser, site, reduced_motion="reduce")
    visit.page.goto(site + DENVER)
    page = visit.live()
    assert page.locator(".leaflet-fade-anim, .leaflet-zoom-anim").count() == 0
    assert (visit.outside, visit.complaints) == ([], [])
    visit.context.close()


@pytest.mark.parametrize("path, links", [("/", ".us-map svg a"), (DENVER, ".map-marks a")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_on_a_mark_of_a_drawn_map_is_seen(
    browser: Browser, site: str, path: str, links: str, scheme: str
) -> None:
    seen = visitor(browser, site, color_scheme=scheme, java_script_enabled=False)
    seen.page.goto(site + path)
    first = seen.page.locator(links).first
    first.focus()
    seen.page.keyboard.press("Tab")
    second = seen.page.locator(f"{links}:focus-visible")
    expect(second).to_have_count(1)
    style, width = second.evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert (style, width) == ("solid", "3px")
    seen.context.close()
