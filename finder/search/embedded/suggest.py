"""Clinics by the start of their name: two sorted columns of fixed width, bisected for every way to mend
the typed text at once.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from itertools import chain
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from finder.errors import CorruptIndex
from finder.search.embedded.columns import BLOB_NAMES, Ints, Starts
from finder.search.embedded.snapshot import Snapshot
from finder.search.embedded.strings import part
from finder.search.query import Suggested
from finder.search.starts import MAX_START_CHARS, SHORTEST_EDITED, typed_start

LETTERS: Final = b" 0123456789abcdefghijklmnopqrstuvwxyz"
"""Every character of a folded text."""

Texts = npt.NDArray[np.uint8]
"""One text a row, filled up with zeros."""
Kind = Literal["prefix", "edit"]


def suggest(snapshot: Snapshot, typed: str, limit: int) -> tuple[Suggested, ...]:
    """The clinics of SearchEngine.suggest, in its order."""
    text = typed_start(typed).encode("ascii")
    found: dict[int, Kind] = {}
    if text:
        as_typed = np.frombuffer(text.ljust(MAX_START_CHARS, b"\0"), dtype=np.uint8)
        _add(found, "prefix", snapshot, as_typed.reshape(1, -1), limit)
    if len(text) >= SHORTEST_EDITED and len(found) < limit:
        _add(found, "edit", snapshot, _edited(text), limit)
    return tuple(_suggested(snapshot, rank, kind) for rank, kind in found.items())


def _add(found: dict[int, Kind], kind: Kind, snapshot: Snapshot, texts: Texts, limit: int) -> None:
    """Put the clinics whose name starts with one of the texts behind those found, up to the limit."""
    columns = snapshot.columns
    spans = _spans(columns.start_whole, texts)
    first = chain.from_iterable(range(low, min(high, low + limit)) for low, high in spans)
    found |= dict.fromkeys(sorted(set(first) - found.keys())[: limit - len(found)], kind)
    if len(found) < limit:
        spans = _spans(columns.start_later, texts)
        later = [columns.start_rank[low:high] for low, high in spans]
        found |= dict.fromkeys(_smallest(later, limit - len(found), found), kind)


def _spans(starts: Starts, texts: Texts) -> list[tuple[int, int]]:
    """For each text that some start begins with, the first such start and the one after the last."""
    if not len(starts):
        return []
    low = starts.searchsorted(_strings(texts))
    nearest = starts[np.minimum(low, len(starts) - 1)].view(np.uint8).reshape(texts.shape)
    begins = ((nearest == texts) | (texts == 0)).all(axis=1) & (low < len(starts))
    after = texts[begins].copy()
    rows = np.arange(len(after))
    after[rows, (after != 0).sum(axis=1) - 1] += 1
    return list(zip(low[begins].tolist(), starts.searchsorted(_strings(after)).tolist(), strict=True))


def _strings(texts: Texts) -> Starts:
    return texts.view(f"|S{MAX_START_CHARS}").ravel()


def _smallest(parts: list[Ints], count: int, without: Collection[int]) -> list[int]:
    """The smallest numbers of all parts, each once, without those given; ascending."""
    numbers = np.concatenate(parts) if parts else np.empty(0, dtype="<i4")
    tried = 4 * (count + len(without))
    while True:
        few = np.partition(numbers, tried)[:tried] if tried < len(numbers) else numbers
        new = [number for number in np.unique(few).tolist() if number not in without]
        if len(new) >= count or tried >= len(numbers):
            return new[:count]
        tried *= 8


def _edited(text: bytes) -> Texts:
    """Every text one edit away that starts with the same character, none longer than a start."""
    characters = np.frombuffer(text + LETTERS + b"\0", dtype=np.uint8)
    return characters[_edits(len(text))]


@lru_cache(MAX_START_CHARS)
def _edits(length: int) -> npt.NDArray[np.intp]:
    """One edited text a row, as places in the text followed by LETTERS and a zero."""
    text = list(range(length))
    letters = range(length, length + len(LETTERS))
    rows = []
    for at in range(1, length):
        head, tail = text[:at], text[at + 1 :]
        rows.append(head + tail)
        if tail:
            rows.append([*head, tail[0], at, *tail[1:]])
        for letter in letters:
            rows += [[*head, letter, *tail], [*head, letter, at, *tail]]
    zero = length + len(LETTERS)
    filled = [row + [zero] * (MAX_START_CHARS - len(row)) for row in rows if len(row) <= MAX_START_CHARS]
    return np.array(filled, dtype=np.intp)


def _suggested(snapshot: Snapshot, rank: int, kind: Kind) -> Suggested:
    row = part(snapshot.blobs["named"], snapshot.columns.named_at, rank)
    try:
        clinic_id, name, city, state = json.loads(row)
        return Suggested(id=clinic_id, name=name, city=city, state=state, kind=kind)
    except (ValueError, TypeError) as error:
        where = str(snapshot.folder / BLOB_NAMES["named"])
        raise CorruptIndex(where, f"line {rank + 1} cannot be read") from error
