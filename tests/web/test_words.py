from datetime import date

import pytest

from finder.model import Address, Price
from finder.search.query import Hit, Query
from finder.web import words
from tests.factories import make_clinic, make_location, make_place, make_provenance, state_only

ASHEVILLE = make_place()


def hit(miles: float | None, *, via: str = "distance", city: str = "Asheville", **location: object) -> Hit:
    clinic = make_clinic(address=Address(city=city, state="NC"), location=make_location(**location))
    return Hit.model_validate({"clinic": clinic, "distance_miles": miles, "via": via})


@pytest.mark.parametrize(("count", "says"), [(0, "No clinics"), (1, "1 clinic"), (1204, "1,204 clinics")])
def test_counts_are_said_in_words(count: int, says: str) -> None:
    assert words.clinics(count) == says


def test_dates_and_phones_look_american() -> None:
    assert words.day(date(2026, 11, 2)) == "Nov 2, 2026"
    assert words.phone("8285550142") == "(828) 555-0142"
    assert words.phone("") == ""
    assert words.phone("12") == "12"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "a", "", "http://[1"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert words.safe_url(url) == ""
    assert words.host(url) == ""


def test_web_addresses_stay_as_they_are() -> None:
    assert words.safe_url("https://www.a.example/b?c=d") == "https://www.a.example/b?c=d"
    assert words.host("https://www.a.example/b") == "a.example"


def test_an_exact_distance_is_said_exactly() -> None:
    exact = {"precision": "rooftop", "radius_miles": 0.0, "method": "source"}
    assert words.distance(hit(3.24, **exact), ASHEVILLE) == ("3.2 mi", "from its address")
    assert words.distance(hit(0.4, **exact), ASHEVILLE) == ("under 1 mi", "from its address")
    assert words.distance(hit(31.6, **exact), ASHEVILLE) == ("32 mi", "from its address")


def test_a_coarse_distance_is_a_range_with_its_reason() -> None:
    coarse = {"precision": "zip", "radius_miles": 3.0, "method": "zip"}
    assert words.distance(hit(15.2, **coarse), ASHEVILLE) == ("about 12–18 mi", "from ZIP code")
    assert words.distance(hit(3.0, **coarse), ASHEVILLE) == ("about 1–6 mi", "from ZIP code")


def test_a_clinic_of_the_same_town_is_in_town() -> None:
    assert words.distance(hit(0.0), ASHEVILLE) == ("in town", "street not stated")


def test_a_clinic_of_another_town_within_the_doubt_is_not_called_in_town() -> None:
    assert words.distance(hit(4.0, city="Woodfin"), ASHEVILLE) == ("within 11 mi", "street not stated")
    assert words.distance(hit(4.0, city=""), ASHEVILLE)[0] == "within 11 mi"
    assert words.distance(hit(4.0), None)[0] == "within 11 mi"


def test_without_a_distance_none_is_said() -> None:
    assert words.distance(hit(None, via="telehealth"), ASHEVILLE) == ("", "")
    assert "telehealth" in words.why(hit(None, via="telehealth"), "North Carolina")
    somewhere = Hit(clinic=make_clinic(location=state_only()), distance_miles=None, via="state")
    assert words.why(somewhere, "North Carolina") == "Where in North Carolina is not stated"
    assert words.why(hit(2.0), "North Carolina") == ""


def test_the_heading_says_the_search_again() -> None:
    near = Query(place=ASHEVILLE, radius_miles=50)
    state = make_place(id="state:NC", kind="state", name="North Carolina", label="North Carolina")
    assert words.heading(near, 3) == "3 clinics within 50 miles of Asheville, NC"
    assert words.heading(near.changed(radius_miles=1), 0) == "No clinics found within 1 mile of Asheville, NC"
    assert words.heading(Query(place=state), 2) == "2 clinics in North Carolina"
    assert (
        words.heading(Query(place=state, state_level_only=True), 2) == "2 clinics somewhere in North Carolina"
    )
    assert words.heading(Query(), 9) == "9 clinics in the United States"
    box = {"south": 1, "west": 1, "north": 2, "east": 2}
    assert words.heading(Query.model_validate({"box": box}), 9) == "9 clinics in this map area"


def test_the_order_is_said() -> None:
    near = Query(place=ASHEVILLE, radius_miles=50)
    assert words.order(near) == "Sorted by distance."
    assert words.order(Query()) == "Listed by city."
    assert words.order(near.changed(words=("a",), sort="match")).endswith("match, then by distance.")
    assert words.order(Query(words=("a",), sort="match")).endswith("match.")


def test_it_is_said_when_no_clinic_of_the_list_publishes_a_price() -> None:
    dear = Price(amount_usd=480, what="per infusion", provenance=make_provenance())
    silent, open_ = (
        Hit(clinic=make_clinic(prices=prices), distance_miles=1, via="distance") for prices in ((), (dear,))
    )
    query = Query(place=ASHEVILLE, radius_miles=50, sort="price")
    assert words.order(query, (silent,)) == (
        "None of these publishes a price per session, so they are sorted by distance."
    )
    assert words.order(query, (open_, silent)).startswith("Sorted by published price")
    assert words.order(query.changed(page=2), (silent,)).startswith("Sorted by published price")


def test_a_clinic_without_a_town_shows_its_state() -> None:
    assert words.place_line(make_clinic(), "North Carolina") == "Asheville, NC"
    assert words.place_line(make_clinic(address=Address(state="NC")), "North Carolina") == "North Carolina"


def test_every_kind_of_source_has_words() -> None:
    for kind in words.SOURCE_WORDS:
        assert words.source(make_provenance(kind=kind)).endswith(", Nov 22, 2026")
        assert words.brief_source(make_provenance(kind=kind)).endswith(", Nov 22, 2026")
