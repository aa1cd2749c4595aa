"""Where in a text the name of a place stands: candidates, each with the reasons for and against."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from finder.model import Place
from finder.placenames import LONGEST_STATE, STATE_WORDS
from finder.search.labels import labels
from finder.search.reading import Reading
from finder.search.stateslips import misspelt_states
from finder.text import tokens

MAX_NAME_WORDS: Final = 5
MAX_WORDS: Final = 40
"""Words after these are not looked up as places: nobody needs more, and the time is bounded."""
ORDINARY_PEOPLE: Final = 20_000
"""A name that is an everyday word counts alone, at the end of a search, from this size on."""
SMALL_PEOPLE: Final = 1000
TITLED_PEOPLE: Final = 300_000
"""After "dr" at the start, a name is a town from this size on ("dr houston"): many surnames are towns."""
INSTITUTION_PEOPLE: Final = 5_000
"""Before "center" or "university", a name is a town from this size on."""

_ZIP: Final = re.compile(r"\d{5}")
_PLUS_FOUR: Final = re.compile(r"\d{4}")
_STATE_STARTS: Final = frozenset(words.split()[0] for words in STATE_WORDS) | {"n", "s", "w"}


@dataclass(frozen=True)
class Candidate:
    """Words that could name a place."""

    start: int
    end: int
    places: tuple[Place, ...]
    """Best first."""
    score: float
    bound: bool = False
    """A state or ZIP beside the name says which one is meant."""

    @property
    def place(self) -> Place:
        """The best of its places."""
        return self.places[0]

    def holds(self, other: "Candidate") -> bool:
        """True when it has all words of the other, and more."""
        longer = self.end - self.start > other.end - other.start
        return longer and self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Candidate") -> bool:
        """True when they share a word."""
        return self.start < other.end and other.start < self.end


class Search:
    """One look through the words of a reading that are still open."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.lexicon = reading.lexicon
        self.open = ["" if word.taken else word.text for word in reading.words]
        """The words as typed, "" for those taken."""

    def text(self, candidate: Candidate) -> str:
        """The words of a candidate."""
        return " ".join(self.open[candidate.start : candidate.end])

    @cached_property
    def phrases(self) -> list[tuple[int, int]]:
        """Where facet phrases stand: the name of a place must be longer than any it covers."""
        found = self.lexicon.facets.find(self.reading.open_words())
        return [(start, end) for start, end, _ in found]

    @cached_property
    def filler(self) -> frozenset[int]:
        """Which words are filler and cannot begin the name of a place or be a state."""
        also = self.lexicon.also_in_names
        return frozenset(
            at
            for start, end, _ in self.lexicon.filler.find(self.reading.open_words())
            for at in range(start, end)
            if self.open[at] not in also and start not in self.states
        )

    @cached_property
    def states(self) -> dict[int, tuple[int, Place]]:
        """Start -> (end, state) of every state name or code."""
        found: dict[int, tuple[int, Place]] = {}
        in_phrase = {at for start, end in self.phrases for at in range(start, end)}
        for start, word in enumerate(self.open[:MAX_WORDS]):
            if word not in _STATE_STARTS or (start in in_phrase and word in self.lexicon.never_first):
                continue
            for end in range(min(len(self.open), start + LONGEST_STATE), start, -1):
                state = self.reading.gazetteer.state(" ".join(self.open[start:end]))
                if state is not None and "" not in self.open[start:end]:
                    found[start] = (end, state)
                    break
        return found | misspelt_states(self.reading, self.open[:MAX_WORDS], found, in_phrase)

    @cached_property
    def lone_codes(self) -> dict[int, Place]:
        """Two-letter codes that mean their state, with no city beside them."""
        return {
            start: state
            for start, (end, state) in self.states.items()
            if len(self.open[start]) == 2 and end == start + 1 and self._means_a_state(start)
        }

    def candidates(self) -> list[Candidate]:
        """Every reading of some words as a place, best first; none within a longer one."""
        found = [*self._numbers(), *self._labels(), *self._names(), *self._codes()]
        whole = [one for one in found if not any(other.holds(one) for other in found)]
        return sorted(whole, key=lambda candidate: (-candidate.score, candidate.start))

    def _numbers(self) -> Iterator[Candidate]:
        """ZIPs (and ZIP+4) and coordinates."""
        for start, word in enumerate(self.open):
            if "," in word and (point := self.reading.gazetteer.resolve(word).place):
                yield Candidate(start, start + 1, (point,), 400, True)
            place = self.reading.gazetteer.zip(word) if _ZIP.fullmatch(word) else None
            if place is not None:
                end = start + 1 + bool(_PLUS_FOUR.fullmatch("".join(self.open[start + 1 : start + 2])))
                town = tokens(place.label)[:-1]
                first = start - len(town) * (self.open[max(0, start - len(town)) : start] == town)
                yield Candidate(first, end, (place,), 300, True)

    def _labels(self) -> Iterator[Candidate]:
        """Labels as they are suggested: "Old City, Philadelphia, PA", "Bend area, OR"."""
        for start, end, place in labels(self.reading, self.open[:MAX_WORDS]):
            if not any(a < end < b for a, b in self.phrases):  # "denver, in network"
                yield Candidate(start, end, (place,), 290, True)

    def _names(self) -> Iterator[Candidate]:
        for start in range(min(len(self.open), MAX_WORDS)):
            if self.lexicon.before_place.at(self.open, start):
                continue
            for end in range(start + 1, min(len(self.open), start + MAX_NAME_WORDS) + 1):
                if not self.open[end - 1] or self.open[end - 1] in self.lexicon.never_in_names:
                    break
                if self._may_be_name(start, end):
                    yield from self._name(start, end)
                if self.reading.words[end - 1].comma:
                    break

    def _may_be_name(self, start: int, end: int) -> bool:
        """Not filler, not a state code, and longer than every facet phrase it would cover."""
        if end - start == 1 and (start in self.states and len(self.open[start]) == 2):
            return start in self.lone_codes
        if end - start == 1 and (
            self.open[start].isdigit()
            or self.lexicon.filler.at(self.open, start)
            or self.lexicon.around_place.at(self.open, start)
        ):
            return False
        led = self.after_preposition(start)  # "in nature coast": "in nature" is no phrase there
        return all(b - (start if led else a) < end - start for a, b in self.phrases if a < end and start < b)

    def _name(self, start: int, end: int) -> Iterator[Candidate]:
        exact, name = self.reading.gazetteer.exact, " ".join(self.open[start:end])
        places = exact(name) or self._state_named(start, end)
        if not places:
            return
        score = self._score(start, end, places[0])
        after, before = self.state_after(end), self._state_before(start)
        if after is not None and (inside := exact(name, after[1].state)):
            yield Candidate(start, after[0], self._as_one(start, after[0]) or inside, score + 100, True)
        if before is not None and (inside := exact(name, before[1].state)):
            yield Candidate(before[0], end, self._as_one(before[0], end) or inside, score + 80, True)
        if self.open[end : end + 1] == ["state"] and start in self.states:
            yield Candidate(start, end + 1, (self.states[start][1],), score + 30, True)
        if self._stands_alone(start, end, places[0]):
            yield Candidate(start, end, places, score)

    def _as_one(self, start: int, end: int) -> tuple[Place, ...]:
        """Places of a name that a state's name is a part of: "west texas" is no town called West."""
        if any(word.comma for word in self.reading.words[start : end - 1]):
            return ()
        return self.reading.gazetteer.exact(" ".join(self.open[start:end]))

    def _state_named(self, start: int, end: int) -> tuple[Place, ...]:
        named, state = self.states.get(start, (0, None))
        return (state,) if state is not None and named == end else ()

    def state_after(self, end: int) -> tuple[int, Place] | None:
        """The state named right here, with its end; None for "in" or "or" on the way to a place."""
        hit = self.states.get(end)
        return None if hit is None or self._leads_on(end) else hit

    def _leads_on(self, at: int) -> bool:
        """A word such as "in" or "or" that happens to be a code, with a place after it."""
        if self.open[at] not in self.lexicon.careful_codes or self.reading.words[at - 1].comma:
            return False
        following = self.open[at + 1] if at + 1 < len(self.open) else ""
        return bool(following) and (
            at + 1 in self.states
            or bool(self.reading.gazetteer.exact(following))
            or self.lexicon.before_place.at([following], 0) is not None
        )

    def _state_before(self, start: int) -> tuple[int, Place] | None:
        if self.lexicon.before_place.ends_at(self.open, start):
            return None  # "cerca de laurel"
        for at in range(max(0, start - LONGEST_STATE), start):
            hit = self.states.get(at)
            if hit is not None and hit[0] == start and self.open[at] not in self.lexicon.never_first:
                return at, hit[1]
        return None

    def _score(self, start: int, end: int, place: Place) -> float:
        score = 10.0 * (end - start) + 5 * math.log10(1 + place.population)
        if self.after_preposition(start):
            score += 40
        if place.kind == "county" and "county" not in self.open[start:end]:
            score -= 20
        return score + (10 if self.is_last(end) else 5 * (start == 0))

    def after_preposition(self, start: int) -> bool:
        """Right after "in", "near" and the like, or "within 50 miles of"; "the greater" may be between."""
        words = self.reading.words
        typed = [word.text for word in words]
        start -= (self.lexicon.around_place.ends_at(typed, start) or (0, None))[0]
        if start > 0 and words[start - 1].taken == "radius":
            return True
        return self.lexicon.before_place.ends_at(typed, start) is not None

    def is_preposition(self, at: int) -> bool:
        """A word such as "in", or the last of words such as "cerca de"."""
        before = self.lexicon.before_place
        return before.at(self.open, at) is not None or before.ends_at(self.open, at + 1) is not None

    def is_all_but_known(self, start: int, end: int) -> bool:
        """All other words are taken, filler or within a facet phrase."""
        return all(start <= at < end or self._is_known(at) for at in range(len(self.open)))

    def is_last(self, end: int) -> bool:
        """Nothing follows but filler and what was taken."""
        return all(not word or self.lexicon.filler.at([word], 0) for word in self.open[end:])

    def _stands_alone(self, start: int, end: int, place: Place) -> bool:
        """Without a state beside it: not an everyday word, unless in the position of a place."""
        if end - start == 1 and self._names_something_else(start, end, place):
            return False
        if end - start > 1 or place.kind == "state" or self.after_preposition(start):
            return True
        if place.kind == "county":
            return False  # "dr smith": many surnames are counties; say "smith county" or "smith tx"
        if self.open[start] in self.lexicon.ordinary:
            return start > 0 and self.is_last(end) and place.population >= ORDINARY_PEOPLE
        if place.population >= SMALL_PEOPLE or place.is_area or place.kind == "neighborhood":
            return True
        return self.is_last(end) and (start == 0 or self._is_known(start - 1))

    def _names_something_else(self, start: int, end: int, place: Place) -> bool:
        """ "dr jordan", "stella center", "duke university": a person or an institution."""
        words = self.reading.words
        if words[start].text in self.lexicon.institutions and len(words) > 1:
            return True
        if place.is_area or place.population >= TITLED_PEOPLE:
            return False
        if start == 1 and words[0].text in self.lexicon.titles:
            return True
        follows = end < len(words) and not words[start].comma and words[end].text in self.lexicon.institutions
        return follows and place.population < INSTITUTION_PEOPLE

    def _is_known(self, at: int) -> bool:
        """Taken, filler or within a facet phrase."""
        return not self.open[at] or at in self.filler or any(a <= at < b for a, b in self.phrases)

    def _codes(self) -> Iterator[Candidate]:
        for start, state in self.lone_codes.items():
            yield Candidate(start, start + 1, (state,), 5.0 + 40 * self.after_preposition(start))

    def _opens_with_a_state(self) -> bool:
        """ "LA ketamine", not "LA KETAMINE" and not "OK google"."""
        words = self.reading.words
        follows = len(words) > 1 and words[1].text in self.lexicon.never_in_names
        return words[0].capitals and follows and not all(word.capitals for word in words)

    def _means_a_state(self, at: int) -> bool:
        """A careful code is a state only in the position of one: after a comma, or last."""
        word, words = self.open[at], self.reading.words
        if word not in self.lexicon.careful_codes:
            return True
        if words[at].apostrophe:
            return False
        is_led = self.lexicon.led_codes.ends_at(self.open, at + 1) is not None
        if is_led or (words[at - 1].comma if at else self._opens_with_a_state()):
            return True
        if any(later and not self.lexicon.around_place.at([later], 0) for later in self.open[at + 1 :]):
            return False
        if word in self.lexicon.never_last and not words[at].capitals:
            return False
        return at == 0 or words[at - 1].text not in self.lexicon.never_after
