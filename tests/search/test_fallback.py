"""A second engine that answers while the first one does not, and what one question shares."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from finder.errors import ClinicNotFound, EngineDown, EngineError
from finder.geo import Box
from finder.model import Clinic
from finder.search import budget
from finder.search.cluster.breaker import FAILURES, PAUSE_SECONDS, Breaker
from finder.search.cluster.transport import error_kind, refusal, whole
from finder.search.embedded import EmbeddedEngine
from finder.search.engine import SearchEngine
from finder.search.fallback import FallbackEngine, together
from finder.search.query import Query, Results
from finder.settings import Settings, bundled_data
from finder.web import create_app
from tests.factories import make_clinic
from tests.search.brute_force import BruteForce

EVERYWHERE = Box(south=-90, west=-180, north=90, east=180)


class Flaky(BruteForce):
    """Answers until it is told to fail."""

    is_down = False

    def search(self, query: Query) -> Results:
        self._answers()
        return super().search(query)

    def count(self, query: Query) -> int:
        self._answers()
        return super().count(query)

    def get(self, clinic_id: str) -> Clinic:
        self._answers()
        return super().get(clinic_id)

    def version(self) -> str:
        self._answers()
        return "flaky"

    def check(self) -> str:
        self._answers()
        return "well"

    def _answers(self) -> None:
        if self.is_down:
            raise EngineDown("xyzzyplugh")


@pytest.fixture
def first() -> Flaky:
    return Flaky([make_clinic(f"clinic-{n}") for n in range(5)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    EmbeddedEngine(tmp_path / "fallback").rebuild([make_clinic(f"clinic-{n}") for n in range(3)])
    return tmp_path / "fallback"


@pytest.fixture
def both(first: Flaky, folder: Path) -> FallbackEngine:
    return FallbackEngine.open(first, f"embedded:{folder}")


def test_the_first_engine_answers_while_it_can(both: FallbackEngine) -> None:
    assert both.search(Query()).total == both.count(Query()) == 5
    assert both.version() == "flaky"
    assert both.check() == "well"


@pytest.mark.parametrize(
    "call",
    [
        lambda engine: engine.search(Query()).total == 3,
        lambda engine: engine.count(Query()) == 3,
        lambda engine: engine.get("clinic-1").id == "clinic-1",
        lambda engine: engine.version() != "flaky",
        lambda engine: "stands in" in engine.check() and "3 clinics" in engine.check(),
        lambda engine: together(engine, lambda one: one.count(Query())) == 3,
    ],
)
def test_the_second_engine_stands_in(
    both: FallbackEngine, first: Flaky, call: Callable[[SearchEngine], bool]
) -> None:
    first.is_down = True
    assert call(both)
    first.is_down = False
    assert both.count(Query()) == 5


def test_grids_and_suggestions_come_from_it_too(folder: Path) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            def fail(*_: object) -> object:
                raise EngineDown("gone")

            return fail

    both = FallbackEngine.open(Gone(), f"embedded:{folder}")  # type: ignore[arg-type]
    assert sum(cell.count for cell in both.grid(Query(), EVERYWHERE, (), 5).cells) == 3
    assert len(both.suggest("example", 2)) == 2


def test_one_question_is_never_answered_by_both(both: FallbackEngine, first: Flaky) -> None:
    def half(engine: SearchEngine) -> tuple[int, int]:
        total = engine.count(Query())
        first.is_down = True
        return total, engine.count(Query())

    with budget.question():
        assert together(both, half) == (3, 3)
        first.is_down = False
        assert both.count(Query()) == 3
        assert together(both, lambda engine: engine.count(Query())) == 3
    with budget.question(), pytest.raises(EngineDown):
        half(both)


def test_a_clinic_that_is_not_there_is_no_outage(both: FallbackEngine) -> None:
    with pytest.raises(ClinicNotFound):
        both.get("nobody")


def test_without_a_second_index_the_first_error_stands(first: Flaky, tmp_path: Path) -> None:
    both = FallbackEngine.open(first, f"embedded:{tmp_path / 'none'}")
    first.is_down = True
    with pytest.raises(EngineDown, match="xyzzyplugh"):
        both.search(Query())
    with pytest.raises(EngineError):
        both.check()
    with pytest.raises(EngineError, match="no fallback"):
        both.built()


def test_a_rebuild_is_the_first_engines(both: FallbackEngine, first: Flaky) -> None:
    assert both.rebuild([make_clinic("only")]) == 1
    assert first.count(Query()) == 1


# The site


@pytest.fixture
def site(first: Flaky, folder: Path) -> Flask:
    return create_app(Settings(data=bundled_data(), fallback=f"embedded:{folder}"), first)


def test_pages_say_where_the_answer_comes_from(site: Flask, first: Flaky) -> None:
    client = site.test_client()
    assert "main search is not available" not in client.get("/search?q=asheville").text
    first.is_down = True
    page = client.get("/search?q=asheville")
    assert page.status_code == 200 and "main search is not available" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    document = client.get("/api/v1/clinics?q=asheville")
    assert "main search is not available" in document.json["meta"]["notes"][0]
    assert "ETag" not in document.headers
    assert "main search is not available" in client.get("/clinic/clinic-1").text
    assert client.get("/health").status_code == 200
    first.is_down = False
    assert "main search is not available" not in client.get("/search?q=asheville").text


def test_a_page_that_needs_no_engine_says_nothing(site: Flask, first: Flaky) -> None:
    first.is_down = True
    assert "main search is not available" not in site.test_client().get("/privacy").text


# One question


def test_calls_of_one_question_share_its_time() -> None:
    with budget.question(0.05):
        assert budget.seconds_left() <= 0.05
        with budget.question(9):
            time.sleep(0.06)
            assert budget.seconds_left() == 0
    assert budget.seconds_left() > 1


def test_threads_have_questions_of_their_own() -> None:
    seen = []
    with budget.question(0.01):
        budget.current().answered_by = "fallback"
        thread = threading.Thread(target=lambda: seen.append(budget.current().answered_by))
        thread.start()
        thread.join()
    assert seen == [""]


# The breaker


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_ask_at_a_time() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.lets_ask()
    breaker.succeeded()
    for _ in range(FAILURES):
        assert breaker.lets_ask()
        breaker.failed()
    assert not breaker.lets_ask()
    now[0] += PAUSE_SECONDS
    assert [breaker.lets_ask() for _ in range(3)] == [True, False, False]
    breaker.failed()
    now[0] += PAUSE_SECONDS
    assert breaker.lets_ask()
    breaker.succeeded()
    assert [breaker.lets_ask() for _ in range(3)] == [True] * 3


# What counts as an answer

GOOD = {"_shards": {"total": 1, "successful": 1, "failed": 0}, "timed_out": False}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "text",
        {},
        {"responses": []},
        {"responses": None},
        {"responses": [GOOD, "text"]},
        {"responses": [GOOD, {"error": {"type": "x"}, "status": 503}]},
        {**GOOD, "timed_out": True},
        {**GOOD, "terminated_early": True},
        {"_shards": {"total": 2, "successful": 1, "failed": 0}},
        {"_shards": {"total": 2, "successful": 1, "failed": 1}},
        {"_shards": {"total": 0, "successful": 0, "failed": 0}},
        {"_shards": {}},
    ],
)
def test_less_than_a_whole_answer_is_none(answer: object) -> None:
    with pytest.raises(EngineDown):
        whole(answer)


def test_a_whole_answer_passes() -> None:
    assert whole(GOOD) is GOOD
    assert whole({"responses": [GOOD, GOOD]})


@pytest.mark.parametrize(
    "body", [None, "text", {}, {"error": "text"}, {"error": {}}, {"error": {"root_cause": []}}]
)
def test_an_error_without_a_reason_has_no_kind(body: object) -> None:
    assert error_kind(body) == ""
    assert isinstance(refusal(400, body), EngineError)
    assert isinstance(refusal(502, body), EngineDown)
