"""How a page says it deals with insurance, in one word."""

from collections.abc import Sequence
from typing import Final

from finder.ingest.statements import Statement

_ANSWERS: Final = (
    (("accepts", "yes"), "accepts"),
    (("superbill", "yes"), "superbill"),
    (("accepts", "no"), "does_not_accept"),
)


_SPRAVATO: Final = "esketamine_nasal"
_ITS_NAMES: Final = ("spravato", "esketamine")


def insurance_of(statements: Sequence[Statement]) -> str:
    """accepts, superbill, does_not_accept or unknown; the first that holds. That insurers pay for
    Spravato counts only where it is offered.
    """
    offered = {one.value for one in statements if one.facet == "modality" and one.says == "yes"}
    said = {
        (one.value, one.says)
        for one in statements
        if one.facet == "payment" and not (offered and _SPRAVATO not in offered and _is_of_spravato(one))
    }
    return next((answer for key, answer in _ANSWERS if key in said), "unknown")


def _is_of_spravato(one: Statement) -> bool:
    return one.says == "yes" and any(name in one.quote.lower() for name in _ITS_NAMES)
