"""`finder inbox` as an operator uses it, up to a correction that a real ingest applies."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from finder.clinicfile import read_clinics
from finder.inbox import Inbox, Report

ROOT = Path(__file__).parent.parent
Finder = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow
CLINIC = "asheville-integrative-psychiatry-asheville-nc"


@pytest.fixture
def build(real_build: Path, tmp_path: Path) -> Path:
    """A copy of the real build, to be changed."""
    return Path(shutil.copytree(real_build, tmp_path / "build", symlinks=True))


@pytest.fixture
def box(build: Path) -> Inbox:
    box = Inbox(build / "reports.sqlite")
    for kind, about, text in (
        ("phone", "", "It is 828 254 0199"),
        ("offer", "kap", ""),
        ("other", "", "=cmd()"),
    ):
        box.add(Report(id=0, clinic=CLINIC, kind=kind, about=about, text=text, sent=date(2026, 11, 22)))
    return box


@pytest.fixture
def finder(build: Path, tmp_path: Path) -> Finder:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "finder", *args],
            env={**os.environ, "FINDER_BUILD": str(build), "FINDER_DATA": str(data)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


def test_the_open_reports_are_listed(finder: Finder, box: Inbox) -> None:
    lines = finder("inbox").stdout.splitlines()
    assert lines == [
        f"    1  2026-11-22  {CLINIC}  The phone number is wrong",
        "       It is 828 254 0199",
        f"    2  2026-11-22  {CLINIC}  It does not offer: KAP",
        f"    3  2026-11-22  {CLINIC}  Something else",
        "       =cmd()",
    ]
    rows = json.loads(finder("inbox", "--json").stdout)
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[0]["text"] == "It is 828 254 0199"


def test_an_empty_inbox_says_so_on_stderr(finder: Finder) -> None:
    done = finder("inbox")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No open reports.\n")
    assert json.loads(finder("inbox", "--json").stdout) == []


def test_a_report_is_closed_once(finder: Finder, box: Inbox) -> None:
    assert finder("inbox", "--close", "3").returncode == 0
    assert [report.id for report in box.open_reports()] == [1, 2]
    done = finder("inbox", "--close", "3")
    assert done.returncode == 2
    assert "no open report 3" in done.stderr


def test_a_correction_is_only_printed_until_it_is_to_be_written(
    finder: Finder, box: Inbox, tmp_path: Path
) -> None:
    before = (tmp_path / "data/corrections.toml").read_bytes()
    done = finder("inbox", "--correct", "1", "--set", "phone=828-254-0199", "--reason", "Read on its site.")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "[[correction]]",
        f'clinic = "{CLINIC}"',
        'set = { phone = "8282540199" }',
        'reason = "Read on its site."',
    ]
    assert (tmp_path / "data/corrections.toml").read_bytes() == before
    assert len(box.open_reports()) == 3


def test_from_a_report_to_the_corrected_clinic_through_a_real_ingest(
    finder: Finder, box: Inbox, build: Path
) -> None:
    for args in (("1", "--set", "phone=(828) 254-0199"), ("2",)):
        done = finder("inbox", "--correct", *args, "--write")
        assert done.returncode == 0, done.stderr
        assert 'Run "finder ingest"' in done.stderr
    assert [report.id for report in box.open_reports()] == [3]
    assert finder("ingest").returncode == 0
    clinic = next(clinic for clinic in read_clinics(build) if clinic.id == CLINIC)
    assert clinic.phone == "8282540199"
    assert clinic.provenance["phone"].kind == "correction"
    assert "kap" not in clinic.said("modality")
    report = json.loads((build / "report.json").read_text())
    done = {row["target"]: row["outcome"] for row in report["corrections"]}
    assert done[CLINIC] == "applied"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--close", "1", "--correct", "1"), "not both"),
        (("--set", "phone=1"), "go with --correct"),
        (("--write",), "go with --correct"),
        (("--correct", "1", "--set", "phone"), "--set wants NAME=VALUE"),
        (("--correct", "1", "--drop", "=kap"), "--drop wants NAME=VALUE"),
        (("--correct", "1"), "say what is right"),
        (("--correct", "9"), "no open report 9"),
        (("--close", "x"), "not a valid integer"),
    ],
)
def test_wrong_use_says_what_to_do(finder: Finder, box: Inbox, args: tuple[str, ...], message: str) -> None:
    done = finder("inbox", *args)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_clinic_that_is_gone_is_named(finder: Finder, box: Inbox) -> None:
    box.add(Report(id=0, clinic="gone-nc", kind="closed", sent=date(2026, 11, 22)))
    done = finder("inbox", "--correct", "4")
    assert done.returncode == 2
    assert "gone-nc is not in" in done.stderr


def test_a_damaged_file_is_one_sentence(finder: Finder, build: Path) -> None:
    (build / "reports.sqlite").write_bytes(b"no database " * 99)
    done = finder("inbox")
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
