"""The base map: whole, small, quick, and kept by every browser for good."""

import gzip
import hashlib
import json
import logging
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from finder.errors import DataError
from finder.geo import Point
from finder.mercator import square_of
from finder.placefile import PlaceFile
from finder.places import default_gazetteer_path
from finder.settings import Settings, bundled_data
from finder.web import create_app
from finder.web.tilefile import HEADER, MAX_ZOOM, MIN_ZOOM, TileFile, tile_number
from finder.web.tiles import tile_file, tile_privacy_note

BASEMAP = bundled_data() / "basemap"
VENDOR = Path(__file__).parents[2] / "finder" / "web" / "static" / "vendor"
FOREIGN = "https://tiles.example/{z}/{x}/{y}.png"
WHOLE_LAND = 'fill="#f5f7f5" d="M0 0h1024v1024H0z"'


@pytest.fixture(scope="module")
def tiles() -> TileFile:
    return TileFile(BASEMAP / "basemap.bin")


def svg(tiles: TileFile, zoom: int, column: int, row: int) -> str:
    content = tiles.tile(zoom, column, row)
    assert content is not None
    return gzip.decompress(content).decode()


def drawn(tiles: TileFile, zoom: int) -> list[tuple[int, int]]:
    return [(key >> 14 & 0x3FFF, key & 0x3FFF) for key in tiles.keys if key >> 28 == zoom]


def test_the_file_is_what_its_manifest_says_and_at_most_12_megabytes() -> None:
    manifest = json.loads((BASEMAP / "manifest.json").read_text())
    data = (BASEMAP / "basemap.bin").read_bytes()
    assert len(data) == manifest["bytes"] <= 12_000_000
    assert hashlib.sha256(data).hexdigest() == manifest["sha256"]
    assert all(package["licence"] and package["sha512"] for package in manifest["packages"].values())


def test_every_tile_that_was_counted_is_there(tiles: TileFile) -> None:
    counts = json.loads((BASEMAP / "manifest.json").read_text())["tiles"]
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        assert len(drawn(tiles, zoom)) == counts[str(zoom)]["tiles"] >= counts[str(zoom)]["with_land"]


@pytest.mark.slow
def test_every_place_in_the_country_has_its_tile_at_every_zoom(tiles: TileFile) -> None:
    places = PlaceFile(default_gazetteer_path(bundled_data()))
    spots = {
        square_of(Point(lat=lat / 1e5, lng=lng / 1e5), MAX_ZOOM)
        for lat, lng in zip(places.lat, places.lng, strict=True)
    }
    assert len(spots) > 7_000
    missing = {
        (zoom, column >> MAX_ZOOM - zoom, row >> MAX_ZOOM - zoom)
        for column, row in spots
        for zoom in range(3, MAX_ZOOM + 1)
        if not tiles.has(zoom, column >> MAX_ZOOM - zoom, row >> MAX_ZOOM - zoom)
    }
    assert missing == set()


@pytest.mark.slow
def test_inland_every_tile_has_all_four_of_the_next_zoom(tiles: TileFile) -> None:
    inland = 0
    for zoom in range(5, MAX_ZOOM):
        for column, row in drawn(tiles, zoom):
            if WHOLE_LAND not in svg(tiles, zoom, column, row):
                continue
            inland += 1
            for finer in ((2 * column + i, 2 * row + j) for i in (0, 1) for j in (0, 1)):
                assert WHOLE_LAND in svg(tiles, zoom + 1, *finer), (zoom + 1, *finer)
                assert tiles.has(zoom + 1, *finer), (zoom + 1, *finer)
    assert inland > 3_500


def test_a_tile_is_a_picture_that_asks_for_nothing(tiles: TileFile) -> None:
    for zoom, lat, lng in ((4, 39.0, -97.0), (7, 40.7, -74.0), (10, 39.74, -104.99)):
        column, row = square_of(Point(lat=lat, lng=lng), zoom)
        root = ET.fromstring(svg(tiles, zoom, column, row))
        assert root.attrib["width"] == "512"
        names = {part.tag.rpartition("}")[2] for part in root.iter()}
        assert names <= {"svg", "path", "g", "text"}
        assert not [part for part in root.iter() if "style" in part.attrib or "href" in str(part.attrib)]


def test_places_are_named_where_they_are(tiles: TileFile) -> None:
    for zoom, name, lat, lng in ((7, "Denver", 39.74, -104.99), (10, "Asheville", 35.6, -82.55)):
        assert f">{name}</text>" in svg(tiles, zoom, *square_of(Point(lat=lat, lng=lng), zoom))
    assert ">MT</text>" in svg(tiles, 3, *square_of(Point(lat=47, lng=-109), 3))


def test_what_was_not_drawn_is_sea_or_land_abroad(tiles: TileFile) -> None:
    pacific, manitoba = Point(lat=30, lng=-150), Point(lat=56, lng=-98)
    for zoom in (6, 8, 10):
        assert not tiles.has(zoom, *square_of(pacific, zoom))
        sea = tiles.tile(zoom, *square_of(pacific, zoom))
        land = tiles.tile(zoom, *square_of(manitoba, zoom))
        assert sea != land
        assert sea == tiles.tile(10, *square_of(Point(lat=10, lng=-140), 10))
    assert tiles.tile(2, 0, 3) is not None


def test_there_is_nothing_outside_the_world(tiles: TileFile) -> None:
    for zoom, column, row in ((1, 0, 0), (11, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (10, 0, 1024)):
        assert tiles.tile(zoom, column, row) is None


def test_tile_numbers_are_in_order() -> None:
    assert tile_number(3, 0, 1) < tile_number(3, 1, 0) < tile_number(4, 0, 0)


# Over HTTP


def address(app: Flask, zoom: int = 7, column: int = 26, row: int = 48) -> str:
    return f"/tiles/{app.extensions['tiles'].version}/{zoom}/{column}/{row}.svg"


def test_a_tile_travels_compressed_and_is_kept_for_good(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.data).startswith(b"<svg ")


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "br"])
def test_who_cannot_unpack_gets_it_unpacked(app: Flask, client: FlaskClient, accepts: str) -> None:
    answer = client.get(address(app), headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"<svg ")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("where", [(1, 0, 0), (11, 0, 0), (7, 128, 0), (7, 0, 128), (99, 0, 0)])
def test_an_address_outside_the_map_is_not_found(
    app: Flask, client: FlaskClient, where: tuple[int, int, int]
) -> None:
    answer = client.get(address(app, *where))
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("tail", ["7/26/48.png", "7/26/x.svg", "7/-1/48.svg", "7/26.svg", "7/1.5/48.svg"])
def test_an_address_that_is_none_is_not_found(app: Flask, client: FlaskClient, tail: str) -> None:
    version = app.extensions["tiles"].version
    assert client.get(f"/tiles/{version}/{tail}").status_code == 404


def test_the_address_of_an_earlier_map_leads_to_this_one(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/tiles/0123456789ab/7/26/48.svg")
    assert answer.status_code == 302
    assert answer.headers["Location"] == address(app)
    assert answer.headers["Cache-Control"] == "no-store"


# The file


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    data = bytearray((BASEMAP / "basemap.bin").read_bytes()[:200_000])
    broken = tmp_path / "basemap.bin"
    cases = {
        "cannot be opened": None,
        "cut short": bytes(data[:50]),
        "damaged": bytes(data),
        "not a base map": b"XXXXXXXX" + bytes(data[8:]),
    }
    for problem, content in cases.items():
        broken.unlink(missing_ok=True)
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(DataError, match=problem):
            TileFile(broken)


def test_a_section_that_ends_after_the_file_is_refused(tmp_path: Path) -> None:
    import zlib

    body = (10_000).to_bytes(4, "little") * 60
    head = HEADER.pack(b"USTILES1", b"0" * 12, HEADER.size + len(body), zlib.crc32(body))
    (tmp_path / "basemap.bin").write_bytes(head + body)
    with pytest.raises(DataError, match="ends after the file"):
        TileFile(tmp_path / "basemap.bin")


def test_a_data_folder_without_a_map_uses_the_one_that_travels_along(tmp_path: Path) -> None:
    assert tile_file(Settings(data=tmp_path)) is tile_file(Settings())


def test_leaflet_is_the_published_one() -> None:
    folder = VENDOR / "leaflet"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["name"], manifest["version"]) == ("leaflet", "1.9.4")
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in folder.iterdir()} == {*manifest["files"], "manifest.json"}


# Tiles of another host


def test_our_own_tiles_need_no_other_host(client: FlaskClient, settings: Settings) -> None:
    policy = client.get("/privacy").headers["Content-Security-Policy"]
    assert "img-src 'self';" in policy
    assert tile_privacy_note(settings) == ""
    assert "exception" not in client.get("/privacy").text


def test_foreign_tiles_are_allowed_and_said(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    foreign = settings.model_copy(update={"map_tile_url": FOREIGN, "map_tile_attribution": "© Tile Makers"})
    with caplog.at_level(logging.WARNING):
        client = create_app(foreign).test_client()
    assert "FINDER_MAP_TILE_URL" in caplog.text
    assert "https://tiles.example" in caplog.text
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' https://tiles.example;" in policy
    assert "connect-src 'self';" in policy
    assert tile_privacy_note(foreign) in client.get("/privacy").text
    assert "https://tiles.example" in tile_privacy_note(foreign)


@pytest.mark.parametrize(
    "url", ["ftp://x.example/{z}", "https://x.example/tiles", "/tiles/{z}", "javascript:{z}"]
)
def test_a_tile_address_that_cannot_be_one_is_a_settings_error(url: str) -> None:
    with pytest.raises(Exception, match="MAP_TILE_URL"):
        Settings.read({"FINDER_MAP_TILE_URL": url})


def test_many_servers_of_one_host_are_one_origin() -> None:
    note = tile_privacy_note(Settings(map_tile_url="https://{s}.tiles.example/{z}/{x}/{y}.png"))
    assert "https://*.tiles.example" in note
