"""Workbooks (xlsx): the rows of the first sheet."""

import math
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from finder.ingest.sources.files.lines import SHOWN_CHARS, BadFile, Cells, header_names, sound

MAX_UNPACKED_BYTES: Final = 500_000_000
MAX_UNPACKED_RATIO: Final = 200


def sheet_rows(path: Path) -> Iterator[Cells]:
    """The first sheet of a workbook; formulas give their stored value."""
    _refuse_bomb(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(path, read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()
            rows = list(sheet.iter_rows(values_only=True))
            workbook.close()
    except Exception as error:  # openpyxl raises whatever its parsers raise on a damaged file
        raise BadFile(f"is not a sound xlsx file ({type(error).__name__}: {error})") from error
    header: list[str] | None = None
    for number, cells in enumerate(rows, 1):
        plain = [_plain_cell(cell) for cell in cells]
        if not any(str(cell).strip() for cell in plain):
            continue
        if header is None:
            header = header_names([str(cell) for cell in plain])
            continue
        while len(plain) > len(header) and not str(plain[-1]).strip():
            plain.pop()
        if len(plain) > len(header):
            shown = {"text": " | ".join(map(str, plain))[:SHOWN_CHARS]}
            reason = f"has {len(plain)} cells where the header has {len(header)}"
            yield Cells(number, dict(shown), broken=reason)
            continue
        plain += [""] * (len(header) - len(plain))
        yield Cells(number, dict(zip(header, plain, strict=True)))
    if header is None:
        raise BadFile("is empty")


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            sizes = [(part.file_size, part.compress_size) for part in parts.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadFile(f"is not an xlsx file ({error})") from error
    unpacked, packed = sum(size for size, _ in sizes), sum(size for _, size in sizes)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > 10_000_000 and unpacked > packed * MAX_UNPACKED_RATIO):
        raise BadFile(f"would unpack to {unpacked:,} bytes from {packed:,}; that is refused")


def _plain_cell(cell: Any) -> str | int | float | bool:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, bool | int | date):
        return cell if not isinstance(cell, date) else cell.isoformat()
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    return sound(str(cell))
