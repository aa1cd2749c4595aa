"""Which places are offered while somebody types."""

import pytest

from finder.search.request import read_request
from finder.web.services import Services
from finder.web.suggest import suggest


def offered(services: Services, text: str) -> tuple[str, list[str]]:
    end, places = suggest(text, services.gazetteer, services.lexicon)
    return end, [place.label for place in places]


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
        end, places = suggest(text, services.gazetteer, services.lexicon)
        for place in places:
            chosen = text[: len(text) - len(end)] + place.label
            found = services.understand(read_request({"q": [chosen]})).understood.place
            assert found is not None, chosen
            assert found.label == place.label, chosen
