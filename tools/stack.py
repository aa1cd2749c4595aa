"""The product as it is deployed, on loopback: built data, gunicorn, and nginx in front."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
NGINX_CONF = ROOT / "deploy" / "nginx.conf"
START_SECONDS = 60


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build(folder: Path) -> None:
    """Ingest and index the real data into a folder."""
    for command in ("ingest", "index"):
        subprocess.run(
            [sys.executable, "-m", "finder", command], env=_env(folder), check=True, capture_output=True
        )


def _env(folder: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FINDER_")}
    return {**kept, "FINDER_BUILD": str(folder), "FINDER_DATA": str(ROOT / "data"), "PYTHONPATH": str(ROOT)}


@contextmanager
def running(
    command: list[str], url: str, env: dict[str, str] | None = None, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server, started in `folder`, that answers at `url` within the block and is ended after it."""
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, env=env, cwd=folder, stdout=quiet, stderr=quiet)
    try:
        _wait_for(url, server)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")


@contextmanager
def gunicorn(folder: Path, workers: int = 2) -> Iterator[str]:
    """`finder serve` on the build in `folder`; yields its base URL."""
    port = free_port()
    command = [sys.executable, "-m", "finder", "serve", "--port", str(port), "--workers", str(workers)]
    with running(command, f"http://127.0.0.1:{port}/health", _env(folder)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(upstream: str) -> Iterator[str]:
    """nginx with the shipped configuration in front of `upstream`; yields its base URL."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="finder-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        conf = NGINX_CONF.read_text()
        conf = conf.replace("127.0.0.1:8000", upstream.removeprefix("http://"))
        conf = conf.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        conf = conf.replace("rate=20r/s", "rate=2000r/s").replace("burst=200", "burst=2000")
        (folder / "nginx.conf").write_text(conf)
        shutil.copy("/etc/nginx/mime.types", folder / "mime.types")
        command = ["nginx", "-p", name, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
        with running(command, f"http://127.0.0.1:{port}/health"):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def stack(folder: Path | None = None) -> Iterator[str]:
    """gunicorn behind nginx on a build of the real data; yields the URL that visitors would use."""
    with ExitStack() as parts:
        if folder is None:
            folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="finder-stack-")))
            build(folder)
        inner = parts.enter_context(gunicorn(folder))
        yield parts.enter_context(nginx(inner))
