"""The little language of phrases: words in a row, matched in linear time, no regular expressions.

`a|b` takes either word, `stem*` any word that starts so, `word?` may be missing, `~` stands for up
to three words and `~~` for up to eight. A hostile text costs what a long one costs.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from finder.text import fold

_GAPS: Final = {"~": 3, "~~": 8}
STEM_CHARS: Final = 3
_MAX_GAPS: Final = 2
_UNSEEN: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_WORD = re.compile(rf"(?:[^\W_]|[{_UNSEEN}])+(?:['’][^\W_]+)?")
_ERASE = re.compile(rf"[{_UNSEEN}]")
_CLAUSE = re.compile(r"[;:()—–•?|]|\s-\s")
_PART = re.compile(r"[•?|]")
_COMMA = re.compile(r"[,/&+]")
_TURNS: Final = frozenset(
    _WORD.findall("although because but except however since though unless whereas while yet pero")
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
_THOUGHT_JOINS: Final = frozenset(("and", "so"))
_LISTS: Final = frozenset(("and", "or", "nor"))
_JOINS: Final = _THOUGHT_JOINS | _LISTS
_MAY_TURN: Final = _TURNS | _SUBJECTS | _VERBS
_CONTRACTIONS: Final = {"m": "am", "re": "are", "ll": "will", "ve": "have", "d": "would"}
"""After an apostrophe: "I'm" is no "IM", and "I'll" is not ill."""


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


class Span(NamedTuple):
    """Where a pattern stands: first word and the one after its last."""

    start: int
    end: int


class Pattern(NamedTuple):
    """A compiled pattern."""

    slots: tuple[Slot, ...]
    is_plain: bool
    """No gap and no optional word: it has as many words as slots."""
    needed: frozenset[str]
    """These words stand in every match."""

    def end_at(self, texts: Sequence[str], start: int) -> int | None:
        """The end of its match that begins at this word, or None."""
        if not self.is_plain:
            return _end_at(self.slots, 0, texts, start)
        end = start + len(self.slots)
        if end > len(texts):
            return None
        for at, (words, stems, _, _) in enumerate(self.slots, start):
            if texts[at] not in words and not (stems and texts[at].startswith(stems)):
                return None
        return end


def texts_of(sentence: str) -> list[str]:
    """The folded words of a sentence. Invisible characters inside words are ignored."""
    if not sentence.isascii():
        return [piece for word in _WORD.findall(sentence) for piece in _folded(word)]
    if "'" not in sentence:
        return _ASCII_WORD.findall(sentence.lower())
    return [piece for word in _PLAIN_WORD.findall(sentence) for piece in _folded(word)]


def words_of(sentence: str) -> tuple[Word, ...]:
    """The same words with their clauses."""
    pattern = _PLAIN_WORD if sentence.isascii() else _WORD
    found: list[Word] = []
    clause, part, before = 0, 0, ""
    for match, between in zip(pattern.findall(sentence), pattern.split(sentence), strict=False):
        pieces = _folded(match)
        if not pieces:
            continue
        item, marked = False, between != " "
        if marked or pieces[0] in _TURNS or before in _JOINS:
            comma = marked and bool(_COMMA.search(between))
            turn = _turns(before, pieces[0], comma)
            part += turn or (marked and bool(_PART.search(between)))
            clause += turn or (marked and bool(_CLAUSE.search(between)))
            item = comma or before in _LISTS
        for piece in pieces:
            found.append(Word(piece, clause, part, item))
            item = False
        before = pieces[-1]
    return tuple(found)


def may_turn(sentence: str, texts: Sequence[str], span: Span) -> bool:
    """False when the words of the span surely belong to one thought; quicker than to look at each."""
    between = texts[span.start + 1 : span.end]
    return not _MAY_TURN.isdisjoint(between) or bool(_PART.search(sentence, 0, len(sentence) - 1))


def _turns(before: str, word: str, comma: bool) -> bool:
    """Another thought begins with this word."""
    if word in _TURNS:
        return (before, word) != ("all", "but")
    joined = before in _THOUGHT_JOINS
    return (word in _SUBJECTS and (comma or joined)) or (word in _VERBS and joined)


def _folded(text: str) -> tuple[str, ...]:
    return (text.lower(),) if text.isascii() and text.isalnum() else _pieces(text)


@lru_cache(maxsize=4_096)
def _pieces(text: str) -> tuple[str, ...]:
    text = _ERASE.sub("", text)
    head, _, tail = text.replace("’", "'").partition("'")
    ending = _CONTRACTIONS.get(tail.lower())
    return (*fold(head).split(), ending) if ending else tuple(fold(text).split())


def _end_at(slots: Sequence[Slot], at: int, texts: Sequence[str], start: int) -> int | None:
    if at == len(slots):
        return start
    words, stems, gap, optional = slots[at]
    if gap:
        after = slots[at + 1]
        for begin in range(start, min(start + gap + 1, len(texts))):
            if after.optional or after.takes(texts[begin]):
                end = _end_at(slots, at + 1, texts, begin)
                if end is not None:
                    return end
        return None
    if start < len(texts) and (texts[start] in words or (stems and texts[start].startswith(stems))):
        end = _end_at(slots, at + 1, texts, start + 1)
        if end is not None:
            return end
    return _end_at(slots, at + 1, texts, start) if optional else None


def compile_pattern(text: str, spelling: Mapping[str, Sequence[str]] | None = None) -> Pattern:
    """A pattern of the file, its words also in their listed misspellings; ValueError when it cannot
    be one.
    """
    slots = tuple(_slot(part, spelling or {}) for part in text.split())
    if not slots or slots[0].gap or slots[0].optional or slots[-1].gap:
        raise ValueError(f"{text!r} must begin with a word and end with one")
    if sum(1 for slot in slots if slot.gap) > _MAX_GAPS:
        raise ValueError(f"{text!r} has more than two gaps")
    if any(one.gap and other.gap for one, other in pairwise(slots)):
        raise ValueError(f"{text!r} has two gaps in a row")
    is_plain = not any(slot.gap or slot.optional for slot in slots)
    alone = (slot.words for slot in slots if len(slot.words) == 1 and not (slot.stems or slot.optional))
    return Pattern(slots, is_plain, needed=frozenset[str]().union(*alone))


def _slot(part: str, spelling: Mapping[str, Sequence[str]]) -> Slot:
    if part in _GAPS:
        return Slot(gap=_GAPS[part])
    optional = part.endswith("?")
    choices = part.removesuffix("?").split("|")
    stems = tuple(choice[:-1] for choice in choices if choice.endswith("*"))
    words = {choice for choice in choices if not choice.endswith("*")}
    if any(fold(word) != word or not word for word in (*stems, *words)):
        raise ValueError(f"{part!r} is not folded")
    if any(len(stem) < STEM_CHARS for stem in stems):
        raise ValueError(f"{part!r}: a stem has at least {STEM_CHARS} letters")
    misspelled = {wrong for word in words for wrong in spelling.get(word, ())}
    return Slot(words=frozenset(words | misspelled), stems=stems, optional=optional)
