"""What a bare machine does: the Dockerfile's commands, the wheel in an empty folder, compose."""

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tools.stack import free_port, running

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
INPUTS = ["requirements.txt", "pyproject.toml", "README.md", "LICENSE", "finder", "data"]


@contextmanager
def serving(command: list[str], env: dict[str, str], folder: Path) -> Iterator[str]:
    """The base URL of a server that is ended afterwards."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([*command, "--port", str(port)], f"{base}/health", env, folder):
        yield base


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked as pip would install it, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "src"
    source.mkdir()
    for name in INPUTS:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run([*pip, *build], check=True, capture_output=True, cwd=folder)
    wheel = next(folder.glob("*.whl"))
    target = folder / "site"
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
    )
    return target


@pytest.mark.slow
def test_the_wheel_serves_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"}
    code = "import finder, sys; from finder.cli import main; main()"
    where = subprocess.run(
        [sys.executable, "-c", "import finder; print(finder.__file__)"],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed) in where.stdout
    with serving([sys.executable, "-c", code, "serve"], env, tmp_path) as base:
        assert b"988" in get(base)
        answer = json.loads(get(f"{base}/api/v1/clinics?q=kap+near+asheville"))
        assert answer["items"][0]["name"] == "Asheville Integrative Psychiatry"
        health = json.loads(get(f"{base}/health"))
        assert health["status"] == "ok"


@pytest.mark.slow
def test_a_search_too_long_for_a_request_line_gets_a_plain_page(real_build: Path, tmp_path: Path) -> None:
    env = {"FINDER_BUILD": str(real_build), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    with serving([sys.executable, "-m", "finder", "serve", "--workers", "1"], env, tmp_path) as base:
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(f"{base}/search?q={'canary' * 2000}")
        page = caught.value.read().decode()
        assert caught.value.code == 414
        assert "too long" in page and "988" in page and "canary" not in page


def test_the_commands_of_the_dockerfile_use_what_the_repository_has() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()[:-1]}
    assert names == set(INPUTS)
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert names == allowed


@pytest.mark.slow
def test_the_run_commands_of_the_dockerfile_succeed_in_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    commands = " && ".join(re.findall(r"^RUN (.+)$", DOCKERFILE, re.MULTILINE))
    finder = [
        re.sub(r"^FINDER_BUILD=\S+ ", "", part) for part in commands.split(" && ") if "bin/finder " in part
    ]
    assert [part.split("bin/finder ")[1] for part in finder] == ["ingest", "index"]
    env = {"PYTHONPATH": str(installed), "FINDER_BUILD": str(tmp_path / "build"), "PATH": "/usr/bin:/bin"}
    for part in finder:
        done = subprocess.run(
            [sys.executable, "-m", "finder", part.split("bin/finder ")[1]],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    start = re.findall(r'^CMD \["/opt/finder/bin/finder", (.+)\]$', DOCKERFILE, re.MULTILINE)[0]
    assert "serve" in start and "0.0.0.0" in start


def test_the_image_runs_as_a_user_and_is_watched() -> None:
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE and "/health" in DOCKERFILE


def test_compose_parses_and_listens_on_loopback_only() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert services["finder"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["finder"]["read_only"] is True
