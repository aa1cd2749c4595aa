"""A page that asks which place is meant says why it asks."""

import pytest

from tests.web.conftest import Visitor, text


@pytest.mark.parametrize(
    ("typed", "heading", "link"),
    [
        ("ketamine+toronto", "That looks like a place outside the United States", "Toronto, OH"),
        ("the+valley", "Which of these places?", "Rio Grande Valley"),
        ("ketamine+2138", "Where should we look?", "Cambridge, MA 02138"),
    ],
)
def test_it_says_why_it_asks_and_offers_places_of_that_name(
    visit: Visitor, typed: str, heading: str, link: str
) -> None:
    page = visit.open(f"/search?q={typed}")
    assert text(page.h1) == heading
    assert link in [text(a) for a in page.select("main a")]


def test_a_place_abroad_is_named(visit: Visitor) -> None:
    assert "“toronto” is read as a place outside it" in text(visit.open("/search?q=toronto").main)


def test_an_area_code_is_said_to_be_one(visit: Visitor) -> None:
    assert "Telephone area codes are not looked up (“757”)" in text(visit.open("/search?q=757").main)
