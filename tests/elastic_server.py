"""A real Elasticsearch on loopback: fetched once, started in temporary folders, ended by process id.

`python -m tests.elastic_server` fetches the server and says where it is. FINDER_TEST_ELASTIC names a
server that runs already (or several nodes of one cluster, with commas: the contract suite then asks all of
them); the tests that kill nodes start their own all the same.
"""

import ctypes
import hashlib
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from tools.stack import free_port

VERSION = "9.2.4"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA256 = "af7b81fe31627c7523b2546351cd4e47310faa6a72c8db8dc8f7a191e871cfaf"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
OLDEST_JAVA = 21
NOBODY = 65534
START_SECONDS = 150.0
HEAP_MEGABYTES = 400
SOON_READY = "-XX:TieredStopAtLevel=1"
"""Compiles less: nodes start in half the time and answer more slowly later on."""
HELP = (
    f"no Elasticsearch for the tests: install a JDK of {OLDEST_JAVA} or newer and Maven and run "
    "`python -m tests.elastic_server`, or set FINDER_TEST_ELASTIC to the URL of a running server"
)
RUNNING = os.environ.get("FINDER_TEST_ELASTIC", "").rstrip("/")


class NoServer(Exception):
    """There is no JDK or no server on this machine."""


def cache() -> Path:
    """Where the server is kept: readable for the other user that root starts it as."""
    if os.geteuid() == 0:
        return Path("/var/cache/clinic-finder")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clinic-finder"


def java_home() -> Path:
    """The newest whole JDK of this machine; NoServer when none is new enough."""
    found = []
    for pattern in ("usr/lib/jvm/*", "Library/Java/JavaVirtualMachines/*/Contents/Home"):
        for release in Path("/").glob(f"{pattern}/release"):
            text = release.read_text(encoding="utf-8", errors="replace")
            version = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
            if version and "jdk.incubator.vector" in text and int(version[1]) >= OLDEST_JAVA:
                found.append((int(version[1]), release.parent))
    if not found:
        raise NoServer(HELP)
    return max(found)[1]


def distribution() -> Path:
    """The unpacked server, fetched from the package registry and checked the first time."""
    folder = cache() / f"elasticsearch-{VERSION}"
    if (folder / "bin").exists():
        return folder
    if shutil.which("mvn") is None:
        raise NoServer(HELP)
    cache().mkdir(parents=True, exist_ok=True)
    with FileLock(cache() / ".lock"), tempfile.TemporaryDirectory(dir=cache()) as temporary:
        if not (folder / "bin").exists():
            _unpack(_fetch(Path(temporary)), Path(temporary)).rename(folder)
    return folder


def _fetch(into: Path) -> Path:
    command = ["mvn", "-q", "-B", COPY, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={into}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        raise NoServer(f"{HELP} (Maven took more than ten minutes)") from None
    found = list(into.glob("*.zip"))
    if done.returncode or not found:
        raise NoServer(f"{HELP} (Maven: {(done.stdout + done.stderr).strip()[-300:]})")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != SHA256:
        raise NoServer(f"the server that Maven brought has the sha256 {digest}, not {SHA256}")
    return found[0]


def _unpack(archive: Path, into: Path) -> Path:
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(into)
        for entry in zipped.infolist():
            mode = entry.external_attr >> 16
            (into / entry.filename).chmod(0o755 if entry.is_dir() or mode & 0o100 else 0o644)
    return into / f"elasticsearch-{VERSION}"


@dataclass
class Node:
    """One server process and its folder."""

    name: str
    folder: Path
    http_port: int
    transport_port: int
    settings: dict[str, str]
    java_options: str
    heap_megabytes: int = HEAP_MEGABYTES
    files: dict[str, str] = field(default_factory=dict)
    """What its config folder holds besides the settings."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        is_secured = self.settings.get("xpack.security.http.ssl.enabled") == "true"
        return f"{'https' if is_secured else 'http'}://127.0.0.1:{self.http_port}"

    def start(self) -> None:
        """Start the process (again, with the data it had); `Cluster.wait` waits for it."""
        home = distribution()
        if not self.folder.exists():
            for name in ("data", "logs", "tmp"):
                (self.folder / name).mkdir(parents=True)
            shutil.copytree(home / "config", self.folder / "config")
            lines = [f"{name}: {value}" for name, value in self._yaml().items()]
            (self.folder / "config/elasticsearch.yml").write_text("\n".join(lines) + "\n")
            for name, text in self.files.items():
                (self.folder / "config" / name).write_text(text)
        is_root = os.geteuid() == 0
        if is_root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if is_root else {}
        with (self.folder / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen(
                [home / "bin/elasticsearch"],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  (one call)
                **user,
            )

    def kill(self) -> None:
        """Kill it at once (signal 9)."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=30)
            self.process = None

    def pause(self) -> None:
        """It answers nothing and keeps its connections, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def died_with(self) -> str | None:
        """What it said last, when it is not running any more."""
        if self.process is None or self.process.poll() is None:
            return None
        said = (self.folder / "stderr").read_text(errors="replace")
        logs = "".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("logs/*.log"))
        return f"{said[-1000:]}\n{logs}"

    def _signal(self, number: int) -> None:
        """To the launcher and the server that it started: one group of ours."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def _yaml(self) -> dict[str, str]:
        return {
            "node.name": self.name,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "http.port": str(self.http_port),
            "transport.port": str(self.transport_port),
            "network.host": "127.0.0.1",
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self.settings,
        }

    def _environment(self) -> dict[str, str]:
        heap = f"{self.heap_megabytes}m"
        return {
            "PATH": "/usr/bin:/bin",
            "ES_JAVA_HOME": str(java_home()),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap} {self.java_options}",
            "CLI_JAVA_OPTS": f"-Xmx64m -XX:+UseSerialGC {SOON_READY}",
        }


def _end_with_parent() -> None:
    """When the tests are killed, the kernel ends their servers."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Cluster:
    """Nodes that know each other."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)

    @property
    def urls(self) -> list[str]:
        """The address of every node, alive or not."""
        return [node.url for node in self.nodes]

    def engine_url(self, index: str) -> str:
        """What FINDER_ENGINE says for an index of this cluster, with every node in it."""
        hosts = ",".join(url.removeprefix("http://") for url in self.urls)
        return f"http://{hosts}/{index}"

    def kill(self, number: int) -> None:
        """Kill node 0, 1 or 2 with signal 9."""
        self.nodes[number].kill()

    def pause(self, number: int) -> None:
        self.nodes[number].pause()

    def resume(self, number: int) -> None:
        self.nodes[number].resume()

    def restore(self) -> None:
        """All nodes run again, joined, and every shard has its copies."""
        for node in self.nodes:
            node.resume()
            if node.process is None:
                node.start()
        self.wait()

    def wait(self, status: str = "green") -> None:
        """Until every node has joined and the health is at least this."""
        path = f"/_cluster/health?wait_for_nodes=>={len(self.nodes)}&wait_for_status={status}&timeout=5s"
        end = time.monotonic() + START_SECONDS
        for node in self.nodes:
            while True:
                died = node.died_with()
                assert died is None, f"Elasticsearch {node.name} ended: {died}"
                try:
                    if not ask(node.url, path)["timed_out"]:
                        break
                except urllib.error.HTTPError as error:
                    if error.code == 401:  # it runs, and wants to know who asks
                        break
                    time.sleep(0.2)
                except OSError:
                    time.sleep(0.2)
                assert time.monotonic() < end, f"Elasticsearch {node.name} is not ready"


TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname = False
TRUSTING.verify_mode = ssl.CERT_NONE


def ask(url: str, path: str, body: Any = None, method: str = "", authorization: str = "") -> Any:
    """One raw call; the JSON of the answer. OSError (HTTPError too) when there is none."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url + path, data, {"Content-Type": "application/json"})
    asked.method = method or ("GET" if body is None else "POST")
    if authorization:
        asked.add_header("Authorization", authorization)
    with urllib.request.urlopen(asked, timeout=30, context=TRUSTING) as answer:
        return json.loads(answer.read() or b"null")


def _fast_folder() -> Path | None:
    """Memory where there is enough: every change of the cluster waits for the disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000 else None


@contextmanager
def running(
    count: int,
    java_options: str = SOON_READY,
    settings: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    heap_megabytes: int = HEAP_MEGABYTES,
) -> Iterator[Cluster]:
    """A cluster of this many nodes within the block, with settings and config files besides the usual.
    NoServer when this machine cannot have one. `java_options=""` is for measuring: the server then
    compiles all it can.
    """
    java_home(), distribution()
    folder = Path(tempfile.mkdtemp(prefix="finder-elastic-", dir=_fast_folder()))
    folder.chmod(0o755)
    nodes = [
        Node(
            name=f"n{n}",
            folder=folder / f"n{n}",
            http_port=free_port(),
            transport_port=free_port(),
            settings=dict(settings or {}),
            java_options=java_options,
            heap_megabytes=heap_megabytes,
            files=dict(files or {}),
        )
        for n in range(count)
    ]
    for node in nodes:
        node.settings["cluster.name"] = folder.name
        if count == 1:
            node.settings["discovery.type"] = "single-node"
        else:
            seeds = ", ".join(f'"127.0.0.1:{other.transport_port}"' for other in nodes)
            node.settings["discovery.seed_hosts"] = f"[{seeds}]"
            names = ", ".join(other.name for other in nodes)
            node.settings["cluster.initial_master_nodes"] = f"[{names}]"
    cluster = Cluster(nodes)
    try:
        for node in nodes:
            node.start()
        cluster.wait("yellow")
        yield cluster
    finally:
        for node in nodes:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def shared(
    folder: Path,
    name: str = "elastic",
    start: Callable[[], AbstractContextManager[Cluster]] = lambda: running(1),
) -> Iterator[str]:
    """The URL of one node that all test workers share: the first starts it, and ends it when the
    others are done.
    """
    known = folder / f"{name}-url"
    users = folder / f"{name}-users"
    with FileLock(folder / f"{name}.lock", timeout=START_SECONDS * 2):
        server = None if known.exists() else start()
        if server is not None:
            known.write_text(server.__enter__().nodes[0].url)
        users.mkdir(exist_ok=True)
        badge = users / str(os.getpid())
        badge.touch()
    try:
        yield known.read_text()
    finally:
        badge.unlink(missing_ok=True)
        if server is not None:
            _wait_for_others(users)
            server.__exit__(None, None, None)


def _wait_for_others(users: Path) -> None:
    """Until no living worker uses the server (a killed one leaves its badge)."""
    end = time.monotonic() + 900
    while time.monotonic() < end:
        if not any(_is_alive(int(badge.name)) for badge in users.iterdir()):
            return
        time.sleep(0.2)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    try:
        print(f"{distribution()} with {java_home()}")
    except NoServer as problem:
        sys.exit(str(problem))
