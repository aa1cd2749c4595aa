"""The container image with the Elasticsearch client installs what the tests ran with."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
OF_THE_IMAGE = ROOT / "deploy" / "elasticsearch" / "requirements.txt"


def locked(file: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes by name."""
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    found = {}
    for line in lines:
        parsed = re.match(r"([a-z0-9.-]+)==(\S+)", line)
        assert parsed, line
        found[parsed[1]] = (parsed[2], frozenset(re.findall(r"--hash=(\S+)", line)))
    return found


def test_versions_and_hashes_are_those_of_the_tests() -> None:
    tested, image = locked(ROOT / "requirements-dev.txt"), locked(OF_THE_IMAGE)
    for name, lock in image.items():
        assert lock[1], name
        assert tested.get(name) == lock, name


def test_it_is_the_client_with_all_that_it_needs_and_nothing_else() -> None:
    pytest.importorskip("elasticsearch")
    needed, new = set[str](), {"elasticsearch"}
    while new:
        needed |= new
        wanted = [Requirement(text) for name in new for text in requires(name) or ()]
        asked = {one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})}
        new = {name.lower().replace("_", "-") for name in asked} - needed
    assert set(locked(OF_THE_IMAGE)) == needed
