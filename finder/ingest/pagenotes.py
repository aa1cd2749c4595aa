"""What a person should know of a text before trusting what was read from it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

NO_TEXT: Final = "no readable text"
NOT_ENGLISH: Final = "not English"
INSTRUCTIONS: Final = "text holds instructions to a reader"

INSTRUCTION_PATTERNS: Final = (
    r"\b(?:ignore|disregard|forget|override) "
    r"(?:(?:all|any|the|your|these|previous|prior|above|earlier|other) ){1,4}"
    r"(?:instructions?|prompts?|rules|directions|text|messages?|guidelines)\b",
    r"\bignore (?:everything |all )?(?:previous|above|the above)\b",
    r"\b(?:list|rank|place|put|show|recommend|rate) (?:us|this clinic|our clinic|this practice) "
    r"(?:first|at the top|highest|above|number one|#1)",
    r"\b(?:system prompt|large language models?|language models?|as an ai|you are (?:an ai|a helpful))\b",
    r"\b(?:ai|llm) (?:assistants?|agents?|crawlers?|models?)\b",
)
"""What addresses a machine that reads the page; matched in lower case."""

_LETTER = re.compile(r"[^\W\d_]")
_THREE_LETTERS = re.compile(r"[^\W\d_](?:[\W\d_]*[^\W\d_]){2}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(first: str, second: str) -> tuple[str, ...]:
    return tuple(f"{one} {other}" for one in first.split("|") for other in second.split("|"))


_INSTRUCTIONS: Final = tuple(
    (re.compile(pattern), needles)
    for pattern, needles in zip(
        INSTRUCTION_PATTERNS,
        (
            ("ignore ", "disregard ", "forget ", "override "),
            ("ignore ",),
            _pairs("us|this clinic|our clinic|this practice", "first|at the top|highest|above|number one|#1"),
            ("system prompt", "language model", "as an ai", "you are an ai", "you are a helpful"),
            _pairs("ai|llm", "assistant|agent|crawler|model"),
        ),
        strict=True,
    )
)
"""Each pattern with strings of which a text that it fits holds one: looking for those is quicker."""
_ENGLISH: Final = _words(
    "the and of to in is for with you your we our that are or be this it at from can not have will may"
)
_FOREIGN: Final = _words(
    "de la el que en los las del se con por para una su al como mas es der die und das ist mit fur nicht "
    "ein eine les des et est pour dans vous nous une sur avec os um uma nao sao dos das voce"
)
_NOT_LATIN = re.compile(r"[^\W\d_\x00-\u024f]")
_OPENING_CHARS: Final = 2_000
JUDGED_WORDS: Final = 500
_FEWEST_WORDS: Final = 25
_FEWEST_LETTERS: Final = 10


def findings(text: str, words: Sequence[str]) -> Iterator[str]:
    """The notes on a text, of which the first folded words are given: empty, addressed to machines, or in
    another language.
    """
    if not _THREE_LETTERS.search(text, 0, _OPENING_CHARS):
        yield NO_TEXT
        return
    lower = text.lower()
    if any(one.search(lower) for one, needles in _INSTRUCTIONS if any(map(lower.__contains__, needles))):
        yield INSTRUCTIONS
    if not _is_english(text[:_OPENING_CHARS], words):
        yield NOT_ENGLISH


def _is_english(opening: str, words: Sequence[str]) -> bool:
    """False when the common words of other languages are more frequent than the English ones, or most
    letters are not Latin. Too few words to judge: True.
    """
    if not opening.isascii():
        others = len(_NOT_LATIN.findall(opening))
        if others >= _FEWEST_LETTERS and 2 * others > len(_LETTER.findall(opening)):
            return False
    if len(words) < _FEWEST_WORDS:
        return True
    return sum(map(_FOREIGN.__contains__, words)) <= sum(map(_ENGLISH.__contains__, words))
