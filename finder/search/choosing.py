"""The steps that read what is wanted and what is not: facet phrases, negations, what stands in the end."""

from typing import Final

from finder.facets import ANY, FACETS, value
from finder.search.lexicon import Meaning
from finder.search.reading import Reading, Wish
from finder.search.where import Search

NAMED_PEOPLE: Final = 500
"""In the name of a smaller place a word may still mean its filter."""
_BETWEEN_WORDS: Final = 4
"""How far a negation reaches over words such as "a" and "need"."""


def choose_facets(reading: Reading) -> None:
    """Phrases of the facet table and the lexicon, longest first; what is negated is left out."""
    for start, end, meaning in list(reading.lexicon.facets.find(reading.open_words())):
        _choose(reading, start, end, meaning)


def choose_doubtful_facets(reading: Reading) -> None:
    """Phrases that are meant only beside certain words: "va" beside "covered", not after a city."""
    typed = [word.right for word in reading.words]
    for start, end, (meaning, beside) in list(reading.lexicon.weak.find(reading.open_words())):
        around = {*typed[max(0, start - 2) : start], *typed[end : end + 2]}
        if around & beside and not (
            _follows_its_city(reading, start, end)
            or _is_in_a_phrase(reading, start, end)
            or _is_in_a_name(reading, start, end)
        ):
            _choose(reading, start, end, meaning)


def _follows_its_city(reading: Reading, start: int, end: int) -> bool:
    """ "richmond va": a code after a city of that state."""
    state = reading.gazetteer.state(reading.text(start, end))
    return (
        start > 0
        and state is not None
        and bool(reading.gazetteer.exact(reading.words[start - 1].text, state.state))
    )


def _is_in_a_phrase(reading: Reading, start: int, end: int) -> bool:
    """Part of a surer phrase: "forest bathing"."""
    if reading.lexicon.idle.at(reading.open_words(), start) is not None:
        return False
    return any(first <= start and end <= last for first, last in Search(reading).phrases)


def _is_in_a_name(reading: Reading, start: int, end: int) -> bool:
    """Part of the name of a place: "forest grove"."""
    return any(
        one.start <= start and end <= one.end and one.end - one.start > end - start
        for one in Search(reading).candidates()
        if one.bound or one.place.population >= NAMED_PEOPLE
    )


def _choose(reading: Reading, start: int, end: int, meaning: Meaning) -> None:
    facet = FACETS[meaning.facet]
    negated = _negation(reading, start, end)
    typed = reading.take(start, end, facet.code)
    label = _label(facet.code, meaning.codes)
    if negated is not None:
        reading.take(*negated, "negation")
        first, last = min(start, negated[0]), max(end, negated[1])
        typed = reading.text(first, last)
        reading.negated_end = last
        if facet.code not in reading.lexicon.left_out:
            reading.note(facet.code, f"“{typed}” leaves no clinic out")
            return
    if facet.code in reading.request.facets:
        reading.note(facet.code, f"Ignored “{typed}”: {facet.label} was chosen separately")
        return
    reading.wishes.append(Wish(start, facet.code, meaning.codes, negated is None))
    said = f"{facet.label}: {label}" if negated is None else f"Not: {label}"
    reading.note(facet.code, f"{said}, from “{typed}”")


def _label(facet: str, codes: tuple[str, ...]) -> str:
    return "any" if ANY in codes else ", ".join(value(facet, code).label for code in codes)


def _negation(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """Where the words stand that say "not this one"."""
    lexicon, words = reading.lexicon, [word.right for word in reading.words]
    after = lexicon.negated_after.at(words, end) if end < len(words) else None
    if after is not None:
        return end, end + after[0]
    at = start
    while at > max(0, start - _BETWEEN_WORDS) and words[at - 1] in lexicon.between_negation:
        at -= 1
    for here in range(start, at - 1, -1):
        before = lexicon.negations.ends_at(words, here)
        if before is not None:
            return here - before[0], start
    joined = start > 1 and words[start - 1] in lexicon.continues_negation
    return (start - 1, start) if joined and reading.negated_end == start - 1 else None


def settle_facets(reading: Reading) -> None:
    """The choices of each facet: those sent win; what was asked for by name wins over "any"; of what
    was both wanted and not, the last said counts.
    """
    for code, table in FACETS.items():
        sent = reading.request.facets.get(code)
        wanted, left_out = _said(code, reading)
        codes = _chosen(code, sent) if sent is not None else _narrowed(code, wanted, reading)
        left_out |= _chosen(code, reading.request.without.get(code, ()))
        if codes:
            reading.facets[code] = tuple(offer for offer in table.offers if offer in codes)
        if left_out:
            reading.without[code] = tuple(offer for offer in table.offers if offer in left_out)


def _chosen(facet: str, codes: tuple[str, ...]) -> set[str]:
    return set(FACETS[facet].offers if ANY in codes else codes)


def _said(facet: str, reading: Reading) -> tuple[list[set[str]], set[str]]:
    """What each phrase asks for, and what all of them leave out, in the order of the text."""
    wanted: list[set[str]] = []
    left_out: set[str] = set()
    for wish in sorted((wish for wish in reading.wishes if wish.facet == facet), key=lambda wish: wish.start):
        codes = _chosen(facet, wish.codes)
        if wish.is_wanted:
            changed = left_out & codes if ANY not in wish.codes else set()
            wanted.append(codes if ANY not in wish.codes else codes - left_out)
            left_out -= changed
        else:
            changed = codes.intersection(*[some for some in wanted if some <= codes][:1] or [set()])
            wanted = [rest for some in wanted if (rest := some - codes)]
            left_out |= codes
        if changed:
            label = _label(facet, wish.codes)
            reading.note(facet, f"{label} was said both ways: the last one counts")
    return wanted, left_out


def _narrowed(facet: str, asked: list[set[str]], reading: Reading) -> set[str]:
    """What the phrases ask for together: a phrase that says less than another adds nothing."""
    narrow = [some for some in asked if not any(other < some for other in asked)]
    codes = {code for some in narrow for code in some}
    for quiet, louder in reading.lexicon.absorbed.get(facet, {}).items():
        if {quiet} in narrow and codes & louder:
            codes -= {quiet}
    return codes
