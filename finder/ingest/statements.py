"""The nouns of extraction: a page as text with blocks goes in, what it says comes out."""

from typing import Literal, NamedTuple

from finder.model import Says

BlockKind = Literal["heading", "item", "paragraph", "row", "question"]


class Block(NamedTuple):
    """A stretch of the text that stands alone: `text[start:end]`, in order and not overlapping."""

    start: int
    end: int
    kind: BlockKind
    """`row`: a row of a table, its cells joined by " | "; `question`: of an FAQ, its answer follows."""
    depth: int = 0
    """Of a heading, its level (1 to 6); of an item, how deep its list stands (0 is the outermost)."""


class PageText(NamedTuple):
    """What a reader of the page sees, in reading order."""

    text: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    """What the reading of the page has to tell ("cut at 300,000 characters")."""


class Statement(NamedTuple):
    """One thing a page says about a facet, with the words that say it."""

    facet: str
    value: str
    says: Says
    quote: str
    """Verbatim: the shortest sentence or list item that says it, `text[start:start + len(quote)]`."""
    start: int
    """Offset in characters."""
    rule: str
    """The name of the rule that fired."""
    detail: str = ""
    """One of the facet's details: strength of an exclusion, role of staff; else empty."""
    states: tuple[str, ...] = ()
    """For telehealth: the states served, "NC"."""


class PriceSaid(NamedTuple):
    """An amount a page asks for."""

    amount_usd: float
    what: str
    """What it pays for: "session", "course", "consultation", "package of 6", "monthly", or "" (not said)."""
    quote: str
    start: int
    rule: str


class Said(NamedTuple):
    """One plain fact of a page: `value` as text ("18", "6", "40-60", "yes", "Spanish", "NC")."""

    value: str
    quote: str
    start: int


class Facts(NamedTuple):
    """What a page says that no facet holds. Nothing stated: None or empty."""

    min_age: Said | None = None
    """Years, "18"."""
    session_count: Said | None = None
    """Of a usual course, "6" or "4-6"."""
    visit_minutes: Said | None = None
    """Of a dosing visit, "120" or "40-60"."""
    accepting_new: Said | None = None
    """"yes" or "no"."""
    languages: tuple[Said, ...] = ()
    """Besides English, "Spanish"."""
    states_served: tuple[Said, ...] = ()
    """By telehealth, "NC"."""


class TraceRow(NamedTuple):
    """What one step did with one piece of the text: for `--explain` and the review view."""

    step: str
    start: int
    end: int
    said: str


class Extraction(NamedTuple):
    """What a whole page says."""

    statements: tuple[Statement, ...] = ()
    prices: tuple[PriceSaid, ...] = ()
    facts: Facts = Facts()
    insurance: str = "unknown"
    """accepts, superbill, does_not_accept, or unknown."""
    notes: tuple[str, ...] = ()
    """For the report: "text holds instructions to a reader", "not English", ..."""
    trace: tuple[TraceRow, ...] = ()
    """Of each step, in order; empty unless asked for."""
