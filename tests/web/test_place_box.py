"""The search box in a real browser: suggestions by the APG combobox pattern, and "Use my location"."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

import finder.web
from tests.browsing import Visit, chromium, needs_chromium, visitor
from tests.web.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

STATIC = Path(finder.web.__file__).parent / "static"
MIXED = {
    "meta": {"completes": "ashe"},
    "suggestions": [{"label": "Ashe, NC", "match": "prefix"}, {"label": "Ashby, MA", "match": "edit"}],
    "clinics": [
        {"name": "Ashe", "city": "", "state": "NC", "url": "/clinic/ashe-nc", "match": "prefix"},
        {"name": "Asher", "city": "Boise", "state": "ID", "url": "/clinic/asher-id", "match": "edit"},
    ],
}
ASHEVILLE = {"latitude": 35.6012345, "longitude": -82.5543210}


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serving(app) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    with visitor(browser, site, viewport={"width": 1280, "height": 900}) as visit:
        yield visit
        assert visit.outside == []
        assert visit.complaints == []
        assert visit.page.evaluate("window.violations") == []
        kept = "[localStorage.length, sessionStorage.length, document.cookie]"
        assert visit.page.evaluate(kept) == [0, 0, ""]


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="City, ZIP or clinic")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def type_slowly(page: Page, text: str) -> None:
    box(page).press_sequentially(text, delay=10)


def active(page: Page) -> str:
    """The option that assistive technology is told of, "" for none."""
    found = box(page).get_attribute("aria-activedescendant")
    return page.locator(f"#{found}").inner_text() if found else ""


def test_it_is_a_combobox_that_controls_its_list(visit: Visit) -> None:
    page = visit.open("/")
    expect(box(page)).to_have_attribute("aria-autocomplete", "list")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    controlled = box(page).get_attribute("aria-controls")
    assert page.locator(f"#{controlled}").get_attribute("role") == "listbox"
    assert box(page).get_attribute("aria-owns") is None
    expect(page.locator(f"#{controlled}")).to_be_hidden()


def test_places_appear_for_the_end_that_can_be_one_and_are_announced(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "kap near ashev")
    expect(options(page).first).to_have_text("Asheville, NC")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    number = options(page).count()
    said = page.locator("place-box .hidden-text[role=status]")
    expect(said).to_have_text(f"{number} places suggested" if number > 1 else "1 place suggested")
    expect(box(page)).to_be_focused()
    assert active(page) == ""


def test_arrows_walk_the_list_and_back_into_the_box(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "san")
    expect(options(page).first).to_be_visible()
    names = options(page).all_inner_texts()
    walked = []
    for _ in range(len(names) + 1):
        page.keyboard.press("ArrowDown")
        walked.append(active(page))
        expect(box(page)).to_be_focused()
    assert walked == [*names, ""]
    page.keyboard.press("ArrowUp")
    assert active(page) == names[-1]
    assert options(page).and_(page.locator("[aria-selected=true]")).all_inner_texts() == [names[-1]]
    page.keyboard.press("Home")
    assert active(page) == ""


def test_enter_takes_the_place_and_keeps_the_words_before_it(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "kap near ashev")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("kap near Asheville, NC")
    expect(options(page)).to_have_count(0)
    assert urlsplit(page.url).path == "/"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.locator("h1").inner_text().endswith("of Asheville, NC")


def test_what_was_offered_for_fewer_letters_is_never_taken(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "ka")
    expect(options(page).first).to_be_visible()
    page.keyboard.type("p near ashev")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_text("Asheville, NC")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("kap near Asheville, NC")


def test_typed_words_win_unless_a_place_is_chosen(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "ashev")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=ashev")


def test_escape_closes_the_list_and_then_empties_the_box(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "ashev")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("ashev")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")


def test_down_opens_a_closed_list_and_alt_opens_it_without_choosing(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "ashev")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Alt+ArrowUp")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Alt+ArrowDown")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert active(page) == ""
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("ArrowDown")
    assert active(page) == "Asheville, NC"


def test_leaving_the_box_closes_the_list_and_changes_nothing(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "ashev")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value("ashev")
    assert page.evaluate("document.activeElement.textContent") == "Search"


def test_a_clinic_says_what_and_where_it_is_and_opens_its_page(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "blue ridge retr")
    expect(options(page)).to_have_text(["Blue Ridge Retreat clinic in Black Mountain, NC"])
    said = page.locator("place-box .hidden-text[role=status]")
    expect(said).to_have_text("1 clinic suggested. Choosing a clinic opens its page.")
    page.keyboard.press("ArrowDown")
    assert " ".join(active(page).split()) == "Blue Ridge Retreat clinic in Black Mountain, NC"
    page.keyboard.press("Enter")
    page.wait_for_url("**/clinic/blue-ridge-retreat-black-mountain-nc")
    page.go_back()
    expect(options(page)).to_have_count(0)


def test_places_stand_before_clinics_and_both_are_counted(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "blue ri")
    expect(options(page).last).to_have_text("Blue Ridge Retreat clinic in Black Mountain, NC")
    number = options(page).count() - 1
    said = page.locator("place-box .hidden-text[role=status]")
    expect(said).to_have_text(f"{number} places and 1 clinic suggested. Choosing a clinic opens its page.")
    options(page).first.click()
    expect(box(page)).to_have_value("Blue Ridge, VA")
    assert urlsplit(page.url).path == "/"


def test_what_fits_as_typed_stands_before_what_fits_after_an_edit(visit: Visit) -> None:
    page = visit.open("/")
    page.route("**/api/v1/places?*", lambda route: route.fulfill(json=MIXED))
    type_slowly(page, "ashe")
    expect(options(page)).to_have_text(
        ["Ashe, NC", "Ashe clinic in NC", "Ashby, MA", "Asher clinic in Boise, ID"]
    )


def test_a_clinic_whose_name_is_typed_out_is_found_without_choosing_it(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "blue ridge retreat")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=blue+ridge+retreat")


def test_a_box_that_asks_for_a_place_suggests_no_clinics(visit: Visit) -> None:
    page = visit.open("/search?q=kap+near+me")
    near = page.locator("main").get_by_role("combobox")
    near.press_sequentially("blue ri", delay=10)
    expect(options(page).first).to_be_visible()
    assert not [text for text in options(page).all_inner_texts() if "clinic in" in text]


def test_no_place_no_list(visit: Visit) -> None:
    page = visit.open("/")
    type_slowly(page, "spravato")
    page.wait_for_timeout(400)
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(page.locator("place-box .hidden-text[role=status]")).to_have_text("")


def test_only_the_last_pause_is_asked_about(visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda r: asked.append(r.url) if "/api/" in r.url else None)
    page = visit.open("/")
    type_slowly(page, "kap near asheville")
    expect(options(page).first).to_be_visible()
    assert 1 <= len(asked) <= 3
    assert asked[-1].endswith("q=kap%20near%20asheville")


def test_a_late_answer_is_not_shown(visit: Visit) -> None:
    page = visit.open("/")
    page.route("**/api/v1/places?q=den*", lambda route: None)
    type_slowly(page, "den")
    page.wait_for_timeout(300)
    box(page).fill("")
    type_slowly(page, "ashev")
    expect(options(page).first).to_have_text("Asheville, NC")


def test_the_box_works_while_places_cannot_be_looked_up(browser: Browser, site: str) -> None:
    with visitor(browser, site) as visit:
        page = visit.open("/")
        page.route("**/api/**", lambda route: route.abort())
        type_slowly(page, "asheville")
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=asheville")


def test_a_finger_can_choose(browser: Browser, site: str) -> None:
    with visitor(
        browser, site, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    ) as visit:
        page = visit.open("/")
        box(page).tap()
        type_slowly(page, "ashev")
        expect(options(page).first).to_be_visible()
        for option in options(page).all():
            shape = option.bounding_box()
            assert shape
            assert shape["height"] >= 44
        options(page).first.tap()
        expect(box(page)).to_have_value("Asheville, NC")
        expect(box(page)).to_be_focused()
        expect(options(page)).to_have_count(0)
        page.get_by_role("button", name="Search", exact=True).tap()
        page.wait_for_url("**/search?**")
        assert visit.complaints == []


def test_a_location_is_asked_for_only_on_a_click(browser: Browser, site: str) -> None:
    with visitor(browser, site, geolocation=ASHEVILLE, permissions=["geolocation"]) as visit:
        visit.context.add_init_script(
            """window.asked = 0;
            const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
            navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; ask(...all); };"""
        )
        for path in (
            "/",
            "/search?q=kap+asheville",
            "/search?q=kap+near+me",
            "/clinic/woods-psychiatry-asheville-nc",
        ):
            page = visit.open(path)
            page.wait_for_timeout(200)
            assert page.evaluate("window.asked") == 0


def test_a_granted_location_lands_on_its_town_without_a_coordinate(browser: Browser, site: str) -> None:
    with visitor(browser, site, geolocation=ASHEVILLE, permissions=["geolocation"]) as visit:
        sent: list[str] = []
        addresses: list[str] = []
        visit.page.on("request", lambda r: (addresses.append(r.url), sent.append(r.post_data or "")))
        page = visit.open("/")
        type_slowly(page, "kap")
        page.get_by_role("button", name="Use my location").click()
        page.wait_for_url("**/search?**")
        assert parse_qs(urlsplit(page.url).query) == {"near": ["Asheville, NC"], "modality": ["kap"]}
        assert page.locator("h1").inner_text().endswith("of Asheville, NC")
        assert [fields for fields in sent if fields] == ["q=kap&lat=35.60&lng=-82.55"]
        assert not [url for url in addresses if "35.6" in url or "82.5" in url]
        assert visit.outside == []
        assert visit.complaints == []
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_filters_are_kept_with_a_new_location(browser: Browser, site: str) -> None:
    with visitor(browser, site, geolocation=ASHEVILLE, permissions=["geolocation"]) as visit:
        page = visit.open("/search?near=Chicago%2C+IL&modality=kap&nature=any&radius=100&page=1")
        page.get_by_role("button", name="Use my location").click()
        page.wait_for_url("**near=Asheville**")
        asked = parse_qs(urlsplit(page.url).query)
        assert asked == {"near": ["Asheville, NC"], "modality": ["kap"], "nature": ["any"], "radius": ["100"]}


def test_a_refused_location_points_back_to_the_box(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("button", name="Use my location").click()
    said = page.locator("place-box .located[role=status]")
    expect(said).to_contain_text("Type a town or ZIP code in the box instead.")
    expect(box(page)).to_be_focused()
    assert urlsplit(page.url).path == "/"


def test_without_javascript_it_is_a_plain_box(browser: Browser, site: str) -> None:
    with visitor(browser, site, java_script_enabled=False) as visit:
        page = visit.open("/")
        expect(page.get_by_role("button", name="Use my location")).to_have_count(0)
        page.get_by_label("City, ZIP or clinic").fill("kap asheville")
        page.get_by_role("button", name="Search", exact=True).click()
        assert page.locator("h1").inner_text().endswith("of Asheville, NC")


def test_script_before_the_map_is_small() -> None:
    ours = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("place-box.js", "check.js"))
    assert ours <= 4000


def test_no_script_writes_markup() -> None:
    for name in ("place-box.js", "check.js"):
        text = (STATIC / name).read_text()
        assert "innerHTML" not in text
        assert "insertAdjacentHTML" not in text
        assert "eval" not in text
        assert "Storage" not in text
