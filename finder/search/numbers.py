"""The steps for numbers that are no distance and no whole ZIP: prices, short ZIPs, years, area codes; and
places that are said not to be wanted.
"""

import re
from typing import Final

from finder.geo import miles
from finder.model import Place
from finder.search.abroad import ONLY_US
from finder.search.placing import KNOWN_CITY_PEOPLE
from finder.search.reading import Reading
from finder.search.where import MAX_WORDS, Search

NUMBER: Final = "number"
_ZERO_MILES: Final = 10.0
"""How far a town may be from the ZIP code whose leading zero is missing."""
_PRICE: Final = re.compile(r"\d{2,5}")
_SHORT_ZIP: Final = re.compile(r"[1-9]\d{3}")
_YEAR: Final = re.compile(r"(19[5-9]|20[0-3])\d")
_AREA_CODE: Final = re.compile(r"[2-9](?!11)\d{2}")


def take_a_price(reading: Reading) -> None:
    """ "under $500", "400 per session": a note, since few clinics publish one."""
    lexicon, words = reading.lexicon, reading.open_words()
    for at, word in enumerate(words):
        end = at + 1
        marked = word.startswith("$") or (
            bool(_PRICE.fullmatch(word))
            and end < len(words)
            and lexicon.price_marks.at(words, end) is not None
        )
        if not marked:
            continue
        while end < len(words) and (after := _after_price(reading, words, end)):
            end += after
        before = lexicon.price_before.ends_at(words, at)
        is_first = not any(note.step == "price" for note in reading.notes)
        typed = reading.take(at - (before[0] if before else 0), end, "price")
        if not is_first:
            continue
        reading.note(
            "price", f"Prices are no filter (“{typed}”): sort by price to see the lowest published first"
        )


def _after_price(reading: Reading, words: list[str], at: int) -> int:
    for phrases in (reading.lexicon.price_marks, reading.lexicon.price_after):
        if hit := phrases.at(words, at):
            return hit[0]
    return 0


def leave_out_a_place(reading: Reading) -> None:
    """ "not in california": no search can leave a place out; it is never read as the place wanted."""
    lexicon, words = reading.lexicon, reading.open_words()
    ends: dict[int, tuple[int, bool]] = {}
    for start, end, _ in lexicon.negations.find(words):
        before = lexicon.before_place.at(words, end) if end < len(words) else None
        ends[end + (before[0] if before else 0)] = (start, before is not None)
    for named in Search(reading).candidates() if ends else ():
        start, is_led = ends.get(named.start, (0, False))
        is_known = is_led or named.place.kind == "state" or named.place.population >= KNOWN_CITY_PEOPLE
        if named.start in ends and is_known and not reading.words[named.start].taken:
            typed = reading.take(start, named.end, "place")
            reading.note("place", f"A place cannot be left out: “{typed}” was set aside")


def read_odd_numbers(reading: Reading) -> None:
    """Doses ("100 mg"), coordinates elsewhere, years, a ZIP code without its zero ("2138 cambridge")."""
    words = Search(reading).open[:MAX_WORDS]
    for at, word in enumerate(words[:-1]):
        if word.isdigit() and words[at + 1] in reading.lexicon.measures:
            reading.take(at, at + 1, "filler")
    for at, word in enumerate(words):
        if "," in word and reading.gazetteer.resolve(word).place is None:
            typed = reading.take(at, at + 1, NUMBER)
            reading.unknown_place = True
            reading.note(NUMBER, f"{ONLY_US}, and {typed} is no point in it")
            return
    short = next((at for at, word in enumerate(words) if _SHORT_ZIP.fullmatch(word)), None)
    if short is not None and not _complete(reading, short):
        for at, word in enumerate(words):
            if _YEAR.fullmatch(word):
                reading.take(at, at + 1, "filler")


def _complete(reading: Reading, at: int) -> bool:
    """True when the word is a ZIP code without its zero: its town is named, or nothing else is."""
    typed = reading.words[at].text
    place = reading.gazetteer.zip(f"0{typed}")
    if place is None or reading.place is not None or reading.unknown_place:
        return False
    search = Search(reading)
    found = search.candidates()
    if any(one.place.kind in {"zip", "point"} for one in found):
        return False
    for one in found:
        if any(_is_by(town, place) for town in one.places):
            reading.take(at, at + 1, "place")
            reading.take(one.start, one.end, "place")
            reading.settle(place)
            reading.note("place", f"Place: {place.label}, from “{typed}”, since a ZIP code has five digits")
            return True
    if _YEAR.fullmatch(typed) or not search.is_all_but_known(at, at + 1):
        return False
    reading.take(at, at + 1, NUMBER)
    reading.unknown_place, reading.near_misses = True, (place,)
    reading.note(NUMBER, f"A ZIP code has five digits: “{typed}” may be {place.label}")
    return True


def _is_by(town: Place, place: Place) -> bool:
    if town.kind == "state":
        return town.state == place.state
    return not town.is_area and miles(town.point, place.point) <= _ZERO_MILES


def ask_about_an_area_code(reading: Reading) -> None:
    """ "757", "area code 512": said to be one, or nothing else is said; it names no place here."""
    named, words = reading.lexicon.area_codes, reading.open_words()
    search = Search(reading)
    for at, word in enumerate(words[:MAX_WORDS]):
        if (
            reading.crisis
            or not _AREA_CODE.fullmatch(word)
            or reading.lexicon.institutions.intersection(words[at + 1 : at + 2])
        ):
            continue  # "865 wellness" is a clinic
        before = named.ends_at(words, at)
        after = named.at(words, at + 1) if at + 1 < len(words) else None
        is_asked = reading.place is None and not reading.unknown_place and reading.request.box is None
        if not (before or after or (is_asked and search.is_all_but_known(at, at + 1))):
            continue
        reading.take(at - (before[0] if before else 0), at + 1 + (after[0] if after else 0), NUMBER)
        reading.unknown_place = reading.unknown_place or is_asked
        reading.note(
            NUMBER, f"Telephone area codes are not looked up (“{word}”): name a town, ZIP code or state"
        )
        return
