"""The review of extracted claims as one HTML file: no outside request, light and dark, printable."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from finder.facets import FACETS
from finder.ingest.practice import Practice, disputes
from finder.ingest.review import Finding, Line, Reviewed, lines_of

_HUES: Final = {kind: number * 30 for number, kind in enumerate((*FACETS, "price", "fact"))}
"""One hue per kind; the name stands beside each quote, so color alone carries nothing."""
_WIDTH_CHARS: Final = 90

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#16221f;--paper:#fff;--soft:#4d5b57;--line:#d3dcd6;--light:88%;--edge:35%}
@media (prefers-color-scheme:dark){:root{--ink:#eef3f0;--paper:#131a18;--soft:#b3c0bb;--line:#3a4844;
--light:26%;--edge:70%}}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.15rem;overflow-wrap:anywhere}
.soft,.rule{color:var(--soft);font-size:.85rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.15rem .6rem}
tr{border-top:1px solid var(--line)}.page tr{border:0}.page td:first-child{width:62%;white-space:pre-wrap;
overflow-wrap:anywhere}
.no{font-weight:700}mark{color:inherit;background:hsl(var(--hue) 60% var(--light));
border-bottom:2px solid hsl(var(--hue) 60% var(--edge))}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1rem}
ul.beside{list-style:none;margin:0;padding:0}
@media (max-width:40rem){.page td{display:block;width:auto!important}}
@media print{body{max-width:none;padding:0;font-size:10pt}:root{--ink:#000;--paper:#fff;--soft:#333}
mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}tr{break-inside:avoid}}
"""


def review_page(pages: Sequence[Reviewed], practice: Practice) -> str:
    """A whole HTML document; everything that came from a page is escaped."""
    used = {part.kind for page in pages for line in lines_of(page, _WIDTH_CHARS) for part in line.parts}
    legend = "".join(
        f"<li><mark{_hue(kind)}>{escape(_name(kind))}</mark></li>" for kind in _HUES if kind in used
    )
    title = "What these pages say" if len(pages) > 1 else "What this page says"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'\">",
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>",
            f'<h2>Legend</h2>\n<ul class="legend">{legend or "<li>Nothing was read.</li>"}</ul>',
            *_summary(practice),
            *(_section(page) for page in pages),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _summary(practice: Practice) -> Iterator[str]:
    disputed = {(one.facet, one.value) for one in disputes(practice.claims)}
    yield '<h2>Together</h2>\n<table><thead><tr><th scope="col">Facet<th scope="col">Value'
    yield '<th scope="col">Says<th scope="col">Quote<th scope="col">Page</thead><tbody>'
    for claim in practice.claims:
        dispute = (
            ' <span class="no">(its pages disagree)</span>' if (claim.facet, claim.value) in disputed else ""
        )
        cells = (_name(claim.facet), FACETS[claim.facet].by_code[claim.value].label)
        yield (
            f"<tr><td>{escape(cells[0])}<td>{escape(cells[1])}{dispute}<td>{claim.says}"
            f"<td>“{escape(claim.quote)}”<td>{escape(claim.provenance.url)}"
        )
    yield "</tbody></table>"
    if practice.notes:
        yield "<ul>" + "".join(f"<li>{escape(note)}" for note in practice.notes) + "</ul>"


def _section(page: Reviewed) -> str:
    rows = "".join(
        f"<tr><td>{_marked(line)}<td>{_beside(line.beside)}" for line in lines_of(page, _WIDTH_CHARS)
    )
    heads = '<thead><tr><th scope="col">Text<th scope="col">What was read</thead>'
    title = f"<section>\n<h2>{escape(page.name)}</h2>"
    return f'{title}\n<table class="page">{heads}<tbody>{rows}</tbody></table></section>'


def _marked(line: Line) -> str:
    return "".join(
        f"<mark{_hue(part.kind)}>{escape(part.text)}</mark>" if part.kind else escape(part.text)
        for part in line.parts
    )


def _beside(found: Iterable[Finding]) -> str:
    items = "".join(
        f"<li>{escape(_name(one.kind))}: <b>{escape(one.label)}</b> "
        f'<span class="rule">{escape(one.rule)}</span></li>'
        for one in found
    )
    return f'<ul class="beside">{items}</ul>' if items else ""


def _hue(kind: str) -> str:
    return f' style="--hue:{_HUES[kind]}"'


def _name(kind: str) -> str:
    return FACETS[kind].label if kind in FACETS else kind.capitalize()
