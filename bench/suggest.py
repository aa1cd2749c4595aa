"""Time of suggestions while somebody types, beside three peers in the same run: `python -m bench.suggest`

100,000 clinics with made-up names (a number sets how many) and every place of the gazetteer, typed right
and with one slip. The peers know the names of the same clinics and places and run in this process:
rapidfuzz over the whole list, cut to the length of the text beforehand; SQLite FTS5 by prefixes; and
SQLite FTS5 by trigrams. "right" is the share of texts for which an answer begins, from one of its words
on, with what was meant. The machine's load moves absolute figures; the ratio moves less.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.model import Address, Clinic
from finder.places import Gazetteer, default_gazetteer_path
from finder.search.embedded import EmbeddedEngine
from finder.search.lexicon import Lexicon
from finder.settings import bundled_data
from finder.text import fold
from finder.web.suggest import MOST, Suggester
from tests.factories import make_clinic

SEED = 2026
TEXTS = 1000
PEER_TEXTS = 100
KINDS = (
    "Ketamine Clinic", "Wellness", "Psychiatry", "Infusion Center", "Mind & Body", "Ketamine Therapy",
    "Counseling", "Health", "Integrative Medicine", "Recovery", "Behavioral Health", "Mental Health Center",
)  # fmt: skip
FIRST = ("New", "Blue", "Clear", "Bright", "True", "Inner", "Open", "Deep", "High", "Still", "North", "Whole")
SECOND = ("Path", "Sky", "Mind", "River", "Light", "Leaf", "Bridge", "Harbor", "Ground", "Horizon", "Oak")
SYLLABLES = ("ba", "cor", "den", "el", "far", "gar", "hol", "is", "jo", "kel", "lan", "mor", "nor", "o", "ri")


class Text(NamedTuple):
    """What is typed, and what was meant."""

    typed: str
    meant: str


class Names:
    """Everything that can be suggested, as the peers know it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted({fold(name) for name in names})
        self.cut: dict[int, list[str]] = {}
        self.database = sqlite3.connect(":memory:")
        for table, how in (
            ("words", "prefix='2 3 4', tokenize='unicode61'"),
            ("grams", "tokenize='trigram'"),
        ):
            self.database.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(name, {how})")
            rows = ((name,) for name in self.names)
            self.database.executemany(f"INSERT INTO {table} VALUES (?)", rows)

    def in_list(self, text: str) -> list[str]:
        """The names whose beginning of this length has the fewest edits, two at most."""
        if len(text) not in self.cut:
            self.cut[len(text)] = [name[: len(text)] for name in self.names]
        found = process.extract(text, self.cut[len(text)], scorer=OSA.distance, score_cutoff=2, limit=MOST)
        return [self.names[at] for _, _, at in found]

    def by_words(self, text: str) -> list[str]:
        """The names with these words, the last one a beginning."""
        return self._matching("words", " ".join(f'"{word}"' for word in text.split()) + "*")

    def by_grams(self, text: str) -> list[str]:
        """The names that rank first of those sharing a trigram."""
        grams = " OR ".join(f'"{text[at : at + 3]}"' for at in range(len(text) - 2))
        return self._matching("grams", grams) if grams else []

    def _matching(self, table: str, query: str) -> list[str]:
        sql = f"SELECT name FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT {MOST}"
        return [row[0] for row in self.database.execute(sql, (query,))]


def made_up(random: Random, towns: list[str]) -> str:
    """A name as clinics have them: after a town, a family or a picture."""
    family = "".join(random.choices(SYLLABLES, k=random.randrange(2, 4))).title()
    picture = f"{random.choice(FIRST)} {random.choice(SECOND)}"
    return f"{random.choice((random.choice(towns), family, picture))} {random.choice(KINDS)}"


def clinics(count: int, towns: list[str], random: Random) -> list[Clinic]:
    """So many clinics, alike but for name and town."""
    base = make_clinic(claims=[])
    return [
        base.model_copy(
            update={
                "id": f"clinic-{number}",
                "name": made_up(random, towns),
                "address": Address(city=random.choice(towns), state="NC"),
            }
        )
        for number in range(count)
    ]


def slipped(text: str, random: Random) -> str:
    """The text with one letter after the first dropped, doubled, replaced or swapped with the next."""
    at = random.randrange(1, len(text) - 1)
    head, letter, tail = text[:at], text[at], text[at + 1 :]
    other = random.choice("aeiourstln")
    return random.choice(
        (head + tail, head + letter + text[at:], head + other + tail, head + tail[0] + letter + tail[1:])
    )


def measured(call: Callable[[str], list[str]], texts: list[Text]) -> tuple[float, float, float]:
    """Median and 99th percentile in milliseconds, and the share that was right."""
    took, right = [], 0
    for text in texts:
        start = time.perf_counter()
        answers = call(text.typed)
        took.append(1000 * (time.perf_counter() - start))
        right += any(f" {fold(answer)}".find(f" {text.meant}") >= 0 for answer in answers)
    took.sort()
    return statistics.median(took), took[int(0.99 * (len(took) - 1))], right / len(texts)


def report(calls: dict[str, Callable[[str], list[str]]], texts: list[Text]) -> None:
    """A line for each; the first is what the others are compared with."""
    base = 0.0
    for number, (name, call) in enumerate(calls.items()):
        used = texts if number < 3 else texts[:PEER_TEXTS]
        for text in used[:20]:
            call(text.typed)
        median, p99, right = measured(call, used)
        base = base or median
        print(f"  {name:32}{median:10.3f}{p99:10.3f}{median / base:10.1f}{right:8.2f}")


def main(count: int) -> None:
    """Build, then a table for texts typed right and one for texts with a slip."""
    random = Random(SEED)
    gazetteer = Gazetteer.open(default_gazetteer_path(bundled_data()))
    file = gazetteer._file
    places = [file.place(number) for run in ("city", "town") for number in file.run(run)]
    made = clinics(count, [place.name for place in places if place.population > 2_000], random)
    names = Names([*(clinic.name for clinic in made), *(place.name for place in places)])
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder))
        start = time.perf_counter()
        engine.rebuild(made)
        took = time.perf_counter() - start
        print(f"{count:,} clinics built in {took:.1f} s; {len(gazetteer):,} names of places")
        suggester = Suggester(gazetteer, Lexicon.open(bundled_data()), engine)
        start = time.perf_counter()
        suggester.suggest("ashevlile")
        print(f"first suggestion after opening: {1000 * (time.perf_counter() - start):.1f} ms")

        def all_of_it(text: str) -> list[str]:
            found = suggester.suggest(text)
            return [place.name for place, _ in found.places] + [clinic.name for clinic in found.clinics]

        calls: dict[str, Callable[[str], list[str]]] = {
            "suggestions, whole": all_of_it,
            "  clinics alone": lambda text: [clinic.name for clinic in engine.suggest(text, MOST)],
            "  places alone": lambda text: [place.name for place in gazetteer.suggest(text, MOST)],
            "rapidfuzz, whole list": names.in_list,
            "FTS5 prefix": names.by_words,
            "FTS5 trigram": names.by_grams,
        }
        whole = [
            fold(random.choice((random.choice(made).name, random.choice(places).name))) for _ in range(TEXTS)
        ]
        starts = [name[: random.randrange(2, 13)].strip() for name in whole]
        longer = [name[: random.randrange(5, 13)].strip() for name in whole if len(name) >= 5]
        tables = {
            "typed right": [Text(start, start) for start in starts],
            "with a slip": [Text(slipped(start, random), start) for start in longer if len(start) >= 4],
        }
        for what, texts in tables.items():
            print(f"\n{what:34}{'p50, ms':>10}{'p99, ms':>10}{'ratio':>10}{'right':>8}")
            report(calls, texts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
