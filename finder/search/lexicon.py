"""The words around a search (data/lexicon.toml) and the words of the facet table, compiled once."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from finder.errors import DataError
from finder.facets import ANY, FACETS
from finder.search.lexiconfile import File
from finder.search.phrases import Phrases, split

__all__ = ["Lexicon", "Meaning", "Phrases"]

FILE: Final = "lexicon.toml"

_PHRASE_LISTS: Final = (
    "filler",
    "near_me",
    "before_place",
    "must_be_place",
    "around_place",
    "parts_of_places",
    "directions",
    "area_codes",
    "led_codes",
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
    "titles",
    "institutions",
    "joined",
    "peeled",
    "street_names",
    "measures",
)

_LONGEST_FIRST: Final = ("joined", "peeled")


class Meaning(BaseModel):
    """Answers of one facet that a phrase asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facet: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Read-only after loading; cheap to share between threads and forks."""

    spelling: Mapping[str, str]
    """A listed misspelling -> the right word."""
    targets: tuple[str, ...]
    """The right words of the list of misspellings."""
    known: frozenset[str]
    """Every word of this file and of the facet table: none of them is a slip."""
    facets: Phrases[Meaning]
    weak: Phrases[tuple[Meaning, frozenset[str]]]
    """Phrases that mean it only beside one of some words."""
    idle: Phrases[None]
    """Of these, the ones that say nothing otherwise."""
    asides: Phrases[str]
    """Phrases that filter nothing, with a note that says why."""
    namesakes_abroad: Mapping[str, str]
    """Folded name of a place in the United States -> the country of its famous namesake."""
    absorbed: Mapping[str, Mapping[str, frozenset[str]]]
    radius_units: frozenset[str]
    kilometers: frozenset[str]
    """Of these units, the ones to turn into miles."""
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
    price_before: Phrases[None]
    price_marks: Phrases[None]
    """After a number, these make a price of it."""
    price_after: Phrases[None]
    area_codes: Phrases[None]
    led_codes: Phrases[None]
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
    titles: frozenset[str]
    institutions: frozenset[str]
    joined: tuple[str, ...]
    """Drugs that are found within words typed together, and what is cut from the rest; the longest first."""
    peeled: tuple[str, ...]
    street_names: frozenset[str]
    measures: frozenset[str]
    """A number before one of these says how much, and looks for nothing."""
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
            data = File.model_validate(tomllib.loads(text))
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


def _compile(data: File, file: str) -> Lexicon:
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
    lists |= {
        name: tuple(sorted(lists[name], key=lambda word: (-len(word), word))) for name in _LONGEST_FIRST
    }
    known = {*spelling, *spelling.values(), *(word for words in lists.values() for word in _words_of(words))}
    known |= {word for phrase in (*facets, *weak) for word in phrase}
    return Lexicon(
        spelling=MappingProxyType(spelling),
        targets=tuple(sorted(set(spelling.values()))),
        known=frozenset(known),
        facets=Phrases({phrase: meaning for phrase, meaning in facets.items() if phrase not in weak}),
        weak=Phrases(weak),
        idle=_keys(key, (p for row in data.weak if row.otherwise == "filler" for p in row.words)),
        asides=Phrases({key(phrase): row.note for row in data.asides for phrase in row.words}),
        namesakes_abroad=MappingProxyType(data.namesakes_abroad),
        absorbed={
            facet: {code: frozenset(others) for code, others in table.items()}
            for facet, table in data.absorbed.items()
        },
        radius_units=frozenset((*data.radius.units, *data.radius.kilometers)),
        kilometers=frozenset(data.radius.kilometers),
        radius_before=_keys(key, data.radius.before),
        radius_after=_keys(key, data.radius.after),
        price_before=_keys(key, data.price.before),
        price_marks=_keys(key, data.price.marks),
        price_after=_keys(key, data.price.after),
        travel_units=MappingProxyType(data.travel.units),
        travel_times=frozenset(" ".join(key(time)) for time in data.travel.times),
        travel_after=_keys(key, data.travel.after),
        **lists,
    )


def _keys(key: Callable[[str], tuple[str, ...]], phrases: Iterable[str]) -> Phrases[None]:
    return Phrases(dict.fromkeys(map(key, phrases)))


def _words_of(words: Phrases[None] | Iterable[str]) -> Iterable[str]:
    return words.words() if isinstance(words, Phrases) else words


def _facet_table() -> dict[str, tuple[str, tuple[str, ...]]]:
    asks: dict[str, tuple[str, tuple[str, ...]]] = {}
    for facet in FACETS.values():
        for phrase in facet.any_words:
            asks[phrase] = (facet.code, (ANY,))
        for value in facet.values:
            if value.offer:
                asks |= dict.fromkeys(value.words, (facet.code, (value.code,)))
    return asks
