"""Real questions to a new index before anybody is sent to it, its answers held against the embedded
engine's over the same clinics.

Of a large index, the totals and all counts are held against what was counted on the way in, and every
other question is about one part of the map, with the embedded engine over all clinics there. (That every
document arrived, byte for byte, is checked before: `filling.holdings`.)
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from finder.errors import EngineError
from finder.facets import FACETS
from finder.geo import Box, Point, box_around
from finder.model import Clinic, Place
from finder.search.cluster import asking
from finder.search.cluster.sample import Sample, Tally
from finder.search.cluster.transport import Json, Transport, whole
from finder.search.embedded import EmbeddedEngine
from finder.search.query import Hit, Query, Results
from finder.search.words import word_weights

MOST_COMPARED: Final = 20_000
"""So many the embedded engine takes in 5 seconds; of more clinics, those in a part of the map are taken."""
SPOTS: Final = 4
_RADII_MILES: Final = (500.0, 100.0, 25.0, 5.0, 1.0)
_FOLDER: Final = "finder-canary-"
_STEP_MILES: Final = 0.0011
"""Distances are rounded to thousandths of a mile, alike in both engines."""


class Canary:
    """Sees every clinic on its way into an index, and asks about them afterwards."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._sample = Sample(MOST_COMPARED)
        self._all = Tally()
        self._of_states = Tally()

    def see(self, clinic: Clinic, document: Mapping[str, Any]) -> None:
        """Count a clinic and, while they are few enough or in the part that is kept, remember it."""
        self._all.add(document)
        if document["state_level"]:
            self._of_states.add(document)
        self._sample.see(clinic)

    def check(self, transport: Transport, index: str, beat: Callable[[], None]) -> int:
        """How many questions were asked; EngineError when one was answered otherwise than expected."""

        def ask(bodies: Sequence[Json]) -> list[Json]:
            return [
                whole(transport.perform("POST", f"/{index}/_search?allow_partial_search_results=false", body))
                for body in bodies
            ]

        _sweep()
        asked = 0
        with tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-") as folder:
            expected = EmbeddedEngine(Path(folder))
            expected.rebuild(self.kept)
            for query, tally in ((Query(size=1), self._all), (Query(state_level_only=True), self._of_states)):
                found = asking.search(ask, query, "")
                _refuse(_miscount(tally, found))
                asked += 1
            for query in self.questions():
                beat()
                _refuse(difference(expected.search(query), asking.search(ask, query, "")))
                asked += 1
        return asked

    @property
    def kept(self) -> list[Clinic]:
        """The clinics that the questions are about."""
        return self._sample.clinics

    def questions(self) -> Iterator[Query]:
        """What is asked of both engines; of a large index, nothing that needs a clinic that was not kept."""
        box = self._sample.box
        yield Query(box=box, size=50)
        for chosen in _choices():
            yield Query(box=box, facets=chosen, include_unstated=True)
        located = [clinic for clinic in self.kept if clinic.location.point is not None]
        step = max(1, len(located) // SPOTS)
        for clinic in located[::step][:SPOTS]:
            yield from _around(clinic) if box is None else _within(clinic, box)


def _refuse(problem: str) -> None:
    if problem:
        raise EngineError(f"the new index answers a test search wrongly ({problem}); the old one stays")


def _miscount(expected: Tally, found: Results) -> str:
    if expected.total != found.total:
        return f"{found.total} clinics instead of {expected.total}"
    return "" if expected.counts() == found.counts else "other counts"


def _sweep() -> None:
    """Delete what killed processes left."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        pid = left.name.removeprefix(_FOLDER).partition("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (OSError, ValueError):
            continue  # somebody else's


def _around(clinic: Clinic) -> Iterator[Query]:
    spot = _place(clinic, "city")
    yield Query(place=spot, radius_miles=50)
    yield Query(place=spot, radius_miles=500, sort="recent", page=2)
    yield Query(place=spot, radius_miles=100, sort="price", facets={"setting": ("telehealth",)})
    yield Query(place=_place(clinic, "state"), facets={"modality": ("at_home_telehealth",)})
    words = tuple(sorted(word_weights(clinic)))[:3]
    yield Query(words=words, sort="match", place=spot, radius_miles=500)


def _within(clinic: Clinic, box: Box) -> Iterator[Query]:
    """Nothing that clinics outside the box could answer; telehealth asks for a state, and finds those."""
    spot = _place(clinic, "city")
    words = tuple(sorted(word_weights(clinic)))[:3]
    yield Query(place=spot, box=box)
    yield Query(place=spot, box=box, sort="recent", page=2)
    yield Query(place=spot, box=box, sort="price", facets=next(_choices()))
    yield Query(place=spot, box=box, sort="match", words=words)
    for radius in _RADII_MILES:
        circle = box_around(spot.point, radius)
        corners = (Point(lat=circle.south, lng=circle.west), Point(lat=circle.north, lng=circle.east))
        if circle.west <= circle.east and all(map(box.contains, corners)):
            yield Query(place=spot, radius_miles=radius)
            return


def _choices() -> Iterator[dict[str, tuple[str, ...]]]:
    for facet in FACETS.values():
        if facet.offers:
            yield {facet.code: facet.offers[:2]}


def _place(clinic: Clinic, kind: str) -> Place:
    address = clinic.address
    point = clinic.location.point or {"lat": 0.0, "lng": 0.0}
    fields: dict[str, Any] = {
        "id": f"{kind}:canary",
        "name": address.city or address.state,
        "label": address.city or address.state,
        "kind": kind,
        "state": address.state,
        "states": (address.state,),
        "point": point,
        "radius_miles": 5.0,
        "population": 0,
    }
    return Place.model_validate(fields)


def difference(expected: Results, found: Results) -> str:
    """In what two answers to one query differ, in a word; "" when in nothing."""
    if expected.total != found.total:
        return f"{found.total} clinics instead of {expected.total}"
    if [hit.clinic.id for hit in expected.hits] != [hit.clinic.id for hit in found.hits]:
        return "other clinics, or another order"
    if expected.counts != found.counts:
        return "other counts"
    pairs = zip(expected.hits, found.hits, strict=True)
    return next(filter(None, (_hit_difference(one, other) for one, other in pairs)), "")


def _hit_difference(one: Hit, other: Hit) -> str:
    if (one.via, one.unstated, one.matched_words) != (other.via, other.unstated, other.matched_words):
        return "other reasons"
    if (one.distance_miles is None) != (other.distance_miles is None):
        return "a distance where none is known"
    if abs((one.distance_miles or 0.0) - (other.distance_miles or 0.0)) > _STEP_MILES:
        return "other distances"
    return "" if one.clinic == other.clinic else "other facts"
