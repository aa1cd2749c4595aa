"""The SearchEngine over snapshot folders."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from finder.errors import ClinicNotFound, CorruptIndex, EngineError, NoIndex
from finder.geo import Box
from finder.model import Clinic
from finder.search.embedded import scan
from finder.search.embedded.bits import count
from finder.search.embedded.columns import build
from finder.search.embedded.grid import Frame, grid
from finder.search.embedded.publish import CURRENT, folder_of, generation, publish
from finder.search.embedded.snapshot import Snapshot
from finder.search.embedded.suggest import suggest
from finder.search.query import Grid, Hit, Query, Results, Suggested

_Stamp = tuple[int, int, int]


class EmbeddedEngine:
    """Reads and rebuilds one index folder. Cheap to create; safe between threads and forks."""

    def __init__(self, folder: Path) -> None:
        """The engine of a folder; nothing is touched before the first call."""
        self._folder = folder
        self._opened: tuple[_Stamp, Snapshot] | None = None

    def rebuild(self, clinics: Iterable[Clinic]) -> int:
        """Replace the whole index; how many clinics it holds. DataError for two with one id."""
        new = list(clinics)
        publish(build(new), self._folder)
        return len(new)

    def search(self, query: Query) -> Results:
        """One page of the clinics that satisfy the query, in the order that Query documents."""
        with self._reading() as snapshot:
            return _answer(snapshot, query)

    def count(self, query: Query) -> int:
        """`search(query).total`, without order, counts and records."""
        with self._reading() as snapshot:
            return count(scan.find(snapshot, query).all_but())

    def grid(self, query: Query, window: Box, besides: Iterable[str], zoom: int) -> Grid:
        """What the query finds in a window of the map, by squares."""
        with self._reading() as snapshot:
            return grid(snapshot, query, Frame(window, frozenset(besides), zoom))

    def get(self, clinic_id: str) -> Clinic:
        """The clinic with this present or former id; ClinicNotFound otherwise."""
        with self._reading() as snapshot:
            doc = snapshot.doc_of(clinic_id)
            if doc is None:
                raise ClinicNotFound("no clinic has this id")
            return snapshot.clinic(doc)

    def suggest(self, typed: str, limit: int) -> tuple[Suggested, ...]:
        """Clinics whose name somebody may be typing, in the order that SearchEngine documents."""
        with self._reading() as snapshot:
            return suggest(snapshot, typed, limit)

    def check(self) -> str:
        """Read every byte and run a real search; one line. EngineError when something is wrong."""
        while True:
            stamp = self._stamp()
            try:
                return self._check()
            except (OSError, CorruptIndex) as error:
                if self._stamp() != stamp:
                    continue  # rebuilds removed the folder while it was read: look at the new one
                if isinstance(error, CorruptIndex):
                    raise
                raise CorruptIndex(str(self._folder), error.strerror or "a file cannot be read") from error

    def _check(self) -> str:
        with self._reading() as snapshot:
            snapshot.verify()
            results = _answer(snapshot, Query(size=1))
            known = all(snapshot.doc_of(hit.clinic.id) is not None for hit in results.hits)
            if results.total != snapshot.size or not known:
                raise CorruptIndex(str(snapshot.folder), "a search does not find what it holds")
        return f"embedded index {snapshot.version}: {snapshot.size} clinics, {snapshot.bytes:,} bytes, whole"

    def version(self) -> str:
        """The build that answers now: a hash of its content."""
        with self._reading() as snapshot:
            return snapshot.version

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The current snapshot; what damage does to a computation comes out as CorruptIndex."""
        snapshot = self._current()
        try:
            yield snapshot
        except (IndexError, ValidationError) as error:
            raise CorruptIndex(str(snapshot.folder), "its files contradict each other") from error

    def _current(self) -> Snapshot:
        """One stat; the snapshot is opened anew only when CURRENT was replaced."""
        while True:
            stamp = self._stamp()
            opened = self._opened
            if opened is not None and opened[0] == stamp:
                return opened[1]
            try:
                snapshot = self._open()
            except CorruptIndex:
                if self._stamp() == stamp:
                    raise
                continue  # a rebuild removed the folder between two steps: look again
            self._opened = (stamp, snapshot)
            return snapshot

    def _stamp(self) -> _Stamp:
        pointer = self._folder / CURRENT
        try:
            stat = pointer.stat()
        except FileNotFoundError:
            raise NoIndex(str(self._folder)) from None
        except OSError as error:
            raise EngineError(f"cannot read {pointer}: {error.strerror or error}") from error
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def _open(self) -> Snapshot:
        pointer = self._folder / CURRENT
        try:
            version = generation(pointer.read_bytes(), self._folder)
            return Snapshot.open(folder_of(version, self._folder), version)
        except FileNotFoundError:
            raise CorruptIndex(str(pointer), "it names a build that is missing") from None
        except OSError as error:
            raise EngineError(f"cannot read {pointer}: {error.strerror or error}") from error


def _answer(snapshot: Snapshot, query: Query) -> Results:
    found = scan.find(snapshot, query)
    ordered = scan.ordered(snapshot, query, found)
    start = (query.page - 1) * query.size
    return Results.model_construct(
        query=query,
        hits=_hits(snapshot, query, ordered, slice(start, start + query.size)),
        total=len(ordered.docs),
        counts=scan.facet_counts(snapshot, found),
        version=snapshot.version,
    )


def _hits(snapshot: Snapshot, query: Query, ordered: scan.Ordered, page: slice) -> tuple[Hit, ...]:
    docs = ordered.docs[page]
    matched = [(word, np.isin(docs, snapshot.word(word)[0])) for word in query.words]
    return tuple(
        Hit.model_construct(
            clinic=snapshot.clinic(int(doc)),
            distance_miles=None if np.isnan(ordered.miles[page][n]) else float(ordered.miles[page][n]),
            via=scan.via(query, int(ordered.group[page][n])),
            unstated=scan.unstated(snapshot, query, int(doc)),
            matched_words=tuple(word for word, stands in matched if stands[n]),
        )
        for n, doc in enumerate(docs)
    )
