"""Which places and clinics are offered while somebody types."""

import json
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finder.search.request import read_request
from finder.web.services import Services
from finder.web.suggest import MOST, MOST_CLINICS, MOST_PLACES, Suggester, Suggestions

GOLDEN = Path(__file__).parent.parent / "golden" / "while-typing.json"
UPDATE = "FINDER_TEST_UPDATE_GOLDEN" in os.environ


def suggest(services: Services, text: str) -> Suggestions:
    return Suggester(services.gazetteer, services.lexicon, services.engine).suggest(text)


def offered(services: Services, text: str) -> tuple[str, list[str]]:
    found = suggest(services, text)
    return found.completes, [place.label for place, _ in found.places]


def clinics(services: Services, text: str) -> list[str]:
    return [clinic.name for clinic in suggest(services, text).clinics]


@pytest.mark.parametrize(
    ("text", "end", "label"),
    [
        ("ashev", "ashev", "Asheville, NC"),
        ("kap near ashev", "ashev", "Asheville, NC"),
        ("kap ashev", "ashev", "Asheville, NC"),
        ("ketamine clinic in denv", "denv", "Denver, CO"),
        ("asheville nc", "asheville nc", "Asheville, NC"),
        ("asheville, n", "asheville, n", "Asheville, NC"),
        ("spravato 2880", "2880", "Asheville, NC 28801"),
        ("IV in St. Lou", "St. Lou", "St. Louis, MO"),
        ("ketamine near glasgow mt", "glasgow mt", "Glasgow, MT"),
        ("in new me", "new me", "New Mexico"),
        ("garden cit", "garden cit", "Garden City, KS"),
        ("north caro", "north caro", "North Carolina"),
    ],
)
def test_places_are_offered_for_the_end_that_can_be_one(
    services: Services, text: str, end: str, label: str
) -> None:
    found, labels = offered(services, text)
    assert found == end
    assert label in labels
    assert len(labels) <= 6


@pytest.mark.parametrize(
    "text",
    ["", "a", "kap", "spravato", "iv infusion", "kap near", "kap near me", "therapy", "xqzzw vvkk", "near "],
)
def test_nothing_is_offered_where_no_place_begins(services: Services, text: str) -> None:
    assert offered(services, text) == ("", [])


def test_a_chosen_place_is_the_place_that_is_found(services: Services) -> None:
    for text in ("kap near ashev", "spravato 2880", "nature north caro", "iv denver", "kap boulder"):
        found = suggest(services, text)
        # A part of a town ("The Loop, Chicago, IL") is read in a sentence as its town.
        for label in (place.label for place, _ in found.places if place.kind != "neighborhood"):
            chosen = text[: len(text) - len(found.completes)] + label
            place = services.understand(read_request({"q": [chosen]})).understood.place
            assert place is not None, chosen
            assert place.label == label, chosen


def test_a_place_in_the_named_state_comes_first_and_no_place_twice(services: Services) -> None:
    for text in ("glasgow mt", "san fran ca", "kap portland me", "asheville n"):
        places = suggest(services, text).places
        ids = [place.id for place, _ in places]
        assert len(ids) == len(set(ids)), text
        assert [match for _, match in places] == sorted((match for _, match in places), reverse=True), text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("woods", "Woods Psychiatry"),
        ("psychia", "Woods Psychiatry"),
        ("blue ridge retr", "Blue Ridge Retreat"),
        ("mail ketamine", "Mail Ketamine"),
        ("DRIP Cl", "Drip Clinic"),
        ("wodos psy", "Woods Psychiatry"),
        ("somewhre", "Somewhere Counseling"),
    ],
)
def test_clinics_are_offered_whose_name_begins_like_the_text(
    services: Services, text: str, name: str
) -> None:
    assert clinics(services, text) == [name]


@pytest.mark.parametrize(
    "text", ["", "w", "clinic", "ketamine clinic", "iv", "near me", "kap near", "kap woods"]
)
def test_words_that_say_what_is_looked_for_offer_no_clinic(services: Services, text: str) -> None:
    assert clinics(services, text) == []


def test_both_fit_on_a_phone_and_neither_crowds_out_the_other(services: Services) -> None:
    for text in ("cro", "crowd", "wo", "blue ri", "so", "ma"):
        found = suggest(services, text)
        assert len(found.places) <= MOST_PLACES
        assert len(found.clinics) <= MOST_CLINICS
        assert len(found.places) + len(found.clinics) <= MOST
    found = suggest(services, "cro")
    assert len(found.clinics) == MOST_CLINICS
    assert len(found.places) == MOST - MOST_CLINICS


def test_a_misspelt_clinic_is_not_offered_beside_a_place_that_fits_as_typed(services: Services) -> None:
    assert clinics(services, "wodos") == ["Woods Psychiatry"]
    assert offered(services, "wooda")[1]
    assert {clinic.kind for clinic in suggest(services, "crowdy").clinics} == {"edit"}
    assert suggest(services, "wood").clinics[0].kind == "prefix"
    assert {match for _, match in suggest(services, "denve").places} == {"prefix"}
    assert clinics(services, "denve") == []


def test_without_an_index_places_are_still_offered(no_index: FlaskClient) -> None:
    answer = no_index.get("/api/v1/places?q=ashev")
    assert answer.status_code == 200
    assert answer.json["clinics"] == []
    assert answer.json["suggestions"][0]["label"] == "Asheville, NC"


def test_the_answer_while_typing_is_the_one_in_the_golden_file(client: FlaskClient) -> None:
    asked = ("kap near ashevi", "blue ridge r", "mail ketamnie", "somewhere")
    answers = {text: client.get("/api/v1/places", query_string={"q": text}).json for text in asked}
    ours = {
        text: {
            "completes": answer["meta"]["completes"],
            "suggestions": answer["suggestions"],
            "clinics": answer["clinics"],
        }
        for text, answer in answers.items()
    }
    if UPDATE:
        GOLDEN.write_text(json.dumps(ours, indent=1) + "\n")
    assert ours == json.loads(GOLDEN.read_text())


def test_what_is_typed_is_answered_the_same_twice_and_kept_by_no_one_else(client: FlaskClient) -> None:
    first, second = (client.get("/api/v1/places?q=blue+ri") for _ in range(2))
    assert first.data == second.data
    assert "public" not in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
