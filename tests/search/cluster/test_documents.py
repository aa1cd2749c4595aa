"""A clinic as a document."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.geo import Point
from finder.mercator import square_of
from finder.model import Address, Clinic
from finder.search.cluster.documents import DEEPEST_ZOOM, document, spot
from finder.search.cluster.mapping import mapping
from finder.search.words import listing_key
from tests.factories import make_claim, make_clinic, make_location, state_only
from tests.search.random_search import random_clinic


def test_everything_that_a_query_asks_is_written_out() -> None:
    clinic = make_clinic(
        "blue-sky-asheville-nc",
        name="Blue Sky",
        claims=[make_claim("modality", "at_home_telehealth", states=("NC", "CO"))],
        former_ids=("old-sky",),
    )
    fields = document(clinic)
    assert fields["facets"][:1] == ["modality=at_home_telehealth"]
    assert "nature=" in fields["facets"]
    assert "modality=" not in fields["facets"]
    assert fields["serves"] == ["CO", "NC"]
    assert (fields["lat"], fields["lng"], fields["state_level"]) == (35.6009, -82.554, 0)
    assert fields["starts"]["first"][:3] == ["b", "bl", "blu"]
    assert fields["starts"]["later"] == ["s", "sk", "sky"]
    assert {"blue", "sky"} <= set(fields["words"]["name"])
    assert fields["tie"] == "blue-sky-asheville-nc"
    assert fields["listing"] == "asheville\tblue sky\tblue-sky-asheville-nc"
    assert Clinic.model_validate_json(fields["record"]) == clinic


def test_a_clinic_known_by_state_only_has_no_point_and_ties_by_its_listing() -> None:
    fields = document(make_clinic(location=state_only()))
    assert fields["state_level"] == 1
    assert not {"point", "lat", "square", "spot", "county"} & set(fields)
    assert fields["tie"] == fields["listing"]


def test_a_word_stands_in_its_best_field_alone() -> None:
    quote = make_claim(grade="confirmed", quote="A river, by the river bank.")
    words = document(make_clinic(name="River", claims=[quote]))["words"]
    assert "river" in words["name"]
    assert "river" not in words["text"]
    assert "bank" in words["text"]


@given(st.randoms(use_true_random=False))
def test_the_mapping_knows_every_field(random) -> None:
    known = mapping()["properties"]
    fields = document(random_clinic(random, 1))
    assert set(fields) <= set(known)
    for group in ("words", "starts"):
        assert set(fields[group]) == set(known[group]["properties"])
    json.dumps(fields, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from(["", "a", "a b", "ab", "é"]), st.text(max_size=4)), max_size=6))
def test_listing_keys_sort_like_the_tuples_they_stand_for(names) -> None:
    clinics = [
        make_clinic(f"c-{n}", name=name, address=Address(city=city, state="NC"))
        for n, (city, name) in enumerate(names)
    ]
    by_key = sorted(clinics, key=lambda clinic: document(clinic)["listing"].encode())
    assert by_key == sorted(clinics, key=listing_key)


@pytest.mark.parametrize(
    ("lat", "lng"),
    [(0.0, 0.0), (0.0, 180.0), (0.0, -180.0), (90.0, 0.0), (-90.0, 45.0), (66.51326044311186, -90.0)],
)
def test_a_point_on_the_edge_of_squares_stays_in_its_own(lat: float, lng: float) -> None:
    """Elasticsearch keeps points in steps of 4.2e-8 and 8.4e-8 degrees."""
    point = Point(lat=lat, lng=lng)
    middle = document(make_clinic(location=make_location(lat, lng)))["square"]
    for step in (-1e-7, 1e-7):
        kept = Point(lat=middle["lat"] + step, lng=middle["lon"] + step)
        for zoom in range(DEEPEST_ZOOM + 1):
            assert square_of(kept, zoom) == square_of(point, zoom)


def test_zero_and_minus_zero_are_one_spot() -> None:
    assert spot(-0.0, 0.0) == spot(0.0, -0.0)


def test_endless_names_and_words_fit_into_a_keyword() -> None:
    endless = make_clinic(name="a" * 70_000, address=Address(city="b" * 70_000, state="NC"))
    fields = document(endless)
    assert all(len(fields[key]) <= 20_000 for key in ("listing", "tie", "name_key"))
    assert all(len(word) <= 8_000 for words in fields["words"].values() for word in words)
