"""A real Chromium in which every host but this machine is out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: apt-get install chromium")
WATCH_CSP = """() => { window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective)); }"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A fresh visitor, and everything their browser complained about or asked of others."""

    site: str
    context: BrowserContext
    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site and wait until it is quiet."""
        self.page.goto(self.site + path)
        return self.page

    def names(self) -> list[str]:
        """The clinics of the results list, in order."""
        names = self.page.locator("ol.results[aria-label=Clinics] > li h2")
        return [name.strip() for name in names.all_inner_texts()]

    def cards(self) -> list[str]:
        """The text of every card of a results list, in order."""
        return [" ".join(text.split()) for text in self.page.locator("ol.results > li").all_inner_texts()]

    def live_map(self) -> Page:
        """The page once the live map shows clinics."""
        self.page.locator("clinic-map").scroll_into_view_if_needed()
        self.page.locator(".map-pin").first.wait_for()
        return self.page

    def is_quiet(self) -> bool:
        """Nothing was asked of others, complained of, or kept by the security policy."""
        return (self.outside, self.complaints, self.page.evaluate("window.violations")) == ([], [], [])


@contextmanager
def visitor(browser: Browser, site: str, **options: Any) -> Iterator[Visit]:
    """A fresh browser context; `options` are those of playwright's new_context."""
    context = browser.new_context(**options)
    context.add_init_script(f"({WATCH_CSP})()")
    visit = Visit(site, context, context.new_page())
    visit.page.on("request", lambda r: visit.loaded.append(r.url))
    visit.page.on("request", lambda r: None if r.url.startswith(site) else visit.outside.append(r.url))
    visit.page.on(
        "console", lambda m: visit.complaints.append(m.text) if m.type in {"error", "warning"} else None
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    try:
        yield visit
    finally:
        context.close()
