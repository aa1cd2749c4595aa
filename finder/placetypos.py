"""Names spelled nearly so: edit distance weighed against how many people live there."""

import math
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.placefile import ALIAS, CURATED, PlaceFile

EDIT_COST: Final = 5.5
"""Doublings of people that one edit outweighs."""
USUAL_LENGTH: Final = 9
"""In longer names an edit says less."""
FIRST_LETTER_COST: Final = 4.0
"""People seldom miss the first letter."""
SOUND_GAIN: Final = 3.0
LARGE_PEOPLE: Final = 50_000
TIMES_BIGGER: Final = 8
"""A place this much bigger, one slip away, is offered beside an exact but tiny one."""
ALIAS_COST: Final = 2.0
SHORT_FORMS: Final = frozenset({CURATED, ALIAS})
SHORTEST_ALIAS: Final = 6
"""Shorter nicknames are found only as they are spelled: too many words are near "pitt"."""
SPACE_COST: Final = 1.0


class Guess(NamedTuple):
    """A place that may have been meant."""

    place: int
    edits: int
    """0 when only the spaces differ."""
    score: float
    """Doublings of people (log2) less the cost of the edits; guesses compare by it."""


def most_edits(length: int, within_state: bool = False) -> int:
    """How many edits a name of this length may have; a named state is worth a few letters."""
    length += 2 * within_state
    return 0 if length < 4 else 1 if length < 6 else 2 if length < 9 else 3


class Typos:
    """Finds names near a misspelled one, of a state or of all places of size, through the letter index."""

    def __init__(self, file: PlaceFile) -> None:
        self._file = file
        self._index = file.letter_index()
        self._names_in: dict[str, int] = {}

    def _within(self, state: str) -> int:
        """The names of a state (of places of size without one), read when they are first needed."""
        if state not in self._names_in:
            file = self._file
            self._names_in[state] = file.names_of_state(state) if state else file.large_names()
        return self._names_in[state]

    def near(self, key: str, state: str = "") -> list[Guess]:
        """Places whose name is near the key, best first; with a state those of the state."""
        most = most_edits(len(key), bool(state))
        best: dict[int, Guess] = {}
        for name, edits, number in self._names(key, state, most) if most else ():
            price = cost(key, name, edits)
            slips = 0 if together(key) == together(name) else edits
            for post in self._file.postings(number):
                if state and self._file.states[self._file.state[post.place]] != state:
                    continue
                short = post.name_class in SHORT_FORMS
                if short and len(name) < SHORTEST_ALIAS:
                    continue
                guess = Guess(post.place, slips, post.weight / 8 - price - ALIAS_COST * short)
                if post.place not in best or best[post.place].score < guess.score:
                    best[post.place] = guess
        return sorted(best.values(), key=lambda guess: (-guess.score, guess.place))

    def slips(self, key: str, weight: float) -> list[Guess]:
        """Cities that sound like the key, are one edit away, start with its letter, and are larger than a
        place of this weight (log2 of people) several times.
        """
        price = EDIT_COST - SOUND_GAIN
        least = max(math.log2(LARGE_PEOPLE), weight + math.log2(TIMES_BIGGER)) - price
        guesses = [guess for guess in self.near(key) if guess.edits == 1 and guess.score >= least]
        cities = self._file.run("city")
        return [guess for guess in guesses if guess.place in cities]

    def _names(self, key: str, state: str, most: int) -> list[tuple[str, int, int]]:
        numbers = self._index.near(key, self._within(state), most)
        names = self._file.keys(numbers)
        hits = process.extract(key, names, scorer=OSA.distance, score_cutoff=most, limit=None)
        return [(name, int(edits), numbers[index]) for name, edits, index in hits]


def cost(typed: str, name: str, edits: int) -> float:
    """What it takes to read `typed` as `name`, in doublings of people."""
    if together(typed) == together(name):
        return SPACE_COST
    price = EDIT_COST * edits * min(1.0, USUAL_LENGTH / len(name))
    if typed[0] != name[0]:
        price += FIRST_LETTER_COST
    if sound(typed) == sound(name):
        price -= SOUND_GAIN
    return price


def together(key: str) -> str:
    """The key without its spaces."""
    return key.replace(" ", "")


_SAME: Final = str.maketrans("bpfvwckgjqsxzdtlmnr", "bbbb kkkkksssttlmmr".replace(" ", "v"))


def sound(key: str) -> str:
    """The consonants of a name by where they are spoken, without repeats: a coarse likeness."""
    key = key.replace("ph", "f").replace("gh", "").replace("ck", "k")
    heard: list[str] = []
    for letter in key:
        if letter in "aeiouyh ":
            continue
        spoken = letter.translate(_SAME)
        if not heard or heard[-1] != spoken:
            heard.append(spoken)
    return "".join(heard)
