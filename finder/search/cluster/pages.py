"""A page out of what Elasticsearch has put in order: parts merged, ties settled by `geo.miles`.

Elasticsearch orders by its own distance, to a centimeter; `geo.miles` is rounded to thousandths, and
equal ones go by id. So a little more than the page is read, put into the exact order, and cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from finder.search.cluster.answers import hits_of
from finder.search.cluster.bodies import Window, list_body, page_body
from finder.search.cluster.scope import Body, Scope
from finder.search.cluster.sorting import Part, Row, row_of
from finder.search.query import Query


@dataclass(frozen=True)
class List:
    """What is read for one page."""

    query: Query
    margin: int
    """How many clinics are read beyond each end of the page."""
    records: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """One list, or two when telehealth is found by state."""
        return ("inside", "outside") if self.query.serves else ("inside",)

    @property
    def first(self) -> int:
        """The number of the page's first clinic, from 0."""
        return (self.query.page - 1) * self.query.size

    @property
    def window(self) -> Window:
        """The stretch of each part; of two parts, nobody knows where in them the page begins. Without
        distances there is nothing to settle.
        """
        margin = 0 if self.query.origin is None else self.margin
        start = 0 if len(self.parts) > 1 else max(0, self.first - margin)
        return Window(start, self.first + self.query.size + margin - start, self.with_records)

    @property
    def with_records(self) -> bool:
        """False when so much is read that the records of the page are better asked for alone."""
        return self.records and (len(self.parts) == 1 or self.query.page == 1)

    def bodies(self, scope: Scope) -> list[Body]:
        """One search for each part; that of a single part counts, too."""
        if len(self.parts) == 1:
            return [page_body(scope, self.window)]
        return [list_body(scope, part, self.window) for part in self.parts]


def page_of(wanted: List, answers: Sequence[Body], *, is_last_try: bool) -> list[Row] | None:
    """The page's rows; None when clinics that were not read may belong to it."""
    window, query = wanted.window, wanted.query
    parts = [
        [row_of(query, part, hit) for hit in hits_of(answer)]
        for part, answer in zip(wanted.parts, answers, strict=True)
    ]
    rows = sorted((row for part in parts for row in part), key=lambda row: row.key)
    page = rows[wanted.first - window.start :][: query.size]
    if page and not is_last_try:
        if any(len(part) == window.size and _may_precede(part[-1], page[-1]) for part in parts):
            return None
        if window.start and _may_follow(parts[0][0], page[0]):
            return None
    return page


def _may_precede(last_read: Row, row: Row) -> bool:
    """True when something after the last row that was read may belong before this one."""
    if last_read.asked_miles is None:
        return row.key > last_read.key
    return row.near >= last_read.no_nearer()


def _may_follow(first_read: Row, row: Row) -> bool:
    """True when something before the first row that was read may belong after this one."""
    return first_read.asked_miles is not None and row.near <= first_read.no_farther()
