"""JSON lines as people hand them over: one object a line, errors with file and line."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from finder.errors import Misuse

LINE_LIMIT_BYTES = 8_000_000


def json_lines(file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """("FILE, line N", object) for each line that is not blank; "-" reads stdin.

    Misuse names file and line when one is too long, is not JSON or is not an object.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(LINE_LIMIT_BYTES + 1), b""), 1):
                where = f"{file}, line {number}"
                if len(raw) > LINE_LIMIT_BYTES:
                    raise Misuse(f"{where}: longer than {LINE_LIMIT_BYTES} bytes")
                if raw.strip():
                    yield where, _object(where, raw)
    except (OSError, ValueError) as error:
        raise Misuse(f"{file}: {getattr(error, 'strerror', None) or 'cannot be read'}") from None


def _object(where: str, raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise Misuse(f"{where}: not JSON") from None
    if not isinstance(line, dict):
        raise Misuse(f"{where}: a JSON object is wanted")
    return _printable(line) if b"\\u" in raw or b"\xed" in raw else line


def _printable(line: dict[str, Any]) -> dict[str, Any]:
    """The object with a question mark in place of each half of a character (a lone surrogate)."""
    text = json.dumps(line, ensure_ascii=False)
    printable: dict[str, Any] = json.loads(text.encode("utf-8", "replace"))
    return printable
