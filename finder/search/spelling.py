"""Nearly the same: a strict measure for words that stand in no list."""

from rapidfuzz.distance import OSA

from finder.text import fold


def alike(typed: str, name: str) -> bool:
    """True when one slip (two in eleven letters or more) turns one into the other; the first letter
    stays. Words under five letters are never alike.
    """
    a, b = fold(typed).replace(" ", ""), fold(name).replace(" ", "")
    if min(len(a), len(b)) < 5 or a[0] != b[0]:
        return False
    return OSA.distance(a, b, score_cutoff=2) <= (2 if len(a) >= 11 else 1)
