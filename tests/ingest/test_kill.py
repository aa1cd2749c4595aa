"""Whatever happens while a build is written, the previous build or the new one is whole."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from finder.clinicfile import clinics_path, read_clinics
from finder.errors import DataError, FinderError, IngestError
from finder.ingest.output import (
    FILES,
    KEPT_RUNS,
    RUNS,
    current_run,
    only_one,
    publish,
    read_run,
    version_of,
)
from finder.ingest.pipeline import run
from finder.settings import Settings, bundled_data

OLD = {"clinics.jsonl": b"old\n", "rejects.jsonl": b"", "report.json": b"{}", "listings/seed.jsonl": b"1\n"}
NEW = {**OLD, "clinics.jsonl": b"new\n"}
SCRIPT = """
import os, sys
from finder.ingest.pipeline import run
from finder.settings import Settings
print("ready", flush=True)
run(Settings.read(os.environ))
"""


def whole(build: Path) -> str:
    """The version that stands, after checking each of its bytes."""
    standing = current_run(build)
    assert standing is not None
    assert version_of(read_run(standing)) == standing.name
    for name in FILES:
        assert (build / name).resolve() == standing / name
    return standing.name


def publish_here(build: Path, files: dict[str, bytes]) -> str:
    with only_one(build):
        return publish(build, files)


def test_what_is_published_stands_under_the_names_that_users_open(tmp_path: Path) -> None:
    version = publish_here(tmp_path, OLD)
    assert whole(tmp_path) == version
    assert clinics_path(tmp_path).read_bytes() == b"old\n"
    assert (tmp_path / "listings/seed.jsonl").read_bytes() == b"1\n"


def test_a_build_folder_can_be_moved(tmp_path: Path) -> None:
    publish_here(tmp_path / "a", OLD)
    (tmp_path / "a").rename(tmp_path / "b")
    whole(tmp_path / "b")


def test_two_runs_are_kept_and_drafts_swept(tmp_path: Path) -> None:
    for number in range(4):
        publish_here(tmp_path, {**OLD, "report.json": b"%d" % number})
    runs = tmp_path / RUNS
    (runs / ".draft-77").mkdir()
    (runs / ".draft-77/half").write_text("x")
    (tmp_path / ".current.new").symlink_to("nowhere")
    assert len(list(runs.iterdir())) == KEPT_RUNS + 1
    last = publish_here(tmp_path, {**OLD, "report.json": b"3"})
    assert whole(tmp_path) == last
    assert len(list(runs.iterdir())) == KEPT_RUNS
    assert not (tmp_path / ".current.new").is_symlink()


def test_a_reader_that_is_open_reads_its_build_to_the_end(tmp_path: Path) -> None:
    publish_here(tmp_path, OLD)
    with clinics_path(tmp_path).open("rb") as stream:
        for number in range(4):
            publish_here(tmp_path, {**NEW, "report.json": b"%d" % number})
        assert stream.read() == b"old\n"


def test_files_that_stood_under_our_names_before_give_way(tmp_path: Path) -> None:
    (tmp_path / "clinics.jsonl").write_text("by hand")
    (tmp_path / "listings").mkdir()
    (tmp_path / "listings/x").write_text("by hand")
    publish_here(tmp_path, OLD)
    whole(tmp_path)


def test_a_damaged_run_of_the_same_version_is_written_anew(tmp_path: Path) -> None:
    version = publish_here(tmp_path, OLD)
    (tmp_path / RUNS / version / "clinics.jsonl").write_text("torn")
    assert publish_here(tmp_path, OLD) == version
    whole(tmp_path)


def test_two_ingests_at_once_are_refused(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(IngestError, match="another ingest is at work"),
        only_one(tmp_path),
    ):
        pass


class Stop(BaseException):
    """Like a kill: nothing catches it."""


def test_a_stop_at_any_system_call_leaves_the_old_or_the_new_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`publish` is stopped at its first, second, third ... call that touches the disk."""
    steps = 0
    while True:
        build = tmp_path / str(steps)
        old = publish_here(build, OLD)
        left = [steps]

        def stop_at(real: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
            def call(*args: object, **options: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    raise Stop
                return real(*args, **options)

            return call

        done = False
        with monkeypatch.context() as patch:
            for name in ("fsync", "rename", "replace", "symlink", "mkdir", "unlink", "rmdir"):
                patch.setattr(os, name, stop_at(getattr(os, name)))
            try:
                publish_here(build, NEW)
                done = True
            except Stop:
                pass
        assert whole(build) in {old, version_of(NEW)}
        again = publish_here(build, NEW)
        assert whole(build) == again
        assert not list((build / RUNS).glob(".draft*"))
        if done:
            break
        steps += 1
    assert steps > 10


def test_a_full_disk_is_said_and_the_old_build_stands(tmp_path: Path) -> None:
    old = publish_here(tmp_path, OLD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(IngestError, match="cannot be written: File too large; the previous build stands"):
            publish_here(tmp_path, {**NEW, "clinics.jsonl": b"x" * 200_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert whole(tmp_path) == old
    publish_here(tmp_path, NEW)
    assert len(list((tmp_path / RUNS).iterdir())) == 2


def test_clinics_that_are_not_there_send_to_ingest(tmp_path: Path) -> None:
    with pytest.raises(FinderError, match='run "finder ingest" first'):
        next(read_clinics(tmp_path))
    (tmp_path / "clinics.jsonl").mkdir()
    with pytest.raises(FinderError, match="cannot be read: Is a directory"):
        next(read_clinics(tmp_path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"}\n', "line 1: name: Field required"),
        ("nonsense\n", "line 1: the line: Invalid JSON"),
        ('{"id": "a"', "line 1 is cut off"),
        ("\udcff\n", "line 1"),
    ],
)
def test_a_damaged_clinics_file_is_named_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "clinics.jsonl").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError, match=message):
        list(read_clinics(tmp_path))


@pytest.mark.slow
def test_killed_at_thirty_random_moments_the_build_is_whole_each_time(tmp_path: Path) -> None:
    """The real data, and a list that changes each time, so that every run has something to write."""
    data, build = tmp_path / "data", tmp_path / "build"
    data.mkdir()
    for name in ("clinics", "places", "corrections.toml", "lexicon.toml"):
        (data / name).symlink_to(bundled_data() / name)
    seed = (bundled_data() / "sources.toml").read_text(encoding="utf-8")
    settings = Settings(data=data, build=build)
    env = {**os.environ, "FINDER_DATA": str(data), "FINDER_BUILD": str(build)}
    (data / "sources.toml").write_text(seed, encoding="utf-8")
    standing = run(settings).version
    chance, kept_old, got_new, publishes_after = random.Random(3), 0, 0, 1.0
    for number in range(30):
        text = seed.replace("fetched = 2026-11-22", f"fetched = 2026-11-22\nignored = {{ x{number} = '' }}")
        (data / "sources.toml").write_text(text, encoding="utf-8")
        child = subprocess.Popen([sys.executable, "-c", SCRIPT], env=env, stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        # One in three at any moment, the others closing in on the moment of publishing.
        any_moment = number % 3 == 0
        time.sleep(publishes_after * (chance.uniform(0, 1.1) if any_moment else chance.uniform(0.97, 1.03)))
        child.kill()
        child.wait()
        child.stdout.close()
        now = whole(build)
        assert len(list(read_clinics(build))) > 490
        kept_old += now == standing
        got_new += now != standing
        if not any_moment:
            publishes_after *= 1.15 if now == standing else 0.93
        standing = now
    assert kept_old and got_new
    assert run(settings).adds_up
    assert len(list((build / RUNS).iterdir())) <= KEPT_RUNS
