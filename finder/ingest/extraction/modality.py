"""Naming a way of giving ketamine is not offering it: which modalities a page offers, with the sentence."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from finder.ingest.extraction.denial import denied_in
from finder.ingest.extraction.resolve import resolve_references, unanswered
from finder.ingest.extraction.rules import ASKS_TO_COME, is_borne_out
from finder.ingest.extraction.scope import OFFER, muted_in
from finder.ingest.extraction.segment import Sentence
from finder.ingest.phrases import Context
from finder.ingest.statements import Statement
from finder.model import Says

_OFFERED: Final = 2
_NAMED: Final = 1
_SILENT: Final = 0
_REFUSED: Final = -2
_ROUTES: Final = frozenset(
    ("iv_infusion", "im_injection", "oral_sublingual", "intranasal_ketamine", "sc_injection")
)
_SPRAVATO: Final = "esketamine_nasal"
_COMPOUNDED: Final = "intranasal_ketamine"
_AT_HOME: Final = "at_home_telehealth"
_BARE_NASAL: Final = "intranasal_unspecified"
_REFUSALS: Final = frozenset(("refusal", "refused"))
_SOON: Final = 4
"""An answer says "yes" within so many words: "In most cases, yes"."""
_INSURER: Final = "insurer"
"""What an insurer does not pay for may be given all the same."""
_GIVEN: Final = frozenset((OFFER, "given"))
_RULES: Final = {_OFFERED: "offered here", _NAMED: "named by a practice", _REFUSED: "refused"}


class Vote(NamedTuple):
    """What one sentence says of one modality."""

    value: str
    weight: int
    sentence: Sentence


def modality_statements(rows: Sequence[Sentence], contexts: Mapping[str, Context]) -> Iterable[Statement]:
    """The modalities that the page offers, each with the sentence that shows it best, and those it
    says it does not give.

    A sentence offers ("we give it by ..."), only names, speaks of others or of what exists in
    general, or refuses ("use at home is not permitted"). A refusal outweighs an offer; a mere name
    counts unless another sentence says which way it is given here. A bare "nasal spray" is ketamine's
    only on a page that never names Spravato or esketamine; on one that does, it decides nothing.
    """
    best: dict[str, Vote] = {}
    refused: dict[str, Vote] = {}
    for vote in _votes(rows, contexts):
        if vote.weight == _REFUSED:
            refused.setdefault(vote.value, vote)
        elif vote.weight > _SILENT and (vote.value not in best or vote.weight > best[vote.value].weight):
            best[vote.value] = vote
    settled = any(value in _ROUTES and vote.weight == _OFFERED for value, vote in best.items())
    for value, vote in best.items():
        weak_route = value in _ROUTES and vote.weight == _NAMED and settled
        if value not in refused and not weak_route:
            yield _statement(vote, "yes")
    for value, vote in refused.items():
        if value not in best and _REFUSALS & vote.sentence.names:
            yield _statement(vote, "no")


def _statement(vote: Vote, says: Says) -> Statement:
    return Statement(
        facet="modality",
        value=vote.value,
        says=says,
        quote=vote.sentence.quote,
        start=vote.sentence.start,
        rule=f"modality: {_RULES[vote.weight]}",
    )


def _votes(rows: Sequence[Sentence], contexts: Mapping[str, Context]) -> Iterable[Vote]:
    spravato = any(phrase.value == _SPRAVATO for row in rows for _, phrase in row.mentions)
    references, empty = resolve_references(rows, "refers"), unanswered(rows)
    denials = resolve_references(rows, "refuses_it")
    for at, row in enumerate(rows):
        if at in empty:
            continue
        if at in denials:
            yield from _home_alone([Vote(phrase.value, _REFUSED, row) for _, phrase in denials[at]])
        if at in references and _GIVEN & row.names:
            for _, phrase in references[at]:
                if not (phrase.value == _BARE_NASAL and spravato):
                    value = _COMPOUNDED if phrase.value == _BARE_NASAL else phrase.value
                    yield Vote(value, _OFFERED, row)
        for vote in (*_granted(row), *_votes_of(row, contexts)):
            if vote.value == _BARE_NASAL and spravato:
                continue
            yield vote._replace(value=_COMPOUNDED if vote.value == _BARE_NASAL else vote.value)


def _granted(row: Sentence) -> Iterable[Vote]:
    """ "Can I take the lozenges at home? Yes." offers what the question names."""
    asked = row.asked
    if (
        asked is None
        or not row.opens
        or "yes" not in row.texts[:_SOON]
        or tuple(asked.texts[:2]) not in ASKS_TO_COME
    ):
        return
    for _, phrase in asked.mentions:
        if phrase.facet == "modality" and is_borne_out(asked, phrase):
            yield Vote(phrase.value, _OFFERED, row)


def _votes_of(row: Sentence, contexts: Mapping[str, Context]) -> Iterable[Vote]:
    mentions = [(span, phrase) for span, phrase in row.mentions if phrase.facet == "modality"]
    if not mentions:
        return
    denied, muted = denied_in(row), muted_in(row, contexts)
    answers = row.opens and row.asked is not None and OFFER in row.asked.names
    weight = _OFFERED if (_GIVEN & row.names or answers) and not row.question else _NAMED
    only_asks = "asks_whether" in row.names and "presumes" not in row.names
    votes = []
    for span, phrase in mentions:
        if not is_borne_out(row, phrase):
            continue
        by = muted(span, phrase)
        if by in _REFUSALS or denied(span, phrase) or phrase.says == "no":
            is_silent = row.question or (not by and _INSURER in row.names)
            votes.append(Vote(phrase.value, _SILENT if is_silent else _REFUSED, row))
        elif not by and not (row.question and (only_asks or phrase.value == _AT_HOME)):
            votes.append(Vote(phrase.value, weight, row))
    yield from _home_alone(votes)


def _home_alone(votes: Sequence[Vote]) -> Iterable[Vote]:
    """Who refuses to send lozenges home may well give them here: the refusal is of the home alone."""
    if not any(vote.value == _AT_HOME and vote.weight == _REFUSED for vote in votes):
        return votes
    return (
        vote._replace(weight=_SILENT) if vote.value != _AT_HOME and vote.weight == _REFUSED else vote
        for vote in votes
    )
