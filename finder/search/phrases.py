"""Phrases of folded words: the longest one that stands at a position of a text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from finder.text import tokens

T = TypeVar("T")


def split(text: str) -> list[str]:
    """Folded words, with the plus of "18+" kept as a word."""
    return tokens(text.replace("+", " plus "))


class Phrases(Generic[T]):
    """Phrases by their words; at any position of a text, the longest one that stands there."""

    def __init__(self, phrases: Mapping[tuple[str, ...], T]) -> None:
        self._meanings = dict(phrases)
        self._lengths: dict[str, tuple[int, ...]] = {}
        """First word -> how long its phrases are, the longest first."""
        for phrase in self._meanings:
            known = self._lengths.get(phrase[0], ())
            self._lengths[phrase[0]] = tuple(sorted({*known, len(phrase)}, reverse=True))

    def at(self, words: Sequence[str], start: int) -> tuple[int, T] | None:
        """Length and meaning of the longest phrase that begins here."""
        for length in self._lengths.get(words[start], ()):
            phrase = tuple(words[start : start + length])
            if len(phrase) == length and phrase in self._meanings:
                return length, self._meanings[phrase]
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

    def words(self) -> frozenset[str]:
        """Every word of every phrase."""
        return frozenset(word for phrase in self._meanings for word in phrase)

    def __len__(self) -> int:
        return len(self._meanings)
