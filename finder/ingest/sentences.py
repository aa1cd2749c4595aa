"""A text as clinics write it -> its sentences, each a verbatim span with the question it answers."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from finder.ingest.phrases import Phrases, Word, words_of

MAX_SENTENCE_CHARS: Final = 600
"""A longer stretch without an end is cut at a space."""

_LINE = re.compile(r"[^\r\n]+")
_END = re.compile(r"[.!?][\"”’')\]]?(?=\s)")
_NOT_AN_END: Final = (
    "dr",
    "mr",
    "mrs",
    "ms",
    "st",
    "ave",
    "vs",
    "inc",
    "e.g",
    "i.e",
    "d.c",
    "approx",
    "mt",
)
_LIST_MARK = re.compile(r"\s*(?:[-•*·]|\(?\d{1,2}[.)]|[a-z][.)])\s")


class Sentence(NamedTuple):
    """A verbatim span of a text and where it stands."""

    quote: str
    words: tuple[Word, ...]
    question: bool
    asked: tuple[Word, ...]
    """The words of the question it answers; () when it answers none."""
    opens: bool
    """It begins an answer or a paragraph."""
    announces: bool
    """It ends in a colon or question mark: what follows belongs to it."""
    item: bool
    """It is an item of a list."""
    after_gap: bool
    """An empty line stands before it."""
    cues: frozenset[str]
    """The contexts of the phrase file that its words belong to."""


def sentences(text: str, phrases: Phrases) -> Iterator[Sentence]:
    """Every sentence in order; a line break ends one."""
    asked: tuple[Word, ...] = ()
    opens, last_end = True, 0
    for line in _LINE.finditer(text):
        gap = text.count("\n", last_end, line.start()) > 1
        last_end = line.end()
        if gap:
            asked, opens = (), True
        item = bool(_LIST_MARK.match(line.group()))
        for start, end in _spans(text, line.start(), line.end()):
            quote = text[start:end]
            words = words_of(quote)
            if not words:
                continue
            question = quote.endswith("?")
            announces = question or quote.endswith(":")
            yield Sentence(
                quote=quote,
                words=words,
                question=question,
                asked=() if question else asked,
                opens=opens,
                announces=announces,
                item=item,
                after_gap=gap,
                cues=phrases.cues(words),
            )
            gap = False
            opens = question
            if question:
                asked = words


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a line, without the white space around it."""
    for match in _END.finditer(text, start, end):
        before = text[max(start, match.start() - 7) : match.start()].lower()
        word = before.split()[-1] if before.split() else ""
        if match.group()[0] == "." and (
            word in _NOT_AN_END or (word.isdigit() and match.start() - start < 4)
        ):
            continue
        yield from _cut(text, start, match.end())
        start = match.end()
    yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = end
        if end - start > MAX_SENTENCE_CHARS:
            space = text.rfind(" ", start + 1, start + MAX_SENTENCE_CHARS)
            stop = space if space > start else start + MAX_SENTENCE_CHARS
        piece = text[start:stop]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            yield start + lead, start + lead + len(piece.strip())
        start = stop
