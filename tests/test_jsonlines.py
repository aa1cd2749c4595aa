"""JSON lines that people hand over, good and bad."""

import io
import sys
from pathlib import Path

import pytest

from finder.errors import Misuse
from finder.jsonlines import LINE_LIMIT_BYTES, json_lines


def test_lines_come_in_order_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"a": 1}\n\n{"a": 2}\n')
    assert [line for _, line in json_lines(str(file))] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("half", [rb'"\ud800"', b'"\xed\xa0\x80"'])
def test_half_a_character_becomes_a_question_mark(tmp_path: Path, half: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": [' + half + rb', "\u00e9", "\ud83d\ude42"]}')
    [(_, line)] = json_lines(str(file))
    assert line["a"][0].strip("?") == "" and line["a"][1:] == ["é", "🙂"]
    str(line).encode()


def test_a_dash_reads_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"q": "x"}')))
    assert list(json_lines("-")) == [("-, line 1", {"q": "x"})]


@pytest.mark.parametrize(
    "content, message",
    [
        (b"{}\nnot json", "line 2: not JSON"),
        (b"[1]", "line 1: a JSON object"),
        (b"\xff\xfe{", "line 1: not JSON"),
        (b'{"a":' * 100_000, "line 1: not JSON"),
        (b'"' + b"x" * LINE_LIMIT_BYTES + b'"', "line 1: longer than"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)
    with pytest.raises(Misuse, match=message):
        list(json_lines(str(file)))


@pytest.mark.parametrize("file", ["missing.jsonl", "nul\0name"])
def test_a_file_that_cannot_be_read_is_named(file: str) -> None:
    with pytest.raises(Misuse, match=r"missing\.jsonl|nul"):
        list(json_lines(file))
