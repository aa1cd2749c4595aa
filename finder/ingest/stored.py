"""What stays from build to build: each source's last good listings, and the ids of the clinics."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from finder.clinicfile import RUNS
from finder.ingest.keptids import Kept, kept_ids
from finder.ingest.output import current_run, read_run, version_of
from finder.ingest.report import FROM_CORRECTIONS, Attempt, Reject, Report, SourceReport, hidden_reject
from finder.ingest.source import Source
from finder.model import Clinic, Listing

HIDDEN_CLINICS: Final = "hidden.jsonl"
"""The clinics that a correction hides: they keep their id, so that the correction finds them again."""


@dataclass
class Hidden:
    """What corrections hide: single listings, and whole clinics (whose listings are among them)."""

    listings: list[Listing] = field(default_factory=list)
    clinics: list[Clinic] = field(default_factory=list)


@dataclass(frozen=True)
class Good:
    """One source as it was last read well, or nothing."""

    report: SourceReport
    listings: tuple[Listing, ...]
    rejects: tuple[Reject, ...]

    @classmethod
    def nothing(cls, source: Source) -> "Good":
        """A source that was never read."""
        report = SourceReport(name=source.name, where=source.where, licence=source.licence)
        return cls(report, (), ())

    def failed(self, problem: str, attempt: Attempt | None = None) -> "Good":
        """The same, with the reason why this run could not read it anew, and how far it came."""
        said = {"failed": problem, "attempt": attempt, "unread": False}
        return replace(self, report=self.report.model_copy(update=said))

    def unread(self) -> "Good":
        """The same, for a run that was told to read another source only."""
        said = {"failed": "", "attempt": None, "unread": True}
        return replace(self, report=self.report.model_copy(update=said))


@dataclass
class Stored:
    """The build that stands, as far as the next one needs it."""

    sources: dict[str, Good] = field(default_factory=dict)
    previous_ids: dict[str, str] = field(default_factory=dict)
    """The clinic id that each "source|ref" had, those of hidden clinics among them."""
    former_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, build: Path) -> "Stored":
        """The build that stands, or the one before it when that is damaged; else nothing."""
        run = current_run(build)
        if run is None:
            return cls()
        others = (other for other in sorted((build / RUNS).iterdir()) if other != run)
        for candidate in (run, *others):
            files = read_run(candidate) if not candidate.name.startswith(".") else {}
            if version_of(files) != candidate.name:
                continue
            try:
                stored = _stored(files)
            except (ValidationError, KeyError, ValueError):
                continue
            if candidate.name != run.name:
                stored.notes = ("the build before was damaged; the one before it was used for ids",)
            return stored
        return cls(notes=("the build before was damaged and not used: clinic ids may have changed",))

    def ids_of(self, listings: Sequence[Listing]) -> Kept:
        """The ids that listings, as their sources tell them, keep from the build that stands."""
        before = (listing for good in self.sources.values() for listing in good.listings)
        return kept_ids(listings, before, self.previous_ids)

    def last_good(self, source: Source) -> Good | None:
        """What a source last gave; None when it never did."""
        return self.sources.get(source.name)


def build_files(
    parts: Sequence[Good], clinics: Sequence[Clinic], hidden: Hidden, report: Report
) -> dict[str, bytes]:
    """The files of a run by their path inside it; the same input gives the same bytes."""
    hides_whole = sorted(hidden.clinics, key=lambda clinic: clinic.id)
    hides = [hidden_reject(listing) for listing in hidden.listings]
    ordered = sorted(clinics, key=lambda clinic: clinic.id)
    shown = report.model_dump(mode="json", exclude={"version"})
    files = {
        "clinics.jsonl": _lines(ordered),
        HIDDEN_CLINICS: _lines(hides_whole),
        "rejects.jsonl": _lines([*(reject for part in parts for reject in part.rejects), *hides]),
        "report.json": (json.dumps(shown, indent=1, ensure_ascii=False) + "\n").encode(),
    }
    return files | {f"listings/{part.report.name}.jsonl": _lines(part.listings) for part in parts}


def _lines(nouns: Iterable[BaseModel]) -> bytes:
    return "".join(noun.model_dump_json() + "\n" for noun in nouns).encode()


def _stored(files: Mapping[str, bytes]) -> Stored:
    rejects = [Reject.model_validate_json(line) for line in files["rejects.jsonl"].splitlines()]
    rows = [*files["clinics.jsonl"].splitlines(), *files.get(HIDDEN_CLINICS, b"").splitlines()]
    clinics = [Clinic.model_validate_json(row) for row in rows]
    report = Report.model_validate_json(files["report.json"])
    sources = {}
    for source in report.sources:
        lines = files[f"listings/{source.name}.jsonl"].splitlines()
        sources[source.name] = Good(
            source,
            tuple(Listing.model_validate_json(line) for line in lines),
            tuple(
                reject
                for reject in rejects
                if reject.source == source.name and reject.step != FROM_CORRECTIONS
            ),
        )
    ids = {f"{source.source}|{source.ref}": clinic.id for clinic in clinics for source in clinic.sources}
    return Stored(sources, ids, {clinic.id: clinic.former_ids for clinic in clinics if clinic.former_ids})
