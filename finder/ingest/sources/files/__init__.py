"""Tables as people send them: csv, tsv, jsonl and xlsx, row by row, whatever is wrong with them.

A row that cannot be read is given as broken and reading goes on with the next line; only a file
without a usable header or container fails as a whole.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from finder.ingest.sources.files.delimited import csv_rows
from finder.ingest.sources.files.jsonrows import json_rows
from finder.ingest.sources.files.lines import BadFile, Cells, read_lines
from finder.ingest.sources.files.sheet import sheet_rows

__all__ = ["BadFile", "Cells", "read_table"]

_DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}


def read_table(path: Path, delimiter: str = "") -> Iterator[Cells]:
    """The rows of a csv, tsv, jsonl or xlsx file. BadFile when it cannot be used at all."""
    kind = path.suffix.lower()
    try:
        if kind == ".xlsx":
            yield from sheet_rows(path)
        elif kind in {".jsonl", ".ndjson"}:
            yield from json_rows(read_lines(path))
        elif kind in _DELIMITERS:
            yield from csv_rows(read_lines(path), delimiter or _DELIMITERS[kind])
        else:
            raise BadFile(f"the ending {kind!r} is not known; csv, tsv, jsonl and xlsx are")
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror or error}") from error
