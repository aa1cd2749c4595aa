"""A report sent from a real Chromium, with and without JavaScript; the pages on phones and in the dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from finder.inbox import Inbox
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from tests.browsing import chromium, needs_chromium, visitor
from tests.web import sample
from tests.web.serving import serving

WOODS = "/clinic/woods-psychiatry-asheville-nc"
PAGES = [WOODS, "/clinic/drip-clinic-asheville-nc", "/clinic/somewhere-counseling-nc", f"{WOODS}/report"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(build=tmp_path_factory.mktemp("build"))
    open_engine(settings.engine_url).rebuild(sample.clinics())
    return settings


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[str]:
    with serving(create_app(settings)) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_problem_is_reported(browser: Browser, site: str, settings: Settings, has_scripts: bool) -> None:
    with visitor(
        browser, site, java_script_enabled=has_scripts, viewport={"width": 360, "height": 740}
    ) as visit:
        page = visit.page
        page.goto(site + WOODS)
        page.get_by_role("link", name="Report a problem").click()
        page.get_by_role("button", name="Send report").click()
        assert page.title().startswith("Error: ")
        page.get_by_role("alert").get_by_role("link", name="Choose what is wrong").click()
        page.get_by_label("The phone number is wrong").check(force=True)
        words = f"It is 828 555 0199, scripts {has_scripts}"
        page.get_by_label("What is right instead").fill(words)
        page.get_by_role("button", name="Send report").click()
        assert page.locator("h1").inner_text() == "Thank you. We have your report"
        assert page.url == f"{site}{WOODS}/report/thanks"
        assert words in [report.text for report in Inbox(settings.reports_path).open_reports()]
        assert visit.context.cookies() == []
        page.reload()
        page.get_by_role("link", name="Back to Woods Psychiatry").click()
        assert page.url == site + WOODS


def test_another_site_cannot_send_a_report(browser: Browser, site: str, settings: Settings) -> None:
    before = len(Inbox(settings.reports_path).open_reports())
    with visitor(browser, site) as visit:
        page = visit.page
        page.set_content(
            f'<form method="post" action="{site}{WOODS}/report"><input name="kind" value="closed">'
            "<button>Win</button></form>"
        )
        with page.expect_navigation():
            page.get_by_role("button").click()
        assert "sent from another site" in page.locator(".govuk-error-summary").inner_text()
        assert len(Inbox(settings.reports_path).open_reports()) == before


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_small_phone_and_complain_about_nothing(
    browser: Browser, site: str, path: str, scheme: str
) -> None:
    with visitor(browser, site, viewport={"width": 320, "height": 640}, color_scheme=scheme) as visit:
        page = visit.page
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert small_targets(page) == []
        assert visit.is_quiet()


def small_targets(page: Page) -> list[str]:
    """Links and controls of the main part under 24 px high, those within a sentence apart."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('main a, main button, main label, main summary')]
            .filter(part => part.getClientRects().length && part.getBoundingClientRect().height < 24
              && getComputedStyle(part).display !== 'inline')
            .map(part => part.textContent.trim())"""
        )
    )


def test_the_phone_button_stands_on_the_first_screen_of_a_phone(browser: Browser, site: str) -> None:
    with visitor(browser, site, viewport={"width": 390, "height": 844}) as visit:
        page = visit.page
        page.goto(f"{site}/clinic/drip-clinic-asheville-nc")
        box = page.get_by_role("link", name="(828) 555-0199").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
        assert box["height"] >= 44
