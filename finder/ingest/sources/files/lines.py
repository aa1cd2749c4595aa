"""Decoded lines of a text file, and what all readers of tables share."""

import codecs
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import JsonValue

MAX_LINE_CHARS: Final = 1_000_000
SHOWN_CHARS: Final = 2_000


class BadFile(Exception):
    """The whole file cannot be used; the message says why."""


class BadText(Exception):
    """One line or record cannot be used; the message says why."""


@dataclass(frozen=True)
class Cells:
    """One row: its fields by column name, or the reason why there are none."""

    row: int
    fields: dict[str, JsonValue]
    broken: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a file with its ending, what was mended, or why it cannot be used."""

    number: int
    text: str
    problem: str = ""
    broken: str = ""


def read_lines(path: Path) -> Iterator[Line]:
    """Decoded lines with their endings. Bytes that are not UTF-8 are read as Windows-1252."""
    with path.open("rb") as binary:
        start = binary.read(4096)
        binary.seek(0)
        encoding = "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif start.count(0) * 3 > len(start):
            raise BadFile("looks like UTF-16 without its mark; save it as UTF-8")
        errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
        stream = io.TextIOWrapper(binary, encoding=encoding, errors=errors, newline="")
        number = 1
        while text := stream.readline(MAX_LINE_CHARS):
            if len(text) == MAX_LINE_CHARS and not text.endswith(("\n", "\r")):
                size = len(text) + _skip_line(stream)
                yield Line(
                    number, text, broken=f"a line of {size:,} characters; {MAX_LINE_CHARS:,} is the most"
                )
            else:
                yield _mended_line(number, text)
            number += 1


def _skip_line(stream: io.TextIOWrapper) -> int:
    size = 0
    while rest := stream.readline(MAX_LINE_CHARS):
        size += len(rest)
        if rest.endswith(("\n", "\r")):
            break
    return size


def _mended_line(number: int, text: str) -> Line:
    try:
        text.encode("utf-8")
        problem = "holds U+FFFD: a character was lost before or while it was read" if "\ufffd" in text else ""
        return Line(number, text, problem)
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
    try:
        return Line(number, raw.decode("cp1252"), "is not UTF-8; read as Windows-1252")
    except UnicodeDecodeError as error:
        shown = raw.decode("utf-8", "backslashreplace")
        return Line(number, shown, broken=f"is neither UTF-8 nor Windows-1252 (byte {raw[error.start]:#x})")


def header_names(cells: list[str]) -> list[str]:
    """The column names of a header, in single spaces; BadFile when a name stands there twice."""
    names = [" ".join(cell.split()) for cell in cells]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise BadFile(f"the header has {', '.join(map(repr, twice))} more than once")
    return [name or f"column {number}" for number, name in enumerate(names, 1)]


def broken(line: Line, reason: str = "") -> Cells:
    """A line that cannot be used, with its text as far as it can be shown."""
    text = line.text.rstrip("\r\n")
    shown = text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]} ... ({len(text):,} characters)"
    return Cells(line.number, {"text": shown}, broken=reason or line.broken)


def sound(text: str) -> str:
    """The text without half characters (lone surrogates), which cannot be written down again."""
    return text.encode("utf-8", "replace").decode("utf-8")
