"""What of a clinic's name can be typed to have it suggested: one definition for every engine."""

from typing import Final

from finder.text import fold

MAX_START_CHARS: Final = 24
"""So much of a typed text, and of a name from one of its words on, counts."""
SHORTEST_EDITED: Final = 4
"""Shorter typed texts are suggested for only as they are spelled."""


def typed_start(typed: str) -> str:
    """What counts of a typed text: its first 24 folded characters; "" when it has none."""
    return fold(typed)[:MAX_START_CHARS]


def name_starts(name: str) -> tuple[str, ...]:
    """The folded name from each of its words on, the whole first, 24 characters of each: "Blue Sky"
    gives ("blue sky", "sky"). () for a name without a letter or digit.
    """
    folded = fold(name)
    at = [number for number in range(len(folded)) if number == 0 or folded[number - 1] == " "]
    return tuple(folded[start : start + MAX_START_CHARS] for start in at)
