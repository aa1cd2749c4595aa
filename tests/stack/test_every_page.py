"""Every kind of page, in five settings: nothing outside, nothing kept, nothing wrong, nothing cut off."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser

from tests.browsing import needs_chromium, visitor
from tests.stack.pages import EXPECTED_STATUS, PAGES, SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)"""
STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length]"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, summary, textarea')]
    .filter(e => e.type !== 'hidden')
    .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(e => {
        const inline = getComputedStyle(e).display === 'inline'
            && [...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        const boxes = [e, ...(e.labels || [])].map(x => x.getBoundingClientRect());
        const hidden = boxes[0].width <= 1 && boxes[0].height <= 1;
        return !hidden && !inline && boxes.every(b => b.width < 23.9 || b.height < 23.9);
    })
    .map(e => `${e.tagName} ${e.className} "${e.textContent.trim().slice(0, 30)}" `
        + `${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`)"""
BIG_TEXT = "html { font-size: 200% !important; }"


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_sound(browser: Browser, site: str, kind: str, setting: str) -> None:
    with visitor(browser, site, **SETTINGS[setting]) as visit:
        answer = visit.page.goto(site + PAGES[kind])
        visit.page.wait_for_load_state("networkidle")
        assert answer is not None and answer.status == EXPECTED_STATUS.get(kind, 200)
        allowed = ("Failed to load resource",) if kind in EXPECTED_STATUS else ()
        assert [text for text in visit.complaints if not text.startswith(allowed or ("\0",))] == []
        assert visit.outside == []
        assert visit.page.evaluate("() => window.violations") == []
        assert visit.page.evaluate(STORED) == ["", 0, 0, 0]
        assert visit.context.cookies() == []
        assert visit.page.evaluate(SIDEWAYS) <= 0
        assert visit.page.evaluate(SMALL_TARGETS) == []
        visit.page.evaluate(AXE.read_text())
        assert visit.page.evaluate(RUN_AXE) == []


@pytest.mark.parametrize("kind", PAGES)
def test_text_at_200_percent_needs_no_sideways_scroll(browser: Browser, site: str, kind: str) -> None:
    with visitor(browser, site, viewport={"width": 640, "height": 800}, bypass_csp=True) as visit:
        visit.open(PAGES[kind])
        visit.page.add_style_tag(content=BIG_TEXT)
        assert visit.page.evaluate(SIDEWAYS) <= 0
