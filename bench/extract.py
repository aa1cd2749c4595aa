"""Reading pages: how many a second and how often wrongly, beside a plain keyword matcher.

    .venv/bin/python -m bench.extract [--pages 300] [large]

Pages of 5 kB are put together from the texts of tests/ingest/texts. The plain matcher strips the tags, looks
for the words of facets.toml and takes every mention for an offer. Seconds are of processor time on one core.
Wrong is the share of a facet's values, wanted or read, that are one without the other, on the same texts.
Then the memory after many pages (`large`: 100,000), and how much longer ten times as much of a hostile text
takes (10 is linear).
"""

import argparse
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import process_time

from finder.facets import FACETS
from finder.ingest.extract import extract, extract_page
from finder.ingest.pagetext import page_text
from finder.text import fold
from tools.extraction_score import FIELDS, Judged, judge, judge_all, rates, read
from tools.fuzz_extract import TEXTS, as_html

SEED = 2026
PAGE_BYTES = 5_000
BAR_PAGES_A_SECOND = 300
ROUNDS = 5
SHORT_RUN, LARGE_RUN = (2_000, 10_000), (10_000, 100_000)
HOSTILE = {
    "offers": "We offer IV ketamine infusions for depression. ",
    "no full stop": "ketamine infusion and ",
    "prices": "$1 ",
    "questions": "Do you offer Spravato? ",
    "exclusions": "psychosis, pregnancy, ",
    "items": "- No referral\n",
    "tags": "<div><b>",
    "brackets": "<",
}
_TAG = re.compile(r"<[^>]*>")


class PlainMatcher:
    """Any word of a facet value is an offer of it."""

    def __init__(self) -> None:
        self.codes = {
            fold(word): (facet.code, code)
            for facet in reversed(list(FACETS.values()))
            for code, value in facet.by_code.items()
            for word in value.words
        }
        self.most_words = max(word.count(" ") for word in self.codes) + 1

    def read(self, page: str) -> set[tuple[str, str]]:
        """All facet values that a page names, the longest name at each word."""
        words, found, at = fold(_TAG.sub(" ", page)).split(), set(), 0
        while at < len(words):
            for length in range(self.most_words, 0, -1):
                code = self.codes.get(" ".join(words[at : at + length]))
                if code:
                    found.add(code)
                    at += length - 1
                    break
            at += 1
        return found

    def answer(self, text: str) -> dict[str, object]:
        """The same in the shape of `finder extract`."""
        claims = [
            {"facet": facet, "value": value, "says": "yes", "quote": ""} for facet, value in self.read(text)
        ]
        prices = [float(amount.replace(",", "")) for amount in re.findall(r"\$(\d[\d,]*)", text)]
        return {"claims": claims, "prices_usd": prices, "insurance": "unknown", "min_age": None}


def pages(count: int) -> list[str]:
    """So many pages of 5 kB, no two alike."""
    random = Random(SEED)
    texts = [as_html(case["text"]) for name in ("dev", "blind") for case in read(TEXTS / f"{name}.jsonl")]
    bodies = [
        html.removeprefix("<!doctype html><html><body>").removesuffix("</body></html>") for html in texts
    ]
    made = []
    for number in range(count):
        body = f"<h2>Page {number}</h2>"
        while len(body) < PAGE_BYTES:
            body += f'<section class="row">{random.choice(bodies)}</section>'
        made.append(f"<!doctype html><html><body>{body[:PAGE_BYTES]}</body></html>")
    return made


def page_seconds(work: Callable[[str], object], some: list[str]) -> float:
    """Processor seconds of one page: the middle of a few rounds over all."""
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        for page in some:
            work(page)
        times.append((process_time() - start) / len(some))
    return statistics.median(times)


def ours(page: str) -> object:
    """HTML to claims, the whole way."""
    return extract_page(page_text(page, "text/html"))


def wrong(judged: list[Judged], facet: str) -> float:
    """The share of values, wanted or read, that are one without the other."""
    found = rates(judged, facet)
    right = round(found.recall * found.labels)
    return (found.labels + found.read - 2 * right) / max(1, found.labels + found.read - right)


def print_speed(some: list[str], plain: PlainMatcher) -> None:
    """Pages a second of both."""
    for work in (ours, plain.read):
        for page in some[:20]:
            work(page)
    mine, peer = page_seconds(ours, some), page_seconds(plain.read, some)
    texts = page_seconds(extract, [page_text(page, "text/html").text for page in some])
    print(f"{'5 kB pages a second, one core':34}{1 / mine:9.0f}{1 / peer:15.0f}{peer / mine:9.2f}")
    print(f"{'  text only, HTML read before':34}{1 / texts:9.0f}   (bar {BAR_PAGES_A_SECOND} for the whole)")


def print_errors(plain: PlainMatcher) -> None:
    """How often each is wrong on the texts of our own."""
    cases = [case for name in ("dev", "blind") for case in read(TEXTS / f"{name}.jsonl")]
    mine, peer = judge_all(cases), [judge(case, plain.answer(case["text"])) for case in cases]
    for facet in (*FIELDS, "nature", "price"):
        if facet == "exclusion":
            continue  # facets.toml has no words for what visitors do not search
        a, b = wrong(mine, facet), wrong(peer, facet)
        ratio = f"{b / a:9.1f}" if a else "        -"
        print(f"{'wrong, ' + facet:34}{a:9.1%}{b:15.1%}{ratio}")
    named = [sum(one.false_offers for one in judged) for judged in (mine, peer)]
    total = sum(len(case["labels"]["modalities_mentioned_not_offered"]) for case in cases)
    print(f"{f'named, not offered: {total}; claimed':34}{named[0]:9}{named[1]:15}")


def resident_megabytes() -> float:
    """Of this process, now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def print_memory(some: list[str], stops: tuple[int, int]) -> None:
    """Resident memory after so many pages."""
    after = []
    for number in range(stops[1]):
        ours(some[number % len(some)])
        if number + 1 in stops:
            after.append(resident_megabytes())
    print(
        f"memory: {after[0]:.1f} MB after {stops[0]:,} pages, {after[1]:.1f} MB after {stops[1]:,}"
        f" ({after[1] - after[0]:+.1f} MB)"
    )


def print_growth() -> None:
    """Time for 10,000 and 100,000 characters of one hostile text."""
    for name, piece in HOSTILE.items():
        took = []
        for size in (10_000, 100_000):
            page = (piece * (size // len(piece) + 1))[:size]
            start = process_time()
            ours(page)
            took.append(process_time() - start)
        print(f"hostile, {name:16}{took[1] * 1000:9.0f} ms{took[1] / max(took[0], 1e-4):9.1f} for 10 times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", nargs="?", choices=["large"], help="count memory over 100,000 pages")
    parser.add_argument("--pages", type=int, default=300)
    options = parser.parse_args()
    some, plain = pages(options.pages), PlainMatcher()
    print(f"{'':34}{'ours':>9}{'plain matcher':>15}{'ratio':>9}")
    print_speed(some, plain)
    print_errors(plain)
    print_memory(some, LARGE_RUN if options.size else SHORT_RUN)
    print_growth()


if __name__ == "__main__":
    main()
