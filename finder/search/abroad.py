"""The step that notices a place outside the United States: never a silent wrong place."""

from typing import Final

from finder.model import Place
from finder.search.reading import Reading
from finder.search.where import MAX_WORDS, Candidate, Search

STEP: Final = "place"
ONLY_US: Final = "Only clinics in the United States are listed"
_MOST_WORDS: Final = 4
_MOST_NAMESAKES: Final = 5


def notice_a_place_abroad(reading: Reading) -> None:
    """ "ketamine toronto", "mexico city", "vancouver bc": say so, with namesakes in the United States."""
    search = Search(reading)
    found = _abroad(search)
    if found is None:
        return
    start, end = found
    inside = [one for one in search.candidates() if one.end <= start or end <= one.start]
    namesakes = _namesakes(reading, start, end)
    end += _is_named_after(search, end)
    typed = reading.take(start, end, STEP)
    if reading.place is not None or any(one.bound or search.after_preposition(one.start) for one in inside):
        reading.note(STEP, f"{ONLY_US}: “{typed}” was left aside")
        return
    reading.unknown_place, reading.near_misses = True, namesakes
    reading.note(STEP, f"{ONLY_US}, and “{typed}” is read as a place outside it")


def _abroad(search: Search) -> tuple[int, int] | None:
    """Where such a name stands, longest first; not within a longer name in the United States."""
    is_abroad, count = search.reading.gazetteer.is_abroad, min(len(search.open), MAX_WORDS)
    known = search.filler | {at for start, end in search.phrases for at in range(start, end)}
    unread = [bool(word) and at not in known for at, word in enumerate(search.open[:count])]
    for length in range(min(_MOST_WORDS, count), 0, -1):
        for start in range(count - length + 1):
            end = start + length
            if (
                all(unread[start:end])
                and not search.is_preposition(start)
                and is_abroad(_with_commas(search, start, end))
            ):
                return (start, end) if _stands_for_itself(search, start, end) else None
    return None


def _stands_for_itself(search: Search, start: int, end: int) -> bool:
    """In the position of a place, and within no name in the United States."""
    if end - start == 1 and (search.open[start] in search.lexicon.ordinary or start in search.states):
        return False
    is_last = search.is_last(end + _is_named_after(search, end))
    if not (search.after_preposition(start) or is_last or search.is_all_but_known(start, end)):
        return False
    around = [one for one in search.candidates() if one.start < end and start < one.end]
    return not any(
        one.bound or (one.start <= start and end <= one.end and _is_longer(one, start, end)) for one in around
    )


def _is_longer(one: Candidate, start: int, end: int) -> bool:
    return one.end - one.start > end - start


def _is_named_after(search: Search, end: int) -> bool:
    """One more word at the end names the country: "london england"."""
    if end + 1 != len(search.open) or not search.open[end] or end in search.filler:
        return False
    return search.reading.gazetteer.is_abroad(f"{search.open[end]}, {search.open[end]}")


def _with_commas(search: Search, start: int, end: int) -> str:
    words = search.reading.words
    typed = [word.text + ("," if word.comma else "") for word in words[start:end]]
    return " ".join(typed).rstrip(",")


def _namesakes(reading: Reading, start: int, end: int) -> tuple[Place, ...]:
    """Places in the United States of that name, or of its first words."""
    for last in range(end, start, -1):
        places = reading.gazetteer.exact(reading.text(start, last))
        if places:
            return places[:_MOST_NAMESAKES]
    return ()
