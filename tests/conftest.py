"""What all tests share: under CI a skipped test is a failure."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from tests import elastic_server

# A shared, busy machine makes single examples slow; a property is about what is right.
hypothesis_settings.register_profile("finder", deadline=None)
hypothesis_settings.load_profile("finder")

ROOT = Path(__file__).parent.parent


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr[2] if report.longrepr else item.name}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that leaves a page in mid-load cuts a connection of the local server's thread; that is
    no fault of the next test, to which the complaint would be charged.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            for warning in ("PytestUnhandledThreadExceptionWarning", "PytestUnraisableExceptionWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::pytest.{warning}"))


@pytest.fixture(autouse=True)
def no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests start with no FINDER_ settings, whatever the shell has."""
    for name in list(os.environ):
        if name.startswith("FINDER_"):
            monkeypatch.delenv(name)


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The one temporary folder of all test workers."""
    folder = factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build folder of the real data, ingested and indexed once for all test workers."""
    shared = shared_folder(tmp_path_factory)
    build = shared / "real-build"
    with FileLock(shared / "real-build.lock"):
        if not (build / "done").exists():
            env = {name: text for name, text in os.environ.items() if not name.startswith("FINDER_")}
            env |= {"FINDER_BUILD": str(build), "FINDER_DATA": str(ROOT / "data")}
            for command in ("ingest", "index"):
                subprocess.run(
                    [sys.executable, "-m", "finder", command], env=env, check=True, capture_output=True
                )
            (build / "done").touch()
    return build


@pytest.fixture(scope="session")
def elastic_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real Elasticsearch node for all tests and workers: use an index name of your own."""
    if elastic_server.RUNNING:
        yield elastic_server.RUNNING.split(",")[0]
        return
    with ExitStack() as stack:
        try:
            yield stack.enter_context(elastic_server.shared(shared_folder(tmp_path_factory)))
        except elastic_server.NoServer as problem:
            pytest.skip(str(problem))


@pytest.fixture(scope="session")
def elastic_cluster() -> Iterator[elastic_server.Cluster]:
    """Three nodes of our own, to be killed and paused; `restore()` after that. For one test only: each
    worker that asks for it starts another cluster.
    """
    with ExitStack() as stack:
        try:
            yield stack.enter_context(elastic_server.running(3))
        except elastic_server.NoServer as problem:
            pytest.skip(str(problem))
