"""Publishing: a run's files appear all at once, and a kill at any moment leaves a whole build.

A run is the folder BUILD/runs/<version>, its name the digest of its files. `BUILD/current` is a
symbolic link to it and is replaced in one move; BUILD/clinics.jsonl and the others lead through it.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from finder.clinicfile import RUNS
from finder.errors import FinderError, IngestError

CURRENT: Final = "current"
FILES: Final = ("clinics.jsonl", "rejects.jsonl", "report.json", "listings")
KEPT_RUNS: Final = 2
_DRAFT: Final = ".draft-"


@contextmanager
def only_one(build: Path) -> Iterator[None]:
    """Holds the build folder; IngestError when another ingest holds it or it cannot be written."""
    try:
        (build / RUNS).mkdir(parents=True, exist_ok=True)
        with (build / "ingest.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IngestError(f"another ingest is at work in {build}; wait for it to end") from None
            _sweep(build)
            yield
    except FinderError:
        raise
    except OSError as error:
        problem = f"{error.strerror or error}; the previous build stands"
        raise IngestError(f"{error.filename or build} cannot be written: {problem}") from error


def current_run(build: Path) -> Path | None:
    """The folder of the build that stands; None before the first."""
    run = build / CURRENT
    return run.resolve() if run.exists() else None


def version_of(files: Mapping[str, bytes]) -> str:
    """The name of a run: a digest over the names and bytes of its files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()[:16]


def read_run(run: Path) -> dict[str, bytes]:
    """The files of a run by their path inside it."""
    paths = sorted(path for path in run.rglob("*") if path.is_file())
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in paths}


def publish(build: Path, files: Mapping[str, bytes]) -> str:
    """Makes these files the build that stands, and gives its version. Keeps the run before it."""
    version = version_of(files)
    before = current_run(build)
    run = build / RUNS / version
    if run.exists() and version_of(read_run(run)) != version:
        run.rename(run.with_name(f"{_DRAFT}damaged-{version}"))
    if not run.exists():
        draft = build / RUNS / f"{_DRAFT}{os.getpid()}"
        for name, data in files.items():
            _write(draft / name, data)
        for folder in {draft, *((draft / name).parent for name in files)}:
            _sync_folder(folder)
        draft.rename(run)
        _sync_folder(build / RUNS)
    for name in FILES:
        if not (build / name).is_symlink():
            _point(build / name, Path(CURRENT) / name)
    _point(build / CURRENT, Path(RUNS) / version)
    _sync_folder(build)
    _keep(build / RUNS, version, before.name if before else "")
    return version


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _point(link: Path, target: Path) -> None:
    """A symbolic link, replaced in one move."""
    draft = link.with_name(f".{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    draft.replace(link)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep(runs: Path, version: str, before: str) -> None:
    """Removes old runs: this one stays and the one before it."""
    others = [run for run in runs.iterdir() if not run.name.startswith(".") and run.name != version]
    others.sort(key=lambda run: (run.name == before, run.stat().st_mtime), reverse=True)
    for run in others[KEPT_RUNS - 1 :]:
        _drop(run)


def _drop(run: Path) -> None:
    """Under a draft's name first: a kill must not leave half a run under its own name."""
    doomed = run if run.name.startswith(_DRAFT) else run.rename(run.with_name(f"{_DRAFT}old-{run.name}"))
    shutil.rmtree(doomed, ignore_errors=True)


def _sweep(build: Path) -> None:
    """What a killed run left behind."""
    for draft in (build / RUNS).glob(f"{_DRAFT}*"):
        _drop(draft)
    for link in (*FILES, CURRENT):
        (build / f".{link}.new").unlink(missing_ok=True)
