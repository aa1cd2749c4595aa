"""The nouns: what a claim may say and what stands when claims disagree."""

from datetime import date

import pytest
from pydantic import ValidationError

from finder.model import Address, Location
from tests.factories import make_claim, make_clinic, make_location, make_place, make_provenance, state_only


def test_no_claim_means_unknown_not_no() -> None:
    clinic = make_clinic(claims=[])
    assert clinic.said("modality") == {}
    assert not clinic.states_something("modality")
    assert clinic.offers("modality") == frozenset()


def test_a_confirmed_no_beats_a_reported_yes() -> None:
    no = make_claim(grade="confirmed", quote="We do not offer KAP.", says="no")
    clinic = make_clinic(claims=[make_claim(provenance=make_provenance(seen=date(2030, 1, 1))), no])
    assert clinic.said("modality") == {"kap": "no"}
    assert clinic.states_something("modality")
    assert clinic.offers("modality") == frozenset()


def test_among_equal_grades_the_newer_stands_and_then_yes() -> None:
    old_yes = make_claim(provenance=make_provenance(seen=date(2020, 1, 1)))
    new_no = make_claim(says="no", provenance=make_provenance(seen=date(2026, 1, 1)))
    new_yes = make_claim(provenance=make_provenance(seen=date(2026, 1, 1)))
    assert make_clinic(claims=[old_yes, new_no]).said("modality") == {"kap": "no"}
    assert make_clinic(claims=[new_no, new_yes]).said("modality") == {"kap": "yes"}
    assert make_clinic(claims=[new_yes, new_no]).said("modality") == {"kap": "yes"}


def test_decor_neither_offers_nor_states_nature() -> None:
    clinic = make_clinic(claims=[("nature", "nat_decor")])
    assert clinic.said("nature") == {"nat_decor": "yes"}
    assert clinic.offers("nature") == frozenset()
    assert not clinic.states_something("nature")


@pytest.mark.parametrize(
    "changes",
    [
        {"facet": "colour"},
        {"value": "magic"},
        {"detail": "absolute"},
        {"grade": "confirmed"},
        {"quote": "said so"},
    ],
)
def test_a_claim_outside_the_table_or_its_grade_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        make_claim(**changes)


def test_an_exclusion_carries_its_strength() -> None:
    assert make_claim("exclusion", "pregnancy", detail="absolute").detail == "absolute"


def test_a_state_level_location_has_no_point_and_others_have_one() -> None:
    assert state_only().point is None
    with pytest.raises(ValidationError):
        make_location(precision="state")
    with pytest.raises(ValidationError):
        Location(point=None, precision="city", radius_miles=1, method="city")


def test_telehealth_states_come_from_claims_that_say_yes() -> None:
    clinic = make_clinic(
        claims=[
            make_claim("setting", "telehealth", states=("CA", "TX")),
            make_claim("modality", "at_home_telehealth", states=("NY",), says="no"),
        ]
    )
    assert clinic.telehealth_states == {"CA", "TX"}


def test_an_older_yes_that_a_newer_no_overrules_serves_no_state() -> None:
    yes = make_claim(
        "setting", "telehealth", states=("TX",), provenance=make_provenance(seen=date(2020, 1, 1))
    )
    no = make_claim("setting", "telehealth", says="no", grade="confirmed", quote="We see nobody online.")
    assert make_clinic(claims=[yes, no]).telehealth_states == frozenset()
    home = make_claim("modality", "at_home_telehealth", states=("NY",))
    assert make_clinic(claims=[yes, no, home]).telehealth_states == {"NY"}


def test_an_address_is_written_as_far_as_it_is_known() -> None:
    assert Address(state="CO").line() == "CO"
    assert Address(city="Boulder", state="CO").line() == "Boulder, CO"
    full = Address(street="8 Lyman St", unit="Ste 2", city="Westborough", state="MA", postal_code="01581")
    assert full.line() == "8 Lyman St Ste 2, Westborough, MA 01581"


def test_a_clinic_was_seen_when_its_newest_source_was() -> None:
    sources = (make_provenance(seen=date(2024, 5, 1)), make_provenance(seen=date(2026, 5, 1)))
    assert make_clinic(sources=sources).seen == date(2026, 5, 1)


def test_areas_take_the_clinics_inside_and_spots_do_not() -> None:
    assert make_place(kind="county").is_area
    assert not make_place(kind="zip").is_area


def test_nouns_are_frozen_and_strict() -> None:
    with pytest.raises(ValidationError):
        make_clinic().name = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        make_clinic(rating=5)
