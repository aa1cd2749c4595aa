"""The snapshot folder: damage is noticed and named, publishing is atomic, a kill harms nothing."""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import CorruptIndex, EngineError, NoIndex, SettingsError
from finder.geo import Point, miles
from finder.model import Clinic
from finder.search.embedded import EmbeddedEngine, snapshot
from finder.search.embedded.columns import STRIPS
from finder.search.embedded.distance import miles_to
from finder.search.engine import open_engine
from finder.search.query import Query
from tests.factories import make_clinic, make_location, make_place
from tests.search.random_search import random_clinic

ROOT = Path(__file__).parent.parent.parent
NEAR = Query(place=make_place(), radius_miles=50, words=("kap",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of forty clinics."""
    path = tmp_path / "build" / "index"
    EmbeddedEngine(path).rebuild(forty())
    return path


def forty(seed: int = 4) -> list[Clinic]:
    random = Random(seed)
    return [random_clinic(random, number) for number in range(40)]


def current(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().strip()


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("gen-"))


def rename_current(folder: Path, manifest: dict) -> None:
    """Publish another manifest properly, under the name that fits it."""
    data = json.dumps(manifest).encode()
    (current(folder) / "MANIFEST.json").write_bytes(data)
    name = f"gen-{snapshot._version(data)}"
    current(folder).rename(folder / name)
    (folder / "CURRENT").write_text(name)


def replace_file(folder: Path, name: str, data: bytes) -> None:
    """Another content for a file, with a manifest that says so."""
    (current(folder) / name).unlink()
    (current(folder) / name).write_bytes(data)
    manifest = read_manifest(folder)
    manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    rename_current(folder, manifest)


def read_manifest(folder: Path) -> dict:
    return json.loads((current(folder) / "MANIFEST.json").read_bytes())


# Content


def test_equal_clinics_give_equal_bytes_and_versions_others_do_not(tmp_path: Path) -> None:
    clinics = forty()
    versions = []
    for name, given_clinics in (("a", clinics), ("b", clinics[::-1]), ("c", forty(5))):
        engine = EmbeddedEngine(tmp_path / name)
        engine.rebuild(given_clinics)
        versions.append(engine.version())
    assert versions[0] == versions[1] != versions[2]
    files = [{p.name: p.read_bytes() for p in current(tmp_path / name).iterdir()} for name in "ab"]
    assert files[0] == files[1]


def test_clinics_stand_by_strip_and_longitude_and_without_a_point_last(folder: Path) -> None:
    lat, lng, strip_at = (np.load(current(folder) / f"{n}.npy") for n in ("lat", "lng", "strip_at"))
    placed = ~np.isnan(lat)
    assert list(placed) == sorted(placed, reverse=True)
    assert strip_at[STRIPS] == placed.sum()
    assert strip_at[STRIPS + 1] == len(lat) == 40
    for strip in range(STRIPS):
        inside = slice(strip_at[strip], strip_at[strip + 1])
        assert all(np.floor((lat[inside] + 90) * 2) == strip)
        assert list(lng[inside]) == sorted(lng[inside])


def test_records_can_be_read_with_any_tool(folder: Path) -> None:
    lines = (current(folder) / "clinics.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {clinic.id for clinic in forty()}


def test_more_clinics_than_are_kept_parsed_are_read_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "KEPT_CLINICS", 7)
    engine = EmbeddedEngine(folder)
    assert sorted(hit.clinic.id for hit in engine.search(Query(size=100)).hits) == sorted(
        clinic.id for clinic in forty()
    )


# Distances


def check_distances(points: list[tuple[float, float]]) -> None:
    lat, lng = np.array(points).T
    for origin in points[:3]:
        at = Point(lat=origin[0], lng=origin[1])
        exact = [miles(at, Point(lat=a, lng=b)) for a, b in points]
        assert miles_to(at, lat, lng).tolist() == exact


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=30))
def test_column_distances_are_the_one_distance_to_the_last_bit(points: list[tuple[float, float]]) -> None:
    opposite = [(-lat, lng - 180 if lng > 0 else lng + 180) for lat, lng in points]
    beside = [(max(-90.0, min(90.0, lat + 1e-7)), lng) for lat, lng in points]
    check_distances(points + opposite + beside)


@pytest.mark.slow
def test_a_hundred_thousand_column_distances_are_the_one_distance() -> None:
    random = Random(8)
    check_distances([(random.uniform(-90, 90), random.uniform(-180, 180)) for _ in range(50_000)])
    check_distances([(random.uniform(35, 36), random.uniform(-83, -82)) for _ in range(50_000)])


# Damage


def test_no_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match='run "finder ingest" and then "finder index"'):
        open_engine(f"embedded:{tmp_path / 'nowhere'}").search(NEAR)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoIndex):
        EmbeddedEngine(tmp_path / "empty").version()


@pytest.mark.parametrize("url", ["", "embedded:", "embedded", "mysql:x", "ftp://x"])
def test_an_engine_url_that_names_no_engine_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_ENGINE"):
        open_engine(url)


def test_an_index_that_is_a_file_is_no_index_and_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")
    with pytest.raises(EngineError, match="cannot read"):
        EmbeddedEngine(tmp_path / "index").version()
    with pytest.raises(EngineError, match="cannot write the index"):
        EmbeddedEngine(tmp_path / "index").rebuild([])


@pytest.mark.parametrize(
    "pointer", [b"", b"gen-", b"../../etc", b"gen-0123456789abcdeg", b"\xff\xfe", b"gen-" * 99]
)
def test_a_pointer_that_names_no_build_is_damage(folder: Path, pointer: bytes) -> None:
    (folder / "CURRENT").write_bytes(pointer)
    with pytest.raises(CorruptIndex, match=r"CURRENT is damaged \(it names no build\)"):
        EmbeddedEngine(folder).search(NEAR)


def test_a_pointer_to_a_missing_build_is_damage(folder: Path) -> None:
    (folder / "CURRENT").write_text("gen-0123456789abcdef\n")
    with pytest.raises(CorruptIndex, match="names a build that is missing"):
        EmbeddedEngine(folder).search(NEAR)


def test_every_file_that_is_cut_or_missing_is_noticed_at_open_and_named(folder: Path) -> None:
    for path in sorted(current(folder).iterdir()):
        data = path.read_bytes()
        for damaged in (data[:-1], b"", None, data + b"\0"):
            path.unlink(missing_ok=True)
            if damaged is not None:
                path.write_bytes(damaged)
            with pytest.raises(CorruptIndex, match=path.name):
                EmbeddedEngine(folder).search(NEAR)
        path.write_bytes(data)
    assert EmbeddedEngine(folder).check()


@pytest.mark.slow
def test_every_flipped_byte_is_noticed_by_check_and_never_a_strange_error(folder: Path) -> None:
    random = Random(6)
    for path in sorted(current(folder).iterdir()):
        data = path.read_bytes()
        for at in {0, len(data) - 1, *(random.randrange(len(data)) for _ in range(12))}:
            path.unlink()  # a new file: the old one may still be mapped
            path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
            with pytest.raises(CorruptIndex, match=path.name):
                EmbeddedEngine(folder).check()
            engine = EmbeddedEngine(folder)
            for query in (NEAR, Query(size=100), Query(page=2, size=3, sort="match", words=("river",))):
                try:
                    engine.search(query)
                    engine.get("clinic-3")
                except EngineError as error:
                    assert "damaged" in str(error)
                except LookupError:
                    assert path.name.startswith("key"), "only a damaged id list may lose an id"
        path.write_bytes(data)
    assert EmbeddedEngine(folder).check()


@pytest.mark.parametrize("name", ["offers.npy", "stated.npy", "clinics.jsonl"])
def test_a_flipped_bit_is_never_served_as_truth(folder: Path, name: str) -> None:
    path = current(folder) / name
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    with pytest.raises(CorruptIndex, match=rf"{name}.*content has changed"):
        EmbeddedEngine(folder).search(Query(facets={"modality": ("kap",)}))


def test_a_large_index_is_opened_without_reading_it_whole_and_checked_when_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "VERIFIED_BYTES", 1000)
    path = current(folder) / "stated.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    engine = EmbeddedEngine(folder)
    assert engine.search(Query()).total == 40
    with pytest.raises(CorruptIndex, match="stated"):
        engine.check()


def test_a_file_that_vanishes_under_check_is_damage(folder: Path) -> None:
    engine = EmbeddedEngine(folder)
    engine.version()
    (current(folder) / "offers.npy").unlink()
    with pytest.raises(CorruptIndex, match="No such file"):
        engine.check()


def test_check_looks_again_when_rebuilds_removed_what_it_was_reading(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, verify, times = EmbeddedEngine(folder), snapshot.Snapshot.verify, []
    engine.version()

    def overtaken(opened: snapshot.Snapshot) -> None:
        times.append(opened.version)
        if len(times) == 1:
            for seed in (5, 6, 7):
                EmbeddedEngine(folder).rebuild(forty(seed))
        verify(opened)

    monkeypatch.setattr(snapshot.Snapshot, "verify", overtaken)
    assert "40 clinics" in engine.check()
    assert times[0] != times[-1]


def test_an_index_of_another_program_version_is_refused(folder: Path) -> None:
    rename_current(folder, {**read_manifest(folder), "schema_number": 99})
    with pytest.raises(CorruptIndex, match="its schema is 99, this program reads"):
        EmbeddedEngine(folder).search(NEAR)


@pytest.mark.parametrize("change", [{"facets": {"modality": ["kap"]}}, {"facets": {}}])
def test_an_index_of_another_facet_table_is_refused(folder: Path, change: dict) -> None:
    rename_current(folder, {**read_manifest(folder), **change})
    with pytest.raises(CorruptIndex, match="another facet table"):
        EmbeddedEngine(folder).search(NEAR)


def test_a_manifest_that_is_no_manifest_is_refused(folder: Path) -> None:
    for manifest in ({}, [], {"schema_number": snapshot.SCHEMA}):
        rename_current(folder, manifest)
        with pytest.raises(CorruptIndex, match=r"MANIFEST.json is damaged \(it cannot be read\)"):
            EmbeddedEngine(folder).search(NEAR)


def test_columns_of_another_length_than_the_manifest_says_are_refused(folder: Path) -> None:
    rename_current(folder, {**read_manifest(folder), "clinics": 39})
    with pytest.raises(CorruptIndex, match="another shape"):
        EmbeddedEngine(folder).search(NEAR)


def test_columns_that_do_not_fit_each_other_are_refused(folder: Path) -> None:
    buffer = BytesIO()
    np.save(buffer, np.zeros(3, dtype="u1"))
    replace_file(folder, "posting_weight.npy", buffer.getvalue())
    with pytest.raises(CorruptIndex, match=r"posting_weight.npy is damaged \(it has another length\)"):
        EmbeddedEngine(folder).search(NEAR)


def test_check_notices_clinics_that_a_search_finds_and_nobody_knows(folder: Path) -> None:
    keys = (current(folder) / "keys.txt").read_bytes()
    replace_file(folder, "keys.txt", keys.replace(b"clinic", b"klinik"))
    with pytest.raises(CorruptIndex, match="a search does not find what it holds"):
        EmbeddedEngine(folder).check()


def test_a_manifest_that_was_edited_is_damage(folder: Path) -> None:
    path = current(folder) / "MANIFEST.json"
    path.write_bytes(path.read_bytes().replace(b'"clinics": 40', b'"clinics": 39'))
    with pytest.raises(CorruptIndex, match=r"MANIFEST.json is damaged \(its content has changed\)"):
        EmbeddedEngine(folder).search(NEAR)


def test_a_build_without_a_manifest_is_damage(folder: Path) -> None:
    (current(folder) / "MANIFEST.json").unlink()
    with pytest.raises(CorruptIndex, match=r"MANIFEST.json is damaged \(it is missing\)"):
        EmbeddedEngine(folder).search(NEAR)


def test_a_damaged_index_is_mended_by_building_it_anew(folder: Path) -> None:
    whole = {path.name: path.read_bytes() for path in current(folder).iterdir()}
    (current(folder) / "lat.npy").write_bytes(b"")
    engine = EmbeddedEngine(folder)
    with pytest.raises(CorruptIndex):
        engine.check()
    engine.rebuild(forty())
    assert engine.check()
    assert {path.name: path.read_bytes() for path in current(folder).iterdir()} == whole
    assert not list(folder.glob(".tmp-*"))


# Publishing


def test_an_open_engine_sees_the_new_build_at_its_next_call(folder: Path) -> None:
    reader = EmbeddedEngine(folder)
    before = reader.version()
    EmbeddedEngine(folder).rebuild([make_clinic("new")])
    assert reader.version() != before
    assert [hit.clinic.id for hit in reader.search(Query()).hits] == ["new"]


def test_the_last_two_builds_are_kept_and_leftovers_swept(folder: Path) -> None:
    names = [current(folder).name]
    (folder / ".tmp-killed").mkdir()
    (folder / ".tmp-killed" / "lat.npy").write_bytes(b"half")
    (folder / ".tmp-CURRENT").write_bytes(b"gen-")
    for n in range(3):
        EmbeddedEngine(folder).rebuild([make_clinic(f"c{n}")])
        names.append(current(folder).name)
        assert generations(folder) == sorted(names[-2:])
    assert sorted(path.name for path in folder.iterdir()) == sorted([".lock", "CURRENT", *names[-2:]])


def test_publishing_the_same_again_keeps_the_build_and_its_predecessor(folder: Path) -> None:
    first = current(folder).name
    for _ in range(2):
        EmbeddedEngine(folder).rebuild([make_clinic()])
    inode = current(folder).stat().st_ino
    EmbeddedEngine(folder).rebuild([make_clinic()])
    assert current(folder).stat().st_ino == inode
    assert generations(folder) == sorted([first, current(folder).name])


def test_going_back_to_the_previous_build_works(folder: Path) -> None:
    first = current(folder).name
    EmbeddedEngine(folder).rebuild([make_clinic()])
    EmbeddedEngine(folder).rebuild(forty())
    assert current(folder).name == first
    assert EmbeddedEngine(folder).check()


def test_a_reader_that_is_overtaken_while_opening_looks_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rebuilds between reading the pointer and opening what it names."""
    open_folder = snapshot.Snapshot.open

    def late(path: Path, version: str) -> snapshot.Snapshot:
        monkeypatch.undo()
        for name in "ab":
            EmbeddedEngine(folder).rebuild([make_clinic(name)])
        return open_folder(path, version)

    monkeypatch.setattr(snapshot.Snapshot, "open", late)
    assert EmbeddedEngine(folder).search(Query()).hits[0].clinic.id == "b"


def test_a_folder_that_may_not_be_read_says_so(folder: Path) -> None:
    (folder / "CURRENT").unlink()
    (folder / "CURRENT").mkdir()
    with pytest.raises(EngineError, match="cannot read"):
        EmbeddedEngine(folder).version()


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_leaves_the_old_build(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(EngineError, match="cannot write the index"):
            EmbeddedEngine(folder).rebuild(forty(9))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert EmbeddedEngine(folder).check()


def test_builds_that_were_never_named_do_not_pile_up(folder: Path) -> None:
    for n in range(5):
        EmbeddedEngine(folder).rebuild([make_clinic(name=f"Build {n}")])
        orphan = folder / f"gen-{n:016x}"
        shutil.copytree(current(folder), orphan)
        assert len(generations(folder)) <= 3, "the named one, one before it, and what a kill left"
    EmbeddedEngine(folder).rebuild([make_clinic(name="Last")])
    assert len(generations(folder)) == 2


@pytest.mark.slow
def test_readers_in_threads_see_whole_builds_while_it_is_rebuilt(folder: Path) -> None:
    engine = EmbeddedEngine(folder)
    totals: set[tuple[str, int]] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            results = engine.search(Query(size=100))
            assert len(results.hits) == results.total
            totals.add((results.version, results.total))
            time.sleep(0.001)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(20):
        EmbeddedEngine(folder).rebuild([make_clinic(f"c{m}") for m in range(n % 7)])
    stop.set()
    for reader in readers:
        reader.join()
    assert len(totals) == len({version for version, _ in totals}) <= 8


REBUILDING = """
import sys
from itertools import count
from pathlib import Path
from finder.search.embedded import EmbeddedEngine
from tests.factories import make_clinic
engine = EmbeddedEngine(Path(sys.argv[1]))
print("ready", flush=True)
for n in count(int(sys.argv[2])):
    engine.rebuild([make_clinic(f"c{m}", name=f"Build {n}") for m in range(20 + n % 5)])
"""


@pytest.mark.slow
def test_killed_at_thirty_random_moments_a_whole_build_is_found_every_time(tmp_path: Path) -> None:
    folder, random = tmp_path / "index", Random(30)
    EmbeddedEngine(folder).rebuild([make_clinic("c0", name="Build 0")])
    reader = EmbeddedEngine(folder)
    builds = set()
    for kill in range(30):
        command = [sys.executable, "-c", REBUILDING, str(folder), str(kill * 1000 + 1)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        process.stdout.readline()
        deadline = time.monotonic() + random.uniform(0.0, 0.15)
        while time.monotonic() < deadline:
            check_whole(reader)
        process.kill()
        process.wait()
        process.stdout.close()
        builds.add(check_whole(reader))
        assert reader.check()
        assert len(generations(folder)) <= 3
    assert len(builds) > 10
    reader.rebuild([make_clinic()])
    assert len(list(folder.iterdir())) == 4, "CURRENT, .lock and two builds; nothing is left over"


def check_whole(reader: EmbeddedEngine) -> str:
    """All clinics of one answer are of one build, and all of them are there."""
    results = reader.search(Query(size=100))
    [name] = {hit.clinic.name for hit in results.hits}
    number = int(name.removeprefix("Build "))
    assert results.total == len(results.hits) == (20 + number % 5 if number else 1)
    return name


def test_a_place_far_from_everything_finds_nothing(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([make_clinic(location=make_location(35.6, -82.5))])
    assert engine.search(Query(place=make_place(-35.6, 97.5), radius_miles=500)).total == 0
