"""Delimited text (csv, tsv): a broken row never swallows the rows after it."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from finder.ingest.sources.files.lines import BadFile, BadText, Cells, Line, broken, header_names

MAX_RECORD_LINES: Final = 100


def csv_rows(lines: Iterator[Line], delimiter: str) -> Iterator[Cells]:
    """The rows under the header line. BadFile when there is no usable header."""
    waiting: deque[Line] = deque()
    header: list[str] | None = None
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            break
        if line.broken or not line.text.strip():
            if line.broken:
                yield broken(line)
            continue
        more: list[Line] = []
        try:
            cells = _record(line, more, waiting, (lines, delimiter))
            if header is None:
                header = header_names(cells)
            elif any(cell.strip() for cell in cells):
                problems = [part.problem for part in (line, *more) if part.problem]
                yield Cells(line.number, _fields(header, cells), problems=tuple(dict.fromkeys(problems)))
        except BadText as error:
            if header is None:
                raise BadFile(f"the header line cannot be read: {error}") from None
            waiting.extendleft(reversed(more))
            yield broken(line, str(error))
    if header is None:
        raise BadFile("is empty")


def _record(
    first: Line, more: list[Line], waiting: deque[Line], rest: tuple[Iterator[Line], str]
) -> list[str]:
    """The cells of the record that starts on this line; lines taken further are put into `more`.

    A quote that is never closed must not swallow the rest of the file: the caller hands the lines
    back, and reading goes on after the first.
    """
    lines, delimiter = rest
    text = first.text
    while True:
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                raise BadText(f"wrong quoting or size: {error}") from None
        while True:
            line = waiting.popleft() if waiting else next(lines, None)
            if line is None or line.broken or len(more) == MAX_RECORD_LINES:
                if line is not None:
                    waiting.appendleft(line)
                raise BadText("a quote is opened and never closed")
            more.append(line)
            text += line.text
            if '"' in line.text:
                break


def _fields(header: list[str], cells: list[str]) -> dict[str, JsonValue]:
    while len(cells) > len(header) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(header):
        raise BadText(f"has {len(cells)} cells where the header has {len(header)}")
    return dict(zip(header, cells, strict=True))
