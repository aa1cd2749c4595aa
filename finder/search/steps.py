"""The steps that make sense of everything but the place: radius, facets, what is left.

Each takes the words it understands, so that no later step reads them again, and leaves a note.
"""

import re
from typing import Final

from finder.facets import ANY, FACETS, value
from finder.search.lexicon import Meaning
from finder.search.reading import Reading
from finder.text import MAX_QUERY_CHARS

_MILES: Final = re.compile(r"(\d{1,4})(miles?|mi)?")


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
        reading.radius_miles = float(min(500, max(1, int(number[1]))))
        typed = reading.take(at - (before[0] if before else 0), end + (after[0] if after else 0), "radius")
        reading.note("radius", f"Within {reading.radius_miles:g} miles, from “{typed}”")
        return


def choose_facets(reading: Reading) -> None:
    """Phrases of the facet table and the lexicon, longest first; what is negated is not chosen."""
    for start, end, meaning in list(reading.lexicon.facets.find(reading.open_words())):
        _choose(reading, start, end, meaning)


def choose_doubtful_facets(reading: Reading) -> None:
    """Phrases that are meant only beside certain words: "va" beside "covered", not after a city."""
    typed = [word.right for word in reading.words]
    for start, end, (meaning, beside) in list(reading.lexicon.weak.find(reading.open_words())):
        around = {*typed[max(0, start - 2) : start], *typed[end : end + 2]}
        if around & beside and not _follows_its_city(reading, start, end):
            _choose(reading, start, end, meaning)


def _follows_its_city(reading: Reading, start: int, end: int) -> bool:
    """ "richmond va": a code after a city of that state."""
    state = reading.gazetteer.state(reading.text(start, end))
    return (
        start > 0
        and state is not None
        and bool(reading.gazetteer.exact(reading.words[start - 1].text, state.state))
    )


def _choose(reading: Reading, start: int, end: int, meaning: Meaning) -> None:
    facet = FACETS[meaning.facet]
    negated = _negation(reading, start, end)
    typed = reading.take(start, end, facet.code)
    codes = facet.offers if ANY in meaning.codes else meaning.codes
    label = "any" if ANY in meaning.codes else ", ".join(value(facet.code, code).label for code in codes)
    if negated is not None:
        reading.take(*negated, "negation")
        reading.note(
            facet.code, f"Not searched for: {label}. Leaving clinics out by a word is not possible yet"
        )
    elif facet.code in reading.request.facets:
        reading.note(facet.code, f"Ignored “{typed}”: {facet.label} was chosen separately")
    else:
        reading.chosen.setdefault(facet.code, []).append(meaning.codes)
        reading.note(facet.code, f"{facet.label}: {label}, from “{typed}”")


def _negation(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """Where the words stand that say "not this one"."""
    lexicon, words = reading.lexicon, [word.right for word in reading.words]
    after = lexicon.negated_after.at(words, end) if end < len(words) else None
    if after is not None:
        return end, end + after[0]
    at = start
    while at > max(0, start - 3) and words[at - 1] in lexicon.between_negation:
        at -= 1
    for here in range(start, at - 1, -1):
        before = lexicon.negations.ends_at(words, here)
        if before is not None:
            return here - before[0], start
    return None


def settle_facets(reading: Reading) -> None:
    """The choices of each facet: those sent win; what was asked for by name wins over "any"."""
    for code, table in FACETS.items():
        sent = reading.request.facets.get(code)
        if sent is not None:
            codes = set(table.offers) if ANY in sent else set(sent)
        else:
            codes = _narrowed(code, reading)
        if codes:
            reading.facets[code] = tuple(offer for offer in table.offers if offer in codes)


def _narrowed(facet: str, reading: Reading) -> set[str]:
    """What the phrases ask for together: a phrase that says less than another adds nothing."""
    asked = [set(FACETS[facet].offers if ANY in codes else codes) for codes in reading.chosen.get(facet, ())]
    narrow = [some for some in asked if not any(other < some for other in asked)]
    codes = {code for some in narrow for code in some}
    for quiet, louder in reading.lexicon.absorbed.get(facet, {}).items():
        if {quiet} in narrow and codes & louder:
            codes -= {quiet}
    return codes


def leave_free_words(reading: Reading) -> None:
    """What nobody took and is not filler: the words to find in clinics. In a crisis, none."""
    lexicon, typed = reading.lexicon, reading.open_words()
    for phrases in (lexicon.weak, lexicon.filler, lexicon.around_place, lexicon.before_place):
        for start, end, _ in list(phrases.find(typed)):
            reading.take(start, end, "filler")
        typed = reading.open_words()
    left = [
        word.text
        for word in reading.words
        if not word.taken and len(word.text) > 1 and word.text not in lexicon.careful_codes
    ]
    words = tuple(dict.fromkeys((*reading.quoted, *left)))
    if reading.crisis and words:
        words = ()
    if words:
        reading.note("words", f"Words to look for: {' '.join(words)}")
    reading.free = words
