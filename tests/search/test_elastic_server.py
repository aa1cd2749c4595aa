"""The test harness itself: it brings a known server, and says what helps when it cannot."""

from pathlib import Path

import pytest

from tests import elastic_server
from tests.elastic_server import VERSION, NoServer, ask


@pytest.mark.slow
@pytest.mark.elastic
def test_one_node_answers(elastic_url: str) -> None:
    nodes = ask(elastic_url, "/_nodes/_all/none?filter_path=nodes.*.version")["nodes"]
    assert all(node["version"].startswith("9.") for node in nodes.values()), VERSION


def test_without_a_java_or_a_server_it_says_what_helps(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(elastic_server, "OLDEST_JAVA", 999)
    with pytest.raises(NoServer, match="install a JDK"):
        elastic_server.java_home()
    monkeypatch.setattr(elastic_server, "cache", lambda: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoServer, match="FINDER_TEST_ELASTIC"):
        elastic_server.distribution()


def test_a_server_that_is_not_the_known_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    maven = tmp_path / "bin" / "mvn"
    maven.write_text('#!/bin/sh\nfor last; do :; done\necho no > "${last#-DoutputDirectory=}/a.zip"\n')
    maven.chmod(0o755)
    monkeypatch.setattr(elastic_server, "cache", lambda: tmp_path / "cache")
    monkeypatch.setenv("PATH", f"{maven.parent}:/usr/bin:/bin")
    with pytest.raises(NoServer, match="sha256"):
        elastic_server.distribution()
    assert not list((tmp_path / "cache").glob("elasticsearch-*"))
