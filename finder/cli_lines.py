"""Commands that answer a file of JSON lines: one object a line in, one out, in order."""

import json
from collections.abc import Callable
from typing import Any

import click

from finder.errors import Misuse
from finder.jsonlines import json_lines

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def each_line(file: str, answer: Answer) -> None:
    """Print one JSON object per JSON line of a file ("-": stdin), in order; Misuse names a wrong line."""
    for where, line in json_lines(file):
        click.echo(json.dumps(_answer_or_misuse(where, answer, line), ensure_ascii=False))


def _answer_or_misuse(where: str, answer: Answer, line: dict[str, Any]) -> dict[str, Any]:
    try:
        return answer(line)
    except KeyError as missing:
        raise Misuse(f"{where}: the field {missing} is missing") from None
    except TypeError:
        raise Misuse(f"{where}: a field has the wrong type; text is wanted") from None
