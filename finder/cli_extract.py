"""`finder extract`: what a clinic's pages say, for a person to judge or for a machine to use."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from finder.cli_console import Command, print_json, say, settings
from finder.cli_lines import each_line
from finder.errors import FinderError, Misuse
from finder.model import Provenance

if TYPE_CHECKING:
    from finder.ingest.fetch import Fetcher
    from finder.ingest.practice import Practice
    from finder.ingest.review import Line, Reviewed

_TEXT_CHARS: Final = 72
_COLORS: Final = ("cyan", "green", "yellow", "magenta", "blue", "red")

Mark = Callable[[str, str], str]
"""Text and the kind of its quote -> the text as it is shown."""


@click.command(
    cls=Command,
    epilog="finder extract page.html\nfinder extract https://clinic.example/ https://clinic.example/faq\n"
    "finder extract page.html --html review.html\ncat page.txt | finder extract - --json\n"
    "finder extract --jsonl texts.jsonl",
)
@click.argument("sources", nargs=-1, metavar="[URL-OR-FILE]...")
@click.option("--jsonl", metavar="FILE", help='One {"id", "text"} per line in, one answer per line out.')
@click.option(
    "--json", "as_json", is_flag=True, help="Print everything read, with quotes and rules, as JSON."
)
@click.option("--html", "html_file", metavar="FILE", help="Write the review as one HTML page.")
def extract(sources: tuple[str, ...], jsonl: str | None, as_json: bool, html_file: str | None) -> None:
    """Read claims from a clinic's pages, each with the sentence that says it.

    Several pages are taken for pages of one practice. "-" is standard input.
    """
    if jsonl is not None:
        if sources or as_json or html_file:
            raise click.UsageError("--jsonl stands alone")
        from finder.ingest.extract import extract_line  # noqa: PLC0415  (ingest is slow to load)

        each_line(jsonl, extract_line)
        return
    if not sources:
        raise click.UsageError(
            "name a page (address, file, or - for stdin), or a file of JSON lines with --jsonl"
        )
    _review(sources, as_json, html_file)


def _review(sources: Sequence[str], as_json: bool, html_file: str | None) -> None:
    from finder.ingest.fetch import Fetcher  # noqa: PLC0415
    from finder.ingest.reviewpage import review_page  # noqa: PLC0415

    pages, practice = read_sources(sources, Fetcher(contact=settings().contact))
    if html_file is not None:
        try:
            Path(html_file).write_text(review_page(pages, practice), encoding="utf-8")
        except OSError as error:
            raise FinderError(f"{html_file} cannot be written: {error.strerror}") from None
        say(f"The review is in {html_file}")
    if as_json:
        print_json(review_document(pages, practice))
    elif html_file is None:
        for line in review_lines(pages, practice, _colored if sys.stdout.isatty() else _bracketed):
            click.echo(line)


def read_sources(sources: Sequence[str], fetcher: "Fetcher") -> "tuple[list[Reviewed], Practice]":
    """Every page and what the practice says; Misuse for a file that cannot be read, FetchFailed for an
    address that cannot.
    """
    from finder.ingest.extract import extract_page  # noqa: PLC0415
    from finder.ingest.pagetext import page_text  # noqa: PLC0415
    from finder.ingest.practice import Page, read_practice  # noqa: PLC0415
    from finder.ingest.review import Reviewed  # noqa: PLC0415

    pages = []
    for source in sources:
        name, body, kind = _read(source, fetcher)
        text = page_text(body, kind)
        pages.append(Reviewed(name, text, extract_page(text)))
    who = Provenance(source="extract", ref="pages", seen=datetime.now(UTC).date())
    return pages, read_practice([Page(page.name, page.text) for page in pages], who)


def _read(source: str, fetcher: "Fetcher") -> tuple[str, bytes, str]:
    from finder.ingest.pagetext import MAX_BYTES  # noqa: PLC0415

    if source.lower().startswith(("http://", "https://")):
        page = fetcher.get(source)
        return page.url, page.body, page.content_type
    if "://" in source:
        raise Misuse(f"{source}: only http and https addresses are read")
    try:
        with click.open_file(source, "rb") as stream:
            return source, stream.read(MAX_BYTES + 1), ""
    except OSError as error:
        raise Misuse(f"{source}: {error.strerror}") from None


def review_document(pages: "Sequence[Reviewed]", practice: "Practice") -> dict[str, Any]:
    """Everything read, page by page, and what it comes to."""
    from finder.ingest.practice import disputes  # noqa: PLC0415
    from finder.ingest.review import document  # noqa: PLC0415

    return {
        "pages": document(pages),
        "claims": [
            {
                "facet": claim.facet,
                "value": claim.value,
                "says": claim.says,
                "quote": claim.quote,
                "detail": claim.detail,
                "states": list(claim.states),
                "source": claim.provenance.url,
            }
            for claim in practice.claims
        ],
        "disputed": [{"facet": one.facet, "value": one.value} for one in disputes(practice.claims)],
        "prices": [
            {"amount_usd": price.amount_usd, "what": price.what, "source": price.provenance.url}
            for price in practice.prices
        ],
        "min_age": practice.min_age,
        "notes": list(practice.notes),
    }


def review_lines(pages: "Sequence[Reviewed]", practice: "Practice", mark: Mark) -> list[str]:
    """The aligned view: the text with its quotes marked, what was read beside it, then all together."""
    from finder.ingest.practice import disputes  # noqa: PLC0415
    from finder.ingest.review import lines_of  # noqa: PLC0415

    shown = []
    for page in pages:
        shown += [page.name, "-" * min(len(page.name), _TEXT_CHARS)]
        for line in lines_of(page, _TEXT_CHARS):
            shown += _aligned(line, mark)
        shown.append("")
    disputed = {(one.facet, one.value) for one in disputes(practice.claims)}
    shown.append(f"Together: {len(practice.claims)} claims")
    for claim in practice.claims:
        dispute = "  ITS PAGES DISAGREE" if (claim.facet, claim.value) in disputed else ""
        place = f"  ({claim.provenance.url})" if len(pages) > 1 else ""
        shown.append(f"  {claim.says:<3}  {claim.facet:<10} {claim.value}{dispute}{place}")
    return [*shown, *(f"Note: {note}" for note in practice.notes)]


def _aligned(line: "Line", mark: Mark) -> list[str]:
    text = "".join(mark(part.text, part.kind) if part.kind else part.text for part in line.parts)
    # Marks take no room on a colored terminal and two columns elsewhere: pad by what is shown.
    width = len(click.unstyle(text))
    beside = [f"{one.kind} {one.label}" + (f"  [{one.rule}]" if one.rule else "") for one in line.beside]
    if not beside:
        return [text]
    first = f"{text}{' ' * max(1, _TEXT_CHARS + 4 - width)}| {beside[0]}"
    return [first, *(f"{'':<{_TEXT_CHARS + 4}}| {more}" for more in beside[1:])]


def _bracketed(text: str, kind: str) -> str:
    return f"«{text}»"


def _colored(text: str, kind: str) -> str:
    return click.style(text, fg=_COLORS[sum(kind.encode()) % len(_COLORS)], underline=True)
