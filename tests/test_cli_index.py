"""`finder index --since` and `--rollback`, and the fallback that `finder index` keeps up to date."""

import subprocess
import sys
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from finder.cli import cli
from finder.cli_index import roll_back, run_index
from finder.errors import Misuse
from finder.search.embedded import EmbeddedEngine
from finder.search.engine import open_engine
from finder.search.query import Query
from finder.settings import Access, Settings
from tools.stack import free_port, running


def finder(*words: str, **env: str) -> Result:
    return CliRunner().invoke(cli, words, env=env, standalone_mode=False)


@pytest.mark.slow
def test_the_embedded_engine_is_rebuilt_whole(real_build: Path) -> None:
    for words in (("index", "--since", "2026-11-22"), ("index", "--rollback")):
        done = finder(*words, FINDER_BUILD=str(real_build))
        assert isinstance(done.exception, Misuse) and "built anew" in str(done.exception)
    done = finder("index", "--since", "x", "--rollback", FINDER_BUILD=str(real_build))
    assert "not both" in str(done.exception)


@pytest.mark.slow
def test_the_fallback_is_kept_up_to_date(real_build: Path, tmp_path: Path) -> None:
    settings = Settings(
        build=real_build, engine=f"embedded:{tmp_path / 'index'}", fallback=f"embedded:{tmp_path / 'spare'}"
    )
    done = run_index(settings, None)
    assert done["fallback"] == settings.fallback
    assert EmbeddedEngine(tmp_path / "spare").count(Query()) == done["clinics"]


@pytest.mark.slow
@pytest.mark.elastic
def test_elasticsearch_takes_changes_and_goes_back(elastic_url: str, real_build: Path) -> None:
    url = f"{elastic_url}/cli-{uuid4().hex[:8]}"
    settings = Settings(build=real_build, engine=url)
    count = run_index(settings, None)["clinics"]
    engine = open_engine(url)
    assert engine.count(Query()) == count > 400
    assert run_index(settings, engine.version())["changed"] == 0
    env = {"FINDER_BUILD": str(real_build), "FINDER_ENGINE": url}
    assert f"{count} clinics indexed" in finder("index", **env).output
    assert "0 changed clinics indexed" in finder("index", "--since", "2020-01-01", **env).output
    assert f"build {engine.version()} answers again" in finder("index", "--rollback", **env).output
    assert roll_back(settings)["version"] == engine.version()
    assert f"{count} clinics; green" in finder("check", **env).output
    assert " clinics. " in finder("search", "colorado", **env).output


def test_access_says_what_the_settings_say(tmp_path: Path) -> None:
    settings = Settings.read({"FINDER_ELASTIC_API_KEY": "secret", "FINDER_ELASTIC_CA": str(tmp_path)})
    assert settings.access == Access("secret", tmp_path, 1)
    assert "secret" not in repr(settings)
    assert settings.elastic_api_key == SecretStr("secret")


def test_a_fallback_that_is_no_snapshot_is_refused() -> None:
    with pytest.raises(Misuse, match="FINDER_FALLBACK"):
        Settings.read({"FINDER_FALLBACK": "https://host:9200/clinics"})


def test_without_the_client_an_address_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['elasticsearch'] = None; sys.modules['elastic_transport'] = None\n"
        "from finder.cli import main\n"
        "sys.argv = ['finder', 'index']\n"
        "main()"
    )
    env = {"FINDER_ENGINE": "https://host:9200/clinics", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install 'elasticsearch>=9,<10'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_server_starts_while_elasticsearch_is_away_and_answers_from_the_fallback(
    real_build: Path, tmp_path: Path
) -> None:
    port = free_port()
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "FINDER_BUILD": str(tmp_path),
        "FINDER_ENGINE": f"http://127.0.0.1:{free_port()}/clinics",
        "FINDER_FALLBACK": f"embedded:{real_build / 'index'}",
    }
    command = [sys.executable, "-m", "finder", "serve", "--workers", "1", "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    with (
        running(command, f"{base}/health", env, tmp_path),
        urllib.request.urlopen(f"{base}/search?q=asheville", timeout=20) as answer,
    ):
        page = answer.read().decode()
    assert "main search is not available" in page and "Asheville" in page
