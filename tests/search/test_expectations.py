"""Written by hand, clinic by clinic: what the reference engine and ours both take from the nouns."""

from datetime import date

import pytest

from finder.geo import Box, Point
from finder.model import Address, Clinic, Remark
from finder.search.query import Circle, Query, Region
from finder.search.words import word_weights
from tests.factories import make_claim, make_clinic, make_place, make_provenance, state_only
from tests.search.brute_force import BruteForce

TEXAS = make_place(31, -99, kind="state", id="state:TX", name="Texas", state="TX", states=("TX",))
OLD = make_provenance(seen=date(2020, 1, 1))


def texan(id: str, *claims: object) -> Clinic:
    return make_clinic(id, address=Address(state="TX"), location=state_only(), claims=list(claims))


CLINICS = [
    texan("says-yes", make_claim()),
    texan("says-no", make_claim(says="no")),
    texan("no-overrules-yes", make_claim(provenance=OLD), make_claim(says="no")),
    texan("yes-overrules-no", make_claim(provenance=OLD, says="no"), make_claim()),
    texan("confirmed-no", make_claim(), make_claim(says="no", grade="confirmed", quote="No KAP.")),
    texan("another-treatment", make_claim(value="iv_infusion")),
    texan("says-nothing"),
    texan("decor-only", make_claim("nature", "nat_decor")),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(facets={"modality": ("kap",)}), {"says-yes", "yes-overrules-no"}),
        (
            Query(facets={"modality": ("kap",)}, include_unstated=True),
            {"says-yes", "yes-overrules-no", "says-nothing", "decor-only"},
        ),
        (Query(facets={"nature": ("nat_garden_space",)}), set()),
        (
            Query(facets={"nature": ("nat_garden_space",)}, include_unstated=True),
            {clinic.id for clinic in CLINICS},
        ),
    ],
)
def test_what_is_stated_and_offered(query: Query, expected: set[str]) -> None:
    assert {hit.clinic.id for hit in BruteForce(CLINICS).search(query).hits} == expected


def test_only_a_standing_yes_serves_a_state() -> None:
    yes = make_claim("modality", "at_home_telehealth", states=("TX",), provenance=OLD)
    no = make_claim("modality", "at_home_telehealth", says="no")
    video = make_claim("setting", "telehealth", states=("TX",))
    clinics = [make_clinic("serves", claims=[yes]), make_clinic("stopped", claims=[yes, no, video])]
    found = BruteForce(clinics).search(Query(place=TEXAS, facets={"modality": ("at_home_telehealth",)}))
    assert [(hit.clinic.id, hit.via) for hit in found.hits] == [("serves", "telehealth")]
    assert clinics[1].telehealth_states == {"TX"}


def test_a_word_is_worth_its_best_field() -> None:
    remark = Remark(topic="other", text="Harbor view, quiet", provenance=make_provenance())
    clinic = make_clinic(name="Harbor Clinic", other_names=("Pier",), claims=[], remarks=(remark,))
    weights = word_weights(clinic)
    assert weights == {
        "harbor": 8,
        "clinic": 8,
        "pier": 8,
        "asheville": 4,
        "view": 1,
        "quiet": 1,
    }


def test_where_a_query_looks() -> None:
    town, box = make_place(), Box(south=35, west=-83, north=36, east=-82)
    center = Point(lat=35.6009, lng=-82.554)
    assert Query(place=town, radius_miles=5).area == Circle(center=center, radius_miles=5)
    assert Query(place=TEXAS).area == Region(states=("TX",))
    assert Query(place=TEXAS, radius_miles=5).area == Circle(center=TEXAS.point, radius_miles=5)
    assert Query(place=town, radius_miles=5, box=box).area == box
    assert Query(place=town, radius_miles=5, state_level_only=True).area == Region(states=("NC",))
    assert Query().area is None
