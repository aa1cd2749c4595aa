"""How long understanding a search takes: python -m bench.understand [queries.jsonl]

Prints one JSON line: milliseconds at the median, 99 in 100, and the slowest, after one warm-up round.
Without a file it reads the searches below; with one, the "query" of every line.
"""

import json
import statistics
import sys
from pathlib import Path
from time import perf_counter

from finder.search.explain import Explainer
from finder.settings import Settings

SEARCHES = (
    "ketamine therapy near me",
    "kap near asheville",
    "iv ketamine denver",
    "spravato 60614",
    "ketamine infusions for chronic pain columbus ohio",
    "ketamine clinic that requires a psychiatric evaluation in nashville tn",
    "nature based ketamine retreat within 100 miles of bend oregon",
    "esketamine for treatment resistant depression st louis mo",
    "ketamine hi honolulu",
    "28801",
)
HARD = ("katamine philadelfia", "kap near ashevile", "qzxvw " * 40, "san jose " * 100, "a " * 5000)


def main() -> None:
    explainer = Explainer.open(Settings())
    if len(sys.argv) > 1:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        searches = tuple(json.loads(line)["query"] for line in lines)
    else:
        searches = SEARCHES
    figures = {"correct": _times(explainer, searches), "hard": _times(explainer, HARD)}
    print(json.dumps({"bench": "understand", "ms": figures}))


def _times(explainer: Explainer, searches: tuple[str, ...]) -> dict[str, float]:
    taken = []
    for round_number in range(21):
        for text in searches:
            begun = perf_counter()
            explainer.understand(text)
            if round_number:
                taken.append((perf_counter() - begun) * 1000)
    return {
        "p50": round(statistics.median(taken), 3),
        "p99": round(statistics.quantiles(taken, n=100)[-1], 3),
        "max": round(max(taken), 3),
    }


if __name__ == "__main__":
    main()
