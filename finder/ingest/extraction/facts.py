"""What a page says that no facet holds: ages, counts, lengths, languages, states served."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from finder.ingest.extraction.numbers import Count, counts
from finder.ingest.extraction.segment import Sentence
from finder.ingest.prices import minimum_age
from finder.ingest.statements import Facts, Said
from finder.placenames import STATES

_SESSIONS: Final = frozenset({
    "infusions", "treatments", "sessions", "doses", "sesiones", "infusiones", "tratamientos",
})  # fmt: skip
_MINUTES: Final = {
    "minutes": 1,
    "minute": 1,
    "min": 1,
    "mins": 1,
    "minutos": 1,
    "hours": 60,
    "hour": 60,
    "hrs": 60,
}
_MAX_SESSIONS: Final = 30
_MAX_MINUTES: Final = 480
_LANGUAGE: Final = "language_"
_CODE = re.compile(r"\b[A-Z]{2}\b")
_STATE_NAMES: Final = {tuple(names[0].lower().split()): code for code, names in STATES.items()}
_LONGEST_NAME: Final = max(map(len, _STATE_NAMES))


def facts_of(rows: Sequence[Sentence], states_minimum_age: bool) -> Facts:
    """The plain facts of a page, each with the first sentence that says it. The age counts only when
    the page was read as stating one.
    """
    return Facts(
        min_age=_first(_ages(rows)) if states_minimum_age else None,
        session_count=_first(_sessions(rows)),
        visit_minutes=_first(_lengths(rows)),
        accepting_new=_first(_accepting(rows)),
        languages=tuple(_each_once(_languages(rows))),
        states_served=tuple(_each_once(_states(rows))),
    )


def states_in(row: Sentence) -> tuple[str, ...]:
    """The states a sentence names; two-letter codes only in a list of states."""
    words = row.texts
    found: dict[str, None] = {}
    at = 0
    while at < len(words):
        sizes = range(_LONGEST_NAME, 0, -1)
        size = next((n for n in sizes if tuple(words[at : at + n]) in _STATE_NAMES), 0)
        if size:
            found[_STATE_NAMES[tuple(words[at : at + size])]] = None
        at += size or 1
    codes = [code for code in _CODE.findall(row.quote) if code in STATES]
    return (*found, *(code for code in dict.fromkeys(codes) if code not in found and len(codes) > 1))


def _ages(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        age = minimum_age(row.quote)
        if age is not None:
            yield _said(str(age), row)


def _sessions(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        if "course" in row.names and not row.question:
            for count in counts(row.words, _SESSIONS):
                if 1 < count.high <= _MAX_SESSIONS:
                    yield _said(count.shown, row)


def _lengths(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        if "visit" in row.names and not row.question:
            for count in counts(row.words, frozenset(_MINUTES)):
                minutes = _in_minutes(count)
                if minutes.high <= _MAX_MINUTES and minutes.low >= 1:
                    yield _said(minutes.shown, row)


def _in_minutes(count: Count) -> Count:
    factor = _MINUTES[count.unit]
    return count._replace(low=count.low * factor, high=count.high * factor)


def _accepting(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        if not row.question and row.names & {"not_accepting_new", "accepting_new"}:
            yield _said("no" if "not_accepting_new" in row.names else "yes", row)


def _languages(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        for name in sorted(row.names):
            if name.startswith(_LANGUAGE) and not row.question:
                yield _said(name.removeprefix(_LANGUAGE).capitalize(), row)


def _states(rows: Iterable[Sentence]) -> Iterable[Said]:
    for row in rows:
        if "serves_states" in row.names and not row.question:
            for state in states_in(row):
                yield _said(state, row)


def _said(value: str, row: Sentence) -> Said:
    return Said(value, row.quote, row.start)


def _first(found: Iterable[Said]) -> Said | None:
    return next(iter(found), None)


def _each_once(found: Iterable[Said]) -> Iterable[Said]:
    kept: dict[str, Said] = {}
    for one in found:
        kept.setdefault(one.value, one)
    return kept.values()
