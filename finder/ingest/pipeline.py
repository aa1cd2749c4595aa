"""Raw records in, clinics out. A record's way is `STEPS`; `run` takes every source along it."""

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

from finder.errors import CheckFailed, DataError, Misuse, Rejected, SourceFailed
from finder.ingest.claims import read_claims
from finder.ingest.corrections import Corrections
from finder.ingest.dedupe import merge_listings
from finder.ingest.geocode import open_geocoder
from finder.ingest.locate import agree_on_zip, locate, require_basics
from finder.ingest.output import only_one, publish
from finder.ingest.phrases import FILE as PHRASES_FILE
from finder.ingest.phrases import Phrases, bundled_phrases, phrases_in
from finder.ingest.reading import Reading, Step
from finder.ingest.report import Report, summed
from finder.ingest.source import Desk, Source
from finder.ingest.sources import open_sources
from finder.ingest.stored import Good, Hidden, Stored, build_files
from finder.ingest.tidy import tidy_address, tidy_name, tidy_phone, tidy_text, tidy_website
from finder.model import Listing
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import Settings

T = TypeVar("T")


class Progress(Protocol):
    """Hands the items on and may show how far it is. The command line gives one."""

    def __call__(self, items: Iterable[T], *, what: str) -> Iterable[T]: ...


def silent(items: Iterable[T], *, what: str) -> Iterable[T]:
    """Shows nothing."""
    return items


STEPS: Final[tuple[Step, ...]] = (
    tidy_text,
    tidy_name,
    tidy_phone,
    tidy_website,
    tidy_address,
    agree_on_zip,
    locate,
    read_claims,
    require_basics,
)
"""What happens to each listing, in order. A step gives the listing back, changed or not, or raises
`Rejected`; running it again on its own result changes nothing.
"""


def run(settings: Settings, *, only: str | None = None, progress: Progress | None = None) -> Report:
    """Reads the sources (or only one), and publishes clinics, rejects and report in BUILD.

    A source that fails keeps its last good listings and is named in `Report.failed`. CheckFailed
    when nothing at all is left to publish; DataError, Misuse, IngestError when the run cannot start
    or BUILD cannot be written. Whatever is raised, the previous build stands.
    """
    sources = open_sources(settings.data)
    corrections = Corrections.open(settings.data / "corrections.toml")
    if only is not None and only not in {source.name for source in sources}:
        names = ", ".join(source.name for source in sources)
        raise Misuse(f"there is no source {only!r}; there are {names}")
    places = Gazetteer.open(default_gazetteer_path(settings.data))
    desk = Desk(places, open_geocoder(settings), _phrases(settings))
    with only_one(settings.build):
        stored = Stored.open(settings.build)
        parts = []
        for source in sources:
            if only in {None, source.name}:
                parts.append(_read(source, desk, stored, progress or silent))
            else:
                parts.append((stored.last_good(source) or Good.nothing(source)).unread())
        report, files = _build(parts, corrections, stored, desk)
        return report.model_copy(update={"version": publish(settings.build, files)})


def _phrases(settings: Settings) -> Phrases:
    """Those of the data folder; a folder without its own lexicon.toml takes the bundled ones."""
    own = (settings.data / PHRASES_FILE).exists()
    return phrases_in(settings.data) if own else bundled_phrases()


def _read(source: Source, desk: Desk, stored: Stored, progress: Progress) -> Good:
    reading = Reading(source, desk, STEPS)
    try:
        for entry in progress(source.entries(), what=f"source {source.name}"):
            reading.take(entry)
        return Good(reading.report(), tuple(reading.listings), tuple(reading.rejects))
    except SourceFailed as error:
        desk.take_problems()
        return (stored.last_good(source) or Good.nothing(source)).failed(
            error.problem, reading.attempt() if reading.rows else None
        )


def _build(
    parts: list[Good], corrections: Corrections, stored: Stored, desk: Desk
) -> tuple[Report, dict[str, bytes]]:
    """The report and the files of a build, from the listings of all sources."""
    told = [listing for part in parts for listing in part.listings]
    kept_ids = stored.ids_of(told)
    notes, hidden, listings = [*stored.notes, *kept_ids.notes], Hidden(), []
    for listing in told:
        kept = corrections.to_listing(listing)
        if kept is None:
            hidden.listings.append(listing)
        else:
            again = kept if kept == listing else _again(kept, desk, notes)
            listings.append(corrections.drop_again(again, kept))
    merged = merge_listings(listings, kept_ids.ids, stored.former_ids)
    clinics = []
    for clinic in merged.clinics:
        stands = corrections.to_clinic(clinic)
        if stands is None:
            gone = {(source.source, source.ref) for source in clinic.sources}
            rows = (row for row in listings if (row.provenance.source, row.provenance.ref) in gone)
            hidden.listings += rows
            hidden.clinics.append(clinic)
        else:
            clinics.append(stands)
    if not clinics:
        failed = filter(None, (part.report.failed for part in parts))
        raise CheckFailed("; ".join(failed) or "no clinic is left to publish")
    report = summed([part.report for part in parts], clinics, merged.decisions, len(hidden.listings))
    report = report.model_copy(update={"corrections": corrections.report(), "notes": tuple(notes)})
    return report, build_files(parts, clinics, hidden, report)


def _again(listing: Listing, desk: Desk, notes: list[str]) -> Listing:
    """A corrected listing goes through the steps once more: its place may have changed."""
    name = f"{listing.provenance.source}|{listing.provenance.ref}"
    try:
        for step in STEPS:
            listing = step(listing, desk)
    except Rejected as error:
        raise DataError("corrections.toml", f"{name}: {error}") from error
    notes += [f"corrected {name}: {one.field} {one.value!r} {one.problem}" for one in desk.take_problems()]
    return listing
