"""The file between ingest and index: BUILD/clinics.jsonl, one Clinic per line, sorted by id."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from finder.errors import DataError, FinderError
from finder.model import Clinic

RUNS: Final = "runs"
"""Each folder in BUILD/runs is one run; its name is the digest of its files."""


def clinics_path(build: Path) -> Path:
    """Where users open the clinics of a build; it leads into the run that `current` names."""
    return build / "clinics.jsonl"


def read_clinics(build: Path) -> Iterator[Clinic]:
    """Every clinic of a build, in the order of their ids; there is at least one.

    FinderError when nothing was ingested yet; DataError when the file is damaged (with its line), is
    not the one that ingest wrote, or holds no clinic.
    """
    path = clinics_path(build)
    try:
        path = path.resolve()
        intact = _is_intact(path)
        stream = path.open("rb")
    except FileNotFoundError:
        raise FinderError(f'no clinics at {clinics_path(build)}; run "finder ingest" first') from None
    except OSError as error:
        raise FinderError(f"{clinics_path(build)} cannot be read: {error.strerror}") from error
    with stream:
        if intact:
            count = 0
            for count, clinic in enumerate(_clinics(stream, path), 1):  # noqa: B007
                yield clinic
        else:
            count = sum(1 for _ in _clinics(stream, path))
    if not intact:
        problem = f'{count} clinics, but not as "finder ingest" wrote them; run it again'
        raise DataError(str(path), problem)
    if not count:
        raise DataError(str(path), 'it holds no clinic; run "finder ingest" again')


def run_digest(run: Path) -> str:
    """The digest over the names and bytes of a run's files, which is the name that its folder has."""
    digest = hashlib.sha256()
    paths = {path.relative_to(run).as_posix(): path for path in run.rglob("*") if path.is_file()}
    for name in sorted(paths):
        data = paths[name].read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def _is_intact(path: Path) -> bool:
    """False when the file lies in a run that is not what its name says; a file elsewhere has no name."""
    run = path.parent
    return run.parent.name != RUNS or run_digest(run) == run.name


def _clinics(stream: Iterator[bytes], path: Path) -> Iterator[Clinic]:
    for number, line in enumerate(stream, 1):
        if not line.endswith(b"\n"):
            raise DataError(str(path), f'line {number} is cut off; run "finder ingest" again')
        try:
            yield Clinic.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            problem = f'line {number}: {where}: {first["msg"]}; run "finder ingest" again'
            raise DataError(str(path), problem) from None
