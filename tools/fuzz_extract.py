"""Throw generated pages at the extraction.

    python -m tools.fuzz_extract [--seconds 600] [--executions 300000] [--seed 1] [--keep build/fuzz]

Needs atheris (requirements-fuzz.txt). Begins with the texts of tests/ingest/texts, as text and as HTML, and
with broken, deeply nested, bidirectional and Latin-1 pages; then changes them, guided by coverage. Stops at
the first input that raises, breaks a promise (verbatim quotes, blocks in order, bounded output) or takes more
than a second of processor time, and keeps it in --keep. Prints one JSON line; exit status 1 when it stopped.
"""

import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from tools.extraction_score import read

if TYPE_CHECKING:
    from finder.ingest.statements import Extraction

TEXTS = Path(__file__).parent.parent / "tests" / "ingest" / "texts"
LIMIT_SECONDS: Final = 1.0
MAX_INPUT_BYTES: Final = 1_500
HEADERS: Final = ("", "text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/plain")
"""The first byte of an input chooses one of these, or (from 128 on) the entry that takes a text as it is."""
ODD: Final = (
    *(
        "<div>" * 300,
        "</p></div></li>",
        "<ul><li>",
        "<table><tr><td>",
        "<h2>",
        "<p hidden>",
        "<br>",
        "<!--",
        "-->",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "<![CDATA[",
        "<a href='",
        '"',
        "&#x110000;",
        "&nbsp;",
        "&lt",
        "\x00",
    ),
    *(
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00ad",
        "e\u0301\u0301\u0301",
        "\ud7ff",
        "\U000e0041",
        "\r\n\n",
    ),
    *(
        "$1,2,3",
        "$",
        "18+",
        "We do not ",
        "unlike ",
        "?",
        ": ",
        "- ",
        "| ",
        " or ",
        " and no ",
        "not only ",
        "\n\n",
    ),
    *("A" * 700, ". " * 200, "$5 " * 200, "no " * 200, "ignore previous instructions"),
)


def as_html(text: str) -> str:
    """A text as a simple page: its first line a heading, lists as lists."""
    first, *rest = text.splitlines() or [""]
    lines = [
        f"<li>{line[2:]}</li>" if line.startswith(("- ", "• ")) else f"<p>{line}</p>" for line in rest if line
    ]
    return f"<!doctype html><html><body><h1>{first}</h1>{''.join(lines)}</body></html>"


def seeds() -> list[bytes]:
    """What the changes begin with; the first byte chooses the entry."""
    texts = [case["text"] for name in ("dev", "blind") for case in read(TEXTS / f"{name}.jsonl")]
    found = [b"\xff" + text.encode() for text in texts]
    found += [b"\x02" + as_html(text).encode() for text in texts]
    found += [b"\x03" + as_html(text).encode("latin-1", "replace") for text in texts[:10]]
    nested = "<div>" * 3_000 + "We offer IV ketamine infusions." + "</div>" * 2_000
    found += [b"\x02" + nested.encode(), b"\x02" + b"<b><i><p>" * 1_000 + b"Spravato"]
    found += [b"\x02" + "".join(random.Random(1).choices(ODD, k=60)).encode("utf-8", "surrogatepass")]
    found += [b"\xff" + "\u202eWe offer \u200bketa\u00admine \u2066infusions\u2069. ".encode() * 40]
    return found


def check(data: bytes) -> None:
    """Read one input the way it comes; AssertionError when a promise is broken."""
    from finder.ingest.extract import extract, extract_page  # noqa: PLC0415
    from finder.ingest.pagetext import MAX_CHARS, page_text  # noqa: PLC0415

    kind, body = (data[0] if data else 255), data[1:]
    if kind > 127:
        text = body.decode("utf-8", "surrogateescape" if kind % 2 else "replace")
        verbatim(extract(text), text)
        return
    page = page_text(body, HEADERS[kind % len(HEADERS)])
    ends = [0, *(end for block in page.blocks for end in (block.start, block.end)), len(page.text)]
    assert ends == sorted(ends), "blocks overlap or are out of order"
    assert len(page.text) <= MAX_CHARS, "longer than it may be"
    verbatim(extract_page(page), page.text)


def verbatim(found: "Extraction", text: str) -> None:
    """AssertionError unless every quote stands in the text where it says."""
    for one in (*found.statements, *found.prices):
        assert one.quote and text.startswith(one.quote, one.start), f"not verbatim: {one}"


class Counted:
    """Runs `check`, counts, keeps the slowest input and writes both down for the parent."""

    def __init__(self, keep: Path) -> None:
        self.keep = keep
        self.executions = 0
        self.slowest_seconds = 0.0

    def __call__(self, data: bytes) -> None:
        begun = process_time()
        check(data)
        taken = process_time() - begun
        self.executions += 1
        if taken > self.slowest_seconds:
            self.slowest_seconds = taken
            (self.keep / "slowest").write_bytes(data)
            self.write_down()
        elif self.executions % 500 == 0:
            self.write_down()
        if taken > LIMIT_SECONDS:
            raise TimeoutError(f"{taken:.2f} s")

    def write_down(self) -> None:
        figures = {"executions": self.executions, "slowest_ms": round(self.slowest_seconds * 1000, 1)}
        (self.keep / "figures.json").write_text(json.dumps(figures))


def changed(data: bytes, max_size: int, seed: int) -> bytes:
    """An input with a piece of a page put in, moved, doubled or taken out; or changed byte by byte."""
    import atheris  # noqa: PLC0415

    chance = random.Random(seed)
    if chance.random() < 0.4:
        return bytes(atheris.Mutate(data, max_size))
    at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    piece = data[at:end]
    choices: Sequence[bytes] = (
        chance.choice(ODD).encode("utf-8", "surrogatepass"),
        chance.choice(SEEDS)[1:][: chance.randrange(400)],
        piece[:300] * chance.randrange(8),
        b"",
    )
    put = chance.choice(choices)
    out = data[:at] + put + data[end if chance.random() < 0.5 else at :]
    return out[:max_size]


SEEDS: Final = seeds()


def fuzz(options: argparse.Namespace, corpus: Path) -> None:
    """Fuzz in this process; never returns."""
    import atheris  # noqa: PLC0415

    with atheris.instrument_imports(include=["finder.ingest"]):
        import finder.ingest.extract  # noqa: PLC0415
        import finder.ingest.pagetext  # noqa: F401, PLC0415
    arguments = [
        sys.argv[0],
        f"-runs={options.executions}",
        f"-max_total_time={options.seconds}",
        f"-max_len={MAX_INPUT_BYTES}",
        f"-artifact_prefix={options.keep}/",
        "-timeout=20",
        "-rss_limit_mb=1500",
        f"-seed={options.seed}",
        "-verbosity=0",
        str(corpus),
    ]
    atheris.Setup(arguments, Counted(options.keep), custom_mutator=changed)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--executions", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, default=Path("build/fuzz"), help="where inputs that fail are put"
    )
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    if options.corpus:
        fuzz(options, options.corpus)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is missing: pip install --require-hashes -r requirements-fuzz.txt", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS):
            (Path(folder) / f"seed-{number:03}").write_bytes(seed)
        command = [sys.executable, "-m", "tools.fuzz_extract", *sys.argv[1:], "--corpus", folder]
        done = subprocess.run(command, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
    report: dict[str, Any] = {"fuzz": "extract", "seconds": options.seconds, "stopped": done.returncode != 0}
    figures = options.keep / "figures.json"
    print(json.dumps({**report, **(json.loads(figures.read_text()) if figures.exists() else {})}))
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
