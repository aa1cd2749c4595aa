"""Cards and filters filled into kept HTML are what the templates render anew, and stay safe."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from finder.model import Clinic, Remark
from finder.search.query import Hit, Query
from finder.web import words
from finder.web.cards import facts
from finder.web.course import course_for
from finder.web.render import Cards, Filters
from finder.web.results import Group, Option
from finder.web.stencil import Stencil, gap
from tests.factories import make_claim, make_clinic, make_place, make_provenance
from tests.web import sample
from tests.web.plain import card

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt; & co",
    "gap-number; gap-reasons;",
)
QUERY = Query(place=make_place(), radius_miles=50, facets={"modality": ("kap",)})


@pytest.fixture(scope="module")
def shelf(app: Flask) -> Iterator[Cards]:
    with app.app_context():
        yield Cards(app.jinja_env, lambda code: "North Carolina")


def hit_of(clinic: Clinic, **changes: Any) -> Hit:
    return Hit.model_validate({"clinic": clinic, "distance_miles": 3.25, "via": "distance", **changes})


def plain(app: Flask, number: int, hit: Hit, query: Query) -> str:
    """The card as the template renders it by itself."""
    module: Any = app.jinja_env.get_template("_card.html").module
    shown = card(number, hit, query, lambda code: "North Carolina")
    far = (
        module.far_known(shown.distance, shown.distance_reason)
        if shown.distance
        else module.far_unknown(shown.why)
    )
    course = course_for(hit, query)
    line = module.course_line(course.line) if course else ""
    reasons = Markup("").join(module.reason(text) for text in shown.reasons[:-2])
    return str(module.card(shown.facts, number, far, line, reasons))


def test_a_filled_card_is_what_the_template_renders(app: Flask, shelf: Cards) -> None:
    for clinic in sample.clinics()[:6]:
        for hit in (
            hit_of(clinic),
            hit_of(clinic, distance_miles=13.0, unstated=("nature",), matched_words=("ridge",)),
            hit_of(clinic, distance_miles=None, via="telehealth"),
        ):
            assert shelf.html("7", hit, QUERY, "build") == plain(app, 7, hit, QUERY)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_source_stays_text(shelf: Cards, text: str) -> None:
    clinic = make_clinic(
        name=text,
        website=f"https://clinic.example/{text}",
        phone="8285550142",
        claims=[make_claim("modality", "kap"), make_claim("nature", "nat_retreat", note=text)],
        remarks=(Remark(topic="screening", text=text, provenance=make_provenance()),),
    )
    page = BeautifulSoup(shelf.html("1", hit_of(clinic), QUERY, f"of {text}"), "html.parser")
    assert page.select_one("h2").get_text() == text
    assert text[1:] in page.select_one(".facts").get_text()
    assert not page.select("script, img, b, [onerror], [onmouseover]")
    assert len(page.select("li.card")) == 1


def test_hostile_words_of_a_search_stay_text(shelf: Cards) -> None:
    query = QUERY.changed(place=make_place(label=HOSTILE[0]))
    hit = hit_of(sample.retreat(), matched_words=(HOSTILE[1],))
    html = shelf.html("1", hit, query, "build")
    assert "<script" not in html
    assert "<img" not in html


def test_a_new_build_brings_new_cards(shelf: Cards) -> None:
    old, new = make_clinic(name="Old Name"), make_clinic(name="New Name")
    assert "Old Name" in shelf.html("1", hit_of(old), QUERY, "one")
    assert "Old Name" in shelf.html("1", hit_of(new), QUERY, "one")
    assert "New Name" in shelf.html("1", hit_of(new), QUERY, "two")


def test_the_course_follows_the_distance(shelf: Cards) -> None:
    hits = (hit_of(sample.drip(), distance_miles=miles) for miles in (2, 40))
    near, far = (shelf.html("1", hit, QUERY.changed(facets={}), "build") for hit in hits)
    assert "Whole course" in near
    assert near.split("Whole course")[1][:120] != far.split("Whole course")[1][:120]


def options(number: int, chosen: int = -1) -> tuple[Option, ...]:
    return tuple(Option("screening", f"code_{n}", f"Label {n}", n == chosen, n) for n in range(number))


def group_of(app: Flask, *, size: int, not_stated: int = 0, is_open: bool = True) -> BeautifulSoup:
    group = Group("screening", "They ask first for", options(size, chosen=1), not_stated, is_open)
    return BeautifulSoup(Filters(app.jinja_env).group(group), "html.parser")


def test_a_long_group_shows_five_and_then_all(app: Flask) -> None:
    page = group_of(app, size=9)
    more = page.select_one("details.more")
    assert more.summary.get_text() == "Show all 9 of They ask first for"
    assert len(page.select("input")) == 9
    assert len(more.select("input")) == 4
    assert not group_of(app, size=6).select("details")


def test_an_option_has_its_label_count_and_tick(app: Flask) -> None:
    page = group_of(app, size=3, not_stated=1)
    assert [box["value"] for box in page.select("input[checked]")] == ["code_1"]
    for box in page.select("input"):
        assert page.select_one(f"label[for='{box['id']}']")
    assert page.select("label")[2].get_text() == "Label 2, 2"
    assert page.select_one(".gone").get_text() == "1 more does not say"
    assert group_of(app, size=1, not_stated=1204).select_one(".gone").get_text() == "1,204 more do not say"


def test_a_rare_group_is_shut_but_named(app: Flask) -> None:
    page = group_of(app, size=2, is_open=False)
    assert page.select_one("details.group > summary").get_text() == "They ask first for"
    assert page.select_one("details.group legend")


def test_a_radio_button_is_not_kept(app: Flask) -> None:
    html = Filters(app.jinja_env).radio(Option("radius", "", "All of <Buncombe>", True))
    box = BeautifulSoup(html, "html.parser").input
    assert (box["type"], box["value"], box["id"]) == ("radio", "", "f-radius-all")
    assert box.has_attr("checked")
    assert "&lt;Buncombe&gt;" in html


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_fills_a_gap_is_escaped(first: str, second: str) -> None:
    stencil = Stencil(Markup("<p title='{}'>{}</p>{}").format(gap("one"), gap("two"), gap("none")))
    page = BeautifulSoup(stencil.fill(one=first, two=second), "html.parser")
    assert [tag.name for tag in page.find_all()] == ["p"]


def test_a_search_never_changes_what_is_kept(shelf: Cards) -> None:
    hit = hit_of(sample.retreat())
    first = shelf.html("1", hit, QUERY, "build")
    shelf.html("2", hit_of(sample.retreat(), matched_words=("x",)), QUERY.changed(facets={}), "build")
    assert shelf.html("1", hit, QUERY, "build") == first
    assert words.NO_PAID_REASON in first
    assert facts(sample.retreat(), "").read in first
