"""The words around a search (data/lexicon.toml) and the words of the facet table, compiled once."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finder.errors import DataError
from finder.facets import ANY, FACETS
from finder.text import tokens

FILE: Final = "lexicon.toml"
T = TypeVar("T")

_PHRASE_LISTS: Final = (
    "filler",
    "near_me",
    "before_place",
    "must_be_place",
    "around_place",
    "parts_of_places",
    "directions",
    "negations",
    "negated_after",
    "crisis",
)
_WORD_LISTS: Final = (
    "never_in_names",
    "also_in_names",
    "careful_codes",
    "never_first",
    "never_last",
    "never_after",
    "ordinary",
    "between_negation",
    "continues_negation",
    "street_endings",
    "street_directions",
    "street_units",
    "left_out",
)


def split(text: str) -> list[str]:
    """Folded words, with the plus of "18+" kept as a word."""
    return tokens(text.replace("+", " plus "))


class Meaning(BaseModel):
    """Answers of one facet that a phrase asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facet: str
    codes: tuple[str, ...]


class Phrases(Generic[T]):
    """Phrases by their words; at any position of a text, the longest one that stands there."""

    def __init__(self, phrases: Mapping[tuple[str, ...], T]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        self._count = len(phrases)
        for phrase in sorted(phrases, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append((phrase, phrases[phrase]))

    def at(self, words: Sequence[str], start: int) -> tuple[int, T] | None:
        """Length and meaning of the longest phrase that begins here."""
        for phrase, meaning in self._by_first.get(words[start], ()):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return len(phrase), meaning
        return None

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, T]]:
        """Phrases from left to right that do not overlap: (start, end, meaning)."""
        start = 0
        while start < len(words):
            hit = self.at(words, start)
            if hit is not None:
                yield start, start + hit[0], hit[1]
            start += hit[0] if hit else 1

    def ends_at(self, words: Sequence[str], end: int) -> tuple[int, T] | None:
        """Length and meaning of the longest phrase that ends just before this position."""
        for start in range(max(0, end - 4), end):
            hit = self.at(words[:end], start)
            if hit is not None and start + hit[0] == end:
                return hit
        return None

    def __len__(self) -> int:
        return self._count


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Asks(_Strict):
    """Phrases that ask for facet values; the code "any" stands for every offer."""

    words: tuple[str, ...] = Field(min_length=1)
    facet: str
    codes: tuple[str, ...] = Field(min_length=1)
    beside: tuple[str, ...] = ()


class _Radius(_Strict):
    units: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


class _Travel(_Strict):
    units: dict[str, int]
    times: tuple[str, ...]
    after: tuple[str, ...]


class _Words(_Strict):
    filler: tuple[str, ...]
    never_in_names: tuple[str, ...]
    also_in_names: tuple[str, ...]
    near_me: tuple[str, ...]
    before_place: tuple[str, ...]
    must_be_place: tuple[str, ...]
    around_place: tuple[str, ...]
    parts_of_places: tuple[str, ...]
    careful_codes: tuple[str, ...]
    never_first: tuple[str, ...]
    never_last: tuple[str, ...]
    never_after: tuple[str, ...]
    ordinary: tuple[str, ...]
    directions: tuple[str, ...]
    street_endings: tuple[str, ...]
    street_directions: tuple[str, ...]
    street_units: tuple[str, ...]
    negations: tuple[str, ...]
    between_negation: tuple[str, ...]
    continues_negation: tuple[str, ...]
    left_out: tuple[str, ...]
    negated_after: tuple[str, ...]
    crisis: tuple[str, ...]


class _File(_Strict):
    spelling: dict[str, tuple[str, ...]]
    phrases: tuple[_Asks, ...]
    weak: tuple[_Asks, ...]
    absorbed: dict[str, dict[str, tuple[str, ...]]]
    radius: _Radius
    travel: _Travel
    words: _Words


@dataclass(frozen=True)
class Lexicon:
    """Read-only after loading; cheap to share between threads and forks."""

    spelling: Mapping[str, str]
    """A listed misspelling -> the right word."""
    facets: Phrases[Meaning]
    weak: Phrases[tuple[Meaning, frozenset[str]]]
    """Phrases that mean it only beside one of some words."""
    absorbed: Mapping[str, Mapping[str, frozenset[str]]]
    radius_units: frozenset[str]
    radius_before: Phrases[None]
    radius_after: Phrases[None]
    filler: Phrases[None]
    never_in_names: frozenset[str]
    also_in_names: frozenset[str]
    near_me: Phrases[None]
    before_place: Phrases[None]
    must_be_place: Phrases[None]
    around_place: Phrases[None]
    parts_of_places: Phrases[None]
    careful_codes: frozenset[str]
    never_first: frozenset[str]
    never_last: frozenset[str]
    never_after: frozenset[str]
    ordinary: frozenset[str]
    travel_units: Mapping[str, int]
    """Minutes of each unit of time."""
    travel_times: frozenset[str]
    travel_after: Phrases[None]
    directions: Phrases[None]
    street_endings: frozenset[str]
    street_directions: frozenset[str]
    street_units: frozenset[str]
    negations: Phrases[None]
    between_negation: frozenset[str]
    continues_negation: frozenset[str]
    left_out: frozenset[str]
    """Facets in which a negated phrase leaves clinics out."""
    negated_after: Phrases[None]
    crisis: Phrases[None]

    @classmethod
    def open(cls, folder: Path) -> "Lexicon":
        """The lexicon of a data folder; DataError names the file and the key that is wrong."""
        path = folder / FILE
        try:
            return cls.read(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(str(path), f"cannot be read ({error})") from error

    @classmethod
    def read(cls, text: str, file: str = FILE) -> "Lexicon":
        """The lexicon of a text in the form of lexicon.toml, checked against the facet table."""
        try:
            data = _File.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise DataError(file, str(error)) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise DataError(file, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        for row in (*data.phrases, *data.weak):
            _check(file, row.facet, row.codes)
        for facet in data.words.left_out:
            _check(file, facet, ())
        for facet, table in data.absorbed.items():
            _check(file, facet, {*table, *(code for others in table.values() for code in others)})
        try:
            return _compile(data, file)
        except IndexError:
            raise DataError(file, "a phrase has no letter or digit") from None

    def right(self, word: str) -> str:
        """The word, spelled right when its misspelling is listed."""
        return self.spelling.get(word, word)

    def __len__(self) -> int:
        return len(self.facets) + len(self.weak)


def _check(file: str, facet: str, codes: Iterable[str]) -> None:
    if facet not in FACETS:
        raise DataError(file, f"there is no facet {facet!r}")
    wrong = set(codes) - {ANY, *FACETS[facet].offers}
    if wrong:
        raise DataError(file, f"{facet} has no offer {min(wrong)!r}")


def _compile(data: _File, file: str) -> Lexicon:
    spelling = {
        "".join(split(wrong)): "".join(split(right))
        for right, misspellings in data.spelling.items()
        for wrong in misspellings
    }
    if chained := spelling.keys() & set(spelling.values()):
        raise DataError(file, f"spelling: {min(chained)!r} is listed both as right and as wrong")

    def key(phrase: str) -> tuple[str, ...]:
        return tuple(spelling.get(word, word) for word in split(phrase))

    weak = {
        key(phrase): (Meaning(facet=row.facet, codes=row.codes), frozenset(row.beside))
        for row in data.weak
        for phrase in row.words
    }
    asks = {**_facet_table(), **{p: (row.facet, row.codes) for row in data.phrases for p in row.words}}
    facets = {key(p): Meaning(facet=facet, codes=codes) for p, (facet, codes) in asks.items()}
    lists: dict[str, Any] = {name: _keys(key, getattr(data.words, name)) for name in _PHRASE_LISTS}
    lists |= {name: frozenset(getattr(data.words, name)) for name in _WORD_LISTS}
    return Lexicon(
        spelling=MappingProxyType(spelling),
        facets=Phrases({phrase: meaning for phrase, meaning in facets.items() if phrase not in weak}),
        weak=Phrases(weak),
        absorbed={
            facet: {code: frozenset(others) for code, others in table.items()}
            for facet, table in data.absorbed.items()
        },
        radius_units=frozenset(data.radius.units),
        radius_before=_keys(key, data.radius.before),
        radius_after=_keys(key, data.radius.after),
        travel_units=MappingProxyType(data.travel.units),
        travel_times=frozenset(" ".join(key(time)) for time in data.travel.times),
        travel_after=_keys(key, data.travel.after),
        **lists,
    )


def _keys(key: Callable[[str], tuple[str, ...]], phrases: Iterable[str]) -> Phrases[None]:
    return Phrases(dict.fromkeys(map(key, phrases)))


def _facet_table() -> dict[str, tuple[str, tuple[str, ...]]]:
    asks: dict[str, tuple[str, tuple[str, ...]]] = {}
    for facet in FACETS.values():
        for phrase in facet.any_words:
            asks[phrase] = (facet.code, (ANY,))
        for value in facet.values:
            if value.offer:
                asks |= dict.fromkeys(value.words, (facet.code, (value.code,)))
    return asks
