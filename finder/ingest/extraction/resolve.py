"""What a sentence takes from those around it: the question it answers, its heading, an exclusion list
that goes on, and what "those" or "it" stands for.
"""

from collections.abc import Sequence
from typing import Final

from finder.ingest.extraction.patterns import Span
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import Phrase

Match = tuple[Span, Phrase]

_ENDS_EXCLUSION = frozenset(("offer", "treats"))
_WITHIN_A_LIST: Final = 2
"""Names of one list stand within so many words of each other."""
_LOOKS_BACK: Final = 3
"""So many sentences."""
_FRAGMENT: Final = 3
"""A question of so few words ("Spravato?") asks whether it is given here."""
_NO: Final = frozenset(("no", "not", "nope", "sorry", "unfortunately"))
_NOT_HERE: Final = frozenset(("elsewhere", "history", "future", "refusal", "refused"))


def resolve_answers(rows: Sequence[Sentence]) -> None:
    """Which question each sentence answers, until an empty line, heading or question."""
    asked: Sentence | None = None
    opens = True
    for row in rows:
        if row.kind == "heading" or (row.after_gap and not opens and not row.item):
            asked, opens = None, True
        row.asked, row.opens = (None if row.question else asked), opens
        opens = row.question
        if row.question:
            asked = row


def resolve_headings(rows: Sequence[Sentence]) -> None:
    """Which heading each sentence stands under."""
    heading: Sentence | None = None
    for row in rows:
        if row.kind == "heading":
            heading = row
        else:
            row.under = heading


def resolve_exclusions(rows: Sequence[Sentence]) -> None:
    """Which sentences tell who is not treated. A list goes on where its heading, question or lead-in
    does, until an empty line, a question, another heading or a sentence about what is offered.
    """
    excluded, in_list, announced = False, False, False
    for row in rows:
        names_somebody = _names_somebody(row)
        answers_of_somebody = row.asked is not None and row.opens and _names_somebody(row.asked)
        leads = "excluded" in row.names
        own = leads or ((names_somebody or answers_of_somebody or row.announces) and "declined" in row.names)
        breaks = row.question or row.kind == "heading" or (row.after_gap and not (row.item or announced))
        breaks = breaks or (in_list and not row.item)
        stays = excluded and not breaks and not _ENDS_EXCLUSION & row.names
        row.excludes = "own" if own else "list" if stays else ""
        in_list, announced = row.item and (own or stays), row.announces
        leads = (own and row.announces) or (leads and (row.item or not names_somebody))
        goes_on = stays and (row.item or not own)
        excluded = leads or (goes_on and (names_somebody or row.item or row.announces))
    _hear_lists_before_their_verdict(rows)


def _names_somebody(row: Sentence) -> bool:
    return any(phrase.facet == "exclusion" for _, phrase in row.mentions)


def _hear_lists_before_their_verdict(rows: Sequence[Sentence]) -> None:
    """ "If any of these apply:" and a list tell who is not treated when the sentence before or after
    says so.
    """
    for at, lead in enumerate(rows):
        if "list_lead" not in lead.names or lead.excludes:
            continue
        end = at + 1
        while end < len(rows) and rows[end].item:
            end += 1
        verdicts = [
            row for row in (rows[at - 1] if at else lead, *rows[end : end + 1]) if row.excludes == "own"
        ]
        for row in rows[at + 1 : end] if verdicts else ():
            row.excludes = "list"


def resolve_references(rows: Sequence[Sentence], cue: str) -> dict[int, Sequence[Match]]:
    """For each sentence with the cue ("those", "we do not do it") that names nothing itself, what the one
    before it names last; "both" and "all three" gather as many from a few sentences.
    """
    found: dict[int, Sequence[Match]] = {}
    for at, row in enumerate(rows):
        if not at or cue not in row.names or row.question or rows[at - 1].question > row.opens:
            continue
        if cue == "refuses_it" and _routes(row):
            found[at] = _last_listed(row)
        elif "refers_back" in row.names and not _routes(row):
            found[at] = _gathered(rows[max(0, at - _LOOKS_BACK) : at], 3 if "three" in row.texts else 2)
        else:
            listed = _last_listed(rows[at - 1])
            found[at] = listed[:1] if "latter" in row.names else listed
    return found


def _gathered(rows: Sequence[Sentence], enough: int) -> Sequence[Match]:
    """What the sentences name, from the last one back, until so many ways are found."""
    found: list[Match] = []
    for row in reversed(rows):
        if len({phrase.value for _, phrase in found}) < enough:
            found += _routes(row)
    return found


def _routes(row: Sentence) -> list[Match]:
    return [match for match in row.mentions if match[1].facet == "modality"]


def _last_listed(row: Sentence) -> Sequence[Match]:
    """The ways of giving ketamine that stand close together at the end: "those" are not all it names."""
    kept: list[Match] = []
    for span, phrase in sorted(_routes(row), key=lambda match: match[0], reverse=True):
        if kept and kept[-1][0].start - span.end > _WITHIN_A_LIST:
            break
        kept.append((span, phrase))
    return kept


def unanswered(rows: Sequence[Sentence]) -> frozenset[int]:
    """The places of questions whose whole answer speaks of others, the past or what is not given."""
    place = {id(row): at for at, row in enumerate(rows) if row.question}
    elsewhere: dict[int, bool] = {}
    denied: set[int] = set()
    for row in rows:
        if row.asked is None:
            continue
        at = place[id(row.asked)]
        elsewhere[at] = elsewhere.get(at, True) and bool(_NOT_HERE & row.names)
        if row.opens and row.texts[0] in _NO and len(row.asked.texts) <= _FRAGMENT:
            denied.add(at)
    return frozenset(denied.union(at for at, away in elsewhere.items() if away))
