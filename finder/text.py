"""The one analysis of text that ingest and every engine share: fold() and tokens()."""

import re
import unicodedata

_DROPPED = re.compile(r"[.'’‘`´]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")

MAX_QUERY_CHARS = 200
"""A search longer than this is cut; nobody asks for a clinic in more."""


def clean(text: str) -> str:
    """The text in composed form (NFC), without control and zero-width characters, in single spaces.

    What a visitor or a source wrote, made safe to keep and show; letters and case stay.
    """
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join(text.encode("utf-8", "ignore").decode("utf-8").split())


def fold(text: str) -> str:
    """Lower-case ASCII letters and digits in single spaces: "Kétamine-Assisted (K.A.P.)" gives
    "ketamine assisted kap". Two texts that fold alike count as the same words everywhere.
    """
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    plain = _DROPPED.sub("", plain).replace("&", " and ")
    return _NOT_WORD.sub(" ", plain).strip()


def tokens(text: str) -> list[str]:
    """The folded words in order, repeats kept; [] for text without a letter or digit."""
    return fold(text).split()
