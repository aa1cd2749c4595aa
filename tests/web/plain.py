"""A card as plain values, put together anew each time: what `render.Cards` must equal, only slower."""

from collections.abc import Callable
from dataclasses import dataclass

from finder.search.query import Hit, Query
from finder.web import reasons, words
from finder.web.cards import Facts, facts


@dataclass(frozen=True)
class Card:
    """One clinic of a results page: its facts, and what this search makes of it."""

    number: int
    facts: Facts
    distance: str
    distance_reason: str
    why: str
    """Why it has no distance."""
    reasons: tuple[str, ...]
    """Why it is in this list, in sentences."""


def card(number: int, hit: Hit, query: Query, state_name: Callable[[str], str]) -> Card:
    """The card of one hit; `state_name` gives "Colorado" for "CO"."""
    name = state_name(hit.clinic.address.state)
    distance, reason = words.distance(hit, query.place)
    why = words.why(hit, name)
    known = facts(hit.clinic, name)
    offered = reasons.of_offers(hit.clinic)
    return Card(
        number=number,
        facts=known,
        distance=distance,
        distance_reason=reason,
        why=why,
        reasons=(
            *reasons.of_the_search(hit, query, (distance, reason), why),
            *(offered[facet][code] for facet, code in reasons.matched(query, offered)),
            f"{known.read}.",
            words.NO_PAID_REASON,
        ),
    )
