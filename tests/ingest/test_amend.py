"""A report becomes an entry of corrections.toml that the pipeline reads and that changes what was asked."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import DataError, FinderError, Misuse
from finder.inbox import Report
from finder.ingest import amend
from finder.ingest.amend import Changes
from finder.ingest.corrections import Correction, Corrections
from finder.model import Clinic
from tests.factories import make_clinic, make_provenance

TODAY = date(2026, 11, 22)


def report(kind: str = "phone", **changes: object) -> Report:
    fields = {"id": 3, "clinic": "example-clinic-asheville-nc", "kind": kind, "sent": TODAY}
    return Report.model_validate({**fields, **changes})


def changes(**asked: object) -> Changes:
    return Changes.model_validate({"on": TODAY, **asked})


def corrected(entry: Correction, clinic: Clinic) -> Clinic:
    after = Corrections((entry,)).to_clinic(clinic)
    assert after is not None
    return after


def test_a_phone_is_set_as_ten_digits_with_a_correction_as_its_source() -> None:
    clinic = make_clinic()
    entry = amend.correction(report(), clinic, changes(set={"phone": "(828) 254-0199"}))
    after = corrected(entry, clinic)
    assert after.phone == "8282540199"
    assert after.provenance["phone"].kind == "correction"
    assert entry.reason == "A visitor reported on 2026-11-22: the phone number is wrong."


@pytest.mark.parametrize(("kind", "status"), [("closed", "closed"), ("moved", "moved")])
def test_closed_and_moved_need_no_words(kind: str, status: str) -> None:
    clinic = make_clinic()
    assert corrected(amend.correction(report(kind), clinic, changes()), clinic).status == status


def test_an_offer_that_is_none_drops_its_claims() -> None:
    clinic = make_clinic(claims=[("modality", "kap"), ("modality", "iv_infusion")])
    entry = amend.correction(report("offer", about="kap"), clinic, changes())
    assert corrected(entry, clinic).offers("modality") == {"iv_infusion"}


def test_an_address_is_corrected_in_the_listing_so_that_it_is_located_anew() -> None:
    clinic = make_clinic(sources=(make_provenance(ref="7"),))
    entry = amend.correction(report("address"), clinic, changes(set={"street": "1 Main St"}))
    assert (entry.listing, entry.clinic) == ("seed|7", "")


def test_the_address_of_a_merged_clinic_must_be_corrected_by_hand() -> None:
    clinic = make_clinic(sources=(make_provenance(ref="7"), make_provenance(ref="8")))
    with pytest.raises(Misuse, match=r"seed\|7, seed\|8"):
        amend.correction(report("address"), clinic, changes(set={"street": "1 Main St"}))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "say what is right"),
        ({"set": {"phone": "12"}}, "phone: use ten digits"),
        ({"set": {"website": "javascript:alert(1)"}}, "website: use an http"),
        ({"set": {"min_age": "old"}}, "min_age: use a whole number"),
        ({"set": {"min_age": "٢"}}, "min_age: use a whole number"),
        ({"set": {"status": "gone"}}, "status"),
        ({"set": {"rating": "5"}}, "set cannot change rating"),
        ({"set": {"name": "Example Clinic"}}, "nothing would change"),
        ({"drop": (("modality", "acupuncture"),)}, "not in the facet table"),
    ],
)
def test_what_would_be_no_repair_is_refused(asked: dict[str, object], message: str) -> None:
    with pytest.raises(Misuse, match=message):
        amend.correction(report(), make_clinic(), changes(**asked))


@pytest.mark.parametrize(
    ("field", "value", "after"),
    [
        ("website", "example.org", "https://example.org"),
        ("min_age", "18", 18),
        ("hours", " Mon 9am-5pm ", "Mon 9am-5pm"),
    ],
)
def test_values_are_kept_as_the_file_of_clinics_has_them(field: str, value: str, after: object) -> None:
    clinic = make_clinic()
    entry = amend.correction(report(), clinic, changes(set={field: value}))
    assert getattr(corrected(entry, clinic), field) == after


def test_a_field_can_be_emptied() -> None:
    clinic = make_clinic(phone="8285550142")
    assert corrected(amend.correction(report(), clinic, changes(set={"phone": ""})), clinic).phone == ""


@given(
    name=st.text(min_size=1).filter(str.strip),
    reason=st.text(min_size=1).filter(str.strip),
    hide=st.booleans(),
)
def test_any_entry_read_back_is_equal(
    name: str, reason: str, hide: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    entry = Correction.model_validate(
        {
            "clinic": "a-b",
            "set": {"name": name, "min_age": 18},
            "drop": [{"facet": "modality", "value": "kap"}],
            "hide": hide,
            "reason": reason,
            "date": TODAY,
        }
    )
    path = tmp_path_factory.mktemp("toml") / "corrections.toml"
    path.write_text(amend.as_toml(entry), encoding="utf-8")
    assert Corrections.open(path).entries == (entry,)


@pytest.mark.parametrize("before", ["", "# why\n", "# no newline at the end"])
def test_entries_are_added_after_what_stands_there(tmp_path: Path, before: str) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text(before)
    entry = amend.correction(report("closed"), make_clinic(), changes())
    amend.append(path, [entry])
    amend.append(path, [entry])
    assert path.read_text().startswith(before)
    assert Corrections.open(path).entries == (entry, entry)
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_entry_makes_the_file(tmp_path: Path) -> None:
    entry = amend.correction(report("closed"), make_clinic(), changes())
    amend.append(tmp_path / "corrections.toml", [entry])
    assert Corrections.open(tmp_path / "corrections.toml").entries == (entry,)


def test_a_broken_file_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text("[[correction")
    entry = amend.correction(report("closed"), make_clinic(), changes())
    with pytest.raises(DataError):
        amend.append(path, [entry])
    assert path.read_text() == "[[correction"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_named() -> None:
    entry = amend.correction(report("closed"), make_clinic(), changes())
    with pytest.raises(FinderError, match="cannot be written"):
        amend.append(Path("/proc/corrections.toml"), [entry])
