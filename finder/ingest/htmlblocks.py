"""The tree of a page -> what a visitor reads, piece by piece."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from finder.ingest.htmltags import (
    HEADINGS,
    INLINE,
    LAYOUT,
    LISTS,
    MENU_ROLES,
    NEVER_READ,
    PAGE_PARTS,
)
from finder.ingest.markup import tame
from finder.ingest.pieces import NO_CELL, Piece, is_question, lines, row
from finder.ingest.statements import BlockKind

_COOKIE = re.compile(
    r"cookie|gdpr|onetrust|consent[-_ ]?(?:banner|bar|popup|modal|notice|manager|overlay)|(?:^|[-_ ])cky-",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|breadcrumbs?|site-?map|pagination)(?:$|[-_ ])", re.IGNORECASE
)
_NOT_SHOWN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_MENU_LINK_SHARE: Final = 0.6
_BANNER_CHARS: Final = 1_500
"""What calls itself a cookie banner and is longer than this is the page itself."""

_SOURCE_LINES: Final = {10: " ", 13: " "}
"""A line break of the source is a space; what breaks lines for readers is `br`."""
_TERM: Final = -1
"""The depth of a `dt` while it is read: a question of an FAQ, or the label of what follows."""


class HtmlBlocks(NamedTuple):
    """What a page holds for its readers, in order."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]


def html_blocks(html: str) -> HtmlBlocks:
    """The pieces of a page that visitors read; linear in its length, never raises."""
    tamed = tame(html)
    reading = _Reading(tamed.controlled)
    for node, enters in _walk(LexborHTMLParser(tamed.html).root, reading.skips):
        if node.tag == "-text":
            reading.text(node.text_content or "")
        elif enters:
            reading.enter(node)
        else:
            reading.leave(node)
    reading.finish()
    return HtmlBlocks(tuple(reading.pieces), tamed.notes)


def _walk(root: LexborNode | None, skips: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Every node that is not skipped, elements twice: entered and left. No recursion."""
    waiting: list[tuple[LexborNode, bool]] = [(root, True)] if root is not None else []
    while waiting:
        node, enters = waiting.pop()
        if node.tag == "-text" or not enters:
            yield node, enters
            continue
        if (node.tag or "-")[0] in "-_!" or skips(node):
            continue
        yield node, True
        waiting.append((node, False))
        children = []
        child = node.child
        while child is not None:
            children.append((child, True))
            child = child.next
        waiting += reversed(children)


class _Region(NamedTuple):
    """A part of the page that may turn out to be a menu or a banner when it has been read."""

    node_id: int
    kind: str
    pieces: int
    chars: int
    link_chars: int


class _Reading:
    """What was read so far, and where in the page we are."""

    def __init__(self, controlled: frozenset[str]) -> None:
        self.pieces: list[Piece] = []
        self._controlled = controlled
        self._parts: list[str] = []
        self._kinds: list[tuple[BlockKind, int]] = [("paragraph", 0)]
        self._regions: list[_Region] = []
        self._cells: list[str] | None = None
        self._row_id = 0
        self._is_header_row = False
        self._list_depth = -1
        self._links = self._margins = 0
        self._chars = self._link_chars = 0
        self._term = ""

    def skips(self, node: LexborNode) -> bool:
        """True for what visitors do not read."""
        if node.tag in NEVER_READ:
            return True
        attributes = node.attributes
        if not attributes:
            return False
        if (attributes.get("role") or "").lower() in MENU_ROLES and node.tag not in PAGE_PARTS:
            return True
        return self._is_hidden(attributes)

    def _is_hidden(self, attributes: Mapping[str, str | None]) -> bool:
        hides = (
            ("hidden" in attributes and attributes["hidden"] != "until-found")
            or (attributes.get("aria-hidden") or "").strip().lower() == "true"
            or bool(_NOT_SHOWN.search(attributes.get("style") or ""))
        )
        return hides and (attributes.get("id") or "") not in self._controlled

    def text(self, text: str) -> None:
        """Characters as they stand in the page."""
        self._parts.append(text.translate(_SOURCE_LINES))
        length = len(text) - text.count(" ") - text.count("\n")
        self._chars += length
        if self._links:
            self._link_chars += length

    def enter(self, node: LexborNode) -> None:
        """An element begins."""
        tag = node.tag or ""
        if tag == "a":
            self._links += 1
        elif tag == "br":
            self._parts.append("\n")
        if tag in INLINE:
            return
        if self._cells is not None:
            self._enter_in_row(tag)
            return
        self.flush()
        if tag in {"header", "footer", "aside"}:
            self._margins += 1
        self._open_region(node, tag)
        if tag in LISTS:
            self._list_depth += 1
        if tag == "tr" and node.css_first(LAYOUT) is None:
            self._cells, self._row_id, self._is_header_row = [], node.mem_id, True
        kind = self._kind(tag)
        if kind is not None:
            self._kinds.append(kind)

    def _kind(self, tag: str) -> tuple[BlockKind, int] | None:
        if tag in HEADINGS:
            return "heading", HEADINGS[tag]
        if tag == "li":
            return "item", max(0, self._list_depth)
        if tag in {"summary", "dt"}:
            return "question", _TERM if tag == "dt" else 0
        return ("paragraph", 0) if tag == "dd" else None

    def _enter_in_row(self, tag: str) -> None:
        if tag in {"td", "th"} and self._cells is not None:
            self._parts.clear()
            self._is_header_row &= tag == "th"
        else:
            self._parts.append(" ")

    def leave(self, node: LexborNode) -> None:
        """An element ends."""
        tag = node.tag or ""
        if tag == "a":
            self._links -= 1
        if tag in INLINE:
            return
        if self._cells is not None:
            if tag in {"td", "th"}:
                self._cells.append(" ".join("".join(self._parts).split()) or NO_CELL)
                self._parts.clear()
            else:
                self._parts.append(" ")
            if tag != "tr" or node.mem_id != self._row_id:
                return
            self._parts.clear()
            self._end_row(self._cells)
        self.flush()
        if self._kind(tag) is not None:
            self._kinds.pop()
        if tag in LISTS:
            self._list_depth -= 1
        if tag in {"header", "footer", "aside"}:
            self._margins -= 1
        if self._regions and self._regions[-1].node_id == node.mem_id:
            self._close_region(self._regions.pop())

    def _open_region(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}" if attributes else " "
        kind = ""
        if tag in PAGE_PARTS:
            return
        if _COOKIE.search(names):
            kind = "banner"
        elif (tag in LISTS and self._margins) or _MENU.search(names):
            kind = "menu"
        if kind:
            self._regions.append(_Region(node.mem_id, kind, len(self.pieces), self._chars, self._link_chars))

    def _close_region(self, region: _Region) -> None:
        chars, link_chars = self._chars - region.chars, self._link_chars - region.link_chars
        is_menu = region.kind == "menu" and link_chars >= _MENU_LINK_SHARE * chars
        if is_menu or (region.kind == "banner" and chars <= _BANNER_CHARS):
            del self.pieces[region.pieces :]

    def _end_row(self, cells: list[str]) -> None:
        self._cells = None
        self._end_term()
        filled = [cell for cell in cells if cell != NO_CELL]
        if not filled:
            return
        if len(cells) == 1:
            self.pieces.append(Piece("paragraph", cells[0]))
        elif self._is_header_row:
            self.pieces.append(Piece("row", " | ".join(cells), 1))
        else:
            self.pieces.append(Piece("row", row(cells[0], " | ".join(cells[1:]))))

    def flush(self) -> None:
        """What was gathered becomes a piece."""
        text = "".join(self._parts)
        self._parts.clear()
        if not text.strip():
            return
        kind, depth = self._kinds[-1]
        for line in lines(text):
            asks = is_question(line)
            if depth == _TERM and not asks:
                self._end_term()
                self._term = line
            elif self._term and kind == "paragraph":
                term, self._term = self._term, ""
                self.pieces.append(Piece("row", row(term, line)))
            else:
                self._end_term()
                question = asks and kind in {"heading", "paragraph"}
                self.pieces.append(Piece("question" if question else kind, line, max(depth, 0)))

    def finish(self) -> None:
        """The page is read to its end."""
        self.flush()
        self._end_term()

    def _end_term(self) -> None:
        """A term without a description stands alone."""
        if self._term:
            self.pieces.append(Piece("paragraph", self._term))
            self._term = ""
