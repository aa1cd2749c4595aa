"""The pieces that a page is read in, and how lines and cells of a page become them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from finder.ingest.statements import BlockKind

NO_CELL: Final = "…"
"""Stands for a cell without text, so that the others keep their columns."""

_SENTENCE_END = re.compile(r"[.!?]\s")


class Piece(NamedTuple):
    """One block with its text as it stands on the page, white space and all."""

    kind: BlockKind
    text: str
    depth: int = 0


def is_question(line: str) -> bool:
    """True for one question and nothing else, as an FAQ has them before each answer."""
    line = line.rstrip()
    return line.endswith("?") and not _SENTENCE_END.search(line, 0, len(line) - 1)


def row(label: str, rest: str) -> str:
    """ "label: value | value"; a label that ends in its own mark keeps it."""
    return f"{label} {rest}" if label.rstrip().endswith((":", "?")) else f"{label}: {rest}"


def lines(text: str) -> Iterator[str]:
    """The text cut at its line breaks (`br`) where a new sentence or entry begins behind one."""
    line = ""
    for part in text.split("\n"):
        following = part.strip()
        if line.strip() and following and _begins_anew(line.rstrip(), following):
            yield line
            line = part
        else:
            line = f"{line} {part}"
    if line.strip():
        yield line


def _begins_anew(before: str, after: str) -> bool:
    starts = after[0].isupper() or after[0].isdigit() or not (after[0].isalnum() or after[0] in "(\"'“‘&$")
    return before[-1] in ".!?:;" or (starts and before[-1] not in ",&/-–—(")
