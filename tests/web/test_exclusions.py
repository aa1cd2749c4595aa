"""What is not wanted, on the page: a chip that takes it back, kept by the filter form."""

from tests.web.conftest import Visitor, text


def test_an_exclusion_is_a_chip_that_takes_it_back(visit: Visitor) -> None:
    page = visit.open("/search?near=Asheville,+NC&not=modality:iv_infusion&not=screening:referral_required")
    chips = {text(chip): chip["href"] for chip in page.select("a[rel=nofollow]") if "Not: " in text(chip)}
    assert any("Not: IV infusion" in name for name in chips)
    href = next(url for name, url in chips.items() if "IV infusion" in name)
    assert "iv_infusion" not in href
    assert "referral_required" in href


def test_a_whole_facet_left_out_is_one_chip(visit: Visitor) -> None:
    page = visit.open("/search?not=nature:any")
    assert "Not: Nature" in text(page)


def test_the_filter_form_keeps_what_is_left_out(visit: Visitor) -> None:
    page = visit.open("/search?q=asheville+not+infusion")
    kept = [box["value"] for box in page.select("input[type=hidden][name=not]")]
    assert kept == ["modality:iv_infusion"]
