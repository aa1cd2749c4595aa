"""The engines that must agree, each made empty, in a folder or an index of its own.

Another engine joins by one row of ENGINES.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finder.search import budget
from finder.search.embedded import EmbeddedEngine
from finder.search.engine import SearchEngine, open_engine
from finder.settings import Access
from tests.elastic_server import RUNNING, ask
from tests.search.brute_force import BruteForce

_LONG_SECONDS = 3_600.0
SHARDS = int(os.environ.get("ELASTIC_SHARDS", "1"))
"""On three nodes: FINDER_TEST_ELASTIC=http://one:9200,two:9200,three:9200 ELASTIC_SHARDS=3 pytest
tests/search/test_contract*.py -k elastic
"""


def _elastic(request: pytest.FixtureRequest, folder: Path) -> SearchEngine:
    url = request.getfixturevalue("elastic_url")
    nodes = RUNNING or url
    alias = "test-" + "".join(letter if letter.isalnum() else "-" for letter in str(folder).lower())[-80:]
    request.addfinalizer(lambda: _remove(url, alias))
    # These tests are about equal answers; a busy machine may take longer than a visitor should wait.
    budget.begin(_LONG_SECONDS)
    request.addfinalizer(budget.end)
    return open_engine(f"{nodes}/{alias}", Access(shards=SHARDS))


def _remove(url: str, alias: str) -> None:
    for row in ask(url, f"/_cat/indices/{alias}*?format=json&h=index"):
        ask(url, f"/{row['index']}", method="DELETE")


ENGINES: dict[str, Callable[[pytest.FixtureRequest, Path], SearchEngine]] = {
    "brute_force": lambda request, folder: BruteForce(),
    "embedded": lambda request, folder: EmbeddedEngine(folder / "index"),
    "elastic": _elastic,
}
"""How to make an empty one; `folder` is new and its own."""
_MARKS: dict[str, tuple[Any, ...]] = {"elastic": (pytest.mark.elastic, pytest.mark.slow)}

EVERY = [pytest.param(name, marks=_MARKS.get(name, ())) for name in ENGINES]
"""For `params=` and `parametrize`."""
COMPARED = [pytest.param(name, marks=_MARKS.get(name, ())) for name in ENGINES if name != "brute_force"]
"""Those that are compared with the reference."""


def empty(request: pytest.FixtureRequest, folder: Path, name: str = "") -> SearchEngine:
    """An empty engine: the one of the fixture's parameter, or a named one."""
    return ENGINES[name or request.param](request, folder)
