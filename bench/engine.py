"""Time of the usual searches on the embedded engine, beside the plain loops of the reference.

    .venv/bin/python -m bench.engine [--clinics 500 20000]

Prints the median of each shape in milliseconds, single-threaded in one process, and how many times
slower the reference is. The machine's load moves absolute figures; the ratio moves less.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from finder.geo import Box, Point
from finder.model import Clinic
from finder.search.embedded import EmbeddedEngine
from finder.search.engine import SearchEngine
from finder.search.query import Query
from tests.factories import make_location, make_place
from tests.search.brute_force import BruteForce
from tests.search.random_search import random_clinic

SEED = 2026
KAP_OUTDOORS = {"modality": ("kap",), "nature": ("nat_outdoor_session", "nat_walk_talk")}
SHAPES: dict[str, Callable[[Point], Query]] = {
    "nearest within 50 miles": lambda at: Query(place=make_place(at.lat, at.lng), radius_miles=50),
    "nearest within 100 miles, filters": lambda at: Query(
        place=make_place(at.lat, at.lng), radius_miles=100, facets=KAP_OUTDOORS
    ),
    "words within 100 miles": lambda at: Query(
        place=make_place(at.lat, at.lng), radius_miles=100, words=("river", "wellness"), sort="match"
    ),
    "map box of 4 degrees": lambda at: Query(
        box=Box(south=at.lat - 2, west=at.lng - 2, north=at.lat + 2, east=at.lng + 2), size=100
    ),
    "page 5 of the whole country": lambda at: Query(page=5),
    "rare filter, whole country": lambda at: Query(facets={"nature": ("nat_animal",)}),
}


def scattered(size: int) -> Iterator[Clinic]:
    """Random clinics all over the lower 48 states, the same ones each time."""
    random = Random(SEED)
    for number in range(size):
        clinic = random_clinic(random, number)
        point = make_location(random.uniform(26, 48), random.uniform(-122, -70))
        yield clinic.model_copy(update={"location": point})


def spread(size: int) -> list[Clinic]:
    """`scattered`, all at once."""
    return list(scattered(size))


def median_ms(engine: SearchEngine, queries: list[Query]) -> float:
    """The median time of one search, in milliseconds."""
    times = []
    for query in queries:
        start = time.perf_counter()
        engine.search(query)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def run(size: int) -> None:
    """Build, then print one line per shape."""
    clinics, random = spread(size), Random(SEED + 1)
    with tempfile.TemporaryDirectory() as folder:
        embedded, reference = EmbeddedEngine(Path(folder)), BruteForce(clinics)
        start = time.perf_counter()
        embedded.rebuild(clinics)
        print(f"\n{size:,} clinics, built in {time.perf_counter() - start:.2f} s: {embedded.check()}")
        start = time.perf_counter()
        EmbeddedEngine(Path(folder)).search(Query(size=1))
        print(f"opened and first search in {(time.perf_counter() - start) * 1000:.1f} ms")
        print(f"{'p50, ms':36}{'embedded':>10}{'reference':>11}{'ratio':>8}")
        for name, shape in SHAPES.items():
            points = [Point(lat=random.uniform(28, 46), lng=random.uniform(-120, -72)) for _ in range(200)]
            queries = [shape(point) for point in points]
            median_ms(embedded, queries[:20])
            ours = median_ms(embedded, queries)
            theirs = median_ms(reference, queries[: max(5, 20_000 // size)])
            print(f"{name:36}{ours:10.3f}{theirs:11.2f}{theirs / ours:8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clinics", type=int, nargs="+", default=[500, 20_000])
    for size in parser.parse_args().clinics:
        run(size)


if __name__ == "__main__":
    main()
