"""What a whole text names: the ways to read it, tried from the surest to the boldest."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from typing import Final, Literal, NamedTuple

from finder.geo import Point, miles
from finder.model import Place
from finder.placeabroad import Foreign
from finder.placefile import CANONICAL, PART, PlaceFile, Posting
from finder.placenames import (
    STATE_WORDS,
    coordinates,
    in_us_box,
    misspelt_state,
    place_key,
    split_states,
    split_zip,
    state_code,
    without_article,
    without_country,
    zip_last,
)
from finder.placetypos import Guess, Typos
from finder.text import MAX_QUERY_CHARS, clean

How = Literal["exact", "alias", "typo", "none"]

MOST_OTHERS: Final = 8
SLIP_COST: Final = 7.0
"""A larger place one slip away is taken instead of a tiny one when it has 2 to this times its people."""
SMALL: Final = 13.5
"""Log2 of people: larger places are meant as they are spelled."""
SURE_SCORE: Final = 4.0
"""A guess below this is only offered."""
OFFER_SCORE: Final = 2.0
STATE_GAIN: Final = 6.0
"""What naming the state adds to a guess in it."""
WORD_GAIN: Final = 2.0
"""The same, when its code is a word as well."""
BESIDE_MILES: Final = 3.0
DIRECTIONS: Final = frozenset({"north", "south", "east", "west", "upper", "lower"})
SHORTEST_PART: Final = 5
PART_COST: Final = 7.0
"""Doublings of people that reading only a part of the name costs."""
_COUNTY: Final = re.compile(r"^(?:county of )?(.+?) (?:co|cnty|cty)$")


class Reading(NamedTuple):
    """Numbers of places, best first; a point when the text is coordinates."""

    places: tuple[int, ...] = ()
    how: How = "none"
    near: tuple[int, ...] = ()
    point: Point | None = None


NOTHING: Final = Reading()


class PlaceReader:
    """Reads texts against one gazetteer file."""

    def __init__(self, file: PlaceFile) -> None:
        self._file = file
        self.typos = Typos(file)
        self._regions = file.run("region")
        self._neighborhoods = range(file.run("section").start, file.run("neighborhood").stop)

    def read(self, text: str) -> Reading:
        """The place a text names, with others of that name and near misses."""
        text = clean(text)[:MAX_QUERY_CHARS].strip(" ,.;:")
        if at := coordinates(text):
            if abs(at[0]) > 90 or abs(at[1]) > 180:
                return NOTHING
            point = Point(lat=round(at[0], 2), lng=round(at[1], 2))
            return Reading(how="exact", point=point) if in_us_box(point) else NOTHING
        text = without_country(text)
        rest, code = split_zip(zip_last(text))
        if code:
            return self._with_zip(rest, code)
        if re.fullmatch(r"\d{3,4}", text):
            number = self.zip(text.zfill(5))
            return NOTHING if number is None else Reading(near=(number,))
        return self._name(text)

    def zip(self, code: str) -> int | None:
        """The number of a ZIP."""
        wanted, run, ref = int(code), self._file.run("zip"), self._file.ref
        place = run.start + bisect_left(run, wanted, key=ref.__getitem__)
        return place if place < run.stop and ref[place] == wanted else None

    def exact(self, text: str, state: str = "") -> list[Posting]:
        """The places of this name, weightiest first; with a state those that touch it."""
        key = place_key(text)
        hits = list(self._file.find(key))
        if not hits and (shorter := without_article(key)) != key:
            hits = list(self._file.find(shorter))
        if state:
            hits = [hit for hit in hits if self._file.touches(hit.place, state)]
            hits.sort(key=lambda hit: hit.name_class == PART)
        return hits

    def _county(self, text: str, state: str = "") -> list[Posting]:
        """Counties written short: "orange co"."""
        short = _COUNTY.match(place_key(text))
        return self.exact(f"{short[1]} county", state) if short else []

    def _with_zip(self, rest: str, code: str) -> Reading:
        number = self.zip(code)
        if not rest:
            return NOTHING if number is None else Reading((number,), "exact")
        if number is None:
            return self._name(rest)
        state = self._file.states[self._file.state[number]]
        named = [end.state for end in split_states(rest)] + [state_code(rest)]
        if state in named or not any(named):
            return Reading((number,), "exact")
        reading = self._name(rest)
        if not reading.places:
            return Reading((number,), "exact")
        return reading._replace(places=(*reading.places, number))

    def _name(self, text: str) -> Reading:
        key = place_key(text)
        if not key:
            return NOTHING
        hits = self.exact(text)
        if key in self._foreign.names:
            return Reading(near=_numbers(hits))
        if hits and "," not in text:
            return self._best_exact(key, hits)
        if code := state_code(text):
            return Reading((self.state(code),), "exact")
        return self._with_state(text) or self._within(text) or self._guess(text, key)

    def _best_exact(self, key: str, hits: list[Posting]) -> Reading:
        regions = [hit for hit in hits if hit.place in self._regions]
        if len(regions) > 1 and sum(hit.name_class == CANONICAL for hit in regions) != 1:
            return Reading(near=_numbers(hits))
        first, weight = hits[0], hits[0].weight / 8
        how: How = "exact" if first.name_class == CANONICAL else "alias"
        slips = self.typos.slips(key, weight) if weight <= SMALL else []
        near = tuple(guess.place for guess in slips[:MOST_OTHERS])
        if slips and math.log2(self._file.population[near[0]]) > weight + SLIP_COST:
            return Reading(near[:1], "typo", _numbers(hits))
        return Reading(_numbers(hits), how, near)

    def _with_state(self, text: str) -> Reading | None:
        for end in split_states(text):
            hits = self._in_state(end.rest, end.state)
            if hits:
                return Reading(_numbers(hits), "exact" if hits[0].name_class == CANONICAL else "alias")
        return None

    def _in_state(self, text: str, state: str) -> list[Posting]:
        hits = self.exact(text, state)
        if hits or "," not in text:
            return hits or self._county(text, state) or self._split_within(text, state)
        left, _, right = text.rpartition(",")
        return self._inside(left, right, state) or self.exact(right, state) or self.exact(left, state)

    def _within(self, text: str) -> Reading | None:
        left, comma, right = text.rpartition(",")
        hits = self._inside(left, right) if comma else self._county(text) or self._split_within(text)
        if hits:
            return Reading(_numbers(hits), "exact")
        if not comma or state_code(right) or place_key(right) in self._foreign.after_comma:
            return None
        if hosts := self.exact(right):
            return Reading(_numbers(hosts), "alias")
        return None

    def _split_within(self, text: str, state: str = "") -> list[Posting]:
        words = text.split()
        for cut in range(1, len(words)):
            one, other = " ".join(words[:cut]), " ".join(words[cut:])
            if hits := self._inside(one, other, state) or self._section(one, other, state):
                return hits
        return []

    def _section(self, city: str, name: str, state: str) -> list[Posting]:
        """The neighborhood of a city that is named first: "nyc upper west side"."""
        hits = self._inside(name, city, state)
        return hits if hits and hits[0].place in self._neighborhoods else []

    def _inside(self, left: str, right: str, state: str = "") -> list[Posting]:
        """Places called `left` that lie in or by a place called `right`."""
        guests = self.exact(left, state)
        if not guests:
            return []
        for host in self.exact(right, state)[:3]:
            if host.place in self._neighborhoods and guests[0].place not in self._neighborhoods:
                continue  # a city lies in no neighborhood
            around = self._file.place(host.place)
            near = [guest for guest in guests if guest.place != host.place and self._by(guest.place, around)]
            if near:
                return near
        return []

    def _by(self, number: int, host: Place) -> bool:
        guest = self._file.place(number)
        if guest.kind == "neighborhood" and guest.label.split(", ")[1] == host.name:
            return True
        if not host.is_area:
            return miles(guest.point, host.point) <= host.radius_miles * 1.3 + BESIDE_MILES
        if host.counties:
            return bool(set(guest.counties) & set(host.counties))
        return guest.state in host.states

    def _guess(self, text: str, key: str) -> Reading:
        if self._foreign.are_in(text):
            return NOTHING
        guesses = self._with_misspelt_state(text) + self._run_together(key)
        for end in split_states(text):
            gain = STATE_GAIN if end.sure else WORD_GAIN
            rest = place_key(end.rest.rpartition(",")[2])
            found = self.typos.near(rest, end.state) + self._part_of(rest, end.state)
            guesses += [guess._replace(score=guess.score + gain) for guess in found]
        guesses += self.typos.near(without_article(key))
        guesses.sort(key=lambda guess: (-guess.score, guess.place))
        order = tuple(dict.fromkeys(guess.place for guess in guesses if guess.score >= OFFER_SCORE))
        if guesses and guesses[0].score >= SURE_SCORE:
            return Reading(order[:1], "typo" if guesses[0].edits else "exact", order[1 : 1 + MOST_OTHERS])
        return Reading(near=order[:MOST_OTHERS])

    def _part_of(self, key: str, state: str) -> list[Guess]:
        """Known places of the state that the text begins with ("cornwall brg") or lies beside ("south
        meriden").
        """
        first, _, rest = key.partition(" ")
        pieces = [rest] if first in DIRECTIONS else []
        pieces += [key[:length].strip() for length in range(len(key) - 1, SHORTEST_PART - 1, -1)]
        for piece in pieces:
            hits = [hit for hit in self.exact(piece, state) if hit.name_class == CANONICAL]
            if piece and hits:
                return [Guess(hits[0].place, 1, hits[0].weight / 8 - PART_COST)]
        return []

    def _run_together(self, key: str) -> list[Guess]:
        """Towns written in one word with their state: "saltlakecityut"."""
        if " " in key:
            return []
        found = []
        for words, code in STATE_WORDS.items():
            rest = key.removesuffix(words.replace(" ", ""))
            if rest != key and len(rest) >= SHORTEST_PART:
                names = [rest, f"saint {rest[2:]}"] if rest.startswith("st") else [rest]
                found += [
                    guess for name in names for guess in self.typos.near(name, code) if guess.edits <= 2
                ]
        return found

    def _with_misspelt_state(self, text: str) -> list[Guess]:
        before, comma, last = text.rpartition(",")
        words = text.split()
        ends = [(before, last)] if comma else [(" ".join(words[:-n]), " ".join(words[-n:])) for n in (1, 2)]
        return [
            Guess(hit.place, 1, hit.weight / 8)
            for rest, end in ends
            if rest and (code := misspelt_state(end))
            for hit in self._in_state(rest, code)
        ]

    def is_abroad(self, text: str) -> bool:
        """True for a country, a large city of another country, or a town with such a name after it."""
        if place_key(text) in self._foreign.names or self._foreign.are_in(text):
            return not self.read(text).places
        return False

    def state(self, code: str) -> int:
        """The number of a state."""
        return self._file.run("state")[self._file.states.index(code)]

    @cached_property
    def _foreign(self) -> Foreign:
        return Foreign.of(self._file.abroad())


def _numbers(hits: Iterable[Posting]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(hit.place for hit in hits))[: MOST_OTHERS + 1]
