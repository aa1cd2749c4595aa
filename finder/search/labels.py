"""Labels of places as the search box suggests them, wherever they stand in a text."""

from collections.abc import Iterator, Sequence
from typing import Final

from finder.model import Place
from finder.search.reading import Reading
from finder.text import tokens

MAX_LABEL_WORDS: Final = 8
"""Before the comma of a label."""


def labels(reading: Reading, typed: Sequence[str]) -> Iterator[tuple[int, int, Place]]:
    """Where one stands, word for word: "Old City, Philadelphia, PA", "Bend area, OR"; each with its
    start, its end and the place.
    """
    commas = [at + 1 for at, word in enumerate(reading.words[: len(typed)]) if word.comma]
    for end in commas:
        for start in range(max(0, end - MAX_LABEL_WORDS), end):
            for place in reading.gazetteer.exact(" ".join(typed[start:end])):
                said = tokens(place.label)
                if len(said) > end - start and typed[start : start + len(said)] == said:
                    yield start, start + len(said), place
