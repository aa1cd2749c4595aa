"""Broken tables: each fault gets a message, the other rows go on, nothing is lost."""

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.ingest.sources.files import BadFile, Cells, read_table
from finder.ingest.sources.files import sheet as sheet_file
from finder.ingest.sources.files.lines import MAX_LINE_CHARS


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Cells]]:
    def read(content: bytes | str, name: str = "table.csv", **options: str) -> list[Cells]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_table(path, **options))

    return read


Read = Callable[..., list[Cells]]


def good(rows: list[Cells]) -> list[list[object]]:
    return [list(row.fields.values()) for row in rows if not row.broken]


def broken(rows: list[Cells]) -> list[tuple[int, str]]:
    return [(row.row, row.broken) for row in rows if row.broken]


def test_a_plain_csv_gives_its_rows_with_their_line_numbers(read: Read) -> None:
    rows = read('name,city\n"A, Inc.",Asheville\n\n,\n"two\nlines",Boone\nC,Cary\n')
    assert [(row.row, row.fields["name"]) for row in rows] == [(2, "A, Inc."), (5, "two\nlines"), (7, "C")]


def test_tabs_semicolons_and_mixed_line_ends_are_read(read: Read) -> None:
    assert good(read("name\tcity\nA\tB\n", "table.tsv")) == [["A", "B"]]
    assert good(read("name;city\r\nA;B\rC;D\n", delimiter=";")) == [["A", "B"], ["C", "D"]]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-8"])
def test_byte_order_marks_are_understood(read: Read, mark: str) -> None:
    assert read("name,city\nÁ,B\n".encode(mark))[0].fields == {"name": "Á", "city": "B"}


def test_utf_16_without_its_mark_is_named(read: Read) -> None:
    with pytest.raises(BadFile, match="looks like UTF-16"):
        read("name,city\nA,B\n".encode("utf-16-le"))


def test_damaged_utf_16_is_reported(read: Read) -> None:
    rows = read("name,city\nAB,C\n".encode("utf-16")[:-4] + b"\x00\xd8" + "\n".encode("utf-16-le"))
    assert rows[0].problems or rows[0].broken


def test_windows_1252_is_read_and_counted_as_a_problem(read: Read) -> None:
    rows = read(b"name,city\nCaf\xe9,B\nplain,C\n")
    assert good(rows) == [["Café", "B"], ["plain", "C"]]
    assert rows[0].problems == ("is not UTF-8; read as Windows-1252",)
    assert rows[1].problems == ()


def test_bytes_in_no_encoding_break_only_their_row(read: Read) -> None:
    rows = read(b"name,city\nbad\x81\xff,B\nC,D\n")
    assert broken(rows) == [(2, "is neither UTF-8 nor Windows-1252 (byte 0x81)")]
    assert "\\x81" in str(rows[0].fields["text"])
    assert good(rows) == [["C", "D"]]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(read: Read) -> None:
    rows = read('name,city\n"A,B\nC,D\n"E","F"\nG,H\n')
    assert [row for row, _ in broken(rows)] == [2]
    assert good(rows) == [["C", "D"], ["E", "F"], ["G", "H"]]


def test_a_quote_open_to_the_end_of_the_file_breaks_only_its_row(read: Read) -> None:
    lines = "".join(f"n{number},c\n" for number in range(400))
    rows = read(f'name,city\n"A,B\n{lines}')
    assert broken(rows) == [(2, "a quote is opened and never closed")]
    assert len(good(rows)) == 400


def test_a_broken_line_inside_a_quoted_record_ends_it(read: Read) -> None:
    rows = read(b'name,city\n"A,B\nbad\x81\xff,B\nC,D\n')
    assert [row for row, _ in broken(rows)] == [2, 3]
    assert good(rows) == [["C", "D"]]


def test_text_after_a_closing_quote_breaks_only_its_row(read: Read) -> None:
    rows = read('name,city\n"A"x,B\nC,D\n')
    assert "wrong quoting" in broken(rows)[0][1]
    assert good(rows) == [["C", "D"]]


def test_short_and_long_rows_are_named_and_empty_extra_cells_forgiven(read: Read) -> None:
    rows = read("name,city\nA\nB,C,D\nE,F,,\n")
    assert broken(rows) == [
        (2, "has 1 cells where the header has 2"),
        (3, "has 3 cells where the header has 2"),
    ]
    assert good(rows) == [["E", "F"]]


def test_a_10_mb_field_breaks_only_its_row(read: Read) -> None:
    rows = read("name,city\n" + "x" * 10_000_000 + ",B\n" + "y" * 200_000 + ",B\nC,D\n")
    assert [row for row, _ in broken(rows)] == [2, 3]
    assert "10,000,003 characters" in broken(rows)[0][1]
    assert "field larger than field limit" in broken(rows)[1][1]
    assert len(str(rows[0].fields["text"])) < 3_000
    assert good(rows) == [["C", "D"]]


def test_an_endless_last_line_is_no_harm(read: Read) -> None:
    rows = read("name,city\nC,D\n" + "x" * (MAX_LINE_CHARS + 5))
    assert good(rows) == [["C", "D"]]
    assert "1,000,005 characters" in broken(rows)[0][1]


@pytest.mark.parametrize("name", ["table.csv", "table.jsonl", "table.xlsx"])
def test_an_empty_file_is_named(read: Read, tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        openpyxl.Workbook().save(tmp_path / "empty.xlsx")
        content = (tmp_path / "empty.xlsx").read_bytes()
    else:
        content = b"\n \n"
    with pytest.raises(BadFile, match="is empty"):
        read(content, name)


@pytest.mark.parametrize("header", ["name,city,name\n", "name,city, NAME \nname,name\n"])
def test_a_name_twice_in_the_header_is_named(read: Read, header: str) -> None:
    if header.startswith("name,city,name"):
        with pytest.raises(BadFile, match="'name' more than once"):
            read(header)
    else:
        assert broken(read(header))


def test_a_header_that_cannot_be_read_fails_the_file(read: Read) -> None:
    with pytest.raises(BadFile, match="header line cannot be read"):
        read('"name,city\nA,B\n')


def test_columns_without_a_name_are_numbered(read: Read) -> None:
    assert read("name,,\nA,B,C\n")[0].fields == {"name": "A", "column 2": "B", "column 3": "C"}


def test_files_that_are_not_there_or_of_no_known_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="No such file"):
        list(read_table(tmp_path / "none.csv"))
    with pytest.raises(BadFile, match="Is a directory"):
        (tmp_path / "folder.csv").mkdir()
        list(read_table(tmp_path / "folder.csv"))
    with pytest.raises(BadFile, match=r"'\.pdf' is not known"):
        list(read_table(tmp_path / "x.pdf"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"name": "A"', "is not JSON"),
        ('{"name": NaN}', "NaN is no JSON number"),
        ('{"name": 1e999}', "too large"),
        ('{"name": ' + "9" * 5000 + "}", "is not JSON"),
        ('{"name": ' + "[" * 30 + "]" * 30 + "}", "nested too deep"),
        ("[" * 100_000, "nested too deep"),
        ('["A"]', "not an object"),
        ('{"name": "A", "name": "B"}', "'name' stands there twice"),
    ],
)
def test_a_broken_json_line_breaks_only_its_row(read: Read, line: str, reason: str) -> None:
    rows = read(f'{line}\n{{"name": "C"}}\n', "table.jsonl")
    assert reason in broken(rows)[0][1]
    assert good(rows) == [["C"]]


def test_json_lines_keep_lists_numbers_and_objects(read: Read) -> None:
    fields = {"a": ["x", 1], "b": {"c": None}, "d": 1.5, "e": True}
    assert read("\ufeff" + json.dumps(fields) + "\n\n", "table.jsonl")[0] == Cells(1, fields)


def test_half_characters_in_json_become_question_marks(read: Read) -> None:
    assert read('{"n\\ud800": "a\\udfff"}', "table.jsonl")[0].fields == {"n?": "a?"}


def test_json_in_a_wrong_encoding_is_read_or_named(read: Read) -> None:
    rows = read(b'{"name": "Caf\xe9"}\n{"name": "\x81\xff"}\n', "table.jsonl")
    assert rows[0].fields == {"name": "Café"} and rows[0].problems
    assert "neither" in rows[1].broken


def workbook(path: Path, *rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        assert book.active is not None
        book.active.append(row)
    book.save(path)
    return path.read_bytes()


def test_a_workbook_gives_its_first_sheet(read: Read, tmp_path: Path) -> None:
    content = workbook(
        tmp_path / "a.xlsx",
        ["name", "zip", "day", "time", "yes"],
        ["A", 2116, datetime(2026, 11, 22), datetime(2026, 11, 22, 8, 30), True],
        [None, None, None, None, None],
        ["B", 28801.0, "x"],
        ["C", 1, 2, 3, 4, 5],
        ["D", 1, 2, 3, 4, None, " "],
    )
    rows = read(content, "table.xlsx")
    assert rows[0].fields == {
        "name": "A",
        "zip": 2116,
        "day": "2026-11-22",
        "time": "2026-11-22T08:30:00",
        "yes": True,
    }
    assert rows[1].row == 4 and rows[1].fields["time"] == ""
    assert broken(rows) == [(5, "has 6 cells where the header has 5")]
    assert rows[3].fields["yes"] == 4


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_a_broken_workbook_is_named(read: Read, content: bytes) -> None:
    with pytest.raises(BadFile, match="is not an xlsx file"):
        read(content, "table.xlsx")


def test_a_zip_that_is_no_workbook_is_named(read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as parts:
        parts.writestr("hello.txt", "hello")
    with pytest.raises(BadFile, match="is not a sound xlsx file"):
        read((tmp_path / "a.zip").read_bytes(), "table.xlsx")


def test_a_cut_workbook_is_named(read: Read, tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", ["name"], ["A"])
    with pytest.raises(BadFile):
        read(content[: len(content) // 2], "table.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(BadFile, match="would unpack to 30,000,000 bytes"):
        read((tmp_path / "a.zip").read_bytes(), "table.xlsx")


def test_a_cell_that_is_not_finite_becomes_text() -> None:
    assert sheet_file._plain_cell(float("nan")) == "nan"


@given(st.binary(max_size=300))
def test_no_bytes_make_a_csv_reader_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    for name in ("x.csv", "x.jsonl"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(content)
        try:
            for row in read_table(path):
                json.dumps(row.fields).encode()
        except BadFile as error:
            assert str(error)


@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=2, max_size=2),
        max_size=8,
    ),
    st.integers(0, 8),
)
def test_rows_around_an_unclosed_quote_are_all_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], at: int
) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    lines = out.getvalue().split("\r\n")[:-1]
    lines.insert(min(at, len(lines)), '"never,closed')
    path = tmp_path_factory.getbasetemp() / "quote.csv"
    path.write_text("name,city\n" + "\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    found = list(read_table(path))
    blank = sum(not "".join(row).strip() for row in rows)
    assert len(good(found)) == len(rows) - blank
    assert len(broken(found)) == 1
