"""Did somebody type a clinic's name? Then that clinic is named first, whatever else its words can mean."""

from collections.abc import Iterator
from typing import Final

from finder.placenames import STATE_WORDS
from finder.search.engine import SearchEngine
from finder.search.lexicon import Lexicon
from finder.search.query import Suggested
from finder.text import tokens

MOST: Final = 3
"""More clinics of one name are a chain: the list shows them better."""
_LOOKED_AT: Final = 20
_MAX_WORDS: Final = 16
_BETWEEN: Final = frozenset(tokens("in near at of the around by"))
"""What may stand between a name and its town."""


def clinics_named(engine: SearchEngine, lexicon: Lexicon, typed: str) -> tuple[Suggested, ...]:
    """The clinics whose whole name the text is, with or without their town and state behind it; at most
    three, () when it names none.

    A name that only says what is given ("Ketamine Clinic") is no name here: who searches for that must
    not be led to whoever took it as a name.
    """
    words = tokens(typed)[:_MAX_WORDS]
    for length in _lengths(engine, words):
        name = words[:length]
        rest = [word for word in words[length:] if not _is_filler(lexicon, word)]
        if not _says_only_what(lexicon, name):
            hits = engine.suggest(" ".join(name), _LOOKED_AT)
            found = [hit for hit in hits if tokens(hit.name) == name and _is_where(rest, hit)]
            if found:
                return tuple(found[:MOST])
    return ()


def _lengths(engine: SearchEngine, words: list[str]) -> Iterator[int]:
    """How many words a name may have, the most first. Most searches begin like no clinic's name: one
    look at their first two words says so.
    """
    if len(words) > 1 and not _begins_a_name(engine, " ".join(words[:2])):
        yield from (1,)
    else:
        yield from range(len(words), 0, -1)


def _begins_a_name(engine: SearchEngine, start: str) -> bool:
    return any(hit.kind == "prefix" for hit in engine.suggest(start, 1))


def _says_only_what(lexicon: Lexicon, name: list[str]) -> bool:
    covered: set[int] = set()
    for phrases in (lexicon.facets, lexicon.weak, lexicon.filler):
        for start, end, _ in phrases.find(name):
            covered |= set(range(start, end))
    return len(covered) == len(name)


def _is_filler(lexicon: Lexicon, word: str) -> bool:
    return word in _BETWEEN or lexicon.filler.at([word], 0) is not None


def _is_where(rest: list[str], hit: Suggested) -> bool:
    """Whether the words behind a name are its clinic's town, its state, or nothing."""
    town = tokens(hit.city)
    left = rest[len(town) :] if town and rest[: len(town)] == town else rest
    return not left or STATE_WORDS.get(" ".join(left)) == hit.state
