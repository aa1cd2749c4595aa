"""What the amounts on a page are for."""

from collections.abc import Iterable, Sequence
from typing import Final

from finder.ingest.extraction.numbers import counts
from finder.ingest.extraction.patterns import texts_of
from finder.ingest.extraction.segment import Sentence
from finder.ingest.prices import amounts_in
from finder.ingest.statements import PriceSaid

_FOR: Final = "price_"
"""Contexts of this prefix name what an amount is for: price_session, price_course, ..."""
_NOT_OURS: Final = frozenset(("fee", "elsewhere", "testimonial", "history", "research"))
"""Amounts in such sentences are no prices of this practice."""
_SESSIONS: Final = frozenset(["infusions", "treatments", "sessions", "doses"])
_NEAR: Final = 8
"""A count of sessions belongs to an amount within so many words."""
_CLOSE: Final = 3
_EACH: Final = frozenset(("each", "per", "apiece"))


def prices_said(rows: Sequence[Sentence]) -> Iterable[PriceSaid]:
    """Every amount asked for treatment, each amount and purpose once; fees for missed visits, savings
    and the like are none.
    """
    seen: set[tuple[float, str]] = set()
    for row in rows:
        if "$" not in row.quote and "dollar" not in row.quote.lower() and "usd" not in row.quote.lower():
            continue
        if row.names & _NOT_OURS:
            continue
        purposes = _purposes(row)
        at, read = 0, 0
        for amount in amounts_in(row.quote):
            at += len(texts_of(row.quote[read : amount.start]))
            read = amount.start
            what, rule = _what_for(row, at, purposes)
            if (amount.usd, what) not in seen:
                seen.add((amount.usd, what))
                yield PriceSaid(amount.usd, what, row.quote, row.start, rule)


def _purposes(row: Sentence) -> list[tuple[int, str]]:
    """What the sentence names that can be paid for, each with its word."""
    packages = [
        (count.start, f"package of {count.high}")
        for count in counts(row.words, _SESSIONS)
        if count.low == count.high > 1
    ]
    named = [
        (span.start, name.removeprefix(_FOR).replace("_", " "))
        for span, name in row.cues
        if name.startswith(_FOR)
    ]
    return [*packages, *named]


def _what_for(row: Sentence, at: int, purposes: Sequence[tuple[int, str]]) -> tuple[str, str]:
    """The nearest purpose in its sentence, else that of the heading."""
    near = [
        (abs(start - at), what)
        for start, what in purposes
        if not what.startswith("package of") or abs(start - at) <= _NEAR
    ]
    if near:
        is_each = any(word.text in _EACH for word in row.words[at : at + _CLOSE])
        packages = [one for one in near if one[1].startswith("package of") and one[0] <= _CLOSE]
        return ("session" if is_each else min(packages or near)[1]), "price: nearest purpose"
    headed = [name for _, name in row.under.cues if name.startswith(_FOR)] if row.under else []
    if headed:
        return headed[0].removeprefix(_FOR).replace("_", " "), "price: heading"
    return "", "price: bare"
