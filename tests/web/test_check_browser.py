"""The screening check in a real browser: compared there, sent nowhere."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.screening import HEALTH_TICKS, PRACTICAL_TICKS
from tests.browsing import Visit, chromium, needs_chromium, visitor
from tests.web.serving import serving
from tests.web.test_check import SILENT, STRICT

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = Settings(build=tmp_path_factory.mktemp("strict"))
    open_engine(settings.engine_url).rebuild([STRICT, SILENT])
    return create_app(settings)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(strict: Flask) -> Iterator[str]:
    with serving(strict) as site:
        yield site


@pytest.fixture
def on_site(browser: Browser, site: str) -> Iterator[Visit]:
    with visitor(browser, site, viewport={"width": 1280, "height": 900}) as visit:
        yield visit
        assert visit.outside == []
        assert visit.complaints == []
        assert visit.page.evaluate("window.violations") == []


def tick(page: Page, *names: str) -> None:
    part = page.locator("screening-check")
    if not part.locator(".boxes").is_visible():
        page.get_by_text("Check what they ask, on this device").click()
    for name in names:
        part.get_by_role("checkbox", name=name, exact=True).check()


def answer(page: Page, name: str) -> Locator:
    return page.locator("ol.results > li", has_text=name).locator(".check-says")


def test_each_card_says_what_its_clinic_publishes(on_site: Visit) -> None:
    page = on_site.open("/search?near=asheville")
    tick(page, "Pregnancy", "Heart disease", "Glaucoma", "Liver disease")
    tick(page, "I am under 18", "I have no one to take me home", "I have no referral")
    expect(answer(page, "Strict Clinic")).to_have_text(
        "They say they do not treat: pregnancy. They say only with clearance: heart disease. "
        "They say they do not exclude: glaucoma. "
        "They ask for: an age of 21 or more; a ride home with an adult. "
        "They say they do not ask for: a referral. They do not say: liver disease. Ask the clinic."
    )
    expect(answer(page, "Silent Clinic")).to_contain_text("They do not say: heart disease; pregnancy; ")
    expect(page.locator("screening-check [role=status]")).to_contain_text(
        "1 of 2 clinics here publish something"
    )


def test_unticking_and_clearing_take_the_answers_back(on_site: Visit) -> None:
    page = on_site.open("/search?near=asheville")
    tick(page, "Pregnancy", "Glaucoma")
    page.locator("screening-check").get_by_role("checkbox", name="Glaucoma").uncheck()
    expect(answer(page, "Strict Clinic")).to_have_text(
        "They say they do not treat: pregnancy. Ask the clinic."
    )
    page.get_by_role("button", name="Clear all ticks").click()
    expect(answer(page, "Strict Clinic")).to_have_text("")
    expect(answer(page, "Strict Clinic")).to_be_hidden()
    assert page.locator("screening-check input:checked").count() == 0


def test_nothing_is_sent_or_kept_by_ticking(on_site: Visit) -> None:
    page = on_site.open("/search?near=asheville")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    address = page.url
    tick(page, *[one.text for one in (*HEALTH_TICKS, *PRACTICAL_TICKS)])
    page.wait_for_timeout(300)
    assert sent == []
    assert page.url == address
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.locator("#filters").get_by_role("button", name="Apply filters").first.click()
    page.wait_for_load_state()
    assert "pregnancy" not in page.url
    assert page.locator("screening-check input:checked").count() == 0


def test_the_page_of_one_clinic_answers_in_the_block(on_site: Visit) -> None:
    page = on_site.open("/clinic/strict-clinic-asheville-nc")
    tick(page, "Pregnancy")
    said_here = page.locator("screening-check [role=status]")
    expect(said_here).to_have_text("They say they do not treat: pregnancy. Ask the clinic.")


def test_the_check_works_by_keyboard(on_site: Visit) -> None:
    page = on_site.open("/search?near=asheville")
    page.locator("screening-check summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("screening-check input:checked")).to_have_count(1)
    for part in page.locator("screening-check label, screening-check button, screening-check summary").all():
        shape = part.bounding_box()
        assert shape
        assert shape["height"] >= 24
