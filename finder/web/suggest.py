"""What to offer while somebody types: places for the part of the text that can be one, and clinics whose
name the text begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from finder.errors import EngineError
from finder.model import Place
from finder.placenames import STATE_WORDS
from finder.places import Gazetteer
from finder.placesuggest import Match
from finder.search.engine import SearchEngine
from finder.search.lexicon import Lexicon
from finder.search.phrases import Phrases
from finder.search.query import Suggested
from finder.text import fold

MOST_PLACES: Final = 6
MOST_CLINICS: Final = 4
MOST: Final = 8
"""Suggestions at a time: more would cover a phone."""
MOST_WORDS: Final = 5
"""No name of a place has more words."""

_WORD: Final = re.compile(r"\S+")
_SHORTEST: Final = 2
_T = TypeVar("_T")


@dataclass(frozen=True)
class Suggestions:
    """What may be meant, best first."""

    completes: str
    """The end of the text that the places are offered for, as it was typed: "ash" of "kap near ash"."""
    places: tuple[tuple[Place, Match], ...]
    clinics: tuple[Suggested, ...]


@dataclass(frozen=True)
class Suggester:
    """Reads what is typed. Without an index it offers places only."""

    gazetteer: Gazetteer
    lexicon: Lexicon
    engine: SearchEngine

    def suggest(self, text: str) -> Suggestions:
        """At most MOST places and clinics; none where the text can be the beginning of neither.

        A clinic that fits only after an edit is not offered beside a place that fits as typed.
        """
        spans = [match.span() for match in _WORD.finditer(text)]
        typed = [fold(text[start:end]) for start, end in spans]
        completes, places = self._places(text, spans, typed)
        clinics = self._clinics(text, typed)
        if any(match == "prefix" for _, match in places):
            clinics = tuple(clinic for clinic in clinics if clinic.kind == "prefix")
        places = places[: MOST - len(clinics)]
        return Suggestions(completes if places else "", places, clinics)

    def _places(
        self, text: str, spans: list[tuple[int, int]], typed: list[str]
    ) -> tuple[str, tuple[tuple[Place, Match], ...]]:
        for start in self._starts(typed):
            if start < len(spans) <= start + MOST_WORDS:
                tail = text[spans[start][0] :].rstrip()
                if len(fold(tail)) >= _SHORTEST and (places := self._starting_with(tail)):
                    return tail, places[:MOST_PLACES]
        return "", ()

    def _starts(self, typed: list[str]) -> Iterator[int]:
        """The words that a place may begin at: the one after the last "near" or "in"; else the first,
        and the one after the last words about treatment.
        """
        if typed and _after_last(self.lexicon.near_me, typed) == len(typed):
            return
        if after_near := _after_last(self.lexicon.before_place, typed):
            yield after_near
            return
        understood = max(_after_last(self.lexicon.facets, typed), _after_last(self.lexicon.filler, typed))
        if understood != len(typed):
            yield from dict.fromkeys((0, understood))

    def _starting_with(self, tail: str) -> tuple[tuple[Place, Match], ...]:
        """Places that begin like this; "asheville nc" is read as "asheville, nc" first, so that
        "glasgow mt" offers the one in Montana.
        """
        found = self.gazetteer.suggested(tail)
        name, _, last = tail.rpartition(" ")
        if not name or "," in tail:
            return found
        start, state = fold(tail), fold(last)
        if any(fold(place.name).startswith(start) for place, _ in found):
            return found
        if state not in STATE_WORDS and (found or not any(word.startswith(state) for word in STATE_WORDS)):
            return found
        in_state = self.gazetteer.suggested(f"{name}, {last}")
        both = {place.id: (place, match) for place, match in (*found, *in_state)}
        order = dict.fromkeys(place.id for place, _ in (*in_state, *found))
        return tuple(sorted((both[place_id] for place_id in order), key=lambda fit: fit[1] == "edit"))

    def _clinics(self, text: str, typed: list[str]) -> tuple[Suggested, ...]:
        """Clinics whose name begins like the whole text, unless it only says what is looked for."""
        if len(fold(text)) < _SHORTEST or self._says_only_what_is_sought(typed):
            return ()
        try:
            return self.engine.suggest(text, MOST_CLINICS)
        except EngineError:
            return ()

    def _says_only_what_is_sought(self, typed: list[str]) -> bool:
        """True when every word belongs to a phrase about treatment, to filler, or to "near"."""
        lexicon = self.lexicon
        known: set[int] = set()
        for phrases in (lexicon.facets, lexicon.filler, lexicon.near_me, lexicon.before_place):
            for start, end in ((found[0], found[1]) for found in phrases.find(typed)):
                known.update(range(start, end))
        return len(known) == len(typed)


def _after_last(phrases: Phrases[_T], words: list[str]) -> int:
    """Where the last of these phrases ends; 0 without any."""
    return max((end for _, end, _ in phrases.find(words)), default=0)
