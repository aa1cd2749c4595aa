"""Names of places outside the United States: never a silent wrong place."""

from collections.abc import Iterable
from typing import NamedTuple

from finder.placenames import place_key


class Foreign(NamedTuple):
    """Names of places outside the United States."""

    names: frozenset[str]
    """Mean such a place when they stand alone."""
    ends: frozenset[str]
    """Mean such a place at the end of a text, after the name of a town."""
    after_comma: frozenset[str]
    """These and those that do so only after a comma."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Foreign":
        """The names of the compiled file: a comma before those that need one, "=" before cities."""
        marked = list(lines)
        countries = {line for line in marked if line[0] not in ",="}
        soft = {line[1:] for line in marked if line[0] == ","}
        cities = {line[1:] for line in marked if line[0] == "="}
        return cls(frozenset(countries | cities), frozenset(countries), frozenset(countries | soft))

    def are_in(self, text: str) -> bool:
        """True when a text of several words ends with such a name, or has one before its last comma."""
        left, comma, right = text.rpartition(",")
        if comma:
            return place_key(right) in self.after_comma or place_key(left) in self.names
        words = place_key(text).split()
        return any(" ".join(words[cut:]) in self.ends for cut in range(1, len(words)))
