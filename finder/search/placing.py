"""The steps that find the place of a search: sent with it, the whole text, a part of it, misspelled."""

from typing import Final

from finder.geo import Point, miles
from finder.model import Place
from finder.placereading import How
from finder.places import Resolution
from finder.search.abroad import notice_a_place_abroad
from finder.search.reading import Reading, read_words
from finder.search.request import LOCATION_DECIMALS, Request
from finder.search.spelling import alike
from finder.search.where import Candidate, Search
from finder.text import fold

NOT_FOUND: Final = "We do not know this place in the United States. Check the spelling, or use a ZIP code."
SHARED: Final = "More than one place is called that. Choose one, or add a state or ZIP code."
STEP: Final = "place"
BESIDE_MILES: Final = 30.0
_WITHIN_TOWNS: Final = frozenset({"zip", "neighborhood"})
KNOWN_CITY_PEOPLE: Final = 50_000
"""A second place this large is not searched for as a word."""


def use_the_place_sent(reading: Reading) -> None:
    """The place in `near`, else the point in `lat` and `lng`."""
    request = reading.request
    if request.near:
        _use_near(reading, request.near)
    elif request.lat is not None and request.lng is not None:
        reading.settle(_spot(reading, Point(lat=request.lat, lng=request.lng)))
        reading.note(STEP, "Place: the location you shared, rounded to about a mile")


def _use_near(reading: Reading, near: str) -> None:
    known = reading.gazetteer.get(near) if ":" in near else None
    answer = Resolution(place=known, how="exact") if known else reading.gazetteer.resolve(near)
    if answer.place is not None:
        _settle(reading, answer, near)
        return
    inner = Reading(Request(q=near), reading.gazetteer, reading.lexicon, reading.settings)
    inner.words, _ = read_words(inner.request.q, inner.lexicon)
    take_near_me(inner)
    notice_a_place_abroad(inner)
    if not inner.unknown_place:
        find_the_place(inner)
    if inner.place is not None:
        reading.settle(inner.place, inner.alternatives)
        reading.note(STEP, f"Place: {inner.place.label}")
    elif inner.near_me:
        reading.near_me = True
    elif not inner.unknown_place:
        _settle(reading, answer, near)
    else:
        reading.unknown_place, reading.near_misses = True, inner.near_misses
        reading.notes += inner.notes


def take_near_me(reading: Reading) -> None:
    """ "near me" and the like: a place is needed, and none is guessed."""
    for start, end, _ in list(reading.lexicon.near_me.find(reading.open_words())):
        reading.take(start, end, "near me")
        reading.near_me = True


def read_it_all_as_a_place(reading: Reading) -> None:
    """Nothing but a place was typed: "Houston, TX", "35.6, -82.55", "cincinatti"."""
    search = Search(reading)
    if reading.place is not None or reading.unknown_place or reading.quoted or _says_more(search):
        return
    whole = len(reading.words) == sum(map(bool, search.open))
    text = reading.request.q if whole else " ".join(filter(None, search.open))
    answer = reading.gazetteer.resolve(text)
    if answer.place is not None:
        _settle(reading, answer, text)
        reading.take_open(STEP)


def _says_more(search: Search) -> bool:
    """Some word is filler or part of a facet phrase (a state's code is not), or none is left."""
    said = [at for at, word in enumerate(search.open) if word]
    if all(len(search.open[at]) == 2 and at not in search.lone_codes for at in said):
        return True
    if len(said) == 1 and said[0] == 0 and _is_doubtful(search):
        return True
    return bool(search.phrases or search.filler)


def _is_doubtful(search: Search) -> bool:
    """One word that means a filter beside others, or a part of any town ("downtown"): alone it is more
    likely that than a small town.
    """
    weak, idle = search.lexicon.weak, search.lexicon.idle
    if search.lexicon.around_place.at(search.open, 0) is not None:
        return True
    return weak.at(search.open, 0) is not None and idle.at(search.open, 0) is None


def find_the_place(reading: Reading) -> None:
    """The part of the text that names a place. A place that was sent with the search wins over it."""
    search = Search(reading)
    found = search.candidates() if any(search.open) else []
    if not found or reading.unknown_place:
        return
    best = _made_sure(search, found)
    typed = reading.take(best.start, best.end, STEP)
    _take_what_surrounds(reading, best)
    if reading.place is not None or reading.unknown_place:
        reading.note(STEP, f"Ignored “{typed}”: the place was given separately")
    else:
        is_spelled = best.place.kind != "state" or reading.gazetteer.state(typed) or best.bound
        how: How = "exact" if is_spelled else "typo"
        exact = Resolution(place=best.place, how=how, alternatives=best.places[1:])
        certain = best.bound or best.place.kind == "state"
        _settle(reading, exact if certain else reading.gazetteer.resolve(typed), typed)
    _take_further_places(reading, best, found)


def _made_sure(search: Search, found: list[Candidate]) -> Candidate:
    """The best candidate, bound to what stands beside it: a state it is misspelled for, a place it
    lies in ("astoria queens"), or a state named elsewhere ("portland clinics in maine").
    """
    best, exact = found[0], search.reading.gazetteer.exact
    if best.bound or best.place.kind == "state":
        return best if best.bound else _town_of_the_state(search, best, found)
    state = search.state_after(best.end)
    if state is not None and state[1].state not in best.place.states:
        return _in_that_state(search, best, *state)
    for other in found[1:]:
        if other.end == best.start or other.start == best.end:
            start, end = min(best.start, other.start), max(best.end, other.end)
            answer = search.reading.gazetteer.resolve(" ".join(search.open[start:end]))
            if answer.place is not None and answer.how in {"exact", "alias"}:
                return Candidate(start, end, (answer.place, *answer.alternatives), best.score, True)
        if other.place.kind == "state" and not best.overlaps(other):
            inside = exact(search.text(best), other.place.state)
            if inside:
                return Candidate(best.start, best.end, inside, best.score, True)
    return best


def _town_of_the_state(search: Search, state: Candidate, found: list[Candidate]) -> Candidate:
    """A town named elsewhere in the text that the state has, else the state itself."""
    for other in found:
        if not other.overlaps(state) and not other.bound and other.place.kind != "state":
            inside = search.reading.gazetteer.exact(search.text(other), state.place.state)
            if inside:
                return Candidate(other.start, other.end, inside, state.score, True)
            if other.end == state.start:
                return _in_that_state(search, other, state.end, state.place)
    return state


def _in_that_state(search: Search, best: Candidate, end: int, state: Place) -> Candidate:
    """The place of the named state that a name of another state nearly spells; else the state."""
    answer = search.reading.gazetteer.resolve(" ".join(search.open[best.start : end]))
    if answer.place is not None and answer.place.state == state.state and answer.place.kind != "state":
        return Candidate(best.start, end, (answer.place,), best.score, True)
    return Candidate(best.end, end, (state,), best.score, True)


def _take_further_places(reading: Reading, best: Candidate, found: list[Candidate]) -> None:
    """What else names a place: the town, county or state around it silently, another known city or a
    town nearby with a note; a small place is left as a word, since clinics carry such names.
    """
    for other in found:
        if any(word.taken for word in reading.words[other.start : other.end]):
            continue
        by_name = other.bound or fold(other.place.name) == reading.text(other.start, other.end)
        is_known = other.place.population >= KNOWN_CITY_PEOPLE or _is_near(other, best)
        if other.place.kind == "state" or (by_name and _surrounds(other.place, best.place)):
            reading.take(other.start, other.end, STEP)
        elif other.place.kind == "zip" or (by_name and is_known):
            typed = reading.take(other.start, other.end, STEP)
            reading.note(STEP, f"Ignored “{typed}”: one place at a time")


def _surrounds(other: Place, best: Place) -> bool:
    """The area that the place lies in, or the town of a ZIP: it adds nothing."""
    if other.is_area:
        if other.counties and best.counties:
            return bool(set(other.counties) & set(best.counties))
        return bool(set(other.states) & set(best.states))
    return best.kind in _WITHIN_TOWNS and miles(other.point, best.point) <= BESIDE_MILES


def _is_near(other: Candidate, best: Candidate) -> bool:
    """A town not far off, whichever of its namesakes is meant."""
    towns = [place for place in other.places if not place.is_area]
    return any(miles(town.point, best.place.point) <= BESIDE_MILES for town in towns)


def _take_what_surrounds(reading: Reading, best: Candidate) -> None:
    """ "the greater ... area"."""
    words, lexicon = reading.open_words(), reading.lexicon
    if best.end < len(words) and (after := lexicon.around_place.at(words, best.end)):
        reading.take(best.end, best.end + after[0], STEP)
    if hit := lexicon.directions.ends_at(words, best.start):
        typed = reading.take(best.start - hit[0], best.start, STEP)
        reading.note(STEP, f"“{typed}” is read as around {best.place.name}, in every direction")
    for before in (lexicon.around_place, lexicon.parts_of_places):
        if hit := before.ends_at(words, best.start):
            reading.take(best.start - hit[0], best.start, STEP)


def read_a_misspelled_place(reading: Reading) -> None:
    """A misspelled name in the position of a place: "near ashvile", "kap denvar"."""
    if reading.unknown_place or (reading.place is not None and reading.place.kind != "state"):
        return
    for start, end, named in _unread_runs(reading):
        if any(_settle_misspelled(reading, first, end, named) for first in range(max(start, end - 3), end)):
            return
        if named and reading.place is None:
            typed = reading.take(start, end, STEP)
            misses = reading.gazetteer.resolve(typed).near_misses
            _settle(reading, Resolution(place=None, how="none", near_misses=misses), typed)
            return


def _settle_misspelled(reading: Reading, start: int, end: int, named: bool) -> bool:
    """Settle on the place that these words nearly spell; False when they do not."""
    typed, state = reading.text(start, end), reading.place.state if reading.place else ""
    is_common = reading.lexicon.filler.at([typed], 0) or typed in reading.lexicon.institutions
    if len(typed) < 4 or (end == start + 1 and is_common):
        return False
    answer = reading.gazetteer.resolve(f"{typed} {state}".strip())
    place = answer.place
    if place is None or place.kind in {"state", "point", "zip"} or (state and place.state != state):
        return False
    slipped = answer.how == "typo" and alike(typed, place.name)
    if not (named or slipped or _runs_together(reading, typed, place)):
        return False
    _settle(reading, answer, typed)
    reading.take(start, end, STEP)
    return True


def _runs_together(reading: Reading, typed: str, place: Place) -> bool:
    """A known city typed without its spaces: "sanfrancisco"."""
    return place.population >= KNOWN_CITY_PEOPLE and " " not in typed and not reading.gazetteer.exact(typed)


def _unread_runs(reading: Reading) -> list[tuple[int, int, bool]]:
    """Stretches of words that nobody knows, with whether "near" stands before; those first, then the
    last ones.
    """
    search, lexicon = Search(reading), reading.lexicon
    typed = [word.text for word in reading.words]
    runs: list[tuple[int, int, bool]] = []
    start = 0
    for at in range(len(typed) + 1):
        unread = at < len(typed) and bool(search.open[at]) and at not in search.filler
        if unread and not (at > start and reading.words[at - 1].comma):
            continue
        if at > start:
            zipped = at == start + 1 and len(typed[start]) == 5 and typed[start].isdigit()
            named = zipped or lexicon.must_be_place.ends_at(typed, start) is not None
            runs.append((start, at, named))
        start = at if unread else at + 1
    return sorted(runs, key=lambda run: (not run[2], -run[1]))[:3]


def _settle(reading: Reading, answer: Resolution, typed: str) -> None:
    if answer.place is None:
        reading.unknown_place, reading.near_misses = True, answer.near_misses
        reading.note(STEP, SHARED if reading.gazetteer.exact(typed) else NOT_FOUND)
        return
    place = _spot(reading, answer.place.point) if answer.place.kind == "point" else answer.place
    state = reading.gazetteer.state(typed)
    is_new = state is not None and state.id not in {other.id for other in (place, *answer.alternatives)}
    others = (state, *answer.alternatives) if state is not None and is_new else answer.alternatives
    reading.settle(place, others, answer.near_misses)
    read_as = f", read from “{typed}”" if answer.how == "typo" else ""
    reading.note(STEP, f"Place: {place.label}{read_as}")
    if (abroad := reading.lexicon.namesakes_abroad.get(fold(typed))) and not place.is_area:
        reading.note(
            STEP, f"Only clinics in the United States are listed: this is not {place.name}, {abroad}"
        )
    if others:
        labels = "; ".join(other.label for other in others[:3])
        reading.note(STEP, f"Also of that name: {labels}")


def _spot(reading: Reading, point: Point) -> Place:
    """A point as a place, no nearer than LOCATION_DECIMALS, with the state of the nearest town."""
    lat, lng = round(point.lat, LOCATION_DECIMALS), round(point.lng, LOCATION_DECIMALS)
    rounded = Point(lat=lat, lng=lng)
    town = reading.gazetteer.nearest(rounded)
    return Place(
        id=f"point:{lat:g},{lng:g}",
        name=f"{lat:g}, {lng:g}",
        label=f"a point near {town.label}",
        kind="point",
        state=town.state,
        states=town.states,
        counties=town.counties,
        point=rounded,
        radius_miles=0.5,
    )
