"""The steps one by one: what they change, what they refuse, and that nothing changes twice."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.errors import Rejected
from finder.geo import Point
from finder.ingest.pipeline import STEPS
from finder.ingest.source import Desk
from finder.ingest.tidy import tidy_name
from finder.model import Address, Listing, Location, Remark
from finder.places import Gazetteer
from tests.factories import make_claim, make_listing, make_provenance

Through = Callable[..., Listing]


@pytest.fixture
def through(desk: Desk) -> Through:
    def through(name: str = "Example Clinic", **changes: Any) -> Listing:
        listing = make_listing(name, **changes)
        for step in STEPS:
            listing = step(listing, desk)
        return listing

    return through


def said(desk: Desk) -> list[tuple[str, str]]:
    return [(problem.field, problem.problem) for problem in desk.take_problems()]


def source_point(lat: float, lng: float) -> Location:
    return Location(point=Point(lat=lat, lng=lng), precision="rooftop", radius_miles=0.05, method="source")


def test_texts_become_one_clean_line_and_repeated_remarks_one(through: Through) -> None:
    notes = [Remark(topic="other", text=text, provenance=make_provenance()) for text in ("a  b", "a b", "\0")]
    listing = through(" Body\u00e2\u20ac\u2122s Mind, ", hours="Mon\n 9-5", remarks=notes)
    assert (listing.name, listing.hours) == ("Body's Mind", "Mon 9-5")
    assert [remark.text for remark in listing.remarks] == ["a b"]


@pytest.mark.parametrize("name", ["", "---", "x" * 151])
def test_a_row_without_a_name_is_rejected(desk: Desk, name: str) -> None:
    with pytest.raises(Rejected, match="name: ") as caught:
        tidy_name(make_listing(name), desk)
    assert caught.value.field == "name"


def test_a_phone_or_website_that_is_none_is_reported_with_its_text(through: Through, desk: Desk) -> None:
    listing = through(phone="call us", website="soon!")
    assert (listing.phone, listing.website) == ("", "")
    assert [(one.field, one.value) for one in desk.take_problems()] == [
        ("phone", "call us"),
        ("website", "soon!"),
    ]


def test_what_is_dropped_from_a_phone_is_reported(through: Through, desk: Desk) -> None:
    assert through(phone="828-555-0142 ext. 7").phone == "8285550142"
    assert said(desk) == [("phone", "only 8285550142 was kept, not ext. 7")]


def test_the_unit_leaves_the_street_and_the_state_leaves_the_city(through: Through) -> None:
    listing = through(address=Address(street="8 Lyman St., Suite 2", city="Westborough, MA", state="MA"))
    assert listing.address == Address(street="8 Lyman St.", unit="Suite 2", city="Westborough", state="MA")


@pytest.mark.parametrize("city", ["N/A", "none", " , "])
def test_a_city_that_says_nothing_is_none(through: Through, city: str, desk: Desk) -> None:
    listing = through(address=Address(city=city, state="MA"))
    assert listing.address.city == ""
    assert listing.location is not None and listing.location.precision == "state"
    assert not desk.problems


def test_a_city_in_capitals_is_written_as_the_gazetteer_does(through: Through) -> None:
    assert through(address=Address(city="ASHEVILLE", state="NC")).address.city == "Asheville"


def test_city_and_state_give_a_city_level_place(through: Through) -> None:
    location = through().location
    assert location is not None and location.point is not None
    assert (location.precision, location.method, location.county) == ("city", "city", "37021")
    assert location.radius_miles > 0


def test_a_zip_gives_a_zip_level_place(through: Through) -> None:
    location = through(address=Address(city="Asheville", state="NC", postal_code="28801")).location
    assert location is not None and (location.precision, location.method) == ("zip", "zip")
    assert location.county == "37021"


def test_a_state_alone_has_no_point(through: Through) -> None:
    location = through(address=Address(state="CO")).location
    assert location is not None and (location.precision, location.point) == ("state", None)


def test_a_city_that_is_in_another_state_is_reported_and_its_text_kept(through: Through, desk: Desk) -> None:
    listing = through(address=Address(city="Asheville", state="WY"))
    assert listing.address.city == "Asheville"
    assert listing.location is not None and listing.location.precision == "state"
    assert said(desk) == [("city", "is no place in WY that we know")]


def test_a_zip_of_another_state_is_dropped_and_the_state_stands(through: Through, desk: Desk) -> None:
    listing = through(address=Address(city="Denver", state="CO", postal_code="28801"))
    assert listing.address.postal_code == ""
    assert listing.location is not None and listing.location.precision == "city"
    assert said(desk) == [
        ("postal_code", "ZIP 28801 is in NC, the row says CO; the ZIP was dropped"),
    ]


def test_a_zip_far_from_its_city_is_dropped(through: Through, desk: Desk) -> None:
    assert (
        through(address=Address(city="Charlotte", state="NC", postal_code="28801")).address.postal_code == ""
    )
    assert "miles from Charlotte, NC" in said(desk)[0][1]


def test_an_unknown_zip_is_kept_and_reported(through: Through, desk: Desk) -> None:
    listing = through(address=Address(city="Asheville", state="NC", postal_code="00000"))
    assert listing.address.postal_code == "00000"
    assert listing.location is not None and listing.location.precision == "city"
    assert said(desk)[0][0] == "postal_code"


def test_the_source_point_is_taken_with_its_county(through: Through) -> None:
    listing = through(location=source_point(35.5951, -82.5515))
    assert listing.location is not None
    assert (listing.location.method, listing.location.precision) == ("source", "rooftop")
    assert listing.location.county == "37021"


@pytest.mark.parametrize(
    ("lat", "lng", "why"),
    [
        (0, 0, "null point"),
        (35.5951, 82.5515, "lies near"),
        (39.7392, -104.9903, "lies near Denver"),
        (36.0, -78.9, "more than 25 km from Asheville"),
    ],
    ids=["null island", "sign lost", "another state", "far from its city"],
)
def test_a_source_point_that_cannot_be_is_refused(
    through: Through, desk: Desk, lat: float, lng: float, why: str
) -> None:
    listing = through(location=source_point(lat, lng))
    assert listing.location is not None and listing.location.precision == "city"
    assert why in said(desk)[0][1]


def test_a_source_point_close_over_the_border_is_believed(through: Through, desk: Desk) -> None:
    kansas_city = Address(state="MO")
    listing = through(address=kansas_city, location=source_point(39.0997, -94.6075))
    assert listing.location is not None and listing.location.method == "source"
    assert not desk.problems


@pytest.mark.parametrize(("lat", "lng", "state"), [(51.88, -176.658, "AK"), (13.4745, 144.75, "GU")])
def test_points_at_the_far_ends_of_the_country_are_believed(
    through: Through, lat: float, lng: float, state: str
) -> None:
    listing = through(address=Address(state=state), location=source_point(lat, lng))
    assert listing.location is not None and listing.location.method == "source"


def test_a_pole_is_in_no_state(through: Through, desk: Desk) -> None:
    listing = through(address=Address(state="AK"), location=source_point(90, 0))
    assert listing.location is not None and listing.location.precision == "state"


def test_notes_become_claims_prices_and_an_age(through: Through) -> None:
    notes = [
        Remark(topic=topic, text=text, provenance=make_provenance())
        for topic, text in [
            ("screening", "referral required"),
            ("screening", "must be 21 or older"),
            ("price", "$450 per infusion"),
            ("nature", "forest bathing"),
        ]
    ]
    listing = through(remarks=notes, claims=[make_claim("screening", "referral_required")])
    referral = [claim for claim in listing.claims if claim.value == "referral_required"]
    assert len(referral) == 1 and referral[0].note == ""
    assert [price.amount_usd for price in listing.prices] == [450]
    assert listing.min_age == 21
    assert not [claim for claim in listing.claims if claim.facet == "nature"]


def test_notes_read_twice_say_everything_once(through: Through, desk: Desk) -> None:
    said = [
        ("price", "$450 per infusion"),
        ("price", "$450 per infusion"),
        ("screening", "adults 18 and older"),
    ]
    notes = [Remark(topic=topic, text=text, provenance=make_provenance()) for topic, text in said]
    once = through(remarks=notes)
    again = once
    for step in STEPS:
        again = step(again, desk)
    assert again == once
    assert len(once.prices) == 1 and len(once.remarks) == 2


def test_a_town_in_no_state_is_rejected_not_looked_up(through: Through) -> None:
    with pytest.raises(Rejected, match="no US state"):
        through(address=Address(city="DENVER", state="XX"))


def test_a_state_that_is_none_is_rejected(desk: Desk) -> None:
    with pytest.raises(Rejected, match="no US state"):
        STEPS[-1](make_listing(address=Address(state="XX")), desk)
    with pytest.raises(Rejected, match="location"):
        STEPS[-1](make_listing(), desk)


TEXT = st.text(max_size=40)
LISTINGS = st.builds(
    make_listing,
    TEXT,
    phone=TEXT,
    website=TEXT,
    hours=TEXT,
    address=st.builds(
        Address,
        street=TEXT | st.sampled_from(["8 Lyman St., Suite 2", "1 A St #3"]),
        city=TEXT | st.sampled_from(["ASHEVILLE", "St. Louis, MO", "Denver"]),
        state=st.sampled_from(["NC", "MO", "CO", "PR", "XX"]),
        postal_code=st.sampled_from(["", "28801", "63101", "00000"]),
    ),
    location=st.none()
    | st.builds(source_point, st.floats(-90, 90), st.floats(-180, 180))
    | st.just(source_point(35.6, -82.55)),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listing=LISTINGS)
def test_the_steps_reject_or_settle(listing: Listing, places: Gazetteer) -> None:
    desk = Desk(places)

    def passed(listing: Listing) -> Listing | None:
        try:
            for step in STEPS:
                listing = step(listing, desk)
        except Rejected:
            return None
        return Listing.model_validate(listing.model_dump())

    once = passed(listing)
    assert once is None or passed(once) == once
