"""A server with security on: the roles of deploy/elasticsearch, wrong keys, certificates.

The test server keeps no API keys (it lacks a module for that), so a proxy trades the engine's key for a
user that has the role; what the role may do is decided by the server.
"""

import base64
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from finder.errors import EngineError, EngineRefused
from finder.search.elastic import ElasticEngine
from finder.search.query import Query
from finder.settings import Access
from tests import elastic_server
from tests.conftest import shared_folder
from tests.factories import make_clinic
from tests.search.fault_proxy import proxy_of

pytestmark = [pytest.mark.slow, pytest.mark.elastic]

FOLDER = Path(__file__).parents[2] / "deploy" / "elasticsearch"
ROLES = {
    role: json.loads((FOLDER / f"{role}.json").read_text())[f"clinics-{role}"]
    for role in ("reader", "indexer")
}
PASSWORD = "of-no-consequence"
CLINICS = [make_clinic(f"clinic-{n}") for n in range(5)]


def certificate(folder: Path, name: str) -> Path:
    """A certificate for loopback that signs itself; its key stands beside it."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / f"{name}.pem"


def hashed(password: str) -> str:
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the server that all workers share."""
    folder = shared_folder(tmp_path_factory)
    with FileLock(folder / "authority.lock"):
        made = folder / "server.pem"
        return made if made.exists() else certificate(folder, "server")


@pytest.fixture(scope="module")
def server(authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a node with security and TLS, whose superuser is "admin"."""
    settings = {
        "xpack.security.enabled": "true",
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.certificate": "server.pem",
        "xpack.security.http.ssl.key": "server.key",
    }
    files = {
        "server.pem": authority.read_text(),
        "server.key": authority.with_suffix(".key").read_text(),
        "users": "".join(f"{role}:{hashed(PASSWORD)}\n" for role in ROLES),
        "users_roles": "".join(f"clinics-{role}:{role}\n" for role in ROLES),
        "roles.yml": "".join(yaml.safe_dump({f"clinics-{role}": may}) for role, may in ROLES.items()),
    }
    start = partial(elastic_server.running, 1, files=files, settings=settings)
    with ExitStack() as stack:
        try:
            folder = shared_folder(tmp_path_factory)
            yield stack.enter_context(elastic_server.shared(folder, "secured", start))
        except elastic_server.NoServer as problem:
            pytest.skip(str(problem))


@contextmanager
def acting_as(role: str, server: str) -> Iterator[str]:
    """The address of the server, where one is this role."""
    user = base64.b64encode(f"{role}:{PASSWORD}".encode()).decode()
    with proxy_of(server, f"Basic {user}") as proxy:
        yield proxy.url


@pytest.fixture(scope="module")
def as_indexer(server: str) -> Iterator[str]:
    with acting_as("indexer", server) as url:
        yield url


@pytest.fixture(scope="module")
def as_reader(server: str) -> Iterator[str]:
    with acting_as("reader", server) as url:
        yield url


def test_the_indexer_may_rebuild_change_and_roll_back(as_indexer: str) -> None:
    indexer = ElasticEngine(f"{as_indexer}/clinics-changed", Access())
    indexer.rebuild(CLINICS)
    version = indexer.version()
    assert indexer.update(CLINICS[1:], version) == 1
    assert indexer.rollback() == version
    assert "5 clinics" in indexer.check()


def test_the_reader_may_search_and_check_and_nothing_else(as_indexer: str, as_reader: str) -> None:
    ElasticEngine(f"{as_indexer}/clinics", Access()).rebuild(CLINICS)
    reader = ElasticEngine(f"{as_reader}/clinics", Access())
    assert reader.search(Query()).total == 5
    assert "5 clinics" in reader.check()
    assert len(list(reader.export())) == 5
    for change in (lambda: reader.rebuild(CLINICS[:1]), reader.rollback):
        with pytest.raises(EngineRefused, match="FINDER_ELASTIC_API_KEY"):
            change()
    assert reader.search(Query()).total == 5


def test_a_role_reaches_no_other_index(as_indexer: str) -> None:
    other = ElasticEngine(f"{as_indexer}/patients", Access())
    for call in (lambda: other.search(Query()), lambda: other.rebuild(CLINICS)):
        with pytest.raises(EngineRefused, match="refuses these credentials"):
            call()


@pytest.mark.parametrize("key", ["", "wrong", base64.b64encode(b"no:body").decode()])
def test_wrong_credentials_are_said_to_be_wrong(server: str, authority: Path, key: str) -> None:
    engine = ElasticEngine(f"{server}/clinics", Access(key, authority))
    for call in (engine.version, lambda: engine.search(Query()), lambda: engine.rebuild(CLINICS)):
        with pytest.raises(EngineError, match="refuses these credentials"):
            call()


def test_a_certificate_of_somebody_else_is_not_trusted(server: str, tmp_path: Path) -> None:
    for ca in (certificate(tmp_path, "other"), None):
        engine = ElasticEngine(f"{server}/clinics", Access("any", ca))
        with pytest.raises(EngineError, match="FINDER_ELASTIC_CA"):
            engine.search(Query())
