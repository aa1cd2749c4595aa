"""The phrases of data/extract.toml: how clinics say things, matched word by word in linear time.

A pattern is words in a row. `a|b` takes either word, `stem*` any word that starts so, `word?` may
be missing, `~` stands for up to three words and `~~` for up to eight. No regular expressions: a
hostile text costs what a long one costs.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from finder.errors import DataError
from finder.facets import FACETS
from finder.settings import bundled_data
from finder.text import fold

FILE: Final = "extract.toml"
_GAPS: Final = {"~": 3, "~~": 8}
_STEM_CHARS: Final = 3
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CLAUSE = re.compile(r"[;:()—–•?]|\s-\s")
_PART = re.compile(r"[•?]")
_COMMA = re.compile(r"[,/&+]")
_TURNS: Final = frozenset(
    _WORD.findall("although because but except however since though unless whereas while yet")
)
"""These begin another thought wherever they stand."""
_SUBJECTS: Final = frozenset(
    _WORD.findall(
        "he i it our she they we you your accepts asks bills covers gives helps needs offers provides"
        " requires takes treats uses"
    )
)
"""These begin another thought after a comma or "and"."""
_VERBS: Final = frozenset(_WORD.findall("accept ask bill give help offer provide take treat use"))
"""These do so after "and" only: "do not take cards, give refunds" goes on denying."""
_NEGATIVE: Final = frozenset(
    _WORD.findall("no not never without dont doesnt cannot cant isnt arent nor wont")
)


class Word(NamedTuple):
    """A folded word of a sentence and where it stands."""

    text: str
    clause: int
    """The clause (0, 1, ...): "but", a bracket or a colon begins another."""
    part: int
    """The thought: like the clause, but a bracket, colon or semicolon goes on with the same one."""
    item: bool
    """A comma, "and" or "or" stands before it: an item of a list may begin here."""


class Slot(NamedTuple):
    """One place of a pattern: words and stems that fit, or a gap of up to `gap` words."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    gap: int = 0
    optional: bool = False

    def takes(self, word: str) -> bool:
        """True when the word fits."""
        return word in self.words or bool(self.stems and word.startswith(self.stems))


Pattern = tuple[Slot, ...]


class Span(NamedTuple):
    """Where a pattern stands: first word and the one after its last."""

    start: int
    end: int


class Phrase(NamedTuple):
    """What a match of any of the patterns says."""

    facet: str
    value: str
    says: str
    unless: tuple[Pattern, ...]
    detail: str = ""
    negative: bool = False
    """The pattern itself holds a "no" or "not"."""


class Lexicon:
    """Many patterns, found together in one pass over the words."""

    def __init__(self, entries: Iterable[tuple[Pattern, Phrase]]) -> None:
        self._by_word: dict[str, list[tuple[Pattern, Phrase]]] = {}
        self._by_stem: dict[str, list[tuple[Pattern, Phrase]]] = {}
        for pattern, phrase in entries:
            for word in pattern[0].words:
                self._by_word.setdefault(word, []).append((pattern, phrase))
            for stem in pattern[0].stems:
                self._by_stem.setdefault(stem[:_STEM_CHARS], []).append((pattern, phrase))

    def find(self, words: Sequence[Word]) -> Iterator[tuple[Span, Phrase]]:
        """Every match, from the first word on."""
        for start, word in enumerate(words):
            begun = (*self._by_word.get(word.text, ()), *self._by_stem.get(word.text[:_STEM_CHARS], ()))
            for pattern, phrase in begun:
                end = match_at(pattern, words, start)
                if end is not None:
                    yield Span(start, end), phrase


class Phrases(NamedTuple):
    """The compiled file: what says a facet's value, and the cues of [context]."""

    facets: Mapping[str, Lexicon]
    contexts: Lexicon

    def cues(self, words: Sequence[Word]) -> frozenset[str]:
        """The names of the contexts that some words of the sentence belong to."""
        return frozenset(phrase.value for _, phrase in self.contexts.find(words))

    def cues_by_part(self, words: Sequence[Word]) -> Mapping[int, frozenset[str]]:
        """The same for each thought of the sentence."""
        found: dict[int, frozenset[str]] = {}
        for span, phrase in self.contexts.find(words):
            part = words[span.start].part
            found[part] = found.get(part, frozenset()) | {phrase.value}
        return found

    def standing(self, facet: str, words: Sequence[Word]) -> list[tuple[Span, Phrase]]:
        """The facet's phrases in the words, each within one thought, without those taken back."""
        kept: list[tuple[Span, Phrase]] = []
        taken_back: dict[str, bool] = {}
        for span, phrase in self.facets[facet].find(words):
            if phrase.value not in taken_back:
                taken_back[phrase.value] = anywhere(phrase.unless, words)
            one_thought = words[span.start].part == words[span.end - 1].part
            if one_thought and not taken_back[phrase.value]:
                kept.append((span, phrase))
        return kept


def words_of(sentence: str) -> tuple[Word, ...]:
    """The folded words of a sentence with their clauses."""
    found: list[Word] = []
    clause, part, last, before = 0, 0, 0, ""
    for match in _WORD.finditer(sentence):
        between, text = sentence[last : match.start()], match.group()
        last = match.end()
        plain = text.isascii() and text.isalnum()
        pieces = [text.lower()] if plain else fold(text).split()
        comma, joined = bool(_COMMA.search(between)), before in ("and", "so")
        for at, piece in enumerate(pieces):
            turn = piece in _TURNS and (before, piece) != ("all", "but")
            turn = turn or (piece in _SUBJECTS and (comma or joined)) or (piece in _VERBS and joined)
            part += at == 0 and (turn or bool(_PART.search(between)))
            clause += at == 0 and (turn or bool(_CLAUSE.search(between)))
            found.append(Word(piece, clause, part, at == 0 and (comma or before in ("and", "or", "nor"))))
            before = piece
    return tuple(found)


def match_at(pattern: Sequence[Slot], words: Sequence[Word], start: int) -> int | None:
    """The end of the pattern's match that begins at this word, or None."""
    if not pattern:
        return start
    slot, rest = pattern[0], pattern[1:]
    if slot.gap:
        ends = (match_at(rest, words, start + skip) for skip in range(slot.gap + 1))
        return next((end for end in ends if end is not None), None)
    if start < len(words) and slot.takes(words[start].text):
        end = match_at(rest, words, start + 1)
        if end is not None:
            return end
    return match_at(rest, words, start) if slot.optional else None


def anywhere(patterns: Iterable[Pattern], words: Sequence[Word]) -> bool:
    """True when one of the patterns stands somewhere in the words."""
    return any(
        pattern[0].takes(word.text) and match_at(pattern, words, start) is not None
        for pattern in patterns
        for start, word in enumerate(words)
    )


def compile_pattern(text: str) -> Pattern:
    """A pattern of the file; ValueError when it cannot be one."""
    slots = tuple(_slot(part) for part in text.split())
    if not slots or slots[0].gap or slots[0].optional or slots[-1].gap:
        raise ValueError(f"{text!r} must begin with a word and end with one")
    if sum(1 for slot in slots if slot.gap) > 2:
        raise ValueError(f"{text!r} has more than two gaps")
    return slots


def _slot(part: str) -> Slot:
    if part in _GAPS:
        return Slot(gap=_GAPS[part])
    optional = part.endswith("?")
    choices = part.removesuffix("?").split("|")
    stems = tuple(choice[:-1] for choice in choices if choice.endswith("*"))
    words = frozenset(choice for choice in choices if not choice.endswith("*"))
    if any(fold(word) != word or not word for word in (*stems, *words)):
        raise ValueError(f"{part!r} is not folded")
    if any(len(stem) < _STEM_CHARS for stem in stems):
        raise ValueError(f"{part!r}: a stem has at least {_STEM_CHARS} letters")
    return Slot(words=words, stems=stems, optional=optional)


def read_phrases(text: str, file: str = FILE) -> Phrases:
    """The compiled phrases; DataError names the entry that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(file, str(error)) from error
    contexts: dict[str, list[str]] = raw.pop("context", {})
    cues = [
        (pattern, Phrase("", name, "yes", ()))
        for name, rows in contexts.items()
        for pattern in _patterns(file, name, rows)
    ]
    facets = {facet: Lexicon(()) for facet in FACETS}
    for facet, values in raw.items():
        if facet not in FACETS:
            raise DataError(file, f"there is no facet {facet!r}")
        facets[facet] = Lexicon(
            entry for value, row in values.items() for entry in _entries(file, facet, value, row)
        )
    return Phrases(facets, Lexicon(cues))


def _entries(file: str, facet: str, value: str, row: Mapping[str, Any]) -> Iterator[tuple[Pattern, Phrase]]:
    where = f"{facet}.{value}"
    if value not in FACETS[facet].by_code:
        raise DataError(file, f"there is no value {where}")
    if set(row) - {"yes", "no", "unless", "detail"}:
        raise DataError(file, f"{where}: only yes, no, unless and detail are known")
    unless = _patterns(file, where, row.get("unless", []))
    for says in ("yes", "no"):
        phrase = Phrase(facet, value, says, unless, row.get("detail", ""))
        for pattern in _patterns(file, where, row.get(says, [])):
            yield pattern, phrase._replace(negative=any(slot.words & _NEGATIVE for slot in pattern))


def _patterns(file: str, where: str, rows: Sequence[str]) -> tuple[Pattern, ...]:
    try:
        return tuple(compile_pattern(row) for row in rows)
    except ValueError as error:
        raise DataError(file, f"{where}: {error}") from error


@lru_cache(maxsize=4)
def phrases_in(folder: Path) -> Phrases:
    """The phrases of a data folder; DataError when the file is missing or broken."""
    path = folder / FILE
    try:
        return read_phrases(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise DataError(str(path), str(error)) from error


def bundled_phrases() -> Phrases:
    """The phrases that travel with the product."""
    return phrases_in(bundled_data())
