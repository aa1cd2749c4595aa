"""Places whose name somebody may be typing: those that start so, then those that do after one edit."""

import heapq
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import chain
from typing import Final, Literal, NamedTuple

from finder.placefile import PlaceFile
from finder.placenames import STATE_WORDS, place_key
from finder.text import fold

SHORTEST_EDITED: Final = 4
"""Shorter beginnings are completed as they are typed."""
_AFTER: Final = "~"
"""Stands after every character of a name."""

Match = Literal["prefix", "edit"]


class Offer(NamedTuple):
    """A place by its number in the file, and how the typed text fits a name of it."""

    place: int
    match: Match


class PlaceStarts:
    """Completes names of places. The names are read from the file at the first call (3 MB, 20 ms)."""

    def __init__(self, file: PlaceFile) -> None:
        self._file = file

    def offers(self, typed: str, limit: int) -> list[Offer]:
        """At most `limit` places for the beginning of a name ("ashev"), of a name and its state
        ("springf, i") or of a ZIP. First those whose name starts so; when they are fewer, and for four
        characters or more, those whose name does after one edit that keeps the first letter. Of each
        the weightiest first (people, less for nicknames and areas), then by number.
        """
        name, comma, state = typed.partition(",")
        if (digits := name.strip()).isascii() and digits.isdigit():
            return [Offer(place, "prefix") for place in self._zips(digits, limit)]
        states = frozenset(_states_from(fold(state))) if comma and fold(state) else frozenset()
        starts = _starts(name)
        first = chain.from_iterable(self._starting(start) for start in starts)
        found = self._weightiest(set(first), limit, states)
        offers = [Offer(place, "prefix") for place in found]
        longer = [start for start in starts if len(start) >= SHORTEST_EDITED]
        if len(found) < limit and longer:
            near = chain.from_iterable(chain.from_iterable(map(self._edited, longer)))
            more = self._weightiest(set(near), limit + len(found), states)
            offers += [Offer(place, "edit") for place in more if place not in found]
        return offers[:limit]

    @cached_property
    def _names(self) -> list[str]:
        return self._file.keys(range(self._file.key_count))

    @cached_property
    def _weights(self) -> bytes:
        """The weight of the weightiest place of each name."""
        return bytes(map(self._file.weight, range(self._file.key_count)))

    def _starting(self, start: str, within: range | None = None) -> range:
        """The numbers of the names that start like this, of those `within`."""
        names = self._names
        low, high = (0, len(names)) if within is None else (within.start, within.stop)
        first = bisect_left(names, start, low, high)
        if first == high or not names[first].startswith(start):
            return range(first, first)
        return range(first, bisect_left(names, start + _AFTER, first, high))

    def _edited(self, start: str) -> Iterator[range]:
        """The names that start like this after one edit behind the first letter."""
        names, within = self._names, None
        for at in range(1, len(start)):
            head, letter, tail = start[:at], start[at], start[at + 1 :]
            within = self._starting(head, within)
            if not tail:
                yield within  # the last letter dropped; a wrong one or one before it start so, too
                return
            yield self._starting(head + tail, within)
            yield self._starting(head + tail[0] + letter + tail[1:], within)
            place = bisect_left(names, head + " ", within.start, within.stop)
            while place < within.stop:
                other = head + names[place][at]
                branch = range(place, bisect_left(names, other + _AFTER, place, within.stop))
                yield self._starting(other + tail, branch)
                yield self._starting(other + letter + tail, branch)
                place = branch.stop

    def _weightiest(self, names: Collection[int], count: int, states: frozenset[str]) -> list[int]:
        """The weightiest places of these names, of these states if there are any, each once."""
        tried = len(names) if states else 2 * count
        while True:
            some = heapq.nlargest(tried, names, key=self._weights.__getitem__)
            places, sure = self._places(some, states)
            if sure >= count or tried >= len(names):
                return places[:count]
            tried *= 4

    def _places(self, names: list[int], states: frozenset[str]) -> tuple[list[int], int]:
        """The places of these names, weightiest first, and how many are the weightiest of a name."""
        file = self._file
        posts = [(post, at) for name in names for at, post in enumerate(file.postings(name))]
        sure = {post.place for post, at in posts if at == 0}
        hits = [(-post.weight, post.place) for post, _ in posts]
        if states:
            hits = [hit for hit in hits if file.states[file.state[hit[1]]] in states]
        return list(dict.fromkeys(place for _, place in sorted(hits))), len(sure)

    def _zips(self, digits: str, limit: int) -> range:
        """The first ZIPs that start with these digits."""
        run, ref = self._file.run("zip"), self._file.ref
        if len(digits) > 5:
            return run[:0]
        first = bisect_left(run, int(digits.ljust(5, "0")), key=lambda number: ref[number])
        last = bisect_left(run, int(digits.ljust(5, "9")) + 1, key=lambda number: ref[number])
        return run[first : min(last, first + limit)]


def _starts(name: str) -> list[str]:
    """What a name being typed may start: its last word as it is, then spelled out."""
    words = fold(name).split()
    if not words:
        return []
    typed = " ".join(filter(None, (place_key(" ".join(words[:-1])), words[-1])))
    return list(dict.fromkeys((typed, place_key(name))))


def _states_from(prefix: str) -> Iterator[str]:
    return (code for words, code in STATE_WORDS.items() if words.startswith(prefix))
