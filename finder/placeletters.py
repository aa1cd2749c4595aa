"""An index of names by their letters: which names could be within some edits of a typed one.

For each letter there is a row of bits, one bit a name: which names hold it, hold it twice, and so on; the
same for the first letters and for the last ones. A name within `most` edits lacks at most so many letters of
the typed one, in each of the three. The rows are combined whole, so the search visits no name that is not
nearly right, and misses none (a test compares it with all names).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

END_LETTERS: Final = 6
"""How many letters the first and the last ones are."""


class Part(NamedTuple):
    """A part of a name, and the row of its letters that is still kept."""

    cut: slice
    most_repeats: int
    """Of a letter: further ones are rare and not told apart."""


PARTS: Final = (
    Part(slice(0, END_LETTERS), 2),
    Part(slice(-END_LETTERS, None), 2),
    Part(slice(None), 3),
)


def letter_rows(key: str) -> Iterator[tuple[int, str, int]]:
    """The rows that a name stands in: number of the part, letter, how often before in that part."""
    for number, part in enumerate(PARTS):
        before: Counter[str] = Counter()
        for letter in key[part.cut]:
            if before[letter] < part.most_repeats:
                yield number, letter, before[letter]
            before[letter] += 1


class LetterIndex:
    """Rows of bits over all names; a set of names is one whole number with their bits."""

    def __init__(self, rows: Sequence[int], bits: memoryview, lengths: memoryview, row_bytes: int) -> None:
        """`rows` has three bytes for each row of `bits`: part, letter, repeats; `lengths` has one row for
        each length of name.
        """
        self._row = {
            (rows[at], chr(rows[at + 1]), rows[at + 2]): at // 3 * row_bytes for at in range(0, len(rows), 3)
        }
        self._bits, self._lengths, self._row_bytes = bits, lengths, row_bytes
        self._kept: dict[tuple[int, str, int], int] = {}
        self._kept_lengths: dict[int, int] = {}

    def near(self, key: str, names: int, most: int) -> list[int]:
        """Numbers of those of `names` that could be within `most` edits of the key, in order."""
        lengths = {length: self._of_length(length) for length in range(len(key) - most, len(key) + most + 1)}
        span = 0
        for of_length in lengths.values():
            span |= of_length
        at_most = [names & span] * (most + 1)
        for part in range(len(PARTS)):
            at_most = self._lacking(part, key, at_most[most], most)
        found = 0
        for length, of_length in lengths.items():
            found |= of_length & at_most[most - max(0, length - len(key))]
        return numbers(found)

    def _lacking(self, part: int, key: str, names: int, most: int) -> list[int]:
        """Those of `names` that lack at most 0, 1 ... `most` letters of the key's part."""
        at_most = [names] * (most + 1)
        for row in letter_rows(key):
            if row[0] != part:
                continue
            have = self._row_of(row)
            for count in range(most, 0, -1):
                at_most[count] &= have | at_most[count - 1]
            at_most[0] &= have
        return at_most

    def _row_of(self, row: tuple[int, str, int]) -> int:
        if row not in self._kept:
            start = self._row.get(row)
            self._kept[row] = (
                0 if start is None else int.from_bytes(self._bits[start : start + self._row_bytes], "little")
            )
        return self._kept[row]

    def _of_length(self, length: int) -> int:
        if length < 0:
            return 0
        if length not in self._kept_lengths:
            start = length * self._row_bytes
            self._kept_lengths[length] = int.from_bytes(
                self._lengths[start : start + self._row_bytes], "little"
            )
        return self._kept_lengths[length]


def numbers(names: int) -> list[int]:
    """The numbers of the bits that are set."""
    digits = bin(names)[:1:-1]
    found, at = [], digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found


def as_bits(chosen: Sequence[int], row_bytes: int) -> bytearray:
    """A row with the bits of these numbers."""
    row = bytearray(row_bytes)
    for number in chosen:
        row[number >> 3] |= 1 << (number & 7)
    return row
