"""What was read from pages, for a person to judge: each quote marked, its claim beside it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from finder.ingest.statements import Extraction, PageText


class Reviewed(NamedTuple):
    """A page with what was read from it."""

    name: str
    """Its address, or the name of its file."""
    text: PageText
    found: Extraction


class Finding(NamedTuple):
    """One thing read, where it stands and by which rule."""

    start: int
    end: int
    kind: str
    """A facet, "price" or "fact"."""
    label: str
    rule: str


class Part(NamedTuple):
    """A stretch of a line; `kind` is that of the quote it belongs to, or empty."""

    text: str
    kind: str


class Line(NamedTuple):
    """A line of the page with what begins in it."""

    parts: tuple[Part, ...]
    beside: tuple[Finding, ...]


def findings(found: Extraction) -> tuple[Finding, ...]:
    """Everything read from a page, by where it stands."""
    rows = [
        Finding(
            one.start,
            one.start + len(one.quote),
            one.facet,
            _label(one.value, one.says, one.detail),
            one.rule,
        )
        for one in found.statements
    ]
    rows += (
        Finding(one.start, one.start + len(one.quote), "price", _price(one.amount_usd, one.what), one.rule)
        for one in found.prices
    )
    for name, said in found.facts._asdict().items():
        for one in said if isinstance(said, tuple) and not hasattr(said, "quote") else (said,):
            if one is not None:
                label = f"{name.replace('_', ' ')}: {one.value}"
                rows.append(Finding(one.start, one.start + len(one.quote), "fact", label, ""))
    return tuple(sorted(rows))


def _label(value: str, says: str, detail: str) -> str:
    said = value if says == "yes" else f"{value}: NO"
    return f"{said} ({detail})" if detail else said


def _price(amount_usd: float, what: str) -> str:
    return f"${amount_usd:,.0f} {what}".strip()


def lines_of(page: Reviewed, width_chars: int) -> Iterator[Line]:
    """The lines of a page, none longer than that (a longer word is cut), with quotes marked."""
    rows = findings(page.found)
    marks = list(_disjoint(rows))
    at_mark = at_row = 0
    for start, end in _wrapped(page.text.text, width_chars):
        parts: list[Part] = []
        at = start
        while at_mark < len(marks) and marks[at_mark].end <= at:
            at_mark += 1
        for mark in marks[at_mark:]:
            if mark.start >= end:
                break
            parts += _part(page.text.text[at : max(at, mark.start)], "")
            stop = min(end, mark.end)
            parts += _part(page.text.text[max(at, mark.start) : stop], mark.kind)
            at = stop
        parts += _part(page.text.text[at:end], "")
        begin = at_row
        while at_row < len(rows) and rows[at_row].start < max(end, start + 1):
            at_row += 1
        yield Line(tuple(parts), rows[begin:at_row])


def _part(text: str, kind: str) -> Iterable[Part]:
    return (Part(text, kind),) if text else ()


def _disjoint(rows: Iterable[Finding]) -> Iterator[Finding]:
    """The same without what lies within an earlier one."""
    end = 0
    for row in rows:
        if row.end > end:
            yield row._replace(start=max(row.start, end))
            end = row.end


def _wrapped(text: str, width_chars: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line; a space at which a line was wrapped belongs to none."""
    at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        while end - start > width_chars:
            space = text.rfind(" ", start + 1, start + width_chars + 1)
            stop = space if space > start else start + width_chars
            yield start, stop
            start = stop + (text[stop] == " ")
        yield start, end
        at = end + 1


def document(pages: Sequence[Reviewed]) -> list[dict[str, object]]:
    """The pages as JSON: name, notes, and everything read with its quote, place and rule."""
    return [
        {
            "source": page.name,
            "chars": len(page.text.text),
            "notes": list(dict.fromkeys((*page.text.notes, *page.found.notes))),
            "insurance": page.found.insurance,
            "statements": [one._asdict() for one in page.found.statements],
            "prices": [one._asdict() for one in page.found.prices],
            "facts": [
                {"what": row.label, "quote": page.text.text[row.start : row.end], "start": row.start}
                for row in findings(page.found)
                if row.kind == "fact"
            ],
        }
        for page in pages
    ]
