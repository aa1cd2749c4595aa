"""One rebuild at a time, over all machines: a document that only one can create, renewed while its owner
works. Nobody's clock is trusted but one's own: a lock is taken over when it has not changed for a lease
as the waiting side measures it, or at once when its owner ran on this machine and is gone.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from finder.errors import EngineDown, EngineError, EngineRefused
from finder.search.cluster.transport import Json, Transport

LEASE_SECONDS: Final = 90.0
BEAT_SECONDS: Final = 5.0
WAIT_SECONDS: Final = 3600.0
_POLL_SECONDS: Final = 0.5
_READY_SECONDS: Final = 10.0


class Lock:
    """The held lock; `beat` keeps it."""

    def __init__(self, transport: Transport, path: str) -> None:
        """Nothing is asked before `take`."""
        self._transport = transport
        self._path = path
        self._token = secrets.token_hex(8)
        self._guard = ""
        self._beaten = 0.0

    def beat(self, *, now: bool = False) -> None:
        """Renew it when it is due, or now; EngineError when somebody else took it over."""
        if now or time.monotonic() - self._beaten > BEAT_SECONDS:
            try:
                self._write(self._guard)
            except EngineRefused as refused:
                raise EngineError("another rebuild took over; nothing was changed by this one") from refused

    def take(self) -> None:
        """Wait for it; EngineError after an hour of waiting for living owners."""
        end = time.monotonic() + WAIT_SECONDS
        seen, unchanged_since = "", time.monotonic()
        while time.monotonic() < end:
            held = self._held_when_ready()
            if held is None:
                if self._try("op_type=create"):
                    return
                continue
            guard = _guard(held)
            if held["_source"].get("owner") == self._token:  # written, only the answer was lost
                self._guard = guard
                return
            if guard != seen:
                seen, unchanged_since = guard, time.monotonic()
            stale = time.monotonic() - unchanged_since > LEASE_SECONDS
            if (stale or _is_gone(held["_source"])) and self._try(guard):
                return
            time.sleep(_POLL_SECONDS)
        raise EngineError("another rebuild has been running for an hour; nothing was changed")

    def give_back(self) -> None:
        """Let the next one in; a lock that is somebody else's by now stays theirs."""
        with suppress(EngineError):
            self._transport.perform("DELETE", f"{self._path}?{self._guard}")

    def _held_when_ready(self) -> Json:
        """A shard that was made a moment ago answers a little later than it is said to."""
        end = time.monotonic() + _READY_SECONDS
        while True:
            try:
                return self._held()
            except EngineDown:
                if time.monotonic() > end:
                    raise
                time.sleep(_POLL_SECONDS)

    def _held(self) -> Json:
        try:
            held = self._transport.perform("GET", self._path)
        except EngineRefused as refused:
            if refused.status == 404:
                return None
            raise
        return held if held.get("found") else None

    def _try(self, condition: str) -> bool:
        """Whether it is ours now; an answer that was lost is looked up by the next round of `take`."""
        try:
            self._write(condition)
        except EngineDown:
            return False
        except EngineRefused as refused:
            if refused.status == 409:
                return False
            raise
        return True

    def _write(self, condition: str) -> None:
        body = {"owner": self._token, "where": _here(), "pid": os.getpid()}
        self._guard = _guard(self._transport.perform("PUT", f"{self._path}?{condition}", body))
        self._beaten = time.monotonic()


@contextmanager
def one_at_a_time(transport: Transport, alias: str) -> Iterator[Lock]:
    """Hold the lock of an alias within the block. The index that keeps it stays."""
    index = f"{alias}-lock"
    settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2", "hidden": True}}
    try:
        transport.perform("PUT", f"/{index}", {"settings": settings, "mappings": {"dynamic": False}})
    except EngineRefused as refused:
        if refused.kind != "resource_already_exists_exception":
            raise
    transport.perform("GET", f"/_cluster/health/{index}?wait_for_status=yellow&timeout=30s")
    lock = Lock(transport, f"/{index}/_doc/rebuild")
    lock.take()
    try:
        yield lock
    finally:
        lock.give_back()


def _guard(written: Json) -> str:
    return f"if_seq_no={written['_seq_no']}&if_primary_term={written['_primary_term']}"


def _is_gone(owner: Json) -> bool:
    """Whether the owner was a process of this machine that has ended."""
    if owner.get("where") != _here():
        return False
    try:
        os.kill(int(owner["pid"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _here() -> str:
    """This machine, and on Linux this space of process ids and this start of the system."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    return " ".join(parts)
