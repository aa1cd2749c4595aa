"""The whole room: what goes in comes out in a clinic or among the rejects, and nowhere else."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pytest

from finder.clinicfile import read_clinics
from finder.errors import CheckFailed, DataError, IngestError, Misuse
from finder.ingest.dedupe import Decision
from finder.ingest.output import current_run, only_one, publish, read_run, version_of
from finder.ingest.pipeline import STEPS, run
from finder.ingest.reading import Reading
from finder.ingest.report import summed
from finder.ingest.source import Desk, Entry, Row
from finder.model import Clinic, Listing, RawRecord
from finder.settings import Settings
from tests.factories import SEEN, make_clinic, make_listing

Household = Callable[..., Settings]

SOURCES = """
[[source]]
name = "list"
kind = "table"
file = "list.csv"
licence = "ours"
minimum = 1
fetched = 2026-11-22
ref = ["name", "city"]
columns = { name = "name", city = "city", state = "state", phone = "phone", website = "web" }
coded = [{ column = "kinds", facet = "modality", codes = { drip = "iv_infusion" } }]
"""
LIST = """name,city,state,phone,web,kinds
Alpha,Asheville,NC,828-555-0142,alpha.example,drip;kap
Beta,Denver,CO,none,soon,magic
,Boone,NC,,,
Gamma,,XX,,,
"""
MORE = (
    SOURCES
    + """
[[source]]
name = "more"
kind = "table"
file = "more.jsonl"
licence = "theirs"
minimum = 1
fetched = 2026-11-21
columns = { name = "title", address = "where", lat = "y", lng = "x" }
ignored = { score = "not a fact about the clinic" }
"""
)
DELTA = {
    "title": "Delta",
    "where": "8 Lyman St, Suite 2, Westborough, MA 01581",
    "y": None,
    "x": None,
    "score": 5,
}
MORE_ROWS = json.dumps(DELTA) + "\n"


def clinics(settings: Settings) -> dict[str, Clinic]:
    return {clinic.name: clinic for clinic in read_clinics(settings.build)}


def rejects(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (settings.build / "rejects.jsonl").read_text().splitlines()]


def test_every_row_of_the_real_data_is_accounted_for(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    report = run(settings)
    lines = (settings.data / "clinics/clinics_read.jsonl").read_text(encoding="utf-8").splitlines()
    told = {(s.source, s.ref) for clinic in read_clinics(tmp_path) for s in clinic.sources}
    refused = {(reject["source"], reject["ref"]) for reject in rejects(settings)}
    assert report.adds_up
    assert len(told | refused) == len(told) + len(refused) == report.rows == len(lines) == 502
    assert report.failed == ()
    assert not report.sources[0].leftovers
    assert all(correction.outcome == "applied" for correction in report.corrections)
    asheville = {clinic.id: clinic for clinic in read_clinics(tmp_path)}
    clinic = asheville["asheville-integrative-psychiatry-asheville-nc"]
    assert "kap" in clinic.offers("modality") and clinic.offers("nature")
    assert (clinic.location.precision, clinic.location.county) == ("city", "37021")
    assert clinic.sources[0].url.startswith("https://www.ashevilleintegrativepsychiatry.com")
    baths = next(clinic for clinic in asheville.values() if clinic.name.startswith("Ten Thousand Waves"))
    assert baths.said("nature") == {"nat_spa_retreat": "yes"}
    healing = next(clinic for clinic in asheville.values() if clinic.name == "Golden Path of Healing")
    assert healing.telehealth_states == {"CA", "TX"}
    anywhere = [clinic for clinic in asheville.values() if clinic.name == "Anywhere Clinic"]
    assert all(not clinic.telehealth_states for clinic in anywhere)


def test_two_runs_are_byte_identical(tmp_path: Path) -> None:
    first, again = Settings(build=tmp_path / "a"), Settings(build=tmp_path / "b")
    versions = {run(first).version, run(again).version, run(first).version}
    assert len(versions) == 1
    a, b = current_run(first.build), current_run(again.build)
    assert a and b and read_run(a) == read_run(b)
    assert version_of(read_run(a)) == a.name == versions.pop()


def test_no_staff_name_stands_where_a_practice_has_its_own_name(tmp_path: Path) -> None:
    run(Settings(build=tmp_path))
    assert "Kathleen" not in (tmp_path / "clinics.jsonl").read_text(encoding="utf-8").replace("kathleen", "")


def test_rows_become_clinics_problems_and_rejects(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    report = run(settings)
    found = clinics(settings)
    assert found["Alpha"].offers("modality") == {"iv_infusion", "kap"}
    assert (found["Alpha"].phone, found["Alpha"].website) == ("8285550142", "https://alpha.example")
    assert found["Beta"].phone == found["Beta"].website == ""
    problems = {(one.row, one.field, one.value): one.problem for one in report.sources[0].problems}
    assert problems == {
        (3, "phone", "none"): "is no US phone number",
        (3, "website", "soon"): "is no web address",
        (3, "kinds", "magic"): "is no code of modality",
    }
    assert [(reject["row"], reject["step"], reject["field"]) for reject in rejects(settings)] == [
        (4, "tidy_name", "name"),
        (5, "listing", "state"),
    ]
    assert rejects(settings)[1]["fields"]["name"] == "Gamma"
    assert (report.rows, report.listings, report.rejected, report.clinics) == (4, 2, 2, 2)
    assert report.sources[0].steps["tidy_name"].rejected == 1
    text = report.text()
    assert "list.csv, row 3, phone: 'none' is no US phone number" in text
    assert "4 rows: 2 in 2 clinics (0 merged from several rows), 2 rejected, 0 hidden" in text


def test_columns_that_are_not_in_the_map_are_counted(household: Household) -> None:
    wide = (
        LIST.replace("kinds\n", "kinds,stars\n").replace("drip;kap", "drip;kap,5").replace("magic", "magic,")
    )
    wide = wide.replace("Boone,NC,,,", "Boone,NC,,,,").replace("Gamma,,XX,,,", "Gamma,,XX,,,,")
    report = run(household(SOURCES, list_csv=wide))
    assert report.sources[0].leftovers == {"stars": 1}
    assert "column 'stars' is not in the map (1 rows fill it)" in report.text()


def test_another_header_fails_the_source_and_keeps_its_last_good_listings(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    before = run(settings)
    report = run(household(SOURCES, list_csv="Clinic,Town\nAlpha,Asheville\n"))
    assert report.failed == ("list",)
    assert "list.csv has no column city, kinds, name, phone, state, web" in report.sources[0].failed
    assert "its columns are Clinic, Town" in report.sources[0].failed
    assert "its last 2 good listings are kept" in report.text()
    assert set(clinics(settings)) == {"Alpha", "Beta"}
    assert report.adds_up and report.rejected == before.rejected == len(rejects(settings))
    assert run(household(SOURCES, list_csv=LIST)).version == before.version


def test_a_source_under_its_minimum_fails(household: Household) -> None:
    run(household(SOURCES, list_csv=LIST))
    report = run(household(SOURCES.replace("minimum = 1", "minimum = 3"), list_csv=LIST))
    assert report.sources[0].failed == "list.csv gave 2 listings; 3 is the least"


def test_a_source_under_its_minimum_tells_what_was_wrong_with_its_rows(household: Household) -> None:
    run(household(SOURCES, list_csv=LIST))
    worse = LIST.replace("Alpha,", ",")
    report = run(household(SOURCES.replace("minimum = 1", "minimum = 2"), list_csv=worse))
    attempt = report.sources[0].attempt
    assert attempt and attempt.rows == 4
    assert [reject.row for reject in attempt.rejects] == [2, 4, 5]
    assert {problem.row for problem in attempt.problems} == {3}
    assert report.adds_up
    text = report.text()
    assert "of 4 rows read, 3 were rejected" in text
    assert "list.csv, row 2 rejected, name: there is no name" in text
    assert run(household(SOURCES, list_csv=LIST)).sources[0].attempt is None


@pytest.mark.parametrize("content", [b"", b"name,city\n", b'"'])
def test_with_nothing_to_publish_the_run_fails_and_says_why(household: Household, content: bytes) -> None:
    settings = household(SOURCES, list_csv=content)
    with pytest.raises(CheckFailed, match=r"list\.csv"):
        run(settings)
    assert not (settings.build / "clinics.jsonl").exists()


def test_a_file_that_is_not_there_fails_its_source_only(household: Household) -> None:
    report = run(household(MORE, list_csv=LIST))
    assert report.failed == ("more",)
    assert "more.jsonl cannot be read: No such file" in report.text()
    assert "it gives nothing" in report.text()
    assert report.clinics == 2


def test_json_rows_that_lack_a_mapped_field_everywhere_fail_their_source(household: Household) -> None:
    report = run(household(MORE, list_csv=LIST, more_jsonl='{"title": "Delta"}\n'))
    assert "more.jsonl has no column where, x, y" in report.sources[1].failed


def test_one_source_is_refreshed_alone(household: Household) -> None:
    settings = household(MORE, list_csv=LIST, more_jsonl=MORE_ROWS)
    assert run(settings).clinics == 3
    household(MORE, list_csv="gone", more_jsonl=MORE_ROWS.replace("Delta", "Epsilon"))
    report = run(settings, only="more")
    assert set(clinics(settings)) == {"Alpha", "Beta", "Epsilon"}
    assert report.adds_up and report.failed == ()
    assert (report.rows, report.rejected) == (5, 2)
    epsilon = clinics(settings)["Epsilon"]
    assert epsilon.address.line() == "8 Lyman St Suite 2, Westborough, MA 01581"
    assert epsilon.location.precision == "zip"


def test_a_source_that_was_never_read_is_named_but_has_not_failed(household: Household) -> None:
    report = run(household(MORE, list_csv=LIST, more_jsonl=MORE_ROWS), only="more")
    assert report.failed == () and report.clinics == 1
    assert "source list: not read this time; it gives nothing yet" in report.text()


def test_a_source_that_failed_before_is_no_failure_of_a_run_that_does_not_read_it(
    household: Household,
) -> None:
    run(household(MORE, list_csv=LIST, more_jsonl=MORE_ROWS))
    assert run(household(MORE, list_csv="gone", more_jsonl=MORE_ROWS)).failed == ("list",)
    report = run(household(MORE, list_csv="gone", more_jsonl=MORE_ROWS), only="more")
    assert report.failed == () and report.adds_up
    assert "source list: not read this time; its last 2 listings stay" in report.text()
    assert run(household(MORE, list_csv="gone", more_jsonl=MORE_ROWS), only="list").failed == ("list",)


def test_an_unknown_source_is_misuse(household: Household) -> None:
    with pytest.raises(Misuse, match="there is no source 'x'; there are list"):
        run(household(SOURCES, list_csv=LIST), only="x")


def test_a_clinic_keeps_its_id_when_its_name_grows_and_the_old_file_is_renamed(household: Household) -> None:
    first = household(SOURCES, list_csv=LIST)
    run(first)
    old = clinics(first)["Alpha"].id
    run(household(SOURCES.replace('"name", "city"', '"phone"'), list_csv=LIST))
    corrected = household(
        SOURCES.replace('"name", "city"', '"phone"'), list_csv=LIST.replace("Alpha", "Omega")
    )
    run(corrected)
    assert clinics(corrected)["Omega"].id == old


FIX = """
[[correction]]
{target}
{repair}
reason = "because"
date = 2026-11-22
"""


def ref_of(settings: Settings, name: str) -> str:
    source = clinics(settings)[name].sources[0]
    return f"{source.source}|{source.ref}"


def test_corrections_by_listing_move_rename_drop_and_hide(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    run(settings)
    alpha, beta = ref_of(settings, "Alpha"), ref_of(settings, "Beta")
    fixes = [
        FIX.format(
            target=f'listing = "{alpha}"',
            repair='set = { name = "Alpha House", city = "Boone", postal_code = "80202", phone = "none" }\n'
            'drop = [{ facet = "modality", value = "kap" }]',
        ),
        FIX.format(target=f'listing = "{beta}"', repair="hide = true"),
        FIX.format(target='listing = "list|nowhere"', repair="hide = true"),
        FIX.format(target=f'listing = "{alpha}"', repair='set = { name = "Alpha House" }'),
    ]
    report = run(household(SOURCES, list_csv=LIST, corrections_toml="".join(fixes)))
    found = clinics(settings)
    assert set(found) == {"Alpha House"}
    house = found["Alpha House"]
    assert (house.address.city, house.location.precision, house.phone) == ("Boone", "city", "")
    assert house.offers("modality") == {"iv_infusion"}
    assert house.provenance["name"].kind == "correction"
    assert [one.outcome for one in report.corrections] == [
        "applied",
        "applied",
        "matched nothing",
        "changed nothing",
    ]
    assert (report.hidden, report.in_clinics, report.adds_up) == (1, 1, True)
    assert rejects(settings)[-1]["step"] == "corrections"
    assert rejects(settings)[-1]["reason"] == "hidden by a correction"
    text = report.text()
    assert "Correction of list|nowhere matched nothing: because" in text
    assert f"corrected {alpha}: phone 'none' is no US phone number" in text
    again = run(household(SOURCES, list_csv=LIST, corrections_toml=""))
    assert again.hidden == 0 and set(clinics(settings)) == {"Alpha", "Beta"}


def test_corrections_by_clinic_say_who_said_so(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    run(settings)
    ids = {name: clinic.id for name, clinic in clinics(settings).items()}
    fixes = [
        FIX.format(
            target=f'clinic = "{ids["Alpha"]}"',
            repair='set = { status = "closed", phone = "3035550100" }\n'
            'drop = [{ facet = "modality", value = "kap" }]',
        ),
        FIX.format(target=f'clinic = "{ids["Beta"]}"', repair="hide = true"),
    ]
    report = run(household(SOURCES, list_csv=LIST, corrections_toml="".join(fixes)))
    alpha = clinics(settings)["Alpha"]
    assert (alpha.status, alpha.phone) == ("closed", "3035550100")
    assert alpha.provenance["status"].source == "corrections"
    assert alpha.offers("modality") == {"iv_infusion"}
    assert report.corrections[0].did == ("set status", "set phone", "dropped 1 claims")
    assert (report.hidden, report.adds_up) == (1, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[correction]]\nx = 1", "correction 1"),
        ("not toml", "corrections.toml"),
        (FIX.format(target='listing = "a|b"\nclinic = "c"', repair="hide = true"), "name either"),
        (FIX.format(target='clinic = "c"', repair=""), "it does nothing"),
        (FIX.format(target='clinic = "c"', repair='set = { city = "X" }'), "set cannot change city"),
        (FIX.format(target='clinic = "c"', repair="hide = true").replace("because", " "), "say the reason"),
        (
            FIX.format(target='clinic = "c"', repair='drop = [{ facet = "modality", value = "x" }]'),
            "modality=x is not in the facet table",
        ),
        (FIX.format(target='clinic = "beta-denver-co"', repair='set = { status = "gone" }'), "status"),
        ("correction = [1]", "correction 1"),
        ("correction = 1", "must be a list of tables"),
        ("[[corection]]\nhide = true", "corection is not known"),
        (FIX.format(target='clinic = "beta-denver-co"', repair='set = { phone = "call us" }'), "phone"),
        (
            FIX.format(
                target='clinic = "beta-denver-co"', repair='set = { website = "javascript:alert(1)" }'
            ),
            "website",
        ),
        (FIX.format(target='clinic = "beta-denver-co"', repair='set = { name = " - " }'), "name"),
        (FIX.format(target='clinic = "beta-denver-co"', repair='set = { name = "" }'), "name"),
        (FIX.format(target='clinic = "beta-denver-co"', repair="set = { min_age = 900 }"), "min_age"),
        (FIX.format(target='clinic = "beta-denver-co"', repair='set = { min_age = "old" }'), "min_age"),
    ],
)
def test_a_wrong_correction_is_named_before_anything_is_built(
    household: Household, text: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        run(household(SOURCES, list_csv=LIST, corrections_toml=text))


def test_a_correction_that_makes_a_listing_impossible_is_named(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    run(settings)
    fix = FIX.format(target=f'listing = "{ref_of(settings, "Alpha")}"', repair='set = { state = "XX" }')
    with pytest.raises(DataError, match="no US state"):
        run(household(SOURCES, list_csv=LIST, corrections_toml=fix))


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ("", "lists no"),
        ("source = 3", "lists no"),
        ("source = [3]", "source number 1: kind '' is none of table"),
        ("[[source]\n", "sources.toml"),
        (SOURCES + SOURCES, "two sources are named list"),
        (SOURCES.replace('"table"', '"web"'), "source list: kind 'web' is none of table"),
        (SOURCES.replace("minimum = 1", "minimum = -1"), "source list: minimum"),
        (SOURCES.replace("licence", "license"), "source list: licence"),
        (SOURCES.replace("iv_infusion", "iv"), "no codes of modality"),
        (SOURCES.replace('facet = "modality"', 'facet = "mode"'), "'mode' is no facet"),
        (SOURCES.replace('"list"', '"../list"'), "source ../list: name"),
        (SOURCES + "[[sources]]\nname = 'x'\n", "sources is not known"),
    ],
)
def test_a_wrong_sources_file_is_named(household: Household, sources: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        run(household(sources, list_csv=LIST))


def test_without_a_sources_file_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sources\.toml"):
        run(Settings(data=tmp_path, build=tmp_path))


FULL = """
[[source]]
name = "sheet"
kind = "table"
file = "sheet.xlsx"
licence = "ours"
minimum = 1
fetched = 2026-11-22
separator = "|"
point_precision = "rooftop"
[source.columns]
name = "Name"
street = "Street"
city = "City"
state = "State"
postal_code = "Zip"
lat = "Lat"
lng = "Lng"
hours = "Hours"
status = "Business Status"
min_age = "Age"
telehealth_states = "Licensed in"
source_url = "Page"
source_kind = "Kind"
read_on = "Read"
[[source.notes]]
column = "Nature notes"
topic = "nature"
offered = "Nature"
[[source.flags]]
column = "Sure"
when = "no"
text = "Not sure."
"""
HEADER = [
    *("Name", "Street", "City", "State", "Zip", "Lat", "Lng", "Hours", "Business Status", "Age"),
    *("Licensed in", "Page", "Kind", "Read", "Nature", "Nature notes", "Sure"),
]


def sheet(path: Path, *rows: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (dict(zip(HEADER, HEADER, strict=True)), *rows):
        book.active.append([row.get(name) for name in HEADER])
    book.save(path)
    return path.read_bytes()


def test_a_workbook_fills_every_field_that_the_map_knows(household: Household, tmp_path: Path) -> None:
    base = {"Name": "Alpha", "City": "Westborough", "State": "Massachusetts"}
    rows = [
        {
            **base,
            "Street": "8 Lyman St",
            "Zip": 1581,
            "Lat": 42.2695,
            "Lng": -71.6162,
            "Hours": "Mon-Fri 9-5",
            "Business Status": "OPERATIONAL",
            "Age": 18,
            "Licensed in": "MA|New Hampshire|Narnia",
            "Page": "https://alpha.example/a",
            "Kind": "clinic_page",
            "Read": "2026-10-01",
            "Nature": "yes",
            "Nature notes": "guided forest bathing|garden used for sessions",
            "Sure": "No",
        },
        {
            **base,
            "Name": "Beta",
            "Zip": "K1A 0B1",
            "Lat": "north",
            "Lng": 5,
            "Business Status": "maybe",
            "Age": 200,
            "Kind": "rumor",
            "Read": "yesterday",
            "Nature": "perhaps",
            "Nature notes": "guided forest bathing",
        },
        {
            **base,
            "Name": "Gamma",
            "Lat": 95,
            "Lng": 5,
            "Nature": False,
            "Nature notes": "guided forest bathing",
        },
        {**base, "Name": "Delta", "State": None, "Zip": "01581-1234"},
        {**base, "Name": "Epsilon", "State": None, "Zip": None},
    ]
    settings = household(FULL, sheet_xlsx=sheet(tmp_path / "x.xlsx", *rows))
    report = run(settings)
    found = clinics(settings)
    alpha = found["Alpha"]
    assert (alpha.address.state, alpha.address.postal_code) == ("MA", "01581")
    assert (alpha.location.method, alpha.location.precision) == ("source", "rooftop")
    assert (alpha.hours, alpha.status, alpha.min_age) == ("Mon-Fri 9-5", "open", 18)
    assert alpha.telehealth_states == {"MA", "NH"}
    assert "nat_forest_bathing" in alpha.offers("nature")
    assert {remark.text for remark in alpha.remarks} >= {"Not sure.", "guided forest bathing"}
    source = alpha.sources[0]
    assert (source.url, source.kind, str(source.seen)) == (
        "https://alpha.example/a",
        "clinic_page",
        "2026-10-01",
    )
    beta = found["Beta"]
    assert not beta.said("nature") and [remark.text for remark in beta.remarks] == ["guided forest bathing"]
    assert (beta.min_age, beta.status, beta.sources[0].kind) == (None, "unknown", "directory")
    assert str(beta.sources[0].seen) == "2026-11-22"
    assert found["Gamma"].said("nature") == {"nat_forest_bathing": "no"}
    assert found["Delta"].address.state == "MA"
    assert [reject["fields"]["Name"] for reject in rejects(settings)] == ["Epsilon"]
    problems = {(one.row, one.field) for one in report.sources[0].problems}
    assert problems == {
        (2, "Licensed in"),
        *((3, name) for name in ("Zip", "Lat", "Business Status", "Age", "Kind", "Read", "Nature")),
        (4, "Lat, Lng"),
    }


def test_values_of_a_wrong_shape_are_problems_of_their_row(household: Household) -> None:
    rows = [
        {"title": {"a": 1}, "where": "Asheville, NC", "y": None, "x": None},
        {"title": "NUL\0 Clinic", "where": "Asheville, NC", "y": True, "x": "1e5"},
        {"title": 24.0, "where": "Asheville, NC", "y": None, "x": None},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    settings = household(MORE, list_csv=LIST, more_jsonl=text)
    report = run(settings)
    assert {"NUL Clinic", "24"} <= set(clinics(settings))
    assert {(one.row, one.field, one.problem) for one in report.sources[1].problems} == {
        (1, "title", "is a structure where a text is wanted"),
        (2, "title", "held a NUL character, which was taken out"),
        (2, "y", "is not a number"),
        (2, "x", "is not a number"),
    }


def test_broken_rows_are_rejected_with_their_text(household: Household) -> None:
    settings = household(
        SOURCES, list_csv=LIST.encode() + b'"open,NC\nCaf\xe9,Boone,NC,,,\nbad\x81,B,NC,,,\n'
    )
    report = run(settings)
    assert "Café" in clinics(settings)
    assert [(reject["row"], reject["step"]) for reject in rejects(settings)][-2:] == [
        (6, "read"),
        (8, "read"),
    ]
    assert report.adds_up
    assert "list.csv, row 7, the row: is not UTF-8; read as Windows-1252" in report.text()


def test_many_problems_are_counted_not_listed(household: Household) -> None:
    rows = "".join(f"N{number},Boone,NC,none,,\n" for number in range(30))
    assert "and 23 more problems; see report.json" in run(household(SOURCES, list_csv=LIST + rows)).text()


def test_the_progress_sees_every_row(household: Household) -> None:
    seen: list[str] = []

    def progress(items: Any, *, what: str) -> Any:
        for item in items:
            seen.append(what)
            yield item

    run(household(SOURCES, list_csv=LIST), progress=progress)
    assert seen == ["source list"] * 4


def test_a_geocoder_setting_that_is_wrong_stops_the_run(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST).model_copy(update={"geocoder": "oracle"})
    with pytest.raises(Misuse, match="FINDER_GEOCODER"):
        run(settings)


def test_a_damaged_previous_build_is_not_trusted(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    first = run(settings)
    (settings.build / "clinics.jsonl").write_text("{}\n")
    with pytest.raises(DataError, match="line 1"):
        list(read_clinics(settings.build))
    report = run(settings)
    assert "damaged and not used" in report.text()
    assert set(clinics(settings)) == {"Alpha", "Beta"}
    assert run(settings).version == first.version


def test_the_build_before_serves_when_the_last_is_damaged(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    run(settings)
    run(household(SOURCES, list_csv=LIST.replace("Beta", "Zeta")))
    current = current_run(settings.build)
    assert current is not None
    (current / "report.json").write_text("{")
    report = run(household(SOURCES, list_csv="gone"))
    assert "the one before it was used" in report.text()
    assert set(clinics(settings)) == {"Alpha", "Beta"}


def test_an_unwritable_build_folder_is_a_clear_error(household: Household, tmp_path: Path) -> None:
    settings = household(SOURCES, list_csv=LIST)
    (tmp_path / "file").write_text("")
    with pytest.raises(IngestError, match="cannot be written"):
        run(settings.model_copy(update={"build": tmp_path / "file" / "build"}))
    assert os.listdir(tmp_path / "data")


def test_a_build_of_another_shape_is_not_trusted(household: Household) -> None:
    settings = household(SOURCES, list_csv=LIST)
    with only_one(settings.build):
        publish(settings.build, {"clinics.jsonl": b"{}\n", "rejects.jsonl": b"", "report.json": b"{}"})
    assert "damaged and not used" in run(settings).text()


class OddSource:
    """A source that promises a clinic and gives something that no listing can hold."""

    name, where, licence, minimum = "odd", "memory", "ours", 0
    ignored: ClassVar[dict[str, str]] = {}

    def entries(self) -> Iterator[Entry]:
        yield Entry(1, RawRecord(source="odd", ref="1", fetched=SEEN, fields={"name": "A"}))

    def listing(self, row: Row) -> Listing:
        return make_listing().model_copy(update={"hours": "9-5", "min_age": -1})


def test_a_listing_that_breaks_the_model_is_rejected_with_the_field(desk: Desk) -> None:
    reading = Reading(OddSource(), desk, STEPS)
    for entry in OddSource().entries():
        reading.take(entry)
    assert [(reject.field, reject.step) for reject in reading.rejects] == [("min_age", "require_basics")]
    assert reading.report().leftovers == {"name": 1}


def test_sums_that_do_not_add_up_are_said_aloud_and_reviews_are_counted() -> None:
    report = summed([], [make_clinic()], [], hidden=0)
    assert not report.adds_up
    assert "THE SUMS DO NOT ADD UP" in report.text()
    pair = Decision(a="seed|1", b="seed|seed:1", verdict="review", reason="alike")
    report = summed([], [make_clinic()], [pair], hidden=0)
    assert report.reviews[0].clinics == ("", make_clinic().id)
    assert "1 pairs may be one place" in report.text()
