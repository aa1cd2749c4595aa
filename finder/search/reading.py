"""A search on its way to being understood: its words, who took which, and what was learned."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from finder.model import Place
from finder.places import Gazetteer
from finder.search.lexicon import Lexicon
from finder.search.phrases import split
from finder.search.query import Noun
from finder.search.request import Request
from finder.settings import Settings
from finder.text import tokens

_CHUNK: Final = re.compile(r"\$ ?\d[\d,.]*|\d[\d,.]*\$|-?\d{1,2}\.\d+ ?, ?-?\d{1,3}\.\d+|[^\s,;()]+|[,;()]")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIELD: Final = re.compile(r"[^\W\d]\w*:(?=\S|$)")
_PRICE: Final = re.compile(r"\d[\d,.]*")
_SHORTEST_PIECE: Final = 3
"""Of a word typed together with others."""
_QUOTED: Final = re.compile(r'["“”]([^"“”]*)["“”]')


class Note(Noun):
    """One thing that a step understood, in words a visitor could read."""

    step: str
    text: str


@dataclass
class Word:
    """One folded word of the search, or coordinates as they were typed."""

    text: str
    right: str
    """The word spelled right, where its misspelling is listed."""
    capitals: bool = False
    apostrophe: bool = False
    comma: bool = False
    """A comma follows."""
    field: bool = False
    """It names a field of a query language ("city:denver")."""
    taken: str = ""
    """The step that made sense of it."""


@dataclass(frozen=True)
class Wish:
    """What one phrase asks for, or asks to leave out."""

    start: int
    facet: str
    codes: tuple[str, ...]
    """("any",) for every offer of the facet."""
    is_wanted: bool


@dataclass
class Reading:
    """What the steps work on. A word is taken once; what nobody takes becomes a free word."""

    request: Request
    gazetteer: Gazetteer
    lexicon: Lexicon
    settings: Settings
    words: list[Word] = field(default_factory=list)
    quoted: tuple[str, ...] = ()
    wishes: list[Wish] = field(default_factory=list)
    negated_end: int = -1
    """Where the phrase ends that was negated last."""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The choices that stand."""
    without: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What is to be left out."""
    place: Place | None = None
    alternatives: tuple[Place, ...] = ()
    near_misses: tuple[Place, ...] = ()
    radius_miles: float | None = None
    near_me: bool = False
    unknown_place: bool = False
    """A place was named that we do not know."""
    crisis: bool = False
    is_unreadable: bool = False
    """Something was typed, but no word of it can be read."""
    free: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)

    def note(self, step: str, text: str) -> None:
        """Say what was understood."""
        self.notes.append(Note(step=step, text=text))

    def take(self, start: int, end: int, step: str) -> str:
        """Mark these words as understood; the words, for a note."""
        for word in self.words[start:end]:
            word.taken = step
        return self.text(start, end)

    def take_open(self, step: str) -> None:
        """Mark every word that is still open."""
        for word in self.words:
            word.taken = word.taken or step

    def text(self, start: int, end: int) -> str:
        """The folded words from start to end."""
        return " ".join(word.text for word in self.words[start:end])

    def open_words(self) -> list[str]:
        """Every word spelled right; "" in place of those already taken, so no phrase spans them."""
        return ["" if word.taken else word.right for word in self.words]

    def settle(self, place: Place, others: Iterable[Place] = (), near: Iterable[Place] = ()) -> None:
        """The search is about this place."""
        self.place = place
        self.alternatives = tuple(others)
        self.near_misses = tuple(near)
        self.unknown_place = False


def read_words(text: str, lexicon: Lexicon) -> tuple[list[Word], tuple[str, ...]]:
    """The words of a search, and those in quotation marks, which are free words as they stand."""
    quoted = tuple(word for part in _QUOTED.findall(text) for word in tokens(part))
    words: list[Word] = []
    for chunk in _CHUNK.findall(_QUOTED.sub(" , ", text)):
        if chunk in ",;()":
            if words:
                words[-1].comma = True
            continue
        if _EMAIL.fullmatch(chunk):
            words.append(Word("", "", taken="email"))
            continue
        if "$" in chunk and (price := _PRICE.search(chunk)):
            amount = f"${price[0].replace(',', '').rstrip('.')}"
            words.append(Word(amount, amount, comma=price[0].endswith(",")))
            continue
        if "," in chunk:
            words.append(Word(chunk.replace(" ", ""), ""))
            continue
        apostrophe = "'" in chunk or "’" in chunk
        capitals = chunk.isupper()
        if named := _FIELD.match(chunk):
            words += [Word(word, lexicon.right(word), field=True) for word in split(named[0])]
        rest = chunk[named.end() :] if named else chunk
        joined = "".join(split(rest))
        if joined in lexicon.spelling:
            words.append(Word(joined, lexicon.right(joined), capitals, apostrophe))
            continue
        for word in (piece for one in split(rest) for piece in _apart(one, lexicon)):
            right = "i" if word == "im" and apostrophe else lexicon.right(word)
            words.append(Word(word, right, capitals, apostrophe))
    return words, quoted


def _apart(word: str, lexicon: Lexicon) -> list[str]:
    """The words of one typed without spaces around the name of a drug: "ketamineclinicdenver"."""
    if word in lexicon.known:
        return [word]
    for drug in lexicon.joined:
        before, found, after = word.partition(drug)
        if found:
            if 0 < len(before) < _SHORTEST_PIECE or 0 < len(after) < _SHORTEST_PIECE:
                return [word]
            return [*_peel(before, lexicon), drug, *_peel(after, lexicon)]
    return [word]


def _peel(text: str, lexicon: Lexicon) -> list[str]:
    """The text without the listed words at its ends, which stand apart."""
    for known in lexicon.peeled:
        left = len(text) - len(known)
        if 0 < left < _SHORTEST_PIECE:
            continue
        if text.startswith(known):
            return [known, *_peel(text.removeprefix(known), lexicon)]
        if text.endswith(known):
            return [*_peel(text.removesuffix(known), lexicon), known]
    return [text] if text else []
