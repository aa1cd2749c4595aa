"""What stands from run to run: ids follow their clinic, what is hidden or dropped stays so."""

import json
from collections.abc import Callable

import pytest

from finder.ingest.output import only_one, publish, read_run
from finder.ingest.pipeline import run
from finder.ingest.stored import Stored
from finder.model import Clinic
from finder.settings import Settings
from tests.ingest.test_pipeline import FIX, clinics, ref_of

Household = Callable[..., Settings]

PLAIN = """
[[source]]
name = "list"
kind = "table"
file = "list.csv"
licence = "ours"
minimum = 1
fetched = 2026-11-22
columns = { name = "name", street = "road", city = "city", state = "state", phone = "phone", read_on = "day" }
notes = [{ column = "asks", topic = "screening" }, { column = "price", topic = "price" }]
"""
HEADER = "name,road,city,state,phone,day,asks,price\n"
ALPHA = "Alpha Clinic,,Asheville,NC,8285550142,,referral required; adults 18 and older,$400 per session\n"
BETA = "Beta Clinic,,Denver,CO,3035550100,,,\n"
ZERO = "Zero Clinic,,Boise,ID,2085550100,,,\n"
BY_NAME = PLAIN.replace("columns =", 'ref = ["name"]\ncolumns =')
BY_PHONE = PLAIN.replace("columns =", 'ref = ["phone"]\ncolumns =')


def named(settings: Settings) -> dict[str, str]:
    """The id of each clinic by its name."""
    return {name: clinic.id for name, clinic in clinics(settings).items()}


def test_a_row_inserted_at_the_top_moves_no_id_to_another_clinic(household: Household) -> None:
    settings = household(PLAIN, list_csv=HEADER + ALPHA + BETA)
    run(settings)
    before = named(settings)
    report = run(household(PLAIN, list_csv=HEADER + ZERO + ALPHA + BETA))
    assert named(settings) == {**before, "Zero Clinic": "zero-clinic-boise-id"}
    assert "list|row-2 is another clinic than before" in report.text()
    assert "list|row-3 is another" not in report.text()


def test_clinics_of_one_name_and_town_keep_their_numbered_ids_when_rows_move(household: Household) -> None:
    rows = ["North,1 Main St,Tulsa,OK,9185550101,,,\n", "North,9 Elm St,Tulsa,OK,9185550102,,,\n"]
    settings = household(PLAIN, list_csv=HEADER + "".join(rows))
    run(settings)

    def by_phone() -> dict[str, str]:
        with (settings.build / "clinics.jsonl").open() as stream:
            return {clinic.phone: clinic.id for clinic in map(Clinic.model_validate_json, stream)}

    before = by_phone()
    assert len(set(before.values())) == 2
    run(household(PLAIN, list_csv=HEADER + ZERO + "".join(reversed(rows))))
    after = by_phone()
    assert {phone: after[phone] for phone in before} == before


def test_rows_that_share_a_ref_may_swap_places_and_are_reported(household: Household) -> None:
    shared = PLAIN.replace("columns =", 'ref = ["state"]\ncolumns =')
    rows = ["North Clinic,,Asheville,NC,,,,\n", "South Clinic,,Boone,NC,,,,\n"]
    settings = household(shared, list_csv=HEADER + "".join(rows))
    report = run(settings)
    before = {name: (clinic.id, clinic.sources[0].ref) for name, clinic in clinics(settings).items()}
    assert "row 3, the row: its ref columns (state) say the same as those of row 2" in report.text()
    run(household(shared, list_csv=HEADER + "".join(reversed(rows))))
    assert {name: (clinic.id, clinic.sources[0].ref) for name, clinic in clinics(settings).items()} == before


def test_rows_that_say_exactly_the_same_are_numbered(household: Household) -> None:
    settings = household(BY_NAME, list_csv=HEADER + BETA + BETA)
    assert run(settings).adds_up
    first, second = (source.ref for source in clinics(settings)["Beta Clinic"].sources)
    assert second == f"{first}-2"


def test_many_rows_of_another_clinic_are_counted(household: Household) -> None:
    def listed(name: str) -> str:
        return HEADER + "".join(f"{name} {n},{n} Oak St,Boise,ID,20855501{n},,,\n" for n in range(10, 25))

    run(household(PLAIN, list_csv=listed("Alpha")))
    other = listed("Zulu").replace("Oak", "Cedar").replace("20855501", "20855599")
    assert "and 5 more rows are another clinic than before" in run(household(PLAIN, list_csv=other)).text()


def test_a_new_name_under_its_own_ref_keeps_the_id_and_a_row_number_does_not(household: Household) -> None:
    bare = "Alpha,,Asheville,NC,,,,\n"
    by_city = PLAIN.replace("columns =", 'ref = ["city"]\ncolumns =')
    for sources, kept in ((by_city, True), (PLAIN, False)):
        settings = household(sources, list_csv=HEADER + bare)
        run(settings)
        old = named(settings)["Alpha"]
        run(household(sources, list_csv=HEADER + bare.replace("Alpha", "Quite Another")))
        assert (named(settings)["Quite Another"] == old) is kept


def test_a_hidden_clinic_stays_hidden_when_its_name_changes(household: Household) -> None:
    settings = household(BY_PHONE, list_csv=HEADER + ALPHA + BETA)
    run(settings)
    hide = FIX.format(target=f'clinic = "{named(settings)["Alpha Clinic"]}"', repair="hide = true")
    for name in ("Alpha Clinic", "Omega House", "Third Name"):
        rows = HEADER + ALPHA.replace("Alpha Clinic", name) + BETA
        report = run(household(BY_PHONE, list_csv=rows, corrections_toml=hide))
        assert set(clinics(settings)) == {"Beta Clinic"}
        assert (report.hidden, report.adds_up, report.corrections[0].outcome) == (1, True, "applied")
    run(household(BY_PHONE, list_csv=HEADER + ALPHA + BETA, corrections_toml=""))
    assert named(settings)["Alpha Clinic"] == "alpha-clinic-asheville-nc"


def test_a_build_from_before_hidden_clinics_were_kept_is_read(household: Household) -> None:
    settings = household(PLAIN, list_csv=HEADER + ALPHA)
    run(settings)
    files = read_run((settings.build / "current").resolve())
    del files["hidden.jsonl"]
    with only_one(settings.build):
        publish(settings.build, files)
    assert Stored.open(settings.build).previous_ids == {"list|row-2": "alpha-clinic-asheville-nc"}


@pytest.mark.parametrize("target", ["listing", "clinic"])
def test_a_dropped_claim_of_a_note_stays_dropped(household: Household, target: str) -> None:
    settings = household(BY_NAME, list_csv=HEADER + ALPHA)
    run(settings)
    alpha = clinics(settings)["Alpha Clinic"]
    assert {"referral_required", "age_minimum"} <= alpha.said("screening").keys()
    assert alpha.min_age == 18
    key = ref_of(settings, "Alpha Clinic") if target == "listing" else alpha.id
    fix = FIX.format(
        target=f'{target} = "{key}"',
        repair='drop = [{ facet = "screening", value = "referral_required" }, '
        '{ facet = "screening", value = "age_minimum" }]',
    )
    report = run(household(BY_NAME, list_csv=HEADER + ALPHA, corrections_toml=fix))
    alpha = clinics(settings)["Alpha Clinic"]
    assert not {"referral_required", "age_minimum"} & alpha.said("screening").keys()
    assert alpha.min_age is None and "min_age" not in alpha.provenance
    assert report.corrections[0].outcome == "applied"
    texts = sorted(remark.text for remark in alpha.remarks)
    assert texts == ["$400 per session", "adults 18 and older", "referral required"]
    assert len(alpha.prices) == 1


@pytest.mark.parametrize("first", ["set", "drop"])
def test_the_later_of_a_set_age_and_a_dropped_age_stands(household: Household, first: str) -> None:
    settings = household(BY_NAME, list_csv=HEADER + ALPHA)
    run(settings)
    target = f'listing = "{ref_of(settings, "Alpha Clinic")}"'
    drop = FIX.format(target=target, repair='drop = [{ facet = "screening", value = "age_minimum" }]')
    sets = FIX.format(target=target, repair="set = { min_age = 21 }")
    text = sets + drop if first == "set" else drop + sets
    run(household(BY_NAME, list_csv=HEADER + ALPHA, corrections_toml=text))
    assert clinics(settings)["Alpha Clinic"].min_age == (None if first == "set" else 21)


def test_a_set_field_of_a_clinic_is_tidied(household: Household) -> None:
    settings = household(PLAIN, list_csv=HEADER + ALPHA)
    run(settings)
    fix = FIX.format(
        target='clinic = "alpha-clinic-asheville-nc"',
        repair='set = { phone = "(828) 555-0199", website = "alpha.example", name = " Alpha  House - ", '
        'hours = "Mon  9-5", min_age = 21 }',
    )
    run(household(PLAIN, list_csv=HEADER + ALPHA, corrections_toml=fix))
    house = clinics(settings)["Alpha House"]
    assert (house.phone, house.website, house.hours) == ("8285550199", "https://alpha.example", "Mon 9-5")
    assert house.min_age == 21


def test_corrected_fields_of_a_listing_are_credited_to_the_correction(household: Household) -> None:
    settings = household(BY_NAME, list_csv=HEADER + ALPHA)
    run(settings)
    fix = FIX.format(
        target=f'listing = "{ref_of(settings, "Alpha Clinic")}"',
        repair='set = { phone = "(828) 555-0199", street = "1 Main St", name = "Alpha Clinic" }',
    )
    run(household(BY_NAME, list_csv=HEADER + ALPHA, corrections_toml=fix))
    alpha = clinics(settings)["Alpha Clinic"]
    assert alpha.address.street == "1 Main St" and alpha.phone == "8285550199"
    said = {field: who.kind for field, who in alpha.provenance.items()}
    assert said["phone"] == said["address"] == said["location"] == "correction"
    assert said["name"] == "directory", "the source said so already"


def test_a_date_after_that_of_the_file_is_not_believed(household: Household) -> None:
    settings = household(PLAIN, list_csv=HEADER + BETA.replace(",3035550100,,", ",3035550100,2030-01-01,"))
    report = run(settings)
    assert str(clinics(settings)["Beta Clinic"].seen) == "2026-11-22"
    assert [(one.field, one.value) for one in report.sources[0].problems] == [("day", "2030-01-01")]
    assert "is after the date of the file" in report.text()


def test_the_phrases_of_the_data_folder_are_the_ones_that_are_read(household: Household) -> None:
    row = "Beta Clinic,,Denver,CO,,,bring a blue hat,\n"
    settings = household(PLAIN, list_csv=HEADER + row)
    run(settings)
    assert not clinics(settings)["Beta Clinic"].said("screening")
    (settings.data / "lexicon.toml").write_text('[says.screening.ekg]\nyes = ["blue hat"]\n')
    run(settings)
    assert clinics(settings)["Beta Clinic"].said("screening") == {"ekg": "yes"}


def test_what_is_hidden_is_kept_in_the_run(household: Household) -> None:
    settings = household(PLAIN, list_csv=HEADER + ALPHA + BETA)
    hide = FIX.format(target='clinic = "beta-clinic-denver-co"', repair="hide = true")
    run(household(PLAIN, list_csv=HEADER + ALPHA + BETA, corrections_toml=hide))
    lines = (settings.build / "current" / "hidden.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["beta-clinic-denver-co"]
