"""Prints what the gazetteer costs: opening, memory, look-ups. `python bench/places.py`"""

import json
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from finder.geo import Point
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import bundled_data

MISSPELT = ("ashevile", "philadelpia", "colombus oh", "albuqurque", "sacremento", "cincinatti", "qwertyuiop")


def private_kb() -> int:
    """Private memory of this process (Linux)."""
    rollup = Path(f"/proc/{os.getpid()}/smaps_rollup").read_text(encoding="ascii")
    lines = [line.split() for line in rollup.splitlines()]
    return sum(int(line[1]) for line in lines if line[0] in {"Private_Clean:", "Private_Dirty:"})


def timed(what: str, call: Callable[[str], object], texts: list[str]) -> None:
    """Prints median and 99th percentile in milliseconds, each text once."""
    took = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        took.append(1000 * (time.perf_counter() - start))
    took.sort()
    p99 = took[int(0.99 * (len(took) - 1))]
    print(f"{what}: median {statistics.median(took):.3f} ms, p99 {p99:.3f} ms ({len(took)} calls)")


def main() -> None:
    """Open, look up, guess, suggest, nearest."""
    path = default_gazetteer_path(bundled_data())
    Gazetteer.open(path).zip("28801")  # loads the code
    before, opened = private_kb(), []
    for _ in range(20):
        start = time.perf_counter()
        Gazetteer.open(path)
        opened.append(1000 * (time.perf_counter() - start))
    gazetteer = Gazetteer.open(path)
    print(f"file {path.stat().st_size / 1e6:.2f} MB, open {statistics.median(opened):.1f} ms")
    print(f"private memory after opening: {(private_kb() - before) / 1024:.1f} MB")

    rng = random.Random(1)
    tables = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))["counts"]
    sample = [Point(lat=rng.uniform(26, 48), lng=rng.uniform(-122, -72)) for _ in range(2000)]
    near = [gazetteer.nearest(point) for point in sample]
    names = [place.name for place in near]
    timed(
        "exact(name, state)",
        lambda text: gazetteer.exact(*text.split("|")),
        [f"{p.name}|{p.state}" for p in near],
    )
    timed("exact(name)", gazetteer.exact, names)
    timed("zip(code)", gazetteer.zip, [f"{rng.randrange(100_000):05d}" for _ in range(5000)])
    timed("resolve(city, state)", gazetteer.resolve, [p.label for p in near])
    slips = [name[:2] + name[3:] for name in names] + list(MISSPELT)
    timed("resolve(misspelt)", gazetteer.resolve, slips)
    timed("suggest(prefix)", gazetteer.suggest, [name[: rng.randrange(1, 8)] for name in names])
    timed(
        "nearest(point)",
        lambda text: gazetteer.nearest(sample[int(text)]),
        [str(i) for i in range(len(sample))],
    )
    print(f"private memory after all that: {(private_kb() - before) / 1024:.1f} MB")
    print(f"places: {sum(tables.values())}")


if __name__ == "__main__":
    main()
