"""A page -> what it says, in named steps that leave a trace. Start reading at STEPS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from finder.ingest.extraction.facts import facts_of
from finder.ingest.extraction.insurance import insurance_of
from finder.ingest.extraction.mentions import find_mentions
from finder.ingest.extraction.modality import modality_statements
from finder.ingest.extraction.pricing import prices_said
from finder.ingest.extraction.resolve import resolve_answers, resolve_exclusions, resolve_headings
from finder.ingest.extraction.rules import facet_statements, gives_no_ketamine, speaks_for_a_practice
from finder.ingest.extraction.scope import muted_in
from finder.ingest.extraction.segment import Sentence, sentences
from finder.ingest.pagenotes import INSTRUCTIONS, JUDGED_WORDS, findings
from finder.ingest.phrases import Phrases
from finder.ingest.statements import Extraction, Facts, PageText, PriceSaid, Statement, TraceRow

_UNCLEAR: Final = "unclear"
"""The detail of staff whose role is not said: any other tells more."""
_SERVED: Final = frozenset((("modality", "at_home_telehealth"), ("setting", "telehealth")))


@dataclass
class Reading:
    """One page on its way through the steps."""

    page: PageText
    phrases: Phrases
    traced: bool = False
    rows: list[Sentence] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    prices: tuple[PriceSaid, ...] = ()
    facts: Facts = field(default_factory=Facts)
    insurance: str = "unknown"
    notes: list[str] = field(default_factory=list)
    trace: list[TraceRow] = field(default_factory=list)
    is_general: bool = False
    """Nobody with a door stands behind the text."""
    has_no_ketamine: bool = False
    """The practice says that it gives none."""

    def leave(self, step: str, row: Sentence, said: str) -> None:
        """A line of the trace."""
        self.trace.append(TraceRow(step, row.start, row.start + len(row.quote), said))


def segment(reading: Reading) -> None:
    """The page falls into sentences, each a verbatim span."""
    reading.rows = list(sentences(reading.page))
    if reading.traced:
        for row in reading.rows:
            reading.leave("segment", row, row.kind)


def mention(reading: Reading) -> None:
    """The words of each sentence name facet values and give cues."""
    for row in reading.rows:
        find_mentions(row, reading.phrases)
    _drop_what_the_page_does_not_bear_out(reading.rows)
    if reading.traced:
        for row in reading.rows:
            named = sorted({f"{phrase.facet}.{phrase.value}" for _, phrase in row.mentions})
            if named or row.names:
                reading.leave(
                    "mention", row, ", ".join([*named, *(f"({name})" for name in sorted(row.names))])
                )


def obey_nobody(reading: Reading) -> None:
    """Words to whoever reads the page for a machine are told of; they, and what follows them in their
    paragraph, say nothing about the clinic.
    """
    ordered = False
    for row in reading.rows:
        ordered = "instructions" in row.names or (ordered and not row.after_gap)
        if ordered:
            row.mentions, row.cues, row.names = [], [], frozenset()
            if reading.traced:
                reading.leave("obey_nobody", row, INSTRUCTIONS)
            if INSTRUCTIONS not in reading.notes:
                reading.notes.append(INSTRUCTIONS)


def note_the_text(reading: Reading) -> None:
    """A page without words, with words to a machine or in another language gets a note; what is understood
    of it is claimed all the same.
    """
    words = list(islice((text for row in reading.rows for text in row.texts), JUDGED_WORDS))
    found = findings(reading.page.text, words)
    reading.notes += [note for note in found if note not in reading.notes]


def resolve(reading: Reading) -> None:
    """Answers find their questions, sentences their headings, list items the lead they belong to."""
    resolve_answers(reading.rows)
    resolve_headings(reading.rows)
    resolve_exclusions(reading.rows)
    if reading.traced:
        for row in reading.rows:
            if row.excludes:
                reading.leave("resolve", row, f"tells who is not treated ({row.excludes})")
            elif row.asked is not None:
                reading.leave("resolve", row, f"answers “{row.asked.quote}”")


def know_the_speaker(reading: Reading) -> None:
    """A general article with no provider behind it offers nothing."""
    reading.is_general = not speaks_for_a_practice(reading.rows)
    if reading.is_general:
        reading.notes.append("a general text: nobody offers anything in it")
    reading.has_no_ketamine = gives_no_ketamine(reading.rows)
    if reading.has_no_ketamine:
        reading.notes.append("the practice says that it gives no ketamine")


def scope(reading: Reading) -> None:
    """What is said of others, of the future or of ketamine in general is left out (a trace only: the
    rules ask each match for themselves).
    """
    for row in reading.rows if reading.traced else ():
        muted = muted_in(row, reading.phrases.contexts)
        for span, phrase in row.mentions:
            if by := muted(span, phrase):
                reading.leave("scope", row, f"{phrase.facet}.{phrase.value} left out: {by}")


def state(reading: Reading) -> None:
    """Each facet's rules turn what is left into statements, each value of a facet once."""
    if reading.is_general:
        return
    found: dict[tuple[str, str, str], Statement] = {}
    for one in _all_statements(reading):
        key = (one.facet, one.value, one.says)
        if key not in found or (found[key].detail == _UNCLEAR != one.detail):
            found[key] = one
        for value in reading.phrases.brings.get((one.facet, one.value), ()) if one.says == "yes" else ():
            brought = one._replace(value=value, rule=f"{one.rule}, brought by {one.value}")
            found.setdefault((one.facet, value, "yes"), brought)
    reading.statements = sorted(found.values())
    if reading.traced:
        for one in reading.statements:
            end = one.start + len(one.quote)
            said = f"{one.facet}.{one.value} {one.says} by {one.rule}"
            reading.trace.append(TraceRow("state", one.start, end, said))


def price(reading: Reading) -> None:
    """Amounts, with what they are for; how insurance is dealt with."""
    if not reading.is_general:
        reading.prices = tuple(prices_said(reading.rows))
    reading.insurance = insurance_of(reading.statements)


def note_facts(reading: Reading) -> None:
    """Ages, counts, lengths, languages, and the states served by telehealth."""
    if reading.is_general:
        return
    has_age = any(one.value == "age_minimum" and one.says == "yes" for one in reading.statements)
    reading.facts = facts_of(reading.rows, has_age)
    served = tuple(one.value for one in reading.facts.states_served)
    if served:
        reading.statements = [
            one._replace(states=served) if (one.facet, one.value) in _SERVED and one.says == "yes" else one
            for one in reading.statements
        ]


STEPS: Final[tuple[Callable[[Reading], None], ...]] = (
    segment,
    mention,
    obey_nobody,
    note_the_text,
    resolve,
    know_the_speaker,
    scope,
    state,
    price,
    note_facts,
)
"""In this order; each adds to the reading and leaves a trace when one is asked for."""


def read_page(page: PageText, phrases: Phrases, traced: bool = False) -> Extraction:
    """What a page says. Never raises; linear in the length of the text."""
    reading = Reading(page, phrases, traced, notes=list(page.notes))
    for step in STEPS:
        step(reading)
    return Extraction(
        statements=tuple(reading.statements),
        prices=reading.prices,
        facts=reading.facts,
        insurance=reading.insurance,
        notes=tuple(reading.notes),
        trace=tuple(reading.trace),
    )


def _all_statements(reading: Reading) -> Iterable[Statement]:
    if not reading.has_no_ketamine:
        yield from modality_statements(reading.rows, reading.phrases.contexts)
    yield from facet_statements(reading.rows, reading.phrases)


def _drop_what_the_page_does_not_bear_out(rows: list[Sentence]) -> None:
    borne_out: dict[int, bool] = {}
    for row in rows:
        for _, phrase in row.mentions:
            group = phrase.group
            if group and group.needs and id(group) not in borne_out:
                borne_out[id(group)] = any(group.needs.stands_in(other.texts) for other in rows)
    missing = {key for key, is_there in borne_out.items() if not is_there}
    if missing:
        for row in rows:
            row.mentions = [one for one in row.mentions if id(one[1].group) not in missing]
