"""What a run did: counts per source and step, every reject and problem, sums that add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from pydantic import Field, JsonValue

from finder.facets import FACETS
from finder.ingest.dedupe import Decision
from finder.model import Clinic, Fact, Listing

FROM_CORRECTIONS: Final = "corrections"
"""The step of a reject that a correction hides."""


class Reject(Fact):
    """A row that is in no clinic, and why."""

    source: str
    ref: str
    row: int
    step: str
    """Where it stopped: "read", "listing", the name of a step, or "corrections"."""
    field: str
    reason: str
    fields: dict[str, JsonValue]
    """The row as it came; of a row hidden by a correction (row 0), its listing."""


class RowProblem(Fact):
    """A value that was not used, or was mended. Its row went on."""

    source: str
    ref: str
    row: int
    step: str
    field: str
    value: str
    problem: str


class StepCount(Fact):
    """What one step did to the listings of one source."""

    changed: int = 0
    problems: int = 0
    rejected: int = 0


class Attempt(Fact):
    """How far a source came that then failed."""

    rows: int
    rejects: tuple[Reject, ...] = ()
    problems: tuple[RowProblem, ...] = ()


class SourceReport(Fact):
    """One source: rows = listings + rejected."""

    name: str
    where: str
    licence: str
    rows: int = 0
    listings: int = 0
    rejected: int = 0
    leftovers: dict[str, int] = Field(default_factory=dict)
    """Fields that nobody took or named ignored, with the number of rows that fill them."""
    ignored: dict[str, str] = Field(default_factory=dict)
    steps: dict[str, StepCount] = Field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    failed: str = ""
    """Why this run could not use the source; the other figures are then of its last good read."""
    attempt: Attempt | None = None
    """What came of the rows of a source that failed after it was opened."""
    unread: bool = False
    """True when this run was told to read another source only; the figures are of the last good read."""


class Review(Fact):
    """Two listings that may be one place; a person should look."""

    a: str
    b: str
    """"source|ref" of each."""
    clinics: tuple[str, ...]
    """The ids they have now."""
    reason: str


class Disputed(Fact):
    """A fact on which the pages or sources of one clinic disagree; a person should ask the clinic."""

    clinic: str
    facet: str
    value: str


class CorrectionReport(Fact):
    """One entry of corrections.toml: what it did, or that it met nothing."""

    target: str
    reason: str
    did: tuple[str, ...] = ()
    outcome: Literal["applied", "matched nothing", "changed nothing"]


class Report(Fact):
    """A whole run. rows = listings + rejected; listings = in_clinics + hidden."""

    version: str = ""
    """The name of the run's folder; empty inside report.json, which is part of what it names."""
    rows: int
    listings: int
    rejected: int
    hidden: int
    in_clinics: int
    """Listings that are among the sources of a clinic."""
    clinics: int
    merged: int
    """Clinics made of more than one listing."""
    precision: dict[str, int]
    sources: tuple[SourceReport, ...]
    corrections: tuple[CorrectionReport, ...] = ()
    reviews: tuple[Review, ...] = ()
    disputes: tuple[Disputed, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """True when every row is accounted for."""
        return self.rows == self.listings + self.rejected and self.listings == self.in_clinics + self.hidden

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the sources that this run could not use."""
        return tuple(source.name for source in self.sources if source.failed)

    def text(self) -> str:
        """The report for people."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        for source in self.sources:
            yield from _source_lines(source)
        yield (
            f"{self.rows} rows: {self.in_clinics} in {self.clinics} clinics ({self.merged} merged from "
            f"several rows), {self.rejected} rejected, {self.hidden} hidden by corrections"
        )
        if not self.adds_up:
            yield "THE SUMS DO NOT ADD UP: please report this as a bug."
        known = ", ".join(f"{count} by {name}" for name, count in self.precision.items())
        yield f"Located: {known or 'nothing'}"
        for correction in self.corrections:
            if correction.outcome != "applied":
                yield f"Correction of {correction.target} {correction.outcome}: {correction.reason}"
        yield from self.notes
        if self.reviews:
            yield f"{len(self.reviews)} pairs may be one place; see reviews in report.json"
        if self.disputes:
            clinics = len({one.clinic for one in self.disputes})
            yield (
                f"{len(self.disputes)} facts on which the pages of {clinics} clinics disagree; "
                "see disputes in report.json"
            )


def _source_lines(source: SourceReport, shown: int = 10) -> Iterable[str]:
    if source.failed:
        kept = f"its last {source.listings} good listings are kept" if source.listings else "it gives nothing"
        yield f"source {source.name} FAILED: {source.failed}; {kept}"
        if source.attempt:
            yield from _attempt_lines(source, source.attempt, shown)
    elif source.unread:
        kept = f"its last {source.listings} listings stay" if source.listings else "it gives nothing yet"
        yield f"source {source.name}: not read this time; {kept}"
    else:
        yield (
            f"source {source.name}: {source.rows} rows, {source.listings} listings, "
            f"{source.rejected} rejected"
        )
    for name, count in source.leftovers.items():
        yield f"  column {name!r} is not in the map ({count} rows fill it)"
    for problem in source.problems[:shown]:
        said = f"{problem.value!r} {problem.problem}" if problem.value else problem.problem
        yield f"  {source.where}, row {problem.row}, {problem.field}: {said}"
    if len(source.problems) > shown:
        yield f"  and {len(source.problems) - shown} more problems; see report.json"


def _attempt_lines(source: SourceReport, attempt: Attempt, shown: int) -> Iterable[str]:
    said = [f"row {one.row} rejected, {one.field}: {one.reason}" for one in attempt.rejects]
    said += [f"row {one.row}, {one.field}: {one.value!r} {one.problem}" for one in attempt.problems]
    yield f"  of {attempt.rows} rows read, {len(attempt.rejects)} were rejected"
    yield from (f"  {source.where}, {line}" for line in said[:shown])
    if len(said) > shown:
        yield f"  and {len(said) - shown} more; see report.json"


def summed(
    sources: Sequence[SourceReport], clinics: Sequence[Clinic], decisions: Iterable[Decision], hidden: int
) -> Report:
    """The report of a run, its sums taken from the sources and from the clinics, each on its own."""
    ids = {f"{source.source}|{source.ref}": clinic.id for clinic in clinics for source in clinic.sources}
    precision = Counter(clinic.location.precision for clinic in clinics)
    return Report(
        rows=sum(source.rows for source in sources),
        listings=sum(source.listings for source in sources),
        rejected=sum(source.rejected for source in sources),
        hidden=hidden,
        in_clinics=len(ids),
        clinics=len(clinics),
        merged=sum(len(clinic.sources) > 1 for clinic in clinics),
        precision=dict(sorted(precision.items())),
        sources=tuple(sources),
        reviews=tuple(
            Review(a=one.a, b=one.b, clinics=(ids.get(one.a, ""), ids.get(one.b, "")), reason=one.reason)
            for one in decisions
            if one.verdict == "review"
        ),
        disputes=tuple(
            Disputed(clinic=clinic.id, facet=facet, value=value)
            for clinic in clinics
            for facet in FACETS
            for value in sorted(clinic.disputed(facet))
        ),
    )


def hidden_reject(listing: Listing) -> Reject:
    """The reject of a listing that a correction hides; its fields are the listing's own."""
    return Reject(
        source=listing.provenance.source,
        ref=listing.provenance.ref,
        row=0,
        step=FROM_CORRECTIONS,
        field="",
        reason="hidden by a correction",
        fields=listing.model_dump(mode="json"),
    )
