"""The live map in a real Chromium: same clinics, no outside request, no trap for wheel or keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from finder.settings import Settings
from finder.web import create_app
from tests.browsing import Visit, chromium, needs_chromium, visitor
from tests.web.serving import serving

DENVER = "/search?q=denver"
MAP_STOPS = """() => ["a[href]", "button", "[tabindex]"]
    .flatMap(kind => [...document.querySelectorAll(`clinic-map ${kind}`)])
    .filter((part, at, all) => all.indexOf(part) === at && part.tabIndex >= 0 && part.checkVisibility())
    .length"""

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def site(real_build: Path) -> Iterator[str]:
    with serving(create_app(Settings(build=real_build))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def screen(width: int) -> dict[str, Any]:
    return {"viewport": {"width": width, "height": 800}}


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    with visitor(browser, site, **screen(1280)) as visit:
        visit.open(DENVER)
        yield visit
        assert visit.is_quiet()


def test_the_live_map_shows_the_numbers_of_the_list(visit: Visit) -> None:
    page = visit.live_map()
    numbers = {text for text in page.locator(".map-pin").all_inner_texts() if text}
    cards = page.locator("[id^='clinic-']").count()
    assert numbers <= {str(n) for n in range(1, cards + 1)}
    expect(page.locator(".map-says")).to_have_text(re.compile(r"^\d+ clinics in this view$"))
    assert visit.context.cookies() == []


def test_moving_and_zooming_asks_only_our_own_host(visit: Visit) -> None:
    page = visit.live_map()
    for name in ("Zoom out", "Zoom out", "Zoom in", "Move the map left", "Move the map down"):
        with page.expect_response(re.compile("/api/v1/map")):
            page.get_by_role("button", name=name).click()
        page.wait_for_timeout(300)


def test_every_mark_has_a_name_of_its_own_and_is_large_enough(visit: Visit) -> None:
    page = visit.live_map()
    for mark in page.locator(".map-pin").all():
        label = mark.get_attribute("aria-label") or ""
        assert re.search(r"[A-Za-z]{3}", label)
        box = mark.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_the_map_has_few_stops_and_a_way_around_it(visit: Visit) -> None:
    page = visit.live_map()
    assert page.evaluate(MAP_STOPS) <= 26
    skip = page.get_by_role("link", name="Skip the map")
    skip.focus()
    assert skip.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('clinic-map')")


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(visit: Visit) -> None:
    page = visit.live_map()
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
    page = visit.live_map()
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
    page = visit.live_map()
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
    with visitor(browser, site, **screen(390)) as visit:
        page = visit.page
        visit.open(DENVER)
        page.locator("clinic-map").scroll_into_view_if_needed()
        page.wait_for_timeout(800)
        assert not [
            url for url in visit.loaded if "leaflet" in url or "livemap" in url or "/api/v1/map" in url
        ]
        page.get_by_role("button", name="Open map").click()
        page.locator(".map-pin").first.wait_for()
        assert page.evaluate("document.activeElement.classList.contains('map-live')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert visit.is_quiet()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_pins_of_the_picture_are_whole_and_24_pixels_large(browser: Browser, site: str, width: int) -> None:
    with visitor(browser, site, **screen(width), java_script_enabled=False) as visit:
        page = visit.page
        visit.open(DENVER)
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
        assert visit.is_quiet()


def test_a_map_that_cannot_load_leaves_the_picture(browser: Browser, site: str) -> None:
    with visitor(browser, site, **screen(1280)) as visit:
        visit.page.route("**/leaflet.js*", lambda route: route.abort())
        visit.open(DENVER)
        visit.page.locator("clinic-map").scroll_into_view_if_needed()
        button = visit.page.get_by_role("button", name="The map did not load. Try again")
        button.wait_for()
        assert visit.page.locator(".map-marks a").first.is_visible()


def test_calm_visitors_see_no_movement(browser: Browser, site: str) -> None:
    with visitor(browser, site, reduced_motion="reduce", **screen(1280)) as visit:
        visit.open(DENVER)
        page = visit.live_map()
        assert page.locator(".leaflet-fade-anim, .leaflet-zoom-anim").count() == 0
        assert visit.is_quiet()


@pytest.mark.parametrize("path, links", [("/", ".us-map svg a"), (DENVER, ".map-marks a")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_on_a_mark_of_a_drawn_map_is_seen(
    browser: Browser, site: str, path: str, links: str, scheme: str
) -> None:
    with visitor(browser, site, color_scheme=scheme, java_script_enabled=False, **screen(1280)) as seen:
        seen.open(path)
        first = seen.page.locator(links).first
        first.focus()
        seen.page.keyboard.press("Tab")
        second = seen.page.locator(f"{links}:focus-visible")
        expect(second).to_have_count(1)
        style, width = second.evaluate(
            "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
        )
        assert (style, width) == ("solid", "3px")
