"""What the gazetteer costs, beside three peers in the same run: `python -m bench.places`

`python -m bench.places fuzz` instead reads 100,000 random texts and 20,000 edited names, takes the
time of each and stops at the first error (two minutes; a number after "fuzz" is the percentage to run).
"""

import os
import random
import sqlite3
import statistics
import string
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.geo import Point
from finder.placenames import in_us_box, place_key, state_code
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import bundled_data

PATH = default_gazetteer_path(bundled_data())
ALPHABET = string.printable + "áéñöüßİıﬁ²½٣５東京мосתע🙂👩‍⚕️\u200b\u202e\x00\x7f\ufeff،、’“”–—°" + ",. " * 8
RANDOM_TEXTS = 100_000
EDITED_NAMES = 20_000


def random_text(rng: random.Random) -> str:
    """A text of up to 60 characters of many scripts, often with digits and commas."""
    return "".join(rng.choices(ALPHABET, k=rng.randrange(61)))


def edited(name: str, rng: random.Random) -> str:
    """The name with one to three letters dropped, doubled, changed, swapped or put in."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(name)) if name else 0
        head, letter, tail = name[:at], name[at : at + 1], name[at + 1 :]
        other = rng.choice(string.ascii_lowercase + " ")
        name = rng.choice(
            (
                head + tail,
                head + letter * 2 + tail,
                head + other + tail,
                head + tail[:1] + letter + tail[1:],
                head + other + letter + tail,
            )
        )
    return name


def private_kb() -> int:
    """Private memory of this process (Linux)."""
    rollup = Path(f"/proc/{os.getpid()}/smaps_rollup").read_text(encoding="ascii")
    lines = [line.split() for line in rollup.splitlines()]
    return sum(int(line[1]) for line in lines if line[0] in {"Private_Clean:", "Private_Dirty:"})


def timed(what: str, call: Callable[[str], object], texts: list[str]) -> float:
    """Prints median and 99th percentile in milliseconds, each text once; the median."""
    took = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        took.append(1000 * (time.perf_counter() - start))
    took.sort()
    p99, median = took[int(0.99 * (len(took) - 1))], statistics.median(took)
    print(f"{what}: median {median:.3f} ms, p99 {p99:.3f} ms, most {took[-1]:.3f} ms ({len(took)} calls)")
    return median


class Names:
    """Cities and towns by "name state", as the peers know them: the larger first."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        file = gazetteer._file
        numbers = [n for run in ("city", "town") for n in file.run(run)]
        numbers.sort(key=lambda number: file.population[number])
        places = [file.place(number) for number in numbers]
        self.by_text = {f"{place_key(p.name)} {p.state.lower()}": p.id for p in places}
        self.by_text |= {place_key(p.name): p.id for p in places}
        self.texts = list(self.by_text)
        self.index = sqlite3.connect(":memory:")
        self.index.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram')")
        self.index.executemany("INSERT INTO names VALUES (?)", ((text,) for text in self.texts))

    def in_dict(self, text: str) -> str | None:
        """A look-up of the folded text, with the state's name made a code."""
        name, comma, state = text.rpartition(",")
        return self.by_text.get(place_key(f"{name} {state_code(state).lower()}" if comma else text))

    def in_list(self, text: str) -> str | None:
        """The name with the fewest edits of the whole list."""
        found = process.extractOne(place_key(text), self.texts, scorer=OSA.distance, score_cutoff=3)
        return None if found is None else self.by_text[found[0]]

    def in_trigrams(self, text: str) -> str | None:
        """The name that ranks first of those sharing a trigram."""
        key = place_key(text)
        wanted = " OR ".join(f'"{key[i : i + 3]}"' for i in range(len(key) - 2))
        if not wanted:
            return None
        query = "SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT 1"
        found = self.index.execute(query, (wanted,)).fetchone()
        return None if found is None else self.by_text[found[0]]


def beside_peers(gazetteer: Gazetteer, count: int = 200) -> None:
    """Correct and misspelled names of larger towns: time and share right, of all four."""
    file, rng = gazetteer._file, random.Random(4)
    names = Names(gazetteer)
    towns = [n for n in file.run("city") if file.population[n] >= 5_000 and len(file.place(n).name) > 4]
    chosen = [file.place(n) for n in rng.sample(towns, count)]
    correct = [place.label for place in chosen]
    slips = [f"{edited_once(place.name, rng)}, {place.state}" for place in chosen]

    def ours(text: str) -> str | None:
        place = gazetteer.resolve(text).place
        return place.id if place else None

    peers = {
        "gazetteer": ours,
        "dict": names.in_dict,
        "rapidfuzz, whole list": names.in_list,
        "FTS5 trigram": names.in_trigrams,
    }
    for what, texts in (("correct", correct), ("misspelt", slips)):
        base = 0.0
        for name, call in peers.items():
            median = timed(f"{what}, {name}", call, texts)
            base = base or median
            right = sum(call(text) == place.id for text, place in zip(texts, chosen, strict=True))
            print(f"    right {right / count:.3f}, {median / base:.2f} times the gazetteer's time")


def edited_once(name: str, rng: random.Random) -> str:
    """The name with one letter after the first dropped or swapped with the next."""
    at = rng.randrange(1, len(name) - 1)
    tail = name[at + 1 :]
    return name[:at] + rng.choice((tail, tail[:1] + name[at] + tail[1:]))


def first_misspelling() -> float:
    """Milliseconds of the first misspelled name after opening."""
    gazetteer = Gazetteer.open(PATH)
    start = time.perf_counter()
    gazetteer.resolve("philadelpia")
    return 1000 * (time.perf_counter() - start)


def fuzz(percent: int) -> None:
    """Random texts and edited names: errors, answers outside the country, time."""
    gazetteer, rng = Gazetteer.open(PATH), random.Random(9)
    file = gazetteer._file
    spots = [*file.run("city"), *file.run("town")]
    labels = [file.place(rng.choice(spots)).label for _ in range(EDITED_NAMES * percent // 100)]
    outside = 0

    def resolve(text: str) -> None:
        nonlocal outside
        place = gazetteer.resolve(text).place
        outside += place is not None and not in_us_box(place.point)

    timed("random texts", resolve, [random_text(rng) for _ in range(RANDOM_TEXTS * percent // 100)])
    timed("edited names", resolve, [edited(label, rng) for label in labels])
    print(f"none raised an error; {outside} answers outside the United States")


def main() -> None:
    """Open, look up, guess, suggest, nearest; then the peers."""
    Gazetteer.open(PATH).zip("28801")  # loads the code
    before, opened = private_kb(), []
    for _ in range(20):
        start = time.perf_counter()
        Gazetteer.open(PATH)
        opened.append(1000 * (time.perf_counter() - start))
    gazetteer = Gazetteer.open(PATH)
    print(f"file {PATH.stat().st_size / 1e6:.2f} MB, open {statistics.median(opened):.1f} ms")
    print(f"private memory after opening: {(private_kb() - before) / 1024:.1f} MB")
    print(
        f"first misspelling after opening: {statistics.median(first_misspelling() for _ in range(9)):.1f} ms"
    )

    rng = random.Random(1)
    points = [Point(lat=rng.uniform(26, 48), lng=rng.uniform(-122, -72)) for _ in range(1000)]
    near = [gazetteer.nearest(point) for point in points]
    names = [place.name for place in near]
    timed("zip(code)", gazetteer.zip, [f"{rng.randrange(100_000):05d}" for _ in range(5000)])
    timed("resolve(city, state)", gazetteer.resolve, [place.label for place in near])
    timed("resolve(misspelt)", gazetteer.resolve, [name[:2] + name[3:] for name in names])
    timed("suggest(prefix)", gazetteer.suggest, [name[: rng.randrange(1, 8)] for name in names])
    timed("suggest(slip)", gazetteer.suggest, [edited_once(name[:8] + "..", rng)[:-2] for name in names])
    timed("nearest(point)", lambda text: gazetteer.nearest(points[int(text)]), [str(i) for i in range(1000)])
    print(f"private memory after all that: {(private_kb() - before) / 1024:.1f} MB")
    beside_peers(gazetteer)


if __name__ == "__main__":
    if sys.argv[1:2] == ["fuzz"]:
        fuzz(int(sys.argv[2]) if len(sys.argv) > 2 else 100)
    else:
        main()
