"""Time of the usual searches on a real Elasticsearch, beside bodies written by hand and the embedded engine.

    .venv/bin/python -m bench.elastic [20000 100000]
    .venv/bin/python -m bench.elastic large             1,000,000 clinics

Starts one node with a heap of 2 GB (or uses FINDER_TEST_ELASTIC). For each shape it prints the median, in
milliseconds, of the embedded engine; median and 99th percentile of the Elasticsearch engine, from Query to
Results; the median of our bodies over plain HTTP, and of the best of three bodies written by hand for the
same page, total and counts. Those read no clinic beyond the page and do not look at the circle's edge, so
their ties and edges are right to a centimeter only. The bar is `ours / by hand` of at most 1.3. All
contenders take turns on each query, so a busy machine slows them alike. Last is the processor time that the
server takes for one search of the engine, in milliseconds of one core, which other load hardly changes.

The embedded engine is left out above 250,000 clinics: its build takes all of them into memory.
"""

import argparse
import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from bench.engine import SEED, SHAPES, scattered
from finder.facets import FACETS
from finder.geo import Point
from finder.model import Clinic
from finder.search.cluster.bodies import Window, page_body
from finder.search.cluster.counts import counting
from finder.search.cluster.documents import offer_term, silence_term
from finder.search.cluster.pages import List
from finder.search.cluster.scope import Scope
from finder.search.elastic import ElasticEngine
from finder.search.embedded import EmbeddedEngine
from finder.search.engine import SearchEngine
from finder.search.query import Query
from finder.settings import Access
from tests.elastic_server import RUNNING, ask, running

Body = dict[str, Any]
ALIAS = "bench-clinics"
QUERIES = int(os.environ.get("BENCH_QUERIES", "120"))
BAR = 1.3
HEAP_MEGABYTES = 2048
MOST_EMBEDDED = 250_000
STATS_SECONDS = 1.1
"""A node renews what it says of itself once a second."""


def by_hand(query: Query, facet_counts: Callable[[Query], Body]) -> Body:
    """The page alone, without what makes ties and edges exact."""
    window = Window((query.page - 1) * query.size, query.size)
    return {**page_body(Scope(query, ()), window), "aggs": facet_counts(query)}


def in_one(query: Query) -> Body:
    """All facets in one aggregation, the chosen ones apart."""
    return counting(Scope(query, ()))


def each_facet(query: Query) -> Body:
    """One aggregation for each facet, over what passes the others: the usual pattern."""
    scope, aggregations = Scope(query, ()), {}
    for code in FACETS:
        terms = _terms(code)
        own = {"terms": {"field": "facets", "size": len(terms), "include": terms}}
        others = scope.passes(but=code)
        aggregations[code] = {"filter": {"bool": {"filter": others}}, "aggs": {"own": own}} if others else own
    return aggregations


def each_value(query: Query) -> Body:
    """One filter for each value."""
    scope, aggregations = Scope(query, ()), {}
    for code in FACETS:
        own = {"filters": {"filters": {term: {"term": {"facets": term}} for term in _terms(code)}}}
        others = scope.passes(but=code)
        aggregations[code] = {"filter": {"bool": {"filter": others}}, "aggs": {"own": own}} if others else own
    return aggregations


def _terms(facet: str) -> list[str]:
    return [*(offer_term(facet, offer) for offer in FACETS[facet].offers), silence_term(facet)]


BY_HAND = (in_one, each_facet, each_value)


class PlainHttp:
    """One kept connection; the JSON of each answer."""

    def __init__(self, url: str, index: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._path = f"/{index}/_search?request_cache=false"

    def __call__(self, body: Body, parameters: str = "") -> Body:
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", self._path + parameters, json.dumps(body), headers)
        answer: Body = json.loads(self._connection.getresponse().read())
        assert "error" not in answer, answer
        return answer


def timed(contenders: Sequence[Callable[[Query], object]], queries: Sequence[Query]) -> list[list[float]]:
    """The times of each, in milliseconds, in order; the first fifth of the queries warms up."""
    times: list[list[float]] = [[] for _ in contenders]
    for number, query in enumerate(queries):
        for turn in range(len(contenders)):
            at = (number + turn) % len(contenders)
            start = time.perf_counter()
            contenders[at](query)
            times[at].append((time.perf_counter() - start) * 1000)
    return [sorted(each[len(queries) // 5 :]) for each in times]


def processor_ms(url: str) -> float:
    """What the node has used so far."""
    nodes = ask(url, "/_nodes/stats/process?filter_path=nodes.*.process.cpu.total_in_millis")["nodes"]
    return sum(float(node["process"]["cpu"]["total_in_millis"]) for node in nodes.values())


def processor_ms_each(url: str, engine: ElasticEngine, queries: Sequence[Query]) -> float:
    """What one search costs the server, over a few seconds of nothing else."""
    time.sleep(STATS_SECONDS)
    before, start, done = processor_ms(url), time.perf_counter(), 0
    while time.perf_counter() - start < 3 * STATS_SECONDS:
        engine.search(queries[done % len(queries)])
        done += 1
    time.sleep(STATS_SECONDS)
    return (processor_ms(url) - before) / done


@contextmanager
def server() -> Iterator[str]:
    """The URL of a node."""
    if RUNNING:
        yield RUNNING.split(",")[0]
    else:
        with running(1, java_options="", heap_megabytes=HEAP_MEGABYTES) as cluster:
            yield cluster.urls[0]


def built(name: str, engine: SearchEngine, clinics: Iterable[Clinic]) -> None:
    """Build, and say how long it took."""
    start = time.perf_counter()
    engine.rebuild(clinics)
    seconds = time.perf_counter() - start
    print(f"{name:9} built, checked and published in {seconds:6.1f} s", flush=True)


def run(url: str, size: int) -> None:
    """Index, then print one line per shape."""
    print(f"\n{size:,} clinics; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    engine = ElasticEngine(f"{url}/{ALIAS}", Access())
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedEngine(Path(folder)) if size <= MOST_EMBEDDED else None
        if embedded is not None:
            built("embedded", embedded, scattered(size))
        built("elastic", engine, scattered(size))
        [index] = ask(url, f"/_alias/{ALIAS}")
        size_bytes = ask(url, f"/{index}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"]
        print(f"on disk {size_bytes / size:,.0f} bytes a clinic\n")
        print(
            f"{'ms':34}{'embedded':>9}{'engine':>8}{'p99':>8}{'ours':>8}{'by hand':>9}{'ratio':>8}{'core':>8}"
        )
        random = Random(SEED + 1)
        for name, shape in SHAPES.items():
            points = [
                Point(lat=random.uniform(28, 46), lng=random.uniform(-120, -72)) for _ in range(QUERIES)
            ]
            print(
                f"{name:34}" + compared(url, engine, embedded, [shape(point) for point in points]), flush=True
            )
    for row in ask(url, f"/_cat/indices/{ALIAS}*?format=json&h=index"):
        ask(url, f"/{row['index']}", method="DELETE")


def compared(
    url: str, engine: ElasticEngine, embedded: EmbeddedEngine | None, queries: Sequence[Query]
) -> str:
    """The figures of one shape."""
    plain = PlainHttp(url, ALIAS)
    hand = [lambda query, way=way: plain(by_hand(query, way)) for way in BY_HAND]
    others = [embedded.search] if embedded is not None else []
    whole, ours, *rest = timed([engine.search, lambda query: plain(_ours(query)), *hand, *others], queries)
    best = min(statistics.median(times) for times in rest[: len(hand)])
    in_process = f"{statistics.median(rest[-1]):9.2f}" if others else f"{'':9}"
    p50, p99 = statistics.median(whole), whole[int(len(whole) * 0.99)]
    ratio = statistics.median(ours) / best
    core = processor_ms_each(url, engine, queries)
    verdict = "" if ratio <= BAR else f"  over {BAR}"
    return (
        f"{in_process}{p50:8.2f}{p99:8.2f}{statistics.median(ours):8.2f}{best:9.2f}{ratio:8.2f}"
        f"{core:8.2f}{verdict}"
    )


def _ours(query: Query) -> Body:
    [body] = List(query, margin=2, records=True).bodies(Scope(query))
    return body


def main() -> None:
    """Run the sizes that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sizes", nargs="*", default=["20000", "100000"])
    sizes = [1_000_000 if size == "large" else int(size) for size in parser.parse_args().sizes]
    with server() as url:
        for size in sizes:
            run(url, size)


if __name__ == "__main__":
    main()
