"""Whole journeys: without JavaScript, by keyboard alone, and the trees that assistive tools read."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import needs_chromium, visitor
from tests.stack.pages import CLINIC, PAGES, RESULTS

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

STORED = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("FINDER_TEST_UPDATE_SNAPSHOTS") == "1"
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
FOCUSED = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
    const s = getComputedStyle(e), l = e.labels && e.labels[0];
    const seen = [e, l].filter(Boolean).some(x => { const c = getComputedStyle(x),
        b = getComputedStyle(x, '::before');
        return (c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 2) || c.boxShadow !== 'none'
            || b.boxShadow !== 'none' || (b.outlineStyle !== 'none' && parseFloat(b.outlineWidth) >= 2); });
    const name = e.getAttribute('aria-label') || (l && l.textContent) || e.textContent || e.name || '';
    return [e.tagName.toLowerCase() + (e.type ? ':' + e.type : ''),
        name.replace(/\\s+/g, ' ').trim().slice(0, 60), seen]; }"""


def compare(name: str, text: str) -> None:
    file = STORED / name
    if UPDATE:
        STORED.mkdir(exist_ok=True)
        file.write_text(text + "\n")
    assert file.read_text() == text + "\n", f"{name} changed; look, then FINDER_TEST_UPDATE_SNAPSHOTS=1"


@pytest.mark.parametrize("kind", ["home", "results", "ask", "clinic", "report", "landing", "missing"])
def test_the_accessibility_tree_is_the_stored_one(browser: Browser, fixed_day: str, kind: str) -> None:
    with visitor(browser, fixed_day, java_script_enabled=False, **DESKTOP) as visit:
        visit.open(PAGES[kind])
        compare(f"{kind}.aria.yml", visit.page.locator("body").aria_snapshot())


def walk(page: Page, most: int = 120) -> list[str]:
    """What Tab reaches, in order, until it comes round; asserts that each focus can be seen."""
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            break
        kind, name, seen = found
        assert seen, f"the focus on {kind} {name!r} cannot be seen"
        stops.append(f"{kind} {name}")
    return stops


@pytest.mark.parametrize("kind", ["home", "results", "ask", "clinic", "report"])
def test_a_keyboard_walk_meets_everything_in_order(browser: Browser, fixed_day: str, kind: str) -> None:
    with visitor(browser, fixed_day, java_script_enabled=False, **DESKTOP) as visit:
        visit.open(PAGES[kind])
        compare(f"{kind}.keys.txt", "\n".join(walk(visit.page)))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_search_filter_page_clinic_and_back(browser: Browser, site: str, scripts: bool) -> None:
    with visitor(browser, site, java_script_enabled=scripts, **DESKTOP) as visit:
        page = visit.open("/")
        page.get_by_label("City, ZIP or clinic").first.fill("ketamine near denver")
        page.get_by_role("button", name="Search", exact=True).click()
        assert "Denver" in page.locator("h1").inner_text()
        before = int(re.findall(r"\d+", page.locator("h1").inner_text())[0])
        filters = page.get_by_role("form", name="Filters")
        filters.get_by_label(re.compile("^KAP")).first.check()
        filters.get_by_role("button", name=re.compile("Apply")).first.click()
        after = int(re.findall(r"\d+", page.locator("h1").inner_text())[0])
        assert 0 < after < before
        page.locator("ol.results > li h2 a").first.click()
        assert "/clinic/" in page.url
        page.go_back()
        assert int(re.findall(r"\d+", page.locator("h1").inner_text())[0]) == after
        assert visit.outside == []


def test_a_search_by_keyboard_alone(browser: Browser, site: str) -> None:
    with visitor(browser, site, **DESKTOP) as visit:
        page = visit.open("/")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.name") == "q":
                break
        page.keyboard.type("kap near asheville")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search*")
        assert visit.names()[0].endswith("Asheville Integrative Psychiatry")
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("() => (document.activeElement.pathname || '').startsWith('/clinic/')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/clinic/*")
        assert "Asheville" in page.locator("h1").inner_text()


@pytest.mark.parametrize("path", [RESULTS, "/search?q=ketamine+denver&page=2", "/search?q=spravato+60614"])
def test_a_results_address_gives_a_fresh_browser_the_same_clinics(
    browser: Browser, site: str, path: str
) -> None:
    lists = []
    for _ in range(2):
        with visitor(browser, site, **DESKTOP) as visit:
            visit.open(path)
            lists.append((visit.page.locator("h1").inner_text(), visit.names()))
    assert lists[0] == lists[1]
    assert lists[0][1]


def test_print_shows_the_list_with_numbers_and_phones(browser: Browser, site: str) -> None:
    with visitor(browser, site, **DESKTOP) as visit:
        visit.open(RESULTS)
        visit.page.emulate_media(media="print")
        assert visit.page.locator("ol.results > li").first.is_visible()
        assert not visit.page.get_by_role("form", name="Filters").is_visible()
        assert len(visit.page.pdf()) > 10_000


def test_the_clinic_page_names_its_sources(browser: Browser, site: str) -> None:
    with visitor(browser, site, **DESKTOP) as visit:
        visit.open(CLINIC)
        assert visit.page.get_by_role("link", name=re.compile("own site")).count() > 0
