"""What the tests of understanding share: the real gazetteer, lexicon and settings, opened once."""

from functools import cache

from finder.search.explain import Explainer
from finder.search.request import Request
from finder.search.understand import Understanding, understand
from finder.settings import Settings


@cache
def explainer() -> Explainer:
    return Explainer.open(Settings())


def understood(q: str = "", **fields: object) -> Understanding:
    """What is made of a search with these request fields."""
    parts = explainer()
    request = Request.model_validate({"q": q, **fields})
    return understand(request, parts.gazetteer, parts.lexicon, parts.settings)


def label(found: Understanding) -> str:
    """The place, or an empty text."""
    place = found.understood.place
    return place.label if place else ""


def notes(found: Understanding) -> str:
    return "\n".join(note.text for note in found.notes)
