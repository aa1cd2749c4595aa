"""Nearly the same: strict measures for words that stand in no list."""

from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.search.reading import Reading
from finder.text import fold

SHORTEST_WORD: Final = 5
"""Shorter words are one letter from too many others."""


def read_slips(reading: Reading) -> None:
    """Words of the trade with one slip that stand in no list: "ketamne", "infsion". A word that is near
    two of them, or names a place, stays as it is; so one drug is never read as another.
    """
    lexicon, exact = reading.lexicon, reading.gazetteer.exact
    for word in reading.words:
        typed = word.text
        if word.taken or len(typed) < SHORTEST_WORD or typed in lexicon.known or not typed.isalpha():
            continue
        near = process.extract(typed, lexicon.targets, scorer=OSA.distance, score_cutoff=1, limit=2)
        if len(near) == 1 and near[0][0][0] == typed[0] and not exact(typed):
            word.right = near[0][0]
            reading.note("spelling", f"“{typed}” is read as {word.right}")


def alike(typed: str, name: str) -> bool:
    """True when one slip (two in eleven letters or more) turns one into the other; the first letter
    stays. Words under five letters are never alike.
    """
    a, b = fold(typed).replace(" ", ""), fold(name).replace(" ", "")
    if min(len(a), len(b)) < 5 or a[0] != b[0]:
        return False
    return OSA.distance(a, b, score_cutoff=2) <= (2 if len(a) >= 11 else 1)
