"""same() and the clusters of `finder match`."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.ingest.match import cluster, match_records
from finder.ingest.same import name_likeness, same
from finder.ingest.traits import (
    Street,
    Traits,
    name_key,
    phone_key,
    site_key,
    street_key,
    traits_of_record,
    unit_key,
)


def record(name="Example Clinic", address="12 Main St", city="Asheville", phone="828-555-0142", **more):
    return {"name": name, "address": address, "city": city, "postal_code": None, "phone": phone, **more}


def verdict(a, b):
    return same(traits_of_record(a), traits_of_record(b))


def test_same_street_and_phone_with_a_related_name_is_one_clinic():
    found = verdict(record(), record(name="Example Clinic of Asheville, LLC", address="12 Main Street"))
    assert found.same is True
    assert found.reason == "same street and phone, related name"


def test_same_street_and_phone_with_unlike_names_is_left_to_a_person():
    assert verdict(record(), record(name="Quartz Dental")).same is None


def test_same_street_and_name_is_one_clinic_whatever_the_phone():
    assert verdict(record(), record(phone="828-555-9999")).same is True


def test_same_phone_and_name_without_an_address_is_one_clinic():
    found = verdict(record(name="Example Ketamine Clinic"), record(address=""))
    assert (found.same, found.reason) == (True, "same phone and name, no other address")


def test_another_address_is_a_sibling_however_alike_the_names():
    found = verdict(record(), record(address="900 Oak Ave"))
    assert found.same is False
    assert "sibling" in found.reason


def test_another_suite_and_another_phone_is_another_clinic():
    a = record(address="12 Main St, Suite 100")
    b = record(address="12 Main St #200", phone="828-555-9999")
    assert verdict(a, b).same is False


def test_a_medical_building_alone_joins_nobody():
    found = verdict(record(), record(name="Quartz Dental", phone="828-555-9999"))
    assert (found.same, found.reason) == (None, "same street, unlike names")


def test_a_phone_alone_joins_nobody():
    found = verdict(record(address=""), record(name="Quartz Dental", address=""))
    assert (found.same, found.reason) == (None, "same phone, unlike names")


def test_two_states_are_two_clinics():
    assert verdict(record(state="NC"), record(state="SC")).same is False


def test_east_main_street_is_not_west_main_street():
    assert verdict(record(address="12 E Main St"), record(address="12 West Main St")).same is False


def test_the_same_street_in_towns_with_other_zips_is_another_address():
    a, b = record(city="Asheville"), record(city="Durham")
    a["postal_code"], b["postal_code"] = "28801", "27701"
    assert verdict(a, b).same is False


def test_seven_digits_are_compared_with_the_end_of_ten():
    assert verdict(record(phone="5550142"), record()).reason == "same street and phone, related name"


def test_records_that_share_nothing_leave_no_decision():
    found = verdict(record(), record(name="Quartz", address="9 Oak", phone="2125550000"))
    assert found.reason == ""


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("435 s. la cienega blv.", Street("435", "la cienega", "s", "")),
        ("221 E. 51st St.", Street("221", "51", "e", "")),
        ("12 Fifth Avenue", Street("12", "5", "", "")),
        ("1S443 Summit Ave, Suite 201", Street("1s443", "summit", "", "201")),
        ("515 Madison Ave, 21st floor", Street("515", "madison", "", "21")),
        ("Suite 4, 88 Main St", Street("88", "main", "", "4")),
        ("2 North Avenue", Street("2", "n", "n", "")),
        ("3312 Teasley Ln, Bldg 100, Ste 105", Street("3312", "teasley", "", "105")),
        ("PO Box 12", Street()),
        ("51st and King", Street()),
        ("", Street()),
    ],
)
def test_streets_are_read(address, street):
    assert street_key(address) == street


@pytest.mark.parametrize(
    ("website", "site"),
    [
        ("https://www.example.org/ketamine", "example.org"),
        ("http://health.example.edu", "example.edu"),
        ("https://www.facebook.com/someclinic", ""),
        ("https://clinic.wixsite.com/home", "clinic.wixsite.com"),
        ("https://wixsite.com", ""),
        ("no site", ""),
        ("", ""),
    ],
)
def test_sites_that_many_share_say_nothing(website, site):
    assert site_key(website) == site


def test_names_phones_and_units_are_folded():
    assert name_key("The Mood Center, LLC") == "mood center"
    assert name_key("The Inc") == "the inc"
    assert phone_key("+1 (828) 555-0142") == "8285550142"
    assert phone_key("310/246-1501 or 310/246-1502") == "3102461501"
    assert phone_key("911") == ""
    assert unit_key("Suite B-38") == unit_key("#B38") == "b38"
    assert name_likeness("arts delicatessen", "art s deli catessen") > 90


def test_match_names_a_cluster_by_its_smallest_id_and_keeps_the_order():
    rows = [record(id="b"), record(name="Quartz", address="9 Oak", phone="", id="c"), record(id="a")]
    assert match_records(rows) == ["a", "c", "a"]


def test_match_takes_records_without_any_field():
    assert match_records([{}, {"id": 7}]) == ["0", "7"]


def test_a_chain_of_likeness_does_not_join_two_that_contradict_each_other():
    a = record(id="a", address="12 Main St")
    b = record(id="b", address="")
    c = record(id="c", address="900 Oak Ave")
    clusters = match_records([a, b, c])
    assert clusters[0] != clusters[2]


def test_a_joining_that_is_refused_says_why():
    rows = [record(), record(address=""), record(address="900 Oak Ave")]
    found = cluster([traits_of_record(row) for row in rows])
    assert any("but within the group" in verdict.reason for _, _, verdict in found.verdicts)


def test_a_crowd_at_one_phone_is_compared_in_reasonable_time():
    rows = [record(name=f"Office {n}", address=f"{n} Main St", id=n) for n in range(400)]
    assert len(set(match_records(rows))) == 400


words = st.sampled_from(["", "Kava Clinic", "Kava Clinic North", "Mood Center", "Mood"])
rows_of_few_words = st.lists(
    st.builds(
        record,
        name=words,
        address=st.sampled_from(["", "12 Main St", "12 Main St Suite 4", "900 Oak Ave"]),
        city=st.sampled_from(["", "Asheville", "Durham"]),
        phone=st.sampled_from(["", "8285550142", "8285550143"]),
        state=st.sampled_from(["", "NC"]),
        website=st.sampled_from(["", "https://a.example", "https://kava.com"]),
    ),
    max_size=9,
)


@given(rows_of_few_words, st.randoms(use_true_random=False))
def test_clusters_do_not_depend_on_the_order_of_records(rows, shuffler):
    for number, row in enumerate(rows):
        row["id"] = f"{number:02}"
    shuffled = rows[:]
    shuffler.shuffle(shuffled)
    first = {row["id"]: found for row, found in zip(rows, match_records(rows), strict=True)}
    second = {row["id"]: found for row, found in zip(shuffled, match_records(shuffled), strict=True)}
    assert first == second


@given(rows_of_few_words)
def test_no_cluster_holds_two_records_that_contradict_each_other(rows):
    traits = [traits_of_record(row) for row in rows]
    for group in cluster(traits).groups:
        assert not any(same(traits[a], traits[b]).same is False for a in group for b in group)


@given(rows_of_few_words)
def test_same_is_symmetric(rows):
    traits = [traits_of_record(row) for row in rows]
    assert all(same(a, b) == same(b, a) for a in traits for b in traits)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    found = traits_of_record(record(name=text, address=text, city=text, phone=text, website=text))
    assert isinstance(found, Traits)


def test_many_records_are_matched_in_a_second():
    random.seed(1)
    rows = [record(name=f"Clinic {n}", address=f"{n} Oak St", phone=f"828{n:07}", id=n) for n in range(3000)]
    assert len(set(match_records(rows))) == 3000
