"""The price of a session: the one published amount that clinics can be compared by."""

import re
from typing import Final

from finder.model import Clinic, Price

_CLAUSE: Final = re.compile(r"; ?|, |\. |\(|\)")
_SESSION: Final = re.compile(r"\b(?:session|infusion|treatment|injection)s?\b", re.IGNORECASE)
_NUMBER: Final = r"(?:[2-9]|[1-9]\d|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_SEVERAL: Final = re.compile(
    rf"\b{_NUMBER}[ -](?:\w+ )?(?:sessions|infusions|treatments|injections)\b"
    r"|\b(?:package|series|course|bundle)\b",
    re.IGNORECASE,
)
_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:consult\w*|intake|evaluation|assessment|cancel\w*|no-show|missed|late|deposit|co-?pay\w*|prep\w*"
    r"|integration|booster|maintenance|add-on|extra|promo\w*|special|discount\w*|sale|off|first-time"
    r"|group|membership|member)\b",
    re.IGNORECASE,
)
_INCLUDED: Final = re.compile(r"\b(?:includ\w*|with|plus)\b.*", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"\d[\d,]*(?:\.\d\d)?")
_LEAST_USD: Final = 20.0
"""Less than this is a fee or a slip of the pen."""


def session_price(clinic: Clinic) -> Price | None:
    """The lowest amount that the clinic publishes for one session, infusion or treatment; None when
    it publishes none.

    Consultations, preparation, cancellation charges, packages and promotional prices are not it, nor
    is anything read in a sponsored article: the order by price cannot be bought.
    """
    prices = [price for price in clinic.prices if is_session_price(price)]
    return min(prices, key=lambda price: price.amount_usd, default=None)


def session_price_usd(clinic: Clinic) -> float | None:
    """The amount of `session_price`, in dollars."""
    price = session_price(clinic)
    return None if price is None else price.amount_usd


def is_session_price(price: Price) -> bool:
    """True when this amount is what one session costs."""
    if price.provenance.kind == "sponsored" or price.amount_usd < _LEAST_USD:
        return False
    clauses = [_INCLUDED.sub("", clause) for clause in _clauses_of(price)]
    return any(
        _SESSION.search(clause) and not _SEVERAL.search(clause) and not _SOMETHING_ELSE.search(clause)
        for clause in clauses
    )


def _clauses_of(price: Price) -> list[str]:
    """The parts of its note in which the amount stands; the whole note when it stands in none."""
    clauses = [clause for clause in _CLAUSE.split(price.what) if price.amount_usd in _amounts(clause)]
    return clauses or [price.what]


def _amounts(text: str) -> set[float]:
    return {float(digits.replace(",", "")) for digits in _AMOUNT.findall(text)}
