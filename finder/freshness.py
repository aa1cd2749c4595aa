"""How long a fact can be relied on after it was read: by field, for phones change sooner than streets."""

from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from finder.model import Fact, SourceKind

Band = Literal["fresh", "aging", "stale"]


class HalfLife(Fact):
    """After so many days, assume that half of such facts are no longer true."""

    days: int
    reason: str


HALF_LIVES: Final = MappingProxyType(
    {
        "phone": HalfLife(
            days=180,
            reason="Health plans must verify their directories every 90 days (No Surprises Act, section "
            "116), and nearly half of the entries that Medicare reviewed in 2018 still had an error.",
        ),
        "hours": HalfLife(days=180, reason="Hours change with staff and season."),
        "status": HalfLife(days=180, reason="Clinics close, move and pause."),
        "price": HalfLife(days=365, reason="Prices and plans are usually set once a year."),
        "payment": HalfLife(days=365, reason="Prices and plans are usually set once a year."),
        "website": HalfLife(days=730, reason="A web address outlives most of what stands on it."),
        "treatment": HalfLife(days=365, reason="What is offered follows staff, licences and the rules."),
        "min_age": HalfLife(days=365, reason="What is offered follows staff, licences and the rules."),
        "address": HalfLife(days=1095, reason="Leases run for years."),
        "name": HalfLife(days=1825, reason="Names change with owners."),
    }
)
"""Our estimates, each with its reason. `treatment` stands for every facet but payment. Whether a clinic
takes new patients changes fastest of all: we never state it and tell visitors to ask.
"""

_UNDATED_KINDS: Final = frozenset({"news", "sponsored"})
"""We know when such a text was read, not how old it was by then."""
_FRESH_SHARE: Final = 0.5
"""Within this share of its half-life, a fact is as good as new."""


class Freshness(Fact):
    """How old a fact is, in words, and what that means for this field."""

    text: str
    """ "read 3 weeks ago"; "read more than a year ago: call first"."""
    band: Band


def freshness(field: str, seen: date, kind: SourceKind, today: date) -> Freshness:
    """What to say about a fact of this field read on that day. A day after today counts as today;
    KeyError for a field without a half-life.
    """
    days = max(0, (today - seen).days)
    half_life = HALF_LIVES[field].days
    said = f"read {age(days)}"
    if days > half_life:
        return Freshness(text=f"{said}: call first", band="stale")
    if kind in _UNDATED_KINDS:
        return Freshness(text=f"{said}, may be older: call first", band="aging")
    return Freshness(text=said, band="aging" if days > half_life * _FRESH_SHARE else "fresh")


def age(days: int) -> str:
    """ "today", "yesterday", "5 days ago", "3 weeks ago", "7 months ago", "more than 2 years ago"."""
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 14:
        return f"{days} days ago"
    if days < 61:
        return f"{days // 7} weeks ago"
    if days <= 365:
        return f"{min(11, days * 12 // 365)} months ago"
    years = days // 366
    return "more than a year ago" if years <= 1 else f"more than {years} years ago"
