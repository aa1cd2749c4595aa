"""The steps for what is no place, treatment or name: phone numbers, addresses, travel time, signs."""

import re
import unicodedata
from typing import Final

from finder.search.reading import Reading
from finder.search.where import MAX_WORDS, Search

_SIGNS: Final = re.compile(r"[~^*{}\[\]\\|<>=]|--|&&|\w:\S")
_PHONE: Final = re.compile(r"1?([2-9]\d{2})([2-9]\d{2})(\d{4})")
_PHONE_PARTS: Final = frozenset({(10,), (11,), (3, 3, 4), (1, 3, 3, 4), (3, 7), (6, 4), (1, 10), (1, 3, 7)})
_MOST_STREET_WORDS: Final = 4
_LONGEST_HOUSE_NUMBER: Final = 4
"""Five digits are a ZIP code unless the street says so."""
_LONGEST_TRIP: Final = 12
"""Hours: more ("24 hours") is no way to a clinic."""


def say_what_cannot_be_read(reading: Reading) -> None:
    """Other scripts, search signs, an e-mail address, nothing to read: a note, and no word of it."""
    text = reading.request.q
    if any(word.taken == "email" for word in reading.words):
        reading.note("unread", "An e-mail address cannot be searched for and was left aside")
    if any(_is_foreign(letter) for letter in text):
        reading.note("unread", "Only Latin letters can be read: please write in English or Spanish")
    if _SIGNS.search(text):
        reading.note("unread", "Search signs such as : * ~ = mean nothing here: only the words were read")
    readable = any(word.text and not word.taken for word in reading.words) or reading.quoted
    if text and not readable:
        reading.is_unreadable = True
        reading.note("unread", "Nothing to search for was found. Type a city, a ZIP code or a treatment")


def _is_foreign(letter: str) -> bool:
    return letter > "ɏ" and letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def take_a_phone_number(reading: Reading) -> None:
    """Ten digits as Americans write them: one word that stands in the clinic with this number."""
    open_words = reading.open_words()
    for start in range(len(open_words)):
        for end in range(min(len(open_words), start + 4), start, -1):
            parts = open_words[start:end]
            number = _PHONE.fullmatch("".join(parts)) if all(map(str.isdigit, parts)) else None
            if number is not None and tuple(map(len, parts)) in _PHONE_PARTS:
                reading.take(start, end, "phone")
                reading.quoted = (*reading.quoted, "".join(number.groups()))
                reading.note("phone", f"The clinic with the phone number {'-'.join(number.groups())}")
                return


def take_the_travel_time(reading: Reading) -> None:
    """ "30 minutes away", "within an hour of": nobody knows the roads; the radius stays."""
    lexicon, words = reading.lexicon, reading.open_words()
    for start in range(len(words)):
        for end in range(min(len(words), start + 4), start + 1, -1):
            if not _is_a_time(reading, words[start:end]):
                continue
            before = lexicon.radius_before.ends_at(words, start)
            after = lexicon.travel_after.at(words, end) if end < len(words) else None
            if before is None and after is None:
                continue
            first = start - (before[0] if before else 0)
            typed = reading.take(first, end + (after[0] if after else 0), "travel")
            reading.note("travel", f"Travel time (“{typed}”) is not known: miles in a straight line are used")
            return


def _is_a_time(reading: Reading, words: list[str]) -> bool:
    """ "30 minutes", "an hour", "half an hour", "an hour and a half"."""
    lexicon, number = reading.lexicon, words[0]
    if number.isdigit():
        unit = lexicon.travel_units.get(words[1])
        return len(words) == 2 and unit is not None and int(number[:6]) <= _LONGEST_TRIP * 60 / unit
    return " ".join(words) in lexicon.travel_times


def take_a_street_address(reading: Reading) -> None:
    """ "123 Main St": the city and ZIP code beside it are used."""
    search, lexicon, words = Search(reading), reading.lexicon, reading.open_words()[:MAX_WORDS]
    has_ending = bool(lexicon.street_endings.intersection(words))
    if not (words[:1] and words[0].isdigit()) and not (has_ending and any(map(str.isdigit, words))):
        return
    covered = search.filler | {at for start, end in search.phrases for at in range(start, end)}
    if end := _nameless_street(search, covered):
        _leave_the_address(reading, 0, end)
        return
    if not has_ending:
        return
    for start in range(len(words) - 2):
        if not words[start].isdigit() or len(words[start]) > 6 or start in covered:
            continue
        for end in range(start + 2, min(len(words), start + 2 + _MOST_STREET_WORDS)):
            if not words[end] or end - 1 in covered:
                break
            if words[end] in lexicon.street_endings:
                _leave_the_address(reading, start, _address_end(reading, end + 1))
                return


def _leave_the_address(reading: Reading, start: int, end: int) -> None:
    reading.take(start, end, "address")
    reading.note("address", "Street addresses are not looked up: the city or ZIP code is used")


def _nameless_street(search: Search, covered: set[int] | frozenset[int]) -> int:
    """Where a house number and a street without "street" end: "123 Broadway, New York"; 0 without one.
    A place must follow that is more than a state ("500 Denver, CO").
    """
    reading, words = search.reading, search.open[:MAX_WORDS]
    if not words[0].isdigit() or len(words[0]) > _LONGEST_HOUSE_NUMBER or 0 in covered:
        return 0
    if words[1:2] and words[1] in search.lexicon.street_names:
        return 2
    for end in range(2, min(len(words), 2 + _MOST_STREET_WORDS)):
        if not words[end - 1] or end - 1 in covered:
            return 0
        if reading.words[end - 1].comma:
            names_place = bool(reading.gazetteer.exact(" ".join(words[:end])))
            only_state = end in search.states and search.is_last(search.states[end][0])
            return 0 if names_place or only_state or not _place_starts(search, end) else end
    return 0


def _place_starts(search: Search, start: int) -> bool:
    return any(one.start == start for one in search.candidates())


def note_what_is_no_filter(reading: Reading) -> None:
    """ "open saturday", "spanish speaking": what clinics cannot be told apart by, with the reason."""
    phrases = {at for start, end in Search(reading).phrases for at in range(start, end)}
    for start, end, note in list(reading.lexicon.asides.find(reading.open_words())):
        if phrases.isdisjoint(range(start, end)):
            typed = reading.take(start, end, "aside")
            reading.note("aside", f"{note} (“{typed}”)")


def _address_end(reading: Reading, at: int) -> int:
    """After the direction and the unit: "NW", "Suite 200"."""
    lexicon, words = reading.lexicon, reading.open_words()
    if at < len(words) and words[at] in lexicon.street_directions and not _is_last(words, at):
        at += 1
    if at + 1 < len(words) and words[at] in lexicon.street_units and len(words[at + 1]) < 5:
        at += 2
    return at


def _is_last(words: list[str], at: int) -> bool:
    return at == len(words) - 1
