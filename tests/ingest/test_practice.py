"""The practice, not the page: what several pages say together, with quotes, addresses and contradictions."""

from datetime import date

import pytest

from finder.ingest.extract import extract_page
from finder.ingest.merge import merged
from finder.ingest.pagetext import page_text
from finder.ingest.practice import MAX_QUOTE_CHARS, Page, claims_of_pages, disputes, read_practice, with_pages
from finder.ingest.report import summed
from finder.model import Claim
from tests.factories import make_claim, make_listing, make_location, make_provenance

WHO = make_provenance(seen=date(2026, 11, 1))
SITE = "https://clinic.example"


def page(path: str, html: str) -> Page:
    return Page(f"{SITE}{path}", page_text(f"<html><body>{html}"))


HOME = page("/", "<h1>Blue Clinic</h1><p>We offer IV ketamine infusions for depression.")
KAP = page("/kap", "<p>We offer ketamine-assisted psychotherapy (KAP). Each session costs $750.")
NO_IV = page("/faq", "<p>We do not offer IV ketamine infusions at our clinic.")


def by_value(claims: tuple[Claim, ...]) -> dict[str, Claim]:
    return {claim.value: claim for claim in claims}


def test_each_claim_is_confirmed_with_its_words_its_page_and_its_day() -> None:
    found = by_value(claims_of_pages([HOME, KAP], WHO))
    assert {"iv_infusion", "kap", "depression"} <= set(found)
    for claim in found.values():
        home = claim.provenance.url == f"{SITE}/"
        assert claim.grade == "confirmed"
        assert claim.quote in (HOME if home else KAP).text.text
        assert (claim.provenance.source, claim.provenance.seen) == (WHO.source, WHO.seen)
    assert found["kap"].provenance.url == f"{SITE}/kap"


def test_what_two_pages_say_alike_is_said_once_by_the_first() -> None:
    again = page("/again", "<p>We offer IV ketamine infusions in Denver.")
    claims = [claim for claim in claims_of_pages([HOME, again], WHO) if claim.value == "iv_infusion"]
    assert [claim.provenance.url for claim in claims] == [f"{SITE}/"]


def test_prices_have_their_page() -> None:
    (price,) = read_practice([HOME, KAP, KAP], WHO).prices
    assert (price.amount_usd, price.provenance.url) == (750, f"{SITE}/kap")


def test_notes_name_the_page() -> None:
    empty = page("/app", "<script>x()</script>")
    assert f"{SITE}/app: no readable text" in read_practice([HOME, empty], WHO).notes
    assert claims_of_pages([empty], WHO) == ()
    assert claims_of_pages([], WHO) == ()


def test_an_endless_quote_is_left_out_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finder.ingest.practice.MAX_QUOTE_CHARS", 40)
    found = read_practice([HOME], WHO)
    assert found.claims == ()
    assert f"{SITE}/: modality=iv_infusion left out, its quote is over 40 characters" in found.notes


def test_no_quote_is_longer_than_the_limit() -> None:
    wall = page("/wall", "<p>" + "We offer IV ketamine infusions and " * 60)
    assert all(len(claim.quote) <= MAX_QUOTE_CHARS for claim in claims_of_pages([wall], WHO))


def test_a_minimum_age_is_taken_when_the_pages_agree() -> None:
    adults = page("/a", "<p>We treat depression. Patients must be at least 18 years old.")
    teens = page("/b", "<p>We treat anxiety. Patients must be at least 16 years old.")
    if extract_page(adults.text).facts.min_age is None:
        pytest.fail("the sentence states an age")
    assert read_practice([adults, HOME], WHO).min_age == 18
    both = read_practice([adults, teens], WHO)
    assert both.min_age is None
    assert "its pages state several minimum ages (16, 18): none is taken" in both.notes


def test_a_yes_and_a_no_on_two_pages_make_a_dispute_of_the_clinic() -> None:
    claims = claims_of_pages([HOME, NO_IV], WHO)
    if not any(claim.says == "no" for claim in claims):  # whether a denial is read is extraction's to say
        quote = NO_IV.text.text
        no = make_claim(
            "modality", "iv_infusion", says="no", grade="confirmed", quote=quote,
            provenance=make_provenance(url=NO_IV.url),
        )  # fmt: skip
        claims = (*claims, no)
    clinic = merged([make_listing(claims=claims, location=make_location())], "blue-clinic")
    (dispute,) = disputes(clinic.claims)
    assert (dispute.facet, dispute.value) == ("modality", "iv_infusion")
    assert {claim.says for claim in dispute.claims} == {"yes", "no"}
    assert "iv_infusion" not in clinic.offers("modality")


def test_pages_add_to_a_listing_what_it_does_not_state() -> None:
    listing = make_listing(claims=(make_claim("modality", "kap"),), min_age=21)
    full = with_pages(listing, read_practice([HOME, KAP], WHO))
    assert full.min_age == 21
    assert len(full.prices) == 1
    assert [claim.grade for claim in full.claims if claim.value == "kap"] == ["reported", "confirmed"]
    again = with_pages(full, read_practice([HOME, KAP], WHO))
    assert again == full
    assert with_pages(make_listing(), read_practice([HOME], WHO)).min_age is None


def test_the_report_counts_contradictions() -> None:
    yes = make_claim(provenance=make_provenance(url=f"{SITE}/a"))
    no = make_claim(says="no", provenance=make_provenance(url=f"{SITE}/b"))
    clinic = merged([make_listing(claims=(yes, no), location=make_location())], "blue-clinic")
    report = summed([], [clinic], [], 0)
    assert [(one.clinic, one.facet, one.value) for one in report.disputes] == [
        ("blue-clinic", "modality", "kap")
    ]
    assert "1 facts on which the pages of 1 clinics disagree" in report.text()
    assert "disagree" not in summed([], [], [], 0).text()
