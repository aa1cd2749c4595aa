"""Pages of one clinic that contradict each other: both are shown, nothing is offered, nothing is denied."""

import json
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from finder.facets import value
from finder.model import Claim, Clinic
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app, words
from finder.web.cards import facts, kap_strip, tags
from finder.web.screening import PHRASES, published
from tests.factories import make_claim, make_clinic, make_provenance
from tests.web.conftest import text

HOME = make_provenance(url="https://clinic.example/")
FAQ = make_provenance(url="https://clinic.example/faq")
LATER = make_provenance(url="https://clinic.example/new", seen=date(2028, 1, 1))
LISTED = make_provenance(source="list", ref="list:7", url="", kind="directory")


def says(facet: str, value: str, **changes: object) -> tuple[Claim, Claim]:
    return (
        make_claim(facet, value, grade="confirmed", quote="We do.", provenance=HOME, **changes),
        make_claim(facet, value, grade="confirmed", quote="We do not.", says="no", provenance=FAQ),
    )


def disputed(*more: object) -> Clinic:
    return make_clinic(claims=[*says("modality", "kap"), ("modality", "iv_infusion"), *more])


# What stands


def test_a_yes_and_a_no_on_two_pages_cancel_each_other_and_both_are_kept() -> None:
    clinic = disputed()
    assert clinic.disputed("modality") == {"kap"}
    assert clinic.said("modality") == {"iv_infusion": "yes"}
    assert clinic.offers("modality") == {"iv_infusion"}
    assert len(clinic.claims) == 3


def test_an_offer_on_one_page_wins_over_silence_on_another() -> None:
    yes, _ = says("modality", "kap")
    clinic = make_clinic(claims=[yes, make_claim("modality", "iv_infusion", provenance=FAQ)])
    assert clinic.offers("modality") == {"kap", "iv_infusion"}
    assert clinic.disputed("modality") == frozenset()


def test_what_is_reported_neither_overrides_nor_settles_what_is_confirmed() -> None:
    yes, no = says("modality", "kap")
    listed = make_claim(provenance=LISTED)
    denied = make_claim(provenance=LISTED, says="no")
    assert make_clinic(claims=[no, listed]).said("modality") == {"kap": "no"}
    assert make_clinic(claims=[yes, denied]).said("modality") == {"kap": "yes"}
    assert make_clinic(claims=[yes, no, listed, denied]).disputed("modality") == {"kap"}
    assert make_clinic(claims=[listed, make_claim(provenance=FAQ, says="no")]).disputed("modality") == {"kap"}


def test_one_page_never_disagrees_with_itself_and_an_old_page_does_not_count() -> None:
    yes, no = says("modality", "kap")
    same = no.model_copy(update={"provenance": make_provenance(url="https://clinic.example/#top")})
    assert make_clinic(claims=[yes, same]).said("modality") == {"kap": "yes"}
    moved = no.model_copy(update={"provenance": LATER})
    assert make_clinic(claims=[yes, moved]).said("modality") == {"kap": "no"}


def test_a_disputed_telehealth_serves_no_state() -> None:
    clinic = make_clinic(claims=says("modality", "at_home_telehealth", states=("NC",)))
    assert clinic.telehealth_states == frozenset()


# What is shown


def test_a_card_says_that_its_pages_disagree() -> None:
    shown = {tag.text: tag.look for tag in tags(disputed(*says("nature", "nat_retreat")))}
    assert shown["KAP: its pages disagree"] == "disputed"
    assert shown["IV infusion (listed)"] == "reported"
    assert [look for name, look in shown.items() if "disagree" in name] == ["disputed", "disputed"]
    lines = facts(make_clinic(claims=says("screening", "ekg")), "").lines
    assert [line.text for line in lines] == [f"{value('screening', 'ekg').tag}: its pages disagree"]
    other = make_clinic(claims=[make_claim(), make_claim(says="no", provenance=LISTED)])
    assert words.disagree(other, "modality", "kap") == "its sources disagree"


def test_the_strip_of_kap_says_so_too() -> None:
    clinic = make_clinic(claims=[("modality", "kap"), *says("support", "therapist_present")])
    first = kap_strip(clinic)[0]
    assert (first.text, first.is_known) == ("Therapist: its pages disagree", True)


def test_the_screening_check_says_so_too() -> None:
    clinic = make_clinic(claims=[*says("exclusion", "glaucoma"), *says("screening", "referral_required")])
    at = PHRASES.index("Their pages or sources disagree about")
    assert published(clinic) == {"glaucoma": at, "referral_required": at}


@pytest.fixture
def page(tmp_path: Path) -> BeautifulSoup:
    clinic = disputed(("modality", "kap"), *says("support", "prep_sessions"))
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([clinic])
    answer = create_app(settings).test_client().get(f"/clinic/{clinic.id}")
    return BeautifulSoup(answer.text, "html.parser")


def test_the_clinic_page_shows_both_with_their_words_and_sources(page: BeautifulSoup) -> None:
    row = page.find("dt", string="Ketamine-assisted psychotherapy (KAP)").find_parent("div")
    shown = text(row)
    assert "Its pages disagree: ask the clinic." in shown
    assert "They say: yes. “We do.”" in shown
    assert "They say: no. “We do not.”" in shown
    assert [link["href"] for link in row.select(".grade a")][:2] == [HOME.url, FAQ.url]
    assert "KAP" not in page.find("meta", {"name": "description"})["content"]


def test_the_document_names_the_disputed_codes_and_the_search_does_not_find_them(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([disputed(), make_clinic("other-asheville-nc")])
    client = create_app(settings).test_client()
    found = json.loads(client.get("/api/v1/clinics?near=Asheville,+NC&modality=kap").text)
    assert [item["id"] for item in found["items"]] == ["other-asheville-nc"]
    assert found["facets"]["modality"]["kap"] == 1
    one = json.loads(client.get("/api/v1/clinics?near=Asheville,+NC&modality=iv_infusion").text)["items"][0]
    assert one["disputed"] == {"modality": ["kap"]}
    assert [claim["says"] for claim in one["claims"]["modality"]].count("no") == 1


def test_among_those_that_do_not_state_it_the_dispute_is_named(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([make_clinic(claims=says("modality", "kap"))])
    client = create_app(settings).test_client()
    shown = client.get("/search?near=Asheville,+NC&modality=kap&include_unstated=1").text
    assert "Treatment: its pages disagree." in shown
