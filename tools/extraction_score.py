"""Score what the extractor reads on labelled texts.

    python -m tools.extraction_score FILE... [--misses] [--cross N]

Each FILE holds one JSON object a line: {"id", "text", "labels"}; tests/ingest/texts/README.md tells how
labels are made. Prints precision and recall of each facet and each modality, side by side for several files.
--misses   also each text that was read wrongly, with what was missed and what was read without cause
--cross N  also N random halves of all texts: the least, the middle and the most, and how far the two halves
           of a split lie apart. A gap between files beyond that is a gap between seen and unseen text.
"""

import argparse
import json
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from finder.ingest.extract import extract_line

FIELDS: Final = {
    "modality": "modalities",
    "condition": "conditions",
    "screening": "screening",
    "exclusion": "exclusions",
}
DECOR: Final = frozenset(("nat_decor", "nat_spa_retreat"))
SPRAYS: Final = frozenset(("esketamine_nasal", "intranasal_ketamine"))
SEED = 20261122


class Judged(NamedTuple):
    """One text: what its labels want and what was read, by facet; and its single answers."""

    id: str
    want: Mapping[str, frozenset[Any]]
    got: Mapping[str, frozenset[Any]]
    false_offers: int
    swapped: bool
    quotes: int
    verbatim: int
    insurance_right: bool
    age_right: bool


class Rates(NamedTuple):
    """Precision and recall over `labels` labels; 1.0 where nothing was read or wanted."""

    precision: float
    recall: float
    labels: int
    read: int


def read(file: Path) -> list[dict[str, Any]]:
    """The cases of a file of labelled texts."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def judge(case: Mapping[str, Any], answer: Mapping[str, Any]) -> Judged:
    """An answer of `finder extract` against its labels. Of a text that is not English only what was read
    counts: silence there is no miss.
    """
    labels, claims = case["labels"], answer["claims"]
    want, got = _wanted(labels), _read(claims)
    got["price"] = frozenset(float(amount) for amount in answer["prices_usd"])
    offered = want["modality"]
    wrong_spray = (got["modality"] & SPRAYS) - offered
    foreign = case.get("language", "en") != "en"
    return Judged(
        id=case["id"],
        want={facet: values & got[facet] for facet, values in want.items()} if foreign else want,
        got=got,
        false_offers=len(got["modality"] & set(labels["modalities_mentioned_not_offered"])),
        swapped=any(SPRAYS - {one} <= offered - got["modality"] for one in wrong_spray),
        quotes=len(claims),
        verbatim=sum(bool(one["quote"]) and one["quote"] in case["text"] for one in claims),
        insurance_right=answer["insurance"] in {labels["insurance"], *(["unknown"] if foreign else [])},
        age_right=answer["min_age"] in {labels["min_age"], *([None] if foreign else [])},
    )


def _wanted(labels: Mapping[str, Any]) -> dict[str, frozenset[Any]]:
    want: dict[str, frozenset[Any]] = {facet: frozenset(labels[field]) for facet, field in FIELDS.items()}
    want["nature"] = frozenset(["offered"] if labels["nature_immersion"] else [])
    want["price"] = frozenset(float(amount) for amount in labels["prices_usd"])
    return want


def _read(claims: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[Any]]:
    said = [(one["facet"], one["value"]) for one in claims if one["says"] == "yes"]
    got: dict[str, frozenset[Any]] = {
        facet: frozenset(value for of, value in said if of == facet) for facet in FIELDS
    }
    nature = {value for of, value in said if of == "nature"} - DECOR
    got["nature"] = frozenset(["offered"] if nature else [])
    return got


def rates(judged: Iterable[Judged], facet: str, value: str | None = None) -> Rates:
    """Precision and recall of a facet over all values, or of one value."""
    right = extra = missed = 0
    for one in judged:
        want, got = one.want[facet], one.got[facet]
        if value is not None:
            want, got = want & {value}, got & {value}
        right, extra, missed = right + len(want & got), extra + len(got - want), missed + len(want - got)
    return Rates(
        right / (right + extra) if right + extra else 1.0,
        right / (right + missed) if right + missed else 1.0,
        right + missed,
        right + extra,
    )


def judge_all(cases: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Read every text with the extractor and judge it."""
    return [judge(case, extract_line({"id": case["id"], "text": case["text"]})) for case in cases]


def rows(files: Sequence[Sequence[Judged]]) -> list[tuple[str, list[Rates]]]:
    """One row a facet and a modality, each with its rates in every file."""
    seen = Counter(
        value for file in files for one in file for value in one.want["modality"] | one.got["modality"]
    )
    facets = [(facet, [rates(file, facet) for file in files]) for facet in (*FIELDS, "nature", "price")]
    values = [(f"  {value}", [rates(file, "modality", value) for file in files]) for value in sorted(seen)]
    return [facets[0], *values, *facets[1:]]


def halves(judged: Sequence[Judged], times: int) -> Iterable[tuple[list[Judged], list[Judged]]]:
    """So many random splits in two, the same ones each time."""
    chance = random.Random(SEED)
    for _ in range(times):
        mixed = chance.sample(judged, len(judged))
        yield mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]


def _print_rates(names: Sequence[str], files: Sequence[Sequence[Judged]]) -> None:
    print(f"{'precision / recall (labels)':30}" + "".join(f"{name:>26}" for name in names))
    for name, found in rows(files):
        cells = (f"{one.precision:.3f} / {one.recall:.3f} ({one.labels})" for one in found)
        print(f"{name:30}" + "".join(f"{cell:>26}" for cell in cells))
    singles: dict[str, Callable[[Sequence[Judged]], str]] = {
        "named but claimed as offered": lambda file: str(sum(one.false_offers for one in file)),
        "the two sprays swapped": lambda file: str(sum(one.swapped for one in file)),
        "verbatim quotes": lambda file: f"{sum(o.verbatim for o in file)}/{sum(o.quotes for o in file)}",
        "insurance right": lambda file: f"{sum(one.insurance_right for one in file)}/{len(file)}",
        "minimum age right": lambda file: f"{sum(one.age_right for one in file)}/{len(file)}",
    }
    for name, figure in singles.items():
        print(f"{name:30}" + "".join(f"{figure(file):>26}" for file in files))


def _print_misses(judged: Iterable[Judged]) -> None:
    for one in judged:
        wrong = {
            facet: {"missed": sorted(want - one.got[facet]), "extra": sorted(one.got[facet] - want)}
            for facet, want in one.want.items()
            if want != one.got[facet]
        }
        if wrong:
            print("miss", one.id, json.dumps(wrong))


def _print_halves(judged: Sequence[Judged], times: int) -> None:
    splits = list(halves(judged, times))
    print(
        f"\n{times} random halves of {len(judged)} texts: least, middle, most; middle and most gap of a split"
    )
    for facet in (*FIELDS, "nature", "price"):
        pairs = [(rates(a, facet), rates(b, facet)) for a, b in splits]
        for figure in ("precision", "recall"):
            both = [(getattr(a, figure), getattr(b, figure)) for a, b in pairs]
            shares = sorted(share for pair in both for share in pair)
            gaps = [abs(a - b) for a, b in both]
            print(
                f"{facet + ' ' + figure:30}{shares[0]:.3f} {statistics.median(shares):.3f} {shares[-1]:.3f}"
                f"   gap {statistics.median(gaps):.3f} {max(gaps):.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--misses", action="store_true", help="print each text that was read wrongly")
    parser.add_argument("--cross", type=int, default=0, metavar="N", help="score N random halves too")
    options = parser.parse_args()
    files = [judge_all(read(file)) for file in options.files]
    _print_rates([file.name for file in options.files], files)
    everything = [one for file in files for one in file]
    if options.misses:
        _print_misses(everything)
    if options.cross:
        _print_halves(everything, options.cross)


if __name__ == "__main__":
    main()
