"""Naming a way of giving ketamine is not offering it: which modalities a text offers, with the sentence."""

from collections.abc import Iterable, Sequence
from typing import Final

from finder.ingest.denial import denied_in
from finder.ingest.phrases import Phrases
from finder.ingest.sentences import Sentence

_OFFERED: Final = 2
_NAMED: Final = 1
_REFUSED: Final = -2
_ROUTES: Final = ("iv_infusion", "im_injection", "oral_sublingual", "intranasal_ketamine", "sc_injection")


_SPRAVATO: Final = "esketamine_nasal"
_COMPOUNDED: Final = "intranasal_ketamine"
_BARE_NASAL: Final = "intranasal_unspecified"


def modality_claims(phrases: Phrases, rows: Sequence[Sentence]) -> Iterable[tuple[str, str]]:
    """The modalities that the text offers, each with the sentence that shows it best.

    A sentence offers ("we give it by ..."), only names, speaks of others or of what exists in
    general, or refuses ("use at home is not permitted"). A refusal outweighs an offer; a mere name
    counts unless another sentence says which way it is given here. A bare "nasal spray" is ketamine's
    only in a text that never names Spravato or esketamine; in one that does, it decides nothing.
    """
    best: dict[str, tuple[int, str]] = {}
    refused: set[str] = set()
    spravato = any(_names(phrases, row, _SPRAVATO) for row in rows)
    for row in rows:
        for named, weight in _weights(phrases, row):
            if named == _BARE_NASAL and spravato:
                continue
            value = _COMPOUNDED if named == _BARE_NASAL else named
            if weight == _REFUSED:
                refused.add(value)
            elif weight > best.get(value, (0, ""))[0]:
                best[value] = (weight, row.quote)
    settled = any(best.get(route, (0, ""))[0] == _OFFERED for route in _ROUTES)
    for value, (weight, quote) in best.items():
        weak_route = value in _ROUTES and weight == _NAMED and settled
        if value not in refused and not weak_route:
            yield value, quote


def _names(phrases: Phrases, row: Sentence, value: str) -> bool:
    return any(phrase.value == value for _, phrase in phrases.facets["modality"].find(row.words))


def _weights(phrases: Phrases, row: Sentence) -> Iterable[tuple[str, int]]:
    weight = _NAMED
    if row.cues & {"elsewhere", "general"}:
        weight = 0
    if "offer" in row.cues and "elsewhere" not in row.cues and not row.question:
        weight = _OFFERED
    denied = denied_in(phrases, row.words)
    for span, phrase in phrases.standing("modality", row.words):
        if "refusal" in row.cues or denied(span, phrase):
            yield phrase.value, _REFUSED
        elif weight:
            yield phrase.value, weight
