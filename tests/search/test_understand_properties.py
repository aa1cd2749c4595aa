"""Whatever is typed is understood somehow, and a link leads back to the query it was made from."""

from functools import cache
from string import ascii_lowercase, printable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.facets import FACETS
from finder.geo import Box
from finder.model import Place
from finder.search.query import MAX_DEPTH, Query
from finder.search.request import query_params, read_request
from finder.search.understand import understand
from finder.settings import Settings
from finder.text import fold, tokens
from tests.search.understanding import explainer, understood

QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_TYPED_WORDS = """ketamine kap iv near me in or md pa va portland maine new york st paul ashville 28801 50
miles within no not referral nature spravato klarisana , ( ) " ' - . & + state county area the greater"""
TYPED = st.sampled_from(_TYPED_WORDS.split())


@QUICK
@given(st.text(max_size=300) | st.lists(TYPED, max_size=30).map(" ".join) | st.text(printable, max_size=80))
def test_any_text_is_understood(text):
    found = understood(text)
    query = found.understood
    assert all(word == fold(word) and tokens(word) == [word] for word in query.words)
    assert (found.query is None) == (found.asks == "place")
    assert not found.asks or query.place is None
    if query.radius_miles is not None and query.place is None:
        assert found.asks == "place"
    assert found.query is None or found.query == query
    for note in found.notes:
        assert note.step and note.text


@QUICK
@given(st.lists(st.sampled_from(["kap", "ketamine", "spravato", "iv", "cost"]), max_size=4))
def test_near_me_and_a_radius_without_a_place_always_ask(typed):
    for said in ("near me", "within 25 miles"):
        found = understood(" ".join([*typed, said]))
        assert found.query is None and found.asks == "place"
    assert not understood(" ".join(typed)).asks


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE clinics; --",
        "name:kap AND (city:denver OR *:*) ~2 ^3 [a TO b]",
        '\\"\\" {"query": {"match_all": {}}}',
        "<script>alert(1)</script>",
        "🙂🙃 👩🏽‍⚕️ ketamine",
        "\x00\x01\x1b[31m\u202eketamine\udce4",
        "%00%0a%20../../etc/passwd",
        "ＫＡＰ ｄｅｎｖｅｒ",
        "K" * 10_000,
        "san " * 3000,
        "1" * 10_000,
        '"' * 201,
        ",,,,;;;((()))",
    ],
)
def test_hostile_text_is_only_text(text):
    assert all(word.isalnum() and word.isascii() for word in understood(text).understood.words)


@cache
def places() -> list[Place]:
    """A few hundred places of all kinds, with labels that mean others too."""
    gazetteer = explainer().gazetteer
    pairs = [a + b for a in ascii_lowercase for b in "aeiou"]
    known = {place.id: place for start in pairs for place in gazetteer.suggest(start, 4)}
    for text in ("28801", "00501", "99501", "Buncombe County, NC", "Colorado", "PR", "WNC", "Bay Area"):
        if (place := gazetteer.resolve(text).place) is not None:
            known[place.id] = place
    for place_id in ("state:NY", "state:WA", "state:DC", "state:GA", "metro:27260", "city:4722242"):
        if (other := gazetteer.get(place_id)) is not None:
            known[place_id] = other
    return [place for place in known.values() if place.kind != "point"]


def test_the_name_in_a_link_leads_back_to_the_place():
    lost = [place.label for place in places() if understood(near=_near(place)).understood.place != place]
    assert not lost


def _near(place: Place) -> str:
    query = Query(place=place, radius_miles=50)
    return dict(query_params(query, Settings(), explainer().gazetteer))["near"]


FACET_CHOICES = st.fixed_dictionaries(
    {},
    optional={
        code: st.lists(st.sampled_from(facet.offers), unique=True, min_size=1).map(tuple)
        | st.just(facet.offers)
        for code, facet in FACETS.items()
    },
)
DEGREES = st.floats(-89, 89, allow_nan=False).map(lambda degrees: round(degrees, 4))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    spot = understood(lat=35.61, lng=-82.55).understood.place
    place = draw(st.none() | st.just(spot) | st.sampled_from(places()))
    south, north = sorted((draw(DEGREES), draw(DEGREES)))
    box = draw(st.none() | st.just(Box(south=south, west=draw(DEGREES), north=north, east=draw(DEGREES))))
    radius = draw(st.none() | st.floats(1, 500).map(lambda miles: round(miles, 3)) | st.just(50.0))
    if place is not None and not place.is_area and box is None:
        radius = radius or 50.0
    if place is None and box is None:
        radius = None
    size = draw(st.integers(1, 100))
    words = draw(st.lists(st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True), max_size=6))
    return Query(
        words=tuple(words),
        facets=draw(FACET_CHOICES),
        include_unstated=draw(st.booleans()),
        place=place,
        radius_miles=radius,
        box=box,
        state_level_only=draw(st.booleans()),
        sort=draw(st.sampled_from(["nearest", "match"])),
        page=draw(st.integers(1, min(50, MAX_DEPTH // size))),
        size=size,
    )


@QUICK
@given(queries())
def test_a_link_leads_back_to_the_query_it_was_made_from(query):
    parts = explainer()
    lists: dict[str, list[str]] = {}
    for name, value in query_params(query, parts.settings, parts.gazetteer):
        lists.setdefault(name, []).append(value)
    found = understand(read_request(lists), parts.gazetteer, parts.lexicon, parts.settings)
    assert found.query is not None or found.crisis
    if not found.crisis:
        assert found.query == query
