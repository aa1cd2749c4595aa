"""What names a row of a table: a digest of its ref columns, and of more when rows share those."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from finder.ingest.sources.columns import TableConfig
from finder.ingest.sources.files import Cells
from finder.text import fold


def refs_of(rows: Sequence[Cells], config: TableConfig) -> list[tuple[str, str]]:
    """The ref of each row, and what is wrong with it or "". Rows without ref columns take their number.

    Rows whose ref columns are equal are told apart by their name, address and contact, so that their
    order says nothing.
    """
    firsts = ["" if row.broken else _digest(row, config.ref, 10) for row in rows]
    shared = Counter(firsts)
    first_row: dict[str, int] = {}
    used: Counter[str] = Counter()
    found: list[tuple[str, str]] = []
    for row, first in zip(rows, firsts, strict=True):
        if not first:
            found.append((f"row-{row.row}", ""))
            continue
        ref, problem = first, ""
        if shared[first] > 1:
            ref = f"{first}-{_digest(row, config.columns.identity(), 6) or '0'}"
            earlier = first_row.setdefault(first, row.row)
            if earlier != row.row:
                problem = f"its ref columns ({', '.join(config.ref)}) say the same as those of row {earlier}"
        used[ref] += 1
        found.append((ref if used[ref] == 1 else f"{ref}-{used[ref]}", problem))
    return found


def _digest(row: Cells, columns: Sequence[str], length: int) -> str:
    """Short, and safe in a file and in corrections.toml, whatever the words are; "" without a word."""
    words = " | ".join(fold(str(row.fields.get(name) or "")) for name in columns)
    return hashlib.sha256(words.encode()).hexdigest()[:length] if fold(words) else ""
