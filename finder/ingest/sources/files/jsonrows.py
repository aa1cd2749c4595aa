"""JSON lines: one object with named fields on each line."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from pydantic import JsonValue

from finder.ingest.sources.files.lines import BadFile, BadText, Cells, Line, broken, sound

MAX_DEPTH: Final = 8


def json_rows(lines: Iterator[Line]) -> Iterator[Cells]:
    """The object of each line that is not blank. BadFile when there is none."""
    empty = True
    for line in lines:
        if line.broken or line.text.strip():
            empty = False
            try:
                fields = _json_object(line.text) if not line.broken else {}
            except BadText as error:
                yield broken(line, str(error))
            else:
                problems = (line.problem,) if line.problem else ()
                yield broken(line) if line.broken else Cells(line.number, fields, problems=problems)
    if empty:
        raise BadFile("is empty")


def _json_object(text: str) -> dict[str, JsonValue]:
    try:
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_no_key_twice)
    except RecursionError:
        raise BadText("is nested too deep") from None
    except ValueError as error:
        raise BadText(f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadText("is JSON, but not an object with named fields")
    return {sound(key): _checked(item) for key, item in value.items()}


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the field {twice[0]!r} stands there twice")
    return dict(pairs)


def _checked(value: Any, depth: int = 1) -> JsonValue:
    if depth > MAX_DEPTH:
        raise BadText("is nested too deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadText("holds a number too large to keep")
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, list):
        return [_checked(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {sound(key): _checked(item, depth + 1) for key, item in value.items()}
    return value  # type: ignore[no-any-return]
