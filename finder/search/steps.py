"""The steps around the place and the facets: what was cut, a crisis, the radius, what is left.

Each takes the words it understands, so that no later step reads them again, and leaves a note.
"""

import re
from typing import Final

from finder.search.reading import Reading
from finder.text import MAX_QUERY_CHARS

_MILES: Final = re.compile(r"(\d{1,4})(miles?|mi|km)?")
_MILES_IN_KM: Final = 0.621371

SMALLEST_RADIUS: Final = 1
LARGEST_RADIUS: Final = 500
_OUT_OF_RANGE: Final = f": changed, since a radius is from {SMALLEST_RADIUS} to {LARGEST_RADIUS} miles"


def say_what_was_cut(reading: Reading) -> None:
    """A search longer than MAX_QUERY_CHARS was cut: say so."""
    if reading.request.was_cut:
        reading.note("cut", f"Only the first {MAX_QUERY_CHARS} characters of the search were read")


def hear_a_crisis(reading: Reading) -> None:
    """Words of suicide, self-harm or crisis: help comes first. Nothing is filtered by it."""
    words = [*(word.right for word in reading.words), "", *reading.quoted]
    if any(True for _ in reading.lexicon.crisis.find(words)):
        reading.crisis = True
        reading.note("crisis", "In a crisis, call or text 988 now. In danger, call 911.")


def take_the_radius(reading: Reading) -> None:
    """ "within 50 miles of", "50 mi", "30 mile radius"."""
    lexicon, words = reading.lexicon, reading.open_words()
    for at, word in enumerate(words):
        number = _MILES.fullmatch(word)
        if number is None:
            continue
        end = at + 1 if number[2] else at + 2
        if end > len(words) or (not number[2] and words[at + 1] not in lexicon.radius_units):
            continue
        before = lexicon.radius_before.ends_at(words, at)
        after = lexicon.radius_after.at(words, end) if end < len(words) else None
        unit = number[2] or words[at + 1]
        asked = int(number[1])
        if unit in lexicon.kilometers:
            asked = round(asked * _MILES_IN_KM)
        reading.radius_miles = float(min(LARGEST_RADIUS, max(SMALLEST_RADIUS, asked)))
        typed = reading.take(at - (before[0] if before else 0), end + (after[0] if after else 0), "radius")
        changed = "" if asked == reading.radius_miles else _OUT_OF_RANGE
        named = "mile" if reading.radius_miles == 1 else "miles"
        reading.note("radius", f"Within {reading.radius_miles:g} {named}, from “{typed}”{changed}")
        return


def leave_free_words(reading: Reading) -> None:
    """What nobody took and is not filler: the words to find in clinics. In a crisis, none."""
    lexicon, typed = reading.lexicon, reading.open_words()
    for phrases in (lexicon.idle, lexicon.filler, lexicon.around_place, lexicon.before_place):
        for start, end, _ in list(phrases.find(typed)):
            reading.take(start, end, "filler")
        typed = reading.open_words()
    left = [
        word.text
        for word in reading.words
        if not (word.taken or word.field) and len(word.text) > 1 and word.text not in lexicon.careful_codes
    ]
    words = tuple(dict.fromkeys((*reading.quoted, *left)))
    if reading.crisis and words:
        words = ()
    if words:
        reading.note("words", f"Words to look for: {' '.join(words)}")
    reading.free = words
