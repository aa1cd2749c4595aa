"""States that are nearly spelled: "minnesotta", "noth carolina"."""

from collections.abc import Sequence
from typing import Final

from finder.model import Place
from finder.placenames import misspelt_state
from finder.search.reading import Reading

MOST_SLIPS: Final = 2
"""Of one search: nobody means more states, and the time is bounded."""
SHORTEST_SLIP: Final = 6
"""Letters of a misspelt state: shorter words are too often something else."""
_FIRST_OF_TWO: Final = frozenset("nswrp")
"""What states of two words begin with: New, North, South, West, Rhode, Puerto."""

States = dict[int, tuple[int, Place]]
"""Where a state starts in the words -> where it ends, and the state."""


def misspelt_states(reading: Reading, typed: Sequence[str], found: States, known: set[int]) -> States:
    """Words that are no place and nearly the name of a state, beside the states `found`; none where a
    phrase is `known` and none that begins the name of a town ("colorodo springs").
    """
    taken = known | {at for start, (end, _) in found.items() for at in range(start, end)}
    slips: States = {}
    seen = 0
    for start in range(len(typed)):
        if seen == MOST_SLIPS:
            break
        for end in (start + 2, start + 1):
            free = end <= len(typed) and taken.isdisjoint(range(start, end))
            if not free or not _may_be_slip(reading, typed[start:end]):
                continue
            name = " ".join(typed[start:end])
            code = misspelt_state(name)
            if code and not reading.gazetteer.exact(name):
                seen += 1
                taken |= set(range(start, end))
                state = reading.gazetteer.state(code)
                if state is not None and not _begins_town(reading, typed, end, found):
                    slips[start] = (end, state)
    return slips


def _may_be_slip(reading: Reading, words: Sequence[str]) -> bool:
    """Long enough, and no word of the trade."""
    if "" in words or sum(map(len, words)) < SHORTEST_SLIP or words[-1] in reading.lexicon.known:
        return False
    return len(words) == 1 or words[0][0] in _FIRST_OF_TWO


def _begins_town(reading: Reading, typed: Sequence[str], end: int, found: States) -> bool:
    """What follows makes a town of it: "colorodo springs", "washingon dc"."""
    if end in found:
        return True
    if end >= len(typed) or not typed[end]:
        return False
    place = reading.gazetteer.resolve(f"{typed[end - 1]} {typed[end]}").place
    return place is not None and place.kind == "city"
