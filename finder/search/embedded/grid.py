"""What a query finds in a window of the map, counted by squares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finder.geo import Box, Point
from finder.mercator import MAX_LATITUDE
from finder.search.embedded import scan
from finder.search.embedded.bits import Docs, docs_of
from finder.search.embedded.distance import Floats
from finder.search.embedded.snapshot import Snapshot
from finder.search.query import MAX_AT_A_POINT, MAX_CELLS, Cell, Grid, Query

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """What part of the map is asked for, and how finely."""

    window: Box
    besides: frozenset[str]
    """Ids that are left out."""
    zoom: int


def grid(snapshot: Snapshot, query: Query, frame: Frame) -> Grid:
    """The found clinics with a point in the window, by filled squares of the zoom or a coarser one."""
    docs = _in_window(snapshot, query, frame)
    lat, lng = snapshot.columns.lat[docs], snapshot.columns.lng[docs]
    zoom = frame.zoom
    numbers = _squares(lat, lng, zoom)
    while len(filled := np.unique(numbers)) > MAX_CELLS:
        zoom -= 1
        numbers = _squares(lat, lng, zoom)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], filled)
    parts = np.split(docs[order], starts[1:]) if len(docs) else []
    return Grid(zoom=zoom, cells=tuple(_cell(snapshot, part) for part in parts))


def _in_window(snapshot: Snapshot, query: Query, frame: Frame) -> Docs:
    found = scan.find(snapshot, query)
    docs = docs_of(found.all_but() & found.inside, snapshot.size)
    docs = docs[scan.in_box(snapshot, frame.window)[docs]]
    besides = [doc for doc in map(snapshot.doc_of, frame.besides) if doc is not None]
    return docs[~np.isin(docs, besides)] if besides else docs


def _squares(lat: Floats, lng: Floats, zoom: int) -> Numbers:
    """For each point one number for its square, ascending by column and then row (see
    `mercator.square_of`).
    """
    side = 1 << zoom
    sine = np.sin(np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    columns = np.clip(((lng + 180) / 360 * side).astype(np.int64), 0, side - 1)
    rows = np.clip((y * side).astype(np.int64), 0, side - 1)
    numbers: Numbers = columns << 32 | rows
    return numbers


def _cell(snapshot: Snapshot, docs: Docs) -> Cell:
    lat, lng = snapshot.columns.lat[docs], snapshot.columns.lng[docs]
    if lat.min() < lat.max() or lng.min() < lng.max():
        middle = Point(lat=float(lat.mean()), lng=float(lng.mean()))
        return Cell(count=len(docs), middle=middle)
    by_id = docs[np.argsort(snapshot.columns.id_rank[docs])]
    clinics = tuple(snapshot.clinic(int(doc)) for doc in by_id[:MAX_AT_A_POINT])
    return Cell(count=len(docs), middle=Point(lat=float(lat[0]), lng=float(lng[0])), clinics=clinics)
