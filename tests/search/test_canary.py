"""What a canary notices, and what the conversations about builds do with strange answers."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finder.errors import EngineDown, EngineError, EngineRefused
from finder.search.cluster import builds, canary, filling, health, lock, mapping
from finder.search.cluster.canary import difference
from finder.search.cluster.transport import Json
from finder.search.query import Query, Results
from tests.factories import make_clinic, make_place
from tests.search.brute_force import BruteForce

ENGINE = BruteForce([make_clinic(f"clinic-{n}") for n in range(3)])
FOUND = ENGINE.search(Query(place=make_place(), radius_miles=50, words=("example",)))
FIRST, *OTHERS = FOUND.hits
OLD = "clinics-20261122-140606-1f2e3d4c"
NEW = "clinics-20261123-140606-1f2e3d4c"


def with_first(**changes: object) -> Results:
    return FOUND.model_copy(update={"hits": (FIRST.model_copy(update=changes), *OTHERS)})


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (FOUND, ""),
        (FOUND.model_copy(update={"total": 99}), "99 clinics instead of 3"),
        (FOUND.model_copy(update={"hits": FOUND.hits[::-1]}), "another order"),
        (FOUND.model_copy(update={"counts": {}}), "other counts"),
        (with_first(via="telehealth"), "other reasons"),
        (with_first(distance_miles=None), "a distance where none is known"),
        (with_first(distance_miles=7.0), "other distances"),
        (with_first(clinic=FIRST.clinic.model_copy(update={"name": "Another"})), "other facts"),
    ],
)
def test_a_canary_notices_every_difference(other: Results, said: str) -> None:
    assert said in difference(FOUND, other)
    assert bool(said) == bool(difference(FOUND, other))


class Said:
    """A server that says what a test wants it to say."""

    def __init__(self, answer: Callable[[str, str, Json], Json]) -> None:
        self._answer = answer

    def perform(self, method: str, path: str, body: Json = None) -> Json:
        return self._answer(method, path, body)


def saying(answer: Json) -> Said:
    return Said(lambda *_: answer)


def test_a_mapping_that_is_none_is_no_answer() -> None:
    with pytest.raises(EngineDown):
        builds.live(saying("text"), "clinics")


@pytest.mark.parametrize("status", ["red", "refused"])
def test_an_index_that_does_not_get_ready_is_not_published(status: str) -> None:
    def answer(method: str, path: str, body: Json) -> Json:
        if status == "refused" and method == "GET":
            raise EngineRefused(408, "timeout", "too late")
        return {"status": status}

    with pytest.raises(EngineError, match="did not get ready"):
        builds.seal(Said(answer), OLD)


def test_an_alias_call_that_is_never_answered_is_down() -> None:
    calls = []

    def answer(method: str, path: str, body: Json) -> Json:
        calls.append(method)
        if method == "POST":
            raise EngineDown("no answer")
        return {OLD: {"mappings": {"_meta": mapping.mapping()["_meta"]}}}

    with pytest.raises(EngineDown):
        builds.publish(Said(answer), "clinics", "clinics-new", OLD)
    assert calls.count("POST") == 3


def test_a_build_that_is_gone_needs_no_deleting() -> None:
    def answer(*_: object) -> Json:
        raise EngineRefused(404, "index_not_found_exception", "gone")

    builds.delete(Said(answer), OLD)


def test_a_build_that_may_not_be_deleted_is_said() -> None:
    def answer(*_: object) -> Json:
        raise EngineRefused(403, "security_exception", "no")

    with pytest.raises(EngineRefused):
        builds.delete(Said(answer), OLD)


def test_an_alias_call_that_got_lost_once_is_made_again() -> None:
    calls = []

    def answer(method: str, path: str, body: Json) -> Json:
        calls.append(method)
        if calls == ["POST"]:
            raise EngineDown("no answer")
        return {OLD: {"mappings": {"_meta": mapping.mapping()["_meta"]}}}

    builds.publish(Said(answer), "clinics", NEW, OLD)
    assert calls == ["POST", "GET", "POST"]


def an_alias(meta: Json, before: Json) -> Said:
    """A server with a build that answers and the one before it."""

    def answer(method: str, path: str, body: Json) -> Json:
        if path.startswith("/clinics-*"):
            return {OLD: {}, NEW: {}, "clinics-lock": {}}
        return {OLD: {"mappings": before}} if OLD in path else {NEW: {"mappings": {"_meta": meta}}}

    return Said(answer)


def test_a_rollback_to_a_build_of_another_program_version_is_refused() -> None:
    now = {**mapping.mapping()["_meta"], "previous": OLD}
    with pytest.raises(EngineError, match="another version of this program"):
        builds.rollback(an_alias(now, {"_meta": {"version": "0"}}), "clinics")


def test_a_rollback_to_a_build_that_was_deleted_is_refused() -> None:
    now = {**mapping.mapping()["_meta"], "previous": "clinics-20200101-000000-00000000"}
    with pytest.raises(EngineError, match="no previous build"):
        builds.rollback(an_alias(now, {}), "clinics")


def test_without_an_answering_build_there_is_none_before_it() -> None:
    assert builds.previous(saying({}), None) is None
    assert builds.previous(saying({}), OLD) is None


def test_credentials_that_are_refused_stop_a_rebuild() -> None:
    def answer(*_: object) -> Json:
        raise EngineRefused(403, "security_exception", "no")

    with pytest.raises(EngineRefused):
        builds.live_or_none(Said(answer), "clinics")
    with pytest.raises(EngineRefused), lock.one_at_a_time(Said(answer), "clinics"):
        pass


@pytest.mark.parametrize("refused", ["GET", "PUT"])
def test_a_lock_that_may_not_be_read_or_written_is_an_error(refused: str) -> None:
    def answer(method: str, path: str, body: Json) -> Json:
        if "_doc" in path and method == refused:
            raise EngineRefused(403, "security_exception", "no")
        return {"found": False}

    with pytest.raises(EngineRefused), lock.one_at_a_time(Said(answer), "clinics"):
        pass


def test_an_owner_is_gone_only_when_its_process_of_this_machine_is() -> None:
    here = lock._here()
    assert not lock._is_gone({"where": "another machine", "pid": 1})
    assert not lock._is_gone({"where": here, "pid": os.getpid()})
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert lock._is_gone({"where": here, "pid": ended.pid})


def test_what_killed_canaries_left_is_swept_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name in (f"{ended.pid}-x", f"{os.getpid()}-x", "somebody"):
        (tmp_path / f"finder-canary-{name}").mkdir()
    canary._sweep()
    left = {path.name.removeprefix("finder-canary-") for path in tmp_path.iterdir()}
    assert left == {f"{os.getpid()}-x", "somebody"}


def test_a_failing_chunk_ends_the_filling_with_none_under_way() -> None:
    under_way, sent = set(), []

    def answer(method: str, path: str, body: Json) -> Json:
        under_way.add(id(body))
        sent.append(body)
        time.sleep(0.01)
        under_way.discard(id(body))
        if len(sent) > 2:
            raise EngineRefused(403, "cluster_block_exception", "full")
        return {"items": [{"create": {"status": 201}} for _ in body[::2]]}

    rows = (filling.row_of(make_clinic(f"clinic-{n}")) for n in range(20 * filling.CHUNK_DOCUMENTS))
    with pytest.raises(EngineRefused, match="full"):
        filling.put_all(Said(answer), OLD, rows, lambda: None)
    assert not under_way
    assert len(sent) <= 3 + 2 * filling.SENDERS


def test_what_is_sent_is_the_document_with_its_digest() -> None:
    row = filling.row_of(make_clinic())
    assert json.loads(row.line) == {**row.source, "digest": row.digest}


def test_a_red_index_is_no_sound_one() -> None:
    build = builds.Build(OLD, {"build": "x", "built": "2026-11-22", "clinics": 1})

    def answer(method: str, path: str, body: Json) -> Json:
        if "health" in path:
            return {"status": "red", "active_shards": 0, "number_of_data_nodes": 1}
        return {"nodes": {"a": {"version": "9.2.4"}}}

    with pytest.raises(EngineError, match="lacks a shard"):
        health.line(Said(answer), build)


def test_a_server_that_stays_too_busy_is_down_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling.time, "sleep", lambda _: None)
    busy = {"items": [{"create": {"status": 429, "error": {"type": "es_rejected_execution_exception"}}}]}
    row = filling.row_of(make_clinic())
    with pytest.raises(EngineDown, match="too busy"):
        filling.put_all(saying(busy), OLD, [row], lambda: None)


def test_a_count_that_is_not_what_can_be_read_is_an_error() -> None:
    def answer(method: str, path: str, body: Json) -> Json:
        whole = {"_shards": {"total": 1, "successful": 1, "failed": 0}, "timed_out": False}
        if "_count" in path:
            return {**whole, "count": 5}
        return {"id": "point", **whole, "hits": {"hits": []}}

    with pytest.raises(EngineError, match="counts 5 documents, but 0"):
        filling.holdings(Said(answer), OLD, lambda: None)


class Documents:
    """One document that is written under conditions, some answers being lost."""

    def __init__(self, lost: int = 0, not_ready: int = 0) -> None:
        self.held: dict[str, Any] | None = None
        self.sequence = 0
        self.lost = lost
        self.not_ready = not_ready

    def perform(self, method: str, path: str, body: Json = None) -> Json:
        if "_doc" not in path:
            return {}
        if method == "GET":
            if self.not_ready:
                self.not_ready -= 1
                raise EngineDown("not ready")
            return (
                {"found": False} if self.held is None else {"found": True, **self.guard, "_source": self.held}
            )
        expected = f"if_seq_no={self.sequence}&"
        if (self.held is not None and "op_type=create" in path) or (
            "if_seq_no" in path and expected not in path
        ):
            raise EngineRefused(409, "version_conflict_engine_exception", "conflict")
        self.held = body
        self.sequence += 1
        if self.lost:
            self.lost -= 1
            raise EngineDown("the answer was lost")
        return self.guard

    @property
    def guard(self) -> dict[str, int]:
        return {"_seq_no": self.sequence, "_primary_term": 1}


def test_the_lock_is_taken_kept_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_POLL_SECONDS", 0.0)
    documents = Documents(not_ready=2)
    with lock.one_at_a_time(documents, "clinics") as held:
        held.beat(now=True)
        assert documents.held is not None
    assert documents.held is None


def test_a_lock_that_somebody_took_is_not_given_away() -> None:
    documents = Documents()
    with pytest.raises(EngineError, match="took over"), lock.one_at_a_time(documents, "clinics") as held:
        documents.sequence += 1
        held.beat(now=True)
    assert documents.held is not None


def test_a_lock_whose_answer_was_lost_is_known_by_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_POLL_SECONDS", 0.0)
    documents = Documents(lost=1)
    with lock.one_at_a_time(documents, "clinics"):
        assert documents.held is not None
    assert documents.held is None


def test_a_lock_that_cannot_be_read_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(lock, "_READY_SECONDS", 0.0)
    with pytest.raises(EngineDown), lock.one_at_a_time(Documents(not_ready=9), "clinics"):
        pass
