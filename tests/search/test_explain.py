"""`finder explain` shows every step, and answers files in the form the evaluation reads."""

import pytest

from finder.search.understand import STEPS
from tests.search.understanding import explainer


def test_a_line_has_the_keys_of_the_evaluation():
    line = explainer().line("kap klarisana near asheville")
    assert line["place"] == {
        "name": "Asheville",
        "region": "NC",
        "kind": "city",
        "lat": pytest.approx(35.6, abs=0.1),
        "lng": pytest.approx(-82.55, abs=0.1),
    }
    assert line["query"] == "kap klarisana near asheville"
    assert line["facets"] == {"modality": ["kap"]}
    assert line["words"] == ["klarisana"]
    assert line["notes"]


def test_a_line_without_a_place_keeps_the_facets():
    line = explainer().line("kap near me")
    assert line["place"] is None
    assert line["facets"] == {"modality": ["kap"]}
    assert line["alternatives"] == []


def test_near_misses_stand_among_the_alternatives():
    assert explainer().line("ketamine springfield")["alternatives"]


def test_a_line_that_is_no_text_is_refused():
    with pytest.raises(TypeError):
        explainer().line(5)  # type: ignore[arg-type]


def test_every_step_is_shown_with_its_time():
    document = explainer().document("iv ketamine denver")
    assert [step["step"] for step in document["steps"]] == ["read_words", *(step.__name__ for step in STEPS)]
    assert all(0 <= step["ms"] < 10_000 for step in document["steps"])
    assert document["query"]["facets"] == {"modality": ["iv_infusion"]}
    assert ("near", "Denver, CO") in document["params"]
    assert {"word": "denver", "taken_by": "place"} in document["words"]


def test_the_text_ends_with_the_search_or_the_question():
    assert explainer().text("iv ketamine denver").endswith("/search?near=Denver%2C+CO&modality=iv_infusion")
    assert explainer().text("ketamine near me").endswith("Asks for a place first.")
