"""The picture for link previews: states and towns with a page have one, 1200 by 630; nothing else has."""

import struct
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from finder.settings import Settings
from finder.web import create_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real(real_build: Path) -> FlaskClient:
    return create_app(Settings(build=real_build)).test_client()


@pytest.mark.parametrize("page", ["/ketamine-therapy/colorado/", "/ketamine-therapy/colorado/denver/"])
def test_a_landing_page_names_a_picture_of_1200_by_630(real: FlaskClient, page: str) -> None:
    head = BeautifulSoup(real.get(page).text, "html.parser")
    address = head.find("meta", property="og:image")["content"]
    assert address.startswith("http://localhost/share/ketamine-therapy/colorado")
    picture = real.get(address.removeprefix("http://localhost"))
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture.data[16:24]) == (1200, 630)
    assert len(picture.data) < 400_000
    assert "Set-Cookie" not in picture.headers


def test_two_places_have_different_pictures(real: FlaskClient) -> None:
    pictures = {real.get(f"/share/ketamine-therapy/{state}.png").data for state in ("colorado", "texas")}
    assert len(pictures) == 2


@pytest.mark.parametrize(
    "path", ["nowhere.png", "colorado/nowhere.png", "wyoming/denver.png", "colorado.svg"]
)
def test_places_without_a_page_have_no_picture(real: FlaskClient, path: str) -> None:
    assert real.get(f"/share/ketamine-therapy/{path}").status_code == 404


def test_pages_without_a_place_name_no_picture(real: FlaskClient) -> None:
    assert "og:image" not in real.get("/ketamine-therapy/").text
