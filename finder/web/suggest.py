"""Places to offer while somebody types: only for the part of the text that can be a place."""

import re
from collections.abc import Iterator
from typing import Final, TypeVar

from finder.model import Place
from finder.placenames import STATE_WORDS
from finder.places import Gazetteer
from finder.search.lexicon import Lexicon, Phrases
from finder.text import fold

MOST: Final = 6
"""Suggestions at a time: more would cover a phone."""
MOST_WORDS: Final = 5
"""No name of a place has more words."""

_WORD: Final = re.compile(r"\S+")
_SHORTEST: Final = 2
_T = TypeVar("_T")


def suggest(text: str, gazetteer: Gazetteer, lexicon: Lexicon) -> tuple[str, tuple[Place, ...]]:
    """The end of the text that places are offered for, as it was typed, and these places: for
    "kap near ash" it is "ash". ("", ()) when the text ends in no beginning of a place.
    """
    for tail in _tails(text, lexicon):
        if places := _starting_with(tail, gazetteer):
            return tail, places[:MOST]
    return "", ()


def _tails(text: str, lexicon: Lexicon) -> Iterator[str]:
    """What follows the last "near" or "in"; else the whole text, and what follows its last word about
    treatment.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    typed = [fold(text[start:end]) for start, end in spans]
    if typed and _after_last(lexicon.near_me, typed) == len(typed):
        return
    after_near = _after_last(lexicon.before_place, typed)
    understood = max(_after_last(lexicon.facets, typed), _after_last(lexicon.filler, typed))
    if not after_near and understood == len(typed):
        return
    starts = {after_near} if after_near else dict.fromkeys((0, understood))
    for start in starts:
        if start < len(spans) <= start + MOST_WORDS:
            tail = text[spans[start][0] :].rstrip()
            if len(fold(tail)) >= _SHORTEST:
                yield tail


def _after_last(phrases: Phrases[_T], words: list[str]) -> int:
    """Where the last of these phrases ends; 0 without any."""
    return max((end for _, end, _ in phrases.find(words)), default=0)


def _starting_with(tail: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Places that begin like this; "asheville nc" is read as "asheville, nc" first, so that "glasgow mt"
    offers the one in Montana.
    """
    found = gazetteer.suggest(tail)
    name, _, last = tail.rpartition(" ")
    starts_a_state = any(words.startswith(fold(last)) for words in STATE_WORDS)
    is_a_start = any(fold(place.name).startswith(fold(tail)) for place in found)
    if not name or "," in tail or not starts_a_state or is_a_start:
        return found
    if found and fold(last) not in STATE_WORDS:
        return found
    return tuple(dict.fromkeys((*gazetteer.suggest(f"{name}, {last}"), *found)))
