"""What the visitor typed -> a Query, in named steps that leave notes. Start reading at STEPS."""

from collections.abc import Callable
from typing import Final, Literal

from finder.errors import BadQuery
from finder.model import Place
from finder.places import Gazetteer
from finder.search import abroad, choosing, numbers, placing, spelling, steps, unusual
from finder.search.lexicon import Lexicon
from finder.search.query import MAX_DEPTH, MAX_WORDS, Noun, Query
from finder.search.reading import Note, Reading, read_words
from finder.search.request import TOO_DEEP, Request
from finder.settings import Settings

__all__ = ["STEPS", "Note", "Understanding", "conclude", "start", "understand"]

STEPS: Final[tuple[Callable[[Reading], None], ...]] = (
    steps.say_what_was_cut,
    spelling.read_slips,
    steps.hear_a_crisis,
    unusual.say_what_cannot_be_read,
    unusual.take_a_phone_number,
    placing.take_near_me,
    numbers.take_a_price,
    steps.take_the_radius,
    unusual.take_the_travel_time,
    unusual.take_a_street_address,
    placing.use_the_place_sent,
    abroad.notice_a_place_abroad,
    numbers.leave_out_a_place,
    numbers.read_odd_numbers,
    placing.read_it_all_as_a_place,
    choosing.choose_doubtful_facets,
    placing.find_the_place,
    unusual.note_what_is_no_filter,
    choosing.choose_facets,
    numbers.ask_about_an_area_code,
    placing.read_a_misspelled_place,
    choosing.settle_facets,
    steps.leave_free_words,
)
"""In this order: a step sees only the words that those before it did not take."""


class Understanding(Noun):
    """What was made of a request."""

    request: Request
    query: Query | None
    """None when a place must be asked for first."""
    understood: Query
    """Facets and words also when a place must be asked for; else the query itself."""
    asks: Literal["", "place"] = ""
    """"place": "near me" or a radius without a place; the page asks for a ZIP or city, it never guesses."""
    alternatives: tuple[Place, ...] = ()
    """Other places of the same name, best first."""
    near_misses: tuple[Place, ...] = ()
    """Places spelled nearly like a name that was not found (or that is tiny)."""
    notes: tuple[Note, ...] = ()
    radius_is_default: bool = True
    """Nobody chose the radius: a short answer may look further."""
    crisis: bool = False
    """The words speak of suicide, self-harm or a crisis: help comes first on the page."""


def understand(request: Request, gazetteer: Gazetteer, lexicon: Lexicon, settings: Settings) -> Understanding:
    """What was asked for, with notes on how it was read. Any text is understood somehow; BadQuery
    only for a page beyond the last that can be shown.
    """
    reading = start(request, gazetteer, lexicon, settings)
    for step in STEPS:
        step(reading)
    return conclude(reading)


def start(request: Request, gazetteer: Gazetteer, lexicon: Lexicon, settings: Settings) -> Reading:
    """A reading of which no step has seen anything yet."""
    reading = Reading(request, gazetteer, lexicon, settings)
    reading.words, reading.quoted = read_words(request.q, lexicon)
    return reading


def conclude(reading: Reading) -> Understanding:
    """What the steps have found, as a Query; none when a place must be asked for."""
    request = reading.request
    radius_is_given = request.radius is not None or reading.radius_miles is not None
    needs_a_place = reading.near_me or reading.unknown_place or radius_is_given or _says_nothing(reading)
    asks = reading.place is None and request.box is None and needs_a_place
    if asks and not reading.unknown_place:
        reading.note("place", "Where? Add a city, ZIP code or state")
    query = _query(reading)
    return Understanding(
        request=request,
        query=None if asks else query,
        understood=query,
        asks="place" if asks else "",
        alternatives=reading.alternatives,
        near_misses=reading.near_misses,
        notes=tuple(reading.notes),
        radius_is_default=not radius_is_given,
        crisis=reading.crisis,
    )


def _says_nothing(reading: Reading) -> bool:
    """Only unreadable signs were sent, no filter beside them."""
    return reading.is_unreadable and not (reading.facets or reading.without or reading.free)


def _query(reading: Reading) -> Query:
    request, place, settings = reading.request, reading.place, reading.settings
    radius = request.radius if request.radius is not None else reading.radius_miles
    if radius is None and place is not None and not place.is_area and request.box is None:
        radius = settings.radius_miles
    words = reading.free[:MAX_WORDS]
    size = request.size or settings.page_size
    if request.page * size > MAX_DEPTH:
        raise BadQuery("page", TOO_DEEP)
    return Query(
        words=words,
        facets=reading.facets,
        without=reading.without,
        include_unstated=request.include_unstated,
        place=place,
        radius_miles=radius,
        box=request.box,
        state_level_only=request.town_unstated,
        sort=request.sort or ("match" if words else "nearest"),
        page=request.page,
        size=size,
    )
