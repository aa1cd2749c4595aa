"""A new index beside the one that answers, checked before one call puts it in its place.

Killed at any moment, the old build or the new one answers, whole; the next run deletes what was left.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from finder.errors import EngineError, Misuse
from finder.model import Clinic
from finder.search.cluster import builds, filling, mapping
from finder.search.cluster.builds import Build
from finder.search.cluster.canary import Canary
from finder.search.cluster.filling import Holdings, Row
from finder.search.cluster.lock import Lock, one_at_a_time
from finder.search.cluster.transport import Transport

_WHILE_FILLED: Final = {"refresh_interval": "-1", "index.blocks.write": False}


class Rebuild:
    """Rebuilds the index behind one alias."""

    def __init__(self, transport: Transport, alias: str, shards: int = 1) -> None:
        """Nothing is asked before the first call."""
        self._transport = transport
        self._alias = alias
        self._shards = shards

    def whole(self, clinics: Iterable[Clinic]) -> int:
        """Replace everything; how many clinics there are now."""
        with one_at_a_time(self._transport, self._alias) as lock:
            builds.sweep(self._transport, self._alias)
            new = _Rising(self._transport, self._alias, lock)
            new.create(self._shards)
            with new:
                filling.put_all(self._transport, new.index, new.rows(clinics), lock.beat)
                return new.publish()

    def changes(self, clinics: Iterable[Clinic], since: str) -> int:
        """Bring the build that answers up to these clinics; how many of them had changed.

        A copy of it (hard links, not bytes) takes the changes, is checked like a whole rebuild and put
        in its place. Misuse when `since` is neither its version nor a day it is as new as.
        """
        with one_at_a_time(self._transport, self._alias) as lock:
            builds.sweep(self._transport, self._alias)
            current = builds.live(self._transport, self._alias)
            _check_since(current, since)
            new = _Rising(self._transport, self._alias, lock)
            new.copy(current)
            with new:
                gone = dict(filling.read_back(self._transport, current.index, lock.beat))
                changed = _Changed(gone)
                filling.replace_all(self._transport, new.index, changed.of(new.rows(clinics)), lock.beat)
                filling.remove_all(self._transport, new.index, sorted(gone), lock.beat)
                total = changed.count + len(gone)
                if total:
                    new.publish()
                else:
                    builds.delete(self._transport, new.index)
                return total

    def rollback(self) -> Build:
        """Let the previous build answer again."""
        with one_at_a_time(self._transport, self._alias):
            return builds.rollback(self._transport, self._alias)


class _Changed:
    """Counts the rows that it lets pass: those that are new or have another digest."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known
        self.count = 0

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """What is left in `known` afterwards is not there any more."""
        for row in rows:
            if self._known.pop(row.id, "") != row.digest:
                self.count += 1
                yield row


class _Rising:
    """An index that does not answer yet; within its block, a failure deletes it again."""

    def __init__(self, transport: Transport, alias: str, lock: Lock) -> None:
        self.index = builds.new_name(alias)
        self._transport = transport
        self._alias = alias
        self._lock = lock
        self._sent = Holdings()
        self._canary = Canary()
        self._is_published = False

    def create(self, shards: int) -> None:
        """Start empty."""
        settings = {**mapping.settings(shards), **_WHILE_FILLED}
        body = {"settings": settings, "mappings": filling.fields()}
        self._transport.perform("PUT", f"/{self.index}", body)

    def copy(self, build: Build) -> None:
        """Start as a copy of a build."""
        alone = {"index.number_of_replicas": 0, "index.auto_expand_replicas": "false"}
        body = {"settings": {**alone, **_WHILE_FILLED}}
        self._transport.perform("POST", f"/{build.index}/_clone/{self.index}", body)

    def rows(self, clinics: Iterable[Clinic]) -> Iterator[Row]:
        """The documents of all clinics, noting what the index must hold in the end."""
        for clinic in clinics:
            row = filling.row_of(clinic)
            self._sent.add(row.digest)
            self._canary.see(clinic, row.source)
            yield row

    def publish(self) -> int:
        """Check everything, then let it answer; how many clinics it holds."""
        transport, index = self._transport, self.index
        transport.perform("POST", f"/{index}/_refresh")
        found = filling.holdings(transport, index, self._lock.beat)
        if found != self._sent:
            raise EngineError(
                f"{self._sent.count} clinics were sent, and the new index holds {found.count} "
                "or other ones; the old one stays"
            )
        self._lock.beat(now=True)
        builds.seal(transport, index)
        old = builds.live_or_none(transport, self._alias)
        asked = self._canary.check(transport, index, self._lock.beat)
        builds.describe(transport, index, **self._facts(), canaries=asked, previous=old or "")
        self._lock.beat(now=True)
        builds.publish(transport, self._alias, index, old)
        self._is_published = True
        builds.sweep(transport, self._alias)
        return found.count

    def _facts(self) -> dict[str, Any]:
        return {
            "build": self._sent.version,
            "clinics": self._sent.count,
            "checksum": self._sent.checksum,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def __enter__(self) -> "_Rising":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and not self._is_published:
            try:
                builds.delete(self._transport, self.index)
            except EngineError:
                return  # the next run deletes it


def _check_since(current: Build, since: str) -> None:
    if since == current.version:
        return
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise Misuse(
            f"the build that answers is {current.version}, not {since}; "
            'name that or a day (2026-11-22), or run "finder index" for a whole rebuild'
        ) from None
    if current.built < day:
        raise Misuse(
            f"the build that answers is of {current.built}, older than {day}: it lacks earlier changes; "
            'run "finder index" for a whole rebuild'
        )
