"""Does it pay to keep each state's clinics in one shard? A search of one state, three ways.

    .venv/bin/python -m bench.routing [100000]

Indexes clinics of all states alike into one shard, into three shards, and into three shards routed by state
(a state search then asks one of them). Prints median and 99th percentile in milliseconds, and the processor
time that the server takes for one search, in milliseconds of one core.
"""

import argparse
import itertools
import json
import os
import statistics
import time
import urllib.request
from collections.abc import Iterator
from random import Random
from typing import Any

from bench.elastic import STATS_SECONDS, PlainHttp, processor_ms, server
from bench.engine import SEED, scattered
from finder.model import Clinic
from finder.placenames import STATES
from finder.search.cluster import filling, mapping
from finder.search.cluster.pages import List
from finder.search.cluster.scope import Scope
from finder.search.query import Query
from tests.elastic_server import ask
from tests.factories import make_place

QUERIES = int(os.environ.get("BENCH_QUERIES", "300"))
WAYS = {"one shard": (1, False), "three shards": (3, False), "three shards by state": (3, True)}


def of_states(size: int) -> Iterator[Clinic]:
    """As many clinics of each state."""
    random, states = Random(SEED), sorted(STATES)
    for clinic in scattered(size):
        address = clinic.address.model_copy(update={"state": random.choice(states)})
        yield clinic.model_copy(update={"address": address})


def fill(url: str, size: int) -> None:
    """All ways at once, so that each document is made once."""
    for index, (shards, _) in zip(names(), WAYS.values(), strict=True):
        settings = {**mapping.settings(shards), "refresh_interval": "-1"}
        ask(url, f"/{index}", {"settings": settings, "mappings": filling.fields()}, "PUT")
    rows = ((clinic.address.state, filling.row_of(clinic)) for clinic in of_states(size))
    while chunk := list(itertools.islice(rows, filling.CHUNK_DOCUMENTS)):
        for index, (_, is_routed) in zip(names(), WAYS.values(), strict=True):
            heads = [
                {"create": {"_id": row.id, **({"routing": state} if is_routed else {})}}
                for state, row in chunk
            ]
            lines = [
                json.dumps(head).encode() + b"\n" + row.line + b"\n"
                for head, (_, row) in zip(heads, chunk, strict=True)
            ]
            headers = {"Content-Type": "application/x-ndjson"}
            request = urllib.request.Request(f"{url}/{index}/_bulk", b"".join(lines), headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert json.loads(answer.read())["errors"] is False
    for index in names():
        ask(url, f"/{index}/_refresh", method="POST")


def names() -> list[str]:
    """The index of each way."""
    return [f"bench-routing-{number}" for number in range(len(WAYS))]


def body(state: str) -> dict[str, Any]:
    """The first page of a state with all counts."""
    place = make_place(
        35.5, -79.0, id=f"state:{state}", name=state, kind="state", state=state, states=(state,)
    )
    query = Query(place=place)
    [asked] = List(query, margin=2, records=True).bodies(Scope(query))
    return asked


def measure(url: str) -> None:
    """One line for each way; they take turns."""
    random = Random(SEED)
    states = [random.choice(sorted(STATES)) for _ in range(QUERIES)]
    plain = [PlainHttp(url, index) for index in names()]
    times: list[list[float]] = [[] for _ in WAYS]
    for state in states:
        for at, (_, is_routed) in enumerate(WAYS.values()):
            start = time.perf_counter()
            plain[at](body(state), f"&routing={state}" if is_routed else "")
            times[at].append((time.perf_counter() - start) * 1000)
    print(f"{'ms':24}{'p50':>8}{'p99':>8}{'core':>8}")
    for at, (name, (_, is_routed)) in enumerate(WAYS.items()):
        time.sleep(STATS_SECONDS)
        before, start, done = processor_ms(url), time.perf_counter(), 0
        while time.perf_counter() - start < 3 * STATS_SECONDS:
            state = states[done % len(states)]
            plain[at](body(state), f"&routing={state}" if is_routed else "")
            done += 1
        time.sleep(STATS_SECONDS)
        core = (processor_ms(url) - before) / done
        ordered = sorted(times[at][QUERIES // 5 :])
        print(
            f"{name:24}{statistics.median(ordered):8.2f}{ordered[int(len(ordered) * 0.99)]:8.2f}{core:8.2f}"
        )


def main() -> None:
    """Run the size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    size = parser.parse_args().size
    with server() as url:
        print(f"{size:,} clinics; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        try:
            fill(url, size)
            measure(url)
        finally:
            for index in names():
                ask(url, f"/{index}", method="DELETE")


if __name__ == "__main__":
    main()
