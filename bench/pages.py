"""Time to turn an answer into HTML: our kept cards and filters beside plain Jinja rendering of the same.

    .venv/bin/python -m bench.pages [--rounds 300]

Prints medians in milliseconds, single-threaded in one process, and how many times slower the peer is.
Both start from the same answer with 20 clinics and every filter; plain Jinja is given its cards, groups
and options ready-made, so its figure is template time alone. Their HTML is compared first.
"""

import argparse
import gzip
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from bench.engine import spread
from finder.search.engine import open_engine
from finder.search.find import Answer, find
from finder.search.query import Query
from finder.settings import Settings
from finder.web import create_app, pages, results
from finder.web.course import course_for
from finder.web.render import Cards, Filters
from tests.web.plain import card

CLINICS = 500
BAR_MS = 0.4
PLAIN = """
{% import "_card.html" as c with context %}{% import "_filters.html" as f with context %}
{% for one, course in cards %}
{% set reasons %}{% for text in one.reasons[:-2] %}{{ c.reason(text) }}{% endfor %}{% endset %}{{ c.card(
  one.facts, one.number,
  c.far_known(one.distance, one.distance_reason) if one.distance else c.far_unknown(one.why),
  c.course_line(course) if course else "", reasons) }}{% endfor %}
{% macro boxes(options) %}{% for o in options %}{{ f.option(
  "checkboxes", o.name, o.value, o.text, o.title, " checked" if o.chosen else "",
  f.count(o.clinics) if o.clinics is not none else "") }}{% endfor %}{% endmacro %}
{% for g in groups %}{% set shown = g.options | length if g.options | length <= 6 else 5 %}{{
  (f.group if g.is_open else f.shut_group)(
    g.code, g.label, boxes(g.options[:shown]),
    f.more(g.label, g.options | length, boxes(g.options[shown:])) if shown < g.options | length else "",
    f.note("{:,}".format(g.not_stated), "does" if g.not_stated == 1 else "do") if g.not_stated else "")
}}{% endfor %}
"""


def ours(answer: Answer, shelf: Cards, parts: Filters) -> str:
    """Cards and filter groups as the results page makes them, straight from the answer."""
    found = answer.results
    rows = [shelf.html(str(n), hit, found.query, found.version) for n, hit in enumerate(found.hits, start=1)]
    return "".join([*rows, *(parts.group(group) for group in results.groups(found.query, found.counts))])


def for_plain(answer: Answer, state_name: Callable[[str], str]) -> dict[str, Any]:
    """The same as ready-made values."""
    query, hits = answer.results.query, answer.results.hits
    courses = [course_for(hit, query) for hit in hits]
    return {
        "cards": [
            (card(n, hit, query, state_name), course.line if course else "")
            for n, (hit, course) in enumerate(zip(hits, courses, strict=True), start=1)
        ],
        "groups": results.groups(query, answer.results.counts),
    }


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """The median time of one call, in milliseconds, after a few to warm up."""
    times = []
    for turn in range(rounds + 5):
        start = time.perf_counter()
        work()
        if turn >= 5:
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def run(app: Flask, rounds: int) -> None:
    """Compare, then print the figures."""
    services = pages.services()
    query = Query(place=services.gazetteer.state("TX"), radius_miles=500)
    answer = find(services.engine, query)
    shelf, parts = pages.cards(), pages.filters()
    template, values = app.jinja_env.from_string(PLAIN), for_plain(answer, services.state_name)
    if "".join(ours(answer, shelf, parts).split()) != "".join(template.render(values).split()):
        raise SystemExit("the two do not render the same page")
    groups = results.groups(query, answer.results.counts)
    options = sum(len(group.options) for group in groups)
    print(f"{len(answer.results.hits)} cards, {len(groups)} groups of filters with {options} options")
    mine = median_ms(lambda: ours(answer, shelf, parts), rounds)
    filled = mine - median_ms(lambda: results.groups(query, answer.results.counts), rounds)
    peer = median_ms(lambda: template.render(values), rounds)
    print(f"{'p50, ms':40}{'ours':>9}{'plain Jinja':>13}{'ratio':>8}")
    print(f"{'20 cards and all filters':40}{filled:9.3f}{peer:13.3f}{peer / filled:8.1f}   (bar {BAR_MS} ms)")
    print(f"{'  and the values of the filters made':40}{mine:9.3f}")
    client = app.test_client()
    address = services.links.search(query)
    whole = median_ms(lambda: client.get(address), max(20, rounds // 5))
    page = client.get(address).data
    sheets = re.findall(rb'rel="stylesheet" href="([^"]+)"', page)
    parts_sent = [page, *(client.get(sheet.decode()).data for sheet in sheets)]
    sizes = [len(gzip.compress(part, 9)) for part in parts_sent]
    print(f"{'whole request, search and map included':40}{whole:9.3f}")
    print(f"gzip: HTML {sizes[0]:,} B + CSS {sum(sizes[1:]):,} B = {sum(sizes):,} B (bar 30,000 B)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(build=Path(folder))
        open_engine(settings.engine_url).rebuild(spread(CLINICS))
        app = create_app(settings)
        with app.test_request_context("/search"):
            run(app, rounds)


if __name__ == "__main__":
    main()
