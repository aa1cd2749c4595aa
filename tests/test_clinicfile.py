"""The file between ingest and index is read whole, or refused with the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from finder.clinicfile import clinics_path, read_clinics, run_digest
from finder.errors import DataError
from finder.ingest.output import only_one, publish
from tests.factories import make_clinic

LINES = [make_clinic(id=f"clinic-{number}").model_dump_json().encode() + b"\n" for number in range(5)]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    with only_one(tmp_path):
        publish(tmp_path, {"clinics.jsonl": b"".join(LINES), "listings/a.jsonl": b"", "report.json": b"{}"})
    return tmp_path


def test_a_build_as_ingest_wrote_it_is_read(build: Path) -> None:
    assert [clinic.id for clinic in read_clinics(build)] == [f"clinic-{number}" for number in range(5)]
    run = clinics_path(build).resolve().parent
    assert run_digest(run) == run.name


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"".join(LINES[:3]),
        lambda data: data.replace(b"clinic-3", b"clinic-4"),
        lambda data: data + LINES[0],
    ],
    ids=["emptied", "cut", "changed", "grown"],
)
def test_clinics_that_ingest_did_not_write_so_are_refused_before_the_first(
    build: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = clinics_path(build)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match='not as "finder ingest" wrote them'):
        next(read_clinics(build))


def test_a_line_that_is_damaged_is_named_first(build: Path) -> None:
    path = clinics_path(build)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match="line 5 is cut off"):
        next(read_clinics(build))


def test_a_file_without_clinics_is_refused(tmp_path: Path) -> None:
    clinics_path(tmp_path).write_bytes(b"")
    with pytest.raises(DataError, match="it holds no clinic"):
        list(read_clinics(tmp_path))


def test_a_file_outside_a_run_is_read_for_what_it_is(tmp_path: Path) -> None:
    clinics_path(tmp_path).write_bytes(LINES[0])
    assert [clinic.id for clinic in read_clinics(tmp_path)] == ["clinic-0"]
