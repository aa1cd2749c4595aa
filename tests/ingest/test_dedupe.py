"""Listings become clinics: who merges, under which id, and that order never matters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.geo import Point
from finder.ingest.dedupe import merge_listings, slug
from finder.model import Address, Location, Price, Remark
from tests.factories import make_claim, make_listing, make_location, make_provenance

TULSA = Address(city="Tulsa", state="OK")
ONLY_OK = Address(state="OK")


def listing(ref, name="Parkside Clinic", address=TULSA, **changes):
    said = {key: changes.pop(key) for key in ("source", "kind", "seen") if key in changes}
    return make_listing(name, provenance=make_provenance(ref=ref, **said), address=address, **changes)


def ids(merged):
    return [clinic.id for clinic in merged.clinics]


def verdicts(merged):
    return [(one.verdict, one.reason) for one in merged.decisions]


def test_the_same_place_seen_twice_is_one_clinic_with_its_reason():
    merged = merge_listings([listing("1"), listing("2")], {})
    assert ids(merged) == ["parkside-clinic-tulsa-ok"]
    assert merged.clinics[0].merge_reasons == ("seed|1 and seed|2: same name and town, nothing against it",)
    assert [source.ref for source in merged.clinics[0].sources] == ["1", "2"]
    assert merged.decisions[0].a == "seed|1"


def test_the_name_may_repeat_the_town():
    merged = merge_listings([listing("1", "Parkside Clinic - Tulsa"), listing("2")], {})
    assert len(merged.clinics) == 1
    assert merged.clinics[0].other_names == ("Parkside Clinic",)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"address": Address(city="Moore", state="OK")}, "different"),
        ({"phone": "9185550101"}, "review"),
        ({"website": "https://other.example.com"}, "review"),
        ({"name": "Parkside Clinic North"}, "review"),
    ],
)
def test_what_speaks_against_a_merge_is_heard(changes, verdict):
    first = listing("1", phone="9185550100", website="https://parkside.com")
    merged = merge_listings([first, listing("2", **changes)], {})
    assert len(merged.clinics) == 2
    assert [one.verdict for one in merged.decisions] == [verdict]


def test_the_same_name_in_two_states_is_two_clinics():
    rows = [listing("1", phone="9185550100"), listing("2", address=Address(state="TX"), phone="9185550100")]
    merged = merge_listings(rows, {})
    assert len(merged.clinics) == 2
    assert verdicts(merged) == [("different", "another state")]


def test_sibling_locations_of_one_website_are_never_merged():
    names = ["Ember - Chelsea", "Ember - Upper East Side"]
    rows = [listing(name, name, website="https://ember.com") for name in names]
    merged = merge_listings(rows, {})
    assert len(merged.clinics) == 2
    assert verdicts(merged) == [("different", "same website, but each name has a word of its own")]


def test_a_row_known_by_state_joins_a_town_by_website_and_name_only():
    town = listing("1", website="https://parkside.com")
    assert len(merge_listings([town, listing("2", address=ONLY_OK)], {}).clinics) == 2
    joined = merge_listings([town, listing("2", address=ONLY_OK, website="https://parkside.com/faq")], {})
    assert len(joined.clinics) == 1
    assert joined.clinics[0].address.city == "Tulsa"
    other = listing("2", "Parkside Spa", ONLY_OK, website="https://parkside.com")
    assert verdicts(merge_listings([town, other], {})) == [("review", "known by state only, same website")]


def test_a_row_known_by_state_that_fits_two_towns_joins_neither():
    site = {"website": "https://parkside.com"}
    rows = [
        listing("1", **site),
        listing("2", address=Address(city="Moore", state="OK"), **site),
        listing("3", address=ONLY_OK, **site),
    ]
    merged = merge_listings(rows, {})
    assert len(merged.clinics) == 3
    assert ("review", "known by state only, fits several places") in verdicts(merged)


def test_a_clinic_keeps_the_id_that_a_source_had():
    merged = merge_listings([listing("1", "New Name"), listing("2", "Another")], {"seed|1": "old-name-ok"})
    assert ids(merged) == ["another-tulsa-ok", "old-name-ok"]


def test_the_id_that_a_merge_ends_redirects_and_goes_on_redirecting():
    before = {"seed|1": "a-ok", "seed|2": "b-ok", "seed|3": "b-ok"}
    rows = [listing("1"), listing("2"), listing("3")]
    merged = merge_listings(rows, before)
    assert [(clinic.id, clinic.former_ids) for clinic in merged.clinics] == [("b-ok", ("a-ok",))]
    again = merge_listings(rows, dict.fromkeys(before, "b-ok"), {"b-ok": ("a-ok",)})
    assert again.clinics == merged.clinics


def test_when_a_clinic_is_parted_the_first_keeps_the_id():
    before = {"seed|1": "a-ok", "seed|2": "a-ok"}
    rows = [listing("1"), listing("2", address=Address(city="Moore", state="OK"))]
    merged = merge_listings(rows, before)
    assert ids(merged) == ["a-ok", "parkside-clinic-moore-ok"]
    assert all(clinic.former_ids == () for clinic in merged.clinics)


def test_equal_slugs_are_numbered_in_the_order_of_refs_and_never_take_a_held_id():
    rows = [listing(str(n), phone=f"918555010{n}") for n in (1, 2, 3)]
    assert ids(merge_listings(rows, {})) == [
        "parkside-clinic-tulsa-ok",
        "parkside-clinic-tulsa-ok-2",
        "parkside-clinic-tulsa-ok-3",
    ]
    held = merge_listings(rows, {"seed|3": "parkside-clinic-tulsa-ok"})
    assert [clinic.sources[0].ref for clinic in held.clinics] == ["3", "1", "2"]


def test_a_new_clinic_takes_no_id_that_redirects_elsewhere():
    rows = [listing("1", phone="9185550101"), listing("2", phone="9185550102")]
    merged = merge_listings(rows, {"seed|1": "kept-ok"}, {"kept-ok": ("parkside-clinic-tulsa-ok",)})
    assert ids(merged) == ["kept-ok", "parkside-clinic-tulsa-ok-2"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_every_name_gives_a_valid_id(name, city):
    merged = merge_listings([listing("1", name, Address(city=city, state="OK"))], {})
    assert ids(merged)[0] == slug(name, Address(city=city, state="OK"))


def test_the_clinics_own_page_is_believed_over_news_and_the_newer_over_the_older():
    rows = [
        listing("1", "Parkside clinic", kind="news", seen=date(2026, 12, 1), phone="9185550100"),
        listing("2", "PARKSIDE CLINIC", seen=date(2026, 1, 1), hours="Mon 9-5", min_age=18),
        listing("3", "Parkside Clinic, LLC", seen=date(2026, 2, 1), hours="Mon 8-4", status="open"),
    ]
    clinic = merge_listings(rows, {}).clinics[0]
    assert (clinic.name, clinic.hours, clinic.phone) == ("Parkside Clinic, LLC", "Mon 8-4", "9185550100")
    assert {field: said.ref for field, said in clinic.provenance.items()} == {
        "name": "3",
        "address": "3",
        "hours": "3",
        "phone": "1",
        "status": "3",
        "min_age": "2",
    }


def test_the_precise_address_and_location_win():
    rooftop = Location(
        point=Point(lat=36.15, lng=-95.99), precision="rooftop", radius_miles=0.0, method="source"
    )
    street = Address(street="12 Main St", city="Tulsa", state="OK", postal_code="74103")
    rows = [
        listing("1", address=TULSA, location=make_location()),
        listing("2", address=street, kind="news", location=rooftop),
    ]
    clinic = merge_listings(rows, {}).clinics[0]
    assert clinic.address == street
    assert clinic.location == rooftop
    assert clinic.provenance["location"].ref == "2"


def test_without_any_location_a_clinic_is_known_by_its_state():
    clinic = merge_listings([listing("1")], {}).clinics[0]
    assert (clinic.location.point, clinic.location.precision) == (None, "state")
    assert "location" not in clinic.provenance


def test_claims_remarks_and_prices_are_united_each_once():
    said = make_provenance(ref="1")
    remark = Remark(topic="other", text="Free parking", provenance=said)
    price = Price(amount_usd=400, what="per infusion", provenance=said)
    other = make_provenance(ref="2")
    rows = [
        listing(
            "1",
            claims=(make_claim("modality", "iv_infusion"), make_claim()),
            remarks=(remark,),
            prices=(price,),
        ),
        listing(
            "2",
            claims=(make_claim(), make_claim(provenance=other)),
            remarks=(remark.model_copy(update={"text": "free parking.", "provenance": other}),),
            prices=(price, price.model_copy(update={"what": "intake"})),
        ),
    ]
    clinic = merge_listings(rows, {}).clinics[0]
    assert [(claim.value, claim.provenance.ref) for claim in clinic.claims] == [
        ("kap", "2"),
        ("kap", "seed:1"),
        ("iv_infusion", "seed:1"),
    ]
    assert clinic.remarks == (remark,)
    assert [one.what for one in clinic.prices] == ["intake", "per infusion"]


few = st.lists(
    st.builds(
        listing,
        ref=st.sampled_from(["1", "2", "3", "4"]),
        name=st.sampled_from(["Parkside Clinic", "Parkside", "Parkside Clinic Tulsa", "Mood Center"]),
        address=st.sampled_from(
            [TULSA, ONLY_OK, Address(city="Moore", state="OK"), Address(street="12 Main St", state="OK")]
        ),
        phone=st.sampled_from(["", "9185550100", "9185550101"]),
        website=st.sampled_from(["", "https://parkside.com", "https://mood.com"]),
        kind=st.sampled_from(["clinic_page", "news"]),
        hours=st.sampled_from(["", "Mon 9-5", "Tue 9-5"]),
    ),
    max_size=8,
)
held_ids = st.dictionaries(
    st.sampled_from(["seed|1", "seed|2", "seed|3", "seed|4"]),
    st.sampled_from(["a-ok", "b-ok", "parkside-clinic-tulsa-ok"]),
)


@given(few, held_ids, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, before, shuffler):
    shuffled = rows[:]
    shuffler.shuffle(shuffled)
    assert (
        merge_listings(rows, before).model_dump_json() == merge_listings(shuffled, before).model_dump_json()
    )


@given(few)
def test_every_listing_is_in_one_clinic_and_the_next_build_is_the_same(rows):
    rows = [
        row.model_copy(update={"provenance": make_provenance(ref=str(number))})
        for number, row in enumerate(rows)
    ]
    first = merge_listings(rows, {})
    refs = sorted(source.ref for clinic in first.clinics for source in clinic.sources)
    assert refs == sorted(row.provenance.ref for row in rows)
    assert len(set(ids(first))) == len(first.clinics)
    held = {f"seed|{source.ref}": clinic.id for clinic in first.clinics for source in clinic.sources}
    assert merge_listings(rows, held).model_dump_json() == first.model_dump_json()
