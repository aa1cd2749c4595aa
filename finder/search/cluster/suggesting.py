"""Clinics whose name somebody may be typing."""

from typing import Final

from finder.search.cluster.answers import clinic_of, hits_of
from finder.search.cluster.asking import Ask, asked, reading
from finder.search.cluster.scope import Body
from finder.search.query import Suggested
from finder.search.starts import SHORTEST_EDITED, typed_start

_PREFIX: Final = {"first": 4, "later": 3}
_EDIT: Final = {"first": 2, "later": 1}
"""What a match is worth, as it is spelled and after one edit, at the first word and at a later one."""


def suggest(ask: Ask, typed: str, limit: int) -> tuple[Suggested, ...]:
    """At most `limit` clinics, in the order that SearchEngine.suggest documents."""
    text = typed_start(typed)
    if not text:
        return ()
    return reading(lambda: _suggested(asked(ask, [suggest_body(text, limit)])[0]))


def suggest_body(text: str, limit: int) -> Body:
    """The search for a typed start: every beginning of a name's starts is a term of the index."""
    ways = [_worth({"term": {f"starts.{at}": text}}, boost) for at, boost in _PREFIX.items()]
    if len(text) >= SHORTEST_EDITED:
        ways += [_worth({"fuzzy": {f"starts.{at}": _one_edit(text)}}, boost) for at, boost in _EDIT.items()]
    return {
        "query": {"dis_max": {"queries": ways}},
        "sort": [{"_score": {"order": "desc"}}, {"name_key": {"order": "asc"}}],
        "size": limit,
        "track_total_hits": False,
    }


def _one_edit(text: str) -> Body:
    """Within one edit of the text, two neighbors swapped included, with the same first character."""
    return {
        "value": text,
        "fuzziness": 1,
        "prefix_length": 1,
        "transpositions": True,
        "rewrite": "constant_score",
    }


def _worth(filtering: Body, boost: int) -> Body:
    return {"constant_score": {"filter": filtering, "boost": boost}}


def _suggested(answer: Body) -> tuple[Suggested, ...]:
    suggested = []
    for hit in hits_of(answer):
        clinic = clinic_of(hit)
        suggested.append(
            Suggested(
                id=clinic.id,
                name=clinic.name,
                city=clinic.address.city,
                state=clinic.address.state,
                kind="prefix" if hit["sort"][0] >= _PREFIX["later"] else "edit",
            )
        )
    return tuple(suggested)
