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
    if not (lexicon.street_endings.intersection(words) and any(map(str.isdigit, words))):
        return
    covered = search.filler | {at for start, end in search.phrases for at in range(start, end)}
    for start in range(len(words) - 2):
        if not words[start].isdigit() or len(words[start]) > 6 or start in covered:
            continue
        for end in range(start + 2, min(len(words), start + 2 + _MOST_STREET_WORDS)):
            if not words[end] or end - 1 in covered:
                break
            if words[end] in lexicon.street_endings:
                reading.take(start, _address_end(reading, end + 1), "address")
                reading.note("address", "Street addresses are not looked up: the city or ZIP code is used")
                return


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
