"""The whole course: visits, miles and cost, the clinic's own numbers first, all of it labelled."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import DataError
from finder.facets import FACETS
from finder.model import Clinic, Price, Remark
from finder.search.query import Hit, Query
from finder.web.course import Course, course_for, course_of, course_table, courses_of
from finder.web.visits import packages, stated_courses, stated_preparation
from tests.factories import make_claim, make_clinic, make_location, make_place, make_provenance

EXACT = make_location(precision="rooftop", radius_miles=0, method="source")


def price(amount: float, what: str) -> Price:
    return Price(amount_usd=amount, what=what, provenance=make_provenance())


def clinic(*modalities: str, **changes) -> Clinic:
    claims = [make_claim("modality", code) for code in modalities] + changes.pop("more", [])
    return make_clinic(claims=claims, **{"location": EXACT, **changes})


def remark(text: str, topic: str = "screening") -> Remark:
    return Remark(topic=topic, text=text, provenance=make_provenance())


def row(course: Course, label: str) -> str:
    [found] = [row.text for row in course.rows if row.label == label]
    return found


def note(course: Course, label: str) -> str:
    [found] = [row.note for row in course.rows if row.label == label]
    return found


# Trips and miles


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("iv_infusion", "About 6 trips over 2 to 3 weeks, 620 mi in all (estimate)"),
        ("esketamine_nasal", "About 8 trips in the first month, 830 mi in all (estimate)"),
        ("kap", "About 4–5 trips over about 4 weeks, 420–520 mi in all (estimate)"),
        ("im_injection", "About 4 trips, 420 mi in all (estimate)"),
    ],
)
def test_a_course_is_visits_times_the_road_there_and_back(code: str, line: str) -> None:
    course = course_of(clinic(code), 40.0)
    assert course.modality == code
    assert course.line == f"{line}; no driving until the next day."
    assert "40 mi in a straight line × 1.3 for roads × 2 ways" in note(course, "Miles in all")
    assert "Usual: " in note(course, "Visits")


def test_a_coarse_place_gives_a_range_that_says_why() -> None:
    course = course_of(clinic("iv_infusion", location=make_location(radius_miles=6)), 40.0)
    assert row(course, "Miles in all") == "About 530–720 mi"
    assert "40 mi, give or take 6 mi, in a straight line" in note(course, "Miles in all")
    in_town = course_of(clinic("iv_infusion", location=make_location(radius_miles=6)), 2.0)
    assert row(in_town, "Miles in all") == "Up to about 120 mi"
    assert ", up to about 120 mi in all" in in_town.line


def test_a_distance_of_zero_is_a_distance_and_none_is_not() -> None:
    assert row(course_of(clinic("kap"), 0.0), "Miles in all") == "Up to about 1 mi"
    assert "under 1 mi" in note(course_of(clinic("kap"), 0.0), "Miles in all")
    without = course_of(clinic("kap"))
    assert without.line == "About 4–5 visits over about 4 weeks (estimate); no driving until the next day."
    assert "Miles in all" not in [row.label for row in without.rows]


@given(miles=st.floats(0, 500), more=st.floats(0, 500), doubt=st.floats(0, 60))
def test_farther_is_never_less_and_a_range_is_never_upside_down(
    miles: float, more: float, doubt: float
) -> None:
    def figures(distance_miles: float) -> list[int]:
        place = make_location(radius_miles=doubt)
        text = row(course_of(clinic("kap", location=place), distance_miles), "Miles in all")
        numbers = text.lower().removeprefix("up to ").removeprefix("about ").removesuffix(" mi")
        return [int(number.replace(",", "")) for number in numbers.split("–")]

    near, far = figures(miles), figures(miles + more)
    assert near == sorted(near)
    assert near[-1] <= far[-1]


def test_only_treatment_on_site_has_a_course() -> None:
    assert course_of(clinic("at_home_telehealth", "oral_sublingual"), 10.0) is None
    assert course_of(clinic(), 10.0) is None
    assert course_of(clinic(more=[make_claim("modality", "iv_infusion", says="no")]), 10.0) is None


def test_a_clinic_of_several_treatments_names_each() -> None:
    courses = courses_of(clinic("kap", "iv_infusion"), 10.0)
    assert [course.line.partition(":")[0] for course in courses] == ["IV infusion", "KAP"]


# A ride home


def test_a_ride_home_is_the_clinics_word_or_the_general_rule() -> None:
    asked = course_of(clinic("iv_infusion", more=[make_claim("screening", "escort_home_required")]))
    assert asked.line.endswith("; needs a ride home.")
    assert note(asked, "Ride home").startswith("The clinic asks for it.")
    general = course_of(clinic("iv_infusion"))
    assert row(general, "Ride home") == "No driving until the next day"
    assert "Spravato label" in note(general, "Ride home")


# Cost


def test_a_cost_is_told_only_from_a_published_price_and_says_how() -> None:
    course = course_of(
        clinic(
            "iv_infusion", prices=(price(425, "$425 per infusion"), price(300, "$300 initial consultation"))
        )
    )
    assert course.line.endswith(" About $2,550 for 6 infusions at $425, their published price.")
    assert note(course, "Cost").startswith("Estimate. Not included: consultations")
    assert "They publish: $300 initial consultation." in note(course, "Cost")
    silent = course_of(clinic("iv_infusion"))
    assert "$" not in silent.line
    assert row(silent, "Cost") == "Price per session not stated. Ask the clinic."


def test_a_range_of_visits_gives_a_range_of_cost() -> None:
    course = course_of(clinic("kap", prices=(price(400, "$400 per session"),)))
    assert row(course, "Cost").startswith("About $1,600 to $2,000 for 4–5 sessions at $400")


@pytest.mark.parametrize(
    "what",
    [
        "$150 late cancellation charge",
        "$150 initial consultation",
        "one-session drop-in day retreat $150",
        "$150 promotional price",
    ],
)
def test_other_amounts_are_not_multiplied(what: str) -> None:
    assert "not stated" in row(course_of(clinic("kap", prices=(price(150, what),))), "Cost")


def test_a_price_belongs_to_the_treatment_it_names_and_to_none_when_that_is_unclear() -> None:
    both = clinic("kap", "iv_infusion", prices=(price(500, "$500 per infusion"),))
    assert [("$" in course.line) for course in courses_of(both)] == [True, False]
    unclear = clinic("kap", "iv_infusion", prices=(price(500, "$500 per session"),))
    assert not any("$" in course.line for course in courses_of(unclear))


def test_a_published_package_is_told_as_published() -> None:
    prices = (
        price(425, "$425 per one-hour session"),
        price(2000, "$2,000 for five sessions"),
        price(2750, "$2,750 for five sessions with therapy"),
    )
    course = course_of(clinic("iv_infusion", prices=prices))
    assert row(course, "Cost") == "$2,000 to $2,750 for 5 infusions, their published package"
    assert row(course, "Visits") == "About 5 visits"
    two = clinic("iv_infusion", prices=(*prices, price(3500, "$3,500 for nine sessions")))
    assert row(course_of(two), "Cost").startswith("About $2,125 to $3,825 for 5–9 infusions at $425")


# The clinic's own numbers


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("425 dollars per infusion, six over two to three weeks", (6, 6)),
        ("commit to 3-6 infusions", (3, 6)),
        ("$2,000 for five sessions", (5, 5)),
        ("a series of six to eight treatments", (6, 8)),
        ("4–6 IV ketamine infusions within 3 weeks", (4, 6)),
        ("Three ketamine sessions, then a review", (3, 3)),
        ("one injection of vitamins", None),
        ("two failed treatments", None),
        ("at least three prior treatments tried", None),
        ("one to three preparation sessions", None),
        ("two infusions per week", None),
        ("45-60 minute infusions", None),
        ("two hours of monitoring per session", None),
        ("$850 per two-hour session, two-session minimum", None),
        ("0 infusions", None),
        ("9-3 infusions", None),
        ("120 infusions", None),
    ],
)
def test_a_number_of_doses_is_read_from_a_note(text: str, span: tuple[int, int] | None) -> None:
    found = stated_courses(clinic("iv_infusion", remarks=(remark(text),)))
    assert [stated.span for stated in found] == ([] if span is None else [span])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("four to five preparation sessions before dosing", (4, 5)),
        ("at least two preparation meetings first", (2, 2)),
        ("1 prep visit", (1, 1)),
        ("preparation sessions", None),
        ("two meetings with therapist before first dose", None),
    ],
)
def test_preparation_is_read_from_a_note(text: str, span: tuple[int, int] | None) -> None:
    found = stated_preparation(clinic("kap", remarks=(remark(text),)))
    assert (found.span if found else None) == span


def test_the_clinics_own_number_comes_first_and_is_quoted() -> None:
    own = clinic("iv_infusion", remarks=(remark("commit to 3-6 infusions"),))
    course = course_of(own, 40.0)
    assert course.line.startswith("About 3–6 trips, 310–620 mi in all (estimate)")
    assert note(course, "Visits").startswith("Their own number: “commit to 3-6 infusions”.")
    other = clinic("kap", "iv_infusion", remarks=(remark("commit to 3-6 infusions"),))
    assert [row(course, "Visits") for course in courses_of(other)] == [
        "About 3–6 visits",
        "About 4–5 visits over about 4 weeks",
    ]


def test_two_numbers_of_a_clinic_span_a_range_and_are_never_averaged() -> None:
    notes = (remark("series of 4 infusions"), remark("six infusions for pain", "other"))
    assert row(course_of(clinic("iv_infusion", remarks=notes)), "Visits") == "About 4–6 visits"
    one = clinic("iv_infusion", remarks=(remark("1 ketamine session"), remark("course of one")))
    assert row(course_of(one, 10.0), "Visits") == "About 1 visit"
    paid = clinic(
        "iv_infusion", remarks=(remark("course of one"),), prices=(price(99.5, "$99.50 per session"),)
    )
    assert row(course_of(paid), "Cost") == "About $99.50 for 1 infusion at $99.50, their published price"


def test_stated_preparation_widens_the_trips_of_kap_because_some_is_by_video() -> None:
    course = course_of(clinic("kap", remarks=(remark("one to three preparation sessions"),)), 40.0)
    assert course.line.startswith("About 4–8 trips, 420–830 mi in all (estimate)")
    assert "“one to three preparation sessions”, which may be by video" in note(course, "Visits")


def test_nature_and_address_notes_are_not_asked() -> None:
    told = clinic("kap", remarks=(remark("six infusions of tea", "nature"),))
    assert stated_courses(told) == []
    assert packages(told) == []


# A result


def hit(clinic: Clinic, **changes) -> Hit:
    return Hit(clinic=clinic, **{"distance_miles": 10.0, "via": "distance", **changes})


def test_a_result_shows_the_course_of_what_was_asked() -> None:
    both = hit(clinic("iv_infusion", "kap"))
    near = Query(place=make_place(), radius_miles=50)
    assert course_for(both, near).modality == "iv_infusion"
    asked = near.changed(facets={"modality": ("kap",)})
    assert course_for(both, asked).modality == "kap"
    assert course_for(both, near.changed(facets={"modality": ("oral_sublingual",)})) is None


def test_no_miles_from_the_middle_of_an_area_and_no_course_by_telehealth() -> None:
    county = Query(place=make_place(kind="county", counties=("37021",)))
    assert "trips" not in course_for(hit(clinic("kap")), county).line
    assert "trips" in course_for(hit(clinic("kap")), Query(place=make_place(), radius_miles=50)).line
    assert course_for(hit(clinic("kap"), distance_miles=None, via="telehealth"), county) is None
    assert "visits" in course_for(hit(clinic("kap"), distance_miles=None, via="state"), Query()).line


# The table


def test_every_course_is_of_a_treatment_and_names_its_source() -> None:
    table = course_table()
    assert set(table.courses) <= set(FACETS["modality"].offers)
    for usual in table.courses.values():
        assert 1 <= usual.visits[0] <= usual.visits[1]
        assert usual.source
        assert usual.not_counted
    assert 1.2 <= table.road.factor <= 1.4
    assert table.road.source


@pytest.mark.parametrize("text", ["[road", "[road]\nfactor = 9", "", "\ud800"])
def test_a_broken_table_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "course.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError, match=r"course\.toml"):
        course_table(file)
    with pytest.raises(DataError, match=r"absent\.toml"):
        course_table(tmp_path / "absent.toml")


# The real clinics


def test_every_real_clinic_has_a_sober_course(real_build: Path) -> None:
    lines = (real_build / "clinics.jsonl").read_text(encoding="utf-8").splitlines()
    clinics = [Clinic.model_validate_json(line) for line in lines]
    told = {clinic.id: courses_of(clinic, 42.0) for clinic in clinics}
    assert sum(map(bool, told.values())) > 300
    for clinic in clinics:
        for course in told[clinic.id]:
            assert "(estimate)" in course.line
            assert ("$" in course.line) <= bool(clinic.prices)
            assert len(course.line) <= 220
            assert [row.label for row in course.rows] == ["Visits", "Miles in all", "Ride home", "Cost"]
    [genesys] = told["genesys-infusion-center-east-peoria-il"]
    assert "About $2,550 for 6 infusions at $425, their published price." in genesys.line
    assert "six over two to three weeks" in note(genesys, "Visits")
