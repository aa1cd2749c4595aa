"""Many patterns looked for at once: each is looked for only where its rarest word stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final, Generic, NamedTuple, TypeVar

from finder.ingest.extraction.patterns import STEM_CHARS, Pattern, Slot, Span, texts_of

Meaning = TypeVar("Meaning")

_MAX_CACHED: Final = 50_000
_STEM_COST: Final = 1_000_000
"""A slot with stems is what a pattern is looked for by only when it has no other."""
_COMMON_COST: Final = 1_000
_COMMON: Final = frozenset(
    texts_of(
        "a about after all an and any are as at be before but by can do does during each for from has have"
        " how if in is it may more most must need no not of on one only or other our out over per see so"
        " some than that the their them then there these they this those to two up us use was we what when"
        " which who will with without you your"
    )
)
"""Frequent in any text, however few patterns use them."""


class _Entry(NamedTuple, Generic[Meaning]):
    """A pattern under its rarest word."""

    pattern: Pattern
    size: int
    """How many words a plain pattern has."""
    rest: tuple[tuple[int, frozenset[str]], ...] | None
    """Its other words with their places when it is plain; None: the pattern itself must look."""
    near: int
    """The rarest word stands at least so many words after its beginning,"""
    far: int
    """and at most so many."""
    rank: int
    """Its place among the matches that begin with the same word."""
    meaning: Meaning


class _Listed(NamedTuple, Generic[Meaning]):
    """What must stand in the sentence, besides the word it is listed under, before looking closer."""

    needs: frozenset[str]
    """All of these,"""
    one_of: frozenset[str]
    """and one of these when there are any."""
    entry: _Entry[Meaning]


_Match = tuple[int, int, int, Meaning]
"""Where it begins, its rank, where it ends, what it means."""


class Index(Generic[Meaning]):
    """Many patterns with what they mean, found together in one pass over the words."""

    def __init__(self, entries: Iterable[tuple[Pattern, Meaning]]) -> None:
        rows = sorted(entries, key=lambda row: _kind(row[0]))
        uses = Counter(word for pattern, _ in rows for slot in pattern.slots for word in slot.words)
        self._by_word: dict[str, list[_Listed[Meaning]]] = {}
        self._by_stem: dict[str, list[tuple[str, _Listed[Meaning]]]] = {}
        self._known: dict[str, tuple[_Listed[Meaning], ...]] = {}
        """Per word that was met; filled as texts are read, bounded."""
        for rank, (pattern, meaning) in enumerate(rows):
            (near, far, rarest), *others = _by_rarity(pattern, uses)
            some = next((slot.words for _, _, slot in others if len(slot.words) > 1 and not slot.stems), ())
            row = _Entry(pattern, len(pattern.slots), _rest(pattern, near), near, far, rank, meaning)
            entry = _Listed(pattern.needed - rarest.words, frozenset(some), row)
            for word in rarest.words:
                self._by_word.setdefault(word, []).append(entry)
            for stem in rarest.stems:
                self._by_stem.setdefault(stem[:STEM_CHARS], []).append((stem, entry))
        self._words = frozenset(self._by_word)

    def find(self, texts: Sequence[str]) -> list[tuple[Span, Meaning]]:
        """Every match in a sentence, from the first word on."""
        found = list(self._matches(texts))
        if len(found) > 1:
            found.sort(key=_place)
        return [(Span(start, end), meaning) for start, _, end, meaning in found]

    def stands_in(self, texts: Sequence[str]) -> bool:
        """True when one of the patterns stands somewhere in the words."""
        if not self._by_stem and self._words.isdisjoint(texts):
            return False
        return next(self._matches(texts), None) is not None

    def _matches(self, texts: Sequence[str]) -> Iterator[_Match[Meaning]]:
        """Every match once, in the order of its rarest word."""
        present, last = frozenset(texts), len(texts)
        known, listed = self._known, self._listed_under
        seen: set[tuple[int, int]] = set()
        for at, word in enumerate(texts):
            for needs, one_of, entry in known[word] if word in known else listed(word):
                if not needs <= present or (one_of and one_of.isdisjoint(present)):
                    continue
                _, size, rest, near, _, rank, meaning = entry
                if rest is None:
                    fresh = [one for one in _found_near(entry, texts, at) if one[:2] not in seen]
                    seen.update(one[:2] for one in fresh)
                    yield from fresh
                    continue
                start = at - near
                if start < 0 or start + size > last:
                    continue
                for place, words in rest:
                    if texts[start + place] not in words:
                        break
                else:
                    yield start, rank, start + size, meaning

    def _listed_under(self, word: str) -> tuple[_Listed[Meaning], ...]:
        stems = self._by_stem.get(word[:STEM_CHARS], ())
        rows = [*self._by_word.get(word, ()), *(row for stem, row in stems if word.startswith(stem))]
        if len(self._known) >= _MAX_CACHED:
            self._known.clear()
        found = self._known[word] = tuple({row.entry.rank: row for row in rows}.values())
        return found


_place: Final = itemgetter(0, 1)


def _found_near(entry: _Entry[Meaning], texts: Sequence[str], at: int) -> list[_Match[Meaning]]:
    """The matches of a pattern whose rarest word stands at this place."""
    first, found = entry.pattern.slots[0], []
    for start in range(max(0, at - entry.far), at - entry.near + 1):
        if first.takes(texts[start]):
            end = entry.pattern.end_at(texts, start)
            if end is not None:
                found.append((start, entry.rank, end, entry.meaning))
    return found


def _rest(pattern: Pattern, rarest_at: int) -> tuple[tuple[int, frozenset[str]], ...] | None:
    if not pattern.is_plain or any(slot.stems for slot in pattern.slots):
        return None
    return tuple((at, slot.words) for at, slot in enumerate(pattern.slots) if at != rarest_at)


def _kind(pattern: Pattern) -> int:
    """Which matches stand first of those that begin at one word: single words, then plain rows of words."""
    if len(pattern.slots) == 1:
        return 0
    second = pattern.slots[1]
    return 1 if second.words and not (second.stems or second.optional) else 2


def _by_rarity(pattern: Pattern, uses: Counter[str]) -> list[tuple[int, int, Slot]]:
    """The slots that every match fills, the rarest first, with the least and the greatest number of
    words from the first slot to it.
    """
    found: list[tuple[int, int, int, Slot]] = []
    near = far = 0
    for slot in pattern.slots:
        if slot.gap or slot.optional:
            far += slot.gap or 1
            continue
        cost = max((uses[word] + _COMMON_COST * (word in _COMMON) for word in slot.words), default=0)
        found.append((cost + _STEM_COST * bool(slot.stems), near, far, slot))
        near, far = near + 1, far + 1
    return [row[1:] for row in sorted(found, key=lambda row: row[:2])]
