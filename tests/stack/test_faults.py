"""Parts that fail behind the proxy: an honest page, the crisis line, nothing of the search."""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools.stack import NGINX_CONF, free_port, gunicorn, nginx

pytestmark = [pytest.mark.slow]


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(autouse=True)
def needs_nginx() -> None:
    if shutil.which("nginx") is None:
        pytest.skip("no nginx: apt-get install nginx-light")


def test_with_the_application_gone_the_proxy_answers_with_help() -> None:
    with nginx(f"http://127.0.0.1:{free_port()}") as base:
        status, page = answer(f"{base}/search?q=canaryword")
        assert status == 503
        assert "988" in page and "canaryword" not in page


def test_with_the_index_gone_the_page_keeps_the_crisis_line_and_comes_back(
    real_build: Path, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    shutil.copytree(real_build, build, symlinks=True)
    with gunicorn(build, workers=1) as inner, nginx(inner) as base:
        assert answer(f"{base}/search?q=kap+near+asheville")[0] == 200
        current = build / "index" / "CURRENT"
        kept = current.read_bytes()
        current.unlink()
        status, page = answer(f"{base}/search?q=kap+near+asheville")
        assert status == 503
        assert "988" in page
        assert answer(f"{base}/health")[0] == 503
        current.write_bytes(kept)
        assert answer(f"{base}/search?q=kap+near+asheville")[0] == 200


def test_no_file_of_the_server_holds_what_was_searched(real_build: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    shutil.copytree(real_build, build, symlinks=True)
    log = tmp_path / "server.log"
    port = free_port()
    env = {"FINDER_BUILD": str(build), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(NGINX_CONF.parent.parent)}
    command = [sys.executable, "-m", "finder", "serve", "--port", str(port), "--workers", "1"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=tmp_path)
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"{base}/health", timeout=2).close()
                    break
                except OSError:
                    server.poll()
                    subprocess.run(["sleep", "0.1"], check=True)
            for path in ("/search?q=zebracanary+denver", "/search?q=zebracanary&radius=abc", "/zebracanary"):
                answer(base + path)
            answer(f"{base}/search?q={'zebracanary' * 1000}")
            answer(f"{base}/api/v1/places?q=zebracanary")
        finally:
            server.terminate()
            server.wait(timeout=20)
    for file in [log, *(path for path in build.rglob("*") if path.is_file())]:
        assert b"zebracanary" not in file.read_bytes(), file.name


def test_the_shipped_proxy_writes_no_access_log() -> None:
    conf = NGINX_CONF.read_text()
    assert "access_log off;" in conf
    assert "error_log stderr crit;" in conf
