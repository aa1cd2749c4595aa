"""The page of a clinic: every fact with grade, source and age; unknown is never "no"; nothing leaks."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from finder.model import Address, Clinic, Price
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.clock import CLOCK
from finder.web.linkeddata import clinic_data
from finder.web.opening import clock, schema_hours, week
from tests.factories import make_claim, make_clinic, make_location, make_provenance, state_only
from tests.web import sample
from tests.web.conftest import Visitor, text

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
EVIL = "\"><script>alert(1)</script>'</title>{{7*7}}"


class Site:
    """An app over a few clinics, with a clock that stands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def app(self, *clinics: Clinic, now: datetime = MONDAY) -> Flask:
        settings = Settings(build=self.folder)
        open_engine(settings.engine_url).rebuild(clinics)
        app = create_app(settings)
        app.config[CLOCK] = lambda: now
        return app

    def page(self, *clinics: Clinic, now: datetime = MONDAY) -> BeautifulSoup:
        answer = self.app(*clinics, now=now).test_client().get(f"/clinic/{clinics[0].id}")
        assert answer.status_code == 200
        return BeautifulSoup(answer.text, "html.parser")

    def words(self, *clinics: Clinic, now: datetime = MONDAY) -> str:
        return text(self.page(*clinics, now=now))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def stated(name: str, **changes: Any) -> Clinic:
    """A clinic whose field is stated by its own page."""
    return make_clinic(provenance={name: make_provenance()}, **changes)


# What is said, and what is not


def test_a_fact_has_its_words_its_grade_its_source_and_its_date(site: Site) -> None:
    page = site.page(sample.woods())
    row = page.find("dt", string="Ketamine-assisted psychotherapy (KAP)").find_parent("div")
    assert f"“{sample.QUOTE}”" in text(row)
    assert "✓ Clinic’s own words · its own site, Nov 22, 2026" in text(row)
    assert row.select_one(".grade a")["href"] == "https://woods.example/kap"


def test_facts_of_one_source_and_grade_name_them_once(site: Site) -> None:
    page = site.page(make_clinic(claims=[("modality", "kap"), ("modality", "im_injection")]))
    section = page.find(id="modality").find_parent("section")
    assert [text(part) for part in section.select(".grade")] == [
        "○ Reported · its own site, Nov 22, 2026 , for all of these"
    ]


def test_a_no_is_shown_only_where_somebody_says_no(site: Site) -> None:
    says = site.words(sample.woods())
    assert says.count("They say: no.") == 1
    assert "They say" not in site.words(make_clinic(claims=[])).replace("They say they do not treat", "")


def test_what_nobody_states_is_listed_as_such(site: Site) -> None:
    says = site.words(make_clinic(claims=[]))
    assert "Treatment not stated" in says
    assert "It is not a “no”." in says
    assert "Prices are not stated." in says


def test_kap_means_what_is_stated_and_asks_for_the_rest(site: Site) -> None:
    clinic = make_clinic(
        claims=[
            ("modality", "kap"),
            make_claim("support", "therapist_present", grade="confirmed", quote="a therapist stays"),
            make_claim("support", "prep_sessions"),
            make_claim("support", "therapy_included", says="no"),
        ]
    )
    cells = [text(cell) for cell in site.page(clinic).select(".kap-strip > div")]
    assert cells == [
        "Who is in the room ✓ In the clinic’s own words: A therapist",
        "Preparation ○ Reported: Before the first dose",
        "Integration Ask them. Is there therapy after the dose?",
        "In the price ○ Reported: The therapy too: they say no",
    ]


def test_a_clinic_without_kap_has_no_strip(site: Site) -> None:
    assert not site.page(make_clinic(claims=[("modality", "iv_infusion")])).select(".kap-strip")


def test_a_price_is_said_once(site: Site) -> None:
    who = make_provenance()
    clinic = make_clinic(
        prices=(
            Price(amount_usd=480, what="about $480 per infusion", provenance=who),
            Price(amount_usd=750, what="a day", provenance=who),
        )
    )
    says = site.words(clinic)
    assert says.count("$480") == 1
    assert "$750 a day" in says


# Age


def test_a_phone_read_long_ago_says_to_call_first(site: Site) -> None:
    clinic = stated("phone", phone="8285550142")
    assert "its own site, Nov 22, 2026 · read yesterday" in site.words(clinic)
    later = site.words(clinic, now=datetime(2028, 2, 1, tzinfo=UTC))
    assert "read more than a year ago: call first" in later


def test_pages_of_one_moment_are_equal(site: Site) -> None:
    pages = [str(site.page(sample.retreat(), sample.drip())) for _ in range(2)]
    assert pages[0] == pages[1]


def test_a_status_has_its_age(site: Site) -> None:
    clinic = make_clinic(status="closed", provenance={"status": make_provenance(seen=date(2026, 11, 1))})
    assert "Reported as closed (read 3 weeks ago)" in site.words(clinic)


def test_a_closed_neighbor_is_shown_as_closed(visit: Visitor) -> None:
    near = text(visit.open("/clinic/woods-psychiatry-asheville-nc").find(id="nearby").find_parent("section"))
    assert "Drip Clinic Reported as closed for now Asheville, NC" in near


# Hours


def hours_of(site: Site, hours: str, now: datetime = MONDAY, **changes: Any) -> str:
    clinic = stated("hours", hours=hours, **changes)
    return text(site.page(clinic, now=now).find(id="contact").find_parent("section"))


def test_open_now_by_the_clock_of_the_clinic(site: Site) -> None:
    says = hours_of(site, "Mon-Fri 9am-5pm")
    assert "Open now by its stated hours, until 5:00 PM. It is Monday, 10:00 AM there." in says
    assert "Monday to Friday 9:00 AM–5:00 PM" in says
    assert "Saturday, Sunday Not stated" in says


@pytest.mark.parametrize(
    ("state", "county", "expected"),
    [
        ("TX", "48201", "Open now by its stated hours, until 5:00 PM. It is Monday, 4:30 PM there."),
        ("TX", "48141", "Open now by its stated hours, until 5:00 PM. It is Monday, 3:30 PM there."),
        ("FL", "12086", "Outside its stated hours now. Opens Tuesday, 9:00 AM. It is Monday, 5:30 PM there."),
    ],
)
def test_open_now_on_both_sides_of_a_zone_border(site: Site, state: str, county: str, expected: str) -> None:
    place = {"address": Address(city="Here", state=state), "location": make_location(county=county)}
    now = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert expected in hours_of(site, "Mon-Fri 9am-5pm", now, **place)


@pytest.mark.parametrize(("state", "county"), [("AZ", "04001"), ("TX", "48109")])
def test_where_the_zone_is_not_known_nothing_is_said_about_now(site: Site, state: str, county: str) -> None:
    place = {"address": Address(city="Here", state=state), "location": make_location(county=county)}
    says = hours_of(site, "Mon-Fri 9am-5pm", **place)
    assert " now" not in says
    assert "Monday to Friday 9:00 AM–5:00 PM" in says


def test_before_the_door_opens_it_says_today(site: Site) -> None:
    says = hours_of(site, "Mon-Fri 11am-5pm")
    assert "Outside its stated hours now. Opens today, 11:00 AM. It is Monday, 10:00 AM there." in says


def test_hours_that_cannot_be_read_are_shown_as_they_are(site: Site) -> None:
    says = hours_of(site, "Mon-Fri 9-5")
    assert "Mon-Fri 9-5" in says
    assert " now" not in says


def test_hours_by_appointment_are_neither_open_nor_closed(site: Site) -> None:
    says = hours_of(site, "by appointment only")
    assert "By appointment only at this hour. It is Monday, 10:00 AM there." in says
    assert "Open now" not in says


def test_on_a_public_holiday_it_says_to_call(site: Site) -> None:
    says = hours_of(site, "Mon-Fri 9am-5pm", datetime(2026, 11, 26, 15, 0, tzinfo=UTC))
    assert "Today is a public holiday. Call first. It is Thursday, 10:00 AM there." in says


def test_hours_read_long_ago_say_nothing_about_now(site: Site) -> None:
    says = hours_of(site, "daily 24 hours", datetime(2028, 2, 1, tzinfo=UTC))
    assert "Open now" not in says
    assert "call first" in says


def test_hours_without_a_source_still_say_now() -> None:
    found = week(make_clinic(hours="daily 24 hours"), MONDAY)
    assert found is not None
    assert (found.is_open, found.rows[0].days, found.rows[0].texts) == (
        True,
        "Every day",
        ("midnight–midnight",),
    )
    assert found.now == "Open now by its stated hours."


def test_labelled_and_closed_days_are_told_apart() -> None:
    found = week(
        make_clinic(hours="Mon 9am-5pm; telehealth only Mon 5-6 PM; Tue closed; Wed by appointment"), MONDAY
    )
    assert found is not None
    assert [(row.days, row.texts) for row in found.rows] == [
        ("Monday", ("9:00 AM–5:00 PM", "5:00 PM–6:00 PM, telehealth only")),
        ("Tuesday", ("Closed",)),
        ("Wednesday", ("By appointment only",)),
        ("Thursday to Sunday", ("Not stated",)),
    ]


def test_noon_and_midnight_have_names() -> None:
    assert [clock(m) for m in (0, 30, 720, 750, 1439, 1440)] == [
        "midnight", "12:30 AM", "noon", "12:30 PM", "11:59 PM", "midnight",
    ]  # fmt: skip


def test_hours_for_search_engines_leave_out_what_is_no_open_door() -> None:
    assert schema_hours("Mon-Fri 9am-12pm, 1pm-5pm; Sat closed; telehealth only Sun 5-6 PM") == [
        "Mo-Fr 09:00-12:00",
        "Mo-Fr 13:00-17:00",
    ]
    assert schema_hours("call us") == []


# Ways to reach it


def test_directions_are_plain_links_that_tell_nobody_where_they_come_from(site: Site) -> None:
    links = site.page(sample.drip()).select(".directions a")
    assert [link["href"] for link in links] == [
        "https://www.openstreetmap.org/search?query=12%20Haywood%20St%2C%20Asheville%2C%20NC",
        "geo:0,0?q=12%20Haywood%20St%2C%20Asheville%2C%20NC",
    ]


def test_every_link_that_leaves_is_marked(site: Site) -> None:
    for clinic in (sample.woods(), sample.drip(), sample.retreat()):
        for link in site.page(clinic).select("main a[href]"):
            if not link["href"].startswith(("/", "#", "tel:", "mailto:")):
                assert set(link["rel"]) == {"noopener", "noreferrer", "nofollow"}, link


def test_without_a_street_there_are_no_directions(site: Site) -> None:
    assert not site.page(sample.woods()).select(".directions")


def test_without_a_phone_the_website_is_the_way(site: Site) -> None:
    button = site.page(sample.woods()).select_one(".main-way a")
    assert (button["href"], text(button)) == ("https://www.woods.example", "Open its website")
    assert not site.page(sample.state_level()).select(".main-way")


def test_the_three_nearest_others_are_named_with_their_distance(site: Site) -> None:
    charlotte = make_clinic(
        "far-charlotte-nc",
        name="Far",
        address=Address(city="Charlotte", state="NC"),
        location=make_location(35.227, -80.843),
    )
    page = site.page(
        sample.drip(), sample.woods(), sample.retreat(), charlotte, *sample.crowd()[:2], sample.state_level()
    )
    near = [text(line) for line in page.find(id="nearby").find_parent("section").select("li")]
    assert len(near) == 3
    assert near[0].startswith("Woods Psychiatry Asheville, NC · in the same town")
    assert near[1].startswith("Blue Ridge Retreat Black Mountain, NC · about 10–16 mi")
    assert near[2].startswith("Far Charlotte, NC · about 9")


def test_a_clinic_known_by_state_has_no_neighbors_but_its_state(site: Site) -> None:
    page = site.page(sample.state_level(), sample.woods())
    assert page.select_one("#nearby ~ p a")["href"] == "/search?near=NC"
    assert "Clinics in North Carolina" in text(page)


def test_other_places_with_the_same_web_site_are_named(site: Site) -> None:
    here = make_clinic("chain-asheville-nc", name="Chain Care", website="https://chain.example/asheville")
    there = make_clinic(
        "chain-denver-co",
        name="Chain Care Denver",
        website="https://www.chain.example",
        address=Address(city="Denver", state="CO"),
        location=make_location(39.7, -104.9),
    )
    other = make_clinic("chain-of-lakes-nc", name="Chain of Lakes", website="https://lakes.example")
    page = site.page(here, there, other)
    links = page.find(id="siblings").find_parent("section").select("a")
    assert [link["href"] for link in links] == ["/clinic/chain-denver-co"]
    assert site.page(other, here, there).find(id="siblings") is None


def test_a_problem_can_be_reported(site: Site) -> None:
    assert (
        site.page(sample.drip()).select_one("#wrong ~ p a")["href"]
        == "/clinic/drip-clinic-asheville-nc/report"
    )


# For search engines


def linked(page: BeautifulSoup) -> dict[str, Any]:
    return dict(json.loads(page.find("script", type="application/ld+json").string))


def test_linked_data_holds_facts_and_no_ratings_or_prices(site: Site) -> None:
    page = site.page(sample.retreat())
    document = linked(page)
    about = document["mainEntity"]
    assert (document["@type"], about["@type"]) == ("WebPage", "MedicalClinic")
    assert document["dateModified"] == "2026-11-22"
    assert about["telephone"] == "+18285550142"
    assert about["address"]["addressLocality"] == "Black Mountain"
    assert "geo" not in about, "the middle of a ZIP code is not where it stands"
    assert "openingHours" not in about, "9-5 cannot be read exactly"
    assert not any(word in json.dumps(document) for word in ("ating", "eview", "rice"))
    assert page.find("link", rel="canonical")["href"].endswith(f"/clinic/{sample.retreat().id}")


def test_a_clinic_of_which_little_is_known_has_little_linked_data() -> None:
    clinic = make_clinic(address=Address(state="NC"), location=state_only(), claims=[])
    assert set(clinic_data(clinic, "https://x.example/c")["mainEntity"]) == {
        "@type",
        "@id",
        "name",
        "address",
    }
    street = clinic_data(sample.drip(), "https://x.example/c")["mainEntity"]
    assert street["geo"] == {"@type": "GeoCoordinates", "latitude": 35.64, "longitude": -82.553}


def test_the_head_describes_the_clinic(site: Site) -> None:
    page = site.page(sample.woods())
    description = page.find("meta", attrs={"name": "description"})["content"]
    assert description.startswith("Woods Psychiatry, Asheville, NC: KAP, ")
    assert page.find("meta", property="og:description")["content"] == description
    long = make_clinic(name="Very Long Name " * 12)
    assert len(site.page(long).find("meta", attrs={"name": "description"})["content"]) <= 155


# Hostile text


def test_hostile_text_stays_text_everywhere(site: Site) -> None:
    who = make_provenance(url="javascript:alert(1)", source="seed")
    clinic = make_clinic(
        name=EVIL,
        other_names=(EVIL,),
        phone=EVIL,
        website="javascript:alert(1)",
        hours=EVIL,
        address=Address(street=EVIL, city=EVIL, state="NC"),
        claims=[
            make_claim(grade="confirmed", quote=EVIL, provenance=who),
            make_claim("screening", "medical_history_review", note=EVIL),
        ],
        prices=(Price(amount_usd=1, what=EVIL, provenance=who),),
        provenance={"phone": who, "hours": who, "address": who},
        sources=(who,),
        merge_reasons=(EVIL,),
    )
    page = site.page(clinic)
    scripts = [script for script in page.find_all("script") if "alert" in str(script)]
    assert [script["type"] for script in scripts] == ["application/ld+json"]
    assert "</script><" not in str(scripts[0]).removesuffix("</script>")
    assert linked(page)["mainEntity"]["name"] == EVIL
    assert EVIL in page.h1.string
    assert not [link for link in page.select("[href]") if link["href"].startswith("javascript:")]
    assert "{{7*7}}" in page.h1.string
