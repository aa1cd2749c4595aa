"""Put a build in place: temporary folder, sync, rename, one atomic pointer. Nothing is ever changed
in place, so a reader or a kill at any moment finds the old build or the new one.

    BUILD/index/CURRENT             "gen-0123456789abcdef", replaced atomically
    BUILD/index/gen-<version>/      one build; the current and the previous one are kept
    BUILD/index/.tmp-*              what a killed rebuild left; swept by the next one
    BUILD/index/.lock               held while a rebuild runs
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from finder.errors import CorruptIndex, EngineError
from finder.search.embedded.columns import Build
from finder.search.embedded.snapshot import Snapshot, write, write_synced

CURRENT: Final = "CURRENT"
_TEMPORARY: Final = ".tmp-"
_GENERATION: Final = re.compile(r"gen-([0-9a-f]{16})")


def publish(build: Build, folder: Path) -> str:
    """Make this build the one that answers; its version. EngineError when the disk refuses (full,
    read-only): the old build then stays.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(folder):
            _sweep(folder)
            _keep_two(folder, _named_now(folder))
            temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
            try:
                return _publish_from(temporary, build, folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise EngineError(f"cannot write the index at {folder}: {error.strerror or error}") from error


def generation(pointer: bytes, folder: Path) -> str:
    """The version that a CURRENT file names; CorruptIndex when it names none."""
    found = _GENERATION.fullmatch(pointer.decode("ascii", "replace").strip())
    if found is None:
        raise CorruptIndex(str(folder / CURRENT), "it names no build")
    return found[1]


def folder_of(version: str, folder: Path) -> Path:
    """Where a build stands."""
    return folder / f"gen-{version}"


def _publish_from(temporary: Path, build: Build, folder: Path) -> str:
    version = write(build, temporary)
    temporary.chmod(0o755)
    _sync_folder(temporary)
    target = folder_of(version, folder)
    if not _is_whole(target, version):
        if target.exists():
            target.rename(temporary.with_name(temporary.name + "-damaged"))
        temporary.rename(target)
        _sync_folder(folder)
    previous = _named_now(folder)
    beside = folder / f"{_TEMPORARY}{CURRENT}"
    write_synced(beside, f"{target.name}\n".encode())
    beside.replace(folder / CURRENT)
    _sync_folder(folder)
    _keep_two(folder, target.name, previous)
    _sweep(folder)
    return version


def _is_whole(target: Path, version: str) -> bool:
    """Whether an equal build stands there already, undamaged."""
    try:
        Snapshot.open(target, version).verify()
    except (CorruptIndex, FileNotFoundError):
        return False
    return True


def _named_now(folder: Path) -> str:
    try:
        return (folder / CURRENT).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return ""


def _keep_two(folder: Path, current: str, previous: str = "") -> None:
    """Also what rebuilds killed before they named their build left: whole, but answering to no one."""
    others = [path for path in folder.iterdir() if _GENERATION.fullmatch(path.name) and path.name != current]
    others.sort(key=lambda path: (path.name == previous, path.stat().st_mtime_ns, path.name))
    for path in others[:-1]:
        # Renamed first: a kill in the middle of deleting must not leave half a generation.
        doomed = path.with_name(_TEMPORARY + path.name)
        path.rename(doomed)


def _sweep(folder: Path) -> None:
    for path in folder.glob(f"{_TEMPORARY}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two rebuilds at once wait for each other; the lock dies with its process."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
