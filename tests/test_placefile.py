"""The compiled gazetteer is whole, or it is not opened."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from finder.errors import DataError
from finder.placefile import HEADER, RANGE, PlaceFile
from finder.placenames import split_states, split_zip, state_code
from finder.places import Gazetteer, default_gazetteer_path
from finder.placetypos import cost, sound
from finder.settings import bundled_data

PATH = default_gazetteer_path(bundled_data())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / "places.bin"
    path.write_bytes(PATH.read_bytes())
    return path


def test_the_file_is_what_its_manifest_says_and_small_enough() -> None:
    manifest = json.loads((PATH.parent / "manifest.json").read_text(encoding="utf-8"))
    data = PATH.read_bytes()
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["bytes"] == len(data) <= 5_000_000
    assert sum(path.stat().st_size for path in PATH.parent.iterdir()) <= 5_000_000
    for name, digest in manifest["tables"].items():
        assert hashlib.sha256((PATH.parent / name).read_bytes()).hexdigest() == digest, (
            f"{name}: run make places"
        )
    assert "GeoNames" in manifest["attribution"]
    assert all(package["licence"] for package in manifest["packages"].values())


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="make places"):
        Gazetteer.open(tmp_path / "nothing.bin")
    with pytest.raises(DataError, match="cannot be opened"):
        Gazetteer.open(tmp_path)


@pytest.mark.parametrize("size", [0, 1, HEADER.size, 500, 1_000_000, -1])
def test_a_file_cut_short_is_refused(copy: Path, size: int) -> None:
    data = copy.read_bytes()
    copy.write_bytes(data[:size])
    with pytest.raises(DataError):
        Gazetteer.open(copy)


def test_a_flipped_bit_anywhere_is_refused(copy: Path) -> None:
    data, rng = copy.read_bytes(), random.Random(3)
    for position in [0, 9, 13, 17, 21, HEADER.size, *(rng.randrange(len(data)) for _ in range(40))]:
        broken = bytearray(data)
        broken[position] ^= 1 << rng.randrange(8)
        copy.write_bytes(broken)
        with pytest.raises(DataError):
            Gazetteer.open(copy)


def test_a_section_beyond_the_file_is_refused(copy: Path) -> None:
    import zlib

    data = bytearray(copy.read_bytes())
    RANGE.pack_into(data, HEADER.size, len(data) - 4, 4000)
    magic, order, version, size, _ = HEADER.unpack_from(data)
    HEADER.pack_into(data, 0, magic, order, version, size, zlib.crc32(data[HEADER.size :]))
    copy.write_bytes(data)
    with pytest.raises(DataError, match="section lat"):
        Gazetteer.open(copy)


def test_names_are_in_byte_order_and_found() -> None:
    file = PlaceFile(PATH)
    keys = file.keys(range(file.key_count))
    assert keys == sorted(set(keys))
    for number in range(0, len(keys), 501):
        assert file.key(number) == keys[number]
        assert file.first_key(keys[number]) == number
        weights = [post.weight for post in file.postings(number)]
        assert weights == sorted(weights, reverse=True)
    assert list(file.find("no such name")) == []
    assert list(file.find("zzzzzz")) == []


def test_a_two_letter_code_is_a_state_only_at_the_end() -> None:
    assert [end.state for end in split_states("Billings MT")] == ["MT"]
    assert [end.state for end in split_states("Charleston West Virginia")] == ["WV", "VA"]
    assert [end.sure for end in split_states("therapy in")] == [False]
    assert [end.sure for end in split_states("Gary, IN")] == [True]
    assert split_states("MT Airy") == []
    assert state_code("Virgin Islands") == "VI"


def test_a_zip_is_read_only_at_the_end_of_the_text() -> None:
    assert split_zip("Asheville NC 28801-1234") == ("Asheville NC", "28801")
    assert split_zip("12345 Main St") == ("12345 Main St", "")
    assert split_zip("828-555-0142") == ("828-555-0142", "")


def test_likeness_of_sound_lowers_the_cost_of_an_edit() -> None:
    assert sound("huston") == sound("houston")
    assert cost("huston", "houston", 1) < cost("hogston", "houston", 1)
    assert cost("ouston", "houston", 1) > cost("huston", "houston", 1)
    assert cost("mc lean", "mclean", 1) < cost("mclean", "maclean", 1)
