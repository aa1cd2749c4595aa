"""One source on its way through the steps: every row becomes a listing or a reject."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from finder.errors import Rejected, SourceFailed
from finder.ingest.report import Attempt, Reject, RowProblem, SourceReport, StepCount
from finder.ingest.source import Desk, Entry, Row, Source
from finder.model import Listing

Step = Callable[[Listing, Desk], Listing]
"""Gives the listing back, changed or not, or raises `Rejected`."""


@dataclass
class Reading:
    """One source on its way: what came of its rows so far."""

    source: Source
    desk: Desk
    steps: Sequence[Step]
    listings: list[Listing] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    rows: int = 0
    leftovers: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def take(self, entry: Entry) -> None:
        """One row becomes a listing or a reject."""
        self.rows += 1
        step = "read"
        try:
            for problem in entry.problems:
                self.desk.problem("the row", "", problem)
            if entry.broken:
                raise Rejected("the row", entry.broken)
            self._note(entry, step)
            step = "listing"
            row = Row(entry.raw, self.desk)
            row.ignore(self.source.ignored)
            listing = self.source.listing(row)
            self.leftovers.update(row.leftovers())
            self._note(entry, step)
            for run_step in self.steps:
                step = run_step.__name__
                before, listing = listing, run_step(listing, self.desk)
                self.changed[step] += listing != before
                self._note(entry, step)
            self.listings.append(Listing.model_validate(listing.model_dump()))
        except Rejected as error:
            self._reject(entry, step, error.field, error.reason)
        except ValidationError as error:
            first = error.errors()[0]
            self._reject(entry, step, ".".join(map(str, first["loc"])), first["msg"])

    def _reject(self, entry: Entry, step: str, field: str, reason: str) -> None:
        self._note(entry, step)
        self.rejects.append(
            Reject(
                source=self.source.name,
                ref=entry.raw.ref,
                row=entry.row,
                step=step,
                field=field,
                reason=reason,
                fields=entry.raw.fields,
            )
        )

    def _note(self, entry: Entry, step: str) -> None:
        for one in self.desk.take_problems():
            self.problems.append(
                RowProblem(
                    source=self.source.name,
                    ref=entry.raw.ref,
                    row=entry.row,
                    step=step,
                    field=one.field,
                    value=one.value,
                    problem=one.problem,
                )
            )

    def attempt(self) -> Attempt:
        """How far the source came, for the report of its failure."""
        return Attempt(rows=self.rows, rejects=tuple(self.rejects), problems=tuple(self.problems))

    def report(self) -> SourceReport:
        """What came of the source. SourceFailed when it gave fewer listings than its minimum."""
        if len(self.listings) < self.source.minimum:
            raise SourceFailed(
                self.source.name,
                f"{self.source.where} gave {len(self.listings)} listings; {self.source.minimum} is the least",
            )
        problems = Counter(problem.step for problem in self.problems)
        rejected = Counter(reject.step for reject in self.rejects)
        steps = ("read", "listing", *(step.__name__ for step in self.steps))
        return SourceReport(
            name=self.source.name,
            where=self.source.where,
            licence=self.source.licence,
            rows=self.rows,
            listings=len(self.listings),
            rejected=len(self.rejects),
            leftovers=dict(sorted(self.leftovers.items())),
            ignored=dict(self.source.ignored),
            steps={
                step: StepCount(changed=self.changed[step], problems=problems[step], rejected=rejected[step])
                for step in steps
            },
            problems=tuple(self.problems),
        )
