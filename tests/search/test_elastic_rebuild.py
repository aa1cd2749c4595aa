"""Rebuilds, changes and rollbacks: readers see the old build or the new one, whoever is killed when."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from finder.errors import EngineError, Misuse
from finder.model import Clinic
from finder.search import elastic
from finder.search.cluster import canary, lock
from finder.search.elastic import ElasticEngine
from finder.search.query import Query
from finder.settings import Access
from tests.elastic_server import ask
from tests.factories import make_clinic
from tests.search.random_search import random_clinic

pytestmark = [pytest.mark.slow, pytest.mark.elastic]

READS = int(os.environ.get("ELASTIC_READS", "5000"))
KILLS = int(os.environ.get("ELASTIC_KILLS", "10"))
"""The bar is 100: ELASTIC_KILLS=100 pytest tests/search/test_elastic_rebuild.py -k killed"""


def engine_of(url: str) -> ElasticEngine:
    return ElasticEngine(url, Access())


@pytest.fixture
def url(elastic_url: str) -> Iterator[str]:
    """The address of an index of one's own."""
    yield f"{elastic_url}/rebuild-{uuid4().hex[:8]}"


def some(count: int, seed: int = 1) -> list[Clinic]:
    random = Random(seed)
    return [random_clinic(random, number) for number in range(count)]


def names(url: str) -> list[str]:
    server, _, alias = url.rpartition("/")
    return sorted(ask(server, f"/{alias}-2*/_settings?expand_wildcards=all"))


def test_equal_clinics_in_another_order_are_the_same_version(url: str) -> None:
    engine, clinics = engine_of(url), some(50)
    engine.rebuild(clinics)
    first = engine.version()
    engine.rebuild(reversed(clinics))
    assert engine.version() == first
    engine.rebuild(clinics[:-1])
    assert engine.version() != first


def test_two_builds_are_kept_and_a_rollback_goes_to_the_one_before(url: str) -> None:
    engine = engine_of(url)
    versions = []
    for count in (3, 4, 5):
        engine.rebuild(some(count))
        versions.append(engine.version())
    assert len(names(url)) == 2
    assert engine.rollback() == versions[1] == engine_of(url).version()
    assert engine.search(Query()).total == 4
    assert engine.rollback() == versions[2]
    assert engine.search(Query()).total == 5
    engine.rebuild(some(6))
    assert len(names(url)) == 2
    assert engine.rollback() == versions[2]


def test_who_still_knows_a_build_that_is_gone_asks_the_new_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "FRESH_SECONDS", 600.0)
    engine_of(url).rebuild(some(3))
    reader = engine_of(url)
    assert reader.search(Query()).total == 3
    for count in (4, 5):
        engine_of(url).rebuild(some(count))
    assert reader.search(Query()).total == 5


def test_a_published_build_takes_no_writes(url: str) -> None:
    engine_of(url).rebuild(some(3))
    server, _, alias = url.rpartition("/")
    with pytest.raises(OSError, match="403"):
        ask(server, f"/{alias}/_doc/new", {"id": "new"}, "PUT")


def test_an_empty_index_is_an_index(url: str) -> None:
    engine = engine_of(url)
    assert engine.rebuild([]) == 0
    assert engine.search(Query()).total == 0
    assert "0 clinics" in engine.check()


def test_changes_are_sent_alone_and_give_what_a_whole_rebuild_gives(url: str, elastic_url: str) -> None:
    engine, clinics = engine_of(url), some(60)
    engine.rebuild(clinics)
    before = engine.version()
    changed = [*clinics[3:], make_clinic("new")]
    changed[10] = changed[10].model_copy(update={"name": "Another Name"})
    assert engine.update(changed, before) == 3 + 1 + 1
    whole = engine_of(f"{url}-whole")
    whole.rebuild(changed)
    assert engine.version() == whole.version()
    assert [clinic.id for clinic in engine.export()] == sorted(clinic.id for clinic in changed)
    assert engine.get("new").id == "new"
    assert engine.rollback() == before
    assert engine.search(Query()).total == 60


def test_nothing_changed_leaves_the_build(url: str) -> None:
    engine = engine_of(url)
    engine.rebuild(some(5))
    there = names(url)
    assert engine.update(some(5), "2020-01-01") == 0
    assert names(url) == there


def test_changes_since_another_build_or_a_later_day_are_refused(url: str) -> None:
    engine = engine_of(url)
    engine.rebuild(some(5))
    for since in ("0123456789abcdef", "9999-01-01", "last week"):
        with pytest.raises(Misuse):
            engine.update(some(6), since)
    assert engine.search(Query()).total == 5


def test_a_failing_change_leaves_the_build(url: str) -> None:
    engine = engine_of(url)
    engine.rebuild(some(5))
    version, there = engine.version(), names(url)

    def breaks() -> Iterator[Clinic]:
        yield from some(3)
        raise EngineError("the file ends here")

    with pytest.raises(EngineError, match="the file ends here"):
        engine.update(breaks(), version)
    assert (engine.version(), names(url)) == (version, there)


@pytest.mark.parametrize("most", [1, 50])
def test_a_large_index_is_held_against_a_part_of_the_map(
    url: str, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(canary, "MOST_COMPARED", most)
    engine = engine_of(url)
    assert engine.rebuild(some(300)) == 300
    assert "canaries agreed" in engine.check()


def test_two_rebuilds_at_once_wait_for_each_other(url: str) -> None:
    errors: list[Exception] = []

    def rebuild(count: int) -> None:
        try:
            engine_of(url).rebuild(some(count))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=rebuild, args=(count,)) for count in (3, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(names(url)) == 2
    assert engine_of(url).search(Query()).total in (3, 4, 5)


def test_a_lock_of_another_machine_is_waited_for_until_its_lease_ends(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(url)
    engine.rebuild(some(3))
    server, _, alias = url.rpartition("/")
    body = {"owner": "x", "where": "another machine", "pid": 1}
    ask(server, f"/{alias}-lock/_doc/rebuild", body, "PUT")
    monkeypatch.setattr(lock, "WAIT_SECONDS", 1.0)
    with pytest.raises(EngineError, match="another rebuild has been running"):
        engine.rebuild(some(4))
    assert engine.search(Query()).total == 3
    monkeypatch.setattr(lock, "WAIT_SECONDS", 30.0)
    monkeypatch.setattr(lock, "LEASE_SECONDS", 1.0)
    assert engine.rebuild(some(4)) == 4


def test_who_lost_the_lock_publishes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(url)
    engine.rebuild(some(3))
    server, _, alias = url.rpartition("/")
    body = {"owner": "x", "where": "another machine", "pid": 1}

    def robbed() -> Iterator[Clinic]:
        yield from some(4)
        ask(server, f"/{alias}-lock/_doc/rebuild", body, "PUT")

    with pytest.raises(EngineError, match="another rebuild took over"):
        engine.rebuild(robbed())
    assert engine.search(Query()).total == 3
    ask(server, f"/{alias}-lock/_doc/rebuild", method="DELETE")


def test_searches_go_on_while_builds_are_swapped(url: str) -> None:
    sizes = (200, 150)
    builds = [some(size) for size in sizes]
    engine_of(url).rebuild(builds[0])
    done, failed, seen = threading.Event(), [], []

    def read() -> None:
        engine = engine_of(url)
        while not done.is_set():
            try:
                found = engine.search(Query(size=1))
                if found.total not in sizes or engine.count(Query()) not in sizes:
                    failed.append(f"{found.total} clinics")
            except Exception as error:
                failed.append(repr(error))
            seen.append(2)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    swaps = 0
    while sum(seen) < READS or swaps < 2:
        swaps += 1
        engine_of(url).rebuild(builds[swaps % 2])
    done.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert swaps >= 2 and sum(seen) >= READS


def _rebuild(url: str, clinics: Sequence[Clinic]) -> None:
    engine_of(url).rebuild(clinics)


def test_an_indexing_process_killed_at_any_moment_leaves_the_old_build_or_the_new_one(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    random = Random()
    reader = engine_of(url)
    builds = [some(40), some(30)]
    known, took = {}, 0.0
    for clinics in builds:
        start = time.monotonic()
        reader.rebuild(clinics)
        took = time.monotonic() - start
        known[reader.version()] = len(clinics)
    for turn in range(KILLS):
        child = get_context("fork").Process(target=_rebuild, args=(url, builds[turn % 2]))
        child.start()
        time.sleep(random.uniform(0, took * 1.3))
        if child.is_alive():
            os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        found = engine_of(url).search(Query(size=100))
        assert len(found.hits) == found.total == known[found.version]
        assert len(names(url)) <= 3
    reader.rebuild(builds[0])
    assert len(names(url)) == 2
    assert not list(Path(tempfile.gettempdir()).glob("finder-canary-*"))
    assert reader.search(Query()).total == 40
