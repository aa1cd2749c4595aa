"""What is kept of a build to ask about it: whole where it is kept, and never more than so many."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.geo import Point
from finder.model import Clinic
from finder.search.cluster import canary
from finder.search.cluster.canary import Canary
from finder.search.cluster.documents import document
from finder.search.cluster.sample import NOWHERE, Sample, Tally
from finder.search.query import Query
from tests.factories import make_clinic, make_location, state_only
from tests.search.brute_force import BruteForce
from tests.search.random_search import random_clinic

COORDINATE = st.sampled_from([-90.0, -1.5, 0.0, 0.001, 45.0, 90.0])


def some(count: int) -> list[Clinic]:
    random = Random(3)
    return [random_clinic(random, number) for number in range(count)]


def sampled(clinics: list[Clinic], most: int) -> Sample:
    sample = Sample(most)
    for clinic in clinics:
        sample.see(clinic)
    return sample


@given(
    st.lists(st.one_of(st.none(), st.tuples(COORDINATE, COORDINATE)), max_size=40),
    st.integers(min_value=1, max_value=12),
)
def test_a_part_of_the_map_is_kept_whole_and_bounded(points, most) -> None:
    clinics = [
        make_clinic(f"c-{n}", location=make_location(*point) if point else state_only())
        for n, point in enumerate(points)
    ]
    sample = sampled(clinics, most)
    assert len(sample.clinics) <= most
    if sample.box is None:
        assert sample.clinics == clinics and len(clinics) <= most
        return
    placed = [clinic for clinic in clinics if clinic.location.point is not None]
    assert sample.clinics == [
        clinic for clinic in placed if sample.box.contains(clinic.location.point or Point(lat=0, lng=0))
    ]
    crowds = [[clinic.location.point for clinic in placed].count(c.location.point) for c in placed]
    assert sample.clinics or not placed or max(crowds) > most or sample.box != NOWHERE


@pytest.mark.parametrize("most", [20, 60])
def test_of_many_clinics_a_good_part_stays(most: int) -> None:
    sample = sampled([clinic for clinic in some(3000) if clinic.location.point is not None], most)
    assert most // 8 < len(sample.clinics) <= most


def test_a_crowd_at_one_point_leaves_nothing() -> None:
    sample = sampled([make_clinic(f"c-{n}") for n in range(9)], most=5)
    assert (sample.box, sample.clinics) == (NOWHERE, [])


def test_a_tally_counts_what_a_search_for_everything_counts() -> None:
    clinics, tally = some(200), Tally()
    for clinic in clinics:
        tally.add(document(clinic))
    found = BruteForce(clinics).search(Query())
    assert (tally.total, tally.counts()) == (found.total, found.counts)


@pytest.mark.parametrize("most", [50, 2000])
def test_no_question_of_a_canary_needs_a_clinic_that_it_did_not_keep(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "MOST_COMPARED", most)
    clinics, bird = some(1000), Canary()
    for clinic in clinics:
        bird.see(clinic, document(clinic))
    kept, whole = BruteForce(bird.kept), BruteForce(clinics)
    asked = list(bird.questions())
    assert len(asked) > 20 and any(query.place for query in asked)
    for query in asked:
        assert canary.difference(whole.search(query), kept.search(query)) == ""
    assert any(whole.search(query).hits for query in asked)
