from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.services import Services
from tests.web import sample


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The bundled places and lexicon, and an index of the sample clinics."""
    settings = Settings(build=tmp_path_factory.mktemp("build"))
    open_engine(settings.engine_url).rebuild(sample.clinics())
    return settings


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def services(settings: Settings) -> Services:
    return Services.open(settings)


@pytest.fixture
def no_index(tmp_path: Path) -> FlaskClient:
    """An app whose index was never built."""
    return create_app(Settings(build=tmp_path)).test_client()


class Visitor:
    """Opens pages and reads them as a person does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, url: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(url)
        assert answer.status_code == status, (url, answer.status_code, answer.headers.get("Location"))
        return BeautifulSoup(answer.text, "html.parser")

    def words(self, url: str, status: int = 200) -> str:
        return text(self.open(url, status))


def text(part: BeautifulSoup) -> str:
    return " ".join(part.get_text(" ").split())


@pytest.fixture
def visit(client: FlaskClient) -> Visitor:
    return Visitor(client)
