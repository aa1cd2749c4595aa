"""The compiled gazetteer: one file, columns and sorted names, read in place through mmap.

A header (magic, byte order, version, size, checksum) is followed by the sections of `SECTIONS`.
Places are numbered; each kind of place is one run of numbers. Names are folded keys in byte order,
each with the places that bear it, the weightiest first. `tools/places` writes the file.
"""

import mmap
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from finder.errors import DataError
from finder.geo import Point
from finder.model import Place, PlaceKind
from finder.placeletters import LetterIndex, as_bits

MAGIC: Final = b"USPLACES"
VERSION: Final = 3
HEADER: Final = struct.Struct("=8sIIII")
"""Magic, 1 (tells the byte order), version, size of the file, crc32 of all that follows."""
RANGE: Final = struct.Struct("=II")
"""Offset and length in bytes of one section, in the order of SECTIONS, right after the header."""

SECTIONS: Final[dict[str, Literal["i", "I", "H", "B"]]] = {
    "lat": "i",  # 1e-5 degrees
    "lng": "i",
    "population": "I",
    "name": "I",  # offset in text; for a ZIP the name of its town
    "ref": "I",  # ZIP, GeoNames id, FIPS, metro code, state number, or offset of a slug in text
    "county": "H",  # number in fips
    "radius": "H",  # tenths of a mile
    "state": "B",  # number in states
    "runs": "I",  # first place of each run, and the number of places
    "fips": "I",
    "states": "B",  # two letters each
    "area_start": "I",  # for each place from the first area on: where its members start
    "areas": "H",  # number of states, states, counties
    "key_start": "I",
    "keys": "B",
    "post_start": "I",
    "posts": "I",  # place << 10 | weight << 2 | name class
    "state_start": "I",  # for each state: where its keys start in state_keys
    "state_keys": "H",
    "letter_rows": "B",  # part, letter, repeats of each row of letter_bits; see placeletters.py
    "letter_bits": "B",  # one bit for each name
    "length_bits": "B",  # for each length of name, which names have it
    "large_bits": "B",  # which names are borne by a place of some size
    "abroad": "B",  # names of other countries and of large cities there, one a line
    "text": "B",  # one length byte and UTF-8, each
}

RUNS: Final[tuple[tuple[str, PlaceKind], ...]] = (
    ("zip", "zip"),
    ("city", "city"),
    ("town", "city"),
    ("section", "neighborhood"),
    ("neighborhood", "neighborhood"),
    ("county", "county"),
    ("metro", "metro"),
    ("csa", "metro"),
    ("region", "region"),
    ("state", "state"),
)
"""The prefix of the id and the kind of each run of places, in file order."""
FIRST_AREA: Final = 5
SLUGS: Final = frozenset({"neighborhood", "region"})
NO_COUNTY: Final = 0xFFFF

CITIES_TOO: Final = frozenset({"New York", "Washington"})
"""States whose bare name means their namesake city first: their label says which one is meant."""

LARGE_WEIGHT: Final = 80
"""Without a state, names of places under about 1,000 people are no guesses."""

CANONICAL: Final = 0
CURATED: Final = 1
ALIAS: Final = 2
PART: Final = 3


class Posting(NamedTuple):
    """One place under one name."""

    place: int
    weight: int
    """Eight times log2 of people, after the discount for kind and name class."""
    name_class: int


class PlaceFile:
    """The sections of an open file as memory views, and rows as Places."""

    def __init__(self, path: Path) -> None:
        """Opens and checks the file; DataError when it is missing, cut short or altered."""
        self._file = str(path)
        data = self._check(path)
        whole = memoryview(data)
        views: dict[str, memoryview[int]] = {}
        for number, (name, code) in enumerate(SECTIONS.items()):
            start, length = RANGE.unpack_from(data, HEADER.size + number * RANGE.size)
            if start + length > len(data):
                raise DataError(self._file, f"section {name} ends after the file; build it anew")
            views[name] = whole[start : start + length].cast(code)
        self.lat, self.lng, self.population = views["lat"], views["lng"], views["population"]
        self.ref, self.state, self.runs = views["ref"], views["state"], views["runs"]
        self._views = views
        letters = bytes(views["states"]).decode("ascii")
        self._run_ends = tuple(self.runs[1:])
        self.states = tuple(letters[i : i + 2] for i in range(0, len(letters), 2))
        self._keys, self._key_start = views["keys"], views["key_start"]
        self._posts, self._post_start = views["posts"], views["post_start"]
        self.key_count = len(self._key_start) - 1

    def _check(self, path: Path) -> mmap.mmap:
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DataError(self._file, f"cannot be opened ({error}); build it with make places") from error
        if len(data) < HEADER.size + RANGE.size * len(SECTIONS):
            raise DataError(self._file, "is cut short; build it with make places")
        magic, order, version, size, checksum = HEADER.unpack_from(data)
        if magic != MAGIC or order != 1 or version != VERSION:
            raise DataError(self._file, f"is not a gazetteer of version {VERSION} for this machine")
        if size != len(data) or zlib.crc32(memoryview(data)[HEADER.size :]) != checksum:
            raise DataError(self._file, "is damaged: size or checksum differ; build it with make places")
        return data

    def text(self, offset: int) -> str:
        """The string at an offset of the text section."""
        text = self._views["text"]
        return bytes(text[offset + 1 : offset + 1 + text[offset]]).decode("utf-8")

    def run(self, prefix: str) -> range:
        """The numbers of the places with this id prefix."""
        number = next(i for i, (name, _) in enumerate(RUNS) if name == prefix)
        return range(self.runs[number], self.runs[number + 1])

    def key(self, number: int) -> str:
        """The folded name with this number, in byte order."""
        return bytes(self._keys[self._key_start[number] : self._key_start[number + 1]]).decode("ascii")

    def keys(self, numbers: Iterable[int]) -> list[str]:
        """The folded names with these numbers."""
        keys, start = self._keys, self._key_start
        return [str(keys[start[i] : start[i + 1]], "ascii") for i in numbers]

    def letter_index(self) -> LetterIndex:
        """The index that finds the names near a misspelled one."""
        views = self._views
        return LetterIndex(
            views["letter_rows"], views["letter_bits"], views["length_bits"], len(views["large_bits"])
        )

    def large_names(self) -> int:
        """The names that some place of size bears, as bits."""
        return int.from_bytes(self._views["large_bits"], "little")

    def names_of_state(self, state: str) -> int:
        """The names borne by some place of a state, as bits."""
        number, start = self.states.index(state), self._views["state_start"]
        borne = self._views["state_keys"][start[number] : start[number + 1]]
        return int.from_bytes(as_bits(borne, len(self._views["large_bits"])), "little")

    def abroad(self) -> frozenset[str]:
        """Folded names of other countries, their provinces, and their large cities."""
        return frozenset(bytes(self._views["abroad"]).decode("ascii").split("\n"))

    def first_key(self, wanted: str) -> int:
        """The number of the first name that is not before `wanted`."""
        target, keys, start = wanted.encode("ascii", "replace"), self._keys, self._key_start
        low, high = 0, self.key_count
        while low < high:
            middle = (low + high) // 2
            if bytes(keys[start[middle] : start[middle + 1]]) < target:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, key: str) -> Iterator[Posting]:
        """The places with exactly this folded name, weightiest first."""
        number = self.first_key(key)
        if number < self.key_count and self.key(number) == key:
            yield from self.postings(number)

    def postings(self, number: int) -> Iterator[Posting]:
        """The places with the name of this number, weightiest first."""
        for post in self._posts[self._post_start[number] : self._post_start[number + 1]]:
            yield Posting(post >> 10, post >> 2 & 0xFF, post & 3)

    def weight(self, number: int) -> int:
        """The weight of the weightiest place with the name of this number."""
        return self._posts[self._post_start[number]] >> 2 & 0xFF

    def place(self, number: int) -> Place:
        """One row as a Place. (Rows are checked by the checksum, so not once more by the model.)"""
        run = bisect_right(self._run_ends, number)
        prefix, kind = RUNS[run]
        state, ref = self.states[self.state[number]], self.ref[number]
        name, _, within = self.text(self._views["name"][number]).partition("\t")
        states, counties = self._members(number, run, state)
        return Place.model_construct(
            id=f"{prefix}:{self._slug(prefix, ref)}",
            name=f"{ref:05d}" if kind == "zip" else name,
            label=_label(kind, name, within, state, ref),
            kind=kind,
            state=state,
            states=states,
            counties=counties,
            point=Point.model_construct(lat=self.lat[number] / 1e5, lng=self.lng[number] / 1e5),
            radius_miles=self._views["radius"][number] / 10,
            population=self.population[number],
        )

    def number(self, place_id: str) -> int | None:
        """The number of the place with this id; None when there is none."""
        prefix, _, slug = place_id.partition(":")
        if prefix not in {name for name, _ in RUNS}:
            return None
        return next((n for n in self.run(prefix) if self._slug(prefix, self.ref[n]) == slug), None)

    def _slug(self, prefix: str, ref: int) -> str:
        if prefix in SLUGS:
            return self.text(ref)
        if prefix == "state":
            return self.states[ref]
        return f"{ref:05d}" if prefix in {"zip", "town", "county"} else str(ref)

    def touches(self, number: int, state: str) -> bool:
        """True when the place lies in this state, or the area reaches into it."""
        if number < self.runs[FIRST_AREA]:
            return self.states[self.state[number]] == state
        areas, start = self._views["areas"], self._views["area_start"][number - self.runs[FIRST_AREA]]
        return self.states.index(state) in areas[start + 1 : start + 1 + areas[start]]

    def _members(self, number: int, run: int, state: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        fips = self._views["fips"]
        if run < FIRST_AREA:
            county = self._views["county"][number]
            return (state,), (() if county == NO_COUNTY else (f"{fips[county]:05d}",))
        areas, start = self._views["areas"], self._views["area_start"]
        first = number - self.runs[FIRST_AREA]
        members = areas[start[first] : start[first + 1]]
        count = members[0]
        return (
            tuple(self.states[i] for i in members[1 : 1 + count]),
            tuple(f"{fips[i]:05d}" for i in members[1 + count :]),
        )


def _label(kind: str, name: str, within: str, state: str, ref: int) -> str:
    if kind == "zip":
        return f"{name}, {state} {ref:05d}"
    if kind == "state" and name in CITIES_TOO:
        return f"{name} State"
    if kind in {"state", "region"}:
        return name
    return ", ".join(filter(None, (name, within, state)))
