"""A page -> its sentences, each a verbatim span that knows what kind of line it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from finder.ingest.extraction.patterns import Span, Word, texts_of, words_of
from finder.ingest.phrases import Phrase
from finder.ingest.statements import Block, BlockKind, PageText

MAX_SENTENCE_CHARS: Final = 600
"""A longer stretch without an end is cut at a space."""
_MAX_HEADING_CHARS: Final = 90

_LINE = re.compile(r"[^\r\n]+")
_END = re.compile(r"[.!?][\"”’')\]]?(?:\s|$)|\s[•·▪●]\s|\s\|\s")
_NOT_AN_END: Final = frozenset({
    "dr", "mr", "mrs", "ms", "st", "ave", "vs", "inc", "e.g", "i.e", "d.c", "approx", "mt", "ph.d",
    "psy.d", "m.d", "d.o", "u.s", "p.a",
})  # fmt: skip
_LIST_MARK = re.compile(r"\s*(?:[-–—•*·▪●✓✔✗✘]|\(?\d{1,2}[.)]|[a-z][.)])\s")
_ENDS_A_LINE: Final = (".", "!", ";", ",", ":", "?", '"', "”", ")")


@dataclass(slots=True)
class Sentence:
    """A verbatim span of a page; the later steps add what they find in it."""

    quote: str
    start: int
    texts: list[str]
    """Its folded words."""
    kind: str
    """Of its block: heading, item, paragraph, row or question."""
    after_gap: bool
    """An empty line, or another block, stands before it."""
    mentions: list[tuple[Span, Phrase]] = field(default_factory=list)
    cues: list[tuple[Span, str]] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    """The names of the contexts that its words belong to."""
    asked: "Sentence | None" = None
    """The question it answers."""
    opens: bool = False
    """It begins the answer."""
    under: "Sentence | None" = None
    """The heading it stands under."""
    excludes: str = ""
    """"own": its words speak of people who are not treated; "list": it goes on with such a list."""

    _words: tuple[Word, ...] | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words with their clauses, worked out when they are first asked for."""
        if self._words is None:
            self._words = words_of(self.quote)
        return self._words

    @property
    def question(self) -> bool:
        """It asks."""
        return self.quote.endswith("?")

    @property
    def announces(self) -> bool:
        """What follows belongs to it."""
        return self.quote.endswith(("?", ":")) or self.kind == "heading"

    @property
    def item(self) -> bool:
        """It stands in a list."""
        return self.kind == "item"


def sentences(page: PageText) -> Iterator[Sentence]:
    """Every sentence in order; the end of a block or line ends one."""
    text = page.text
    blocks = ((block, True) for block in page.blocks) if page.blocks else _lines(text)
    for block, stands_apart in blocks:
        gap = stands_apart
        for line in _LINE.finditer(text, block.start, block.end):
            for start, end in _spans(text, line.start(), line.end()):
                quote = text[start:end]
                texts = texts_of(quote)
                if texts:
                    yield Sentence(quote, start, texts, block.kind, gap)
                    gap = False


def _lines(text: str) -> Iterator[tuple[Block, bool]]:
    """The lines of plain text, each with whether an empty line stands before it."""
    last_end = 0
    for line in _LINE.finditer(text):
        gap = last_end == 0 or text.count("\n", last_end, line.start()) > 1
        content = line.group().strip()
        if content:
            last_end = line.end()
            yield Block(line.start(), line.end(), _kind(line.group(), content)), gap


def _kind(line: str, content: str) -> BlockKind:
    if _LIST_MARK.match(line):
        return "item"
    is_title = len(content) <= _MAX_HEADING_CHARS and not content.endswith(_ENDS_A_LINE)
    return "heading" if is_title else "paragraph"


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a line, without the white space around it."""
    for match in _END.finditer(text, start, end):
        if match.group()[0] == "." and _goes_on(text, start, match.start()):
            continue
        yield from _cut(text, start, match.end())
        start = match.end()
    yield from _cut(text, start, end)


def _goes_on(text: str, start: int, dot: int) -> bool:
    """The period belongs to an abbreviation or numbers an item."""
    before = text[max(start, dot - 7) : dot].lower().split()
    word = before[-1].lstrip("(\"'") if before else ""
    return word in _NOT_AN_END or (word.isdigit() and dot - start < 4)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = end
        if end - start > MAX_SENTENCE_CHARS:
            space = text.rfind(" ", start + 1, start + MAX_SENTENCE_CHARS)
            stop = space if space > start else start + MAX_SENTENCE_CHARS
        piece = text[start:stop].rstrip()
        quote = piece.lstrip()
        if quote:
            yield start + len(piece) - len(quote), start + len(piece)
        start = stop
