"""A page as it comes (HTML or plain text, bytes or str) -> PageText: what a visitor reads, block by block.

Nothing that is served makes this raise, hang or grow without bound: the limits are named below, and a note
says what was left out. Rows of tables read "label: value | value"; the row of column headers stands first,
as a block of kind `row` with depth 1.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from finder.ingest.htmlblocks import html_blocks
from finder.ingest.pieces import Piece
from finder.ingest.statements import Block, PageText

MAX_BYTES: Final = 3_000_000
"""Of a page, as it is sent; the rest is not read. (The middle page of the web has 30,000 of HTML.)"""
MAX_CHARS: Final = 300_000
"""Of the text that is read from it."""

_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype html|html|head|body|main|div|p|h[1-6]|ul|ol|li|dl|table|span|br|script|style|section|"
    r"article|nav|header|footer|svg|details|meta|title|b|a)\b",
    re.IGNORECASE,
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,3}=\s{0,3}[\"']?([a-zA-Z0-9_.:-]{1,40})", re.I)
_HEADER_CHARSET = re.compile(r"charset\s{0,3}=\s{0,3}[\"']?([a-zA-Z0-9_.:-]{1,40})", re.I)
_KNOWN_CHARSET = re.compile(
    r"utf-(?:8|16|16-le|16-be)|ascii|iso8859-\d+|cp\d+|koi8-\w|gb\w+|big5|euc_\w+|shift_jis"
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_BROWSERS_DO: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}

_UNSEEN: Final = dict.fromkeys(
    code
    for codes in (
        (0xAD, 0x61C, 0x180E, 0xFEFF),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xE0000, 0xE0080),
    )
    for code in codes
)
"""Zero-width, bidi and tag characters: no reader sees them."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_MARKS: Final = 30
"""Combining marks on one letter (the stream-safe limit of Unicode); more would make NFC slow."""

_GAP = re.compile(r"\n{3,}")


def page_text(page: bytes | str, content_type: str = "") -> PageText:
    """What a visitor reads of a page; `content_type` as its server sent it. Never raises."""
    notes: list[str] = []
    if len(page) > MAX_BYTES:
        notes.append(f"cut at {MAX_BYTES:,} bytes")
        page = page[:MAX_BYTES]
    source = decoded(page, content_type) if isinstance(page, bytes) else page
    if not _is_html(source, content_type):
        return _plain(source, notes)
    pieces, more = html_blocks(source)
    return _assembled(pieces, [*notes, *more])


def decoded(page: bytes, content_type: str = "") -> str:
    """The characters of a page: by its byte order mark, else UTF-8 when it is that, else by what its
    header or `meta` declares, else as Windows-1252. Wrong bytes become U+FFFD.
    """
    for mark, name in _BOMS:
        if page.startswith(mark):
            return page[len(mark) :].decode(name, "replace")
    declared = _declared(page, content_type)
    if declared.startswith("utf-16") and b"\0" in page[:1000]:
        return page.decode(declared, "replace")
    text = page.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = 0 if not wrong else sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    if not wrong or (wrong <= right and declared in {"", "utf-8"}):
        return text
    fallback = "cp1252" if declared.startswith("utf") else declared or "cp1252"
    return page.decode(_AS_BROWSERS_DO.get(fallback, fallback), "replace")


def _declared(page: bytes, content_type: str) -> str:
    """The name of the declared encoding as Python knows it; empty for none or one that is not text."""
    found = _HEADER_CHARSET.search(content_type[:500])
    name = found.group(1) if found else ""
    if not name and (meta := _META_CHARSET.search(page[:4096])):
        name = meta.group(1).decode("ascii")
    try:
        known = codecs.lookup(name).name if name else ""
    except LookupError:
        return ""
    return known if _KNOWN_CHARSET.fullmatch(known) else ""


def _is_html(source: str, content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return False
    return "html" in kind or "xml" in kind or bool(_LOOKS_LIKE_HTML.search(source, 0, 20_000))


def _plain(source: str, notes: list[str]) -> PageText:
    """The lines of a plain text; it has no blocks, for extraction tells items and headings by their look."""
    text = "\n".join(map(tidy, source[: 2 * MAX_CHARS].splitlines())).strip("\n")
    text = _GAP.sub("\n\n", text)
    if len(text) > MAX_CHARS or len(source) > 2 * MAX_CHARS:
        notes.append(f"cut at {MAX_CHARS:,} characters of text")
        text = text[:MAX_CHARS].rstrip()
    return PageText(text, (), tuple(dict.fromkeys(notes)))


def _assembled(pieces: Iterable[Piece], notes: list[str]) -> PageText:
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        text = tidy(piece.text[: 2 * MAX_CHARS])
        if not text:
            continue
        lead = _lead(piece, bool(blocks))
        text = text[: max(0, MAX_CHARS - at - len(lead))].rstrip()
        if not text:
            at = MAX_CHARS
            break
        parts += (lead, text)
        at += len(lead)
        blocks.append(Block(at, at + len(text), piece.kind, piece.depth))
        at += len(text)
    if at >= MAX_CHARS - 1:
        notes.append(f"cut at {MAX_CHARS:,} characters of text")
    return PageText("".join(parts), tuple(blocks), tuple(dict.fromkeys(notes)))


def _lead(piece: Piece, follows: bool) -> str:
    """What stands before a block in the text; it belongs to none."""
    gap = "" if not follows else "\n" if piece.kind in {"item", "row"} else "\n\n"
    return gap + ("  " * piece.depth + "- " if piece.kind == "item" else "")


def tidy(text: str) -> str:
    """The text in NFC without characters that no reader sees, each white space one space."""
    if not text.isascii():
        text = _marks().sub(r"\1", text.translate(_UNSEEN))
        text = unicodedata.normalize("NFC", text)
    return " ".join(_CONTROL.sub(" ", text).split())


@cache
def _marks() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code)))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]+")
