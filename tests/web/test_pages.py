import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from finder.facets import FACETS
from tests.web import sample
from tests.web.conftest import Visitor, text

KAP_NEAR_ASHEVILLE = "/search?q=kap+near+asheville"
EVERY_PAGE = {
    "/": 200,
    KAP_NEAR_ASHEVILLE: 200,
    "/search?q=ketamine+therapy+near+me": 200,
    "/search?near=Zzyzzx+Qqq": 200,
    "/search?q=spravato+60614&page=2": 200,
    "/search?near=AK": 200,
    "/search?q=suicide+help": 200,
    "/search?page=-1": 400,
    "/clinic/woods-psychiatry-asheville-nc": 200,
    "/clinic/somewhere-counseling-nc": 200,
    "/clinic/nobody": 404,
    "/nothing": 404,
    "/about-data": 200,
    "/privacy": 200,
}


def card_of(page: BeautifulSoup, name: str) -> str:
    return next(text(card) for card in page.select("ol.results > li") if name in text(card))


def test_the_home_page_has_one_box_the_four_ways_and_the_number_of_clinics(visit: Visitor) -> None:
    page = visit.open("/")
    assert [box["name"] for box in page.select("form[action='/search'] input")] == ["q"]
    assert [text(title) for title in page.select(".ways h3")] == ["KAP", "IV infusion", "Spravato", "At home"]
    assert "52 clinics in the United States" in text(page)
    assert "KAP" in text(page.select_one(".ways section"))


def test_the_results_restate_the_search_and_say_the_order(visit: Visitor) -> None:
    page = visit.open(KAP_NEAR_ASHEVILLE)
    assert text(page.h1) == "2 clinics within 50 miles of Asheville, NC"
    assert "Sorted by distance. Clinics cannot pay to be listed higher." in text(page)
    assert page.select_one("input[name=q]")["value"] == "kap near asheville"
    assert text(page.title) == "2 clinics within 50 miles of Asheville, NC – Clinic Finder"


def test_a_card_carries_what_a_visitor_needs(visit: Visitor) -> None:
    page = visit.open(KAP_NEAR_ASHEVILLE)
    woods = card_of(page, "Woods Psychiatry")
    assert "in town street not stated" in woods
    assert "Confirmed: KAP" in woods
    assert "Garden or land (listed)" in woods
    assert "Phone not stated" in woods
    assert "They ask first for Medical history · Fit consultation first" in woods
    assert "Not stated Price. Ask the clinic." in woods
    retreat = card_of(page, "Blue Ridge Retreat")
    assert "about 10–16 mi from ZIP code" in retreat
    assert "Call Blue Ridge Retreat: (828) 555-0142" in retreat
    assert "$750 a day" in retreat
    assert "Read on its own site, Nov 22, 2026 and 1 more source" in retreat
    assert page.select_one("a[href='tel:+18285550142']")
    source = page.find("a", string=re.compile("Read on its own site"))
    assert source["rel"] == ["noopener", "noreferrer", "nofollow"]


def test_what_was_understood_can_be_taken_back(visit: Visitor) -> None:
    page = visit.open(KAP_NEAR_ASHEVILLE)
    chips = {text(link): link["href"] for link in page.select(".chips a")}
    assert set(chips) == {"Remove KAP ✕", "Remove Near Asheville, NC ✕", "Clear all filters"}
    assert text(visit.open(chips["Remove KAP ✕"]).h1) == "3 clinics within 50 miles of Asheville, NC"
    assert text(visit.open(chips["Remove Near Asheville, NC ✕"]).h1) == "3 clinics in the United States"


def test_the_box_speaks_to_people_after_a_link(visit: Visitor) -> None:
    start = visit.open("/search?q=kap+north+carolina")
    chip = next(link for link in start.select(".chips a") if "KAP" in text(link))
    assert visit.open(chip["href"]).select_one("input[name=q]")["value"] == "North Carolina"
    both = visit.open('/search?q="ridge"&near=Asheville,+NC')
    assert both.select_one("input[name=q]")["value"] == "ridge near Asheville, NC"


def test_every_way_out_finds_what_it_promises(visit: Visitor) -> None:
    tried = 0
    for start in (KAP_NEAR_ASHEVILLE, "/search?q=spravato+asheville", "/search?q=kap+nature+boise"):
        for link in visit.open(start).select(".notice li a"):
            promised = re.search(r": (\d+) clinics?( \(\d+ more\))?$", text(link))
            assert promised, text(link)
            found = visit.open(link["href"])
            heading = text(found.h1)
            assert heading.startswith(f"{promised[1]} clinic"), (link["href"], heading)
            tried += 1
    assert tried >= 5


def test_every_filter_finds_as_many_as_it_says(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC")
    form = page.select_one("#filters form")
    kept = "&".join(f"{i['name']}={i['value']}" for i in form.select("input[type=hidden]"))
    tried = 0
    for box in form.select("input[type=checkbox]"):
        count = form.select_one(f"label[for='{box['id']}'] .count")
        if count is None:
            continue
        found = visit.open(f"/search?{kept}&{box['name']}={box['value']}&radius=50")
        assert text(found.h1).startswith(f"{text(count).removeprefix(', ')} clinic"), box
        assert found.select_one(f"input[value={box['value']}][checked]")
        tried += 1
    assert tried >= 5


def test_not_stated_is_counted_and_can_be_added(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC")
    nature = next(group for group in page.select("#filters fieldset") if "Nature" in text(group))
    assert "1 more does not say" in text(nature)
    some = visit.open("/search?near=Asheville,+NC&nature=any")
    assert text(some.select_one(".do-not-say")) == "1 more does not say. Show it too"
    more = visit.open(some.select_one(".do-not-say a")["href"])
    assert text(more.h1) == "3 clinics within 50 miles of Asheville, NC"
    page = visit.open("/search?near=Asheville,+NC&nature=any&include_unstated=1")
    assert "Nature immersion: not stated." in card_of(page, "Drip Clinic")
    assert "Remove Not stated shown too" in text(page.select_one(".chips"))
    assert not page.select(".do-not-say")


def test_any_of_a_facet_is_one_chip_and_one_tick(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&nature=any")
    assert "Remove Nature immersion: any" in text(page.select_one(".chips"))
    assert [box["value"] for box in page.select("input[name=nature][checked]")] == ["any"]


def test_a_wider_circle_is_a_choice(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&radius=12")
    labels = [text(radio.parent) for radio in page.select("input[name=radius]")]
    assert labels == ["10 miles", "12 miles", "25 miles", "50 miles", "100 miles", "200 miles"]
    assert page.select_one("input[name=radius][checked]")["value"] == "12"


def test_a_county_is_taken_as_it_is_or_with_a_circle(visit: Visitor) -> None:
    page = visit.open("/search?near=Buncombe+County,+NC")
    assert text(page.h1).endswith("in Buncombe County, NC")
    whole = page.select_one("input[name=radius][checked]")
    assert (whole["value"], text(whole.parent)) == ("", "All of Buncombe County, NC")
    assert "Remove In Buncombe County, NC" in text(page.select_one(".chips"))


def test_a_map_area_can_be_taken_back(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&box=35,-83,36,-82.4&modality=kap")
    assert text(page.h1) == "1 clinic in this map area"
    chips = {text(link): link["href"] for link in page.select(".chips a")}
    assert text(visit.open(chips["Remove Map area ✕"]).h1) == "2 clinics within 50 miles of Asheville, NC"


def test_words_are_a_chip_and_a_second_order(visit: Visitor) -> None:
    page = visit.open("/search?q=ridge+near+asheville")
    assert text(page.select_one("ol.results h2")) == "Blue Ridge Retreat"
    assert "Sorted by how many of your words match, then by distance." in text(page)
    assert "Remove Words: ridge" in text(page.select_one(".chips"))
    assert [box["value"] for box in page.select("input[name=sort]")] == [
        "nearest",
        "match",
        "recent",
        "price",
    ]
    assert page.select_one("input[name=sort][checked]")["value"] == "match"


def test_the_order_can_be_chosen_and_is_said(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&sort=price")
    assert "price per session" in text(page.select_one(".order"))
    assert page.select_one("input[name=sort][checked]")["value"] == "price"
    page = visit.open("/search?near=NC&sort=recent")
    assert "newest first" in text(page.select_one(".order"))
    assert all("How fresh Facts last read" in text(card) for card in page.select("ol.results .facts"))
    assert "How fresh" not in text(visit.open("/search?near=NC"))


def test_the_treatments_asked_for_most_stand_above_the_list(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC")
    links = {text(link): link for link in page.select(".promoted a")}
    assert list(links) == ["All , 3", "KAP , 2", "IV infusion , 1", "At home , 1"]
    assert links["All , 3"]["aria-current"] == "true"
    for name, link in links.items():
        found = visit.open(link["href"])
        assert text(found.h1).startswith(f"{name.split(', ')[1]} clinic"), name
        assert text(found.select_one(".promoted [aria-current]")).startswith(name.split(" ,")[0])


def test_a_circle_that_was_widened_says_so(visit: Visitor) -> None:
    page = visit.open("/search?q=spravato+milwaukee")
    assert text(page.h1) == "47 clinics within 100 miles of Milwaukee, WI"
    assert text(page.select_one(".widened")) == "There are few within 50 miles, so we looked within 100."
    assert not visit.open("/search?q=spravato+60614").select(".widened")


def test_telehealth_has_a_section_of_its_own(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC")
    section = page.select_one("section.telehealth")
    assert [text(title) for title in section.select("h2")][1:] == ["Mail Ketamine"]
    assert "no distance" in text(section)
    assert text(section.select_one(".no")) == "Number A"
    everything = section.select("a")[-1]
    assert text(visit.open(everything["href"]).h1).startswith("1 clinic")


def test_every_card_says_why_it_is_there(visit: Visitor) -> None:
    for card in visit.open(KAP_NEAR_ASHEVILLE).select("ol[aria-label=Clinics] > li"):
        why = text(card.select_one("details.why"))
        assert "Asheville" in why or "In town" in why
        assert "Treatment: KAP" in why
        assert "Payment plays no part." in why


def test_what_is_chosen_is_ticked_and_can_be_removed_and_cleared(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&modality=kap&nature=any")
    assert {box["value"] for box in page.select("#filters input[type=checkbox][checked]")} == {"kap", "any"}
    assert [text(chip) for chip in page.select(".chips a")] == [
        "Remove KAP ✕",
        "Remove Nature immersion: any ✕",
        "Remove Near Asheville, NC ✕",
        "Clear all filters",
    ]
    assert text(page.select_one(".to-filters a")) == "Filters (2) in use"
    cleared = visit.open(page.select_one(".chips .clear")["href"])
    assert text(cleared.h1) == "3 clinics within 50 miles of Asheville, NC"
    assert len([button for button in page.select("#filters button") if text(button) == "Apply filters"]) == 2


def test_pins_and_cards_have_the_same_numbers(visit: Visitor) -> None:
    page = visit.open("/search?near=60614&page=2")
    pins = {pin["href"] for pin in page.select(".map-marks a")}
    assert pins
    assert pins <= {f"#{card['id']}" for card in page.select("ol.results > li")}


def test_many_pages_show_the_ends_and_the_neighbors(visit: Visitor) -> None:
    page = visit.open("/search?near=60614&size=4&page=6")
    assert text(page.select_one(".pages")) == ("Page 1 … Page 4 Page 5 Page 6 Page 7 Page 8 … Page 12")


def test_only_the_state_level_clinics_on_wish(visit: Visitor) -> None:
    page = visit.open("/search?near=NC&town=unstated")
    assert text(page.h1) == "1 clinic somewhere in North Carolina"
    chips = {text(link): link["href"] for link in page.select(".chips a")}
    assert text(visit.open(chips["Remove Town not stated ✕"]).h1) == "4 clinics in North Carolina"


def test_a_state_lists_by_city_with_those_known_only_by_state(visit: Visitor) -> None:
    page = visit.open("/search?q=kap+north+carolina")
    assert text(page.h1) == "3 clinics in North Carolina"
    assert "Listed by city." in text(page)
    assert "Where in North Carolina is not stated" in card_of(page, "Somewhere Counseling")
    assert not page.select("input[name=radius]")


def test_telehealth_is_found_without_a_distance_and_with_its_warning(visit: Visitor) -> None:
    page = visit.open("/search?q=at+home+ketamine+asheville")
    assert "Treats at home by telehealth; no distance" in card_of(page, "Mail Ketamine")
    assert "FDA warned on October 10, 2023" in text(page)
    assert "FDA warned" not in visit.words(KAP_NEAR_ASHEVILLE)


def test_pages_are_numbered_and_stable(visit: Visitor) -> None:
    seen = []
    url: str | None = "/search?q=spravato+60614"
    number = 0
    while url:
        page = visit.open(url)
        number += 1
        if number > 1:
            assert f"(page {number} of 3)" in text(page.title)
        assert text(page.select_one(".pages [aria-current=page]")) == f"Page {number}"
        seen += [text(title) for title in page.select("ol.results h2")]
        url = next((a["href"] for a in page.select(".pages a") if text(a) == f"Page {number + 1}"), None)
    assert number == 3
    assert len(seen) == len(set(seen)) == 47
    assert text(page.select("ol.results .no")[-1]) == "Number 47"


def test_a_page_past_the_end_leads_to_the_first(visit: Visitor) -> None:
    answer = visit.client.get("/search?q=spravato+60614&page=9")
    assert answer.status_code == 302
    assert "page" not in parse_qs(urlsplit(answer.location).query)
    assert text(visit.open(answer.location).h1).startswith("47 clinics")


def test_near_me_asks_for_a_place_and_keeps_the_rest(visit: Visitor) -> None:
    page = visit.open("/search?q=kap+near+me")
    assert text(page.h1) == "Where should we look?"
    form = page.select_one("main form")
    sent = {field["name"]: field.get("value") or "Asheville" for field in form.select("input")}
    assert sent == {"modality": "kap", "near": "Asheville"}
    query = "&".join(f"{name}={value}" for name, value in sent.items())
    assert text(visit.open(f"/search?{query}").h1) == "2 clinics within 50 miles of Asheville, NC"


def test_an_unknown_place_is_admitted_and_the_box_is_kept(visit: Visitor) -> None:
    page = visit.open("/search?q=kap+near+qwertzuiop")
    assert text(page.h1) == "We do not know that place in the United States"
    assert page.select_one("input[name=q]")["value"] == "kap near qwertzuiop"


def test_near_misses_are_links_that_keep_the_rest(visit: Visitor) -> None:
    tried = 0
    for typed in ("ashevile", "ashvile", "kap near asheviles", "kap near ashewill"):
        for link in visit.open(f"/search?q={typed}").select(".links a"):
            assert visit.open(link["href"]).h1
            tried += 1
    assert tried


def test_other_places_of_the_name_are_links(visit: Visitor) -> None:
    page = visit.open("/search?q=spravato+springfield")
    links = page.select(".links a")
    assert len(links) >= 2
    found = visit.open(links[0]["href"])
    assert text(links[0]) in text(found.h1)
    assert "Spravato" in text(found.select_one(".chips"))


def test_nothing_found_is_no_dead_end(visit: Visitor) -> None:
    page = visit.open("/search?q=kap+boise")
    assert text(page.h1) == "No clinics found within 50 miles of Boise, ID"
    assert "None that we know of" in text(page)
    assert page.select(".notice li a") or page.select("#nearest")


def test_coordinates_become_a_town_at_once(visit: Visitor) -> None:
    answer = visit.client.get("/search?lat=35.60&lng=-82.55&modality=kap")
    assert answer.status_code == 302
    sent = parse_qs(urlsplit(answer.location).query)
    assert set(sent) == {"near", "modality"}
    assert not re.search(r"\d\.\d", answer.location)
    assert visit.open(answer.location).h1


def test_a_crisis_comes_first_and_never_ends_in_nothing(visit: Visitor) -> None:
    page = visit.open("/search?q=i+want+to+kill+myself")
    main = text(page.main)
    assert main.startswith("If you are in crisis, talk to someone now")
    assert page.select_one("main a[href='sms:988']")
    assert "No clinics found" not in main
    assert "talk to someone now" not in visit.words(KAP_NEAR_ASHEVILLE)


def test_a_clinic_page_shows_every_claim_with_grade_source_and_date(visit: Visitor) -> None:
    page = visit.open("/clinic/woods-psychiatry-asheville-nc")
    says = text(page)
    assert f"“{sample.QUOTE}” ✓ Clinic’s own words · its own site, Nov 22, 2026" in says
    assert "refers IV patients elsewhere ○ Reported" in says
    assert "They say: no." in says
    assert "Also known as Woods KAP" in says
    assert "What to ask when you call" in says
    assert page.select_one("a[href='https://www.woods.example'][rel~=noreferrer]")
    for code in ("condition", "payment", "staff", "safety", "setting"):
        assert FACETS[code].unstated in says


def test_a_clinic_page_of_several_sources_says_why_they_are_one(visit: Visitor) -> None:
    says = visit.words("/clinic/blue-ridge-retreat-black-mountain-nc")
    assert "Read in a news report, Aug 1, 2026" in says
    assert "same phone and name" in says
    assert "$750 a day" in says
    assert "Mon-Fri 9-5" in says


def test_a_clinic_known_by_state_has_no_place(visit: Visitor) -> None:
    assert "Where in North Carolina is not stated." in visit.words("/clinic/somewhere-counseling-nc")


def test_a_closed_clinic_says_so(visit: Visitor) -> None:
    assert "Reported as closed for now" in visit.words("/clinic/drip-clinic-asheville-nc")
    assert "Reported as closed for now" in card_of(visit.open("/search?q=iv+asheville"), "Drip Clinic")


def test_a_former_address_leads_to_the_present_one(visit: Visitor) -> None:
    answer = visit.client.get("/clinic/old-woods-asheville-nc")
    assert (answer.status_code, answer.location) == (301, "/clinic/woods-psychiatry-asheville-nc")


def test_no_page_says_no_of_what_is_unknown(visit: Visitor) -> None:
    denied = re.compile(r"\b(no|not offered|does not|doesn.t|none)\b", re.IGNORECASE)
    for url in ("/clinic/somewhere-counseling-nc", "/clinic/crowd-1-chicago-il"):
        page = visit.open(url)
        for answer in page.select("dd, .tag"):
            without_our_words = re.sub(r"[^.]*\bnot (treat is not )?stated\b[^.]*", "", text(answer))
            assert not denied.search(without_our_words), (url, text(answer))
    for card in visit.open("/search?q=spravato+60614").select("ol.results > li"):
        assert "Not stated Who is in the room, what they ask first, nature, price." in text(card)
        course = card.find("dt", string="Whole course")
        for answer in card.select("dd, .tag"):
            if course is None or answer is not course.find_next_sibling("dd"):
                assert not denied.search(text(answer)), text(answer)


def test_the_page_about_the_data_counts_and_credits(visit: Visitor) -> None:
    says = visit.words("/about-data")
    assert "We list 52 clinics" in says
    assert "GeoNames (geonames.org), CC BY 4.0" in says
    assert "Clinics cannot pay" in says
    assert all(value.means in says for facet in FACETS.values() for value in facet.values)


@pytest.mark.parametrize(("url", "status"), EVERY_PAGE.items())
def test_every_page_has_the_crisis_line_and_the_fixed_sentences(
    visit: Visitor, url: str, status: int
) -> None:
    page = visit.open(url, status)
    says = text(page)
    assert page.select_one("a[href='tel:988']")
    assert page.select_one("a[href='sms:988']")
    assert page.select_one("a[href='tel:911']")
    assert "Not medical advice. Listing is not endorsement." in says
    assert "Ketamine is not FDA-approved for psychiatric disorders" in says


@pytest.mark.parametrize(("url", "status"), EVERY_PAGE.items())
def test_every_page_can_be_used_without_seeing_it(visit: Visitor, url: str, status: int) -> None:
    page = visit.open(url, status)
    assert page.html["lang"] == "en-US"
    assert text(page.title)
    assert len(page.select("h1")) == 1
    assert page.main
    ids = [part["id"] for part in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.select("input:not([type=hidden])"):
        assert field.find_parent("label") or page.select_one(f"label[for='{field.get('id')}']")
    for part in page.select("[aria-labelledby]"):
        assert part["aria-labelledby"] in ids
    for link in page.select("a, button"):
        assert text(link)
    levels = [int(title.name[1]) for title in page.select("h1, h2, h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels) if before)


@pytest.mark.parametrize(("url", "status"), EVERY_PAGE.items())
def test_every_page_loads_nothing_from_outside_and_has_no_inline_code(
    visit: Visitor, url: str, status: int
) -> None:
    page = visit.open(url, status)
    assert not page.select("style, [style], iframe, [onclick]")
    for script in page.select("script"):
        is_data = script.get("type") in {"application/json", "application/ld+json"}
        assert is_data or script["src"].startswith("/static/")
        assert is_data or not text(script)
    for part in page.select("link[href]:not([rel=canonical], [rel=search]), img[src]"):
        assert (part.get("href") or part.get("src")).startswith("/static/")
    for link in page.select("a[href]"):
        assert re.match(r"/|#|tel:|sms:|mailto:|https://", link["href"])
        if link["href"].startswith("http"):
            assert {"noopener", "noreferrer"} <= set(link["rel"])


@pytest.mark.parametrize("url", [url for url, status in EVERY_PAGE.items() if status == 200])
def test_every_link_of_ours_leads_somewhere(visit: Visitor, url: str) -> None:
    links = {a["href"] for a in visit.open(url).select("a[href^='/']")}
    for link in links:
        answer = visit.client.get(link)
        assert answer.status_code == 200, link
