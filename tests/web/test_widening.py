"""A default radius that finds too few grows, says so, and every address gives the same again."""

from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

from finder.search.engine import open_engine
from finder.search.request import read_request
from finder.settings import Settings
from finder.web.document import search_document, to_json
from finder.web.services import Services

TOWNS = ("Miles City, MT", "Asheville, NC", "59301", "Marfa, TX", "Boise, ID", "Chicago, IL", "Ely, NV")
CHOICES = (
    "",
    "modality=kap",
    "modality=esketamine_nasal",
    "nature=any",
    "sort=price",
    "sort=recent",
    "q=river",
)


@pytest.fixture(scope="module")
def real(real_build: Path) -> Services:
    settings = Settings(build=real_build)
    return Services.open(settings, open_engine(settings.engine_url))


def answer(services: Services, address: str) -> dict:
    return search_document(parse_qs(urlsplit(address).query), services)


def ids(document: dict) -> list[str]:
    return [item["id"] for item in document["items"]]


def test_a_lonely_town_looks_further_and_says_so(real: Services) -> None:
    document = answer(real, "?near=Miles+City,+MT")
    meta = document["meta"]
    assert meta["widened_from_miles"] == 50
    assert meta["radius_miles"] in (100, 200)
    assert meta["total"] == len(ids(document)) > 0
    assert f"radius={meta['radius_miles']:g}" in document["links"]["self"]


def test_a_radius_that_somebody_chose_is_kept(real: Services) -> None:
    for address in (
        "?near=Miles+City,+MT&radius=50",
        "?q=within+50+miles+of+Miles+City,+MT",
        "?near=Miles+City,+MT&radius=10",
    ):
        meta = answer(real, address)["meta"]
        assert (meta["widened_from_miles"], meta["radius_miles"] <= 50) == (None, True)


def test_a_crowded_town_stays_as_it_is(real: Services) -> None:
    meta = answer(real, "?near=Chicago,+IL")["meta"]
    assert (meta["radius_miles"], meta["widened_from_miles"]) == (50, None)


def test_what_was_not_found_says_nothing_of_widening(real: Services) -> None:
    document = answer(real, "?q=near+me")
    assert (document["meta"]["widened_from_miles"], document["telehealth"]) == (None, None)


@pytest.mark.slow
def test_any_address_and_its_canonical_form_give_the_same_clinics(real: Services) -> None:
    random = Random(4)
    for _ in range(200):
        town, choice = random.choice(TOWNS), random.choice(CHOICES)
        radius = random.choice(("", "&radius=25", "&radius=50", "&radius=100"))
        page = random.choice(("", "&page=2"))
        address = f"?near={town.replace(' ', '+')}&{choice}{radius}{page}"
        typed = answer(real, address)
        again = answer(real, typed["links"]["self"])
        assert ids(again) == ids(typed)
        told_once: dict[str, object] = {"notes": [], "widened_from_miles": None, "unmatched_words": []}
        assert again["meta"] | told_once == typed["meta"] | told_once
        assert again["meta"]["widened_from_miles"] is None, "the canonical address says its radius"
        assert to_json(answer(real, address)) == to_json(typed)


@pytest.mark.slow
def test_every_link_of_an_answer_finds_what_it_says(real: Services) -> None:
    for town in TOWNS:
        document = answer(real, f"?near={town.replace(' ', '+')}&modality=kap")
        for way in document["ways_out"]:
            assert answer(real, way["url"])["meta"]["total"] == way["count"]
        section = document["telehealth"]
        if section is not None:
            assert answer(real, section["url"])["meta"]["total"] == section["total"]
            assert not {item["id"] for item in section["items"]} & set(ids(document))
            assert all(item["distance_miles"] is None for item in section["items"])
            assert "telehealth" not in {way["kind"] for way in document["ways_out"]}


def test_the_reading_says_whether_the_radius_was_chosen(real: Services) -> None:
    def is_default(address: str) -> bool:
        return real.understand(read_request(parse_qs(address))).radius_is_default

    assert is_default("near=Boise,+ID")
    assert is_default("q=kap+boise")
    assert not is_default("near=Boise,+ID&radius=50")
    assert not is_default("q=kap+within+30+miles+of+boise")
